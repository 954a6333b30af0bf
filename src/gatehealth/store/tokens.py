"""Who may do what: tokens by name, with their scopes, kept as hashes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import duckdb

from gatehealth.store.database import Database
from gatehealth.store.questions import first_row, question

TRIES = 5
NOTED_EVERY = timedelta(minutes=1)  # a use is written down no more often than this


class Scope(StrEnum):
    """What a token may do. The words are stored."""

    UPLOAD = "upload"
    READ = "read"


class Holder(NamedTuple):
    """Whose token a request carries, and what it may do."""

    name: str
    scopes: frozenset[Scope]


class Token(NamedTuple):
    """What is known of a token; times are UTC."""

    name: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None


class TokenError(ValueError):
    """A token cannot be created or revoked; the message is one line that says why."""


class Tokens:
    """The tokens of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str, scopes: Collection[str] = ()) -> str:
        """A new token under a new name; without scopes it has all. It is given once: only its hash is kept."""
        name = name.strip()
        if not name or len(name) > 100 or not name.isprintable():
            raise TokenError("a token's name has 1 to 100 printable characters")
        unknown = sorted(set(scopes) - set(Scope))
        if unknown:
            raise TokenError(f"there is no scope {unknown[0]!r}; scopes are {', '.join(sorted(Scope))}")
        token = f"gth_{secrets.token_urlsafe(32)}"
        with self._database.reading() as cursor:
            if first_row(cursor, "token_named", {"name": name}):
                raise TokenError(f"there is a token named {name} already; choose another name")
            given = {"name": name, "hash": _hash(token), "created_at": _now(), "scopes": sorted(set(scopes or Scope))}
            cursor.execute(question("add_token"), given)
        return token

    def all(self) -> list[Token]:
        """Every token, by name."""
        with self._database.reading() as cursor:
            rows = cursor.execute(question("tokens")).fetchall()
        return [Token(name, scopes, _utc(created_at), used_at and _utc(used_at)) for name, scopes, created_at, used_at in rows]

    def revoke(self, name: str) -> None:
        """Forgets a token: from now on nobody knows it."""
        with self._database.reading() as cursor:
            for tries_left in reversed(range(TRIES)):
                try:
                    removed = cursor.execute(question("remove_token"), {"name": name.strip()}).fetchall()
                    break
                except duckdb.TransactionException:  # its use was noted just now, or upkeep has moved its row
                    if not tries_left:
                        raise
        if not removed:
            raise TokenError(f"there is no token named {name}; gatehealth token list shows all")

    def holder(self, token: str) -> Holder | None:
        """Whose token this is, None when it is not known. That it was used is noted."""
        hashed = _hash(token)
        with self._database.reading() as cursor:
            row = first_row(cursor, "token_by_hash", {"hash": hashed})
            if row is None:
                return None
            name, scopes, used_at = row
            now = _now()
            if used_at is None or now - used_at >= NOTED_EVERY:
                # Somebody else notes the same just now, or the disk is full: that must not turn anybody away.
                with suppress(duckdb.Error):
                    cursor.execute(question("use_token"), {"hash": hashed, "now": now})
        return Holder(name, frozenset(map(Scope, scopes)))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
