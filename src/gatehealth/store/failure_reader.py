"""Questions about what failed: results, the tests that fail most, the messages that most of them have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gatehealth.model import Status, stable_id
from gatehealth.store.asking import Asking, Filters, Row
from gatehealth.store.buckets import buckets_of
from gatehealth.store.questions import many
from gatehealth.store.shapes import after, failed_result, run_summary

FailingOrder = Literal["failures", "runs"]


@dataclass(frozen=True, slots=True)
class FailureFilters:
    """What results that failed are narrowed to, beside the filters of their runs."""

    runs: Filters
    q: str | None = None  # regular expression that the test's name must contain
    test: str | None = None  # the whole name of a test
    message: str | None = None  # words that the message must contain, in any case

    def parameters(self) -> Row:
        """The filters as parameters of a question."""
        return {**self.runs.parameters(), "q": self.q, "test": self.test, "message": self.message}


class FailureReader:
    """Answers questions about results that failed, or never ended. May be used from any thread."""

    def __init__(self, asking: Asking) -> None:
        self._rows = asking.rows
        self._columns = asking.columns

    def failures(self, filters: FailureFilters, limit: int, offset: int, whole_message: str | None = None) -> Row:
        """The newest results that failed, or never ended; the shape is schemas.failures.Failures."""
        asked = {**filters.parameters(), "whole_message": whole_message}
        rows = self._rows("failures", {**asked, "limit": limit, "offset": offset})
        return {
            "failures": [{**failed_result(row, row["results_at"]), "run": run_summary(row)} for row in rows],
            "total": self._rows("count_failures", asked)[0]["failures"],
        }

    def tests(self, filters: FailureFilters, order: FailingOrder, limit: int, offset: int) -> Row:
        """The tests that fail most, without their rates: failing.failing_tests has them."""
        rows = self._rows("failing_tests", {**filters.parameters(), "order": order, "limit": limit, "offset": offset})
        return {"tests": [_failing_test(row) for row in rows if row["test"] is not None], "total": rows[0]["total"]}

    def messages(self, filters: FailureFilters, limit: int, offset: int) -> Row:
        """The messages of most failures; the shape is schemas.failures.FailureMessages."""
        rows = self._rows("failure_messages", {**filters.parameters(), "limit": limit, "offset": offset})
        return {"messages": [_message(row) for row in rows if row["message"] is not None], "total": rows[0]["total"]}

    def series(self, tests: Sequence[str], resolution: str, filters: Filters) -> Row:
        """How often each of these tests failed over time; the shape is schemas.failures.FailureSeries."""
        buckets = buckets_of(filters, resolution)
        test_ids = [stable_id(test) for test in tests]
        asked = {**filters.parameters(), "test_ids": many(test_ids), "width_us": buckets.width_us}
        found = self._columns("failure_series", asked)
        of_test = {test_id: found["test_id"] == test_id for test_id in test_ids}
        return {
            "since": filters.since,
            "until": filters.until,
            "resolution": resolution,
            "times": buckets.times,
            "test": list(tests),
            "failed": [buckets.counts(found["bucket"][of_test[one]], found["failed"][of_test[one]]) for one in test_ids],
        }


def _failing_test(row: Row) -> Row:
    return {
        **{name: row[name] for name in ("test", "failures", "incomplete", "runs", "jobs")},
        "newest": {
            "uuid": row["uuid"].hex,
            **{name: row[name] for name in ("job", "attempt", "message", "log_url")},
            "status": Status(row["status"]).word,
            "started_at": after(row["results_at"], row["start_us"]) or row["started_at"],
        },
    }


def _message(row: Row) -> Row:
    names = ("message", "failures", "incomplete", "tests", "jobs", "runs", "oldest_at", "newest_at")
    return {
        **{name: row[name] for name in names},
        "newest": {"uuid": row["uuid"].hex, **{name: row[name] for name in ("job", "test", "attempt")}},
    }
