"""Follows one source: lists what has ended, over and over, listens to its messages, and has what is listed fetched."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from gatehealth.collect.backfilling import LONGEST_PAUSE, Backfilling
from gatehealth.collect.delays import closing, delay_after, line_of, wait_for
from gatehealth.collect.fetching import Fetching, add_late
from gatehealth.collect.source import Page, Source, SourceError
from gatehealth.config import SourceSettings, ZuulSettings
from gatehealth.store import DatabaseError, Store
from gatehealth.store.sources import Backfill, Noted

SHORTLY = 30.0  # seconds: for a build that is tried again within so many, whoever collects once waits
HEARD_EVERY = 5.0  # seconds between notes of when the last message came

log = logging.getLogger(__name__)
Step = Callable[[], Awaitable[float]]


class Following:
    """Collects from one source until it is cancelled."""

    def __init__(self, source: Source, settings: SourceSettings, store: Store, uncommitted: asyncio.Semaphore) -> None:
        self.name = source.name
        self.error = ""  # why the source could not be listed the last time
        self._source = source
        self._settings = settings
        self._store = store
        self._fetching = Fetching(source, store, timedelta(days=settings.give_up_days), uncommitted)
        self._backfilling = Backfilling(source, store, self._note_backfill)
        self._failures = 0  # listings since one succeeded
        self._tried = asyncio.Event()  # it was tried to list the source since this began
        self._pauses: list[asyncio.Event] = []  # each ends the pause of one of the tasks

    def wake(self) -> None:
        """Lists the source now, and looks for back-fills that were asked for."""
        for pause in self._pauses:
            pause.set()

    async def run(self, *, polling: bool = True) -> None:
        """Collects until it is cancelled; without `polling`, only what waits and the back-fills. Stores what was fetched."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fetching.run())
            group.create_task(self._for_ever("its back-fills", self._backfilling.step))
            if polling:
                group.create_task(self._for_ever("its listing", self._poll))
            else:
                self._tried.set()
            if polling and isinstance(self._settings, ZuulSettings) and self._settings.mqtt:
                group.create_task(self._listen(self._settings))

    async def caught_up(self) -> None:
        """Waits until the source, and each back-fill, was listed or could not be, and nothing waits that can be had shortly."""
        await self._tried.wait()
        while await asyncio.to_thread(self._something_is_due) or self._fetching.busy:
            await self._fetching.moved(0.5)

    def _something_is_due(self) -> bool:
        next_try_at = self._store.sources.count_waiting(self.name).next_try_at
        if next_try_at is not None and next_try_at < datetime.now(UTC) + timedelta(seconds=SHORTLY):
            return True
        return any(not backfill.error for backfill in self._store.sources.backfills(self.name))

    async def _for_ever(self, what: str, step: Step) -> None:
        """Takes a step again and again, with the pauses that it asks for. A defect in it stops nothing else."""
        failures = 0
        ask = asyncio.Event()
        self._pauses.append(ask)
        while True:
            ask.clear()
            try:
                pause = await step()
                failures = 0
            except Exception as error:
                failures += 1
                pause = delay_after(failures, longest=LONGEST_PAUSE)
                log.exception("source %s: %s failed; tried again in %.0f s", self.name, what, pause)
                self.error = f"{what} failed: {line_of(error)}"
                with suppress(DatabaseError):
                    await asyncio.to_thread(self._store.sources.failed, self.name, self.error)
                self._tried.set()
            await wait_for(ask, pause)

    async def _poll(self) -> float:
        """Lists what has ended since the last time; gives the seconds until the next."""
        sources = self._store.sources
        began = datetime.now(UTC)
        try:
            cursor = await asyncio.to_thread(sources.cursor, self.name)
            async with closing(self._source.poll(cursor)) as pages:
                async for page in pages:
                    noted = await asyncio.to_thread(sources.note, self.name, page.builds, page.cursor)
                    await self._use(noted)
        except SourceError as error:
            if str(error) != self.error:
                log.warning("source %s: %s", self.name, error)
            self._failures += 1
            self.error = str(error)
            await asyncio.to_thread(sources.failed, self.name, str(error))
            pause = delay_after(self._failures, error.retry_after, first=self._settings.poll_seconds, longest=LONGEST_PAUSE)
        else:
            if self.error:
                log.warning("source %s: answers again", self.name)
            self._failures, self.error = 0, ""
            await asyncio.to_thread(sources.caught_up, self.name, began)
            pause = self._settings.poll_seconds
        self._tried.set()
        return pause

    async def _note_backfill(self, page: Page, backfill: Backfill) -> None:
        noted = await asyncio.to_thread(
            self._store.sources.note, self.name, page.builds, page.cursor, backfill=backfill, done=page.done
        )
        await self._use(noted)

    async def _use(self, noted: Noted) -> None:
        """Has what is new fetched; adds to stored runs what a message said too late."""
        if noted.new or noted.changed:
            self._fetching.wake()
        if noted.late:
            await asyncio.to_thread(add_late, self._store, noted.late)

    async def _listen(self, settings: ZuulSettings) -> None:
        """Notes what the messages of a Zuul tell. They come within seconds; polling finds those that are missed."""
        from gatehealth.collect.mqtt import Listening, reports  # only where there is a broker

        listening = Listening()

        async def hear() -> float:
            async with closing(reports(settings, listening)) as heard:
                async for report in heard:
                    try:
                        noted = await asyncio.to_thread(self._store.sources.note, self.name, report.builds, None, report.extra)
                    except DatabaseError as error:  # to leave here would be to hang up, and miss the next ones too
                        log.warning("source %s: a message could not be noted: %s", self.name, error)
                    else:
                        await self._use(noted)
            return HEARD_EVERY

        told: tuple[datetime | None, str] = (None, "")

        async def tell() -> float:
            nonlocal told
            said = (listening.heard_at, listening.error)
            if said != told:
                await asyncio.to_thread(self._store.sources.heard, self.name, *said)
                told = said
            return HEARD_EVERY

        async with asyncio.TaskGroup() as group:
            group.create_task(self._for_ever("its messages", hear))
            group.create_task(self._for_ever("its messages", tell))
