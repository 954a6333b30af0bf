"""How fast subunit v2 is read: Gatehealth's reader and python-subunit over the same stream, in the same process.

    python benchmarks/parse.py

The stream is one of tempest's: 1,500 tests with names, attributes and worker tags of the usual length, of which 1 % fail
with a traceback and 4 % are skipped with a reason. The best of several turns is taken, the readers in turn.
"""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from subunit.v2 import ByteStreamToStreamResult
from testtools import StreamResult, StreamToDict

from gatehealth.formats import subunit
from gatehealth.model import Attachment, Result, Status

TESTS = 1500
TURNS = 15
START = 1_795_360_000_000_000  # microseconds: November 2026

SERVICES = ["compute", "network", "volume", "image", "identity", "object_storage"]
WORDS = ["server", "list", "show", "create", "delete", "update", "filter", "negative", "with", "invalid", "port", "security"]
FRAME = '  File "/opt/stack/tempest/tempest/lib/common/rest_client.py", line {}, in request\n    resp, body = self.get(url)\n'
TRACEBACK = (
    "Traceback (most recent call last):\n"
    + "".join(FRAME.format(line) for line in range(400, 412))
    + "tempest.lib.exceptions.TimeoutException: Request timed out\nDetails: (ServersTest:test_x) Failed to reach ACTIVE\n"
)


def results(tests: int = TESTS, seed: int = 1) -> list[Result]:
    """The results of one run, as tempest would give them; the same for the same seed."""
    chance = random.Random(seed)
    made = []
    workers = [START] * 4
    for number in range(tests):
        service = chance.choice(SERVICES)
        title = "_".join(chance.choices(WORDS, k=5))
        case = title.title().replace("_", "")
        name = f"tempest.api.{service}.{chance.choice(WORDS)}s.test_{title}.{case}Test.test_{title}_{number}"
        worker = workers.index(min(workers))
        start = workers[worker]
        workers[worker] = end = start + int(chance.lognormvariate(0, 1) * 2_000_000)
        result = Result(name, Status.SUCCESS, 0, start, end, (f"worker-{worker}",))
        result.attributes = f"id-{UUID(int=chance.getrandbits(128), version=4)},smoke"
        share = chance.random()
        if share < 0.01:
            result.status = Status.FAIL
            result.attachments = [Attachment("traceback", "text/x-traceback;charset=utf8", TRACEBACK.encode())]
        elif share < 0.05:
            result.status = Status.SKIP
            result.attachments = [Attachment("reason", "text/plain;charset=utf8", b"no such extension")]
        made.append(result)
    return made


def measure(tests: int = TESTS, turns: int = TURNS) -> list[dict[str, Any]]:
    """A row for each reader: reader, seconds (best turn), results_per_s, packets_per_s, mb_per_s.

    `times` is the speed relative to python-subunit's events alone.
    """
    content = subunit.write(results(tests))
    packets = sum(1 for _ in subunit.packets(content))
    readers: list[tuple[str, Callable[[], object]]] = [
        ("python-subunit, events only", lambda: _events(content, StreamResult())),
        ("python-subunit, StreamToDict", lambda: _events(content, StreamToDict(lambda test: None))),
        ("gatehealth, results", lambda: subunit.read(content)),
        ("gatehealth, packets only", lambda: sum(1 for _ in subunit.packets(content))),
    ]
    best = dict.fromkeys((name for name, _ in readers), float("inf"))
    for _ in range(turns):  # in turn, so that a slow moment of the machine meets all of them
        for name, read in readers:
            started = time.perf_counter()
            read()
            best[name] = min(best[name], time.perf_counter() - started)
    events_only = best[readers[0][0]]
    return [
        {
            "reader": name,
            "seconds": seconds,
            "results_per_s": tests / seconds,
            "packets_per_s": packets / seconds,
            "mb_per_s": len(content) / seconds / 1e6,
            "times": events_only / seconds,
        }
        for name, seconds in best.items()
    ]


def _events(content: bytes, result: StreamResult) -> None:
    result.startTestRun()
    ByteStreamToStreamResult(io.BytesIO(content)).run(result)
    result.stopTestRun()


def main() -> None:
    print(f"{TESTS:,} tests, best of {TURNS}")
    print(f"{'reader':<30}{'ms':>8}{'results/s':>12}{'packets/s':>12}{'MB/s':>8}{'times':>8}")
    for row in measure():
        print(
            f"{row['reader']:<30}{row['seconds'] * 1e3:>8.2f}{row['results_per_s']:>12,.0f}"
            f"{row['packets_per_s']:>12,.0f}{row['mb_per_s']:>8.1f}{row['times']:>8.1f}"
        )


if __name__ == "__main__":
    main()
