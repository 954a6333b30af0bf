"""The status page in a browser: what it says is what the API says of the very same data, and silence is warned of."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from dashboards import Dashboard
from playwright.sync_api import Page, Route, expect

DAY = 86_400


def status(page: Page, dashboard: Dashboard) -> dict[str, Any]:
    answer: dict[str, Any] = page.request.get(dashboard.page("/api/v1/status")).json()
    return answer


def test_the_tiles_count_all_that_was_ever_taken_in(page: Page, dashboard: Dashboard):
    held = status(page, dashboard)
    page.goto(dashboard.page("/status"))

    assert held["runs"] == sum(dashboard.truth["totals"]["outcomes"].values()) + 2  # the real run and the bare one
    for name in ("runs", "results", "failures", "tests", "jobs"):
        expect(page.get_by_test_id(f"tile-{name}")).to_contain_text(f"{held[name]:,}")


def test_every_pipeline_says_whether_it_is_fresh_or_silent(page: Page, dashboard: Dashboard):
    held = status(page, dashboard)
    now = datetime.fromisoformat(held["now"])
    page.goto(dashboard.page("/status"))
    rows = page.get_by_test_id("pipeline")
    expect(rows).to_have_count(len(held["pipelines"]))

    silent = []
    for row, one in zip(rows.all(), held["pipelines"], strict=True):  # both the freshest first
        is_silent = (now - datetime.fromisoformat(one["started_at"])).total_seconds() > DAY
        expect(row).to_contain_text(one["pipeline"] or "(no pipeline)")
        expect(row).to_contain_text(re.compile("Silent for" if is_silent else "Fresh"))
        silent += [one["pipeline"] or "(no pipeline)"] * is_silent
    assert "local" in silent  # the real run's, of 30 days ago
    expect(page.get_by_test_id("silent-pipelines")).to_contain_text(", ".join(silent))


def test_the_newest_run_of_a_pipeline_is_one_click_away(page: Page, dashboard: Dashboard):
    newest = status(page, dashboard)["pipelines"][0]
    page.goto(dashboard.page("/status"))
    page.get_by_test_id("pipeline").first.get_by_role("link", name=re.compile("ago|just now")).click()

    expect(page).to_have_url(re.compile(f"/run/{newest['uuid']}"))


def test_it_says_what_is_kept_how_long_and_what_serves_it(page: Page, dashboard: Dashboard):
    store = page.request.get(dashboard.page("/api/v1/status/store")).json()
    page.goto(dashboard.page("/status"))

    expect(page.get_by_test_id("retention")).to_contain_text(f"{store['passing_days']:,} days")
    expect(page.get_by_test_id("retention")).to_contain_text(f"{store['failure_days']:,} days")
    for name in ("gatehealth", "duckdb", "python"):
        expect(page.get_by_test_id("versions")).to_contain_text(store["versions"][name])
    expect(page.get_by_test_id("store")).to_contain_text(f"{store['open_results']:,}")


def test_an_empty_database_says_so_and_warns_of_nothing(page: Page, dashboard: Dashboard):
    nothing = {"runs": 0, "results": 0, "failures": 0, "tests": 0, "jobs": 0, "newest_run": None, "oldest_run_at": None}
    empty = {**status(page, dashboard), **nothing, "pipelines": []}
    page.route("**/api/v1/status", lambda route: route.fulfill(body=json.dumps(empty), content_type="application/json"))
    page.goto(dashboard.page("/status"))

    expect(page.get_by_test_id("freshness-by-pipeline")).to_contain_text("No run has come yet")
    expect(page.get_by_test_id("sources")).to_contain_text("Nothing has arrived yet")
    expect(page.get_by_test_id("silent-pipelines")).to_have_count(0)


def test_what_could_not_be_asked_is_said_and_can_be_asked_again(page: Page, dashboard: Dashboard):
    def refuse(route: Route) -> None:
        route.fulfill(status=503, body='{"detail": "the database is busy"}')

    page.route("**/api/v1/status/store", refuse)
    page.goto(dashboard.page("/status"))
    expect(page.get_by_role("alert").filter(has_text="the database is busy")).to_be_visible()
    expect(page.get_by_test_id("pipeline").first).to_be_visible()

    page.unroute("**/api/v1/status/store")
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_test_id("versions")).to_contain_text("DuckDB")
