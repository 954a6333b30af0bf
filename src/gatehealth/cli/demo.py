"""`gatehealth demo`: a simulated Zuul, followed and shown in the browser, with one command."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer

from gatehealth.cli import output
from gatehealth.cli.backend import running_server, server_file
from gatehealth.cli.output import CommandError
from gatehealth.cli.serve import address, listen, run_server
from gatehealth.cli.simulate import source_of
from gatehealth.config import load
from gatehealth.simulate import Gate, GateSettings

_MARK = "truth.json"  # a folder with this file in it is a demo's, and may be made anew
_EVERY = 0.5  # seconds between two looks at how far it is


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
    """Follow a simulated Zuul until stopped: collect its past week and whatever ends from now on, and serve the pages.

    What is true of the week, its faults and totals, is written to truth.json beside the database.
    """
    own = {"database": str(folder / "gatehealth.duckdb"), "host": host, "port": port}
    settings = load(**own, sources=[])
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
    # A second of imports, as the server's.
    from gatehealth.simulate.serving import beside

    wanted = replace(GateSettings(), seed=seed, end=datetime.now(UTC).replace(microsecond=0))
    with beside(wanted) as zuul:
        typer.echo(f"A simulated Zuul answers at {zuul}")
        gate = Gate(wanted)
        (folder / _MARK).write_text(json.dumps(gate.truth(), indent=1) + "\n")
        with _watched(address(settings, listener), gate.expected_runs()):
            run_server(load(**own, sources=[source_of(zuul, wanted)]), listener)


@contextmanager
def _watched(url: str, expected: int) -> Iterator[None]:
    """Shows meanwhile how far the past is collected; `expected` is about how many builds it has."""
    over = threading.Event()
    threading.Thread(target=_watch, args=(url, expected, over), daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _watch(url: str, expected: int, over: threading.Event) -> None:
    known, waiting, current = 0, 0, False
    with httpx.Client(base_url=url, timeout=10) as client, output.progress() as bar:
        task = None
        while not (current and not waiting):
            if over.wait(_EVERY):
                return
            try:
                [source] = client.get("/api/v1/status").json()["sources"]
                known, waiting, current = source["known"], source["waiting"], source["state"] == "current"
            except (httpx.HTTPError, LookupError, ValueError):  # it is not up yet, or reading needs a token
                continue
            if task is None:  # not before the server has said where it is
                task = bar.add_task("Collecting the past week", total=expected)
            bar.update(task, completed=known - waiting, total=max(expected, known))
    typer.echo(f"The past week is collected: {known:,} builds. More come as they end; Ctrl-C stops.")
