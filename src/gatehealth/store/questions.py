"""Loads the questions: each a file of SQL in queries/, read once."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def question(name: str) -> str:
    """The SQL of queries/<name>.sql."""
    return (resources.files("gatehealth.store") / "queries" / f"{name}.sql").read_text()
