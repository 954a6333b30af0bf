"""What the tests of sources have in common: a source is listed and fetched as the collector does it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

from gatehealth.collect.source import Build, Fetched, NotYet, Page, Source

T = TypeVar("T")


def within(make: Callable[[], Source], work: Callable[[Source], Awaitable[T]]) -> T:
    """Does something with a source of its own, in an event loop of its own, and closes it."""

    async def run() -> T:
        source = make()
        try:
            return await work(source)
        finally:
            await source.close()

    return asyncio.run(run())


def polled(make: Callable[[], Source], cursor: str | None = None) -> tuple[list[Build], str | None]:
    """All that one poll lists, and the cursor that it leaves."""

    async def work(source: Source) -> tuple[list[Build], str | None]:
        pages = [page async for page in source.poll(cursor)]
        return [build for page in pages for build in page.builds], next(
            (page.cursor for page in reversed(pages) if page.cursor is not None), cursor
        )

    return within(make, work)


def listed_between(make: Callable[[], Source], since: datetime, until: datetime, cursor: str | None = None) -> list[Page]:
    async def work(source: Source) -> list[Page]:
        return [page async for page in source.between(since, until, cursor)]

    return within(make, work)


def fetched(make: Callable[[], Source], builds: list[Build], extra: Any = None) -> dict[Any, Fetched | NotYet]:
    """What became of each build, by uuid; each comes once."""

    async def work(source: Source) -> list[Fetched | NotYet]:
        return [each async for each in source.fetch(builds, extra or {})]

    found = within(make, work)
    assert sorted(each.build.uuid.hex for each in found) == sorted(build.uuid.hex for build in builds)
    return {each.build.uuid: each for each in found}


def whole(made: Fetched | NotYet) -> Fetched:
    assert isinstance(made, Fetched), made
    return made
