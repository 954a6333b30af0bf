"""However often the collector is killed (SIGKILL), and whatever goes wrong with the Zuul and its log server: at the end every
build that ended is stored, once, as what it was, with every result that any of its files carried.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import killed_collector
import pytest
from helpers import assert_whole, load, rows
from killed_collector import FastClock
from serving import serving

from gatehealth.model import Run
from gatehealth.simulate import Gate, GateSettings
from gatehealth.simulate import zuul as simulated
from gatehealth.simulate.ended import Ended
from gatehealth.simulate.troubles import HOUR, Troubles
from gatehealth.store import Store

ROUNDS = int(os.environ.get("GATEHEALTH_KILL_ROUNDS", "6"))
SPEED = 1_500  # seconds of the Zuul's in one of ours
COLLECTING = 5.0  # seconds: a kill comes at a random time within so many after the database was opened
STARTING = 0.3  # or within so many after the process began
SETTLING = timedelta(hours=1)  # what ended so long ago does not change any more
PATIENCE = 1200.0  # seconds after which the end is not waited for any more
END = datetime(2026, 11, 20, 18, tzinfo=UTC)  # a Friday evening

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["gatehealth.store", "gatehealth.collect.collector", "gatehealth.collect.zuul"])


def collect_and_kill(database: str, url: str, clock: FastClock, chance: random.Random) -> None:
    """Lets a process collect for a random time, and kills it."""
    ours, its = processes.Pipe(duplex=False)
    child = processes.Process(target=killed_collector.collect_until_killed, args=(database, url, clock, its))
    child.start()
    its.close()
    with os.fdopen(os.dup(ours.fileno()), "rb") as lines:
        ours.close()
        started = chance.random() < 0.8
        if started:
            assert lines.readline() == b"open\n"
        time.sleep(chance.uniform(0, COLLECTING if started else STARTING))
        child.kill()
        child.join()
    assert child.exitcode == -9, "the process ended by itself"


def catch_up(database: str, url: str, clock: FastClock) -> None:
    """Collects without being killed until every build that is known is fetched."""
    child = processes.Process(target=killed_collector.catch_up, args=(database, url, clock))
    child.start()
    child.join(PATIENCE)
    caught_up = child.exitcode
    child.kill()
    child.join()
    assert caught_up == 0, f"not caught up after {PATIENCE:g} s" if caught_up is None else "it ended with an error"


def hour_of_peace(after: datetime, troubles: Troubles) -> datetime:
    """The next full hour but one, or a later one in which the Zuul is not down."""
    hour = int(after.timestamp()) // HOUR + 2
    while troubles.hit("down", hour):
        hour += 1
    return datetime.fromtimestamp(hour * HOUR, UTC)


def told(run: Run) -> dict[str, Any]:
    """What is compared of a run besides its results."""
    facts = ("job", "project", "pipeline", "branch", "change", "patchset", "ref", "ref_url", "buildset", "voting", "result")
    more = ("provider", "log_url", "started_at", "ended_at")
    metadata = {key: value for key, value in run.metadata.items() if key != "source"}
    return {**{name: getattr(run, name) for name in (*facts, *more)}, "metadata": metadata}


def carried(run: Run) -> Counter[tuple[Any, ...]]:
    return Counter((result.test, result.status, result.attempt) for result in run.results)


def assert_is_the_truth(store: Store, truth: list[Ended], changes_since: datetime) -> None:
    """The store has exactly these builds, each once; those that do not change any more as what they were."""
    assert_whole(store)
    stored = Counter(uuid for (uuid,) in rows(store, "SELECT uuid FROM runs"))
    assert stored == Counter(ended.run.uuid for ended in truth)
    fetched = rows(store, "SELECT uuid, lack, detail FROM fetched_builds")
    assert Counter(uuid for uuid, *_ in fetched) == stored
    lacks = {uuid: (lack, detail) for uuid, lack, detail in fetched}
    (facts,) = store.sources.completeness()
    assert (facts["known"], facts["fetched"], facts["waiting"]) == (len(truth), len(truth), 0)
    compared = 0
    for ended in truth:
        assert ended.run.ended_at is not None
        if ended.run.ended_at < changes_since:
            kept = load(store, ended.run.uuid)
            assert told(kept) == told(ended.run)
            assert carried(kept) == carried(ended.run)
            assert lacks[ended.run.uuid][0] == ended.lack, lacks[ended.run.uuid][1]
            compared += 1
    words, gaps = Counter(ended.run.result for ended in truth), Counter(ended.lack for ended in truth)
    results = sum(len(ended.run.results) for ended in truth)
    print(f"{len(truth)} builds, {compared} compared in full, {results:,} results; {dict(words)}; {dict(gaps)}")
    assert compared > len(truth) // 2


@pytest.fixture
def chance() -> random.Random:
    seed = int(os.environ.get("GATEHEALTH_KILL_SEED") or int.from_bytes(os.urandom(4), "big"))
    print(f"seed {seed} (GATEHEALTH_KILL_SEED); {ROUNDS} kills (GATEHEALTH_KILL_ROUNDS)")
    return random.Random(seed)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["new", "old", "without build-times"])
def test_a_killed_collector_stores_every_build_once(kind: str, folder: Path, chance: random.Random) -> None:
    database = str(folder / "gate.duckdb")
    troubles = replace(Troubles.ordered("all", chance.getrandbits(31)), slow_seconds=0.3, retry_after=0)
    size = {"runs_per_day": 900, "tests": 300, "jobs": 14, "projects": 4, "largest_job": 60}
    gate = Gate(GateSettings(seed=chance.getrandbits(31), days=1, end=END, **size))
    shown = Shown(FastClock(END - timedelta(hours=12), time.monotonic(), SPEED))
    shape = "new" if kind == "new" else "old"
    app = simulated.create(gate, shown, troubles, shape=shape, build_times=kind != "without build-times")
    with serving(app) as url:
        for _ in range(ROUNDS):
            collect_and_kill(database, url, shown.clock, chance)
        with Store(killed_collector.settings_for(database, url)) as store:
            known = store.sources.completeness()
            print("after the kills:", [{key: row[key] for key in ("known", "fetched", "waiting", "retrying")} for row in known])
        until = hour_of_peace(shown.clock.now(), troubles)
        shown.clock = FastClock(until, 0, 0)
        catch_up(database, url, shown.clock)
        truth = list(app.ended(url))
    with Store(killed_collector.settings_for(database, url)) as store:
        assert_is_the_truth(store, truth, until - SETTLING)


class Shown:
    """The Zuul's clock, which can be replaced while it runs."""

    def __init__(self, clock: FastClock) -> None:
        self.clock = clock

    def __call__(self) -> int:
        return self.clock()
