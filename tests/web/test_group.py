"""The page of a group in a browser: its numbers are those of the gate's truth, for facts and for free metadata."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from dashboards import BARE_AGE, Dashboard
from playwright.sync_api import Page, expect

OUTCOMES = ("pass", "fail", "infra", "ignored")


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def tile(page: Page, name: str) -> int:
    value = page.get_by_test_id(f"tile-{name}").locator(".gh-tile-value")
    expect(value).to_have_text(re.compile(r"^[\d,]+$"))
    return int(value.inner_text().replace(",", ""))


def charted(page: Page) -> dict[str, int]:
    """The sums of the chart of runs, from its download."""
    page.get_by_role("button", name="Data of the chart: Runs").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download CSV").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))
    return {name: sum(int(row[name]) for row in rows) for name in ("passed", "failed", "infra", "ignored")}


def jobs(page: Page) -> dict[str, list[int]]:
    """Passed, failed and infra runs of each job."""
    expect(page.get_by_test_id("job").first).to_be_visible()
    return {
        row.locator("td").first.inner_text(): [int(row.locator("td").nth(at).inner_text()) for at in (2, 3, 4)]
        for row in page.get_by_test_id("job").all()
    }


def runs(page: Page, dashboard: Dashboard) -> list[dict[str, Any]]:
    """Every run of the gate with its facts and metadata, newest first."""
    found = page.request.get(dashboard.page("/api/v1/runs?limit=1000")).json()["runs"]
    return [page.request.get(dashboard.page(f"/api/v1/runs/{run['uuid']}")).json() for run in found]


@pytest.mark.parametrize("key", ["project", "pipeline", "branch", "provider"])
def test_tiles_and_chart_and_jobs_are_of_the_group(page: Page, dashboard: Dashboard, key: str):
    value, truth = max(dashboard.truth["by"][key].items(), key=lambda each: each[1]["runs"])
    page.goto(dashboard.page(f"/g/{key}/{value}"))
    outcomes = truth["outcomes"]
    assert [tile(page, name) for name in ("runs", "failed", "infra")] == [truth["runs"], outcomes["fail"], outcomes["infra"]]
    assert charted(page) == dict(zip(("passed", "failed", "infra", "ignored"), (outcomes[o] for o in OUTCOMES), strict=True))
    sums = [sum(column) for column in zip(*jobs(page).values(), strict=True)]
    assert sums == [outcomes["pass"], outcomes["fail"], outcomes["infra"]]


def test_a_free_metadata_key_groups_as_well(page: Page, dashboard: Dashboard):
    every = runs(page, dashboard)
    label = every[0]["metadata"]["node_label"]
    those = [run for run in every if run["metadata"].get("node_label") == label]
    assert 0 < len(those) < len(every)
    page.goto(dashboard.page(f"/g/node_label/{quote(label)}"))

    assert [tile(page, "runs"), tile(page, "failed")] == [len(those), sum(run["outcome"] == "fail" for run in those)]
    assert set(jobs(page)) == {run["job"] for run in those}
    first = page.get_by_test_id("recent-run").first.get_by_role("link").first
    assert those[0]["uuid"] in (first.get_attribute("href") or "")


def test_the_way_from_the_overview_keeps_the_key(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/?key=region&period=P14D"))
    link = page.get_by_test_id("group").first.get_by_role("link")
    region = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{region} jobs")
    assert query(page) == {"period": ["P14D"]}

    page.get_by_role("link", name="all by region").click()
    expect(page).to_have_url(re.compile("key=region"))


def test_a_search_on_jobs_narrows_tiles_charts_and_lists(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/g/pipeline/check"))
    every = jobs(page)
    whole = charted(page)
    page.get_by_label("Search jobs (regex)").fill("^TEMPEST")
    expect(page).to_have_url(re.compile("q="))
    wanted = {job: counts for job, counts in every.items() if job.startswith("tempest")}
    assert 0 < len(wanted) < len(every)
    expect(page.get_by_test_id("job")).to_have_count(len(wanted))

    assert jobs(page) == wanted
    failed = sum(counts[1] for counts in wanted.values())
    expect(page.get_by_test_id("tile-failed").locator(".gh-tile-value")).to_have_text(str(failed))
    narrowed = charted(page)
    assert narrowed["failed"] == failed
    assert narrowed["passed"] < whole["passed"]
    for row in page.get_by_test_id("recent-run").all():
        assert row.get_by_role("link").first.inner_text().startswith("tempest")

    page.get_by_label("Search jobs (regex)").fill("(")
    expect(page.get_by_test_id("pattern-error")).to_be_visible()


def test_the_filters_narrow_the_group_and_its_own_is_not_offered(page: Page, dashboard: Dashboard):
    every = [run for run in runs(page, dashboard) if run["pipeline"] == "check"]
    project = every[0]["project"]
    page.goto(dashboard.page(f"/g/pipeline/check?project={quote(project)}"))

    assert tile(page, "runs") == sum(run["project"] == project for run in every)
    bar = page.get_by_role("search", name="Period and filters")
    expect(bar.get_by_role("button", name=re.compile("^Pipeline"))).to_have_count(0)


def test_tiles_say_what_the_period_before_came_to(page: Page, dashboard: Dashboard):
    half = {"period": "P3D", "end": dashboard.end.strftime("%Y-%m-%dT%H:%M:%SZ")}
    page.goto(dashboard.page(f"/g/branch/master?period=P3D&end={half['end']}"))
    now = tile(page, "runs")
    before = dashboard.truth["by"]["branch"]["master"]["runs"] - now
    words = "as many as" if before == now else "more than|times as many" if now > before else "fewer than"
    versus = page.get_by_test_id("tile-runs").get_by_test_id("versus")
    expect(versus).to_have_text(re.compile(f"({words}).* before"))


def test_infra_failures_and_runs_without_results_are_shown_as_what_they_are(page: Page, dashboard: Dashboard):
    every = runs(page, dashboard)
    page.goto(dashboard.page(f"/g/result/{next(run['result'] for run in every if run['outcome'] == 'infra')}"))
    row = page.get_by_test_id("recent-run").first
    expect(row.get_by_test_id("outcome")).to_have_text("Infra failure")
    assert tile(page, "infra") == tile(page, "runs")


def test_runs_without_the_key_are_a_group(page: Page, dashboard: Dashboard):
    end = (dashboard.end - BARE_AGE).strftime("%Y-%m-%dT23:59:59Z")
    page.goto(dashboard.page(f"/g/project/?period=P2D&end={end}"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs with no project")
    assert tile(page, "runs") == 1


def test_jobs_sort_by_keyboard(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/g/pipeline/check"))
    expect(page.get_by_test_id("job").first).to_be_visible()
    page.get_by_role("button", name="Job", exact=True).last.press("Enter")
    expect(page).to_have_url(re.compile("sort=job"))
    expect(page.locator("[aria-sort=ascending]")).to_have_text("Job")  # drawn
    names = [row.locator("td").first.inner_text() for row in page.get_by_test_id("job").all()]
    assert names == sorted(names)
    page.get_by_test_id("job").first.get_by_role("link").press("Enter")
    expect(page).to_have_url(re.compile(f"/job/{names[0]}"))


def test_a_group_that_nobody_knows_says_so_and_offers_more(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/g/project/no/such"))
    expect(page.get_by_text("No runs of no/such")).to_be_visible()
    page.get_by_role("button", name="Show 1 month").click()
    expect(page).to_have_url(re.compile("period=P1M"))


@pytest.mark.parametrize("asked", ["summary", "groups", "jobs", "runs"])
def test_a_failed_request_says_so_and_can_be_tried_again(page: Page, dashboard: Dashboard, asked: str):
    page.route(f"**/api/v1/{asked}?*", lambda route: route.fulfill(status=503, body='{"detail": "the database is busy"}'))
    page.goto(dashboard.page("/g/pipeline/check"))
    expect(page.get_by_text("the database is busy")).to_be_visible()

    page.unroute(f"**/api/v1/{asked}?*")
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_text("the database is busy")).to_have_count(0)
    expect(page.get_by_test_id("job").first).to_be_visible()
