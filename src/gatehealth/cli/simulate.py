"""`gatehealth simulate`: a simulated gate, into the database, as files, or as a Zuul."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Annotated, Any

import typer

from gatehealth.cli import output
from gatehealth.cli.output import CommandError
from gatehealth.cli.serve import address, listen
from gatehealth.collect.files import FactError, moment_of
from gatehealth.config import Settings, load
from gatehealth.simulate import FillError, Gate, GateSettings, fill
from gatehealth.simulate.shapes import TENANT, Shape
from gatehealth.simulate.troubles import Troubles
from gatehealth.store import Store

SIMULATED = "simulated"  # the name of a source that follows a simulated Zuul
_DEFAULTS = GateSettings()


@dataclass(frozen=True, slots=True)
class _Zuul:
    """How a gate is served."""

    speed: float
    shape: Shape
    build_times: bool


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
    serve: Annotated[
        bool, typer.Option("--serve", help="Answer as a Zuul with a log server until stopped, and go on after the end.")
    ] = False,
    host: Annotated[str, typer.Option(help="With --serve: the address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="With --serve: the port; 0 takes a free one.")] = 9000,
    speed: Annotated[
        float,
        typer.Option(
            min=0, help="With --serve: 1 is now; faster begins where the gate does, until it has caught up; 0 is all over."
        ),
    ] = 1.0,
    shape: Annotated[
        Shape, typer.Option(help="With --serve: the build object since Zuul 9.5 (new), or the flat one before (old).")
    ] = "new",
    no_build_times: Annotated[
        bool, typer.Option("--no-build-times", help="With --serve: answer as a Zuul before 9.4, without build-times.")
    ] = False,
    faults: Annotated[
        str,
        typer.Option(metavar="NAMES", help="With --serve: what goes wrong: none, all, or a list as in slow,errors=0.2."),
    ] = "none",
    mqtt: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="With --serve: a broker to report to, as Zuul does.", show_default=False)
    ] = "",
    database: output.DatabaseOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Simulate a gate: projects, jobs, changes, tests, and faults whose truth is known.

    Fills an empty database; or writes `<uuid>.subunit` and `<uuid>.json` into a folder, with --streams; or answers as a Zuul,
    with --serve. What is true of the gate is written beside it as JSON; a Zuul tells it at /truth.json.
    """
    if serve and (streams or truth):
        raise FactError("a gate that is served is not written: --serve goes neither with --streams nor with --truth")
    if not serve and (mqtt or faults != "none"):
        raise FactError("--faults and --mqtt are for a gate that is served: they go with --serve")
    broker = _broker(mqtt) if mqtt else None
    try:
        troubles = Troubles.ordered(faults, seed)
        moment = moment_of("--end", end) or datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        wanted = GateSettings(
            seed=seed,
            days=days,
            runs_per_day=runs_per_day,
            tests=tests,
            jobs=jobs,
            projects=projects,
            largest_job=largest_job,
            integration=integration,
            end=moment,
        )
    except ValueError as error:
        raise FactError(str(error)) from None
    gate = Gate(wanted)
    if serve:
        how = _Zuul(speed, shape, build_times=not no_build_times)
        _serve(gate, load(host=host, port=port), troubles, how, broker)
        return
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


def _broker(text: str) -> tuple[str, int]:
    """Host and port. Raises FactError."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        raise FactError(f"--mqtt {text!r} is not HOST:PORT, as in localhost:1883")
    return host, int(port)


def _serve(gate: Gate, settings: Settings, troubles: Troubles, how: _Zuul, broker: tuple[str, int] | None) -> None:
    """Serves until it is stopped; says first what to write into the settings to follow it."""
    # A quarter of a second of imports that nothing else here needs.
    from gatehealth.simulate import serving
    from gatehealth.simulate.reporter import publishing
    from gatehealth.simulate.zuul import create

    clock = serving.clock_of(gate.settings, how.speed)
    keep_days = _days_since_start(gate.settings)
    zuul = create(gate, clock, troubles, shape=how.shape, build_times=how.build_times, keep_days=keep_days)
    with listen(settings) as listener:
        url = address(settings, listener)
        typer.echo(f"A simulated Zuul answers at {url}, what is true of it at {url}/truth.json")
        if troubles.names():
            typer.echo(f"Ordered to go wrong: {', '.join(troubles.names())}")
        typer.echo("To follow it, write into gatehealth.toml:\n")
        typer.echo("\n".join(source_lines(url, gate.settings, broker)))
        with publishing(zuul, *broker, url) if broker else nullcontext():
            serving.serve(zuul, listener)


def source_lines(url: str, wanted: GateSettings, broker: tuple[str, int] | None = None) -> list[str]:
    """The settings of a source that follows a simulated Zuul."""
    lines = ["[[sources]]", *(f"{name} = {json.dumps(value)}" for name, value in source_of(url, wanted).items())]
    if broker:
        lines += ["[sources.mqtt]", f"host = {json.dumps(broker[0])}", f"port = {broker[1]}"]
    return lines


def source_of(url: str, wanted: GateSettings) -> dict[str, Any]:
    """A source that follows a simulated Zuul from its beginning, as fast as it can: nobody else asks it."""
    return {
        "kind": "zuul",
        "name": SIMULATED,
        "url": url,
        "tenant": TENANT,
        "first_days": _days_since_start(wanted),
        "poll_seconds": 10,
        "per_second": 1_000,
        "result_files": ["*.subunit", "*.subunit.gz", "junit.xml"],
    }


def _days_since_start(wanted: GateSettings) -> int:
    """Days, rounded up, between the gate's start and now: as far back as a Zuul keeps builds, and who follows it looks."""
    return min(3_660, max(1, ceil((datetime.now(UTC) - wanted.start) / timedelta(days=1))))


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
