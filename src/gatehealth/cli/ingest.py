"""`gatehealth ingest`: stores result files."""

from __future__ import annotations

import io
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from gatehealth.api.schemas.uploads import Upload
from gatehealth.cli import output
from gatehealth.cli.backend import Backend, connect, last_part
from gatehealth.cli.output import CommandError, printable
from gatehealth.collect.files import FactError, NothingUsableError, facts
from gatehealth.config import Settings, load
from gatehealth.store import DatabaseError

AHEAD = 64  # runs that may wait for their commit while the next files are read
PIECE = 1_048_576  # bytes of a file that are read at a time

_Fact = "Facts of the run"


def ingest(
    context: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE", help="Subunit v1 or v2 or JUnit XML, plain, gzip or zstd; - is standard input."),
    ],
    uuid: Annotated[
        str,
        typer.Option(
            help="The run's uuid, or its own address (https://...): all files are then of it. Else each file is a run.",
            rich_help_panel=_Fact,
        ),
    ] = "",
    job: Annotated[str, typer.Option(help="The job's name.", rich_help_panel=_Fact)] = "",
    project: Annotated[str, typer.Option(help="The project that was tested.", rich_help_panel=_Fact)] = "",
    pipeline: Annotated[str, typer.Option(help="check, gate, periodic, or what your CI calls it.", rich_help_panel=_Fact)] = "",
    branch: Annotated[str, typer.Option(help="The branch that was tested.", rich_help_panel=_Fact)] = "",
    change: Annotated[str, typer.Option(help="The change, or pull request.", rich_help_panel=_Fact)] = "",
    patchset: Annotated[str, typer.Option(help="The patchset of the change.", rich_help_panel=_Fact)] = "",
    voting: Annotated[
        bool | None, typer.Option("--voting/--non-voting", help="Whether the job can block a change.", rich_help_panel=_Fact)
    ] = None,
    result: Annotated[str, typer.Option(help="The CI system's own word: SUCCESS, TIMED_OUT, ...", rich_help_panel=_Fact)] = "",
    started_at: Annotated[str, typer.Option(help="RFC 3339; else the first result's.", rich_help_panel=_Fact)] = "",
    ended_at: Annotated[str, typer.Option(help="RFC 3339; else the last result's.", rich_help_panel=_Fact)] = "",
    log_url: Annotated[str, typer.Option(help="Where the logs are.", rich_help_panel=_Fact)] = "",
    ref: Annotated[str, typer.Option(help="The git ref.", rich_help_panel=_Fact)] = "",
    ref_url: Annotated[str, typer.Option(help="Where the change can be read.", rich_help_panel=_Fact)] = "",
    buildset: Annotated[str, typer.Option(help="The buildset that the run belongs to.", rich_help_panel=_Fact)] = "",
    provider: Annotated[str, typer.Option(help="The cloud that the run ran on.", rich_help_panel=_Fact)] = "",
    meta: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="Free metadata; repeatable.", rich_help_panel=_Fact)
    ] = None,
    server: Annotated[str | None, typer.Option(metavar="URL", help="Send to this server.")] = None,
    token: Annotated[str | None, typer.Option(help="The token for that server.", envvar="GATEHEALTH_TOKEN")] = None,
    database: output.DatabaseOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Store result files. Each file is a run, unless --uuid says that they are all of one.

    Exit status 1 when a file held nothing usable (the others are stored), 2 for bad usage.
    """
    given = {
        "uuid": uuid, "job": job, "project": project, "pipeline": pipeline, "branch": branch, "change": change,
        "patchset": patchset, "result": result, "started_at": started_at, "ended_at": ended_at, "log_url": log_url,
        "ref": ref, "ref_url": ref_url, "buildset": buildset, "provider": provider,
        "voting": "" if voting is None else str(voting).lower(),
    }  # fmt: skip
    facts(given, meta or [])  # what is wrong with these is told before any file is read
    source = context.get_parameter_source("token")
    if token and not server and source is not None and source.name == "COMMANDLINE":  # the variable may stand there for others
        raise FactError("--token goes with --server")
    names = list(dict.fromkeys(files))
    settings = load(database=database)
    with connect(settings, server, token) as backend:
        answers, errors = _ingest_all(backend, settings, given, meta or [], [names] if uuid else [[name] for name in names])
    if as_json:
        summary = _summary(answers)
        shown = [answer.model_dump(mode="json") for answer in answers]
        output.print_json({"runs": shown, "summary": summary, "errors": [{"file": f, "error": why} for f, why in errors]})
    else:
        _print(answers)
    for name, why in errors:
        print(f"gatehealth: {printable(name)}: {printable(why)}", file=sys.stderr)
    if errors:
        raise typer.Exit(1)


def _ingest_all(
    backend: Backend, settings: Settings, given: dict[str, str], meta: list[str], runs: list[list[str]]
) -> tuple[list[Upload], list[tuple[str, str]]]:
    """Stores each run of files; gives the answers and, for every file of which nothing could be used, why."""
    answers: list[Upload] = []
    errors: list[tuple[str, str]] = []
    waiting: deque[tuple[list[str], Future[Upload]]] = deque()

    def settle(most: int) -> None:
        while len(waiting) > most:
            names, future = waiting.popleft()
            try:
                answer = future.result()
            except DatabaseError as error:
                errors.append((" ".join(names), str(error)))
                continue
            answers.append(answer)
            for name, file in zip(names, answer.files, strict=True):
                file.name = printable(name)  # whole, where the store knows the last part of a path
                if file.error:
                    errors.append((name, file.error))

    names = runs[0]
    with output.progress(shown=len(runs) > 1) as bar:
        try:
            for names in bar.track(runs, description="Storing"):
                read = list(_read(names, settings, errors))
                if not read:
                    continue
                try:
                    waiting.append(([name for name, _ in read], backend.ingest(given, meta, read)))
                except (NothingUsableError, CommandError) as error:
                    if len(runs) == 1 and isinstance(error, CommandError):
                        raise
                    errors.append((" ".join(names), str(error).removeprefix(f"{last_part(names[0])}: ")))
                settle(AHEAD)
        except KeyboardInterrupt:  # what was read until then is stored and counted; a second one ends that, too
            errors.append((" ".join(names), "interrupted here; the files behind it are not stored"))
        settle(0)
    return answers, errors


def _read(names: list[str], settings: Settings, errors: list[tuple[str, str]]) -> Iterator[tuple[str, bytes]]:
    """The bytes of each file that can be read."""
    for name in names:
        try:
            if name != "-":
                with Path(name).open("rb") as file:
                    data = _content(file, settings.upload_limit)
            elif sys.stdin is not None:
                data = _content(sys.stdin.buffer, settings.upload_limit)
            else:
                errors.append((name, "standard input is closed; name a file, or send one through a pipe"))
                continue
        except OSError as error:
            errors.append((name, error.strerror or str(error)))
            continue
        if len(data) > settings.upload_limit:
            errors.append((name, f"is larger than {settings.upload_limit:,} bytes (setting upload_limit)"))
            continue
        yield name, data


def _content(file: BinaryIO, limit: int) -> bytes:
    """What is in a file, but at most one byte more than the limit. One read of so many would take memory for all of them."""
    content = io.BytesIO()
    while content.tell() <= limit and (piece := file.read(min(PIECE, limit + 1 - content.tell()))):
        content.write(piece)
    return content.getvalue()


def _summary(answers: list[Upload]) -> dict[str, int]:
    names = ("total", "passed", "failed", "skipped", "incomplete")
    return {"runs": len(answers), **{name: sum(getattr(a.counts, name) for a in answers) for name in names}}


def _print(answers: list[Upload]) -> None:
    for answer in answers:
        for file in answer.files:
            for line in file.damage:
                print(f"{file.name}: {printable(line)}")
        if answer.left_out:
            print(f"{answer.files[0].name}: {answer.left_out:,} results left out: the stored version of this run is fuller")
    summary = _summary(answers)
    states: dict[str, int] = {}
    for answer in answers:
        states[answer.state] = states.get(answer.state, 0) + 1
    how = ", ".join(f"{count:,} {state}" for state, count in states.items()) or "0 stored"
    one = f" {answers[0].uuid}" if len(answers) == 1 else ""
    print(f"{'run' if len(answers) == 1 else 'runs'}{one}: {how}; {output.counts_text(summary)}")
