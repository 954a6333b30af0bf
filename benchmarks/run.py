"""All benches in one run, and the table of docs/benchmarks.md.

make bench                                  # prints the table
python benchmarks/run.py --write            # writes docs/benchmarks.md as well
python benchmarks/run.py --share 0.005        # a smaller database, for a quick look
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import collect
import ingest
import pages
import parse
import questions

DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def table(
    parsed: list[dict[str, Any]],
    stored: dict[str, Any],
    collected: dict[str, Any],
    made: dict[str, Any],
    asked: list[dict[str, Any]],
    opened: list[dict[str, Any]],
) -> str:
    """The document, in Markdown."""
    ours, peer = stored["gatehealth"], stored["subunit2sql"]
    day, polling, messages = collected["caught_up"], collected["polling"], collected["messages"]
    lacking = ", ".join(f"{builds:,} {lack}" for lack, builds in day["without"].items())
    idle = min(row["memory"][0] for row in asked if "memory" in row)
    most = max(row["memory"][1] for row in asked if "memory" in row)
    lines = [
        "# Benchmarks",
        "",
        f"Written by `python benchmarks/run.py --write` (`make bench` prints the same) on {datetime.now(UTC):%Y-%m-%d}: {questions.machine()}.",
        "The machine is small, shared and noisy: compare within a table, not between days.",
        "",
        "## Budgets",
        "",
        "| budget | bound | measured |",
        "| --- | --- | --- |",
        f"| ingest, gzip subunit to committed, one process | 50,000 results/s | {ours['results_per_s']:,.0f} results/s |",
        f"| the same beside subunit2sql 1.10.0 in the same run | 100 times | {stored['times']:,.0f} times ({peer['results_per_s']:,.0f} results/s) |",
        f"| a day of the full gate, caught up from Zuul: {day['builds']:,} builds | 10 minutes | {day['seconds'] / 60:.1f} minutes |",
        f"| a build that ended, answered by the API, Zuul polled once a minute | 2 minutes | {polling['median']:.0f} s, {polling['most']:.0f} s at most ({polling['builds']} builds) |",
        f"| the same by MQTT, from the end of its buildset | 10 s | {messages['median']:.1f} s, {messages['most']:.1f} s at most ({messages['builds']} builds) |",
        f"| at rest, the whole file | under 10 bytes a result (at a full month) | {made['bytes_per_result']:.1f} bytes a result |",
        f"| server memory, idle over {made['results']:,} results | under 300 MB | {idle / 1e6:,.0f} MB, {most / 1e6:,.0f} MB at most while asked |",
        *(f"| {what} | under {bound} | {measured} |" for what, bound, measured, _ in pages.budgets(opened)),
        "",
        "Here counters are of few results each and take more of the file than in a full month (docs/architecture.md has the bytes by column).",
        "",
        "## Pages",
        "",
        f"Over {made['results']:,} results (`python benchmarks/pages.py`). {pages.HOW}",
        "",
        *pages.table(opened),
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
        "## Collecting",
        "",
        f"A simulated Zuul with its log server, a process of its own on the same machine (`python benchmarks/collect.py`). Of the day's {day['builds']:,} builds {day['with_results']:,} have results,"
        f" {day['results']:,} together; the others: {lacking}. To fetch and store them took {day['cpu_seconds']:.0f} s of CPU time, the start of Python included, and {day['megabytes']:,.0f} MB.",
        "",
        f"## Questions over {made['results']:,} results",
        "",
        f"A tenth of the full gate's month: {made['runs']:,} runs, 500 jobs, 20,000 tests, filled in {made['seconds']:.0f} s (`python benchmarks/questions.py`). {questions.HOW}",
        "",
        *questions.table(asked),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument(
        "--share", type=float, default=questions.SHARE, help="of the full gate's runs, in the database that is asked"
    )
    options.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    chosen = options.parse_args()
    print(
        f"Reading {parse.TURNS} turns, storing {ingest.RUNS} runs, collecting {collect.BUILDS:,} builds, asking {chosen.share:g} of a full month: a quarter of an hour",
        flush=True,
    )
    parsed, stored, collected = parse.measure(), ingest.measure(), collect.measure()
    with questions.database_of(chosen.share) as (database, end, made):
        asked = questions.ask_pages(database, end)
        opened = pages.measure(database)
    text = table(parsed, stored, collected, made, asked, opened)
    print(text)
    if chosen.write:
        # The section that month.py writes stays.
        _, begin, month = DOCUMENT.read_text().partition(questions.MONTH)
        DOCUMENT.write_text(text + begin + month)


if __name__ == "__main__":
    main()
