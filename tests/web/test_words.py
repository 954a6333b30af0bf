"""A run that ended by a word of the CI system's is shown by that word on every page, and never as a pass."""

from __future__ import annotations

import re

import pytest
from collected import FAILED_TASK, JOB, NO_NODES, OUTCOMES, PROJECT, TASK_SAID, WORDS, Collected
from playwright.sync_api import Locator, Page, expect


def row_of(page: Page, word: str) -> Locator:
    """The line of a word in the panel of runs that did not pass."""
    return page.get_by_test_id("run-word").filter(has=page.get_by_role("link", name=word, exact=True))


def listed(page: Page, gate: Collected, test_id: str, word: str) -> Locator:
    """The line of the word's run in a list of runs."""
    return page.get_by_test_id(test_id).filter(has=page.locator(f"a[href*='{gate.runs[word].uuid.hex}']"))


@pytest.mark.parametrize("word", WORDS)
def test_the_overview_shows_it_by_its_word(page: Page, collected: Collected, word: str):
    page.goto(collected.page("/"))
    row = row_of(page, word)
    expect(row).to_have_count(1)
    expect(row.get_by_test_id("outcome")).to_have_text(OUTCOMES[word])
    expect(row.locator(f"a[href*='/run/{collected.runs[word].uuid.hex}']")).to_have_count(1)
    expect(page.get_by_test_id("tile-passed")).to_contain_text("3")  # the two that passed, and the one uploaded


def test_what_did_not_pass_is_counted_whole(page: Page, collected: Collected):
    page.goto(collected.page("/"))
    expect(page.get_by_test_id("run-words")).to_contain_text("10 of 13 runs")
    expect(page.get_by_test_id("run-word")).to_have_count(6)
    expect(row_of(page, "RETRY")).to_contain_text("3")
    expect(row_of(page, "RETRY").get_by_test_id("outcome")).to_have_text("Retried")
    expect(row_of(page, "SUCCESS")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 400])
def test_the_last_failed_runs_say_that_one_ran_out_of_time(page: Page, collected: Collected, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(collected.page("/"))
    row = listed(page, collected, "failed-run", "TIMED_OUT")
    expect(row.get_by_text(re.compile("TIMED_OUT")).filter(visible=True)).to_have_count(1)


@pytest.mark.parametrize("word", WORDS)
def test_the_page_of_its_job_shows_it_by_its_word(page: Page, collected: Collected, word: str):
    page.goto(collected.page(f"/job/{JOB}"))
    expect(row_of(page, word)).to_be_visible()
    row = listed(page, collected, "run", word)
    expect(row.get_by_test_id("outcome")).to_have_text(OUTCOMES[word])
    expect(row.get_by_test_id("result-word")).to_have_text(word)
    page.get_by_role("button", name="Data of the chart: Run times").click()
    page.get_by_role("menuitem", name="Show as table").click()
    point = page.get_by_test_id("chart-run-times").get_by_role("row").filter(has_text=collected.runs[word].uuid.hex)
    expect(point).to_contain_text(word)


@pytest.mark.parametrize("word", WORDS)
def test_the_grid_of_its_job_shows_it_by_its_word(page: Page, collected: Collected, word: str):
    page.goto(collected.page(f"/job/{JOB}?tab=grid"))
    expect(page.get_by_role("grid", name="Tests by run").get_by_role("gridcell").first).to_be_visible()
    expect(page.get_by_test_id("source-trouble")).to_be_visible()  # above the grid: nothing moves after
    head = page.locator(f".gh-grid-head a[href*='{collected.runs[word].uuid.hex}']")
    expect(head).to_have_attribute("aria-label", re.compile(rf": {OUTCOMES[word]} \({word}\)$"))
    head.hover()
    details = page.get_by_test_id("cell-details")
    expect(details.get_by_test_id("outcome")).to_have_text(OUTCOMES[word])
    expect(details.get_by_test_id("result-word")).to_have_text(word)


@pytest.mark.parametrize("word", WORDS)
def test_the_page_of_its_project_shows_it_by_its_word(page: Page, collected: Collected, word: str):
    page.goto(collected.page(f"/g/project/{PROJECT}"))
    expect(row_of(page, word)).to_be_visible()
    row = listed(page, collected, "recent-run", word)
    expect(row.get_by_test_id("outcome")).to_have_text(OUTCOMES[word])
    expect(row.get_by_test_id("result-word")).to_have_text(word)


@pytest.mark.parametrize("word", WORDS)
def test_its_own_page_says_what_became_of_it(page: Page, collected: Collected, word: str):
    page.goto(collected.run_page(word))
    header = page.locator("header.gh-header")
    expect(header.get_by_test_id("outcome")).to_have_text(OUTCOMES[word])
    expect(header.get_by_test_id("result-word")).to_have_text(word)
    expect(page.get_by_test_id("verdict")).to_contain_text(word)
    expect(page.get_by_test_id("facts")).to_contain_text(word)
    expect(page.locator("main").get_by_text("This run passed")).to_have_count(0)


def test_a_word_leads_to_its_runs_of_the_same_job(page: Page, collected: Collected):
    page.goto(collected.page(f"/job/{JOB}"))
    row_of(page, "NODE_FAILURE").get_by_role("link", name="NODE_FAILURE").click()
    expect(page).to_have_url(re.compile(rf"/g/result/NODE_FAILURE\?(.*&)?job={JOB}"))
    rows = page.get_by_test_id("recent-run")
    expect(rows).to_have_count(1)
    expect(rows.get_by_test_id("result-word")).to_have_text("NODE_FAILURE")


def test_runs_of_a_period_that_all_passed_are_said_to(page: Page, collected: Collected):
    page.goto(collected.page("/job/lint"))
    expect(page.get_by_test_id("run-words")).to_contain_text("Every run passed")
    expect(page.get_by_test_id("run-words")).to_contain_text("0 of 1 run")


def test_words_that_cannot_be_asked_for_say_so(page: Page, collected: Collected):
    page.route("**/runs/words?*", lambda route: route.fulfill(status=503, body='{"detail": "the database is busy"}'))
    page.goto(collected.page("/"))
    panel = page.get_by_test_id("run-words")
    expect(panel).to_contain_text("the database is busy")
    page.unroute("**/runs/words?*")
    panel.get_by_role("button", name="Retry").click()
    expect(page.get_by_test_id("run-word")).to_have_count(6)


def test_a_retried_run_says_by_which_it_was_followed(page: Page, collected: Collected):
    page.goto(collected.run_page("retried"))
    expect(page.locator("header.gh-header").get_by_test_id("outcome")).to_have_text("Retried")
    expect(page.get_by_test_id("verdict")).to_contain_text("It was followed by attempt 2: passed.")
    expect(page.get_by_test_id("attempts")).to_contain_text("Attempt 1 of 2")
    page.get_by_test_id("verdict").get_by_role("link", name="attempt 2").click()
    expect(page).to_have_url(re.compile(collected.runs["passed"].uuid.hex))
    expect(page.get_by_test_id("attempts")).to_contain_text("Attempt 2 of 2")
    expect(page.get_by_test_id("verdict")).to_have_count(0)


def test_attempts_are_listed_in_order_with_what_became_of_each(page: Page, collected: Collected):
    page.goto(collected.run_page("RETRY_LIMIT"))
    rows = page.get_by_test_id("attempt")
    expect(rows).to_have_count(3)
    expect(rows.get_by_test_id("outcome")).to_have_text(["Retried", "Retried", "Infra failure"])
    expect(rows.get_by_test_id("result-word")).to_have_text(["RETRY", "RETRY", "RETRY_LIMIT"])
    expect(rows.nth(2)).to_contain_text("3, this run")
    rows.nth(1).get_by_role("link", name="Attempt 2").press("Enter")
    expect(page.get_by_test_id("attempts")).to_contain_text("Attempt 2 of 3")
    expect(page.get_by_test_id("verdict")).to_contain_text("followed by attempt 3: infra failure (RETRY_LIMIT)")


@pytest.mark.parametrize("name", ["NODE_FAILURE", "uploaded"])
def test_a_run_that_was_tried_once_speaks_of_no_attempts(page: Page, collected: Collected, name: str):
    with page.expect_response(lambda answer: answer.url.endswith("/attempts")):
        page.goto(collected.run_page(name))
    expect(page.get_by_test_id("no-results")).to_be_visible()
    expect(page.get_by_test_id("attempts")).to_have_count(0)


def test_attempts_that_cannot_be_asked_for_say_so(page: Page, collected: Collected):
    page.route("**/attempts", lambda route: route.fulfill(status=503, body='{"detail": "the database is busy"}'))
    page.goto(collected.run_page("RETRY_LIMIT"))
    expect(page.get_by_text("The other attempts could not be loaded")).to_be_visible()
    page.unroute("**/attempts")
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_test_id("attempt")).to_have_count(3)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("NODE_FAILURE", "no logs: NODE_FAILURE gives none (source opendev)"),
        ("POST_FAILURE", "no result file: 84 files, none of results (source opendev)"),
        ("expired", "expired: https://logs.example.org/1/ answered 404 Not Found (source opendev)"),
        ("waits", "not been fetched yet (source opendev, tried 1 time; the last try: logs.example.org answered 503 twice)"),
    ],
)
def test_a_run_without_results_says_why(page: Page, collected: Collected, name: str, why: str):
    page.goto(collected.run_page(name))
    expect(page.get_by_test_id("lack")).to_contain_text(why)


def test_a_run_that_no_source_knows_is_not_said_to_lack_anything(page: Page, collected: Collected):
    page.goto(collected.run_page("uploaded"))
    expect(page.get_by_test_id("no-results")).to_contain_text("The job may run no tests")
    expect(page.get_by_test_id("lack")).to_have_count(0)


def test_what_the_ci_system_says_of_an_error_is_shown(page: Page, collected: Collected):
    page.goto(collected.run_page("NODE_FAILURE"))
    expect(page.get_by_test_id("error-detail")).to_have_text(f"The CI system says: {NO_NODES}")


def test_a_run_without_results_shows_the_task_that_failed_and_what_it_said(page: Page, collected: Collected):
    page.goto(collected.run_page("POST_FAILURE"))
    panel = page.get_by_test_id("failed-task")
    for value in FAILED_TASK.values():
        expect(panel).to_contain_text(value)
    text = panel.get_by_role("region", name="Text of failed-task")
    expect(text).to_have_text(TASK_SAID)
    expect(page.get_by_test_id("metadata")).to_have_count(0)  # it is not told twice


def test_a_run_that_does_not_say_where_it_failed_has_no_such_panel(page: Page, collected: Collected):
    page.goto(collected.run_page("expired"))
    expect(page.get_by_test_id("lack")).to_be_visible()
    expect(page.get_by_test_id("failed-task")).to_have_count(0)
