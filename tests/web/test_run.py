"""The page of one run in a browser: a real run of tempest's unit tests, and runs that have no results."""

from __future__ import annotations

import csv
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboards import BARE_UUID, REAL_UUID, Dashboard
from playwright.sync_api import Page, expect

SEVEN = 7  # failed tests of the real run, each with a traceback


def test_the_counts_are_those_of_the_stream(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page(f"/run/{REAL_UUID}"))

    expect(page.get_by_test_id("count-passed")).to_contain_text("2,491")
    expect(page.get_by_test_id("count-failed")).to_contain_text("7")
    expect(page.get_by_test_id("count-skipped")).to_contain_text("0")
    expect(page.get_by_test_id("found")).to_contain_text("2,498")
    expect(page.get_by_test_id("outcome")).to_contain_text("Failed")


def test_the_seven_tracebacks_can_be_read(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page(f"/run/{REAL_UUID}"))
    failed = page.locator("[data-testid=result][data-status=fail]")
    expect(failed).to_have_count(SEVEN)

    for row in failed.all():
        row.get_by_role("button").first.click()

    files = page.get_by_test_id("attachment").filter(has_text="Traceback (most recent call last)")
    expect(files).to_have_count(SEVEN)
    for text in files.all_inner_texts():
        assert re.search(r"File \".*\", line \d+", text)


def test_the_failures_stand_first_and_the_facts_are_shown(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page(f"/run/{REAL_UUID}"))

    expect(page.get_by_test_id("result").first).to_have_attribute("data-status", "fail")
    facts = page.get_by_test_id("facts")
    for text in ("real/tempest", "local", "912345", "python", "3.11", REAL_UUID):
        expect(facts).to_contain_text(text)
    expect(facts.get_by_role("link", name=re.compile("912345"))).to_have_attribute("href", "https://review.example.org/912345")
    expect(page.get_by_role("link", name=re.compile("^Logs"))).to_have_attribute("href", "https://logs.example.org/1/")
    export = page.get_by_role("link", name=re.compile("subunit", re.IGNORECASE))
    expect(export).to_have_attribute("href", f"/api/v1/runs/{REAL_UUID}/subunit")


def test_results_are_filtered_by_status_and_by_pattern_and_the_address_says_so(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page(f"/run/{REAL_UUID}?q=test_waiters"))
    expect(page.get_by_test_id("result").first).to_be_visible()
    for row in page.get_by_test_id("result").all_inner_texts():
        assert "test_waiters" in row.replace("\u200b", "")

    page.goto(dashboard.page(f"/run/{REAL_UUID}"))
    page.get_by_role("button", name=re.compile(r"^Failed\s*7")).click()
    expect(page.get_by_test_id("result")).to_have_count(SEVEN)
    assert "status=" in page.url


def test_an_address_with_a_test_opens_its_result(page: Page, dashboard: Dashboard):
    name = "tempest.tests.common.test_waiters.TestVolumeWaiters.test_wait_for_volume_attachment_not_present"
    page.goto(dashboard.page(f"/run/{REAL_UUID}?test={name}"))

    expect(page.get_by_test_id("attachment").first).to_contain_text("StopIteration")


def test_expected_failures_are_a_part_of_what_passed_and_unmentioned_when_there_are_none(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page(f"/run/{BARE_UUID}"))
    expect(page.get_by_test_id("count-passed")).to_contain_text("1")
    expect(page.get_by_test_id("count-passed").get_by_test_id("count-xfail")).to_have_text("of them 1 expected failure")

    page.goto(dashboard.page(f"/run/{REAL_UUID}"))
    expect(page.get_by_test_id("count-passed")).to_contain_text("2,491")
    expect(page.get_by_test_id("count-xfail")).to_have_count(0)


def test_characters_that_would_reorder_a_text_are_shown_instead(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page(f"/run/{BARE_UUID}?test=bare.Test.test_order"))

    expect(page.get_by_test_id("attachment")).to_contain_text(r"expected \u2066admin\u2069, got user\u202e nimda")
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.locator("body").inner_text())


def test_a_run_without_results_says_what_became_of_it(page: Page, dashboard: Dashboard):
    listed = page.request.get(dashboard.page("/api/v1/runs?outcome=infra&limit=100")).json()["runs"]
    bare = next(run for run in listed if not run["counts"]["total"])
    page.goto(dashboard.page(f"/run/{bare['uuid']}"))

    expect(page.get_by_test_id("no-results")).to_contain_text(bare["result"])


def test_an_unknown_run_says_so(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/run/00000000000000000000000000000000"))

    expect(page.get_by_text(re.compile("no run 0{32}"))).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Run")


def test_an_unknown_page_says_so(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/no/such/page"))

    expect(page.get_by_test_id("not-found")).to_be_visible()


def api(page: Page, dashboard: Dashboard, path: str) -> Any:
    answer = page.request.get(dashboard.page(f"/api/v1{path}"))
    assert answer.ok, answer.text()
    return answer.json()


def test_the_timeline_has_every_result_on_the_lane_of_its_worker(page: Page, dashboard: Dashboard):
    columns = api(page, dashboard, f"/runs/{REAL_UUID}/results")
    page.goto(dashboard.page(f"/run/{REAL_UUID}"))
    timeline = page.get_by_test_id("timeline")
    expect(timeline).to_contain_text("2,498 results of 2 workers")
    expect(timeline.get_by_role("img", name=re.compile(f"{SEVEN} failed"))).to_be_visible()

    page.get_by_role("button", name="Data of the chart: Timeline").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download CSV").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))

    told = zip(columns["test"], columns["worker"], columns["status"], strict=True)
    assert sorted((row["test"], row["worker"], row["status"]) for row in rows) == sorted(told)


def test_the_timeline_is_a_table_for_those_who_cannot_see_it(page: Page, dashboard: Dashboard):
    listed = api(page, dashboard, "/runs?outcome=fail&limit=100")["runs"]
    run = next(run for run in listed if run["counts"]["total"])
    page.goto(dashboard.page(f"/run/{run['uuid']}"))
    page.get_by_role("button", name="Data of the chart: Timeline").press("Enter")
    page.get_by_role("menuitem", name="Show as table").press("Enter")

    rows = page.get_by_test_id("timeline").get_by_role("row")
    expect(rows).to_have_count(1 + run["counts"]["total"])


def test_the_timeline_is_zoomed_by_keyboard_and_the_address_says_so(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page(f"/run/{REAL_UUID}"))
    whole = page.get_by_test_id("timeline-span").inner_text()
    page.get_by_role("button", name="Zoom in").press("Enter")
    expect(page).to_have_url(re.compile(r"span=[\d.]+~[\d.]+|span=[\d.]+%7E[\d.]+"))
    expect(page.get_by_test_id("timeline-span")).to_contain_text("after the first test began")
    zoomed = page.get_by_test_id("timeline-span").inner_text()
    page.get_by_role("button", name="Later", exact=True).press("Enter")
    expect(page.get_by_test_id("timeline-span")).not_to_have_text(zoomed)
    later = page.get_by_test_id("timeline-span").inner_text()
    page.get_by_role("button", name="Earlier", exact=True).press("Enter")
    expect(page.get_by_test_id("timeline-span")).not_to_have_text(later)
    earlier = page.get_by_test_id("timeline-span").inner_text()

    page.reload()
    expect(page.get_by_test_id("timeline-span")).to_have_text(earlier)
    page.get_by_role("button", name="Whole run").press("Enter")
    expect(page.get_by_test_id("timeline-span")).to_have_text(whole)
    assert "span=" not in page.url


def test_dragging_and_the_wheel_zoom_the_timeline(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page(f"/run/{REAL_UUID}"))
    canvas = page.get_by_test_id("timeline").locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 20
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=3)
    page.mouse.move(x + 120, y, steps=3)
    page.mouse.up()
    expect(page).to_have_url(re.compile("span="))
    dragged = page.url

    page.mouse.move(x, y)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    expect(page).not_to_have_url(dragged)


def test_a_click_on_the_timeline_shows_the_result_among_the_others(page: Page, dashboard: Dashboard):
    columns = api(page, dashboard, f"/runs/{REAL_UUID}/results")
    began = [datetime.fromisoformat(at) for at in columns["started_at"]]
    at = columns["status"].index("fail")
    start = (began[at] - min(began)).total_seconds()
    lane = sorted(set(columns["worker"])).index(columns["worker"][at])
    # The failed test is all that the timeline shows of its worker; the results are searched for something else.
    span = f"{start:.3f}~{start + columns['seconds'][at]:.3f}"
    page.goto(dashboard.page(f"/run/{REAL_UUID}?span={span}&q=nothing-like-it"))
    canvas = page.get_by_test_id("timeline").locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + (30 if lane == 0 else box["height"] - 46))

    row = page.get_by_test_id("result").filter(has_text=columns["test"][at].rpartition(".")[2]).first
    expect(row).to_be_in_viewport()
    expect(page.get_by_test_id("attachment").first).to_be_visible()


def test_a_run_stands_among_the_runs_of_its_job(page: Page, dashboard: Dashboard):
    run = api(page, dashboard, "/runs?outcome=pass&limit=50")["runs"][20]
    around = api(page, dashboard, f"/runs/{run['uuid']}/neighbours")["runs"]
    here = [each["uuid"] for each in around].index(run["uuid"])
    others = [each["seconds"] for each in around if each["outcome"] == "pass" and each["uuid"] != run["uuid"]]
    faster = sum(seconds < run["seconds"] for seconds in others)
    page.goto(dashboard.page(f"/run/{run['uuid']}"))
    place = page.get_by_test_id("place")

    expect(place).to_contain_text(f"longer than {faster} of the {len(others)} other passed runs")
    expect(place).to_contain_text(f"{len(around)} runs, oldest left")
    names = {"Previous run": here + 1, "Next run": here - 1}
    for name, at in names.items():
        link = place.get_by_role("link", name=name)
        if 0 <= at < len(around):
            expect(link).to_have_attribute("href", f"/run/{around[at]['uuid']}")
        else:
            expect(link).to_have_count(0)
    page.get_by_role("button", name="Data of the chart: Among the runs of the job").click()
    page.get_by_role("menuitem", name="Show as table").click()
    expect(place.get_by_role("row").nth(len(around) - here)).to_contain_text("this run")


def test_the_neighbours_of_a_run_lead_on(page: Page, dashboard: Dashboard):
    run = api(page, dashboard, "/runs?limit=1")["runs"][0]
    page.goto(dashboard.page(f"/run/{run['uuid']}"))
    previous = page.get_by_test_id("place").get_by_role("link", name="Previous run")
    to = previous.get_attribute("href") or ""
    previous.click()

    expect(page).to_have_url(re.compile(f"{to}$"))
    expect(page.get_by_test_id("place").get_by_role("link", name="Next run")).to_have_attribute("href", f"/run/{run['uuid']}")


def test_runs_around_that_cannot_be_loaded_say_so(page: Page, dashboard: Dashboard):
    page.route("**/neighbours?*", lambda route: route.fulfill(status=503, body='{"detail": "the database is busy"}'))
    page.goto(dashboard.page(f"/run/{REAL_UUID}"))
    expect(page.get_by_text("The other runs of the job could not be loaded")).to_be_visible()

    page.unroute("**/neighbours?*")
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_test_id("place")).to_contain_text("No other run of the job is known")


def test_an_infra_failure_is_shown_as_what_it_is(page: Page, dashboard: Dashboard):
    listed = api(page, dashboard, "/runs?outcome=infra&limit=100")["runs"]
    for word in {run["result"] for run in listed if not run["counts"]["total"]}:
        run = next(run for run in listed if run["result"] == word and not run["counts"]["total"])
        page.goto(dashboard.page(f"/run/{run['uuid']}"))
        verdict = page.get_by_test_id("verdict")
        expect(verdict).to_contain_text(f"Not the tests failed, but what runs them: {word}")
        expect(verdict.get_by_role("link", name=re.compile("^Logs"))).to_have_count(1 if run["log_url"] else 0)
        expect(page.locator("header.gh-header").get_by_test_id("outcome")).to_contain_text("Infra failure")
        expect(page.get_by_test_id("count-passed")).to_have_count(0)
        expect(page.get_by_test_id("timeline")).to_have_count(0)


def test_a_run_that_ran_out_of_time_says_so_beside_the_results_that_it_has(page: Page, dashboard: Dashboard):
    listed = api(page, dashboard, "/runs?outcome=fail&limit=1000")["runs"]
    run = next(run for run in listed if run["result"] == "TIMED_OUT" and run["counts"]["total"])
    page.goto(dashboard.page(f"/run/{run['uuid']}"))

    expect(page.get_by_test_id("verdict")).to_contain_text("TIMED_OUT")
    expect(page.get_by_test_id("count-passed")).to_contain_text(f"{run['counts']['passed']:,}")
