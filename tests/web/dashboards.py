"""What the tests of pages know of the dashboard before them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

REAL_STREAM = Path(__file__).parents[1] / "data" / "tempest-unit.subunit.gz"
REAL_UUID = "68e0263e2fd28a258d814d91ac988e4d"  # derived from the stream's content

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
