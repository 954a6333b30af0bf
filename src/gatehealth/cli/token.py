"""`gatehealth token`: who may do what."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gatehealth.cli import output
from gatehealth.cli.backend import connect
from gatehealth.config import load
from gatehealth.store.tokens import Scope, TokenError

app = typer.Typer(name="token", help="Tokens: who may upload, and read where reading is closed.", no_args_is_help=True)


def _name(given: str) -> str:
    """A name as it can be kept and sent. What a command line has that is not UTF-8 could be neither."""
    try:
        given.encode()
    except UnicodeEncodeError:
        raise TokenError(f"a token's name is text in UTF-8, which '{output.printable(given)}' is not") from None
    return given


_Name = Annotated[str, typer.Argument(metavar="NAME", callback=_name, help="Whose token it is, as `zuul`.", show_default=False)]


@app.command()
def create(
    name: _Name,
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="What it may do; repeatable. Without this option it may do both.", show_default=False),
    ] = None,
    database: output.DatabaseOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Create a token and print it. It is shown once: only its hash is kept."""
    with connect(load(database=database)) as backend:
        created = backend.create_token(name, [each.value for each in scope or ()])
    if as_json:
        output.print_json(created)
    else:
        typer.echo(created.token)


@app.command("list")
def list_tokens(database: output.DatabaseOption = None, as_json: output.JsonOption = False) -> None:
    """Print all tokens: names, scopes, when each was created and last used."""
    with connect(load(database=database), must_exist=True) as backend:
        known = backend.tokens()
    if as_json:
        output.print_json(known)
        return
    table = Table("name", "scopes", "created", "last used", box=None, padding=(0, 2, 0, 0), header_style="bold")
    for token in known.tokens:
        table.add_row(output.plain(token.name), ", ".join(token.scopes), _when(token.created_at), _when(token.last_used_at))
    Console().print(table)


@app.command()
def revoke(name: _Name, database: output.DatabaseOption = None) -> None:
    """Forget a token: from now on it is refused. What came with it stays."""
    with connect(load(database=database), must_exist=True) as backend:
        backend.revoke_token(name)
    typer.echo(f"{output.printable(name.strip())} is revoked")


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"
