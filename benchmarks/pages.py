"""What each page transfers to a browser that has seen nothing yet, and when it stands there.

    python benchmarks/pages.py DATABASE

A real browser (Chromium without a window) opens each page of `gatehealth serve` on the same machine, each with empty caches.
Sizes are as sent, compressed. What draws charts is a file of its own, which comes when there is a chart to draw. A page
stands when nothing of it is waited for any more; charts are then being drawn.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from questions import SENT_BYTES, served

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "web"))  # what the browser's tests know of pages
from dashboards import open_browser
from screenshots import SIZE, pages, settle

SCRIPT_BYTES = 350_000  # bound of the first page's JavaScript before charts
LOOKS = 5  # the median counts

HOW = (
    f"Chromium without a window, its caches empty, on the same two cores; the median of {LOOKS} looks at each page, after one"
    " to begin with. Bytes as sent, compressed. A page stands when nothing of it is waited for any more. Files of style, fonts,"
    " JavaScript and what draws charts come once: a browser keeps them until the next version."
)

STANDS = "() => document.querySelector('h1') && !document.querySelector('main [aria-busy=true]') && performance.now()"
TRANSFERRED = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .map(each => [new URL(each.name).pathname, each.encodedBodySize])"""


def look(browser: Browser, address: str) -> dict[str, float]:
    """Bytes and milliseconds of one page, opened once."""
    context = browser.new_context(viewport=SIZE, timezone_id="UTC")
    page = context.new_page()
    page.goto(address, wait_until="commit")
    stands = page.wait_for_function(STANDS).json_value()
    settle(page)
    sizes = page.evaluate(TRANSFERRED)
    context.close()
    scripts = {path: size for path, size in sizes if path.endswith(".js")}
    answers = [size for path, size in sizes if path.startswith("/api/")]
    return {
        "ms": stands,
        "script_bytes": sum(size for path, size in scripts.items() if "/Canvas-" not in path),
        "chart_bytes": sum(size for path, size in scripts.items() if "/Canvas-" in path),
        "answer_bytes": sum(answers),
        "bytes": sum(size for _, size in sizes),
        "calls": len(answers),
    }


def measure(database: Path) -> list[dict[str, Any]]:
    """A row for each page, the overview first: `page`, `ms` and the bytes of its parts."""
    with served(database) as (url, _), sync_playwright() as playwright:
        browser = open_browser(playwright)
        rows = []
        for name, path in pages(url):
            looks = [look(browser, url + path) for _ in range(LOOKS + 1)][1:]
            rows.append({"page": name, **sorted(looks, key=lambda each: each["ms"])[LOOKS // 2]})
        browser.close()
    return rows


def budgets(rows: list[dict[str, Any]]) -> list[tuple[str, str, str, bool]]:
    """What, bound, measured, and whether it is met."""
    first, largest = rows[0], max(rows, key=lambda row: row["answer_bytes"])
    return [
        (
            "JavaScript of the first page before charts, gzip",
            f"{SCRIPT_BYTES:,} bytes",
            f"{first['script_bytes']:,} bytes",
            first["script_bytes"] < SCRIPT_BYTES,
        ),
        (
            "what a page asks for as it opens, gzip",
            f"{SENT_BYTES:,} bytes",
            f"{largest['answer_bytes']:,} bytes ({largest['page']})",
            largest["answer_bytes"] < SENT_BYTES,
        ),
    ]


def table(rows: list[dict[str, Any]]) -> list[str]:
    """The pages as lines of Markdown."""
    lines = ["| page | stands, ms | calls | answers | JavaScript before charts | charts' own | all, with style and fonts |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in rows:
        parts = [row["ms"], row["calls"], row["answer_bytes"], row["script_bytes"], row["chart_bytes"], row["bytes"]]
        lines.append(f"| {row['page']} | {' | '.join(f'{part:,.0f}' for part in parts)} |")
    return lines


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("database", type=Path)
    rows = measure(options.parse_args().database)
    print("\n".join(table(rows)))
    for what, bound, measured, met in budgets(rows):
        print(f"{'met    ' if met else 'NOT MET'}  {what}: {measured} (bound {bound})")


if __name__ == "__main__":
    main()
