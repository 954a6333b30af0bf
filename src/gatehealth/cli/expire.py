"""`gatehealth expire`: removes what is too old, now."""

from __future__ import annotations

import typer

from gatehealth.cli import output
from gatehealth.cli.backend import connect
from gatehealth.config import load


def expire(database: output.DatabaseOption = None, as_json: output.JsonOption = False) -> None:
    """Remove results that are too old, and give the disk back. A server does this by itself, in small steps.

    `passing_days` is for results that passed or were skipped, `failure_days` for failures with their texts. Runs and daily
    counters stay for ever. Nothing is removed sooner than that after it came in, however long ago it happened.
    """
    with connect(load(database=database), must_exist=True) as backend:
        before = backend.status().database_bytes
        backend.expire()
        after = backend.status().database_bytes
    if as_json:
        output.print_json({"database_bytes_before": before, "database_bytes": after})
    else:
        sizes = f"the database takes {output.bytes_text(after)}, it took {output.bytes_text(before)}"
        typer.echo(f"removed what was too old; {sizes}")
