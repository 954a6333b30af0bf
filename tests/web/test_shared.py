"""What all pages share in a browser: links carry period and filters, times have a zone, charts give their data."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from dashboards import REAL_UUID, Dashboard
from playwright.sync_api import Page, expect

SHARED = "period=P14D&pipeline=check&voting=true"
PAGES = ["/", "/g/project/a/b", "/job/a/b", "/test?test=a.b%5Bc%5D", "/tests", "/tests?prefix=a.b", "/failures", "/status"]


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_a_link_to_another_page_keeps_period_and_filters_and_drops_the_rest(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page(f"/?{SHARED}&sort=passed&q=e"))
    expect(page.get_by_test_id("active-filters")).to_contain_text("check")

    page.get_by_role("link", name="Failures", exact=True).click()

    expect(page).to_have_url(re.compile("/failures"))
    assert query(page) == parse_qs(SHARED)
    expect(page.get_by_test_id("active-filters")).to_contain_text("check")
    page.get_by_role("link", name="Overview", exact=True).first.click()
    expect(page).to_have_url(re.compile(r"/\?"))
    assert query(page) == parse_qs(SHARED)


@pytest.mark.parametrize("path", [*PAGES, f"/run/{REAL_UUID}"])
def test_every_page_has_its_title_and_no_sideways_scroll_when_narrow(page: Page, dashboard: Dashboard, path: str):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(dashboard.page(path))
    expect(page.locator("h1")).to_have_count(1)
    expect(page).to_have_title(re.compile("— Gatehealth$"))

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_page_about_a_filter_hides_its_control_and_keeps_it_in_the_address(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/job/some/job?job=other&project=p"))
    bar = page.get_by_role("search", name="Period and filters")
    expect(bar.get_by_role("button", name=re.compile("^Pipeline"))).to_be_visible()

    expect(bar.get_by_role("button", name=re.compile("^Job"))).to_have_count(0)
    expect(page.get_by_test_id("active-filters")).not_to_contain_text("other")
    bar.get_by_role("button", name="Day", exact=True).click()
    expect(page).to_have_url(re.compile("resolution=day"))
    assert query(page)["job"] == ["other"]


def test_a_resolution_that_does_not_fit_gives_way_and_the_bar_says_so(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/?period=P7D&resolution=min"))

    expect(page.get_by_test_id("refused-resolution")).to_contain_text("minutes are for periods up to 1 day")
    expect(page.get_by_role("button", name="Hour", exact=True)).to_have_attribute("aria-pressed", "true")


def test_any_two_moments_make_a_period(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    page.get_by_role("button", name=re.compile("^Period")).click()
    page.get_by_role("option", name="From … to …").click()
    page.get_by_label("From", exact=True).fill("2026-03-24T10:00")
    page.get_by_label("To", exact=True).fill("2026-03-24T09:00")
    expect(page.get_by_role("alert")).to_contain_text("after the start")
    expect(page.get_by_role("button", name="Apply")).to_be_disabled()

    page.get_by_label("To", exact=True).fill("2026-03-24T14:00")
    page.get_by_role("button", name="Apply").click()

    expect(page).to_have_url(re.compile("from="))
    assert query(page) == {"from": ["2026-03-24T10:00:00Z"], "to": ["2026-03-24T14:00:00Z"]}


def test_times_are_shown_in_the_zone_that_is_chosen_and_the_choice_is_kept(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    page.get_by_role("button", name="Times: Local").click()
    page.get_by_role("menuitem", name="UTC", exact=True).click()
    expect(page).to_have_url(re.compile("zone=utc"))

    page.goto(dashboard.page("/"))
    expect(page.get_by_role("button", name="Times: UTC")).to_be_visible()


def test_a_chart_gives_its_data_as_files_and_as_a_table(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    expect(page.get_by_test_id("group").first).to_be_visible()
    passed = dashboard.truth["totals"]["outcomes"]["pass"]
    menu = page.get_by_role("button", name="Data of the chart: Runs")

    menu.click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download CSV").click()
    assert download.value.suggested_filename == "runs.csv"
    rows = list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))
    assert sum(int(row["passed"]) for row in rows) == passed

    menu.click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download JSON").click()
    assert sum(json.loads(Path(download.value.path()).read_text())["passed"]) == passed

    menu.click()
    page.get_by_role("menuitem", name="Show as table").click()
    expect(page.get_by_test_id("chart-runs").get_by_role("row")).to_have_count(len(rows) + 1)


def test_the_pages_are_behind_a_button_when_narrow(page: Page, dashboard: Dashboard):
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(dashboard.page("/?period=P14D"))
    page.get_by_role("button", name="Pages").click()
    page.get_by_role("menuitem", name="Tests").click()

    expect(page).to_have_url(re.compile(r"/tests\?period=P14D"))
