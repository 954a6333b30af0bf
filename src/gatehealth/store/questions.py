"""Loads the questions: each a file of SQL in queries/, read once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib import resources
from typing import Any

import duckdb


@cache
def question(name: str) -> str:
    """The SQL of queries/<name>.sql."""
    return (resources.files("gatehealth.store") / "queries" / f"{name}.sql").read_text()


def execute(cursor: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any] | None = None) -> None:
    """Executes every statement of queries/<name>.sql, each with those of the parameters that it names."""
    for statement in cursor.extract_statements(question(name)):
        cursor.execute(statement, {key: (parameters or {})[key] for key in statement.named_parameters})


@contextmanager
def transaction(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """What is done within is committed together, or not at all."""
    cursor.begin()
    try:
        yield
        cursor.commit()
    except BaseException:
        with suppress(duckdb.Error):  # a commit that failed has ended the transaction itself
            cursor.rollback()
        raise


def first_row(
    cursor: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any] | None = None
) -> tuple[Any, ...] | None:
    """The first row that queries/<name>.sql gives, None when it gives none.

    All rows are fetched: with rows left, the cursor's transaction stays open, and no checkpoint can pass it.
    """
    return next(iter(cursor.execute(question(name), parameters or None).fetchall()), None)


def many(values: Iterable[int | str]) -> str:
    """Values as one parameter, a JSON list: as a Python list DuckDB would take 80 us for each of them, to look for pandas."""
    return json.dumps(list(values))
