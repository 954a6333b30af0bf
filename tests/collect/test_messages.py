"""The whole way of a build that a message tells of: simulated Zuul, broker, collector, store; with polling, and without."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from mqtt_broker import Broker
from serving import serving
from starlette.types import Receive, Scope, Send

from gatehealth.collect import following, mqtt
from gatehealth.collect.collector import Collector
from gatehealth.collect.sources import open_sources
from gatehealth.config import MqttSettings, Settings, ZuulSettings
from gatehealth.simulate import Gate, GateSettings
from gatehealth.simulate.clock import Stopped
from gatehealth.simulate.reporter import publishing
from gatehealth.simulate.zuul import Zuul, create
from gatehealth.store import DatabaseError, Store
from gatehealth.store.sources import Sources

PATIENCE = 120  # seconds after which a test that waits has failed; nothing is said about how long anything takes


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comes back soon to a broker that is gone, and says soon how it goes."""
    monkeypatch.setattr(following, "HEARD_EVERY", 0.2)
    monkeypatch.setattr(mqtt, "FIRST_WAIT", 0.1)
    monkeypatch.setattr(mqtt, "LONGEST_WAIT", 0.5)


@dataclass
class World:
    """A Zuul whose clock stands still, what was asked of it, and its broker."""

    zuul: Zuul
    clock: Stopped
    broker: Broker
    url: str = ""
    asked: Counter[str] = field(default_factory=Counter)  # by path, with the query
    ended: dict[str, float] = field(default_factory=dict)  # when each build that was reported ended, by its uuid

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.asked[f"{scope['path']}?{scope['query_string'].decode()}"] += 1
        await self.zuul(scope, receive, send)

    def listings(self) -> int:
        """How often it was listed what ended."""
        return sum(times for path, times in list(self.asked.items()) if "/build-times?" in path)

    def goes_on(self, minutes: float) -> dict[str, str]:
        """Lets the clock go on; the owner of each build that is reported meanwhile, by its uuid."""
        since = self.zuul.now()
        self.clock.at += timedelta(minutes=minutes)
        owners: dict[str, str] = {}
        for message in self.zuul.reports(self.url).between(since, self.zuul.now()):
            buildset = message.payload["buildset"]
            if buildset["result"]:
                told = buildset["builds"] + buildset["retry_builds"]
                owners |= {entry["uuid"]: message.payload["owner"] for entry in told}
                self.ended |= {entry["uuid"]: entry["end_time"] or 0 for entry in told}
        return owners

    def tells_of(self, builds: int) -> dict[str, str]:
        """Lets the clock go on until so many builds are reported, and tells the same of them."""
        owners: dict[str, str] = {}
        while len(owners) < builds:
            owners |= self.goes_on(minutes=5)
        return owners

    def source(self, poll_seconds: float) -> ZuulSettings:
        broker = MqttSettings(host="127.0.0.1", port=self.broker.port)
        timing = {"poll_seconds": poll_seconds, "first_days": 0}
        return ZuulSettings(kind="zuul", name="zuul", url=self.url, tenant="openstack", mqtt=broker, **timing)


@pytest.fixture
def world(folder: Path) -> Iterator[World]:
    now = datetime.now(UTC).replace(microsecond=0)
    size = GateSettings(seed=5, days=2, runs_per_day=2_000, tests=300, jobs=14, projects=4, largest_job=60, end=now)
    clock = Stopped(now)  # it goes on into the future: a source that is new is listed from now on
    with Broker(folder) as broker:
        world = World(create(Gate(size), clock), clock, broker)
        with serving(world) as world.url, publishing(world.zuul, "127.0.0.1", broker.port, world.url) as connected:
            assert connected.wait(PATIENCE)
            yield world


@contextmanager
def collecting(world: World, store: Store, settings: Settings, poll_seconds: float) -> Iterator[None]:
    settings = settings.model_copy(update={"sources": [world.source(poll_seconds)]})
    with Collector(store, settings, open_sources(settings)) as collector:
        collector.start()
        yield


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def of_source(store: Store) -> dict[str, Any]:
    return next(iter(store.sources.completeness()), {"mqtt_at": None, "mqtt_error": "", "polled_at": None})


def metadata(store: Store, uuid: str) -> dict[str, str] | None:
    """The metadata of a run; None while it is not there."""
    run = store.reader.run(UUID(uuid))
    return None if run is None else store.reader.facts(run)["metadata"]


def have_come(store: Store, owners: dict[str, str]) -> bool:
    """Whether each of these builds is there, with the owner that only its message said."""
    found = {uuid: metadata(store, uuid) for uuid in owners}
    return all(each is not None and each.get("change_owner", "") == owners[uuid] for uuid, each in found.items())


def wait_for_messages(store: Store, world: World) -> None:
    """Lets the clock go on until a message is heard: what is said before somebody listens is lost."""
    before = of_source(store)["mqtt_at"]
    deadline = time.monotonic() + PATIENCE
    while of_source(store)["mqtt_at"] == before:
        assert time.monotonic() < deadline
        world.tells_of(1)
        time.sleep(0.5)


def test_builds_come_without_any_poll_once_a_message_tells_of_them(world: World, store: Store, settings: Settings) -> None:
    with collecting(world, store, settings, poll_seconds=3_600):
        until(lambda: of_source(store)["polled_at"])
        wait_for_messages(store, world)
        listings = world.listings()
        owners = world.tells_of(30)
        assert len(set(owners.values())) > 2
        until(lambda: have_come(store, owners))
        assert world.listings() == listings


def test_a_broker_that_is_gone_for_a_while_shows_and_is_found_again(world: World, store: Store, settings: Settings) -> None:
    with collecting(world, store, settings, poll_seconds=3_600):
        until(lambda: of_source(store)["polled_at"])
        wait_for_messages(store, world)
        world.broker.kill()
        until(lambda: "refused" in of_source(store)["mqtt_error"])
        world.broker.start()
        until(lambda: of_source(store)["mqtt_error"] == "")
        wait_for_messages(store, world)
        owners = world.tells_of(10)
        until(lambda: have_come(store, owners))


def test_a_build_that_is_listed_and_told_of_is_fetched_once_and_has_its_owner(
    world: World, store: Store, settings: Settings
) -> None:
    with collecting(world, store, settings, poll_seconds=0.5):
        wait_for_messages(store, world)
        owners: dict[str, str] = {}
        while len(owners) < 40:
            owners |= world.tells_of(5)
            listings = world.listings()
            until(lambda listings=listings: world.listings() > listings + 2)
        until(lambda: have_come(store, owners))
    manifests = Counter(path.split("/")[4] for path in world.asked.elements() if "zuul-manifest.json" in path)
    assert len(manifests.keys() & owners.keys()) > 10
    assert set(manifests.values()) == {1}


def test_a_message_that_cannot_be_noted_costs_no_other_and_no_build(
    world: World, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, failed = Sources.note, 0

    def fails_at_first(sources: Sources, source: str, builds: Any, *more: Any, **others: Any) -> Any:
        nonlocal failed
        if failed < 2 and builds and builds[0].known_by == "mqtt":
            failed += 1
            raise DatabaseError("the disk is full")
        return note(sources, source, builds, *more, **others)

    monkeypatch.setattr(Sources, "note", fails_at_first)
    with collecting(world, store, settings, poll_seconds=0.5):
        wait_for_messages(store, world)
        since = world.clock.at.timestamp()  # of what ended before the source was new, only messages tell
        missed: set[str] = set()
        while failed < 2 or not missed:
            missed |= {uuid for uuid in world.tells_of(1) if world.ended[uuid] > since}
            time.sleep(1)
        until(lambda: all(metadata(store, uuid) is not None for uuid in missed))
        owners = world.tells_of(10)
        until(lambda: have_come(store, owners))


def test_what_a_message_says_while_its_build_is_fetched_is_not_lost(
    world: World, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The build was listed, so its fetch knows nothing of the message."""
    settle = Sources.settle

    def slowly(sources: Sources, source: str, builds: Any) -> Any:
        """Between fetching and settling lies the message."""
        for each in builds:
            said = {each.build.uuid: {"change_owner": "somebody"}}
            sources.note(source, [each.build._replace(known_by="mqtt")], None, said)
        return settle(sources, source, builds)

    monkeypatch.setattr(Sources, "settle", slowly)
    world.broker.kill()
    with collecting(world, store, settings, poll_seconds=0.5):
        until(lambda: of_source(store)["polled_at"])
        told = world.tells_of(10)

        def there() -> list[str]:
            """Not all of them: of what ended before the source was new, only the lost messages tell."""
            return [uuid for uuid in told if metadata(store, uuid) is not None]

        def more_are_there() -> bool:
            told.update(world.goes_on(minutes=1))
            return len(there()) > 5

        until(more_are_there)
        until(lambda: have_come(store, dict.fromkeys(there(), "somebody")))
