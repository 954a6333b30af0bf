"""The command `gatehealth`: one module a command."""

from __future__ import annotations

import sys
from typing import Annotated

import duckdb
import httpx
import typer

from gatehealth import __version__
from gatehealth.cli import backup, collect, compact, demo, expire, export, ingest, serve, simulate, status, token
from gatehealth.cli.output import CommandError
from gatehealth.collect.files import FactError, NothingUsableError
from gatehealth.config import SettingsError
from gatehealth.store import DatabaseError
from gatehealth.store.database import first_line
from gatehealth.store.tokens import TokenError

app = typer.Typer(
    name="gatehealth",
    help="The health of a CI system: every run, every test, every queue.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(ingest.ingest)
app.command()(export.export)
app.command()(serve.serve)
app.command()(collect.collect)
app.command()(status.status)
app.add_typer(token.app)
app.command()(compact.compact)
app.command()(expire.expire)
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(simulate.simulate)
app.command()(demo.demo)

# Errors that say in one line what was wrong; anything else is a defect and shows its traceback.
_CLEAR = (CommandError, DatabaseError, SettingsError, FactError, NothingUsableError, TokenError, httpx.HTTPError, OSError)
_USAGE = (SettingsError, FactError, TokenError)


def _text(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gatehealth {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    pass


def main() -> None:
    """The entry point: runs a command; a clear error is one line, exit status 2 for bad usage and 1 for the rest."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except _CLEAR as error:
        print(f"gatehealth: {_text(error)}", file=sys.stderr)
        sys.exit(2 if isinstance(error, _USAGE) else 1)
    except duckdb.ProgrammingError:
        raise  # a question of ours that is wrong
    except duckdb.Error as error:  # a disk or a memory that is full, a file that is damaged
        print(f"gatehealth: the database failed: {first_line(error)}", file=sys.stderr)
        sys.exit(1)
    except RuntimeError as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # what DuckDB makes of a Ctrl-C during a question
            sys.exit(130)
        raise
