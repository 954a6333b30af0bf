"""Loads the questions: each a file of SQL in queries/, read once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from importlib import resources


@cache
def question(name: str) -> str:
    """The SQL of queries/<name>.sql."""
    return (resources.files("gatehealth.store") / "queries" / f"{name}.sql").read_text()


def many(values: Iterable[int | str]) -> str:
    """Values as one parameter, a JSON list: as a Python list DuckDB would take 80 us for each of them, to look for pandas."""
    return json.dumps(list(values))
