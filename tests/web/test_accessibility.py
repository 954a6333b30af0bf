"""Every page for everyone: axe-core finds no serious fault in light or dark, and the keyboard alone reaches everything."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlencode

import pytest
from dashboards import REAL_UUID, Dashboard, unavailable
from playwright.sync_api import Page, expect

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
FAULTS = ("serious", "critical")


def job_of(dashboard: Dashboard) -> str:
    return max(dashboard.truth["by"]["job"], key=lambda job: dashboard.truth["by"]["job"][job]["outcomes"]["fail"])


def failing_test(page: Page, dashboard: Dashboard) -> str:
    answer = page.request.get(dashboard.page("/api/v1/failures/tests?limit=1")).json()
    return str(answer["tests"][0]["test"])


def address(page: Page, dashboard: Dashboard, name: str) -> str:
    """Where a page is, with something on it."""
    if name in ("test", "tests by prefix"):
        test = failing_test(page, dashboard)
        return f"/test?{urlencode({'test': test})}" if name == "test" else f"/tests?{urlencode({'prefix': test.split('.')[0]})}"
    return {
        "overview": "/?period=P14D",
        "overview of nothing": "/?period=P1D&end=2020-01-01T00:00:00Z",
        "group": f"/g/project/{min(dashboard.truth['by']['project'])}",
        "job": f"/job/{quote(job_of(dashboard))}",
        "tests": "/tests",
        "run": f"/run/{REAL_UUID}",
        "failures": "/failures",
        "status": "/status",
        "not found": "/no/such/page",
    }[name]


PAGES = ["overview", "overview of nothing", "group", "job", "test", "tests", "tests by prefix", "run"]
PAGES += ["failures", "status", "not found"]


def settle(page: Page) -> None:
    """Waits until everything that the page asked for is there."""
    expect(page.locator("h1")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    expect(page.locator("main [aria-busy=true]")).to_have_count(0)


def faults(page: Page) -> list[str]:
    """What axe-core finds that is serious, each with the elements that it is about."""
    if not AXE.is_file():
        unavailable("axe-core is not installed (make web)")
    # What is still fading in has not its colours yet.
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished.catch(() => null)))")
    page.evaluate(AXE.read_text())  # as a script of its own the pages' policy would refuse it
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"], "axe-core looked at nothing"
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:200]} {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in FAULTS
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_serious_fault(page: Page, dashboard: Dashboard, name: str, scheme: Literal["light", "dark"]):
    page.emulate_media(color_scheme=scheme)
    page.goto(dashboard.page(address(page, dashboard, name)))
    settle(page)

    assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neither_have_the_narrow_pages_the_menus_and_the_dialogs(
    page: Page, dashboard: Dashboard, scheme: Literal["light", "dark"]
):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(dashboard.page("/?pipeline=gate"))
    settle(page)
    assert faults(page) == []

    page.get_by_role("button", name="Pages").click()
    expect(page.get_by_role("menuitem", name="Status")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("combobox").fill("test")
    expect(page.get_by_role("option").first).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="All keys").click()
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert faults(page) == []


def test_the_keyboard_walks_from_the_top_through_all_that_the_frame_offers(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/"))
    settle(page)
    walked: list[str] = []
    for _ in range(30):
        page.keyboard.press("Tab")
        walked.append(page.evaluate("document.activeElement.ariaLabel || document.activeElement.innerText.trim()"))

    frame = ["Skip to content", "Gatehealth, overview", "Overview", "Failures", "Tests", "Status", "API", "Find"]
    assert walked[: len(frame)] == frame
    rest = walked[len(frame) :]
    assert [each for each in rest if each in ("Times: Local", "Colour theme")] == ["Times: Local", "Colour theme"]
    bar = [re.compile(each) for each in ("^Period", "^Until", "^Hour", "^Group by", "^Project", "^Pipeline", "^Voting")]
    places = [next(at for at, each in enumerate(rest) if wanted.search(each)) for wanted in bar]
    assert places == sorted(places)


def test_the_skip_link_leads_past_the_frame(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/status"))
    settle(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_role("navigation", name="Where this page is").get_by_role("link", name="Overview")).to_be_focused()


def test_zone_and_theme_are_chosen_by_keyboard_and_give_the_focus_back(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/status"))
    zone = page.get_by_role("button", name=re.compile("^Times"))
    zone.press("Enter")
    expect(page.get_by_role("menuitem", name=re.compile("Local time"))).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Times: UTC")).to_be_focused()

    theme = page.get_by_role("button", name="Colour theme")
    theme.press("Enter")
    expect(page.get_by_role("menuitem", name="Light")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_class(re.compile("pf-v6-theme-dark"))
    expect(theme).to_be_focused()
