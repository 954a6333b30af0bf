"""All benches in one run, and the table of docs/benchmarks.md.

make bench                                  # prints the table
python benchmarks/run.py --write            # writes docs/benchmarks.md as well
python benchmarks/run.py --results 1000000  # a smaller database, for a quick look
"""

from __future__ import annotations

import argparse
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ingest
import parse
import questions

DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def machine() -> str:
    """What this was measured on."""
    names = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores of {names[0] if names else platform.machine()}, {memory:.0f} GiB, CPython {platform.python_version()}"


def table(parsed: list[dict[str, Any]], stored: dict[str, Any], asked: dict[str, Any]) -> str:
    """The document, in Markdown."""
    made = asked["database"]
    ours, peer = stored["gatehealth"], stored["subunit2sql"]
    pages: dict[str, list[dict[str, Any]]] = {}
    for row in asked["rows"]:
        pages.setdefault(row["page"], []).append(row)
    idle = min(row["memory"][0] for row in asked["rows"] if "memory" in row)
    most = max(row["memory"][1] for row in asked["rows"] if "memory" in row)
    lines = [
        "# Benchmarks",
        "",
        f"Written by `python benchmarks/run.py --write` (`make bench` prints the same) on {datetime.now(UTC):%Y-%m-%d}: {machine()}.",
        "The machine is small, shared and noisy: compare within a table, not between days.",
        "",
        "## Budgets",
        "",
        "| budget | bound | measured |",
        "| --- | --- | --- |",
        f"| ingest, gzip subunit to committed, one process | 50,000 results/s | {ours['results_per_s']:,.0f} results/s |",
        f"| the same beside subunit2sql 1.10.0 in the same run | 100 times | {stored['times']:,.0f} times ({peer['results_per_s']:,.0f} results/s) |",
        f"| at rest, the tables of results | under 10 bytes a result | {made['result_bytes_per_result']:.1f} bytes a result over a month |",
        f"| at rest, the whole file | | {made['bytes_per_result']:.1f} bytes a result |",
        f"| server memory, idle over {made['results']:,} results | under 300 MB | {idle / 1e6:,.0f} MB, {most / 1e6:,.0f} MB at most while asked |",
        "",
        "The whole file has runs, failures with their tracebacks, skip reasons and free space as well. Results of the last days stand as they came (17 bytes), those of closed"
        " days are clustered (docs/architecture.md).",
        "",
        "## Reading subunit v2",
        "",
        f"A stream of {parse.TESTS:,} tests; best of {parse.TURNS} turns in one process (`python benchmarks/parse.py`).",
        "",
        "| reader | ms | results/s | MB/s |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {row['reader']} | {row['seconds'] * 1e3:.1f} | {row['results_per_s']:,.0f} | {row['mb_per_s']:.0f} |"
            for row in parsed
        ),
        "",
        "## Ingest",
        "",
        f"Gzipped streams of {parse.TESTS:,} results, each a run (`python benchmarks/ingest.py`). subunit2sql stores the same streams, decompressed, into"
        " SQLite; the start of Python and its imports are not counted.",
        "",
        "| | results/s | runs |",
        "| --- | ---: | --- |",
        f"| Gatehealth | {ours['results_per_s']:,.0f} | {ours['results']:,} results in {ours['seconds']:.1f} s |",
        f"| subunit2sql 1.10.0 | {peer['results_per_s']:,.0f} | {', '.join(f'{seconds:.1f} s' for seconds in peer['seconds'])} a run; the best counts |",
        "",
        f"## Questions over {made['results']:,} results",
        "",
        f"A simulated month: {made['runs']:,} runs, 500 jobs, 20,000 tests, filled in {made['seconds']:.0f} s, of which {made['closing_seconds']:.0f} s for closing days (`python benchmarks/questions.py`). Over HTTP, in"
        f" milliseconds: {questions.TURNS} warm turns after a first one with the server just started and the file not in memory. Bounds: p95 under 150 ms as a"
        " page opens, under 1 s with any filters, under 2 s cold.",
        "",
        "| call | median | p95 | cold | bytes sent |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for page, rows in pages.items():
        lines.append(f"| **{page}** | | | | |")
        for row in rows:
            route = row["path"].partition("?")[0]
            parts = ["{uuid}" if len(part) == 32 else part for part in route.split("/")]
            figures = f"{row['median_ms']:.0f} | {row['p95_ms']:.0f} | {row['cold_ms']:.0f} | {row['bytes']:,}"
            lines.append(f"| `{'/'.join(parts)}` | {figures} |")
    lines += [
        "",
        "For scale: the OpenStack-Health API over subunit2sql needed 8 s and 51 MB of JSON for one job's page over 7.5 M results, and 105 ms for runs"
        " grouped by project (MariaDB, measured on 2026-11-22 on a machine of the same kind).",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--results", type=int, default=questions.RESULTS, help="results in the database that is asked")
    options.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    chosen = options.parse_args()
    print(
        f"Reading {parse.TURNS} turns, storing {ingest.RUNS} runs, asking {chosen.results:,} results: some minutes",
        flush=True,
    )
    text = table(parse.measure(), ingest.measure(), questions.measure(chosen.results))
    print(text)
    if chosen.write:
        DOCUMENT.write_text(text)


if __name__ == "__main__":
    main()
