"""The page of tests in a browser: totals equal a recount of results; searches and the tree stand in the address."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from dashboards import Dashboard
from playwright.sync_api import Page, expect

FAILED = ("fail", "uxsuccess")
PASSED = ("success", "xfail")


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def api(page: Page, dashboard: Dashboard, path: str) -> Any:
    return page.request.get(dashboard.page(f"/api/v1{path}")).json()


def recounted(page: Page, dashboard: Dashboard) -> dict[str, Counter[str]]:
    """The results of each test by status, counted run by run."""
    counts: dict[str, Counter[str]] = {}
    for run in api(page, dashboard, "/runs?limit=1000")["runs"]:
        results = api(page, dashboard, f"/runs/{run['uuid']}/results")
        for test, status in zip(results["test"], results["status"], strict=True):
            counts.setdefault(test, Counter())[status] += 1
    return counts


def sums(counts: Counter[str]) -> tuple[int, int, int]:
    return sum(counts[word] for word in PASSED), sum(counts[word] for word in FAILED), counts["skip"]


def shown(page: Page) -> dict[str, tuple[int, int, int]]:
    """Passed, failed and skipped results of the tests on the page, by name."""
    rows = page.get_by_test_id("test-row")
    found = {}
    for row in rows.all():
        name = row.get_by_role("link").get_attribute("title") or ""
        passed, failed, skipped = (int(row.locator("td").nth(at).inner_text().replace(",", "")) for at in (1, 2, 3))
        found[name] = (passed, failed, skipped)
    return found


def test_totals_are_those_of_the_single_results(page: Page, dashboard: Dashboard):
    counts = recounted(page, dashboard)
    page.goto(dashboard.page("/tests?sort=failed&limit=100"))
    expect(page.get_by_test_id("test-row")).to_have_count(100)
    expect(page.get_by_test_id("tests")).to_contain_text(f"{len(counts):,} tests with results in the period")

    found = shown(page)
    assert found == {test: sums(counts[test]) for test in found}
    failed = sum(number for _, number, _ in found.values())
    assert failed == dashboard.truth["totals"]["results"]["fail"]  # fewer than 100 tests fail: all are on this page


def test_the_server_sorts_and_pages_and_both_stand_in_the_address(page: Page, dashboard: Dashboard):
    names = sorted(recounted(page, dashboard))
    page.goto(dashboard.page("/tests"))
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page).to_have_url(re.compile("sort=name"))
    expect(page.get_by_test_id("test-row").first.get_by_role("link")).to_have_attribute("title", names[0])

    page.get_by_role("button", name="Go to next page").click()
    expect(page.get_by_test_id("page-of")).to_contain_text(f"51–{min(100, len(names))} of")
    expect(page.get_by_test_id("test-row").first.get_by_role("link")).to_have_attribute("title", names[50])
    assert query(page) == {"sort": ["name"], "dir": ["asc"], "offset": ["50"]}

    page.reload()  # a pasted address has a way back: the original's did not
    page.get_by_role("button", name="Go to previous page").click()
    expect(page.get_by_test_id("test-row").first.get_by_role("link")).to_have_attribute("title", names[0])


@pytest.mark.parametrize("limit", [250, 500, 1000])
def test_a_page_may_be_longer(page: Page, dashboard: Dashboard, limit: int):
    total = api(page, dashboard, "/tests?limit=1")["total"]
    page.goto(dashboard.page("/tests"))
    page.get_by_role("button", name=re.compile("^Rows")).click()
    page.get_by_role("option", name=str(limit), exact=True).click()

    expect(page).to_have_url(re.compile(f"limit={limit}"))
    expect(page.get_by_test_id("test-row")).to_have_count(min(limit, total))


def test_a_search_is_for_text_or_for_a_pattern(page: Page, dashboard: Dashboard):
    names = set(recounted(page, dashboard))
    page.goto(dashboard.page("/tests"))
    page.get_by_label("Search tests").fill("COMPUTE")
    expect(page).to_have_url(re.compile("contains=COMPUTE"))
    wanted = {name for name in names if "compute" in name}
    expect(page.get_by_test_id("tests")).to_contain_text(f"{len(wanted)} test")
    expect(page.get_by_test_id("active-filters")).to_contain_text("Test contains COMPUTE")

    page.get_by_role("button", name="Regex").click()
    field = page.get_by_label("Search tests (regex)")
    expect(field).to_have_value("COMPUTE")
    field.fill(r"^nova\..*_rbac")
    expect(page).to_have_url(re.compile("q="))
    wanted = {name for name in names if re.search(r"^nova\..*_rbac", name)}
    expect(page.get_by_test_id("tests")).to_contain_text(f"{len(wanted)} test")
    assert "contains" not in query(page)

    field.fill("(")
    expect(page.get_by_test_id("pattern-error")).to_be_visible()
    page.get_by_role("button", name="Clear filters").first.click()
    expect(page).not_to_have_url(re.compile("q="))


def test_a_dot_of_a_text_is_a_dot(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/tests?contains=a.*b"))

    expect(page.get_by_test_id("empty-table")).to_contain_text("No tests")
    page.get_by_test_id("empty-table").get_by_role("button", name="Clear filters").click()
    expect(page.get_by_test_id("test-row").first).to_be_visible()


def test_the_tree_counts_tests_and_leads_down_and_up_again(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/tests"))
    page.get_by_role("button", name="By prefix").click()
    page.get_by_role("link", name="tempest", exact=True).click()
    page.get_by_role("link", name="api", exact=True).click()
    expect(page).to_have_url(re.compile(r"prefix=tempest\.api$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("tempest.api")

    # Names as the tree has them: setUpClass (a.b) stands at a.b.
    every = api(page, dashboard, "/tests/names?limit=1000&contains=tempest.api.")["tests"]
    inner = [re.sub(r"^\w+ \((.*)\)$", r"\1", name) for name in every]
    parts = Counter(name.split(".")[2] for name in inner if name.startswith("tempest.api."))
    rows = page.get_by_test_id("tree-row")
    expect(rows).to_have_count(len(parts))
    found = {row.locator("td").nth(0).inner_text().strip(): row.locator("td").nth(1).inner_text() for row in rows.all()}
    assert found == {part: str(count) for part, count in parts.items()}

    page.get_by_role("navigation", name="Where this page is").get_by_role("link", name="tempest").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("tempest")
    page.get_by_role("link", name="List the tests below").click()
    expect(page).to_have_url(re.compile(r"contains=tempest\.$"))
    expect(page.get_by_test_id("test-row").first).to_be_visible()


def test_results_in_the_tree_are_those_of_the_truth(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/tests?tab=tree"))
    rows = page.get_by_test_id("tree-row")
    expect(rows.first).to_be_visible()
    passed, failed = (sum(int(row.locator("td").nth(at).inner_text().replace(",", "")) for row in rows.all()) for at in (3, 4))
    truth = dashboard.truth["totals"]["results"]
    assert (passed, failed) == (truth["success"] + truth["xfail"], truth["fail"] + truth["uxsuccess"])


def test_a_prefix_that_nobody_has_seen_says_so(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/tests?prefix=no.such"))

    expect(page.get_by_test_id("empty-table")).to_contain_text("No test has a name below no.such")
    page.get_by_role("link", name="To the top of the tree").click()
    expect(page.get_by_test_id("tree-row").first).to_be_visible()


def test_the_page_works_by_keyboard_alone(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/tests"))
    expect(page.get_by_test_id("test-row").first).to_be_visible()
    page.get_by_role("textbox", name="Search tests").focus()
    page.keyboard.type("compute")
    expect(page).to_have_url(re.compile("contains=compute"))
    page.get_by_role("button", name="By prefix").press("Enter")
    page.get_by_role("link", name="tempest", exact=True).press("Enter")
    expect(page).to_have_url(re.compile("prefix=tempest"))
    page.get_by_role("button", name="Failure rate").press("Enter")
    expect(page).to_have_url(re.compile("treeSort=failure_rate"))


@pytest.mark.parametrize(("path", "asked"), [("/tests", "**/api/v1/tests?*"), ("/tests?tab=tree", "**/api/v1/tests/tree?*")])
def test_a_failed_request_says_so_and_can_be_tried_again(page: Page, dashboard: Dashboard, path: str, asked: str):
    page.route(asked, lambda route: route.fulfill(status=503, body='{"detail": "the database is busy"}'))
    page.goto(dashboard.page(path))
    expect(page.get_by_text("the database is busy")).to_be_visible()

    page.unroute(asked)
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_role("grid").get_by_role("row").nth(1)).to_be_visible()


def test_an_empty_period_offers_a_longer_one(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/tests?period=P1D&end=2020-01-01T00:00:00Z"))
    expect(page.get_by_test_id("empty-table")).to_contain_text("No tests")
    page.get_by_role("button", name="Show 1 week").click()
    expect(page).to_have_url(re.compile("period=P7D"))
