"""A tenant of a Zuul as a source: its builds are listed, and each is fetched with the files that it left."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from gatehealth.collect.http import Client, HttpError, UnreachableError
from gatehealth.collect.logserver import LogServer
from gatehealth.collect.source import Build, Fetched, Lack, NotYet, Page
from gatehealth.collect.texts import text
from gatehealth.collect.zuul_facts import document_of, manifest_url, run_of
from gatehealth.collect.zuul_listing import BATCH, Listing
from gatehealth.config import Settings, ZuulSettings
from gatehealth.model import Run

SOON = 2.0  # seconds after which Zuul surely knows a build that a message told of
JUST_ENDED = timedelta(minutes=1)  # for so long it is asked that often
FORGOTTEN_AFTER = timedelta(hours=1)  # a build that Zuul does not know so long after its end was removed from its database
LOGS_MAY_COME = timedelta(minutes=15)  # for so long after its end a build that says of no logs is asked again
# Words that explain why there are no logs. What was canceled may have some: then it says where as soon as it has ended.
_HAVE_NO_LOGS = frozenset({"NODE_FAILURE", "SKIPPED", "CANCELED", "NO_JOBS", "CONFIG_ERROR", "MERGE_CONFLICT", "MERGE_FAILURE"})
_MOST_AWAITED = 100_000

log = logging.getLogger(__name__)


class ZuulSource:
    """Follows one tenant of a Zuul. Implements source.Source."""

    def __init__(self, source: ZuulSettings, settings: Settings) -> None:
        self._source = source
        self._client = Client(source)
        tenant = f"tenant/{quote(source.tenant, safe='')}/" if source.tenant else ""
        self._listing = Listing(self._client, f"{source.url.rstrip('/')}/api/{tenant}", source)
        self._logs = LogServer(self._client, source.result_files, settings)
        self._awaited: dict[UUID, float] = {}  # builds that lack what should be there, and since when, by time.monotonic()
        self._turns = asyncio.Semaphore(2 * source.at_once)  # builds whose files are under way: some are read, some parsed

    @property
    def name(self) -> str:
        """As the settings have it."""
        return self._source.name

    def poll(self, cursor: str | None) -> AsyncIterator[Page]:
        """Lists what has ended since the cursor, with an overlap. Raises SourceError."""
        return self._listing.poll(cursor)

    def between(self, since: datetime, until: datetime, cursor: str | None) -> AsyncIterator[Page]:
        """Lists what ended in since <= t < until. Raises SourceError."""
        return self._listing.between(since, until, cursor)

    async def fetch(self, builds: Sequence[Build], extra: Mapping[UUID, Mapping[str, str]]) -> AsyncIterator[Fetched | NotYet]:
        """Fetches builds: their facts in batches, then the files of several at a time."""
        # A place for one: who takes what was fetched sets the pace, or runs would pile up in memory.
        done: asyncio.Queue[Fetched | NotYet] = asyncio.Queue(1)
        batches = [builds[at : at + BATCH] for at in range(0, len(builds), BATCH)]
        tasks = [asyncio.create_task(self._batch(batch, extra, done)) for batch in batches]
        try:
            for _ in builds:
                yield await done.get()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """Gives connections up."""
        await self._client.close()

    async def _batch(
        self, builds: Sequence[Build], extra: Mapping[UUID, Mapping[str, str]], done: asyncio.Queue[Fetched | NotYet]
    ) -> None:
        facts: Mapping[UUID, Mapping[str, Any]] = {}
        failed: Exception | None = None
        try:
            facts = await self._listing.facts(list({build.uuid for build in builds}))
        except Exception as error:  # whatever it is, it must not cost the builds an answer
            failed = error
            if not isinstance(error, HttpError):
                log.exception("source %s: the facts of %d builds cannot be read", self.name, len(builds))

        async def one(build: Build) -> None:
            added = {key: text(value) for key, value in extra.get(build.uuid, {}).items()}
            if failed is not None:
                after = failed.retry_after if isinstance(failed, UnreachableError) else None
                await done.put(NotYet(build, _line(failed), after, self._listed(build, added)))
                return
            async with self._turns:
                try:
                    outcome = await self._one(build, facts.get(build.uuid), added)
                except Exception as error:
                    log.exception("source %s: build %s cannot be read", self.name, build.uuid.hex)
                    outcome = NotYet(build, _line(error))
                await done.put(outcome)

        await asyncio.gather(*(one(build) for build in builds))

    async def _one(self, build: Build, facts: Mapping[str, Any] | None, extra: Mapping[str, str]) -> Fetched | NotYet:
        soon = SOON if self._listing.now() - build.ended_at < JUST_ENDED else None
        if facts is None:
            run = self._listed(build, extra)
            if self._has_been_awaited(build, FORGOTTEN_AFTER):
                return Fetched(build, run, Lack.NO_LOGS, "Zuul does not know this build any more")
            return NotYet(build, "Zuul does not know this build yet", soon, run)
        run = _with(run_of(build, facts, self._source), extra)
        if not run.result:  # a message was faster than the database
            return NotYet(build, "Zuul does not know yet how this build ended", soon, self._listed(build, extra))
        found = await self._logs.fill(run, manifest_url(facts))
        if found.trouble:
            return NotYet(build, found.trouble, found.retry_after, run)
        no_place = found.lack is Lack.NO_LOGS and not run.log_url and run.result not in _HAVE_NO_LOGS
        if no_place and not self._has_been_awaited(build, LOGS_MAY_COME):
            return NotYet(build, "Zuul does not say yet where the logs of this build are", None, run)
        self._awaited.pop(build.uuid, None)
        return Fetched(build, run, found.lack, found.detail)

    def _has_been_awaited(self, build: Build, at_most: timedelta) -> bool:
        """Whether what should be there has been waited for long enough: so long after the build's end by Zuul's clock, or so
        long since it was first missed.
        """
        if len(self._awaited) > _MOST_AWAITED:
            self._awaited.clear()
        missed_at = self._awaited.setdefault(build.uuid, time.monotonic())
        if self._listing.now() - build.ended_at <= at_most and time.monotonic() - missed_at <= at_most.total_seconds():
            return False
        self._awaited.pop(build.uuid, None)
        return True

    def _listed(self, build: Build, extra: Mapping[str, str]) -> Run:
        """The run by what was listed of it, or told by a message: what is known before its facts are."""
        return _with(run_of(build, document_of(build), self._source), extra)


def _with(run: Run, extra: Mapping[str, str]) -> Run:
    run.metadata.update({key: value for key, value in extra.items() if value})
    return run


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:500]
