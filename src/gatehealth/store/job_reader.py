"""Questions about jobs and periods: how runs ended, how long they took, what their tests came to, and a job's grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np

from gatehealth.model import Outcome, Status, stable_id
from gatehealth.store.asking import ANY, Asking, Filters, Metadata, Row
from gatehealth.store.buckets import buckets_of
from gatehealth.store.grid import pivot
from gatehealth.store.questions import many
from gatehealth.store.rates import failure_rate
from gatehealth.store.shapes import counts_shape, run_summary, seconds_of

JobOrder = Literal["failure_rate", "failures", "runs", "seconds", "newest", "name"]
TestOrder = Literal["failing", "name"]

PASSING_ONE_IN = 4  # of so many places in a scatter of run times one is for a passing run, if there are as many
GRID_RESULTS = 3_000_000  # results of the runs of one window: 500 runs of 6,000; some 90 MB while they are put into place
GRID_FAILURES = 10_000  # of a window that come with their message

_GRID_FACTS = (
    *("started_at", "result", "pipeline", "branch", "change", "patchset"),
    *("project", "provider", "voting", "log_url", "kept"),
)


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a job's grid is shown."""

    limit_runs: int
    limit_tests: int
    offset_runs: int = 0
    offset_tests: int = 0
    only_results: bool = False  # whether runs without results are left out
    order: TestOrder = "failing"
    only_failing: bool = False  # whether tests that neither failed nor were left unended are left out


class GridTooLargeError(ValueError):
    """The runs of a window have more results than are put into a grid; the message says so in one line."""


class JobReader:
    """Answers questions about jobs. May be used from any thread."""

    def __init__(self, asking: Asking) -> None:
        self._rows = asking.rows
        self._columns = asking.columns

    def jobs(self, filters: Filters, q: str | None, order: JobOrder, limit: int, offset: int, meta: Metadata = ANY) -> Row:
        """Jobs that ran in the period; the shape is schemas.jobs.Jobs."""
        rows = self._rows("jobs", {**filters.parameters(), **meta.parameters(), "q": q, "order": order})
        shown = [{**row, **failure_rate(row["passed"], row["failed"])} for row in rows[offset : offset + limit]]
        return {"jobs": shown, "total": len(rows)}

    def summary(self, filters: Filters, q: str | None, meta: Metadata = ANY) -> Row:
        """What a period comes to, and the one of the same length before it; the shape is schemas.jobs.Summary."""
        length = filters.until - filters.since
        earliest = datetime.min.replace(tzinfo=UTC)
        since = filters.since - length if filters.since - earliest > length else earliest
        before = replace(filters, since=since, until=filters.since)
        return {"current": self._period(filters, q, meta), "before": self._period(before, q, meta)}

    def _period(self, filters: Filters, q: str | None, meta: Metadata) -> Row:
        row = self._rows("summary", {**filters.parameters(), **meta.parameters(), "q": q})[0]
        counts = counts_shape([row.pop(status.word) for status in Status])
        rate = failure_rate(row["passed"], row["failed"])
        return {**row, **rate, "results": counts, "since": filters.since, "until": filters.until}

    def words(self, filters: Filters, q: str | None, meta: Metadata = ANY) -> list[Row]:
        """The CI system's own words by which runs ended; the shape is a list of schemas.jobs.RunWord."""
        rows = self._rows("run_words", {**filters.parameters(), **meta.parameters(), "q": q})
        return [
            {
                "result": row["result"],
                "outcome": Outcome(row["outcome"]).word,
                "runs": row["runs_ended"],
                "newest": run_summary(row),
            }
            for row in rows
        ]

    def result_series(self, resolution: str, filters: Filters, q: str | None) -> Row:
        """Results by status over time, by the start of their runs; the shape is schemas.jobs.ResultSeries."""
        buckets = buckets_of(filters, resolution)
        found = self._columns("result_series", {**filters.parameters(), "q": q, "width_us": buckets.width_us})
        by = {status: found[status.word] for status in Status}
        columns = {
            "runs": found["runs"],
            "passed": by[Status.SUCCESS] + by[Status.XFAIL],
            "failed": by[Status.FAIL] + by[Status.UXSUCCESS],
            "skipped": by[Status.SKIP],
            "incomplete": by[Status.INCOMPLETE],
            "xfail": by[Status.XFAIL],
            "uxsuccess": by[Status.UXSUCCESS],
        }
        return {
            "since": filters.since,
            "until": filters.until,
            "resolution": resolution,
            "times": buckets.times,
            "totals": counts_shape([int(by[status].sum()) for status in Status]),
            "series": {name: buckets.counts(found["bucket"], column) for name, column in columns.items()},
        }

    def run_times(self, resolution: str, filters: Filters, q: str | None, limit: int) -> Row:
        """How long runs took: points for a scatter, and the passing ones by bucket; the shape is schemas.jobs.RunTimes.

        Of more runs than `limit`, those that did not pass come first: all of them, as long as one place in PASSING_ONE_IN is
        left for passing ones. What is too much of either is thinned evenly: every so-manieth in the order of their start.
        """
        buckets = buckets_of(filters, resolution)
        asked = {**filters.parameters(), "q": q}
        counts = self._rows("count_run_times", asked)[0]
        passing, others = places(counts["passing"], counts["others"], limit)
        points = self._columns("run_times", {**asked, "passing": passing, "others": others})
        found = self._columns("run_time_series", {**asked, "width_us": buckets.width_us})
        numbers = ("mean", "deviation", "fastest", "slowest")
        return {
            "since": filters.since,
            "until": filters.until,
            "resolution": resolution,
            "total": counts["passing"] + counts["others"],
            "untimed": counts["untimed"],
            "runs": {
                "uuid": [uuid.hex for uuid in points["uuid"]],
                "started_at": _moments(points["started_at"]),
                "seconds": points["seconds"].tolist(),
                "outcome": [Outcome(code).word for code in points["outcome"].tolist()],
                "result": points["result"].tolist(),
            },
            "times": buckets.times,
            "passing": {
                "n": buckets.counts(found["bucket"], found["n"]),
                **{name: buckets.numbers(found["bucket"], found[name]) for name in numbers},
            },
        }

    def grid(self, job: str, filters: Filters, q: str | None, window: Window) -> Row | None:
        """A window of test by run for one job; the shape is schemas.jobs.Grid. None when the job was never seen.

        `q` is a regular expression that the tests' names must contain. Raises GridTooLargeError.
        """
        job_id = stable_id(job)
        asked = {**replace(filters, job=[job]).parameters(), "only_results": window.only_results}
        runs = self._rows("grid_runs", {**asked, "limit": window.limit_runs, "offset": window.offset_runs})
        if not runs and not self._rows("job_known", {"job_id": job_id})[0]["known"]:
            return None
        results = [sum(run[status.word] for status in Status) for run in runs]
        if sum(results) > GRID_RESULTS:
            raise GridTooLargeError(f"these {len(runs)} runs have {sum(results):,} results; ask for fewer runs")
        run_ids = [run["run_id"] for run in runs]
        found = self._columns("grid_results", {**_these(run_ids), "job_id": job_id})
        test_ids = many(np.unique(found["test_id"]).tolist())
        names = {row["test_id"]: row["name"] for row in self._rows("grid_tests", {"test_ids": test_ids, "q": q})}
        grid = pivot(found, np.array(run_ids, np.int64), np.array(list(names), np.int64))
        every = grid.order(failing_first=window.order == "failing", only_failing=window.only_failing)
        chosen = every[window.offset_tests : window.offset_tests + window.limit_tests]
        shown = [int(grid.test_ids[at]) for at in chosen]
        return {
            "job": job,
            "since": filters.since,
            "until": filters.until,
            "total_runs": self._rows("count_grid_runs", asked)[0]["runs"],
            "total_tests": len(every),
            "runs": {
                "uuid": [run["uuid"].hex for run in runs],
                "outcome": [Outcome(run["outcome"]).word for run in runs],
                "seconds": [_wall(run) for run in runs],
                "results": results,
                **{name: [run[name] for run in runs] for name in _GRID_FACTS},
            },
            "tests": {"test": [names[test_id] for test_id in shown], **grid.columns(chosen)},
            "failures": self._grid_failures(run_ids, shown),
        }

    def _grid_failures(self, run_ids: list[int], test_ids: list[int]) -> Row:
        asked = {**_these(run_ids), "test_ids": many(test_ids), "limit": GRID_FAILURES}
        rows = self._rows("grid_failures", asked) if test_ids else []
        run_at = {run_id: at for at, run_id in enumerate(run_ids)}
        test_at = {test_id: at for at, test_id in enumerate(test_ids)}
        rows.sort(key=lambda row: (run_at[row["run_id"]], test_at[row["test_id"]], row["attempt"]))
        return {
            "run": [run_at[row["run_id"]] for row in rows],
            "test": [test_at[row["test_id"]] for row in rows],
            "attempt": [row["attempt"] for row in rows],
            "status": [Status(row["status"]).word for row in rows],
            "seconds": [seconds_of(row["duration_us"]) for row in rows],
            "message": [row["message"] for row in rows],
        }


def places(passing: int, others: int, limit: int) -> tuple[int, int]:
    """How many of so many passing runs, and of so many others, are shown when `limit` of all can be."""
    for_passing = min(passing, max(limit - others, limit // PASSING_ONE_IN))
    return for_passing, min(others, limit - for_passing)


def _these(run_ids: list[int]) -> Row:
    """Runs as grid_results and grid_failures take them; the range is empty when there are none."""
    return {"run_ids": many(run_ids), "first": min(run_ids, default=0), "last": max(run_ids, default=-1)}


def _wall(run: Row) -> float | None:
    return None if run["ended_at"] is None else (run["ended_at"] - run["started_at"]).total_seconds()


def _moments(naive: np.ndarray[Any, Any]) -> list[datetime]:
    """Moments of the database, which are naive UTC, with their zone."""
    return [moment.replace(tzinfo=UTC) for moment in naive.astype("datetime64[us]").astype(datetime).tolist()]
