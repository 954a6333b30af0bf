"""What commands have in common when they print."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", metavar="FILE", help="The database; else the setting `database`.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")]

# Control characters, line separators, what turns the direction of writing, and halves of surrogate pairs.
_STEERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class CommandError(Exception):
    """A command cannot go on; the message is one clear line."""


def printable(text: str) -> str:
    """Text from outside on one line: what is not UTF-8 in it, and what would steer a terminal, is written out."""
    return _STEERS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def plain(text: str) -> Text:
    """Text from outside for Rich, which reads [words] and :words: in a string as markup."""
    return Text(printable(text))


def print_json(facts: BaseModel | dict[str, Any]) -> None:
    """Prints facts for programs to read."""
    if isinstance(facts, BaseModel):
        facts = facts.model_dump(mode="json")
    typer.echo(json.dumps(facts, indent=2))


def progress(*, shown: bool = True) -> Progress:
    """A progress bar on standard error, and only on a terminal: output that is piped stays clean."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not (shown and console.is_terminal),
    )


def counts_text(counts: dict[str, int]) -> str:
    """Results by folded status, as a person reads them."""
    words = ("passed", "failed", "skipped", "incomplete")
    return f"{counts['total']:,} results: " + ", ".join(f"{counts[word]:,} {word}" for word in words)


def bytes_text(size: float) -> str:
    """A size as a person reads it."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"
