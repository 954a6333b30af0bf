"""Who may write: tokens by name, kept as hashes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime

from gatehealth.store.database import Database
from gatehealth.store.questions import question


class TokenError(ValueError):
    """A token cannot be created; the message is one line that says why."""


class Tokens:
    """The tokens of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str) -> str:
        """A new token under a new name. It is given once: only its hash is kept."""
        name = name.strip()
        if not name or len(name) > 100 or not name.isprintable():
            raise TokenError("a token's name has 1 to 100 printable characters")
        token = f"gth_{secrets.token_urlsafe(32)}"
        with self._database.reading() as cursor:
            if cursor.execute(question("token_named"), {"name": name}).fetchone():
                raise TokenError(f"there is a token named {name} already; choose another name")
            now = datetime.now(UTC).replace(tzinfo=None)
            cursor.execute(question("add_token"), {"name": name, "hash": _hash(token), "created_at": now})
        return token

    def name_of(self, token: str) -> str | None:
        """The name of a token, None when it is not known."""
        with self._database.reading() as cursor:
            row = cursor.execute(question("token_by_hash"), {"hash": _hash(token)}).fetchone()
        return str(row[0]) if row else None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
