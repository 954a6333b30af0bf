"""Values from outside made usable: texts that can be stored, and moments that can be true."""

from __future__ import annotations

from datetime import UTC, datetime

from gatehealth.collect.files import MAX_TEXT

_FIRST_YEAR, _LAST_YEAR = 1970, 2099
_LARGEST = 10**18  # a number beyond it counts nothing that a CI system has


def text(value: object, limit: int = MAX_TEXT) -> str:
    """A text, or a whole number as one, of at most `limit` characters; anything else is "".

    JSON may hold halves of surrogate pairs, which are replaced: no encoding has them; and NUL, which is left out.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < _LARGEST else ""
    value = value[: limit + 1].replace("\0", "").encode("utf-8", "replace").decode()
    return value.strip()[:limit]


def moment(value: object) -> datetime | None:
    """A time in UTC: of ISO 8601 text, UTC where it has no zone, or of seconds since 1970; None for anything else."""
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value[:40])
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found = datetime.fromtimestamp(value, UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return found if _FIRST_YEAR <= found.year <= _LAST_YEAR else None
