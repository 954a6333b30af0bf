"""The shapes of /tokens: one that is new, and what is known of the others."""

from __future__ import annotations

from pydantic import Field

from gatehealth.api.schemas.shared import Moment, Shape


class NewToken(Shape):
    """A token, shown once: only its hash is kept."""

    name: str
    token: str


class KnownToken(Shape):
    """What is known of a token."""

    name: str
    scopes: list[str] = Field(description="upload, read")
    created_at: Moment
    last_used_at: Moment | None = Field(description="to the minute; null when it never was")


class Tokens(Shape):
    """All tokens, by name."""

    tokens: list[KnownToken]
