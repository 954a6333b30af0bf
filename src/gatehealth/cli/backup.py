"""`gatehealth backup` and `gatehealth restore`: a copy of the whole database, and a database from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gatehealth.cli import output
from gatehealth.cli.backend import connect
from gatehealth.cli.output import CommandError
from gatehealth.config import load
from gatehealth.store.backup import restore as restore_database


def backup(
    target: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where the copy goes; nothing may be there.", show_default=False)
    ],
    database: output.DatabaseOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Copy the database into a file, also while a server uses it. The copy is that of one moment, and whole."""
    try:
        str(target).encode()
    except UnicodeEncodeError:  # the database writes it, and knows no other names
        raise CommandError(f"{output.printable(str(target))} is not UTF-8; name another file") from None
    with connect(load(database=database), must_exist=True) as backend:
        size = backend.backup(target)
    if as_json:
        output.print_json({"target": str(target), "bytes": size})
    else:
        typer.echo(f"{output.printable(str(target))} holds {output.bytes_text(size)}")


def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="What `gatehealth backup` made.", show_default=False)],
    database: output.DatabaseOption = None,
) -> None:
    """Make the database from a backup. A database that is there already is left alone."""
    settings = load(database=database)
    restore_database(source, settings)
    typer.echo(f"{settings.database} is made from {output.printable(str(source))}")
