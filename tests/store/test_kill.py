"""A writer that is killed (SIGKILL) at any moment, also while it closes days, merges batches or removes what is too old,
leaves every acknowledged run once and whole, and counters that equal a recount.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import killed_writer
import pytest
from helpers import assert_whole, count_statuses, rows

from gatehealth.config import Settings
from gatehealth.model import Result, Status
from gatehealth.store import Store
from gatehealth.store.columns import EXPLAINED

ROUNDS = int(os.environ.get("GATEHEALTH_KILL_ROUNDS", "10"))
STARTING = 0.3  # seconds: the kill comes at a random time within so many after the process began or opened the database
WRITING = 1.0  # seconds: the same after its first run was acknowledged
READ_BACK = 25  # runs a round that are compared with what was sent, result by result

# The processes are forked from one that has the imports behind it, so that a round costs no second of them.
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["gatehealth.store"])


def write_and_kill(database: str, chance: random.Random) -> list[tuple[UUID, int]]:
    """Lets a process write for a random time, kills it, and gives the runs and versions that it had acknowledged."""
    ours, its = processes.Pipe(duplex=False)
    child = processes.Process(target=killed_writer.write_until_killed, args=(database, chance.getrandbits(32), its))
    child.start()
    its.close()
    with os.fdopen(os.dup(ours.fileno()), "rb") as lines:
        ours.close()
        said = b""
        moment = chance.choices(["start", "open", "writing"], [1, 1, 6])[0]
        if moment != "start":
            assert lines.readline() == b"open\n"
        if moment == "writing":
            said = lines.readline()
        time.sleep(chance.uniform(0, WRITING if moment == "writing" else STARTING))
        child.kill()
        child.join()
        assert child.exitcode == -9, "the process ended by itself"
        said += lines.read().removeprefix(b"open\n")
    whole = said[: said.rfind(b"\n") + 1].decode().split()
    return [(UUID(uuid), int(version)) for uuid, version in zip(whole[::2], whole[1::2], strict=True)]


def rounded(results: list[Result]) -> list[Result]:
    """Results as a closed day keeps them: start, from the first, in 10 ms, and duration in ms, to the nearest."""
    zero = min(result.started_at or 0 for result in results)
    cut = []
    for result in results:
        assert result.started_at is not None
        start = (result.started_at - zero + 5_000) // 10_000 * 10
        took = None if result.ended_at is None else (result.ended_at - result.started_at + 500) // 1000
        cut.append(replace(result, started_at=start, ended_at=None if took is None else start + took))
    return sorted(cut, key=lambda result: result.test)


def assert_is_what_was_sent(store: Store, uuid: UUID, version: int) -> None:
    """The run is that version of itself; of one whose results have expired, what is kept of the version they were of."""
    row = store.reader.run(uuid)
    assert row is not None
    place = rows(store, f"SELECT kept FROM closed_runs JOIN visible_batches USING (batch) WHERE run_id = {row.run_id}")
    kept = place[0][0] if place else "all"
    total = sum(row.row[status.word] for status in Status)
    sent = killed_writer.version_of(uuid, killed_writer.version_with(uuid, total))
    assert kept != "all" or sent.metadata["version"] == str(version)
    assert [row.row[status.word] for status in Status] == count_statuses(sent.results)
    unfinished = rows(store, f"SELECT state FROM closed_runs JOIN closings USING (batch) WHERE run_id = {row.run_id}")
    if ("expiring",) in unfinished:
        return  # some of what it does not keep is gone, the rest is about to
    stays = {"all": set(Status), "failures": set(EXPLAINED), "counters": set()}[kept]
    found = store.reader.load(row).results
    expected = [result for result in sent.results if result.status in stays]
    if len(expected) == len(sent.results):
        assert rounded(found) == rounded(expected)
    else:  # times count from the first result, which may be gone
        facts = [(r.test, r.status, r.attachments) for r in sorted(found, key=lambda r: r.test)]
        assert facts == [(r.test, r.status, r.attachments) for r in sorted(expected, key=lambda r: r.test)]


@pytest.mark.slow
def test_a_killed_writer_loses_no_acknowledged_run_and_leaves_none_in_part(folder: Path) -> None:
    seed = int.from_bytes(os.urandom(4), "big")
    print(f"seed {seed}; {ROUNDS} rounds")
    chance = random.Random(seed)
    settings = Settings(database=str(folder / "gate.duckdb"), passing_days=0)
    acknowledged: dict[UUID, int] = {}  # the newest version that was answered for
    kept: dict[UUID, int] = {}  # what the last look found
    states: Counter[str] = Counter()  # of the batches that kills left
    for number in range(ROUNDS):
        for uuid, version in write_and_kill(settings.database, chance):
            acknowledged[uuid] = max(version, acknowledged.get(uuid, 0))
        with Store(settings) as store:
            versions = "SELECT uuid, value FROM runs JOIN run_metadata USING (run_id) WHERE key = 'version'"
            found = {uuid: int(version) for uuid, version in rows(store, versions)}
            assert rows(store, "SELECT count(*) FROM runs") == [(len(found),)]
            assert_whole(store)
            states.update(
                f"{state}, {of}{', told' if told else ''}"
                for state, of, told in rows(store, "SELECT state, kept, told FROM closings")
            )
            lost = {uuid: version for uuid, version in acknowledged.items() if found.get(uuid, 0) < version}
            assert not lost, f"round {number}: acknowledged, but gone or older"
            assert kept.items() <= found.items(), f"round {number}: what stood there after the last round has changed"
            new = sorted(found.keys() - kept.keys())
            for uuid in chance.sample(new, min(READ_BACK, len(new))):
                assert_is_what_was_sent(store, uuid, found[uuid])
            kept = found
    print(f"{len(acknowledged)} runs acknowledged, {len(kept)} stored, versions {dict(Counter(kept.values()))}")
    print(f"batches that were found after kills: {dict(states)}")
    assert len(acknowledged) >= ROUNDS // 3
    with Store(settings) as store:
        store.writer.expire()
        assert_whole(store)
        assert rows(store, "SELECT count(*) FROM closed_runs JOIN visible_batches USING (batch)") != [(0,)]
