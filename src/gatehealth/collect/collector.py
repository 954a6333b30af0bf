"""Collects from every source at once, in a thread of its own beside whatever else a process does."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType

from gatehealth.collect.fetching import UNCOMMITTED
from gatehealth.collect.following import Following
from gatehealth.collect.source import Source
from gatehealth.config import Settings
from gatehealth.store import Store

THREADS = 24  # for what blocks: reading files, waiting for the database
LAST_SECONDS = 8.0  # in which a collector that is stopped stores what it has fetched

log = logging.getLogger(__name__)


class Collector:
    """Collects from sources until it is stopped. May be used from any thread; `run` is what its own thread does."""

    def __init__(self, store: Store, settings: Settings, sources: Sequence[Source]) -> None:
        """The sources are those that the settings name; they are closed at the end."""
        self._sources = sources
        by_name = {each.name: each for each in settings.sources}
        for source in sources:
            store.sources.register(source.name, by_name[source.name].kind)
        uncommitted = asyncio.Semaphore(UNCOMMITTED)
        self._following = {each.name: Following(each, by_name[each.name], store, uncommitted) for each in sources}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = threading.Event()
        self._stop = asyncio.Event()
        self._thread: threading.Thread | None = None

    @property
    def sources(self) -> list[str]:
        """The names of the sources."""
        return list(self._following)

    @property
    def errors(self) -> dict[str, str]:
        """Why sources could not be listed the last time, by their names; those that could are not among them."""
        return {name: each.error for name, each in self._following.items() if each.error}

    def start(self, *, polling: bool = True, once: bool = False) -> None:
        """Does in a thread what `run` does."""
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self.run(polling=polling, once=once)), name="collector", daemon=True
        )
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether the thread that was started has something to do yet."""
        return self._thread is not None and self._thread.is_alive()

    async def run(self, *, polling: bool = True, once: bool = False) -> None:
        """Collects until it is stopped, or, with `once`, until every source is caught up. What was fetched by then is stored.

        Without `polling` nothing new is listed: what waits is fetched, and the periods that somebody asked for.
        """
        self._loop = asyncio.get_running_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(THREADS, "collector"))
        if self._stopped.is_set():
            self._stop.set()
        following = () if self._stopped.is_set() else self._following.values()
        tasks = [asyncio.create_task(self._follow(each, polling=polling)) for each in following]
        ends: list[asyncio.Task[object]] = [asyncio.create_task(self._stop.wait())]
        if once:
            ends.append(asyncio.create_task(self._caught_up()))
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*ends, *tasks):
                task.cancel()
            await asyncio.gather(*tasks, *ends, return_exceptions=True)
            await asyncio.gather(*(source.close() for source in self._sources), return_exceptions=True)

    async def _caught_up(self) -> object:
        return await asyncio.gather(*(each.caught_up() for each in self._following.values()))

    async def _follow(self, following: Following, *, polling: bool) -> None:
        """A source that cannot go on says so, and leaves the others alone."""
        try:
            await following.run(polling=polling)
        except Exception:
            log.exception("source %s: nothing is collected from it any more", following.name)

    def wake(self, source: str) -> None:
        """Has a source listed now, and looks for back-fills of it that were asked for."""
        self._call(self._following[source].wake)

    def stop(self) -> None:
        """Has it end; what was fetched is stored first."""
        self._stopped.set()
        self._call(self._stop.set)

    def close(self) -> None:
        """Stops it, and waits for its thread to end."""
        self.stop()
        if self._thread is None:
            return
        self._thread.join(LAST_SECONDS)
        if self._thread.is_alive():
            log.warning("what was under way %.0f s after the end is left, and collected the next time", LAST_SECONDS)

    def _call(self, what: Callable[[], None]) -> None:
        """Calls something in the collector's thread, if it has one."""
        if self._loop is not None:
            with suppress(RuntimeError):  # it has just ended
                self._loop.call_soon_threadsafe(what)

    def __enter__(self) -> Collector:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
