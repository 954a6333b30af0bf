"""`gatehealth demo`: a simulated Zuul, followed and shown in the browser, with one command."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer

from gatehealth.cli import watching
from gatehealth.cli.backend import running_server, server_file
from gatehealth.cli.output import CommandError
from gatehealth.cli.serve import listen, run_server
from gatehealth.cli.simulate import SIMULATED, source_of
from gatehealth.config import Settings, ZuulSettings, load
from gatehealth.simulate import Gate, GateSettings

_TRUTH = "truth.json"
# A folder with this file in it is a demo's, and may be made anew. It is not the truth: `simulate --streams` writes one as well.
_MARK = "gatehealth-demo.txt"
_SAYS = "The database beside this file is of `gatehealth demo`, which deletes it at its next start here.\n"
_EVERY = 0.1  # seconds between two looks whether the server is up


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
    settings = load(database=str(folder / "gatehealth.duckdb"), host=host, port=port, sources=[])
    folder.mkdir(parents=True, exist_ok=True)
    running = running_server(settings)
    if running:
        raise CommandError(f"a demo runs in {folder} already, at {running.url}")
    listener = listen(settings)  # before the old database goes
    database = Path(settings.database)
    log = database.with_name(database.name + ".wal")
    if database.exists() or log.exists():
        if not (folder / _MARK).exists():
            raise CommandError(
                f"{database} is not known as a demo's ({_MARK} is not beside it); move it away, or name another --folder"
            )
        for old in (database, log, server_file(settings)):
            old.unlink(missing_ok=True)
    (folder / _MARK).write_text(_SAYS)
    # A second of imports, as the server's.
    from gatehealth.simulate.serving import beside

    wanted = replace(GateSettings(), seed=seed, end=datetime.now(UTC).replace(microsecond=0))
    with beside(wanted) as zuul:
        typer.echo(f"A simulated Zuul answers at {zuul}")
        (folder / _TRUTH).write_text(json.dumps(Gate(wanted).truth(), indent=1) + "\n")
        source = ZuulSettings.model_validate(source_of(zuul, wanted))
        with _watched(settings):
            run_server(settings.model_copy(update={"sources": [source]}), listener)


@contextmanager
def _watched(settings: Settings) -> Iterator[None]:
    """Shows meanwhile how far the past is collected."""
    over = threading.Event()
    threading.Thread(target=_watch, args=(settings, over), daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _watch(settings: Settings, over: threading.Event) -> None:
    server = None
    while server is None:
        if over.wait(_EVERY):
            return
        server = running_server(settings)
    with closing(server), suppress(CommandError, httpx.HTTPError):  # it stops meanwhile

        def behind() -> bool:
            [source] = server.sources().sources
            return not over.is_set() and (source.waiting > 0 or source.state != "current")

        watching.watch(server.sources, [SIMULATED], None, behind)
        [source] = server.sources().sources
        typer.echo(f"The past week is there: {watching.line(source, None)}. More come as they end; Ctrl-C stops.")
