"""Closes days: moves results to where they take less than half the bytes and a test's history lies together, in small steps.

Work is a generator that yields after each step, a transaction of a fraction of a second; upkeep.py takes the steps. A process
that is killed between two of them leaves a batch that nobody sees, which the next start removes, or one that is whole
(schema/0003_counters.sql).

Results of a day that goes on are moved as soon as there are many, their times kept in microseconds: so what lies unsorted, and
is not counted, is always little. When the day has been over for a while its batches become one, with coarser times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from gatehealth.store.counters import count, recount
from gatehealth.store.questions import execute, first_row, many, question, transaction

CLEAN_SECONDS = 3_600  # of a day, removed in one step
MANY_RESULTS = 1_000_000  # open results of one day that are moved before the day is over: half an hour of a large gate
MANY_BATCHES = 8  # of one day: late runs make small ones, and each costs a look
DAY_SECONDS = 86_400
_TESTS_END = 2**63  # test ids lie evenly below it

Work = Iterator[None]


@dataclass(frozen=True, slots=True)
class Units:
    """What the times of a batch are counted in, microseconds."""

    start_unit_us: int
    duration_unit_us: int


FINE = Units(1, 1)
# Of days that are over. A start says where in a run of an hour a test lay, a duration is compared over months.
COARSE = Units(10_000, 1_000)


def test_slices(results: int, step_results: int) -> Iterator[dict[str, int]]:
    """Ranges of test ids, both ends part of each, with about `step_results` results in each of them."""
    slices = 1 + results // step_results
    for at in range(slices):
        yield {"first_test": _TESTS_END * at // slices, "last_test": _TESTS_END * (at + 1) // slices - 1}


def closing(cursor: duckdb.DuckDBPyConnection, today: int, after_days: int, step_results: int) -> Work | None:
    """The work of closing a day, or what has come of the day that goes on; None when there is nothing to close."""
    over = today - after_days
    found = first_row(cursor, "day_to_close", {"over": over, "many": MANY_RESULTS})
    if found is None:
        return None
    day, results = found
    return _close(cursor, step_results, day, results, COARSE if day < over else FINE)


def merging(cursor: duckdb.DuckDBPyConnection, today: int, after_days: int, step_results: int) -> Work | None:
    """The work of making one batch of those of a day; None when there is nothing to merge."""
    asked = {"over": today - after_days, "many": MANY_BATCHES, "duration_unit_us": COARSE.duration_unit_us}
    found = first_row(cursor, "day_to_merge", asked)
    return None if found is None else _merge(cursor, step_results, *found)


def cleaning(cursor: duckdb.DuckDBPyConnection) -> Work | None:
    """The work of removing a batch's results from where they were; None when all that is hidden is gone."""
    found = first_row(cursor, "batch_in_state", {"state": "hiding"})
    return None if found is None else _clean(cursor, found[0], found[1])


def sweeping(cursor: duckdb.DuckDBPyConnection, step_results: int) -> Work | None:
    """The work of removing a batch that nobody sees any more; None when there is none."""
    found = first_row(cursor, "batch_in_state", {"state": "dropped"})
    return None if found is None else _sweep(cursor, step_results, found[0], found[2])


def _close(cursor: duckdb.DuckDBPyConnection, step_results: int, day: int, results: int, units: Units) -> Work:
    batch, since = _begin(cursor, "begin_closing", day, units, {"results": results})
    yield
    for tests in test_slices(results, step_results):
        cursor.execute(question("close_slice"), {**batch, **tests})
        yield
    yield from count(cursor, batch["batch"], step_results)
    with transaction(cursor):
        _drop(cursor, "changed", {"batch": batch["batch"], "since": since})
        closed_at = datetime.now(UTC).replace(tzinfo=None)
        execute(cursor, "finish_closing", {"batch": batch["batch"], "closed_at": closed_at})
    yield
    yield from _clean(cursor, batch["batch"], day)


def _merge(cursor: duckdb.DuckDBPyConnection, step_results: int, day: int, batches: Sequence[int], results: int) -> Work:
    sources = {"sources": many(batches)}
    batch, _ = _begin(cursor, "begin_merging", day, COARSE, {**sources, "results": results})
    del batch["day"]
    yield
    for tests in test_slices(results, step_results):
        cursor.execute(question("merge_slice"), {**batch, **sources, **tests})
        yield
    yield from count(cursor, batch["batch"], step_results)
    with transaction(cursor):
        _drop(cursor, "left", {"batch": batch["batch"], **sources})
        execute(cursor, "finish_merging", {"batch": batch["batch"], **sources})
    yield


def _begin(
    cursor: duckdb.DuckDBPyConnection, name: str, day: int, units: Units, more: dict[str, Any]
) -> tuple[dict[str, Any], datetime]:
    """Begins a batch; gives its parameters, and the newest commit: what is committed later has changed meanwhile."""
    commit, free = first_row(cursor, "newest_commit"), first_row(cursor, "free_batch")
    assert commit is not None and free is not None  # noqa: S101, PT018  # both give one row always
    batch = {
        "batch": free[0],
        "day": day,
        "start_unit_us": units.start_unit_us,
        "duration_unit_us": units.duration_unit_us,
    }
    with transaction(cursor):
        execute(cursor, name, {**batch, **more})
    return batch, commit[0] or datetime.min


def _drop(cursor: duckdb.DuckDBPyConnection, which: str, batch: dict[str, Any]) -> None:
    """Drops runs that changed, or left, while they were copied, and counts their jobs anew; part of the last transaction."""
    jobs = [job for (job,) in cursor.execute(question(f"{which}_jobs"), batch).fetchall()]
    execute(cursor, f"drop_{which}", batch)
    if jobs:
        recount(cursor, batch["batch"], jobs)


def _clean(cursor: duckdb.DuckDBPyConnection, batch: int, day: int) -> Work:
    for second in range(day * DAY_SECONDS, (day + 1) * DAY_SECONDS, CLEAN_SECONDS):
        part = {"batch": batch, "from_second": second, "to_second": second + CLEAN_SECONDS}
        cursor.execute(question("clean_slice"), part)
        yield
    execute(cursor, "finish_cleaning", {"batch": batch})


def _sweep(cursor: duckdb.DuckDBPyConnection, step_results: int, batch: int, results: int) -> Work:
    for tests in test_slices(results, step_results):
        cursor.execute(question("sweep_slice"), {"batch": batch, **tests})
        yield
    with transaction(cursor):
        execute(cursor, "finish_sweeping", {"batch": batch})
