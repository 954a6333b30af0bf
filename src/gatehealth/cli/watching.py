"""Shows how far collecting is: bars on a terminal, else a line now and then, when something has changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from gatehealth.api.schemas.status import Backfill, SourcesStatus, SourceStatus
from gatehealth.cli.output import plain, printable

LOOK_EVERY = 0.5  # seconds between looks at how far it is
SAY_EVERY = 10.0  # seconds between lines, where there is no terminal

Period = tuple[datetime, datetime]


def watch(ask: Callable[[], SourcesStatus], names: Sequence[str], period: Period | None, going_on: Callable[[], bool]) -> None:
    """Shows how far these sources, or their back-fills of the period, are until nothing goes on any more."""
    console = Console(stderr=True)
    bars = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[said]}", markup=False),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    tasks = {name: bars.add_task(name, total=1.0, said="") for name in names}
    said: dict[str, str] = {}
    say_at = time.monotonic()
    with bars:
        while going_on():
            sources = of(ask(), names)
            for source in sources:
                bars.update(tasks[source.name], completed=share(source, period), said=line(source, period))
            if not console.is_terminal and time.monotonic() >= say_at:
                say_at = time.monotonic() + SAY_EVERY
                now = {source.name: line(source, period) for source in sources}
                for name, text in now.items():
                    if said.get(name) != text:
                        console.print(plain(f"{name}: {text}"), soft_wrap=True)
                said = now
            time.sleep(LOOK_EVERY)


def of(status: SourcesStatus, names: Sequence[str]) -> list[SourceStatus]:
    """These sources of a status."""
    return [source for source in status.sources if source.name in names]


def backfill_of(source: SourceStatus, period: Period | None) -> Backfill | None:
    """The back-fill of that very period, if it was asked for."""
    return next((each for each in source.backfills if (each.since, each.until) == period), None)


def under_way(status: SourcesStatus, names: Sequence[str], period: Period) -> bool:
    """Whether a back-fill of the period is not finished; one that cannot be listed is tried again, and is not waited for."""
    backfills = [backfill_of(source, period) for source in of(status, names)]
    return any(each is not None and each.finished_at is None and not each.error for each in backfills)


def errors(status: SourcesStatus, names: Sequence[str], period: Period | None) -> dict[str, str]:
    """Why sources, or their back-fills of the period, could not be listed; by their names."""
    found = {}
    for source in of(status, names):
        backfill = backfill_of(source, period)
        error = source.error if backfill is None else backfill.error
        if error:
            found[source.name] = printable(error)
    return found


def share(source: SourceStatus, period: Period | None) -> float:
    """How much is done, 0 to 1: of a back-fill, or of the builds that are known."""
    backfill = backfill_of(source, period)
    if backfill is not None:
        return backfill.done * (1 - min(1, backfill.untried / max(1, backfill.builds)))
    return 1 - min(1, source.waiting / max(1, source.known))


def line(source: SourceStatus, period: Period | None) -> str:
    """How far it is, in words."""
    backfill = backfill_of(source, period)
    if backfill is not None:
        done = backfill.builds - min(backfill.untried, backfill.builds)
        listed = "" if backfill.listed_at else f", {backfill.done:.0%} of the period listed"
        parts = [f"{done:,} of {backfill.builds:,} builds collected{listed}"]
        error = backfill.error
    else:
        parts = [f"{source.fetched:,} of {source.known:,} builds collected, {source.with_results:,} with results"]
        error = source.error
    if source.retrying:
        parts.append(f"{source.retrying:,} are tried again later")
    if error:
        parts.append(printable(error))
    return "; ".join(parts)
