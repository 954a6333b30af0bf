"""`gatehealth demo`: a simulated week of a gate in the browser, with one command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from gatehealth.cli.backend import running_server, server_file
from gatehealth.cli.output import CommandError
from gatehealth.cli.serve import listen, run_server
from gatehealth.cli.simulate import demo_gate, fill_database
from gatehealth.config import load

_MARK = "truth.json"  # a folder with this file in it is a demo's, and may be made anew


def demo(
    folder: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the demo's database is made, anew each time.")] = Path(
        "demo"
    ),
    host: Annotated[
        str | None, typer.Option(help="The address to listen on; else the setting `host`.", show_default=False)
    ] = None,
    port: Annotated[int | None, typer.Option(help="The port; else the setting `port`.", show_default=False)] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same gate.")] = 1,
) -> None:
    """Fill a database with a simulated week of a gate and serve it until stopped.

    What is true of the gate, its faults and totals, is written to truth.json beside the database.
    """
    settings = load(database=str(folder / "gatehealth.duckdb"), host=host, port=port)
    folder.mkdir(parents=True, exist_ok=True)
    running = running_server(settings)
    if running:
        raise CommandError(f"a demo runs in {folder} already, at {running.url}")
    listener = listen(settings)  # before the old database goes
    database = Path(settings.database)
    if database.exists():
        if not (folder / _MARK).exists():
            raise CommandError(f"{database} is not a demo's; name another folder with --folder")
        for old in (database, database.with_name(database.name + ".wal"), server_file(settings)):
            old.unlink(missing_ok=True)
    (folder / _MARK).write_text("{}\n")
    gate = demo_gate(seed)
    fill_database(gate, settings)
    (folder / _MARK).write_text(json.dumps(gate.truth(), indent=1) + "\n")
    run_server(settings, listener)
