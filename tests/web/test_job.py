"""A job's page in a browser: its numbers are those of the gate's truth, or counted anew from the results of its runs."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from dashboards import JOB, Dashboard
from playwright.sync_api import Locator, Page, expect

FOLDED = {"success": "passed", "xfail": "passed", "fail": "failed", "uxsuccess": "failed", "skip": "skipped"}
SIGNS = {"success": "·", "fail": "×", "skip": "–", "xfail": "x", "uxsuccess": "!", "incomplete": "…", None: ""}
OUTCOME_WORDS = {"pass": "Passed", "fail": "Failed", "infra": "Infra failure", "ignored": "Ignored"}
TELLS_NO_MORE = ("", "SUCCESS", "FAILURE")  # than the outcome


def ending(run: dict[str, Any]) -> str:
    """How a run ended, as a list of runs says it."""
    outcome = "Retried" if run["result"] == "RETRY" else OUTCOME_WORDS[run["outcome"]]
    return outcome if run["result"] in TELLS_NO_MORE else f"{outcome} {run['result']}"


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def answer(page: Page, dashboard: Dashboard, path: str, **asked: Any) -> Any:
    """What the API says."""
    return page.request.get(dashboard.page(f"/api/v1{path}"), params=asked).json()


def opened(page: Page, dashboard: Dashboard, words: str = "") -> None:
    page.goto(dashboard.page(f"/job/{JOB}{words}"))


@pytest.fixture(scope="module")
def runs(browser: Any, dashboard: Dashboard) -> list[dict[str, Any]]:
    """The job's runs, newest first, each with its results as `/runs/{uuid}/results` has them."""
    context = browser.new_context()
    request = context.request
    found = request.get(dashboard.page("/api/v1/runs"), params={"job": JOB, "limit": 1000}).json()["runs"]
    for run in found:
        run["results"] = request.get(dashboard.page(f"/api/v1/runs/{run['uuid']}/results")).json()
    context.close()
    return found


def counted(runs: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    """Results of each test by what they count as."""
    tests: dict[str, Counter[str]] = {}
    for run in runs:
        for test, status in zip(run["results"]["test"], run["results"]["status"], strict=True):
            tests.setdefault(test, Counter())[FOLDED.get(status, status)] += 1
    return tests


def last_status(run: dict[str, Any], test: str) -> str | None:
    """The status of the last attempt; none when the run has no result of the test."""
    results = run["results"]
    attempts = [i for i, name in enumerate(results["test"]) if name == test]
    return results["status"][max(attempts, key=lambda i: results["attempt"][i])] if attempts else None


def expect_figure(page: Page, name: str, figure: object) -> None:
    expect(page.get_by_test_id(f"tile-{name}").locator(".gh-tile-value")).to_have_text(str(figure))


def cells(row: Locator) -> list[str]:
    return [cell.strip() for cell in row.locator("td").all_inner_texts()]


def test_the_tiles_show_the_job_beside_the_period_before(page: Page, dashboard: Dashboard):
    truth = dashboard.truth["by"]["job"][JOB]["outcomes"]
    opened(page, dashboard)

    expect_figure(page, "runs", sum(truth.values()))
    expect_figure(page, "failed", truth["fail"])
    expect_figure(page, "infra", truth["infra"])
    n = truth["pass"] + truth["fail"]
    expect_figure(page, "failure-rate", f"{100 * truth['fail'] / n:.1f} %")
    current = answer(page, dashboard, "/summary", job=JOB)["current"]
    low, high = (100 * current[f"failure_rate_{end}"] for end in ("low", "high"))
    expect(page.get_by_test_id("tile-failure-rate")).to_contain_text(f"95 % interval {low:.1f}–{high:.1f} %, n {n}")
    expect(page.get_by_test_id("tile-runs")).to_contain_text("no runs in the period before")
    expect(page.get_by_test_id("tile-runs")).to_contain_text(f"{truth['ignored']} ignored")


def test_the_period_before_is_of_the_same_length(page: Page, dashboard: Dashboard):
    day = dashboard.end - timedelta(days=2)
    asked = {"from": (day - timedelta(days=1)).isoformat(), "to": day.isoformat()}
    both = answer(page, dashboard, "/summary", job=JOB, **asked)
    opened(page, dashboard, f"?from={asked['from'][:19]}Z&to={asked['to'][:19]}Z")

    expect_figure(page, "runs", both["current"]["runs"])
    before, now = both["before"]["runs"], both["current"]["runs"]
    words = "as many as" if before == now else "more than|times as many" if now > before else "fewer than"
    expect(page.get_by_test_id("tile-runs").get_by_test_id("versus")).to_have_text(re.compile(f"({words}).* before"))


def test_the_tests_are_counted_and_the_most_failing_come_first(page: Page, dashboard: Dashboard, runs: list[dict[str, Any]]):
    tests = counted(runs)
    opened(page, dashboard, "?limit=100")
    rows = page.get_by_test_id("test")
    expect(rows).to_have_count(min(100, len(tests)))
    expect(page.get_by_test_id("tests")).to_contain_text(f"{len(tests)} tests with results")

    shown = [cells(row) for row in rows.all()]
    for name, passed, failed, skipped, rate, _mean, _trend in shown:
        of = tests[name.replace("\u200b", "")]
        assert [int(passed), int(failed.split()[0]), int(skipped)] == [of["passed"], of["failed"], of["skipped"]], name
        n = of["passed"] + of["failed"]
        assert f"n {n}" in rate
        assert rate.split("\n")[0].strip() == ("–" if n == 0 else percent(of["failed"] / n))
        assert ("incomplete" in failed) == bool(of["incomplete"])
    rates = [of["failed"] / n if (n := (of := tests[row[0]])["passed"] + of["failed"]) else -1 for row in shown]
    assert rates == sorted(rates, reverse=True)


def percent(fraction: float) -> str:
    return f"{100 * fraction:.1f} %" if 0 < fraction < 1 else f"{100 * fraction:.0f} %"


def test_a_test_that_failed_shows_when(page: Page, dashboard: Dashboard, runs: list[dict[str, Any]]):
    tests = counted(runs)
    opened(page, dashboard)
    row = page.get_by_test_id("test").first
    expect(row).to_be_visible()
    name = cells(row)[0]

    expect(row.get_by_role("img", name=f"Failures over the period: {tests[name]['failed']}")).to_be_visible()
    assert row.locator("svg.gh-sparkline rect").count() >= 1


def test_the_server_sorts_and_pages_the_tests(page: Page, dashboard: Dashboard, runs: list[dict[str, Any]]):
    names = sorted(counted(runs))
    opened(page, dashboard)
    rows = page.get_by_test_id("test")
    expect(rows).to_have_count(50)

    page.get_by_test_id("tests").get_by_role("button", name="Test", exact=True).click()
    expect(rows.first).to_contain_text(names[0])
    assert (query(page)["sort"], query(page)["dir"]) == (["name"], ["asc"])

    page.get_by_role("button", name="Rows: 50").click()
    page.get_by_role("option", name="25", exact=True).click()
    expect(rows).to_have_count(25)
    page.get_by_test_id("tests").get_by_role("button", name="Go to next page").click()
    expect(rows.first).to_contain_text(names[25])
    assert (query(page)["limit"], query(page)["offset"]) == (["25"], ["25"])

    page.go_back()
    expect(rows.first).to_contain_text(names[0])


def test_the_search_finds_tests_and_says_when_it_is_none(page: Page, dashboard: Dashboard, runs: list[dict[str, Any]]):
    name = max(counted(runs), key=len)
    opened(page, dashboard)
    search = page.get_by_test_id("tests").get_by_label("Search tests (regex)")

    search.fill(re.escape(name.rpartition(".")[2]))
    expect(page.get_by_test_id("test")).to_have_count(1)
    expect(page.get_by_test_id("test")).to_contain_text(name)
    assert "q" in query(page)

    search.fill("no such test")
    expect(page.get_by_test_id("tests")).to_contain_text("No test of this job in the period matches the search.")
    search.fill("(")
    expect(page.get_by_test_id("pattern-error")).to_be_visible()


def test_the_recent_runs_say_how_each_ended(page: Page, dashboard: Dashboard, runs: list[dict[str, Any]]):
    opened(page, dashboard)
    rows = page.get_by_test_id("run")
    expect(rows).to_have_count(10)
    pages = page.get_by_test_id("runs")
    shown: list[list[str]] = []
    for first in range(0, len(runs), 10):
        expect(pages.get_by_test_id("page-of")).to_contain_text(f"{first + 1}–")
        shown += [cells(row) for row in rows.all()]
        if first + 10 < len(runs):
            pages.get_by_role("button", name="Go to next page").click()

    words = [" ".join(row[1].split()) for row in shown]
    assert words == [ending(run) for run in runs]
    assert any(run["result"] not in TELLS_NO_MORE for run in runs)
    assert query(page)["runs"] == [str((len(runs) - 1) // 10 * 10)]


def test_the_charts_give_what_they_draw(page: Page, dashboard: Dashboard, runs: list[dict[str, Any]]):
    truth = dashboard.truth["by"]["job"][JOB]
    opened(page, dashboard)
    expect(page.get_by_test_id("test").first).to_be_visible()

    times = downloaded(page, "Run times")
    timed = {run["uuid"]: run for run in runs if run["seconds"] is not None}
    assert {row["run"]: (float(row["seconds"]), row["outcome"]) for row in times} == {
        uuid: (run["seconds"], run["outcome"]) for uuid, run in timed.items()
    }
    outcomes = downloaded(page, "Runs")
    assert [sum(int(row[name]) for row in outcomes) for name in ("passed", "failed", "infra", "ignored")] == [
        truth["outcomes"][name] for name in ("pass", "fail", "infra", "ignored")
    ]
    results = downloaded(page, "Results")
    assert [sum(int(row[name]) for row in results) for name in ("passed", "failed", "skipped", "incomplete")] == [
        truth["results"][name] for name in ("success", "fail", "skip", "incomplete")
    ]
    for row in downloaded(page, "Failure rate of tests"):
        n = int(row["passed"]) + int(row["failed"])
        assert row["failure_rate"] == "" if n == 0 else float(row["failure_rate"]) == pytest.approx(int(row["failed"]) / n)


def downloaded(page: Page, title: str) -> list[dict[str, str]]:
    page.get_by_role("button", name=f"Data of the chart: {title}", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download CSV").click()
    return list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))


COLOURED = """box => {
  const canvas = box.querySelector('canvas');
  const { width, height } = canvas;
  // A copy that is meant to be read: of the canvas itself the browser would complain.
  const copy = Object.assign(document.createElement('canvas'), { width, height });
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const pixels = context.getImageData(0, 0, width, height).data;
  const found = [];
  for (let i = 0; i < pixels.length; i += 4) {
    const colour = [pixels[i], pixels[i + 1], pixels[i + 2]];
    if (pixels[i + 3] > 60 && Math.max(...colour) - Math.min(...colour) > 60) found.push(i / 4);
  }
  if (found.length === 0) return null;
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const scale = canvas.getBoundingClientRect().width / width;
  return [mean(found.map((at) => at % width)) * scale, mean(found.map((at) => Math.floor(at / width))) * scale];
}"""


def test_a_click_on_a_point_of_the_run_times_opens_the_run(page: Page, dashboard: Dashboard, runs: list[dict[str, Any]]):
    failed = next(run for run in runs if run["outcome"] == "fail" and run["seconds"])
    start = datetime.fromisoformat(failed["started_at"])
    words = "&".join(
        f"{name}={(start + timedelta(seconds=by)).strftime('%Y-%m-%dT%H:%M:%SZ')}" for name, by in (("from", -60), ("to", 60))
    )
    opened(page, dashboard, f"?{words}")
    chart = page.get_by_test_id("chart-run-times").locator(".gh-canvas-holder")
    expect(chart.locator("canvas")).to_be_visible()
    page.wait_for_function(f"box => ({COLOURED})(box) !== null", arg=chart.element_handle())
    x, y = chart.evaluate(COLOURED)
    box = chart.bounding_box()
    assert box

    page.mouse.click(box["x"] + x, box["y"] + y)

    expect(page).to_have_url(re.compile(f"/run/{failed['uuid']}"))
    assert "from" in query(page)


def test_a_legend_takes_outcomes_out_of_a_chart_and_the_address_says_so(page: Page, dashboard: Dashboard):
    opened(page, dashboard)
    results = page.get_by_test_id("chart-results")
    results.get_by_role("button", name="Passed").click()

    expect(results.get_by_role("button", name="Passed")).to_have_attribute("aria-pressed", "false")
    assert query(page)["statuses"] == ["passed"]


# The grid


def grid(page: Page) -> Locator:
    box = page.get_by_role("grid", name="Tests by run")
    expect(box.get_by_role("gridcell").first).to_be_visible()
    return box


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator(f'[data-cell="{row}:{column}"]')


def shown_rows(page: Page, first: int, count: int) -> list[str]:
    return [str(cell(page, row, -1).get_attribute("title")) for row in range(first, first + count)]


def test_the_grid_shows_each_test_in_each_run_newest_run_left(page: Page, dashboard: Dashboard, runs: list[dict[str, Any]]):
    tests = counted(runs[:50])
    names = sorted(tests, key=lambda name: (-tests[name]["failed"], -tests[name]["incomplete"], name))
    opened(page, dashboard, "?tab=grid")
    box = grid(page)
    expect(box).to_have_attribute("aria-rowcount", str(len(names) + 1))
    expect(box).to_have_attribute("aria-colcount", str(min(50, len(runs)) + 1))

    rows = page.get_by_test_id("grid-line")
    assert shown_rows(page, 0, 15) == names[:15]
    for row in range(15):
        for column in range(20):
            expected = last_status(runs[column], names[row])
            assert cell(page, row, column).inner_text() == SIGNS[expected], (names[row], column)
    assert rows.count() < len(names), "only what is in view is drawn"


def test_the_whole_grid_can_be_scrolled_to(page: Page, dashboard: Dashboard, runs: list[dict[str, Any]]):
    names = sorted(counted(runs[:50]))
    opened(page, dashboard, "?tab=grid&order=name")
    box = grid(page)
    box.evaluate("box => box.scrollTo(box.scrollWidth, box.scrollHeight)")

    last, column = len(names) - 1, min(50, len(runs)) - 1
    expect(cell(page, last, -1)).to_have_attribute("title", names[-1])
    assert cell(page, last, column).inner_text() == SIGNS[last_status(runs[column], names[-1])]
    expect(cell(page, 5, 1)).to_have_count(0)


def test_only_failing_tests_and_only_runs_with_results(page: Page, dashboard: Dashboard, runs: list[dict[str, Any]]):
    tests = counted(runs[:50])
    failing = [name for name in tests if tests[name]["failed"] or tests[name]["incomplete"]]
    opened(page, dashboard, "?tab=grid")
    box = grid(page)

    page.get_by_label("Only failing tests").click()
    expect(page.get_by_label("Only failing tests")).to_be_checked()
    expect(box).to_have_attribute("aria-rowcount", str(len(failing) + 1))
    assert query(page)["failing"] == ["true"]

    page.get_by_label("Only runs with results").click()
    expect(page.get_by_label("Only runs with results")).to_be_checked()
    with_results = [run for run in runs if run["results"]["test"]]
    expect(page.get_by_test_id("grid-runs")).to_contain_text(f"of {len(with_results)}")
    assert query(page)["results"] == ["true"]

    page.get_by_test_id("grid").get_by_label("Search tests (regex)").fill("no such test")
    expect(page.get_by_test_id("empty-grid")).to_contain_text("No test that failed in these runs matches")


def test_infra_runs_are_columns_of_their_own(page: Page, dashboard: Dashboard):
    hit = {run["job"] for run in answer(page, dashboard, "/runs", outcome="infra", limit=500)["runs"]}
    windows = {job: answer(page, dashboard, "/runs", job=job, limit=100)["runs"] for job in hit if job}
    job = next(job for job, runs in windows.items() if any(run["counts"]["total"] for run in runs))
    runs = windows[job]
    infra = [column for column, run in enumerate(runs) if run["outcome"] == "infra"]
    page.goto(dashboard.page(f"/job/{job}?tab=grid&columns=100"))
    box = grid(page)
    for column in infra:
        box.evaluate("(box, left) => box.scrollTo(left, 0)", column * 22)
        header = cell(page, -1, column)
        expect(header).to_have_accessible_name(re.compile(rf"Infra failure \({runs[column]['result']}\)"))
        if not runs[column]["counts"]["total"]:
            expect(cell(page, 0, column)).to_have_accessible_name("No result")
    assert box.locator(".gh-grid-mark-infra").count() >= 1


def test_older_runs_are_asked_for_a_window_at_a_time(page: Page, dashboard: Dashboard, runs: list[dict[str, Any]]):
    opened(page, dashboard, "?tab=grid")
    grid(page)
    expect(page.get_by_role("button", name="Newer runs")).to_be_disabled()
    page.get_by_role("button", name="Older runs").click()

    expect(page.get_by_test_id("grid-runs")).to_have_text(f"51–{len(runs)} of {len(runs)}")
    expect(cell(page, -1, 0)).to_have_attribute("href", re.compile(runs[50]["uuid"]))
    assert query(page)["older"] == ["50"]
    expect(page.get_by_role("button", name="Older runs")).to_be_disabled()
    page.go_back()
    expect(cell(page, -1, 0)).to_have_attribute("href", re.compile(runs[0]["uuid"]))


def test_what_is_pointed_at_is_told_with_duration_and_message(page: Page, dashboard: Dashboard, runs: list[dict[str, Any]]):
    opened(page, dashboard, "?tab=grid")
    grid(page)
    failed = page.locator(".gh-grid .gh-cell-fail").first
    row, column = (int(part) for part in str(failed.get_attribute("data-cell")).split(":"))
    name = shown_rows(page, row, 1)[0]
    results = runs[column]["results"]
    at = max((i for i, test in enumerate(results["test"]) if test == name), key=lambda i: results["attempt"][i])

    failed.hover()

    details = page.get_by_test_id("cell-details")
    expect(details).to_contain_text(results["message"][at])
    expect(details.get_by_role("link", name=name)).to_be_visible()
    expect(details).to_contain_text("Failed")
    seconds = results["seconds"][at]
    digits = int(seconds) if seconds == int(seconds) else seconds
    expect(details.get_by_title(f"{digits} s", exact=True).first).to_be_visible()
    expect(failed).to_have_accessible_name(f"Failed: {results['message'][at]}")


def test_the_grid_is_walked_by_keyboard_and_enter_opens_the_run_at_the_test(
    page: Page, dashboard: Dashboard, runs: list[dict[str, Any]]
):
    names = sorted(counted(runs[:50]))
    opened(page, dashboard, "?tab=grid&order=name")
    box = grid(page)
    page.get_by_role("button", name="Older runs").focus()
    page.keyboard.press("Tab")
    expect(cell(page, 0, 0)).to_be_focused()

    for key, row, column in (
        *(("ArrowRight", 0, 1), ("ArrowDown", 1, 1), ("End", 1, 49), ("Control+End", len(names) - 1, 49)),
        *(("ArrowDown", len(names) - 1, 49), ("Home", len(names) - 1, 0), ("Control+Home", 0, 0)),
        *(("ArrowUp", -1, 0), ("ArrowUp", -1, 0), ("ArrowDown", 0, 0), ("ArrowLeft", 0, -1), ("ArrowRight", 0, 0)),
    ):
        page.keyboard.press(key)
        expect(cell(page, row, column)).to_be_focused()
        assert is_within(box, cell(page, row, column)), key
    page.keyboard.press("PageDown")
    expect(page.locator("[data-cell]:focus")).not_to_have_attribute("data-cell", "0:0")
    page.keyboard.press("PageUp")
    expect(cell(page, 0, 0)).to_be_focused()
    assert box.locator("[tabindex='0']").count() == 1, "one stop for the Tab key"
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("cell-details").locator(":focus")).to_have_count(1)

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    expect(cell(page, 1, 0)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/run/{runs[0]['uuid']}"))
    assert query(page)["test"] == [names[1]]


def is_within(box: Locator, inner: Locator) -> bool:
    outer, small = box.bounding_box(), inner.bounding_box()
    assert outer
    assert small
    return (
        outer["x"] <= small["x"]
        and outer["y"] <= small["y"]
        and small["x"] + small["width"] <= outer["x"] + outer["width"]
        and small["y"] + small["height"] <= outer["y"] + outer["height"]
    )


def test_headers_of_the_grid_lead_to_the_test_and_to_the_run(page: Page, dashboard: Dashboard, runs: list[dict[str, Any]]):
    opened(page, dashboard, "?tab=grid&period=P14D")
    grid(page)
    [name] = shown_rows(page, 0, 1)
    cell(page, 0, -1).click()
    expect(page).to_have_url(re.compile("/test\\?"))
    assert query(page) == {"test": [name], "period": ["P14D"]}

    page.go_back()
    grid(page)
    cell(page, -1, 0).click()
    expect(page).to_have_url(re.compile(f"/run/{runs[0]['uuid']}"))


# When there is nothing to show


def test_a_job_that_nobody_has_seen_is_not_known(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/job/no/such/job"))

    expect(page.get_by_test_id("no-runs")).to_contain_text("This job is not known")
    expect(page.get_by_test_id("no-runs")).to_contain_text("no/such/job")


def test_a_period_without_runs_says_so_and_offers_a_longer_one(page: Page, dashboard: Dashboard):
    end = (dashboard.end - timedelta(days=100)).strftime("%Y-%m-%dT%H:00:00Z")
    opened(page, dashboard, f"?period=P1D&end={end}")

    expect(page.get_by_test_id("no-runs")).to_contain_text("No runs of this job")
    page.get_by_role("button", name="Show 1 week").click()
    expect(page).to_have_url(re.compile("period=P7D"))


def test_filters_that_leave_nothing_can_be_cleared(page: Page, dashboard: Dashboard):
    opened(page, dashboard, "?pipeline=nothing-of-the-kind")

    page.get_by_test_id("no-runs").get_by_role("button", name="Clear filters").click()
    expect(page.get_by_test_id("test").first).to_be_visible()


def test_a_job_without_tests_says_so(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/job/openstack-tox-pep8"))
    expect(page.get_by_test_id("tests")).to_contain_text("No test results")
    expect(page.get_by_test_id("run").first).to_be_visible()
    expect(page.get_by_test_id("chart-results")).to_have_count(0)

    page.goto(dashboard.page("/job/openstack-tox-pep8?tab=grid"))
    expect(page.get_by_test_id("empty-grid")).to_contain_text("no test results")


@pytest.mark.parametrize(
    ("route", "words", "part", "shown"),
    [
        ("summary", "", "body", "tile-runs"),
        ("tests", "", "tests", "test"),
        ("runs", "", "runs", "run"),
        ("jobs/grid", "?tab=grid", "grid", "grid-box"),
        ("runs/times", "", "body", "chart-run-times"),
        ("results/series", "", "body", "chart-results"),
    ],
)
def test_a_failed_request_says_what_failed_and_can_be_tried_again(
    page: Page, dashboard: Dashboard, route: str, words: str, part: str, shown: str
):
    address = re.compile(rf"/api/v1/{route}\?")
    page.route(address, lambda each: each.fulfill(status=503, body='{"detail": "the database is busy"}'))
    opened(page, dashboard, words)
    place = page.locator("body") if part == "body" else page.get_by_test_id(part)
    expect(place.get_by_text("the database is busy")).to_be_visible(timeout=15_000)  # after it was tried again

    page.unroute(address)
    place.get_by_role("button", name="Retry").click()

    expect(page.get_by_test_id(shown).first).to_be_visible()
    expect(page.get_by_text("the database is busy")).to_have_count(0)


@pytest.mark.parametrize("words", ["", "?tab=grid"])
def test_a_narrow_window_has_no_sideways_scroll(page: Page, dashboard: Dashboard, words: str):
    page.set_viewport_size({"width": 360, "height": 740})
    opened(page, dashboard, words)
    expect(page.get_by_test_id("grid-line" if words else "test").first).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
