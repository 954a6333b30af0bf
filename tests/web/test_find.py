"""Quick find in a browser: by keyboard from anywhere to any job, project, test, change or run."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from dashboards import REAL_UUID, Dashboard
from playwright.sync_api import Page, Route, expect


def open_find(page: Page) -> None:
    expect(page.get_by_role("button", name="Find", exact=True)).to_be_visible()  # the page has started
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()


def test_a_job_is_found_by_part_of_its_name_and_opened_by_keyboard_alone(page: Page, dashboard: Dashboard):
    job = max(dashboard.truth["by"]["job"], key=len)
    page.goto(dashboard.page("/status?period=P14D"))
    expect(page.get_by_role("heading", name="Status")).to_be_visible()
    open_find(page)
    page.keyboard.type(job[:-2].upper())
    expect(page.get_by_role("group", name="Jobs").get_by_role("option")).to_contain_text([job])

    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"/job/{re.escape(quote(job))}"))
    assert parse_qs(urlsplit(page.url).query) == {"period": ["P14D"]}
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_is_listed_is_what_the_api_finds(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    open_find(page)
    page.keyboard.type("test")
    found = page.request.get(dashboard.page("/api/v1/find?q=test&limit=6")).json()

    expect(page.get_by_role("group", name="Tests").get_by_role("option")).to_have_text(found["tests"])
    expect(page.get_by_text(f"{found['tests_total'] - len(found['tests']):,} more")).to_be_visible()


def test_the_arrow_keys_go_round_and_keep_the_focus_in_the_field(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    open_find(page)
    page.keyboard.type("test")
    options = page.get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    field = page.get_by_role("combobox")

    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.last.get_attribute("id") or "")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_be_focused()


def test_a_run_is_found_by_the_beginning_of_its_uuid_and_a_change_by_its_number(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    open_find(page)
    page.keyboard.type(REAL_UUID[:8])
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/run/{REAL_UUID}"))

    open_find(page)
    page.keyboard.type("912345")
    change = page.get_by_role("group", name="Changes").get_by_role("option").filter(has_text="real/tempest")
    expect(change).to_contain_text("912345")
    change.click()
    expect(page).to_have_url(re.compile("/g/change/912345"))
    expect(page.get_by_test_id("job")).to_contain_text(["tempest-unit"])  # the period is one that shows its runs


def test_what_ran_outside_the_period_opens_with_a_period_that_shows_it(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    open_find(page)
    page.keyboard.type("real/tempest")
    page.get_by_role("group", name="Projects").get_by_role("option").click()

    expect(page).to_have_url(re.compile("/g/project/real/tempest"))
    newest = page.request.get(dashboard.page(f"/api/v1/runs/{REAL_UUID}")).json()["started_at"]
    assert parse_qs(urlsplit(page.url).query)["end"][0] > newest


def test_the_last_choices_are_offered_again_until_they_are_forgotten(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    open_find(page)
    page.keyboard.type(REAL_UUID[:8])
    page.get_by_role("option").click()
    expect(page).to_have_url(re.compile("/run/"))
    page.goto(dashboard.page("/status"))
    expect(page.get_by_role("heading", name="Status")).to_be_visible()

    open_find(page)
    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_role("option")).to_contain_text(REAL_UUID)
    page.get_by_role("button", name="Forget these").click()
    expect(page.get_by_role("option")).to_have_count(0)


def test_it_says_when_nothing_is_found_and_when_it_could_not_be_looked_for(page: Page, dashboard: Dashboard):
    def refuse(route: Route) -> None:
        route.fulfill(status=503, body=json.dumps({"detail": "the database is busy"}))

    page.goto(dashboard.page("/"))
    open_find(page)
    page.keyboard.type("no such thing")
    expect(page.get_by_text("Nothing has")).to_be_visible()

    page.route("**/api/v1/find?*", refuse)
    page.get_by_role("combobox").fill("gate")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text(
        "the database is busy", timeout=15_000
    )  # it tries again first
    page.unroute("**/api/v1/find?*")
    page.get_by_role("combobox").fill("test")
    expect(page.get_by_role("option").first).to_be_visible()


def test_escape_closes_it_and_gives_the_focus_back(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    button = page.get_by_role("button", name="Find", exact=True)
    button.press("Enter")
    expect(page.get_by_role("combobox")).to_be_focused()

    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()


@pytest.mark.parametrize(
    ("keys", "place"), [(("g", "f"), "/failures"), (("g", "t"), "/tests"), (("g", "s"), "/status"), (("g", "o"), "/")]
)
def test_pairs_of_keys_go_to_the_pages(page: Page, dashboard: Dashboard, keys: tuple[str, str], place: str):
    page.goto(dashboard.page("/no/such/page?pipeline=gate"))
    expect(page.get_by_test_id("not-found")).to_be_visible()
    for key in keys:
        page.keyboard.press(key)

    expect(page).to_have_url(dashboard.page(f"{place}?pipeline=gate"))


def test_the_keys_are_shown_and_mean_nothing_while_one_types(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    search = page.get_by_role("textbox", name=re.compile("search project", re.IGNORECASE))
    search.press_sequentially("/?gs")
    expect(search).to_have_value("/?gs")
    expect(page.get_by_role("dialog")).to_have_count(0)

    search.blur()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Go to the failures")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("/status"))
