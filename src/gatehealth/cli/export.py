"""`gatehealth export`: a run as subunit v2."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from gatehealth.cli import output
from gatehealth.cli.backend import connect
from gatehealth.cli.output import CommandError
from gatehealth.collect.files import FactError
from gatehealth.config import load


def export(
    uuid: Annotated[str, typer.Argument(metavar="UUID", help="The run.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Write here; else to standard output.")
    ] = None,
    server: Annotated[str | None, typer.Option(metavar="URL", help="Ask this server.")] = None,
    token: Annotated[str | None, typer.Option(help="The token for that server.", envvar="GATEHEALTH_TOKEN")] = None,
    database: output.DatabaseOption = None,
) -> None:
    """Write a run as a subunit v2 stream: statuses, times to the microsecond, tags, attributes, attachments.

    Storing what was written and exporting it again gives the same bytes.
    """
    try:
        wanted = UUID(uuid)
    except ValueError:
        raise FactError(f"{uuid!r} is not a UUID (32 hexadecimal digits, with or without dashes)") from None
    if out is None and sys.stdout is None:
        raise CommandError("standard output is closed; name a file with -o or send the stream on through a pipe")
    if out is None and sys.stdout.isatty():
        raise CommandError("a subunit stream is not for a terminal; name a file with -o or send it on through a pipe")
    with connect(load(database=database), server, token, must_exist=True) as backend:
        stream = backend.export(wanted)
    if out is None:
        sys.stdout.buffer.write(stream)
        sys.stdout.buffer.flush()
    else:
        out.write_bytes(stream)
