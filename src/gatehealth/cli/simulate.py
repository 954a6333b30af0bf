"""`gatehealth simulate`: a simulated gate, into the database or as files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from gatehealth.cli import output
from gatehealth.cli.output import CommandError
from gatehealth.collect.files import FactError
from gatehealth.config import Settings, load
from gatehealth.simulate import FillError, Gate, GateSettings, fill
from gatehealth.store import Store

_DEFAULTS = GateSettings()


def simulate(
    days: Annotated[float, typer.Option(help="Days that the gate has been running.")] = _DEFAULTS.days,
    runs_per_day: Annotated[int, typer.Option(help="Runs on a working day.")] = _DEFAULTS.runs_per_day,
    tests: Annotated[int, typer.Option(help="Distinct tests.")] = _DEFAULTS.tests,
    jobs: Annotated[int, typer.Option(help="Distinct jobs.")] = _DEFAULTS.jobs,
    projects: Annotated[int, typer.Option(help="Distinct projects.")] = _DEFAULTS.projects,
    largest_job: Annotated[int, typer.Option(help="Tests of the largest job.")] = _DEFAULTS.largest_job,
    integration: Annotated[
        float, typer.Option(help="How far whole integration suites displace the rest: a share of tests and jobs, 0 to 1.")
    ] = _DEFAULTS.integration,
    seed: Annotated[int, typer.Option(help="The same seed gives the same gate.")] = _DEFAULTS.seed,
    end: Annotated[str, typer.Option(help="The last moment simulated, RFC 3339; else now.", show_default=False)] = "",
    truth: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the truth is written; else beside the data.", show_default=False)
    ] = None,
    streams: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write subunit files and their facts here, not into the database.")
    ] = None,
    database: output.DatabaseOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Simulate a gate: projects, jobs, changes, tests, and faults whose truth is known.

    Fills an empty database, or writes `<uuid>.subunit` and `<uuid>.json` into a folder with --streams. What is true of the gate
    is written beside it as JSON.
    """
    try:
        moment = datetime.fromisoformat(end) if end else datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        wanted = GateSettings(
            seed=seed,
            days=days,
            runs_per_day=runs_per_day,
            tests=tests,
            jobs=jobs,
            projects=projects,
            largest_job=largest_job,
            integration=integration,
            end=moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment,
        )
    except ValueError as error:
        raise FactError(str(error)) from None
    gate = Gate(wanted)
    settings = load(database=database)
    runs = _write_streams(gate, streams) if streams else fill_database(gate, settings)
    known = gate.truth()
    truth = truth or (streams / "truth.json" if streams else Path(settings.database + ".truth.json"))
    truth.write_text(json.dumps(known, indent=1) + "\n")
    if as_json:
        output.print_json({"runs": runs, "totals": known["totals"], "truth": str(truth)})
    else:
        results = sum(known["totals"]["results"].values())
        print(f"{runs:,} runs with {results:,} results are in {streams or settings.database}, the truth about them in {truth}")


def fill_database(gate: Gate, settings: Settings) -> int:
    """Fills an empty database with a gate, showing progress; gives the number of runs."""
    with Store(settings) as store, output.progress() as bar:
        task = bar.add_task("Simulating runs", total=gate.expected_runs())
        try:
            return fill(gate, store.writer, lambda done, total: bar.update(task, completed=done, total=total))
        except FillError as error:
            raise CommandError(f"{settings.database}: {error}") from None


def _write_streams(gate: Gate, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    runs = 0
    with output.progress() as bar:
        for emitted in bar.track(gate.streams(), total=gate.expected_runs(), description="Writing runs"):
            uuid = emitted.given["uuid"]
            if emitted.content:
                (folder / f"{uuid}.subunit").write_bytes(emitted.content)
            sent = {**emitted.given, "metadata": emitted.metadata}
            (folder / f"{uuid}.json").write_text(json.dumps(sent, indent=1) + "\n")
            runs += 1
    return runs


def demo_gate(seed: int = _DEFAULTS.seed) -> Gate:
    """The demo's week, which ends now."""
    return Gate(replace(_DEFAULTS, seed=seed, end=datetime.now(UTC).replace(microsecond=0)))
