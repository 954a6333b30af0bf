"""The page of the API in a browser: complete without any other server, and under the pages' content security policy."""

from __future__ import annotations

from urllib.parse import urlsplit

from dashboards import Dashboard
from playwright.sync_api import Page, expect


def test_the_api_is_described_without_asking_any_other_server(page: Page, dashboard: Dashboard):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(dashboard.page("/api/docs"))

    expect(page.get_by_text("/api/v1/groups", exact=True)).to_be_visible()
    expect(page).to_have_title("Gatehealth API")
    assert [url for url in asked if not url.startswith(("data:", dashboard.url))] == []


def test_a_question_can_be_tried_from_the_page(page: Page, dashboard: Dashboard):
    page.goto(dashboard.page("/api/docs"))
    page.get_by_text("/api/v1/keys", exact=True).click()
    page.get_by_role("button", name="Try it out").click()
    with page.expect_response(lambda response: urlsplit(response.url).path == "/api/v1/keys") as answer:
        page.get_by_role("button", name="Execute").click()

    assert answer.value.ok


def test_no_page_needs_more_than_the_policy_allows(page: Page, dashboard: Dashboard):
    policy = page.request.get(dashboard.page("/")).headers["content-security-policy"]
    assert "script-src 'unsafe" not in policy
    assert "default-src 'self'" in policy
    run = page.request.get(dashboard.page("/api/v1/runs?limit=1")).json()["runs"][0]["uuid"]
    page.add_init_script(
        "window.refused = []; document.addEventListener('securitypolicyviolation', e => refused.push(e.blockedURI))"
    )

    for path, sign in (("/", "canvas"), (f"/run/{run}", "[data-testid=results]"), ("/api/docs", ".opblock")):
        page.goto(dashboard.page(path))
        expect(page.locator(sign).first).to_be_visible()
        assert page.evaluate("refused") == [], path
