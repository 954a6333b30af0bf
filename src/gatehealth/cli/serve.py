"""`gatehealth serve`: the server, which owns the database while it runs."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EADDRINUSE
from typing import TYPE_CHECKING, Annotated

import typer

from gatehealth.cli import output
from gatehealth.cli.backend import announced
from gatehealth.cli.output import CommandError, printable
from gatehealth.config import Settings, load
from gatehealth.store import Store

if TYPE_CHECKING:
    from gatehealth.collect.collector import Collector


def serve(
    host: Annotated[
        str | None, typer.Option(help="The address to listen on; else the setting `host`.", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="The port; else the setting `port`. 0 takes a free one.", show_default=False)
    ] = None,
    database: output.DatabaseOption = None,
) -> None:
    """Serve the pages and the API, take uploads, and collect from the configured sources, until stopped.

    Stopping finishes what was accepted.
    """
    settings = load(host=host, port=port, database=database)
    run_server(settings, listen(settings))


def run_server(settings: Settings, listener: socket.socket) -> None:
    """Serves until SIGINT or SIGTERM; then the requests are finished and what was accepted is committed."""
    # A third of a second of imports that no other command needs.
    from gatehealth.api import server
    from gatehealth.api.app import STATIC, create_app
    from gatehealth.api.context import Context

    with listener, Store(settings, keeping_up=True) as store, _collecting(store, settings) as collector:
        url = address(settings, listener)
        with announced(settings, url) as owner_token:
            app = create_app(Context(store, settings, owner_token, collector))
            typer.echo(f"Gatehealth serves {settings.database} at {url}")
            if collector is not None:
                typer.echo(f"It collects from {', '.join(collector.sources)}")
            if not (STATIC / "index.html").is_file():
                typer.echo(f"The pages are not built (make web); the API describes itself at {url}/api/openapi.json")
            server.serve(app, listener, settings.stop_seconds)


@contextmanager
def _collecting(store: Store, settings: Settings) -> Iterator[Collector | None]:
    """A collector that has begun with the configured sources; None where there are none. Stores what it has at the end."""
    if not settings.sources:
        yield None
        return
    from gatehealth.collect.collector import Collector
    from gatehealth.collect.sources import open_sources

    with Collector(store, settings, open_sources(settings)) as collector:
        collector.start()
        yield collector


def listen(settings: Settings) -> socket.socket:
    """A listening socket, taken before the database is opened, so that two servers do not fight over either."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(512)
    except (OSError, ValueError) as error:  # ValueError: a name that is none, as 127.0..1, cannot even be looked up
        why = (error.strerror or str(error)) if isinstance(error, OSError) else "this is no name of a host"
        other = "--port" if isinstance(error, OSError) and error.errno in (EADDRINUSE, EACCES) else "--host"
        raise CommandError(
            f"cannot listen on {printable(settings.host)} port {settings.port}: {why}; choose another with {other}"
        ) from None
    return listener


def address(settings: Settings, listener: socket.socket) -> str:
    """Where this machine reaches what listens there."""
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    reached = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(shown, shown)  # noqa: S104
    return f"http://{reached}:{listener.getsockname()[1]}"
