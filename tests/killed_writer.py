"""A process that stores runs, some of them in ever fuller versions, until it is killed: the other half of test_kill.py.

Each version of each run follows from the run's uuid and the number of the version, so whoever comes after can tell
what a stored run must hold without having seen it written.
"""

from __future__ import annotations

import os
import random
import threading
from collections import deque
from concurrent.futures import Future
from datetime import timedelta
from multiprocessing.connection import Connection
from uuid import UUID

from helpers import NOON

from gatehealth.config import Settings
from gatehealth.model import Attachment, Result, Run, Status, to_micros
from gatehealth.store import Store, Stored, compaction, retention, writer

THREADS = 3
EXPIRING = 0.3  # of the looks for something to do: those that also remove what is too old
SIZES = (1, 10, 100, 400)
PIPELINES = ("check", "gate")
IN_FLIGHT = 4  # runs that a thread has sent and that are not answered yet


def version_with(uuid: UUID, results: int) -> int:
    """Which version of a run has so many results."""
    return (results - random.Random(uuid.int).choice(SIZES)) // 10


def version_of(uuid: UUID, version: int) -> Run:
    """The run in its version 1, 2, ...: each fuller than the one before, with other results and other files."""
    seed = random.Random(uuid.int)
    size = seed.choice(SIZES) + 10 * version
    start = to_micros(NOON - timedelta(seconds=seed.randint(0, 10**6)))  # twelve days, most of which can be closed
    results = []
    for number in range(size):
        status = Status((number * 7 + version) % 6 if number % 5 == 0 else 0)
        text = f"ValueError: {version}\n".encode() + seed.randbytes(seed.randint(0, 3000))
        files = [] if status is Status.SUCCESS else [Attachment("traceback", "text/plain", text)]
        began = start + number * 1000
        ended = None if status is Status.INCOMPLETE else began + 999
        results.append(Result(f"test_{number}", status, 0, began, ended, (f"worker-{number % 2}",), "", files))
    pipeline = PIPELINES[uuid.int % 2]
    return Run(uuid, job=f"job-{uuid.int % 5}", pipeline=pipeline, metadata={"version": str(version)}, results=results)


def write_until_killed(database: str, seed: int, pipe: Connection) -> None:
    """Opens the database, stores runs, closes days, merges batches and removes what is too old, all at once; writes
    `UUID VERSION` into the pipe once each is answered for.
    """
    acknowledged = pipe.fileno()
    # Steps of upkeep are taken as fast as can be, so that the kills fall into every kind of them.
    writer.STEP_EVERY = 0.0
    compaction.CLEAN_SECONDS = retention.CLEAN_SECONDS = compaction.DAY_SECONDS
    retention.FREE_BYTES = 0
    chance = random.Random(seed)
    compaction.MANY_BATCHES = chance.choice([2, 1_000])  # with merges all the time, runs are seldom told by suites
    settings = Settings(
        database=database, threads=1, passing_days=chance.choice([0, 1_000]), failure_days=chance.choice([1_000, 1_000, 0])
    )
    with Store(settings) as store, store.database.cursor() as cursor:
        cursor.execute("SET GLOBAL checkpoint_threshold = '300KB'")  # so that many kills fall into a checkpoint
        os.write(acknowledged, b"open\n")
        if chance.random() < 0.5:
            store.writer.compact()  # runs are told by suites when nothing else is left to do
        threads = [threading.Thread(target=_write, args=(store, f"{seed}-{n}", acknowledged)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        while True:
            if chance.random() < EXPIRING:
                store.writer.expire()
            else:
                store.writer.compact()


def _write(store: Store, seed: str, acknowledged: int) -> None:
    chance = random.Random(seed)
    versions: dict[UUID, int] = {}
    waiting: deque[tuple[UUID, int, Future[Stored]]] = deque()
    while True:
        if versions and chance.random() < 0.4:
            uuid = chance.choice(list(versions))
            versions[uuid] += 1
        else:
            uuid = UUID(int=chance.getrandbits(128))
            versions[uuid] = 1
        waiting.append((uuid, versions[uuid], store.writer.submit(version_of(uuid, versions[uuid]))))
        while waiting and (len(waiting) > IN_FLIGHT or waiting[0][2].done()):
            uuid, version, answer = waiting.popleft()
            assert answer.result().state in ("stored", "replaced", "merged")  # merged: its old results have expired
            os.write(acknowledged, f"{uuid.hex} {version}\n".encode())  # one write: lines of threads do not mix
