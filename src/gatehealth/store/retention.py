"""Removes what is too old, in small steps: first results that passed or were skipped, later failures with their texts, and the
files of runs without results.

Counters and the rows of `runs` stay for ever. What was removed leaves free blocks in the file; when those are many, what lies
at its end is moved to them and the file is cut, so that the disk has them back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from gatehealth.config import Settings
from gatehealth.store.compaction import CLEAN_SECONDS, DAY_SECONDS, Work, test_slices
from gatehealth.store.database import Database
from gatehealth.store.questions import execute, first_row, question, transaction

FREE_SHARE = 0.25  # of the file: what is given back; less is left for what comes next
FREE_BYTES = 64_000_000  # less than this is not worth moving anything
_ROOM = 1.02  # of what is used: what is left at the end of it all, for the database's own lists
_MOVED_ROWS = 245_760  # in one step, two row groups: some 0.3 s
_ROUNDS = 6  # what is freed in one can be used in the next; so two or three do it


@dataclass(frozen=True, slots=True)
class Ages:
    """How long results are kept, counted from the end of their day, or from when that was closed if that was later."""

    passing: timedelta
    failures: timedelta


def ages_of(settings: Settings) -> Ages:
    """The ages that the settings name."""
    return Ages(timedelta(days=settings.passing_days), timedelta(days=settings.failure_days))


def expiring(cursor: duckdb.DuckDBPyConnection, ages: Ages, step_results: int) -> Work | None:
    """The work of removing what is too old: a batch's results, or a day's files of runs without any. None when nothing is."""
    unfinished = first_row(cursor, "batch_in_state", {"state": "expiring"})
    if unfinished:
        return _expire(cursor, step_results, *unfinished)
    now = datetime.now(UTC).replace(tzinfo=None)
    before = {"passing_before": now - ages.passing, "failures_before": now - ages.failures}
    found = first_row(cursor, "batch_to_expire", before)
    if found:
        return _begin(cursor, step_results, *found)
    before = {"before": now - ages.failures}
    found = first_row(cursor, "bare_files_day", before)
    return None if found is None else _expire_bare_files(cursor, {"day": found[0], **before})


def _expire_bare_files(cursor: duckdb.DuckDBPyConnection, what: dict[str, object]) -> Work:
    cursor.execute(question("expire_bare_files"), what)
    yield


def _begin(cursor: duckdb.DuckDBPyConnection, step_results: int, batch: int, day: int, results: int, keep: str) -> Work:
    execute(cursor, "begin_expiring", {"batch": batch, "keep": keep})
    yield
    yield from _expire(cursor, step_results, batch, day, results)


def _expire(cursor: duckdb.DuckDBPyConnection, step_results: int, batch: int, day: int, results: int) -> Work:
    for tests in test_slices(results, step_results):
        cursor.execute(question("expire_slice"), {"batch": batch, **tests})
        yield
    for second in range(day * DAY_SECONDS, (day + 1) * DAY_SECONDS, CLEAN_SECONDS):
        with transaction(cursor):
            part = {"batch": batch, "from_second": second, "to_second": second + CLEAN_SECONDS}
            execute(cursor, "expire_texts", part)
        yield
    execute(cursor, "finish_expiring", {"batch": batch})
    yield


def giving_back(database: Database, cursor: duckdb.DuckDBPyConnection) -> Work | None:
    """The work of giving free space back to the disk; None when there is little of it."""
    database.checkpoint(cursor)
    block, total, free = _blocks(cursor)
    if free < FREE_SHARE * total or free * block < FREE_BYTES:
        return None
    return _give_back(database, cursor)


def _give_back(database: Database, cursor: duckdb.DuckDBPyConnection) -> Work:
    for _ in range(_ROUNDS):
        _, total, free = _blocks(cursor)
        limit = int((total - free) * _ROOM) + 1
        if total <= limit:
            return
        for (table,) in cursor.execute(question("tables")).fetchall():
            for first, last in list(_behind(cursor, table, limit)):
                rows = f"FROM {table} WHERE rowid BETWEEN {first} AND {last}"  # a table cannot be a parameter
                with transaction(cursor):
                    cursor.execute(f"INSERT INTO {table} SELECT * {rows}")
                    cursor.execute(f"DELETE {rows}")
                yield
        for change in ("touch", "untouch"):  # what the first checkpoint frees, the second uses and gives back
            execute(cursor, change)
            database.checkpoint(cursor)
            yield


def _blocks(cursor: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """Bytes of a block, blocks of the file, free ones of these."""
    return cursor.execute("SELECT block_size, total_blocks, free_blocks FROM pragma_database_size()").fetchall()[0]


def _behind(cursor: duckdb.DuckDBPyConnection, table: str, limit: int) -> Iterator[tuple[int, int]]:
    """Ranges of a table's rows, both ends part of them, that have something in blocks behind a limit."""
    for first, rows in cursor.execute(question("rows_behind"), {"table": table, "limit": limit}).fetchall():
        for begin in range(first, first + rows, _MOVED_ROWS):
            yield begin, min(begin + _MOVED_ROWS, first + rows) - 1
