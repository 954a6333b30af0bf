"""A month of the whole gate on this machine: made, measured and removed. Each budget of the design with what was measured.

    make bench-month            (python benchmarks/month.py [--share 1.0] [--folder FOLDER] [--keep] [--write])

562 million results and more: 500 jobs, 20,000 tests, 30 days. It says first what disk and time it needs. The month is filled
by `gatehealth simulate`, as a user would; then a server works (load.py) while it closes the last days, and the pages are
asked (questions.py). Exit status 1 when a budget is not met. `--write` puts the figures into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import load
import pages
import questions

from gatehealth.simulate import Gate, full_gate

RESULTS = 562_500_000
BYTES_A_RESULT = 10  # at rest, bound
BYTES_NEEDED = 13  # a result, while days are closed and merged
FILL_SECONDS = 900  # bound
SECONDS_A_MILLION = 1.2  # to fill, about
MEASURING_SECONDS = 900  # about
MEMORY = 2_000_000_000  # of the server at work, bound
LOAD_P95_MS = 500  # bound
DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
END = "<!-- /month -->"

Budget = tuple[str, str, str, bool]  # what, bound, measured, whether it is met


def gatehealth(*arguments: str | Path) -> list[str]:
    """A command line of the installed program."""
    return [sys.executable, "-c", "from gatehealth.cli import main; main()", *map(str, arguments)]


def fill(database: Path, share: float, end: datetime) -> float:
    """Fills the database as a user would; gives seconds."""
    wanted = full_gate(end, share)
    options = [
        *("--days", f"{wanted.days:g}", "--runs-per-day", str(wanted.runs_per_day), "--tests", str(wanted.tests)),
        *("--jobs", str(wanted.jobs), "--projects", str(wanted.projects), "--largest-job", str(wanted.largest_job)),
        *("--integration", str(wanted.integration), "--end", end.isoformat()),
    ]
    started = time.perf_counter()
    print("$ gatehealth simulate", *options, flush=True)
    subprocess.run(gatehealth("simulate", *options, "--database", database), check=True)
    return time.perf_counter() - started


def newest_hour(database: Path) -> datetime:
    """When a month that is there already ended."""
    with duckdb.connect(str(database), read_only=True) as connection:
        found: datetime = connection.execute("SELECT max(ended_at) FROM runs").fetchall()[0][0]
    return (found + timedelta(minutes=30)).replace(minute=0, second=0, microsecond=0, tzinfo=UTC)


def work(database: Path, share: float, end: datetime, seconds: float) -> dict[str, Any]:
    """The server at work; gives what load.measure gives, and how long closing the rest of the last days took afterwards."""
    named = gatehealth("token", "create", f"bench {datetime.now(UTC):%FT%T}", "--database", database, "--json")
    secret = json.loads(subprocess.run(named, check=True, capture_output=True, text=True).stdout)["token"]
    # The same gate goes on after the month: its runs are sent as fast as load.py says.
    later = Gate(replace(full_gate(end + timedelta(hours=12), share), days=0.5))
    with questions.served(database) as (url, pid):
        with httpx.Client(base_url=f"{url}/api/v1", timeout=120) as client:
            asked = [calls for _, _, calls in questions.pages_of(client, end)]
        # A run's export is a download: no page asks it by itself.
        asked = [[call for call in calls if not call.endswith("/subunit")] for calls in asked]
        found = load.measure(url, secret, asked, later, lambda: load.memory_of(pid), seconds)
        started = time.perf_counter()
        subprocess.run(gatehealth("compact", "--database", database), check=True)
        return {**found, "closing_seconds": time.perf_counter() - started}


def idle_memory(database: Path) -> int:
    """Bytes of a server that was just asked for its status."""
    with questions.served(database) as (url, pid):
        httpx.get(f"{url}/api/v1/status", timeout=60).raise_for_status()
        time.sleep(2)
        return load.memory_of(pid)


def budgets(
    filled: float | None,
    made: dict[str, Any],
    worked: dict[str, Any],
    idle: int,
    rows: Sequence[dict[str, Any]],
    opened: list[dict[str, Any]],
) -> list[Budget]:
    """Every budget of the design that a month can measure."""

    def slowest(bound: int) -> float:
        return max(row["p95_ms"] for row in rows if row["bound_ms"] == bound)

    sent: dict[str, int] = {}
    for row in rows:
        if "/subunit" not in row["path"]:
            sent[row["page"]] = sent.get(row["page"], 0) + row["bytes"]
    opens, filtered, cold = (
        slowest(questions.OPENS_MS),
        slowest(questions.FILTERED_MS),
        max(row["cold_ms"] for row in rows),
    )
    failed = worked["failed"]
    return [
        ("results in the month", f"{RESULTS:,}", f"{made['results']:,} in {made['runs']:,} runs", made["results"] >= RESULTS),
        (
            "filled by `gatehealth simulate`",
            f"{FILL_SECONDS} s",
            "not measured: the database was kept" if filled is None else f"{filled:.0f} s",
            filled is not None and filled < FILL_SECONDS,
        ),
        (
            "at rest, everything included",
            f"under {BYTES_A_RESULT} bytes a result",
            f"{made['bytes_per_result']:.2f} ({made['bytes'] / 1e9:.2f} GB)",
            made["bytes_per_result"] < BYTES_A_RESULT,
        ),
        ("any call as a page opens, p95 warm", f"{questions.OPENS_MS} ms", f"{opens:.0f} ms", opens < questions.OPENS_MS),
        (
            "any call with any filters, p95 warm",
            f"{questions.FILTERED_MS} ms",
            f"{filtered:.0f} ms",
            filtered < questions.FILTERED_MS,
        ),
        ("any call, cold", f"{questions.COLD_MS} ms", f"{cold:.0f} ms", cold < questions.COLD_MS),
        (
            "what a page asks for, with the largest of tests and runs, gzip",
            f"{questions.SENT_BYTES:,} bytes",
            f"{max(sent.values()):,} bytes",
            max(sent.values()) < questions.SENT_BYTES,
        ),
        (
            f"at work: {load.VIEWERS} viewers, ingest at {load.TIMES_THE_RATE} times the rate, days being closed: p95",
            f"{LOAD_P95_MS} ms",
            f"{worked['p95_ms']:.0f} ms of {worked['calls']:,} calls, {sum(failed.values())} refused",
            worked["p95_ms"] < LOAD_P95_MS and not failed,
        ),
        (
            "ingest meanwhile",
            "none late",
            f"{worked['runs_sent']} runs, {worked['results_sent']:,} results, p95 {worked['upload_p95_ms']:.0f} ms,"
            f" the last {worked['behind_seconds']:.1f} s late",
            worked["behind_seconds"] < 10,
        ),
        ("server memory at work", "under 2 GB", f"{worked['memory'] / 1e6:.0f} MB", worked["memory"] < MEMORY),
        *pages.budgets(opened),
        ("server memory, just started", "", f"{idle / 1e6:.0f} MB", True),
    ]


def report(
    found: Sequence[Budget],
    made: dict[str, Any],
    worked: dict[str, Any],
    rows: list[dict[str, Any]],
    opened: list[dict[str, Any]],
) -> str:
    """The section of docs/benchmarks.md."""
    lines = [
        questions.MONTH,
        "## A month of the whole gate",
        "",
        f"`make bench-month` (`python benchmarks/month.py --write`) on {datetime.now(UTC):%Y-%m-%d}: {questions.machine()}.",
        "",
        "| budget | bound | measured | |",
        "| --- | --- | --- | --- |",
        *(f"| {what} | {bound} | {measured} | {'met' if met else '**not met**'} |" for what, bound, measured, met in found),
        "",
        "The peer, over 7.5 million results (a 75th of this) on a machine of the same kind: a job's page 8,093 ms and 51 MB of JSON, a test's page 248 ms, runs grouped by"
        " project 105 ms; with 4 viewers at once of the job's page 43 s each and 1.8 GB of memory; 676 bytes a result; 84 results a second stored.",
        "",
        f"At work, in {worked['seconds']:.0f} s: {worked['calls_per_s']:.0f} calls a second, median {worked['median_ms']:.0f} ms, p99 {worked['p99_ms']:.0f} ms, the slowest"
        f" {worked['max_ms']:.0f} ms; an upload took {worked['upload_median_ms']:.0f} ms in the median, {worked['upload_max_ms']:.0f} ms at most. The viewers,"
        f" who look at each page for {load.LOOKS_SECONDS:g} s on average, and the sender run on the same two cores. What of the last days was not closed by then took {worked['closing_seconds']:.0f} s more."
        f" While the viewers came, in the first {load.COMING_SECONDS} s of a server that was just started, p95 was {worked['coming_p95_ms']:.0f} ms.",
        "",
        "Bytes of the file by table: "
        + ", ".join(
            f"{table} {size / made['results']:.2f}"
            for table, size in sorted(made["tables"].items(), key=lambda item: -item[1])
            if size / made["results"] >= 0.005
        )
        + f", free {made['free_bytes'] / made['results']:.2f} a result.",
        "",
        pages.HOW,
        "",
        *pages.table(opened),
        "",
        questions.HOW,
        "",
        *questions.table(rows),
        END,
    ]
    return "\n".join(lines)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--share", type=float, default=1.0, help="of the gate's runs")
    options.add_argument("--folder", type=Path, default=Path(__file__).parent.parent, help="where the database is made")
    options.add_argument("--seconds", type=float, default=load.SECONDS, help="that the server is at work")
    options.add_argument("--keep", action="store_true", help="leave the database there, and use one that is there")
    options.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    chosen = options.parse_args()
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    expected = Gate(full_gate(end, chosen.share)).expected_results()
    needed, there = expected * BYTES_NEEDED, shutil.disk_usage(chosen.folder).free
    minutes = (expected / 1e6 * SECONDS_A_MILLION + MEASURING_SECONDS + chosen.seconds) / 60
    print(
        f"About {expected:,} results: needs {needed / 1e9:.1f} GB in {chosen.folder} and some {minutes:.0f} minutes", flush=True
    )
    if there < needed:
        sys.exit(f"only {there / 1e9:.1f} GB are free in {chosen.folder}; name another folder with --folder")
    with tempfile.TemporaryDirectory(dir=chosen.folder, prefix="bench-month-") as folder:
        database = (chosen.folder if chosen.keep else Path(folder)) / "month.duckdb"
        if database.exists():
            end = newest_hour(database)
        filled = None if database.exists() else fill(database, chosen.share, end)
        print("the database was there" if filled is None else f"filled in {filled:.0f} s", flush=True)
        worked = work(database, chosen.share, end, chosen.seconds)
        for name in (
            "calls",
            "median_ms",
            "p95_ms",
            "p99_ms",
            "max_ms",
            "coming_p95_ms",
            "failed",
            "memory",
            "runs_sent",
            "upload_p95_ms",
            "slowest",
        ):
            print(f"at work: {name} {worked[name]}")
        made = questions.sizes(database)
        idle = idle_memory(database)
        rows = questions.ask_pages(database, end)
        opened = pages.measure(database)
    questions.show(rows)
    print("\n".join(pages.table(opened)))
    found = budgets(filled, made, worked, idle, rows, opened)
    for what, bound, measured, met in found:
        print(f"{'met    ' if met else 'NOT MET'}  {what}: {measured} (bound {bound})")
    if chosen.write:
        text = DOCUMENT.read_text()
        before, _, rest = text.partition(questions.MONTH)
        after = rest.partition(END)[2]
        DOCUMENT.write_text(before.rstrip() + "\n\n" + report(found, made, worked, rows, opened) + (after or "\n"))
    sys.exit(0 if all(met for *_, met in found) else 1)


if __name__ == "__main__":
    main()
