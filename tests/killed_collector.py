"""A process that collects from a simulated Zuul until it is killed: the other half of collect/test_exactly_once.py.

The Zuul's clock goes much faster than others. Whoever collects from it has to see the same time, as a real Zuul's clock and
ours agree: in this process, what asks for the time in order to judge the age of a build gets the Zuul's.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from datetime import UTC, datetime, timedelta, tzinfo
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from gatehealth.collect import backfilling, fetching, following, http, zuul, zuul_facts, zuul_listing, zuul_report
from gatehealth.collect.collector import Collector
from gatehealth.collect.sources import open_sources
from gatehealth.config import Settings, ZuulSettings
from gatehealth.model import to_micros
from gatehealth.store import Store


class FastClock(NamedTuple):
    """Simulated time from the machine's: the same in every process. It stands still once it is past `until`."""

    start: datetime
    begun: float  # time.monotonic() at the start
    speed: float
    until: datetime | None = None

    def now(self) -> datetime:
        moment = self.start + timedelta(seconds=(time.monotonic() - self.begun) * self.speed)
        return moment if self.until is None else min(moment, self.until)

    def __call__(self) -> int:
        """As a clock of the simulated gate."""
        return to_micros(self.now())


def see_the_time_of(clock: FastClock) -> None:
    """Has the Zuul's source take this clock's time for now; and waits nowhere for long."""

    class Simulated(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return clock.now().astimezone(tz or UTC)

    for module in (zuul, zuul_facts, zuul_listing, zuul_report):
        module.datetime = Simulated  # type: ignore[attr-defined]
    zuul.SOON = 0.05
    zuul.LOGS_MAY_COME = timedelta(seconds=1200)
    http.LONGEST_BACKOFF = 0.1
    for module in (fetching, following, backfilling):
        module.delay_after = lambda *_, **__: random.uniform(0.02, 0.2)  # type: ignore[attr-defined]


def settings_for(database: str, url: str, **said: Any) -> Settings:
    """A collector's settings, with pauses that suit the clock."""
    facts = {
        "kind": "zuul",
        "name": "sim",
        "url": url,
        "tenant": "openstack",
        "poll_seconds": 0.2,
        "first_days": 3,
        "overlap_seconds": 1200,  # what this Zuul changes of a build it does within 700 s
        "per_second": 10_000,
        "timeout_seconds": 20,
        "result_files": ["*.subunit", "*.subunit.gz", "logs/junit.xml"],
    }
    return Settings(database=database, sources=[ZuulSettings(**{**facts, **said})])


def catch_up(database: str, url: str, clock: FastClock) -> None:
    """Collects until the source could be listed to its end and no build waits; the clock stands still."""
    see_the_time_of(clock)
    zuul.LOGS_MAY_COME = timedelta(0)  # what this Zuul does not say of a build now it never will
    settings = settings_for(database, url)
    with Store(settings) as store:
        while True:
            collector = Collector(store, settings, open_sources(settings))
            asyncio.run(collector.run(once=True))
            if not collector.errors and not store.sources.count_waiting("sim").builds:
                return


def collect_until_killed(database: str, url: str, clock: FastClock, pipe: Connection) -> None:
    """Opens the database, says so, and collects for ever."""
    see_the_time_of(clock)
    settings = settings_for(database, url)
    with Store(settings, keeping_up=True) as store, store.database.cursor() as cursor:
        cursor.execute("SET GLOBAL checkpoint_threshold = '300KB'")  # so that many kills fall into a checkpoint
        os.write(pipe.fileno(), b"open\n")
        asyncio.run(Collector(store, settings, open_sources(settings)).run())
