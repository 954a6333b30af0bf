"""Quick find: what has a text in its name, or a number that begins with it, wherever in the database that is."""

from __future__ import annotations

import re

from gatehealth.store.asking import Asking, Row
from gatehealth.store.shapes import run_summary

# From four digits on: in a month of the whole gate some six runs begin with the same four.
_UUID_BEGINNING = re.compile(r"[0-9a-fA-F]{4,32}")
_UUID_DIGITS = 32


class Finder:
    """Finds jobs, projects, tests, runs and changes by what one types. May be used from any thread."""

    def __init__(self, asking: Asking) -> None:
        self._rows = asking.rows

    def find(self, q: str, limit: int) -> Row:
        """What fits a text best, at most `limit` of each kind; the shape is schemas.find.Found."""
        asked = {"q": q, "limit": limit}
        jobs, projects, tests = (self._rows(f"found_{kind}", asked) for kind in ("jobs", "projects", "tests"))
        runs, changes = self._runs(q, limit), self._rows("found_changes", asked)
        return {
            "jobs": jobs,
            "jobs_total": _total(jobs),
            "projects": projects,
            "projects_total": _total(projects),
            "tests": [test["name"] for test in tests],
            "tests_total": _total(tests),
            "runs": [run_summary(run) for run in runs],
            "runs_total": _total(runs),
            "changes": [_change(change) for change in changes],
            "changes_total": _total(changes),
        }

    def _runs(self, q: str, limit: int) -> list[Row]:
        digits = q.replace("-", "")
        if not _UUID_BEGINNING.fullmatch(digits):
            return []
        first, last = digits.ljust(_UUID_DIGITS, "0"), digits.ljust(_UUID_DIGITS, "f")
        return self._rows("found_runs", {"first": first, "last": last, "limit": limit})


def _total(rows: list[Row]) -> int:
    """How many there are before the limit: the same in each row."""
    return rows[0]["total"] if rows else 0


def _change(row: Row) -> Row:
    return {"project": row["project"], "change": row["change"], "runs": row["change_runs"], "newest_run": run_summary(row)}
