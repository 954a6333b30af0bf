"""`gatehealth token`: who may write."""

from __future__ import annotations

from typing import Annotated

import typer

from gatehealth.cli import output
from gatehealth.cli.backend import connect
from gatehealth.config import load

app = typer.Typer(name="token", help="Tokens for writing.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose token it is, as `zuul`.", show_default=False)],
    database: output.DatabaseOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Create a token and print it. It is shown once: only its hash is kept."""
    with connect(load(database=database)) as backend:
        created = backend.create_token(name)
    if as_json:
        output.print_json(created)
    else:
        typer.echo(created.token)
