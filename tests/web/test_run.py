"""The page of one run in a browser: a real run of tempest's unit tests, and runs that have no results."""

from __future__ import annotations

import re

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


def test_an_unknown_page_says_so(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/no/such/page"))

    expect(page.get_by_test_id("not-found")).to_be_visible()
