"""A writer that is killed (SIGKILL) at any moment, also while it closes days, leaves every acknowledged run whole."""

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
from helpers import assert_whole, load, rows

from gatehealth.config import Settings
from gatehealth.model import Result, Run
from gatehealth.store import Store

ROUNDS = int(os.environ.get("GATEHEALTH_KILL_ROUNDS", "10"))
STARTING = 0.3  # seconds: the kill comes at a random time within so many after the process began or opened the database
WRITING = 0.6  # seconds: the same after its first run was acknowledged
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


def times_cut(run: Run) -> list[Result]:
    """The results of a run as a closed day keeps them: start, counted from the first, and duration in whole milliseconds."""
    zero = min(result.started_at or 0 for result in run.results)
    cut = []
    for result in run.results:
        assert result.started_at is not None
        start = (result.started_at - zero) // 1000
        took = None if result.ended_at is None else (result.ended_at - result.started_at) // 1000
        cut.append(replace(result, started_at=start, ended_at=None if took is None else start + took))
    return cut


@pytest.mark.slow
def test_a_killed_writer_loses_no_acknowledged_run_and_leaves_none_in_part(folder: Path) -> None:
    seed = int.from_bytes(os.urandom(4), "big")
    print(f"seed {seed}; {ROUNDS} rounds")
    chance = random.Random(seed)
    database = str(folder / "gate.duckdb")
    acknowledged: dict[UUID, int] = {}  # the newest version that was answered for
    kept: dict[UUID, int] = {}  # what the last look found
    for number in range(ROUNDS):
        for uuid, version in write_and_kill(database, chance):
            acknowledged[uuid] = max(version, acknowledged.get(uuid, 0))
        with Store(Settings(database=database)) as store:
            versions = "SELECT uuid, value FROM runs JOIN run_metadata USING (run_id) WHERE key = 'version'"
            found = {uuid: int(version) for uuid, version in rows(store, versions)}
            assert rows(store, "SELECT count(*) FROM runs") == [(len(found),)]
            assert_whole(store)
            lost = {uuid: version for uuid, version in acknowledged.items() if found.get(uuid, 0) < version}
            assert not lost, f"round {number}: acknowledged, but gone or older"
            assert kept.items() <= found.items(), f"round {number}: what stood there after the last round has changed"
            new = sorted(found.keys() - kept.keys())
            for uuid in chance.sample(new, min(READ_BACK, len(new))):
                sent, stored = killed_writer.version_of(uuid, found[uuid]), load(store, uuid)
                assert times_cut(stored) == times_cut(sent)
            kept = found
    sizes = Counter(kept.values())
    with Store(Settings(database=database)) as store:
        closed = rows(store, "SELECT count(*) FROM closed_runs JOIN closings USING (batch)")[0][0]
    print(f"{closed} runs closed")
    print(f"{len(acknowledged)} runs acknowledged, {len(kept)} stored, versions {dict(sizes)}")
    assert len(acknowledged) >= ROUNDS // 3
    assert closed > 0
