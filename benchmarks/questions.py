"""What the pages ask, over HTTP, of a database with 60 million results: latency, bytes a result, the server's memory.

    python benchmarks/questions.py [--results 60000000] [--keep FILE]

The database is a simulated month of a gate with 500 jobs and 20,000 tests, filled directly, in the order of time, its days
closed on the way as a server would have done. The server is `gatehealth serve` in a process of its own. Each call is asked
once cold (the server just started, the file's pages dropped from the operating system's cache), then repeatedly.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from gatehealth.config import load
from gatehealth.simulate import Gate, GateSettings, fill
from gatehealth.store import Store

RESULTS = 60_000_000
RESULTS_PER_WEEKDAY_RUN = 6_900  # results in a month for each run of a weekday, with these settings
TURNS = 20
BLOCK = 262_144  # bytes of a block of DuckDB's
BLOCKS = "SELECT count(DISTINCT block_id) FROM pragma_storage_info('{}') WHERE block_id >= 0"


def make(database: Path, results: int, end: datetime) -> dict[str, Any]:
    """Fills a database; gives counts, seconds and bytes a result."""
    gate = Gate(
        GateSettings(
            days=30,
            runs_per_day=max(1, results // RESULTS_PER_WEEKDAY_RUN),
            tests=20_000,
            jobs=500,
            projects=50,
            largest_job=1_500,
            end=end,
        )
    )
    started = time.perf_counter()
    closing = 0.0
    with Store(load(database=str(database))) as store:
        next_close = 0

        def close_days(done: int, total: int) -> None:
            nonlocal closing, next_close
            if done >= next_close:
                next_close = done + total // 30
                began = time.perf_counter()
                store.writer.compact()
                closing += time.perf_counter() - began

        runs = fill(gate, store.writer, close_days)
        stored = store.reader.status()["results"]
        with store.database.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            tables = sum(cursor.execute(BLOCKS.format(table)).fetchall()[0][0] for table in ("results", "closed_results"))
    seconds = time.perf_counter() - started
    size = database.stat().st_size
    return {
        "runs": runs,
        "results": stored,
        "seconds": seconds,
        "closing_seconds": closing,
        "bytes": size,
        "bytes_per_result": size / stored,
        "result_bytes_per_result": tables * BLOCK / stored,
    }


@contextmanager
def served(database: Path) -> Iterator[tuple[str, int]]:
    """A server on the database; gives its address and process id."""
    command = [sys.executable, "-c", "from gatehealth.cli import main; main()", "serve", "--port", "0", "--database", database]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            line = server.stdout.readline()
            found = re.search(r"http://\S+", line)
            assert found, line
            yield found[0], server.pid
        finally:
            server.terminate()


def calls(client: httpx.Client, end: datetime) -> dict[str, list[str]]:
    """What each page asks, as it opens and with filters; each call is a path with its query."""

    def period(first: int, last: int = 0) -> str:
        """From so many days before the end to so many."""
        since, until = end - timedelta(days=first), end - timedelta(days=last)
        return f"from={since:%Y-%m-%dT%H:%M:%SZ}&to={until:%Y-%m-%dT%H:%M:%SZ}"

    week, month = period(7), period(30)
    filters = "pipeline=gate&pipeline=check&branch=master&voting=true"
    pages_of_runs = {}
    for which, when in (("recent", month), ("of a closed day", period(25, 20))):
        failures = client.get(f"/runs/recent-failures?{when}&limit=100").json()["runs"]
        largest = max((each for each in failures if each["failed"]), key=lambda each: each["run"]["counts"]["total"])
        run, test = largest["run"]["uuid"], largest["failed"][0]["test"]
        pages_of_runs[f"run, {which}, {largest['run']['counts']['total']:,} results"] = [
            f"/runs/{run}",
            f"/runs/{run}/results",
            f"/runs/{run}/attachments?test={test}&attempt=0",
            f"/runs/{run}/subunit",
        ]
    return {
        "overview, as it opens: a week by the hour, by project": [
            f"/groups?{week}&resolution=hour&key=project",
            f"/runs/recent-failures?{week}&limit=10",
            "/status",
            "/keys",
            f"/values?{week}",
        ],
        "overview, a month by the hour, by job": [f"/groups?{month}&resolution=hour&key=job", f"/values?{month}"],
        "overview, a month by free metadata, filtered": [f"/groups?{month}&resolution=day&key=region&{filters}&q=a"],
        "jobs, a month, filtered": [f"/jobs?{month}&{filters}"],
        **pages_of_runs,
    }


def measure(results: int = RESULTS, keep: Path | None = None) -> dict[str, Any]:
    """Makes the database, asks, and removes it (unless `keep` names where it stays and is found again)."""
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent.parent) as folder:
        database = keep or Path(folder) / "questions.duckdb"
        made = {} if database.exists() else make(database, results, end)
        rows = []
        with served(database) as (url, _), httpx.Client(base_url=f"{url}/api/v1", timeout=120) as client:
            pages = calls(client, end)
        for page, paths in pages.items():
            os.sync()
            with database.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            with served(database) as (url, pid), httpx.Client(base_url=f"{url}/api/v1", timeout=120) as client:
                idle = _memory(pid)
                rows += [{"page": page, "path": path, **_ask(client, path)} for path in paths]
                rows[-1]["memory"] = (idle, _memory(pid))
        return {"database": made, "rows": rows}


def _ask(client: httpx.Client, path: str) -> dict[str, Any]:
    times = []
    for _ in range(TURNS + 1):
        started = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - started) * 1e3)
        answer.raise_for_status()
    warm = sorted(times[1:])
    sent = int(answer.headers.get("content-length", len(answer.content)))
    return {"cold_ms": times[0], "median_ms": statistics.median(warm), "p95_ms": warm[int(len(warm) * 0.95) - 1], "bytes": sent}


def _memory(pid: int) -> int:
    """Resident bytes of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--results", type=int, default=RESULTS)
    options.add_argument("--keep", type=Path)
    chosen = options.parse_args()
    found = measure(chosen.results, chosen.keep)
    made = found["database"]
    if made:
        print(f"{made['runs']:,} runs, {made['results']:,} results, filled in {made['seconds']:.0f} s", end="")
        print(f"; {made['bytes_per_result']:.1f} bytes a result")
    page = ""
    for row in found["rows"]:
        if row["page"] != page:
            page = row["page"]
            print(page)
        path = row["path"].partition("?")[0]
        print(
            f"  {path:<60}{row['median_ms']:>8.1f} ms  p95{row['p95_ms']:>8.1f}  cold{row['cold_ms']:>8.1f}",
            f"{row['bytes']:>9,} bytes",
            end="",
        )
        print("".join(f"  {size / 1e6:,.0f} MB" for size in row.get("memory", ())))


if __name__ == "__main__":
    main()
