"""A server while it works: ingest at five times the gate's rate, days being closed, and viewers who open pages.

`measure` is given a database that holds a month whose last days are not closed yet; the server closes them meanwhile. Viewers
are of the kind that a dashboard has: each opens a page, looks at it for some seconds, and opens the next. Every call is
timed from the request to the last byte, on the same machine that serves it. The viewers come one after another; what they ask
until all have come, of a server that was just started, is reported by itself.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx

from gatehealth.simulate import Gate

VIEWERS = 50
LOOKS_SECONDS = 5.0  # a viewer looks at a page so long, on average
TIMES_THE_RATE = 5
RUNS_A_DAY = 12_500
COMING_SECONDS = 45
SECONDS = 180  # from then on


def measure(
    url: str, token: str, pages: Sequence[Sequence[str]], gate: Gate, memory: Callable[[], int], seconds: float = SECONDS
) -> dict[str, Any]:
    """Asks and ingests for so many seconds; `pages` are lists of calls, `gate` has the runs to send."""
    sending = Sender(url, token, gate, COMING_SECONDS + seconds)
    sending.start()
    asked = asyncio.run(_view(url, pages, COMING_SECONDS + seconds, memory))
    sending.join()
    calls = sorted(took for began, took in asked["times"] if began >= COMING_SECONDS)
    coming = sorted(took for began, took in asked["times"] if began < COMING_SECONDS)
    return {
        "seconds": seconds,
        "calls": len(calls),
        "calls_per_s": len(calls) / seconds,
        "median_ms": statistics.median(calls) * 1e3,
        "p95_ms": calls[int(len(calls) * 0.95)] * 1e3,
        "p99_ms": calls[int(len(calls) * 0.99)] * 1e3,
        "max_ms": calls[-1] * 1e3,
        "coming_p95_ms": coming[int(len(coming) * 0.95)] * 1e3,
        "failed": asked["failed"],
        "slowest": asked["slowest"],
        "memory": asked["memory"],
        "runs_sent": len(sending.times),
        "results_sent": sending.results,
        "behind_seconds": sending.behind,
        "upload_median_ms": statistics.median(sending.times) * 1e3,
        "upload_p95_ms": sorted(sending.times)[int(len(sending.times) * 0.95)] * 1e3,
        "upload_max_ms": max(sending.times) * 1e3,
    }


async def _view(url: str, pages: Sequence[Sequence[str]], seconds: float, memory: Callable[[], int]) -> dict[str, Any]:
    times: list[tuple[float, float]] = []  # when a call began, seconds from the start, and how long it took
    failed: dict[int, int] = {}
    slow: list[tuple[float, str]] = []
    most = 0
    start = time.monotonic()
    until = start + seconds
    limits = httpx.Limits(max_connections=None, keepalive_expiry=30)  # well before the server gives them up
    headers = {"Accept-Encoding": "gzip"}
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=120, limits=limits, headers=headers) as client:

        async def call(path: str) -> None:
            began = time.monotonic()
            async with client.stream("GET", path) as answer:
                async for _ in answer.aiter_raw():
                    pass
            took = time.monotonic() - began
            times.append((began - start, took))
            slow.append((took, path))
            if answer.status_code != 200:
                failed[answer.status_code] = failed.get(answer.status_code, 0) + 1

        async def viewer(number: int) -> None:
            chance = random.Random(number)
            await asyncio.sleep(COMING_SECONDS * number / VIEWERS)
            while time.monotonic() < until:
                await asyncio.gather(*(call(path) for path in chance.choice(pages)))
                await asyncio.sleep(chance.expovariate(1 / LOOKS_SECONDS))

        async def watch() -> None:
            nonlocal most
            while time.monotonic() < until:
                most = max(most, memory())
                await asyncio.sleep(0.5)

        await asyncio.gather(watch(), *(viewer(number) for number in range(VIEWERS)))
    slow.sort(reverse=True)
    return {"times": times, "failed": failed, "memory": most, "slowest": [(took * 1e3, path) for took, path in slow[:10]]}


class Sender(threading.Thread):
    """Sends the runs of a gate at a steady rate, one after the other, as a CI system would."""

    def __init__(self, url: str, token: str, gate: Gate, seconds: float) -> None:
        super().__init__(name="sender")
        self._url, self._token, self._seconds = url, token, seconds
        every = 86_400 / (RUNS_A_DAY * TIMES_THE_RATE)
        self._every = every
        wanted = int(seconds / every)
        self._runs = []
        for emitted in gate.streams():
            if emitted.content:
                self._runs.append((emitted.given, emitted.metadata, gzip.compress(emitted.content, 6)))
                if len(self._runs) == wanted:
                    break
        self.times: list[float] = []
        self.results = 0
        self.behind = 0.0  # seconds that the last run was sent later than it should have been

    def run(self) -> None:
        """Sends until all are sent."""
        began = time.monotonic()
        with httpx.Client(base_url=f"{self._url}/api/v1", timeout=120) as client:
            for number, (given, metadata, content) in enumerate(self._runs):
                due = began + number * self._every
                time.sleep(max(0.0, due - time.monotonic()))
                self.behind = max(0.0, time.monotonic() - due)
                started = time.perf_counter()
                answer = client.post(
                    "/runs",
                    data={**given, "meta": metadata},
                    files={"file": ("results.subunit.gz", content)},
                    headers={"Authorization": f"Bearer {self._token}"},
                )
                answer.raise_for_status()
                self.times.append(time.perf_counter() - started)
                self.results += answer.json()["counts"]["total"]


def memory_of(pid: int) -> int:
    """Resident bytes of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return 0
