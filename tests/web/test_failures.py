"""The page of failures in a browser: numbers equal a recount of single failures, and each row leads to a traceback."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from dashboards import Dashboard
from playwright.sync_api import Locator, Page, expect

TABS = ["tests", "messages", "runs", "results"]
ASKED = {
    "tests": "failures/tests?*",
    "messages": "failures/messages?*",
    "runs": "runs?*",
    "results": "failures?*",
}


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def single_failures(page: Page, dashboard: Dashboard) -> list[dict[str, Any]]:
    """What failed or never ended in the period, read from the results of each run, those of the newest runs first."""
    found = []
    for run in page.request.get(dashboard.page("/api/v1/runs?limit=1000")).json()["runs"]:
        results = page.request.get(dashboard.page(f"/api/v1/runs/{run['uuid']}/results")).json()
        columns = ("test", "status", "message")
        for test, status, message in zip(*(results[name] for name in columns), strict=True):
            if status in ("fail", "uxsuccess", "incomplete"):
                found.append({"run": run, "test": test, "status": status, "message": message})
    return found


def number(cell: Locator) -> int:
    text = cell.inner_text().splitlines()[0].replace(",", "")
    return 0 if text == "none" else int(text)


def test_the_tests_that_fail_most_come_first_with_their_counts(page: Page, dashboard: Dashboard):
    failures = [one for one in single_failures(page, dashboard) if one["status"] != "incomplete"]
    counts = Counter(one["test"] for one in failures)
    page.goto(dashboard.page("/failures"))
    rows = page.get_by_test_id("failing-test")
    expect(rows.first).to_be_visible()

    shown = {row.get_by_role("link").first.inner_text(): number(row.locator("td").nth(2)) for row in rows.all()}
    assert {test: count for test, count in shown.items() if count} == dict(counts)
    assert list(shown.values()) == sorted(shown.values(), reverse=True)
    assert sum(shown.values()) == dashboard.truth["totals"]["results"]["fail"]


def test_two_clicks_lead_to_the_traceback_of_the_newest_failure_of_the_worst_test(page: Page, dashboard: Dashboard):
    failures = single_failures(page, dashboard)
    page.goto(dashboard.page("/"))
    page.get_by_role("link", name="Failures", exact=True).click()
    first = page.get_by_test_id("failing-test").first
    test = first.get_by_role("link").first.inner_text()
    newest = next(one for one in failures if one["test"] == test and one["status"] != "incomplete")
    first.get_by_role("link", name="Newest failure").click()

    expect(page).to_have_url(re.compile(f"/run/{newest['run']['uuid']}"))
    assert query(page)["test"] == [test]
    expect(page.get_by_test_id("attachment").first).to_be_visible()


def test_a_test_unfolds_to_its_failures(page: Page, dashboard: Dashboard):
    failures = single_failures(page, dashboard)
    page.goto(dashboard.page("/failures"))
    row = page.get_by_test_id("failing-test").first
    test = row.get_by_role("link").first.inner_text()
    count = sum(one["test"] == test for one in failures)  # those that never ended are among them
    row.get_by_role("button", name="Details").click()
    listed = page.get_by_test_id("failing-tests").locator(".gh-failed-results > li")
    expect(listed).to_have_count(min(count, 10))

    page.reload()
    expect(listed).to_have_count(min(count, 10))


def test_equal_messages_are_counted_together_and_unfold_to_the_failures_that_have_them(page: Page, dashboard: Dashboard):
    failures = single_failures(page, dashboard)
    page.goto(dashboard.page("/failures?tab=messages"))
    rows = page.get_by_test_id("message")
    expect(rows.first).to_be_visible()
    shown = {}
    for row in rows.all():
        cells = row.locator("td")
        message = cells.nth(1).inner_text().splitlines()[0]
        shown["" if message == "(no message)" else message] = number(cells.nth(2)), number(cells.nth(3)), number(cells.nth(5))

    def counted(message: str) -> tuple[int, int, int]:
        those = [one for one in failures if one["message"] == message]
        failed = sum(one["status"] != "incomplete" for one in those)
        return failed, len({one["test"] for one in those}), len({one["run"]["uuid"] for one in those})

    assert shown == {message: counted(message) for message in {one["message"] for one in failures}}

    rows.first.get_by_role("button", name="Details").click()
    listed = page.get_by_test_id("messages").locator(".gh-failed-results > li")
    message = rows.first.locator("td").nth(1).inner_text()
    those = [one for one in failures if one["message"] == message]
    expect(listed).to_have_count(min(10, len(those)))
    assert {item.get_by_role("link").inner_text() for item in listed.all()} <= {one["test"] for one in those}


def test_the_failures_of_one_message_are_listed_whole(page: Page, dashboard: Dashboard):
    failures = single_failures(page, dashboard)
    message = Counter(one["message"] for one in failures if one["message"]).most_common(1)[0][0]
    page.goto(dashboard.page("/failures"))
    page.evaluate("path => window.location.assign(path)", f"/failures?{_words(tab='results', says=message)}")

    expect(page.get_by_test_id("failure")).to_have_count(sum(one["message"] == message for one in failures))
    expect(page.get_by_test_id("active-filters")).to_contain_text(message)


def test_failed_runs_unfold_to_what_failed_in_them(page: Page, dashboard: Dashboard):
    failures = single_failures(page, dashboard)
    page.goto(dashboard.page("/failures?tab=runs"))
    rows = page.get_by_test_id("failed-run")
    expect(page.get_by_test_id("failed-runs")).to_contain_text(f"{dashboard.truth['totals']['outcomes']['fail']} runs")
    expect(rows).to_have_count(min(25, dashboard.truth["totals"]["outcomes"]["fail"]))

    row = rows.filter(has=page.locator("td").nth(5).get_by_text(re.compile("[1-9]"))).first
    uuid = (row.get_by_role("link").first.get_attribute("href") or "").partition("/run/")[2].partition("?")[0]
    row.get_by_role("button", name="Details").click()
    listed = page.get_by_test_id("failed-runs").locator(".gh-failed-results > li a")
    expect(listed.first).to_be_visible()
    assert Counter(listed.all_inner_texts()) == Counter(one["test"] for one in failures if one["run"]["uuid"] == uuid)


def failed_runs(page: Page, dashboard: Dashboard) -> list[dict[str, Any]]:
    return list(page.request.get(dashboard.page("/api/v1/runs?outcome=fail&limit=1000")).json()["runs"])


def test_failed_runs_are_searched_by_the_name_of_their_job(page: Page, dashboard: Dashboard):
    job = failed_runs(page, dashboard)[0]["job"]
    page.goto(dashboard.page("/failures?tab=runs"))
    page.get_by_label("Search jobs (regex)").fill(f"^{re.escape(job)}$")

    those = sum(run["job"] == job for run in failed_runs(page, dashboard))
    expect(page.get_by_test_id("failed-runs")).to_contain_text(f"{those} run")
    expect(page.get_by_test_id("failed-run")).to_have_count(min(25, those))
    assert query(page)["jobs"] == [f"^{re.escape(job)}$"]
    expect(page.get_by_test_id("active-filters")).to_contain_text("Job matches")

    page.get_by_label("Search jobs (regex)").fill("(")
    expect(page.get_by_text("Not a regular expression")).to_be_visible()
    page.get_by_label("Search jobs (regex)").fill("no job of this name")
    expect(page.get_by_text("No failed runs")).to_be_visible()


def test_more_failed_runs_than_are_listed_at_first_can_be_asked_for(page: Page, dashboard: Dashboard):
    real = failed_runs(page, dashboard)
    hundred = [{**real[0], "uuid": f"{number:032x}"} for number in range(100)]
    page.route("**/api/v1/runs?*limit=100", lambda route: route.fulfill(json={"runs": hundred}))
    page.goto(dashboard.page("/failures?tab=runs"))
    expect(page.get_by_test_id("failed-runs")).to_contain_text("the newest 100 of the period")

    page.get_by_role("button", name="List up to 1,000 runs").click()
    expect(page.get_by_test_id("failed-runs")).to_contain_text(f"{len(real)} runs of the period")
    assert query(page)["listed"] == ["1000"]
    expect(page.get_by_role("button", name="List up to 1,000 runs")).to_have_count(0)


def test_searches_narrow_by_test_and_by_message(page: Page, dashboard: Dashboard):
    failures = single_failures(page, dashboard)
    wanted = failures[0]
    word = re.split(r"\W+", wanted["message"])[0].upper()
    page.goto(dashboard.page("/failures?tab=results"))
    page.get_by_label("Words of the message").fill(word)
    those = [one for one in failures if word.lower() in one["message"].lower()]
    expect(page.get_by_test_id("failure")).to_have_count(min(50, len(those)))

    page.get_by_label("Search tests (regex)").fill(f"{re.escape(wanted['test'])}$")
    those = [one for one in those if one["test"].lower().endswith(wanted["test"].lower())]
    expect(page.get_by_test_id("failure")).to_have_count(len(those))
    assert query(page)["message"] == [word]

    page.get_by_role("button", name="Clear filters").click()
    expect(page.get_by_test_id("failure")).to_have_count(min(50, len(failures)))
    page.get_by_label("Search tests (regex)").fill("[")
    expect(page.get_by_test_id("pattern-error")).to_be_visible()


def test_tabs_stand_in_the_address_and_are_reached_by_keyboard(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/failures?q=e"))
    page.get_by_role("tab", name="Messages").press("Enter")
    expect(page.get_by_test_id("message").first).to_be_visible()
    assert query(page) == {"tab": ["messages"], "q": ["e"]}
    page.get_by_test_id("message").first.get_by_role("button", name="Details").press("Enter")
    expect(page.locator(".gh-failed-results > li").first).to_be_visible()

    page.go_back()
    expect(page.get_by_test_id("failing-test").first).to_be_visible()


@pytest.mark.parametrize("tab", TABS)
def test_a_failed_request_says_so_and_can_be_tried_again(page: Page, dashboard: Dashboard, tab: str):
    asked = f"**/api/v1/{ASKED[tab]}"
    page.route(asked, lambda route: route.fulfill(status=503, body='{"detail": "the database is busy"}'))
    page.goto(dashboard.page(f"/failures?tab={tab}"))
    expect(page.get_by_text("the database is busy")).to_be_visible()

    page.unroute(asked)
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_role("grid").get_by_role("row").nth(1)).to_be_visible()


@pytest.mark.parametrize("tab", TABS)
def test_an_empty_period_says_so(page: Page, dashboard: Dashboard, tab: str):
    page.goto(dashboard.page(f"/failures?tab={tab}&period=P1D&end=2020-01-01T00:00:00Z"))
    expect(page.get_by_test_id("empty-table")).to_contain_text("None between 2019-12-31 00:00 and 2020-01-01 00:00")
    expect(page.get_by_role("button", name="Show 1 week")).to_be_visible()


def _words(**words: str) -> str:
    return urlencode(words)
