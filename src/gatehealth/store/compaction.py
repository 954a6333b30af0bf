"""Closes days: moves the results of days that are over to where they take half the bytes, in small steps.

A step is a transaction of a fraction of a second. The writer's thread takes the steps between its commits, so nothing else
writes meanwhile. A process that is killed between two steps leaves either a batch that nobody sees, which the next start
removes, or one that is whole and waits to be cleaned (schema/0002_closed_days.sql).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from gatehealth.store.database import Database
from gatehealth.store.questions import execute, first_row, question

SLICE_RESULTS = 400_000  # results copied in one step: some 0.3 s
CLEAN_SECONDS = 3_600  # of a day, cleaned in one step
DAY_SECONDS = 86_400
_TESTS_END = 2**63  # test ids lie evenly below it


@dataclass(slots=True)
class _Closing:
    """A batch that is being copied."""

    batch: int
    day: int
    slices: int
    copied: int
    since: datetime  # the newest commit when copying began: what is committed later has changed meanwhile


@dataclass(slots=True)
class _Cleaning:
    """A batch whose results are being removed from where they were."""

    batch: int
    day: int
    second: int


class Compaction:
    """The steps that close days. Used from one thread only, the one that writes."""

    def __init__(self, database: Database, after_days: int) -> None:
        self._cursor = database.cursor()
        self._after_days = after_days
        self._work: _Closing | _Cleaning | None = None
        if first_row(self._cursor, "unfinished_closing"):
            execute(self._cursor, "discard_closings")

    def step(self) -> bool:
        """Takes one step; false when there is nothing to do."""
        if isinstance(self._work, _Closing):
            self._close(self._work)
        elif isinstance(self._work, _Cleaning):
            self._clean(self._work)
        else:
            return self._begin()
        return True

    def close(self) -> None:
        """Gives the connection up; what is under way goes on at the next start."""
        self._cursor.close()

    def _row(self, name: str, **parameters: Any) -> tuple[Any, ...] | None:
        return first_row(self._cursor, name, parameters)

    def _begin(self) -> bool:
        unclean = self._row("batch_to_clean")
        if unclean:
            batch, day = unclean
            self._work = _Cleaning(batch, day, day * DAY_SECONDS)
            return True
        today = int(datetime.now(UTC).timestamp()) // DAY_SECONDS
        found = self._row("day_to_close", before=today - self._after_days)
        if not found:
            return False
        day, results = found
        newest, commit = self._row("newest_batch"), self._row("newest_commit")
        batch = ((newest and newest[0]) or 0) + 1
        self._cursor.execute(question("begin_closing"), {"batch": batch, "day": day})
        self._work = _Closing(batch, day, 1 + results // SLICE_RESULTS, 0, commit[0] if commit else datetime.min)
        return True

    def _close(self, closing: _Closing) -> None:
        if closing.copied < closing.slices:
            first = _TESTS_END * closing.copied // closing.slices
            last = _TESTS_END * (closing.copied + 1) // closing.slices - 1
            slice_of = {"batch": closing.batch, "day": closing.day, "first_test": first, "last_test": last}
            self._cursor.execute(question("close_slice"), slice_of)
            closing.copied += 1
        else:
            closed_at = datetime.now(UTC).replace(tzinfo=None)
            batch = {"batch": closing.batch, "day": closing.day, "since": closing.since, "closed_at": closed_at}
            self._cursor.begin()
            try:
                execute(self._cursor, "finish_closing", batch)
                self._cursor.commit()
            except BaseException:
                with suppress(duckdb.Error):
                    self._cursor.rollback()
                raise
            self._work = _Cleaning(closing.batch, closing.day, closing.day * DAY_SECONDS)

    def _clean(self, cleaning: _Cleaning) -> None:
        to_second = cleaning.second + CLEAN_SECONDS
        parameters = {"batch": cleaning.batch, "from_second": cleaning.second, "to_second": to_second}
        self._cursor.execute(question("clean_slice"), parameters)
        cleaning.second = to_second
        if to_second >= (cleaning.day + 1) * DAY_SECONDS:
            self._cursor.execute(question("finish_cleaning"), {"batch": cleaning.batch})
            self._work = None
