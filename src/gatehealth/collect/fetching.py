"""Fetches the builds of a source that wait, and stores their runs: the half of collecting that takes the time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from gatehealth.collect.delays import closing, delay_after, line_of, wait_for
from gatehealth.collect.source import FOUND_KEYS, Build, Fetched, Lack, NotYet, Source
from gatehealth.model import Run
from gatehealth.store import DatabaseError, Store
from gatehealth.store.sources import Postponed, Settled, WaitingBuild
from gatehealth.store.writer import WriterClosedError

BATCH = 50  # builds that a source is given at once
AT_ONCE = 200  # builds under way: some that cannot be had, each trying for minutes, leave room for the others
UNCOMMITTED = 16  # runs of all sources together that may wait for their commit: bounds the memory that results take
AFTER_FAILURE = 10.0  # seconds that nothing new is begun once the database could not note what became of builds
LOOK_EVERY = 30.0  # seconds between looks for builds that wait, when nobody tells of any

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Tried:
    """What became of a try: one of both."""

    settled: Settled | None = None
    postponed: Postponed | None = None


class Fetching:
    """Fetches what waits of one source, for ever."""

    def __init__(self, source: Source, store: Store, give_up: timedelta, uncommitted: asyncio.Semaphore) -> None:
        self._source = source
        self._name = source.name
        self._store = store
        self._give_up = give_up
        self._uncommitted = uncommitted
        self._wake = asyncio.Event()
        self._under_way: set[UUID] = set()
        self._batches: set[asyncio.Task[None]] = set()
        self._storing: set[asyncio.Task[None]] = set()
        self._tried: asyncio.Queue[_Tried | None] = asyncio.Queue()
        self._moved = asyncio.Event()  # set whenever builds were settled or postponed

    def wake(self) -> None:
        """There are builds to fetch."""
        self._wake.set()

    @property
    def busy(self) -> bool:
        """Whether builds are under way."""
        return bool(self._under_way)

    async def moved(self, seconds: float) -> None:
        """Waits until something becomes of builds, or for so long."""
        self._moved.clear()
        await wait_for(self._moved, seconds)

    async def run(self) -> None:
        """Fetches until it is cancelled. What was fetched by then is stored, and noted as such, before this returns."""
        noting = asyncio.create_task(self._note_what_was_tried())
        try:
            while True:
                self._wake.clear()
                try:
                    await self._fill()
                    await self._rest()
                except DatabaseError as error:
                    log.warning("source %s: what waits cannot be read: %s", self._name, error)
                    await asyncio.sleep(AFTER_FAILURE)
        finally:
            for batch in self._batches:
                batch.cancel()
            await asyncio.gather(*self._batches, return_exceptions=True)
            await asyncio.gather(*self._storing, return_exceptions=True)
            self._tried.put_nowait(None)
            await noting

    async def _fill(self) -> None:
        """Begins batches while there are places and builds. Small ones would ask for few facts at once."""
        while (places := AT_ONCE - len(self._under_way)) >= BATCH // 2:
            most = min(places, BATCH)
            found = await asyncio.to_thread(self._store.sources.waiting, self._name, most, list(self._under_way))
            if not found:
                return
            self._under_way.update(build.uuid for build in found)
            batch = asyncio.create_task(self._fetch(found))
            self._batches.add(batch)
            batch.add_done_callback(self._ended)

    def _ended(self, batch: asyncio.Task[None]) -> None:
        self._batches.discard(batch)
        self._wake.set()

    async def _rest(self) -> None:
        """Waits until there may be something to begin: a batch ended, builds were noted, or one that failed is due."""
        due = LOOK_EVERY
        if not self._under_way:
            waiting = await asyncio.to_thread(self._store.sources.count_waiting, self._name)
            if waiting.next_try_at is not None:
                due = (waiting.next_try_at - datetime.now(UTC)).total_seconds()
        elif AT_ONCE - len(self._under_way) >= BATCH // 2:
            due = 1.0  # the next one may be due while others are under way
        await wait_for(self._wake, min(max(due, 0.05), LOOK_EVERY))

    async def _fetch(self, found: Sequence[WaitingBuild]) -> None:
        """Fetches builds and begins to store the run of each."""
        waiting = {build.uuid: build for build in found}
        builds = [Build(each.uuid, each.ended_at, each.version, each.document, each.known_by) for each in found]
        left = {build.uuid: build for build in builds}
        why = "its source gave no answer for it"
        try:
            answers = self._source.fetch(builds, {each.uuid: each.extra for each in found if each.extra})
            async with closing(answers):
                async for answer in answers:
                    if left.pop(answer.build.uuid, None) is None:
                        log.error("source %s: build %s was not asked for", self._name, answer.build.uuid.hex)
                        continue
                    await self._uncommitted.acquire()
                    store = asyncio.create_task(self._store_one(answer, waiting[answer.build.uuid]))
                    self._storing.add(store)
                    store.add_done_callback(self._storing.discard)
        except asyncio.CancelledError:
            self._under_way.difference_update(left)
            raise
        except Exception as error:  # a defect of one source must stop nothing else
            why = f"its source failed: {line_of(error)}"
            log.exception("source %s: %d builds could not be fetched", self._name, len(left))
        for uuid, build in left.items():
            self._postpone(build, waiting[uuid], why, None)

    async def _store_one(self, answer: Fetched | NotYet, waiting: WaitingBuild) -> None:
        """Stores a run; once that is committed, its build is to be noted as fetched."""
        build = answer.build
        try:
            if answer.run is not None:
                if isinstance(answer, Fetched):
                    answer.run.metadata = {**dict.fromkeys(FOUND_KEYS, ""), **answer.run.metadata}
                await self._commit(answer.run)
        except WriterClosedError:
            self._under_way.discard(build.uuid)  # it is fetched again the next time
            return
        except DatabaseError as error:
            log.warning("source %s: build %s: %s", self._name, build.uuid.hex, error)
            self._postpone(build, waiting, str(error), None)
            return
        except Exception as error:  # a run that no database takes: a defect of its source
            log.exception("source %s: the run of build %s cannot be stored", self._name, build.uuid.hex)
            self._postpone(build, waiting, f"its run cannot be stored: {line_of(error)}", None)
            return
        finally:
            self._uncommitted.release()
        if isinstance(answer, Fetched):
            lack = "" if answer.lack is None else answer.lack
            self._tried.put_nowait(_Tried(settled=Settled(build, lack, answer.detail, waiting.extra)))
        else:
            self._postpone(build, waiting, answer.why, answer.retry_after)

    async def _commit(self, run: Run) -> None:
        """Stores a run; when this is cancelled, too, it is committed."""
        committed = await asyncio.to_thread(self._store.writer.submit, run)
        await asyncio.wrap_future(committed)

    def _postpone(self, build: Build, waiting: WaitingBuild, why: str, retry_after: float | None) -> None:
        """A build is tried again later, or not any more: then it has no results, and why is known."""
        now = datetime.now(UTC)
        if now - waiting.known_at > self._give_up:
            tries = waiting.tries + 1
            detail = f"given up after {tries:,} tries: {why}"
            self._tried.put_nowait(_Tried(settled=Settled(build, Lack.UNREACHABLE, detail, waiting.extra)))
            return
        delay = delay_after(waiting.tries + 1, retry_after)
        self._tried.put_nowait(_Tried(postponed=Postponed(build, why, now + timedelta(seconds=delay))))

    async def _note_what_was_tried(self) -> None:
        """Notes what became of builds, all that there is at once: a transaction for each would take longer than its fetch."""
        ended = False
        while not ended:
            tried = [await self._tried.get()]
            while not self._tried.empty():
                tried.append(self._tried.get_nowait())
            ended = None in tried
            settled = [each.settled for each in tried if each and each.settled]
            postponed = [each.postponed for each in tried if each and each.postponed]
            try:
                await asyncio.to_thread(self._note, settled, postponed)
            except Exception as error:  # a full disk, say: they stand there as they did, and are tried again
                log.warning("source %s: %d builds are fetched again: %s", self._name, len(tried), line_of(error))
                if not ended:
                    await asyncio.sleep(AFTER_FAILURE)
            self._under_way.difference_update(each.build.uuid for each in settled)
            self._under_way.difference_update(each.build.uuid for each in postponed)
            self._wake.set()
            self._moved.set()

    def _note(self, settled: Sequence[Settled], postponed: Sequence[Postponed]) -> None:
        late = self._store.sources.settle(self._name, settled)
        self._store.sources.postpone(self._name, postponed)
        add_late(self._store, late)


def add_late(store: Store, late: Mapping[UUID, Mapping[str, str]]) -> None:
    """Adds to runs what messages said of their builds once these were fetched. All else of the runs stays as it is."""
    for uuid, metadata in late.items():
        if store.reader.run(uuid) is not None:  # else nothing could be had of the build
            with suppress(WriterClosedError):
                store.writer.submit(Run(uuid, metadata=dict(metadata)))
