"""Builds as sources list them and as their rows are: what a listing changes, and texts that the database takes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from gatehealth.store.columns import naive

LINE = 500  # characters kept of what a source, or a server, said

Row = dict[str, Any]


class Listed(Protocol):
    """A build that has ended, as its source lists it; collect.source.Build is one."""

    @property
    def uuid(self) -> UUID:
        """Of the build, and of its run."""

    @property
    def ended_at(self) -> datetime:
        """With its zone."""

    @property
    def version(self) -> str:
        """Differs when the source says something else about the build than before."""

    @property
    def document(self) -> str:
        """What the source wants back."""

    @property
    def known_by(self) -> str:
        """'poll' or 'mqtt'."""


class WaitingBuild(NamedTuple):
    """A build that is to be fetched now."""

    uuid: UUID
    ended_at: datetime
    version: str
    document: str
    known_by: str
    extra: dict[str, str]  # metadata that only a message carried
    known_at: datetime
    tries: int  # that did not succeed


class Settled(NamedTuple):
    """A build that was fetched and whose run is committed."""

    build: Listed
    lack: str = ""  # why it has no results; '' when it has
    detail: str = ""
    extra: Mapping[str, str] = MappingProxyType({})  # what messages said of it, as its run has it


class Postponed(NamedTuple):
    """A build that could not be fetched."""

    build: Listed
    why: str
    next_try_at: datetime


@dataclass(frozen=True, slots=True)
class Noted:
    """What a listing told that was not known."""

    new: int = 0
    changed: int = 0  # builds of which it says something else than before
    # Metadata of builds that are fetched already, and are not fetched again for it: their runs lack it.
    late: dict[UUID, dict[str, str]] = field(default_factory=dict)


class Waiting(NamedTuple):
    """How many builds of a source wait."""

    builds: int
    untried: int
    next_try_at: datetime | None  # when the first of them is due


class Backfill(NamedTuple):
    """A period of the past that is being listed, or whose builds are being fetched."""

    since: datetime
    until: datetime
    cursor: str | None
    done: float  # share of it that is listed
    builds: int  # that its listing gave
    listed_at: datetime | None  # when that ended
    error: str = ""  # why it could not go on the last time


def waiting_row(build: Listed, earlier: Row | None, extra: dict[str, str], now: datetime) -> Row | None:
    """The row of a build that waits from now on, or waits otherwise than before; None when nothing changes for it."""
    fresh = {
        "uuid": build.uuid,
        "ended_at": naive(build.ended_at),
        "version": clean(build.version),
        "document": clean(build.document),
        "known_by": build.known_by,
    }
    if earlier is None:
        due = {"known_at": now, "tries": 0, "next_try_at": now, "why": "", "again": False}
        return {**fresh, **due, "extra": json.dumps(extra)}
    row = {name: value for name, value in earlier.items() if name != "waits"}
    merged = {**json.loads(earlier["extra"]), **extra}
    if not earlier["waits"]:
        if fresh["version"] == earlier["version"] or (build.known_by == "mqtt" and earlier["known_by"] == "poll"):
            return None
        return {**row, **fresh, "tries": 0, "next_try_at": now, "why": "", "again": True, "extra": json.dumps(merged)}
    if build.known_by == "poll" or earlier["known_by"] == "mqtt":
        if not fresh["document"]:
            fresh["document"] = earlier["document"]
        if fresh["version"] != earlier["version"] or build.known_by != earlier["known_by"]:  # what failed may succeed now
            row.update(tries=0, next_try_at=now, why="")
        row.update(fresh)
    row["extra"] = json.dumps(merged)
    return None if all(row[name] == earlier[name] for name in row) else row


def fetched_row(settled: Settled, waiting: Row | None, now: datetime) -> Row:
    """The row of a build that was fetched; `waiting` is what was known of it until then."""
    build = settled.build
    return {
        "uuid": build.uuid,
        "ended_at": naive(build.ended_at),
        "version": clean(build.version),
        "lack": line(settled.lack),
        "detail": line(settled.detail),
        "known_at": waiting["known_at"] if waiting else now,
        "known_by": waiting["known_by"] if waiting else build.known_by,
        "tries": waiting["tries"] if waiting else 0,
        "fetched_at": now,
    }


def json_rows(rows: Sequence[Row]) -> str:
    """Rows as one parameter, a JSON list of objects."""
    return json.dumps(rows, default=lambda value: value.hex if isinstance(value, UUID) else value.isoformat())


def clean(text: str) -> str:
    """A text that the database takes: what has no encoding (halves of surrogate pairs), and NUL, become question marks."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")


def clean_pairs(pairs: Mapping[str, str]) -> dict[str, str]:
    """The same of both sides of pairs."""
    return {clean(key): clean(value) for key, value in pairs.items()}


def clean_or_none(cursor: str | None) -> str | None:
    """The same of a cursor, if there is one."""
    return None if cursor is None else clean(cursor)


def line(text: str) -> str:
    """A text as one line that is not too long."""
    line = " ".join(clean(text).split())
    return line if len(line) <= LINE else line[: LINE - 1] + "…"
