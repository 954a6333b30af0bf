"""Takes every page of a simulated gate, light and dark, into docs/images. Run by `make screenshots`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from urllib.parse import quote, urlencode

import httpx
from playwright.sync_api import Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))  # where `helpers` is

from dashboards import open_browser
from helpers import serving, settings_for

from gatehealth.api.app import STATIC
from gatehealth.simulate import Gate, GateSettings, fill

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIZE = {"width": 1440, "height": 1200}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LARGEST = 200_000  # bytes: a README that loads slowly is not read


def pages(url: str) -> Iterator[tuple[str, str]]:
    """The name and the path of every page, each with something on it to see."""
    found: list[dict[str, Any]] = httpx.get(f"{url}/api/v1/failures/tests", params={"limit": 20}).json()["tests"]
    worst = next(one for one in found if one["newest"]["status"] == "fail")
    newest = worst["newest"]
    run = httpx.get(f"{url}/api/v1/runs/{newest['uuid']}").json()
    test = urlencode({"test": worst["test"]})
    yield "overview", "/"
    yield "group", f"/g/project/{run['project']}"
    yield "job", f"/job/{quote(newest['job'])}"
    yield "test", f"/test?{test}"
    yield "tests", "/tests"
    yield "tree", f"/tests?{urlencode({'prefix': worst['test'].split('.')[0]})}"
    yield "run", f"/run/{newest['uuid']}?{test}"
    yield "failures", "/failures"
    yield "status", "/status"


def settle(page: Page) -> None:
    """Waits until everything that the page asked for is drawn."""
    expect(page.locator("h1")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    expect(page.locator("main [aria-busy=true]")).to_have_count(0)
    page.evaluate("document.fonts.ready")
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished.catch(() => null)))")
    page.wait_for_timeout(500)  # charts on a canvas do not say when they are drawn


def take(page: Page, name: str, scheme: str) -> None:
    """The window as it is, into its file."""
    file = IMAGES / f"{name}-{scheme}.png"
    page.screenshot(path=file, animations="disabled", caret="hide")
    size = file.stat().st_size
    print(f"  {file.name:24} {size / 1000:4.0f} kB{'  (large)' if size > LARGEST else ''}", flush=True)


def main() -> None:
    if not (STATIC / "index.html").is_file():
        sys.exit("the front end is not built: make web")
    IMAGES.mkdir(parents=True, exist_ok=True)
    end = datetime.now(UTC).replace(microsecond=0)
    # More than two weeks, so that the overview's week has one before it to be compared with.
    gate = Gate(GateSettings(days=17, runs_per_day=200, tests=4_000, jobs=40, projects=12, largest_job=400, end=end))
    with TemporaryDirectory() as folder, serving(settings_for(Path(folder))) as server, sync_playwright() as playwright:
        print("simulating a gate", flush=True)
        fill(gate, server.store.writer)
        server.store.writer.compact()
        browser = open_browser(playwright)
        paths = list(pages(server.url))
        for scheme in SCHEMES:
            context = browser.new_context(viewport=SIZE, color_scheme=scheme, timezone_id="UTC")
            page = context.new_page()
            for name, path in paths:
                page.goto(server.url + path)
                settle(page)
                take(page, name, scheme)
            page.goto(server.url)
            settle(page)
            page.keyboard.press("/")
            page.get_by_role("combobox").fill("tempest")
            expect(page.get_by_role("option").first).to_be_visible()
            take(page, "find", scheme)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
