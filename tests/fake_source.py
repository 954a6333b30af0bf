"""A source whose answers a test decides, and that counts what it is asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from helpers import at, result, run, uuid_number

from gatehealth.collect.source import Build, Fetched, NotYet, Page, SourceError
from gatehealth.config import FolderSettings, Settings

Answer = Callable[[Build, int], "Fetched | NotYet | Exception"]


def build(number: int, version: str = "1", **facts: Any) -> Build:
    return Build(**{"uuid": uuid_number(number), "ended_at": at(number), "version": version, **facts})


def fetched(build: Build, **facts: Any) -> Fetched:
    """A build with one result."""
    return Fetched(build, run(result("a"), **{"uuid": build.uuid, "result": "SUCCESS", "ended_at": build.ended_at, **facts}))


class FakeSource:
    """Lists `builds`, in pages of two, and answers what `answer` says for a build and the number of the try."""

    def __init__(self, name: str = "fake") -> None:
        self.name = name
        self.builds: list[Build] = []
        self.answer: Answer = lambda build, _: fetched(build)
        self.listing_error: Exception | None = None
        self.tries: Counter[UUID] = Counter()
        self.extra: dict[UUID, Mapping[str, str]] = {}
        self.cursors: list[str | None] = []
        self.periods: list[tuple[datetime, datetime, str | None]] = []
        self.hold: asyncio.Event | None = None  # fetches wait for it
        self.closed = False

    async def poll(self, cursor: str | None) -> AsyncIterator[Page]:
        self.cursors.append(cursor)
        for first in range(0, len(self.builds), 2):
            yield Page(self.builds[first : first + 2], None)
        if self.listing_error:
            raise self.listing_error
        yield Page([], str(len(self.cursors)))

    async def between(self, since: datetime, until: datetime, cursor: str | None) -> AsyncIterator[Page]:
        self.periods.append((since, until, cursor))
        found = [build for build in self.builds if since <= build.ended_at < until]
        for first in range(int(cursor or 0), len(found), 2):
            if self.listing_error and first:
                raise self.listing_error
            yield Page(found[first : first + 2], str(first + 2), min(1, (first + 2) / len(found)))

    async def fetch(self, builds: Sequence[Build], extra: Mapping[UUID, Mapping[str, str]]) -> AsyncIterator[Fetched | NotYet]:
        self.extra |= extra
        for each in builds:
            if self.hold is not None:
                await self.hold.wait()
            self.tries[each.uuid] += 1
            answer = self.answer(each, self.tries[each.uuid])
            if isinstance(answer, Exception):
                raise answer
            yield answer

    async def close(self) -> None:
        self.closed = True


def settings_with(settings: Settings, *names: str, **said: Any) -> Settings:
    """The same settings with sources of these names."""
    facts = {"kind": "folder", "path": "/nowhere", "poll_seconds": 60, **said}
    return settings.model_copy(update={"sources": [FolderSettings(**{**facts, "name": name}) for name in names]})


__all__ = ["Build", "FakeSource", "NotYet", "SourceError", "build", "fetched", "settings_with"]
