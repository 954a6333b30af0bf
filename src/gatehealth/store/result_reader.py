"""Questions about tests: what their results come to, over time, one by one, and by what their runs have in common.

Counters answer for batches that lie wholly in the period, when nothing but the pipeline and the job is filtered by; suites for
other batches, where only counts are asked; results for the rest. All give the same numbers. Results expire: what they alone can
answer is answered for the part of the period that still has all of them, and each answer says which part it covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np

from gatehealth.model import Status, stable_id
from gatehealth.store.asking import WIDTHS_US, Asking, Filters, Row
from gatehealth.store.buckets import buckets_of
from gatehealth.store.covering import FAILURES, RESULTS, Covering, Part, counting, tallying
from gatehealth.store.durations import durations
from gatehealth.store.failure_reader import FailureFilters, FailureReader
from gatehealth.store.questions import many
from gatehealth.store.rates import failure_rate

MESSAGES = 100  # of one test, shown at most: the most frequent ones

_FEW = 100  # tests whose results are looked up one by one

TotalsOrder = Literal["failure_rate", "failed", "n", "mean_seconds", "name"]

_TIMES = ("mean_seconds", "deviation_seconds", "min_seconds", "max_seconds")

_Columns = dict[str, np.ndarray[Any, Any]]


class ResultReader:
    """Answers questions about tests and their results. May be used from any thread."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._rows = asking.rows
        self._columns = asking.columns
        self._covering = Covering(asking).covering
        self._failures = FailureReader(asking)

    def knows(self, test: str) -> bool:
        """Whether a test of this name was ever seen."""
        return bool(self._rows("test_known", {"test_id": stable_id(test), "test": test})[0]["known"])

    def names(self, q: str | None, contains: str | None, limit: int, offset: int) -> Row:
        """Tests that were ever seen, by name; the shape is schemas.tests.TestNames."""
        rows = self._rows("test_names", {"q": q, "contains": contains, "limit": limit, "offset": offset})
        return {"total": rows[0]["total"], "tests": [row["test"] for row in rows if row["test"] is not None]}

    def totals(
        self,
        filters: Filters,
        *,
        q: str | None = None,
        contains: str | None = None,
        order: TotalsOrder = "failure_rate",
        descending: bool = True,
        limit: int = 100,
        offset: int = 0,
    ) -> Row:
        """What the results of each test come to; the shape is schemas.tests.TestTotals.

        `q` is a regular expression, `contains` a text that a name must contain, in any case.
        """
        test_ids = self._find(q=q, contains=contains) if q or contains else None
        return self._totals(filters, test_ids, order, descending, limit, offset)

    def rates_of(self, tests: Sequence[str], filters: Filters) -> Row:
        """How often these tests passed and failed: columns test, passed, failed, and what part of the period they cover."""

        def ask(part: Part) -> Row:
            found = self._columns("test_rates", {**part.of_tallies(), "test_ids": many(map(stable_id, tests))})
            return {name: found[name].tolist() for name in ("test", "passed", "failed")}

        return self._covering(filters, tallying(filters), ask)

    def _totals(
        self, filters: Filters, test_ids: str | None, order: TotalsOrder, descending: bool, limit: int, offset: int
    ) -> Row:
        page = {"test_ids": test_ids, "order": order, "descending": descending, "limit": limit, "offset": offset}

        def ask(part: Part) -> Row:
            if order == "mean_seconds" or (limit > _FEW and (part.told or part.rest)):  # all at once is less to read
                total, found = _page(self._columns("test_totals", {**part.of_counts(), **page}), "test")
                times = _times(found)
            else:  # counts alone say which tests are shown; times are looked up for these
                total, found = _page(self._columns("test_page", {**part.of_tallies(), **page}), "test")
                rows = durations(self._asking, part, found["test_id"].tolist())
                times = {name: [row[name] for row in rows] for name in ("timed", *_TIMES)}
            return {"total": total, "test": found["test"].tolist(), **_counts(found), **_rates(found), **times}

        return self._covering(filters, counting(filters), ask)

    def tree(self, prefix: str, filters: Filters, limit: int, offset: int) -> Row:
        """The parts of names that come next below a node of the tree, '' its root; the shape is schemas.tests.TestTree."""
        test_ids = self._find(prefix=prefix) if prefix else None
        page = {"test_ids": test_ids, "prefix": prefix, "limit": limit, "offset": offset}

        def ask(part: Part) -> Row:
            asked = {**part.of_tallies(), **page}
            total, found = _page(self._columns("test_tree", asked), "part")
            parts = found["part"].tolist()
            return {
                "total": total,
                "part": parts,
                "prefix": [f"{prefix}.{part}" if prefix else part for part in parts],
                "test": found["test"].tolist(),
                "further": found["further"].tolist(),
                "tests": found["tests"].tolist(),
                **_counts(found),
                **_rates(found),
            }

        return self._covering(filters, tallying(filters), ask)

    def series(self, test: str, resolution: str, filters: Filters) -> Row:
        """What the results of a test come to over time, by the start of their runs; the shape is schemas.tests.TestSeries."""
        buckets = buckets_of(filters, resolution)
        needs = counting(filters) if buckets.width_us % WIDTHS_US["day"] == 0 else RESULTS

        def ask(part: Part) -> Row:
            found = self._columns("test_series", {**part.of_counts(), "test_id": stable_id(test), "width_us": buckets.width_us})
            at = found["bucket"].astype(np.int64)
            numbers = {status.word: found[status.word] for status in Status}
            filled = {name: np.array(buckets.counts(at, column), np.int64) for name, column in numbers.items()}
            return {
                "test": test,
                "resolution": resolution,
                "times": buckets.times,
                **_counts(filled),
                "timed": buckets.counts(at, found["timed"]),
                **{name: buckets.numbers(at, found[name]) for name in _TIMES},
            }

        return self._covering(filters, needs, ask)

    def runs(self, test: str, filters: Filters, limit: int) -> Row:
        """The single results of a test, newest first; the shape is schemas.tests.TestRuns.

        Of more than `limit`, those that failed or never ended are taken first, and the others are thinned evenly: every
        so-manieth in the order of time. The same question gets the same ones.
        """

        def ask(part: Part) -> Row:
            found = self._columns("test_runs", {**part.of_results(), "test_id": stable_id(test), "limit": limit})
            jobs, job = _words(found["job"])
            pipelines, pipeline = _words(found["pipeline"])
            return {
                "test": test,
                "total": int(found["total"][0]) if len(found["total"]) else 0,
                "started_at": _moments(found["started_at"]),
                "seconds": [None if us is None else us / 1e6 for us in found["duration_us"].tolist()],
                "status": [Status(code).word for code in found["status"].tolist()],
                "attempt": found["attempt"].tolist(),
                "run": [uuid.hex for uuid in found["uuid"]],
                "jobs": jobs,
                "job": job,
                "pipelines": pipelines,
                "pipeline": pipeline,
            }

        return self._covering(filters, RESULTS, ask)

    def breakdown(self, test: str, key: str, filters: Filters, limit: int) -> Row:
        """What the results of a test come to by the value of one metadata key; the shape is schemas.tests.TestBreakdown."""

        def ask(part: Part) -> Row:
            found = self._columns(
                "test_breakdown", {**part.of_results(), "test_id": stable_id(test), "key": key, "limit": limit}
            )
            return {
                "test": test,
                "key": key,
                "total": int(found["total"][0]) if len(found["total"]) else 0,
                "value": found["value"].tolist(),
                **_counts(found),
                **_rates(found),
                "timed": found["timed"].tolist(),
                "mean_seconds": found["mean_seconds"].tolist(),
            }

        return self._covering(filters, RESULTS, ask)

    def failures(self, test: str, filters: Filters, limit: int, offset: int) -> Row:
        """The newest failed or unended results of a test, and their messages; the shape is schemas.tests.TestFailures."""

        def ask(part: Part) -> Row:
            of_test = FailureFilters(part.filters, test=test)
            messages = self._failures.messages(of_test, MESSAGES, 0)
            found = self._failures.failures(of_test, limit, offset)
            return {"test": test, **found, "messages": messages["messages"], "messages_total": messages["total"]}

        return self._covering(filters, FAILURES, ask)

    def _find(self, *, q: str | None = None, contains: str | None = None, prefix: str | None = None) -> str:
        found = self._columns("find_tests", {"q": q, "contains": contains or None, "prefix": prefix})
        return many(found["test_id"].tolist())


def _page(found: _Columns, name: str) -> tuple[int, _Columns]:
    """How many rows there are before any limit, and those of the page; where it has none, there is one row without a name."""
    there = ~np.ma.getmaskarray(found[name])
    return int(found["total"][0]), {each: column[there] for each, column in found.items()}


def _counts(found: _Columns) -> dict[str, list[int]]:
    """Results by status and folded, in columns; the shape is schemas.tests.CountColumns."""
    by = {status: np.ma.filled(found[status.word], 0).astype(np.int64) for status in Status}
    columns = {
        "results": sum(by.values(), np.zeros(len(by[Status.SUCCESS]), np.int64)),
        "passed": by[Status.SUCCESS] + by[Status.XFAIL],
        "failed": by[Status.FAIL] + by[Status.UXSUCCESS],
        "skipped": by[Status.SKIP],
        **{status.word: by[status] for status in Status if status is not Status.SKIP},
    }
    return {name: column.tolist() for name, column in columns.items()}


def _rates(found: _Columns) -> dict[str, list[Any]]:
    """The failure rate with its interval and its n, in columns; the shape is schemas.tests.RateColumns."""
    counts = _counts(found)
    rows = [failure_rate(passed, failed) for passed, failed in zip(counts["passed"], counts["failed"], strict=True)]
    return {name: [row[name] for row in rows] for name in failure_rate(0, 0)}


def _times(found: _Columns) -> dict[str, list[Any]]:
    """How long successes took, in columns; the shape is schemas.tests.TimeColumns."""
    return {name: found[name].tolist() for name in ("timed", *_TIMES)}


def _words(values: Iterable[str]) -> tuple[list[str], list[int]]:
    """The words of a column, each once, and for each row which of them it has."""
    place: dict[str, int] = {}
    rows = [place.setdefault(value, len(place)) for value in values]
    return list(place), rows


def _moments(column: np.ndarray[Any, Any]) -> list[datetime]:
    """Moments of the database, which are naive UTC, with their zone."""
    return [moment.replace(tzinfo=UTC) for moment in column.astype("datetime64[us]").tolist()]
