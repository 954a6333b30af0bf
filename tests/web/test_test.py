"""The page of one test in a browser: its numbers are those of the runs' own results, and every state is in the address."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

import helpers
import httpx
import pytest
from dashboards import REAL_UUID, Dashboard
from helpers import serving, settings_for, text_file
from playwright.sync_api import Page, expect

from gatehealth.model import Result, Status

TRACEBACK_HEAD = 'Traceback (most recent call last):\n  File "test.py", line 1, in test_slow\n    wait()'
FOLDED = {"success": "passed", "xfail": "passed", "fail": "failed", "uxsuccess": "failed", "skip": "skipped"}


class Told(NamedTuple):
    """The test that fails most, and all its results as the runs tell them, newest run first."""

    test: str
    results: list[tuple[dict[str, Any], str]]  # the run and the status, folded

    @property
    def counts(self) -> Counter[str]:
        return Counter(status for _run, status in self.results)

    @property
    def bad(self) -> list[dict[str, Any]]:
        """The runs of the results that failed or never ended."""
        return [run for run, status in self.results if status in ("failed", "incomplete")]

    def path(self, more: str = "") -> str:
        return f"/test?test={quote(self.test)}{more}"


@pytest.fixture(scope="module")
def told(dashboard: Dashboard) -> Told:
    with httpx.Client(base_url=dashboard.url + "/api/v1", timeout=60) as client:
        test = client.get("/failures/tests", params={"limit": 1}).json()["tests"][0]["test"]
        results = []
        for run in client.get("/runs", params={"limit": 1000}).json()["runs"]:
            columns = client.get(f"/runs/{run['uuid']}/results").json()
            for name, status in zip(columns["test"], columns["status"], strict=True):
                if name == test:
                    results.append((run, FOLDED.get(status, status)))
    return Told(test, results)


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def expect_counts(page: Page, counts: Counter[str]) -> None:
    """Waits until the four tiles that count show these numbers."""
    for name in ("passed", "failed", "skipped", "incomplete"):
        expect(page.get_by_test_id(f"total-{name}").locator(".gh-tile-value")).to_have_text(f"{counts[name]:,}")


def downloaded(page: Page, chart: str) -> list[dict[str, str]]:
    page.get_by_role("button", name=f"Data of the chart: {chart}").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download CSV").click()
    return list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))


def test_the_totals_are_those_of_the_runs_with_shares_and_an_interval(page: Page, dashboard: Dashboard, told: Told):
    page.goto(dashboard.page(told.path()))

    expect_counts(page, told.counts)
    of = f"of {len(told.results)} results"
    expect(page.get_by_test_id("total-passed")).to_contain_text(f"{100 * told.counts['passed'] / len(told.results):.1f} % {of}")
    tested = told.counts["passed"] + told.counts["failed"]
    rate = page.get_by_test_id("total-failure-rate")
    expect(rate).to_contain_text(f"{100 * told.counts['failed'] / tested:.1f} %")
    found = httpx.get(dashboard.page("/api/v1/tests"), params={"q": f"^{re.escape(told.test)}$"}).json()
    low, high = (100 * found[f"failure_rate_{end}"][0] for end in ("low", "high"))
    expect(rate).to_contain_text(f"{low:.1f}–{high:.1f} %, of {tested} passed or failed")


def test_each_result_is_a_point_of_the_run_times(page: Page, dashboard: Dashboard, told: Told):
    page.goto(dashboard.page(told.path()))
    expect(page.get_by_test_id("chart-times").get_by_role("img")).to_be_visible()

    rows = downloaded(page, "Run time")

    assert Counter(FOLDED.get(row["status"], row["status"]) for row in rows) == told.counts
    assert {row["run"] for row in rows} == {run["uuid"] for run, _status in told.results}


def test_results_are_counted_by_day(page: Page, dashboard: Dashboard, told: Told):
    page.goto(dashboard.page(told.path()))
    expect(page.get_by_test_id("chart-counts")).to_contain_text("per day")
    expect(page.get_by_test_id("chart-counts").get_by_role("img")).to_be_visible()

    rows = downloaded(page, "Results")

    days = Counter((run["started_at"][:10], status) for run, status in told.results)
    found = {(row["time"][:10], name): int(row[name]) for row in rows for name in ("passed", "failed", "skipped", "incomplete")}
    assert {key: count for key, count in found.items() if count} == days


def test_days_begin_at_the_viewers_midnight(browser: Any, dashboard: Dashboard, told: Told):
    context = browser.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.goto(dashboard.page(told.path()))
    expect(page.get_by_test_id("chart-counts").get_by_role("img")).to_be_visible()

    rows = downloaded(page, "Results")
    context.close()

    assert all(row["time"].endswith("T15:00:00.000Z") for row in rows)  # midnight in Tokyo
    assert sum(int(row["failed"]) for row in rows) == told.counts["failed"]


def test_a_click_on_a_point_opens_the_run_at_the_test(page: Page, dashboard: Dashboard, told: Told):
    run = next(run for run, status in reversed(told.results) if status == "failed")  # what never ended took no time to draw
    at = re.sub(r"\.\d+Z", "Z", run["started_at"])
    listed = httpx.get(dashboard.page("/api/v1/tests/runs"), params={"test": told.test}).json()
    began = listed["started_at"][listed["run"].index(run["uuid"])]
    # A period of which the result is the middle.
    page.goto(dashboard.page(told.path(f"&hide=passed&hide=skipped&from={at}&to={_mirrored(at, began)}")))
    chart = page.get_by_test_id("chart-times").locator("canvas")
    expect(chart).to_be_visible()
    box = chart.bounding_box()
    assert box

    for y in range(8, int(box["height"]) - 20, 5):
        for x in range(int(box["width"] / 2) - 8, int(box["width"] / 2) + 60, 5):
            page.mouse.move(box["x"] + x, box["y"] + y)
            if (
                page.evaluate("document.querySelector('[data-testid=chart-times] .gh-canvas-holder > div').style.cursor")
                == "pointer"
            ):
                page.mouse.click(box["x"] + x, box["y"] + y)
                expect(page).to_have_url(re.compile(f"/run/{run['uuid']}"))
                assert query(page)["test"] == [told.test]
                return
    pytest.fail("no point was found")


def _mirrored(start: str, middle: str) -> str:
    """The end of a period that starts here and has this moment in its middle."""
    first, at = (datetime.fromisoformat(text) for text in (start, middle))
    return (at + (at - first)).isoformat().replace("+00:00", "Z")


def test_the_breakdown_by_job_is_that_of_the_runs_and_leads_to_the_job(page: Page, dashboard: Dashboard, told: Told):
    page.goto(dashboard.page(told.path()))
    rows = page.get_by_test_id("breakdown-row")
    by_job = Counter((run["job"], status) for run, status in told.results)
    jobs = {job for job, _status in by_job}
    expect(rows).to_have_count(len(jobs))

    for row in rows.all():
        job, failed, passed, skipped = (row.locator("td").nth(at).inner_text().strip() for at in range(4))
        assert [int(failed), int(passed), int(skipped)] == [by_job[job, name] for name in ("failed", "passed", "skipped")]
    rows.first.get_by_role("link").click()
    expect(page).to_have_url(re.compile("/job/"))


def test_a_value_of_the_breakdown_narrows_the_page_to_it(page: Page, dashboard: Dashboard, told: Told):
    page.goto(dashboard.page(told.path()))
    expect_counts(page, told.counts)
    page.get_by_role("group", name="Broken down by").get_by_role("button", name="Pipeline").click()
    expect(page).to_have_url(re.compile("by=pipeline"))
    pipeline = told.bad[0]["pipeline"]

    page.get_by_test_id("breakdown").get_by_role("link", name=pipeline, exact=True).click()

    expect(page.get_by_test_id("active-filters")).to_contain_text(pipeline)
    expect(page.get_by_test_id("breakdown-row")).to_have_count(1)
    assert query(page)["pipeline"] == [pipeline]
    wanted = Counter(status for run, status in told.results if run["pipeline"] == pipeline)
    expect_counts(page, wanted)


def test_the_breakdown_takes_any_metadata_key(page: Page, dashboard: Dashboard, told: Told):
    key = httpx.get(dashboard.page("/api/v1/keys")).json()["metadata"][0]
    page.goto(dashboard.page(told.path(f"&by={key}")))

    link = page.get_by_test_id("breakdown-row").get_by_role("link").first
    expect(link).to_have_attribute("href", re.compile(f"^/g/{key}/"))
    total = sum(int(row.locator("td").nth(2).inner_text()) for row in page.get_by_test_id("breakdown-row").all())
    assert total == told.counts["passed"]


def test_the_failures_are_listed_newest_first_and_lead_to_run_job_provider_and_logs(
    page: Page, dashboard: Dashboard, told: Told
):
    page.goto(dashboard.page(told.path()))
    rows = page.get_by_test_id("failure")
    expect(rows).to_have_count(len(told.bad))

    for row, run in zip(rows.all(), told.bad, strict=True):
        expect(row.get_by_role("link", name="Run", exact=True)).to_have_attribute("href", re.compile(f"^/run/{run['uuid']}"))
        expect(row.get_by_role("link", name=run["job"], exact=True)).to_be_visible()
        expect(row.get_by_role("link", name=run["provider"], exact=True)).to_have_attribute(
            "href", re.compile(f"^/g/provider/{re.escape(run['provider'])}")
        )
        expect(row.get_by_role("link", name=re.compile("^Logs"))).to_have_attribute("href", run["log_url"])
    last = page.get_by_test_id("last-failure").get_by_role("link")
    expect(last).to_have_attribute("href", re.compile(f"^/run/{told.bad[0]['uuid']}"))


def test_the_whole_text_of_a_failure_is_a_click_away_by_keyboard_alone(page: Page, dashboard: Dashboard, told: Told):
    page.goto(dashboard.page(told.path()))
    found = httpx.get(dashboard.page("/api/v1/failures"), params={"test": told.test, "limit": 1000}).json()["failures"]
    with_text = next(each["run"]["uuid"] for each in found if each["status"] == "fail")
    failed = next(run for run in told.bad if run["uuid"] == with_text)
    row = page.get_by_test_id("failure").nth(told.bad.index(failed))
    row.get_by_role("button", name="Details").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("attachment").first).to_contain_text("Traceback (most recent call last)")
    assert query(page)["open"] == [failed["uuid"]]
    page.reload()
    expect(page.get_by_test_id("attachment").first).to_contain_text("Traceback (most recent call last)")

    page.get_by_role("button", name=re.compile("^By message")).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("failures=messages"))
    assert "open" not in query(page)


def test_equal_messages_are_counted_together(page: Page, dashboard: Dashboard, told: Told):
    answer = httpx.get(dashboard.page("/api/v1/failures"), params={"test": told.test, "limit": 1000}).json()
    messages = Counter(failure["message"] for failure in answer["failures"])
    page.goto(dashboard.page(told.path("&failures=messages")))
    rows = page.get_by_test_id("message")
    expect(rows).to_have_count(len(messages))

    found = Counter(
        {row.locator("td").nth(1).inner_text().strip(): int(row.locator("td").nth(2).inner_text()) for row in rows.all()}
    )

    assert found == Counter({message or "no message": count for message, count in messages.items()})
    rows.filter(has_text=max(messages)).get_by_role("button", name="Details").click()
    expect(page.get_by_test_id("attachment").first).to_be_visible()


def test_results_of_one_message_are_found_again(page: Page, tmp_path: Path):
    """Three runs fail with the same words, and one with these and more, which are other words."""
    said = ["timed out"] * 3 + ["timed out again"]
    with serving(settings_for(tmp_path)) as server:
        for number, words in enumerate(said, 1):
            text = text_file("traceback", f"{TRACEBACK_HEAD}\nTimeoutError: {words}\n")
            failed = Result("a.B.test_slow", Status.FAIL, attachments=[text])
            server.store.writer.write(
                helpers.run(failed, number=number, job=f"job-{number}", started_at=helpers.at(number * 60))
            )
        day = "from=2026-11-22T00:00:00Z&to=2026-11-23T00:00:00Z"
        page.goto(f"{server.url}/test?test=a.B.test_slow&failures=messages&{day}")
        rows = page.get_by_test_id("message")
        expect(rows).to_have_count(2)
        expect(rows.first.locator("td").nth(2)).to_have_text("3")

        rows.first.get_by_role("button", name="Details").click()

        seen = page.get_by_role("region", name="Results with this message").get_by_role("listitem")
        expect(seen).to_have_count(3)
        for row, number in zip(seen.all(), (3, 2, 1), strict=True):
            expect(row).to_contain_text(f"job-{number}")
        expect(page.get_by_test_id("attachment")).to_contain_text("TimeoutError: timed out")


def test_what_the_charts_show_is_in_the_address(page: Page, dashboard: Dashboard, told: Told):
    page.goto(dashboard.page(told.path("&period=P14D&hide=passed&bars=grouped&sort=failed&dir=asc")))
    counts = page.get_by_test_id("chart-counts")

    expect(counts.get_by_role("button", name="Passed")).to_have_attribute("aria-pressed", "false")
    expect(counts.get_by_role("button", name="Grouped")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("columnheader", name="Failed", exact=True)).to_have_attribute("aria-sort", "ascending")
    counts.get_by_role("button", name="Skipped").click()
    expect(page).to_have_url(re.compile("hide=passed&hide=skipped"))
    counts.get_by_role("button", name="Stacked").click()
    expect(page).not_to_have_url(re.compile("bars="))


def test_the_parts_of_the_name_lead_to_the_tree_of_tests(page: Page, dashboard: Dashboard, told: Told):
    page.goto(dashboard.page(told.path()))
    *parts, own = told.test.split(".")
    crumbs = page.get_by_role("navigation", name="Where this page is")

    expect(crumbs.get_by_role("listitem").last).to_contain_text(own)
    for at, part in enumerate(parts):
        prefix = ".".join(parts[: at + 1])
        link = crumbs.get_by_role("link", name=part, exact=True).first
        expect(link).to_have_attribute("href", re.compile(rf"[?&]prefix={re.escape(prefix)}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(told.test)
    expect(page.get_by_role("button", name="Copy the test's name")).to_be_visible()


def test_an_unknown_test_says_so_and_offers_the_search(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/test?test=no.such.Test.test_anything"))
    expect(page.get_by_test_id("unknown-test")).to_contain_text("not known")
    field = page.get_by_label("Search all tests (regex)")
    expect(field).to_have_value("test_anything")

    field.press("Enter")

    expect(page).to_have_url(re.compile(r"/tests\?q=test_anything"))


def test_an_address_without_a_test_says_so(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/test"))

    expect(page.get_by_test_id("unknown-test")).to_contain_text("No test is named")


def test_a_period_without_results_says_so_and_offers_a_longer_one(page: Page, dashboard: Dashboard, told: Told):
    page.goto(dashboard.page(told.path("&period=P1D&end=2020-01-01T00:00:00Z")))
    expect(page.get_by_test_id("no-results")).to_contain_text("No results of this test")

    page.get_by_role("button", name="Show 1 week").click()
    expect(page).to_have_url(re.compile("period=P7D"))


def test_a_real_test_without_failures_says_so(page: Page, dashboard: Dashboard):
    columns = httpx.get(dashboard.page(f"/api/v1/runs/{REAL_UUID}/results")).json()
    test = columns["test"][columns["status"].index("success")]
    page.goto(dashboard.page(f"/test?test={quote(test)}&period=P3M"))

    expect_counts(page, Counter(passed=1))
    expect(page.get_by_test_id("failures")).to_contain_text("No failures")


def test_a_failed_request_says_what_failed_and_can_be_tried_again(page: Page, dashboard: Dashboard, told: Told):
    def busy(route: Any) -> None:
        route.fulfill(status=503, body='{"detail": "the database is busy"}')

    page.route("**/api/v1/tests/*", busy)
    page.goto(dashboard.page(told.path()))
    expect(page.get_by_text("The results could not be loaded")).to_be_visible()
    expect(page.get_by_text("The failures could not be loaded")).to_be_visible()
    expect(page.get_by_text("the database is busy").first).to_be_visible()

    page.unroute("**/api/v1/tests/*")
    for name in ("Results", "Failures"):
        page.get_by_role("region", name=name, exact=True).get_by_role("button", name="Retry").click()

    expect_counts(page, told.counts)
    expect(page.get_by_test_id("failure").first).to_be_visible()
