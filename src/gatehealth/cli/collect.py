"""`gatehealth collect`: fetches from the configured sources what has ended there, or what ended in a period of the past."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from typing import Annotated

import typer

from gatehealth.api.schemas.status import SourcesStatus
from gatehealth.cli import output, watching
from gatehealth.cli.backend import LocalBackend, RemoteBackend, server_or_store
from gatehealth.cli.output import CommandError
from gatehealth.cli.watching import Period
from gatehealth.collect.files import FactError, moment_of
from gatehealth.config import Settings, SettingsError, load


def collect(
    once: Annotated[bool, typer.Option("--once", help="End when nothing more can be had now.")] = False,
    since: Annotated[
        str, typer.Option("--from", metavar="TIME", help="Collect what ended since then: RFC 3339, or a date.")
    ] = "",
    until: Annotated[str, typer.Option("--to", metavar="TIME", help="And before then; else until now.")] = "",
    source: Annotated[str, typer.Option(metavar="NAME", help="Of this source alone; else of all.", show_default=False)] = "",
    database: output.DatabaseOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Collect from the configured sources until stopped, without a server. A server does this by itself.

    With --from, collect a period of the past: also while a server runs, which then does it. A period that is interrupted goes
    on with whatever collects next. Exit status 1 when a source could not be listed.
    """
    settings = load(database=database)
    names = _names(settings, source)
    period = _period(since, until)
    found = server_or_store(settings, keeping_up=True)
    if isinstance(found, RemoteBackend):
        with closing(found):
            _at_server(found, names, period, as_json=as_json)
        return
    from gatehealth.collect.collector import Collector
    from gatehealth.collect.sources import open_sources

    chosen = settings.model_copy(update={"sources": [each for each in settings.sources if each.name in names]})
    with found as store, _stoppable(), Collector(store, chosen, open_sources(chosen)) as collector:
        backend = LocalBackend(store, settings)
        if period:
            for name in names:
                store.sources.order_backfill(name, *period)
        collector.start(polling=period is None, once=once or period is not None)
        with suppress(KeyboardInterrupt):
            watching.watch(backend.sources, names, period, lambda: collector.running)
        collector.close()
        status = backend.sources()
    _told(status, names, period, as_json=as_json)
    _fail(watching.errors(status, names, period))


def _at_server(server: RemoteBackend, names: Sequence[str], period: Period | None, *, as_json: bool) -> None:
    """Has a server collect a period, and watches; without one, says that it collects already."""
    collected = [each.name for each in server.sources().sources if each.state != "left"]
    missing = [name for name in names if name not in collected]
    if missing:
        raise CommandError(
            f"the server at {server.url} does not collect from {', '.join(missing)}; start it again with these settings"
        )
    if period is None:
        if not as_json:
            typer.echo(f"the server at {server.url} collects already")
        _told(server.sources(), names, period, as_json=as_json)
        return
    for name in names:
        server.order_backfill(name, *period)
    try:
        watching.watch(server.sources, names, period, lambda: watching.under_way(server.sources(), names, period))
    except KeyboardInterrupt:
        typer.echo(f"the server at {server.url} goes on with it", err=True)
        raise
    status = server.sources()
    _told(status, names, period, as_json=as_json)
    _fail(watching.errors(status, names, period))


def _fail(errors: dict[str, str]) -> None:
    """Ends the command with what could not be listed, if anything."""
    for name, why in errors.items():
        typer.echo(f"gatehealth: source {name}: {why}", err=True)
    if errors:
        raise typer.Exit(1)


def _names(settings: Settings, source: str) -> list[str]:
    names = [each.name for each in settings.sources]
    if not names:
        raise SettingsError("no sources are configured: gatehealth.toml needs [[sources]], see docs/sources.md")
    if source and source not in names:
        raise SettingsError(f"no source is named {source}; there are {', '.join(names)}")
    return [source] if source else names


def _period(since: str, until: str) -> Period | None:
    if not since:
        if until:
            raise FactError("--to goes with --from")
        return None
    begin, end = moment_of("--from", since), moment_of("--to", until) or datetime.now(UTC).replace(microsecond=0)
    if begin is None or begin >= end:
        raise FactError(f"--from {since} does not lie before {'--to ' + until if until else 'now'}")
    return begin, end


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM ends what is within as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _told(status: SourcesStatus, names: Sequence[str], period: Period | None, *, as_json: bool) -> None:
    """Prints how far it is, at the end."""
    sources = watching.of(status, names)
    if as_json:
        output.print_json(status.model_copy(update={"sources": sources}))
        return
    for source in sources:
        typer.echo(f"{source.name}: {watching.line(source, period)}")
        for lacking in source.without:
            typer.echo(f"  without results: {lacking.builds:,} ({output.printable(lacking.lack)})")
