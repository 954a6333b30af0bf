"""Cursors of sources that list several projects one after the other, and what a failed listing tells."""

from __future__ import annotations

import json
from datetime import datetime

from gatehealth.collect.http import HttpError, RefusedError, UnreachableError
from gatehealth.collect.source import SourceError
from gatehealth.collect.texts import moment


def reached_in(cursor: str | None) -> dict[str, str]:
    """By project, how far a poll came: JSON of one object. What is none is as if nothing was ever listed."""
    try:
        reached = json.loads(cursor or "{}")
    except (ValueError, RecursionError):
        return {}
    return {name: value for name, value in reached.items() if isinstance(value, str)} if isinstance(reached, dict) else {}


def place_in(cursor: str | None) -> tuple[int, datetime | None]:
    """Of a back-fill: how many projects are done, and how far the next one came."""
    try:
        at, reached = json.loads(cursor or "[0, null]")
    except (ValueError, TypeError, RecursionError):
        return 0, None
    return (at if isinstance(at, int) and at >= 0 else 0), moment(reached)


def place(at: int, reached: datetime | None) -> str:
    """The cursor of a back-fill, as `place_in` reads it."""
    return json.dumps([at, reached.isoformat() if reached else None])


def listing_failed(error: HttpError, advice: str) -> SourceError:
    """What it means for a source that a listing failed; `advice` is for an answer that is final."""
    if isinstance(error, RefusedError):
        return SourceError(f"{error}; {advice}")
    return SourceError(str(error), error.retry_after if isinstance(error, UnreachableError) else None)
