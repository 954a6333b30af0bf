"""How complete the data is: on the status page in full, and in a line on every page that is quiet when all is well."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from collected import ERROR, JOB, Collected
from dashboards import Dashboard
from playwright.sync_api import Locator, Page, Route, expect

STATUS = re.compile(r"/api/v1/status$")


def source(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=f"Source {name}")


def told(page: Page, collected: Collected, name: str) -> dict[str, Any]:
    sources = page.request.get(collected.page("/api/v1/status/sources")).json()["sources"]
    found: dict[str, Any] = next(each for each in sources if each["name"] == name)
    return found


def with_sources(page: Page, change: Callable[[dict[str, Any]], None]) -> None:
    """Has the page see other sources than there are."""

    def answer(route: Route) -> None:
        body = route.fetch().json()
        change(body)
        route.fulfill(body=json.dumps(body), content_type="application/json")

    page.route(re.compile(r"/api/v1/status(/sources)?$"), answer)


def test_a_source_says_what_became_of_its_builds(page: Page, collected: Collected):
    told_of = told(page, collected, "opendev")
    page.goto(collected.page("/status"))
    panel = source(page, "opendev")
    expect(panel.get_by_test_id("source-state")).to_have_text(re.compile("Fetching 3 builds"))
    expect(panel.get_by_test_id("source-known")).to_have_text(f"{told_of['known']} builds known")
    parts = [("with results", told_of["with_results"])]
    parts += [(each["lack"], each["builds"]) for each in told_of["without"]]
    parts += [("not fetched yet", told_of["waiting"])]
    assert sum(builds for _, builds in parts) == told_of["known"] == 15
    expect(panel.get_by_test_id("source-part")).to_have_text([re.compile(rf"{words}\s*{n}\s") for words, n in parts])
    expect(panel).to_contain_text("1 tried without success")


def test_a_source_that_fails_says_since_when_and_why(page: Page, collected: Collected):
    page.goto(collected.page("/status"))
    panel = source(page, "lab")
    expect(panel.get_by_test_id("source-state")).to_have_text(re.compile(r"Cannot be listed since \d{4}-\d\d-\d\d \d\d:\d\d"))
    expect(panel.get_by_test_id("source-error")).to_have_text(ERROR)
    expect(source(page, "fresh").get_by_test_id("source-state")).to_have_text(re.compile("Being listed for the first time"))
    expect(source(page, "gone").get_by_test_id("source-state")).to_have_text(re.compile("No longer collected"))


def test_a_back_fill_shows_how_far_it_is(page: Page, collected: Collected):
    page.goto(collected.page("/status"))
    backfill = source(page, "opendev").get_by_test_id("backfill")
    expect(backfill).to_contain_text("43.0 %")
    expect(backfill.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "43")


def test_a_back_fill_that_cannot_go_on_says_why(page: Page, collected: Collected):
    def change(body: dict[str, Any]) -> None:
        for backfill in (each for source in body["sources"] for each in source.get("backfills", [])):
            backfill.update(error="build-times answered 500", builds=120, untried=20)

    with_sources(page, change)
    page.goto(collected.page("/status"))
    backfill = source(page, "opendev").get_by_test_id("backfill")
    expect(backfill.get_by_test_id("backfill-error")).to_have_text("build-times answered 500")
    expect(backfill).to_contain_text("120 builds so far, 20 not tried yet")


def test_a_source_of_which_everything_was_tried_is_caught_up(page: Page, collected: Collected):
    def change(body: dict[str, Any]) -> None:
        for each in body["sources"]:
            each["retrying"] = each["waiting"]

    with_sources(page, change)
    page.goto(collected.page("/status"))
    expect(source(page, "opendev").get_by_test_id("source-state")).to_have_text(re.compile("Caught up"))


def test_no_messages_are_told_with_the_reason(page: Page, collected: Collected):
    def change(body: dict[str, Any]) -> None:
        for each in body["sources"]:
            if "mqtt_error" in each:
                each["mqtt_error"] = "the broker refused the password" if each["name"] == "opendev" else ""

    with_sources(page, change)
    page.goto(collected.page("/status"))
    expect(page.get_by_test_id("mqtt-error")).to_have_text("No messages (MQTT): the broker refused the password")


def test_where_nothing_is_collected_the_page_says_how_to(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/status"))
    how = page.get_by_test_id("how-to-collect")
    expect(how).to_contain_text("[[sources]]")
    expect(how).to_contain_text("docs/sources.md")
    expect(how.get_by_role("link")).to_have_count(0)  # the server has no such page, and the project no known address
    expect(page.get_by_test_id("sources")).to_contain_text("POST /api/v1/runs")
    expect(page.get_by_test_id("source")).to_have_count(0)


def test_sources_that_cannot_be_asked_for_say_so(page: Page, collected: Collected):
    page.route("**/status/sources", lambda route: route.fulfill(status=503, body='{"detail": "the database is busy"}'))
    page.goto(collected.page("/status"))
    expect(page.get_by_test_id("sources")).to_contain_text("the database is busy")
    expect(page.get_by_test_id("tile-runs")).to_contain_text("13")
    page.unroute("**/status/sources")
    page.get_by_test_id("sources").get_by_role("button", name="Retry").click()
    expect(source(page, "opendev")).to_be_visible()


@pytest.mark.parametrize("path", ["/", f"/job/{JOB}", "/failures", "/tests", "/status"])
def test_every_page_says_what_is_missing_and_leads_to_the_status(page: Page, collected: Collected, path: str):
    page.goto(collected.page(path))
    expect(page.get_by_test_id("freshness").get_by_role("link")).to_have_text("4 builds to fetch")
    trouble = page.get_by_test_id("source-trouble")
    expect(trouble).to_have_count(1)
    expect(trouble).to_contain_text(re.compile(r"Source lab cannot be listed since .*: newer runs are missing"))
    trouble.get_by_role("link", name="Status").press("Enter")
    expect(page).to_have_url(re.compile("/status"))


def test_a_source_that_is_behind_is_told_too(page: Page, collected: Collected):
    def change(body: dict[str, Any]) -> None:
        for each in body["sources"]:
            each.update(state="behind", lag_seconds=1_260.0, failing_since=None, error="")

    with_sources(page, change)
    page.goto(collected.page("/status"))
    expect(page.get_by_test_id("source-trouble").first).to_contain_text("is behind by 21 min")
    expect(source(page, "opendev").get_by_test_id("source-state")).to_have_text(re.compile("Behind by 21 min"))


def test_when_all_is_well_no_page_says_anything(page: Page, collected: Collected):
    def change(body: dict[str, Any]) -> None:
        for each in body["sources"]:
            each.update(state="current", lag_seconds=20.0, waiting=0, failing_since=None, error="")

    with_sources(page, change)
    page.goto(collected.page("/"))
    expect(page.get_by_test_id("freshness")).to_have_text(re.compile(r"^newest run .* ago$"))
    expect(page.get_by_test_id("source-trouble")).to_have_count(0)


@contextmanager
def status_held_back(page: Page) -> Iterator[None]:
    """The page gets no status inside, and gets it after."""
    held: list[Route] = []
    page.route(STATUS, lambda route: held.append(route))
    yield
    for route in held:
        route.continue_()
    page.unroute(STATUS)


def test_a_page_shows_together_with_what_is_told_above_it_and_does_not_move(page: Page, collected: Collected):
    clock = page.context.new_cdp_session(page)
    clock.send("Animation.enable")
    clock.send("Animation.setPlaybackRate", {"playbackRate": 0})  # what shows a page whose status is late
    with status_held_back(page):
        page.goto(collected.page("/"))
        expect(page.get_by_test_id("group")).not_to_have_count(0)
        expect(page.locator(".gh-section")).to_have_css("opacity", "0")
    expect(page.locator(".gh-section")).to_have_css("opacity", "1")
    expect(page.get_by_test_id("source-trouble")).to_be_visible()


def test_a_page_does_not_wait_long_for_what_is_told_above_it(page: Page, collected: Collected):
    with status_held_back(page):
        page.goto(collected.page("/"))
        expect(page.locator(".gh-section")).to_have_css("opacity", "1")
        expect(page.get_by_test_id("freshness")).to_have_count(0)
    expect(page.get_by_test_id("source-trouble")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/failures", "/tests", f"/job/{JOB}", "/g/project/openstack/nova"])
def test_before_the_first_run_every_page_says_what_is_collected(page: Page, collected: Collected, path: str):
    def change(body: dict[str, Any]) -> None:
        body.update(runs=0, newest_run=None)

    with_sources(page, change)
    page.goto(collected.page(f"{path}?from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z"))
    empty = page.get_by_test_id("empty-database")
    expect(empty).to_contain_text("Builds are collected from fresh, lab, opendev")
    empty.get_by_role("link", name="how far that is").press("Enter")
    expect(source(page, "opendev")).to_be_visible()
