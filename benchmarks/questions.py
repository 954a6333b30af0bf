"""What the pages ask, over HTTP, of a month of a gate: latency, bytes sent, rows touched, the server's memory.

    python benchmarks/questions.py [--share 0.1] [--keep FILE]

The database is a simulated month of the full gate, or a share of its runs, filled directly, in the order of time, its days
closed on the way as a server would have done. The server is `gatehealth serve` in a process of its own, which keeps no answers
here. Each call is asked once cold (the server just started, the file's pages dropped from the operating system's cache),
then repeatedly. At last each is asked once more in this process, where the database tells how many rows it read.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import httpx
from load import memory_of
from starlette.testclient import TestClient

from gatehealth.api.app import create_app
from gatehealth.api.context import Context
from gatehealth.config import load
from gatehealth.simulate import Gate, fill, full_gate
from gatehealth.store import Store
from gatehealth.store.asking import Asking
from gatehealth.store.questions import question

SHARE = 0.1
TURNS = 20
BLOCK = 262_144  # bytes of a block of DuckDB's
OPENS_MS, FILTERED_MS, COLD_MS = 150, 1_000, 2_000  # bounds: p95 as a page opens, p95 with any filters, the first call
SENT_BYTES = 500_000  # bound of what one page transfers

MONTH = "<!-- month -->"  # begins the section of docs/benchmarks.md that month.py writes
HOW = (
    f"Each call over HTTP, in milliseconds: {TURNS} warm turns after a first one with the server just started and the file"
    " not in memory; the server keeps no answers here. Rows are those that the database read from its tables. Bounds of p95"
    f" stand with the page; that of the first call is {COLD_MS:,}."
)

Page = tuple[str, int, list[str]]  # name, bound of p95 in ms, calls


def make(database: Path, share: float, end: datetime) -> dict[str, Any]:
    """Fills a database; gives counts, seconds and bytes."""
    gate = Gate(full_gate(end, share))
    started = time.perf_counter()
    with Store(load(database=str(database))) as store:
        runs = fill(gate, store.writer)
        store.writer.compact()
    seconds = time.perf_counter() - started
    return {**sizes(database), "runs": runs, "seconds": seconds}


def sizes(database: Path) -> dict[str, Any]:
    """Bytes of the file and of each table and column, and results in it."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("CHECKPOINT")
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        blocks = "SELECT count(DISTINCT block_id) FROM pragma_storage_info(?) WHERE block_id >= 0"
        of_table = {table: connection.execute(blocks, [table]).fetchall()[0][0] * BLOCK for table in tables}
        counts = "SELECT sum(success + fail + skip + xfail + uxsuccess + incomplete)::BIGINT FROM runs"
        results = connection.execute(counts).fetchall()[0][0]
        runs = connection.execute("SELECT count(*) FROM runs").fetchall()[0][0]
        free = connection.execute("SELECT free_blocks * block_size FROM pragma_database_size()").fetchall()[0][0]
    size = database.stat().st_size
    return {
        "runs": runs,
        "results": results,
        "bytes": size,
        "free_bytes": free,
        "tables": of_table,
        "bytes_per_result": size / results,
    }


@contextmanager
def served(database: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """A server on the database, with these variables; gives its address and process id."""
    command = [sys.executable, "-c", "from gatehealth.cli import main; main()", "serve", "--port", "0", "--database", database]
    environment = {**os.environ, **{f"GATEHEALTH_{name.upper()}": value for name, value in settings.items()}}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout
            line = server.stdout.readline()
            found = re.search(r"http://\S+", line)
            assert found, line
            yield found[0], server.pid
        finally:
            server.terminate()


def query(**words: str | list[str]) -> str:
    """Words as a query string; `since` and `until` are called from and to on the wire."""
    names = {"since": "from", "until": "to"}
    pairs = []
    for word, value in words.items():
        pairs += [(names.get(word, word), each) for each in ([value] if isinstance(value, str) else value)]
    return "&".join(f"{word}={quote(value, safe='')}" for word, value in pairs)


def pages_of(client: httpx.Client, end: datetime) -> list[Page]:
    """What each page asks, as it opens and with filters; the busiest job and the tests that fail most stand for all."""
    midnight = end.replace(hour=0, minute=0, second=0, microsecond=0)

    def period(first: int, until: datetime = end) -> dict[str, str]:
        """From the beginning of the day (UTC) so many days before the end."""
        return {"since": f"{midnight - timedelta(days=first):%Y-%m-%dT%H:%M:%SZ}", "until": f"{until:%Y-%m-%dT%H:%M:%SZ}"}

    def first(path: str) -> Mapping[str, Any]:
        answer = client.get(path)
        answer.raise_for_status()
        return answer.json()

    week, month = period(7), period(30)
    odd = {
        "since": f"{end - timedelta(days=29, hours=5):%Y-%m-%dT%H:%M:%SZ}",
        "until": f"{end - timedelta(hours=7):%Y-%m-%dT%H:%M:%SZ}",
    }
    gate = {"pipeline": ["gate", "check"]}
    narrow = {**gate, "branch": "master", "voting": "true"}
    busiest = max(first(f"/jobs?{query(**month)}")["jobs"], key=lambda job: job["passed"] + job["failed"])["job"]
    failing = first(f"/failures/tests?{query(**month)}&limit=5")["tests"]
    often = query(test=[each["test"] for each in failing])
    provider = first(f"/values?{query(**week)}")["provider"][0]
    narrow["provider"] = provider
    region = next(
        each["value"] for each in first(f"/groups?{query(**week)}&resolution=day&key=region")["groups"] if each["value"]
    )
    run_pages: list[Page] = []
    for which, when in (("recent", month), ("of a closed day", period(25, end - timedelta(days=20)))):
        failures = first(f"/runs/recent-failures?{query(**when)}&limit=100")["runs"]
        largest = max((each for each in failures if each["failed"]), key=lambda each: each["run"]["counts"]["total"])
        uuid, test = largest["run"]["uuid"], largest["failed"][0]["test"]
        calls = [
            f"/runs/{uuid}",
            f"/runs/{uuid}/results",
            f"/runs/{uuid}/neighbours",
            f"/runs/{uuid}/attempts",
            f"/runs/{uuid}/attachments?{query(test=test, attempt='0')}",
            f"/runs/{uuid}/subunit",
        ]
        run_pages.append((f"run, {which}, {largest['run']['counts']['total']:,} results", OPENS_MS, calls))

    def job_page(words: Mapping[str, Any], *, tests: bool = True) -> list[str]:
        asked = query(job=busiest, **words)
        return [
            f"/summary?{asked}",
            f"/groups?{asked}&resolution=hour&key=job&limit=1",
            f"/results/series?{asked}&resolution=hour",
            f"/runs/times?{asked}&resolution=hour",
            f"/runs/words?{asked}",
            *([f"/tests?{asked}&limit=50", f"/failures/series?{asked}&resolution=day&{often}"] if tests else []),
            f"/runs?{asked}&limit=50",
            f"/jobs/grid?{asked}",
        ]

    def test_page(test: str, words: Mapping[str, Any]) -> list[str]:
        asked = query(test=test, **words)
        return [
            f"/tests/series?{asked}&resolution=day",
            f"/tests/runs?{asked}",
            *(f"/tests/breakdown?{asked}&key={key}" for key in ("job", "pipeline", "branch", "provider")),
            f"/tests/failures?{asked}&limit=50",
        ]

    def group_page(words: Mapping[str, Any]) -> list[str]:
        asked = query(meta=f"region={region}", **words)
        return [
            f"/summary?{asked}",
            f"/groups?{asked}&resolution=hour&key=job&limit=1",
            f"/runs/words?{asked}",
            f"/jobs?{asked}&limit=100",
            f"/runs?{asked}&limit=50",
        ]

    return [
        (
            "overview, as it opens: a week by the hour, by project",
            OPENS_MS,
            [
                f"/groups?{query(**week)}&resolution=hour&key=project&series=failed",
                f"/summary?{query(**week)}",
                f"/failures/tests?{query(**week)}&limit=5",
                f"/runs/words?{query(**week)}",
                f"/runs/recent-failures?{query(**week)}&limit=10",
                "/status",
                "/keys",
                f"/values?{query(**week)}",
            ],
        ),
        (
            "overview, a month by the hour, by job",
            OPENS_MS,
            [
                f"/groups?{query(**month)}&resolution=hour&key=job&series=failed",
                f"/runs/words?{query(**month)}",
                f"/values?{query(**month)}",
            ],
        ),
        (
            "overview, a month by free metadata, any filters",
            FILTERED_MS,
            [
                f"/groups?{query(**odd, **narrow)}&resolution=day&key=region&q=a&series=failed",
                f"/summary?{query(**odd, **narrow)}",
                f"/failures/tests?{query(**odd, **narrow)}&limit=10",
            ],
        ),
        ("jobs, a month", OPENS_MS, [f"/jobs?{query(**month)}&limit=100"]),
        # Whoever chooses more rows a page waits for the times of more tests.
        ("totals of tests, 100 a page", FILTERED_MS, [f"/tests?{query(**month)}&limit=100"]),
        ("group, a free key, two weeks", OPENS_MS, group_page(period(14))),
        ("group, a free key, a month and a bit, any filters", FILTERED_MS, group_page({**odd, **narrow})),
        ("status, and quick find", OPENS_MS, ["/status", "/status/store", "/status/sources", "/find?q=server", "/find?q=abcd"]),
        ("job, the busiest, a week", OPENS_MS, job_page(week)),
        ("job, the busiest, a month", OPENS_MS, job_page(month)),
        ("job, a month, by pipeline", OPENS_MS, job_page({**month, "pipeline": "gate"})),
        ("job, a month and a bit, any filters", FILTERED_MS, job_page({**odd, **narrow}, tests=False)),
        (
            "totals of tests, a month and a bit, any filters",
            FILTERED_MS,
            [
                f"/tests?{query(job=busiest, **odd, **narrow)}&limit=50",
                f"/tests?{query(**odd, **narrow)}&limit=50&q={quote('test_(create|delete)')}",
            ],
        ),
        ("test, one that fails most, a month", OPENS_MS, test_page(failing[0]["test"], month)),
        ("test, a month, by pipeline", OPENS_MS, test_page(failing[1]["test"], {**month, "pipeline": "gate"})),
        ("test, a month and a bit, any filters", FILTERED_MS, test_page(failing[2]["test"], {**odd, **narrow})),
        (
            "tests, a month",
            OPENS_MS,
            [
                f"/tests?{query(**month)}&limit=50",
                f"/tests?{query(**month)}&limit=50&contains=server",
                f"/tests/tree?{query(**month)}",
                f"/tests/tree?{query(**month)}&prefix=tempest.api",
                "/tests/names?contains=volume&limit=20",
            ],
        ),
        (
            "failures, a month",
            OPENS_MS,
            [
                f"/failures?{query(**month)}&limit=100",
                f"/failures/tests?{query(**month)}",
                f"/failures/messages?{query(**month)}",
            ],
        ),
        (
            "failures, a month and a bit, any filters",
            FILTERED_MS,
            [
                f"/failures?{query(**odd, **narrow)}&limit=100&q=server",
                f"/failures/tests?{query(**odd, **narrow)}",
                f"/failures/messages?{query(**odd, **narrow)}",
            ],
        ),
        *run_pages,
    ]


def ask_pages(database: Path, end: datetime) -> list[dict[str, Any]]:
    """A row for each call of each page."""
    rows: list[dict[str, Any]] = []
    with (
        served(database, cache_bytes="0", question_seconds="120") as (url, _),
        httpx.Client(base_url=f"{url}/api/v1", timeout=300) as client,
    ):
        pages = pages_of(client, end)
    for page, bound, paths in pages:
        os.sync()
        with database.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        with (
            served(database, cache_bytes="0", question_seconds="120") as (url, pid),
            httpx.Client(base_url=f"{url}/api/v1", timeout=300) as client,
        ):
            idle = memory_of(pid)
            rows += [{"page": page, "bound_ms": bound, "path": path, **_ask(client, path)} for path in paths]
            rows[-1]["memory"] = (idle, memory_of(pid))
    touched = _rows_touched(database, [row["path"] for row in rows])
    for row in rows:
        row["rows"] = touched[row["path"]]
    return rows


def _ask(client: httpx.Client, path: str) -> dict[str, Any]:
    times = []
    for _ in range(TURNS + 1):
        started = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - started) * 1e3)
        answer.raise_for_status()
    warm = sorted(times[1:])
    sent = int(answer.headers.get("content-length", len(answer.content)))
    return {
        "cold_ms": times[0],
        "median_ms": statistics.median(warm),
        "p95_ms": warm[max(0, int(len(warm) * 0.95) - 1)],
        "bytes": sent,
    }


class _Counting(Asking):
    """Asks as usual, and adds up how many rows the database read from its tables."""

    rows_read = 0

    @contextmanager
    def _asked(self, name: str, parameters: Mapping[str, Any] | None) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._database.reading() as cursor:
            cursor.execute("PRAGMA enable_profiling = 'no_output'")
            cursor.execute("""SET custom_profiling_settings = '{"CUMULATIVE_ROWS_SCANNED": "true"}'""")
            yield cursor.execute(question(name), parameters)
            found = re.search(r'"cumulative_rows_scanned": (\d+)', cursor.get_profiling_information(format="json"))
            type(self).rows_read += int(found[1]) if found else 0


def _rows_touched(database: Path, paths: list[str]) -> dict[str, int]:
    found = {}
    settings = load(database=str(database), cache_bytes=0, question_seconds=120)
    asked, Asking._asked = Asking._asked, _Counting._asked  # type: ignore[method-assign]
    Asking.rows_read = 0  # type: ignore[attr-defined]
    try:
        with (
            Store(settings) as store,
            TestClient(create_app(Context(store, settings, "")), base_url="http://x/api/v1/") as client,
        ):
            for path in paths:
                Asking.rows_read = 0  # type: ignore[attr-defined]
                client.get(path.lstrip("/")).raise_for_status()
                found[path] = Asking.rows_read  # type: ignore[attr-defined]
    finally:
        Asking._asked = asked  # type: ignore[method-assign]
    return found


@contextmanager
def database_of(share: float = SHARE, keep: Path | None = None) -> Iterator[tuple[Path, datetime, dict[str, Any]]]:
    """Makes a database, removes it (unless `keep` names where it stays and is found again). Its end, and what `make` gives."""
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent.parent) as folder:
        database = keep or Path(folder) / "questions.duckdb"
        if database.exists():
            end = datetime.fromtimestamp(database.stat().st_mtime, UTC).replace(minute=0, second=0, microsecond=0)
        yield database, end, sizes(database) if database.exists() else make(database, share, end)


def route_of(path: str) -> str:
    """The route of a call, without what it asks."""
    return re.sub(r"[0-9a-f]{32}", "{uuid}", path.partition("?")[0])


def table(rows: list[dict[str, Any]]) -> list[str]:
    """The calls as lines of Markdown, page by page."""
    lines = ["| call | median | p95 | cold | bytes sent | rows touched |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    page = ""
    for row in rows:
        if row["page"] != page:
            page = row["page"]
            lines.append(f"| **{page}** ({row['bound_ms']:,}) | | | | | |")
        figures = f"{row['median_ms']:.0f} | {row['p95_ms']:.0f} | {row['cold_ms']:.0f} | {row['bytes']:,} | {row['rows']:,}"
        lines.append(f"| `{route_of(row['path'])}` | {figures} |")
    return lines


def machine() -> str:
    """What this was measured on."""
    names = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores of {names[0] if names else ''}, {memory:.0f} GiB, CPython {platform.python_version()}"


def show(rows: list[dict[str, Any]]) -> None:
    """Prints the calls, page by page."""
    page = ""
    for row in rows:
        if row["page"] != page:
            page = row["page"]
            print(page)
        late = " !" if row["p95_ms"] > row["bound_ms"] or row["cold_ms"] > COLD_MS else ""
        print(
            f"  {route_of(row['path']):<40}{row['median_ms']:>8.1f} ms  p95{row['p95_ms']:>8.1f}  cold{row['cold_ms']:>8.1f}",
            f"{row['bytes']:>9,} bytes {row['rows']:>13,} rows{late}",
            end="",
        )
        print("".join(f"  {size / 1e6:,.0f} MB" for size in row.get("memory", ())), flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--share", type=float, default=SHARE, help="of the full gate's runs")
    options.add_argument("--keep", type=Path)
    chosen = options.parse_args()
    with database_of(chosen.share, chosen.keep) as (database, end, made):
        print(f"{made['results']:,} results, {made['bytes_per_result']:.1f} bytes each", flush=True)
        show(ask_pages(database, end))


if __name__ == "__main__":
    main()
