"""The overview in a browser: its numbers are those of the gate's truth, and every state is in the address."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from dashboards import BARE_AGE, Dashboard
from playwright.sync_api import Page, expect

TILES = {"passed": "pass", "failed": "fail", "infra": "infra", "ignored": "ignored"}  # and the outcome that each counts


def expect_number(page: Page, tile: str, number: int) -> None:
    """Waits until the tile shows the number: until then it may show none, or that of the question before."""
    expect(page.get_by_test_id(f"tile-{tile}").locator(".gh-tile-value")).to_have_text(f"{number:,}")


def expect_tiles(page: Page, outcomes: dict[str, int]) -> None:
    for tile, outcome in TILES.items():
        expect(page.get_by_test_id(f"tile-{tile}").locator("b")).to_have_text(f"{outcomes[outcome]:,}")


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_the_tiles_show_the_outcomes_of_the_period(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))

    expect_tiles(page, dashboard.truth["totals"]["outcomes"])


def test_the_table_shows_each_project_with_its_outcomes(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    rows = page.get_by_test_id("group")
    projects = dashboard.truth["by"]["project"]
    expect(rows).to_have_count(len(projects))

    shown = {cells[0].strip(): [int(n) for n in cells[1:4]] for cells in (row.split("\t") for row in rows.all_inner_texts())}

    assert shown == {name: [of["outcomes"][o] for o in ("pass", "fail", "infra")] for name, of in projects.items()}


def test_runs_without_the_key_are_counted_and_have_a_row_of_their_own(page: Page, dashboard: Dashboard):
    end = (dashboard.end - BARE_AGE + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    page.goto(dashboard.page(f"/?period=P1D&end={end}"))

    row = page.get_by_test_id("group")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("(no project)")
    expect(row.get_by_role("button")).to_have_count(0)
    expect_tiles(page, {"pass": 0, "fail": 1, "infra": 0, "ignored": 0})


def test_a_filter_narrows_every_number_and_stands_in_the_address(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    everything = dashboard.truth["totals"]["outcomes"]
    expect_tiles(page, everything)
    page.get_by_role("button", name=re.compile("^Pipeline")).click()
    page.get_by_role("menuitem", name="gate").or_(page.get_by_role("option", name="gate")).first.click()
    page.keyboard.press("Escape")

    gate = dashboard.truth["by"]["pipeline"]["gate"]["outcomes"]
    assert gate["pass"] < everything["pass"]
    expect_tiles(page, gate)
    assert query(page)["pipeline"] == ["gate"]

    page.go_back()
    expect_tiles(page, everything)


def test_a_pasted_address_shows_the_same_page(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/?period=P14D&resolution=day&key=job&pipeline=check"))

    expect(page.get_by_test_id("group").first).to_be_visible()
    expect_tiles(page, dashboard.truth["by"]["pipeline"]["check"]["outcomes"])
    expect(page.get_by_role("heading", name="Job status")).to_be_visible()


def test_the_search_finds_groups_by_regular_expression_and_says_when_it_is_none(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    expect(page.get_by_test_id("group").first).to_be_visible()
    wanted = min(dashboard.truth["by"]["project"])
    search = page.get_by_label(re.compile("search project", re.IGNORECASE))

    search.fill(f"^{wanted}$")
    expect(page.get_by_test_id("group")).to_have_count(1)
    expect(page.get_by_test_id("group")).to_contain_text(wanted)

    search.fill("(")
    expect(page.get_by_test_id("pattern-error")).to_be_visible()


def test_the_last_failed_runs_unfold_to_their_failed_tests_which_lead_to_the_traceback(page: Page, dashboard: Dashboard):
    newest = page.request.get(dashboard.page("/api/v1/runs/recent-failures?limit=10")).json()["runs"]
    position = next(at for at, each in enumerate(newest) if each["failed"])
    page.goto(dashboard.page("/"))
    page.get_by_test_id("failed-run").nth(position).get_by_role("button", name="Details").click()
    link = page.get_by_test_id("recent-failures").locator("a[href*='test=']").first
    name = parse_qs(urlsplit(link.get_attribute("href") or "").query)["test"][0]
    link.click()

    expect(page.get_by_test_id("attachment").first).to_be_visible()
    expect(page.get_by_test_id("result").filter(has_text=name.rpartition(".")[2]).first).to_be_visible()


def test_a_failed_run_shows_its_change_its_result_and_how_many_tests_failed(page: Page, dashboard: Dashboard):
    newest = page.request.get(dashboard.page("/api/v1/runs/recent-failures?limit=10")).json()["runs"]
    page.goto(dashboard.page("/"))
    rows = page.get_by_test_id("failed-run")
    expect(rows).to_have_count(len(newest))

    for row, run in zip(rows.all(), (each["run"] for each in newest), strict=True):
        change, result, failed = (row.locator("td").nth(at).inner_text().strip() for at in (2, 6, 7))
        assert change == (f"{run['change']},{run['patchset']}" if run["patchset"] else run["change"])
        assert result == run["result"]
        assert failed.startswith(str(run["counts"]["failed"] or "none"))


def test_a_change_of_the_filters_folds_the_failed_runs_up(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    page.get_by_test_id("failed-run").first.get_by_role("button", name="Details").click()
    expect(page).to_have_url(re.compile("open="))

    page.get_by_role("button", name=re.compile("^Voting")).click()
    page.get_by_role("option", name="Voting", exact=True).click()

    expect(page).to_have_url(re.compile("voting=true"))
    assert "open" not in query(page)


def test_the_period_ends_with_a_chosen_day_or_now_by_keyboard_alone(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    until = page.get_by_role("button", name=re.compile("^Until"))
    expect(until).to_have_text("Until now")
    day = (dashboard.end - timedelta(days=3)).date()

    until.press("Enter")
    field = page.get_by_label("Last day")
    expect(field).to_be_focused()
    page.keyboard.type(day.strftime("%m%d%Y"))
    page.keyboard.press("Enter")
    expect(until).to_have_text(f"Until {day}")
    expect(until).to_be_focused()
    assert query(page)["end"] == [f"{day + timedelta(days=1)}T00:00:00Z"]

    until.press("Enter")
    page.get_by_role("button", name="Now", exact=True).press("Enter")
    expect(until).to_have_text("Until now")
    assert "end" not in query(page)


def test_a_period_without_runs_says_so(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/?period=P1D&end=2020-01-01T00:00:00Z"))

    empty = page.get_by_test_id("empty-note")
    expect(empty).to_contain_text("None between 2019-12-31 00:00 and 2020-01-01 00:00")
    empty.get_by_role("button", name="Go to the newest run").click()
    expect(page.get_by_test_id("group").first).to_be_visible()


def test_a_failed_request_says_what_failed_and_can_be_tried_again(page: Page, dashboard: Dashboard):
    page.route("**/api/v1/groups?*", lambda route: route.fulfill(status=503, body='{"detail": "the database is busy"}'))
    page.goto(dashboard.page("/"))
    expect(page.get_by_text("the database is busy").first).to_be_visible()

    page.unroute("**/api/v1/groups?*")
    page.get_by_role("button", name=re.compile("try again|retry", re.IGNORECASE)).first.click()

    expect(page.get_by_test_id("group").first).to_be_visible()


def test_the_colour_theme_follows_the_system_and_a_choice_is_kept(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    dark = re.compile("pf-v6-theme-dark")
    expect(page.locator("html")).not_to_have_class(dark)

    page.get_by_role("button", name="Colour theme").click()
    page.get_by_text("Dark", exact=True).click()
    expect(page.locator("html")).to_have_class(dark)

    page.reload()
    expect(page.locator("html")).to_have_class(dark)


def test_a_narrow_window_has_no_sideways_scroll(page: Page, dashboard: Dashboard):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(dashboard.page("/"))
    expect(page.get_by_test_id("group").first).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_tiles_compare_the_period_with_the_one_before(page: Page, dashboard: Dashboard):
    """Two days against the two before them, both within the gate."""
    page.goto(dashboard.page("/?period=P2D&resolution=hour"))
    expect(page.get_by_test_id("tile-runs").get_by_test_id("versus")).to_contain_text(re.compile("before"))
    with page.expect_response(re.compile("/api/v1/summary")) as response:
        page.reload()
    asked = response.value.json()
    now, before = asked["current"], asked["before"]
    since, until = (datetime.fromisoformat(before[name]) for name in ("since", "until"))
    assert until == datetime.fromisoformat(now["since"])
    recount = page.request.get(
        dashboard.page("/api/v1/runs"), params={"from": since.isoformat(), "to": until.isoformat(), "limit": 1000}
    ).json()["runs"]
    assert before["runs"] == len(recount)

    versus = {
        name: page.get_by_test_id(f"tile-{name}").get_by_test_id("versus") for name in ("runs", "failing-tests", "median")
    }
    expect_number(page, "runs", now["runs"])
    expect_number(page, "failing-tests", now["failing_tests"])
    difference = now["failing_tests"] - before["failing_tests"]
    words = f"{abs(difference)} {'more' if difference > 0 else 'fewer'} than before" if difference else "as many as before"
    expect(versus["failing-tests"]).to_have_text(words)
    expect(versus["runs"]).to_contain_text("more than" if now["runs"] > before["runs"] else re.compile("fewer than|as many"))
    longer = now["median_seconds"] > before["median_seconds"]
    expect(versus["median"]).to_contain_text(re.compile("longer|as long" if longer else "shorter|as long"))
    expect(page.get_by_test_id("tile-failure-rate")).to_contain_text(f"n {now['n']:,}")


def test_a_period_without_one_before_says_so(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/?period=P6M"))

    expect(page.get_by_test_id("tile-runs").get_by_test_id("versus")).to_have_text("no runs in the period before")


def test_the_tests_that_fail_most_are_those_of_the_gate(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    rows = page.get_by_test_id("failing-test")
    expect(rows).to_have_count(5)
    runs = page.request.get(dashboard.page("/api/v1/runs?limit=1000")).json()["runs"]
    failures: Counter[str] = Counter()
    for run in runs:
        if run["counts"]["failed"] or run["counts"]["incomplete"]:
            results = page.request.get(dashboard.page(f"/api/v1/runs/{run['uuid']}/results")).json()
            statuses = zip(results["test"], results["status"], strict=True)
            failures.update(test for test, status in statuses if status in ("fail", "uxsuccess"))

    for row in rows.all():
        name = parse_qs(urlsplit(row.get_by_role("link").first.get_attribute("href") or "").query)["test"][0]
        assert row.locator("td").nth(1).inner_text().splitlines()[0] == f"{failures[name]:,}"
    shown = [int(row.locator("td").nth(1).inner_text().splitlines()[0]) for row in rows.all()]
    assert shown == [count for _, count in failures.most_common(5)]


def test_from_the_test_that_fails_most_to_its_newest_traceback_is_one_click(page: Page, dashboard: Dashboard):
    worst = page.request.get(dashboard.page("/api/v1/failures/tests?limit=5")).json()["tests"]
    # One that never ended has no traceback.
    position, newest = next((at, each["newest"]) for at, each in enumerate(worst) if each["newest"]["status"] == "fail")
    page.goto(dashboard.page("/"))
    page.get_by_test_id("failing-test").nth(position).get_by_role("link").last.click()

    expect(page).to_have_url(re.compile(f"/run/{newest['uuid']}"))
    expect(page.get_by_test_id("attachment").first).to_be_visible()


def test_panels_fail_each_for_itself(page: Page, dashboard: Dashboard):
    page.route("**/api/v1/summary?*", lambda route: route.fulfill(status=503, body='{"detail": "no numbers now"}'))
    page.route("**/api/v1/failures/tests?*", lambda route: route.fulfill(status=503, body='{"detail": "no tests now"}'))
    page.goto(dashboard.page("/"))
    expect(page.get_by_text("no numbers now")).to_be_visible()
    expect(page.get_by_test_id("failing-tests").get_by_text("no tests now")).to_be_visible()
    expect(page.get_by_test_id("group").first).to_be_visible()

    page.unroute("**/api/v1/failures/tests?*")
    page.get_by_test_id("failing-tests").get_by_role("button", name="Retry").click()
    expect(page.get_by_test_id("failing-test").first).to_be_visible()


def test_the_first_page_needs_under_350_kb_of_javascript_before_charts(page: Page, dashboard: Dashboard):
    """As sent, compressed. What draws charts is a file of its own, which comes when there is a chart to draw."""
    page.goto(dashboard.page("/"))
    expect(page.locator("canvas").first).to_be_visible()

    scripts = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.endsWith('.js')).map(e => [e.name, e.encodedBodySize])"
    )
    before = [size for name, size in scripts if "/Canvas-" not in name]
    print(f"{sum(before):,} bytes of JavaScript before charts")
    assert len(before) == len(scripts) - 1, "one file draws charts"
    assert all(before)
    assert sum(before) < 350_000
