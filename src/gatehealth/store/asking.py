"""How every question is asked: a cursor of its own, a limit of time, rows with named columns."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb
import numpy as np

from gatehealth.store.columns import naive
from gatehealth.store.database import Database, DatabaseError
from gatehealth.store.questions import question

TOGETHER = 6  # questions of all that are asked together: so many keep a disk busy
WIDTHS_US = {"sec": 1_000_000, "min": 60_000_000, "hour": 3_600_000_000, "day": 86_400_000_000}

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question is narrowed to. Moments carry a zone; a list means any of its values, None means no filter."""

    since: datetime
    until: datetime
    project: list[str] | None = None
    pipeline: list[str] | None = None
    branch: list[str] | None = None
    job: list[str] | None = None
    provider: list[str] | None = None
    voting: bool | None = None

    def parameters(self) -> Row:
        """The filters as the parameters of filtered_runs."""
        return {**asdict(self), "since": naive(self.since), "until": naive(self.until)}


@dataclass(frozen=True, slots=True)
class Metadata:
    """One value of a fact or of a free metadata key; '' is that of runs without it. Both None: any."""

    key: str | None = None
    value: str | None = None

    def parameters(self) -> Row:
        """The pair as parameters of a question."""
        return {"meta_key": self.key, "meta_value": self.value}


ANY = Metadata()


class TooSlowError(DatabaseError):
    """A question was stopped because it took longer than it may."""


class Asking:
    """Asks questions. May be used from any thread; each question has a cursor of its own."""

    def __init__(self, database: Database, question_seconds: float) -> None:
        self._database = database
        self._question_seconds = question_seconds
        self._together = ThreadPoolExecutor(TOGETHER, "question")

    def close(self) -> None:
        """Ends the threads, when nobody asks any more."""
        self._together.shutdown()

    @contextmanager
    def _asked(self, name: str, parameters: Mapping[str, Any] | None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor with the answer to a question. Raises TooSlowError when the question takes longer than it may."""
        with self._database.reading() as cursor:
            limit = threading.Timer(self._question_seconds, cursor.interrupt)
            limit.start()
            try:
                yield cursor.execute(question(name), parameters)
            except duckdb.InterruptException:
                why = f"the question took longer than {self._question_seconds:g} s (setting question_seconds)"
                raise TooSlowError(f"{why}; ask for a shorter period or fewer values") from None
            finally:
                limit.cancel()

    def rows(self, name: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """The rows that queries/<name>.sql gives, each by the names of its columns; moments carry their zone."""
        with self._asked(name, parameters) as cursor:
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, map(_with_zone, values), strict=True)) for values in cursor.fetchall()]

    def rows_of_all(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Row]:
        """The rows of several questions that have the same columns, in the order of the questions.

        They are asked together: while one waits for the disk, or for its last thread, another goes on.
        """
        answers = self._together.map(lambda each: self.rows(*each), asked)
        return [row for rows in answers for row in rows]

    def columns(self, name: str, parameters: Mapping[str, Any]) -> dict[str, np.ndarray[Any, Any]]:
        """The same as arrays, for questions with many rows; moments are naive UTC."""
        with self._asked(name, parameters) as cursor:
            return dict(cursor.fetchnumpy())


def _with_zone(value: Any) -> Any:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
