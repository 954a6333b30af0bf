"""`gatehealth status`: how complete, fresh and large the data is."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gatehealth.api.schemas.status import SourceInShort
from gatehealth.cli import output
from gatehealth.cli.backend import connect
from gatehealth.config import load


def status(
    server: Annotated[str | None, typer.Option(metavar="URL", help="Ask this server.")] = None,
    token: Annotated[str | None, typer.Option(help="The token for that server.", envvar="GATEHEALTH_TOKEN")] = None,
    database: output.DatabaseOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Print sizes, counts and the newest run."""
    with connect(load(database=database), server, token, must_exist=True) as backend:
        facts = backend.status()
    if as_json:
        output.print_json(facts)
        return
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    table.add_row("database", output.plain(f"{facts.database} ({output.bytes_text(facts.database_bytes)})"))
    for name in ("runs", "results", "failures", "tests", "jobs"):
        table.add_row(name, f"{getattr(facts, name):,}")
    if facts.oldest_run_at:
        table.add_row("oldest run", f"{facts.oldest_run_at:%Y-%m-%d %H:%M:%S} UTC")
    if facts.newest_run:
        table.add_row("newest run", f"{facts.newest_run.started_at:%Y-%m-%d %H:%M:%S} UTC")
        table.add_row("", output.plain(facts.newest_run.uuid))
    for source in facts.sources:
        state = f"{_state(source)}, {source.known:,} builds known, {source.waiting:,} to fetch"
        table.add_row(output.plain(f"source {source.name}"), output.plain(state))
    table.add_row("version", output.plain(f"{facts.version}, schema {facts.schema_version}"))
    Console().print(table)


def _state(source: SourceInShort) -> str:
    if source.failing_since:
        return f"cannot be listed since {source.failing_since:%Y-%m-%d %H:%M:%S} UTC ({source.error})"
    words = {"current": "listed up to now", "new": "not listed to its end yet", "left": "no longer collected"}
    return words.get(source.state, f"behind by {source.lag_seconds or 0:,.0f} s")
