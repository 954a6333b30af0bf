"""Rows of the database in the shapes of api.schemas that several questions share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from gatehealth.model import Outcome, Status
from gatehealth.store.asking import Row

_SUMMARY_FACTS = (
    *("job", "project", "pipeline", "branch", "change", "patchset"),
    *("provider", "voting", "result", "started_at", "log_url"),
)


def run_summary(row: Row) -> Row:
    """A run as one line of a list, from its row of the table `runs`; the shape is schemas.runs.RunSummary."""
    ended = row["ended_at"]
    return {
        **{name: row[name] for name in _SUMMARY_FACTS},
        "uuid": row["uuid"].hex,
        "outcome": Outcome(row["outcome"]).word,
        "seconds": None if ended is None else (ended - row["started_at"]).total_seconds(),
        "counts": counts_shape([row[status.word] for status in Status]),
    }


def counts_shape(counts: Iterable[int]) -> dict[str, int]:
    """Results by status and folded, from counts by Status; the shape is schemas.shared.Counts."""
    by = dict(zip((status.word for status in Status), counts, strict=True))
    return {
        "total": sum(by.values()),
        "passed": by["success"] + by["xfail"],
        "failed": by["fail"] + by["uxsuccess"],
        "skipped": by.pop("skip"),
        **by,
    }


def failed_result(row: Row, results_at: datetime) -> Row:
    """A result that did not pass, as one line; `results_at` is its run's. The shape is schemas.failures.FailedResult."""
    return {
        "test": row["test"],
        "attempt": row["attempt"],
        "status": Status(row["status"]).word,
        "message": row["message"],
        "started_at": after(results_at, row["start_us"]),
        "seconds": seconds_of(row["duration_us"]),
    }


def after(zero: datetime, micros: int | None) -> datetime | None:
    """The moment so many microseconds after another."""
    return None if micros is None else zero + timedelta(microseconds=micros)


def seconds_of(micros: int | None) -> float | None:
    """Microseconds as the seconds of the wire."""
    return None if micros is None else micros / 1e6
