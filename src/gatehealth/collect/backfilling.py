"""Lists the past of a source that somebody asked for, in small parts, and never far ahead of what is fetched."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from gatehealth.collect.delays import closing, delay_after
from gatehealth.collect.source import Page, Source, SourceError
from gatehealth.store import Store
from gatehealth.store.sources import Backfill

AHEAD = 2_000  # builds that may be listed and not tried yet: each waits with all that its source said of it
LOOK_EVERY = 1.0  # seconds between looks at what has become of them
IDLE = 3600.0  # seconds between looks for back-fills that nobody told of
LONGEST_PAUSE = 300.0  # seconds between two tries to list a source that fails, unless it asks for more

log = logging.getLogger(__name__)
Note = Callable[[Page, Backfill], Awaitable[None]]


class Backfilling:
    """Lists the back-fills of one source."""

    def __init__(self, source: Source, store: Store, note: Note) -> None:
        self._source = source
        self._name = source.name
        self._sources = store.sources
        self._note = note
        self._failures = 0

    async def step(self) -> float:
        """Goes on with each back-fill; gives the seconds after which there may be more to do."""
        unfinished = await asyncio.to_thread(self._sources.backfills, self._name)
        if not unfinished:
            return IDLE
        pause = LOOK_EVERY
        for backfill in unfinished:
            if backfill.listed_at is None:
                try:
                    await self._list(backfill)
                    self._failures = 0
                except SourceError as error:
                    self._failures += 1
                    log.warning("source %s: back-fill of %s: %s", self._name, _period(backfill), error)
                    await asyncio.to_thread(self._sources.backfill_failed, self._name, backfill, str(error))
                    pause = max(pause, delay_after(self._failures, error.retry_after, longest=LONGEST_PAUSE))
        await asyncio.to_thread(self._sources.finish_backfills, self._name)
        return pause

    async def _list(self, backfill: Backfill) -> None:
        async with closing(self._source.between(backfill.since, backfill.until, backfill.cursor)) as pages:
            async for page in pages:
                await self._note(page, backfill)
                while (await asyncio.to_thread(self._sources.count_waiting, self._name)).untried > AHEAD:
                    await asyncio.sleep(LOOK_EVERY)
        await asyncio.to_thread(self._sources.backfill_listed, self._name, backfill)


def _period(backfill: Backfill) -> str:
    return f"{backfill.since:%Y-%m-%d %H:%M} to {backfill.until:%Y-%m-%d %H:%M}"
