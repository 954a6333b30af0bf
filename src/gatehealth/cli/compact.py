"""`gatehealth compact`: closes the days that are over, now."""

from __future__ import annotations

import typer

from gatehealth.cli import output
from gatehealth.cli.backend import connect
from gatehealth.config import load


def compact(database: output.DatabaseOption = None, as_json: output.JsonOption = False) -> None:
    """Cluster the results of days that are over, which halves their size. A server does this by itself, in small steps.

    From then on durations are whole milliseconds, starts whole hundredths of a second; the setting `close_after_days` says of
    which days.
    """
    with connect(load(database=database), must_exist=True) as backend:
        before = backend.status().database_bytes
        backend.compact()
        after = backend.status().database_bytes
    if as_json:
        output.print_json({"database_bytes_before": before, "database_bytes": after})
    else:
        typer.echo(f"closed; the database takes {output.bytes_text(after)}, it took {output.bytes_text(before)}")
