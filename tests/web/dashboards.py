"""What the tests of pages know of the dashboard before them, and of the browser that they look through."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest
from playwright.sync_api import Browser, Playwright

NEEDS_BROWSER = bool(os.environ.get("NEEDS_BROWSER"))
# A browser as root in a container, with nothing to say to the world outside.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]

REAL_STREAM = Path(__file__).parents[1] / "data" / "tempest-unit.subunit.gz"
REAL_UUID = "68e0263e2fd28a258d814d91ac988e4d"  # derived from the stream's content

JOB = "tempest-full-py3"  # with more runs than a window of its grid shows
BARE_UUID = "ba4e" * 8
BARE_AGE = timedelta(days=60)  # before the end of the gate
# Shown as it stands, it reads in another order than its characters have.
REORDERING_TEXT = "expected \u2066admin\u2069, got user\u202e nimda"


class Dashboard(NamedTuple):
    """A server with pages, and what is true of the gate that it shows."""

    url: str
    truth: dict[str, Any]
    end: datetime

    def page(self, path: str) -> str:
        """The address of a page."""
        return self.url + path


def open_browser(playwright: Playwright) -> Browser:
    """Headless Chromium: the system's, else the one that playwright installed."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return playwright.chromium.launch(executable_path=found, args=FLAGS)


def unavailable(why: str) -> NoReturn:
    """Skips the test, or fails it where a browser was promised."""
    if NEEDS_BROWSER:
        pytest.fail(why)
    pytest.skip(why)
