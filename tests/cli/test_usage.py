"""Mistakes at the command line: one clear line, exit status 2 for bad usage and 1 for the rest, and no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from commands import MAIN, Command, environment
from helpers import JUNIT

from gatehealth import __version__

XML = JUNIT.encode()


def one_line(text: str) -> str:
    [line] = text.splitlines()
    assert line.startswith("gatehealth: ")
    return line.removeprefix("gatehealth: ")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["ingest", "-", "--uuid", "17"], "uuid '17' is not a UUID"),
        (["ingest", "-", "--meta", "node"], "metadata 'node' is not KEY=VALUE"),
        (["ingest", "-", "--meta", "job=unit"], "metadata 'job' is a fact of its own"),
        (["ingest", "-", "--started-at", "soon"], "started_at 'soon' is not a time"),
        (["ingest", "-", "--token", "x"], "--token goes with --server"),
        (["export", "17"], "'17' is not a UUID"),
        (["simulate", "--end", "soon"], "--end 'soon' is not a time like 2026-11-22T15:04:05Z"),
        (["simulate", "--end", "1900-01-01"], "--end '1900-01-01' lies outside the years 1970 to 2099"),
        (["simulate", "--faults", "all"], "they go with --serve"),
        (["simulate", "--mqtt", "localhost:1883"], "they go with --serve"),
        (["token", "create", " "], "a token's name has 1 to 100 printable characters"),
        (["token", "create", "\udcff"], "a token's name is text in UTF-8, which '\\udcff' is not"),
        (["token", "revoke", "\udcff"], "a token's name is text in UTF-8, which '\\udcff' is not"),
        (["serve", "--database", "\udcff"], "setting database: is not text in UTF-8"),
    ],
)
def test_bad_usage_is_one_line_and_status_2(gatehealth: Command, folder: Path, words: list[str], named: str) -> None:
    said = gatehealth(*words)
    assert (said.status, said.out) == (2, "")
    assert named in one_line(said.err)
    assert words[0] == "token" or not list(folder.iterdir())


@pytest.mark.parametrize("words", [["ingest"], ["frobnicate"], ["ingest", "a", "--no-such"], ["serve", "--port", "many"]])
def test_what_is_no_command_line_is_status_2(gatehealth: Command, words: list[str]) -> None:
    said = gatehealth(*words)
    assert said.status == 2
    assert "Usage: " in said.err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["status"], "there is no database gatehealth.duckdb; name one with --database"),
        (["export", "1" * 32], "there is no database gatehealth.duckdb"),
        (["status", "--server", "http://127.0.0.1:1"], "the server http://127.0.0.1:1 does not answer"),
        (["status", "--server", "nonsense"], "nonsense"),
        (["status", "--server", "http://x:abc"], "http://x:abc is not the address of a server"),
        (["status", "--server", "http://[::1"], "http://[::1 is not the address of a server"),
        (["status", "--server", "http://a..b"], "http://a..b is not the address of a server"),
        (["ingest", "-", "--server", "http://127.0.0.1:1"], "the server http://127.0.0.1:1 does not answer"),
        (["ingest", "-", "--database", "no/folder/x.duckdb"], "the folder no/folder for the database does not exist"),
        (["serve", "--host", "192.0.2.1", "--port", "0"], "cannot listen on 192.0.2.1 port 0"),
        (["serve", "--host", "127.0..1"], "127.0..1 port 8765: this is no name of a host; choose another with --host"),
        (["simulate", "--serve", "--host", "a..b"], "a..b port 9000: this is no name of a host; choose another with --host"),
        (["backup", "\udcff"], "\\udcff is not UTF-8; name another file"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_1(gatehealth: Command, words: list[str], named: str) -> None:
    said = gatehealth(*words, stdin=XML)
    assert (said.status, said.out) == (1, "")
    assert named in one_line(said.err)


def test_a_run_that_is_not_known_cannot_be_exported(gatehealth: Command) -> None:
    gatehealth("ingest", "-", stdin=XML)
    said = gatehealth("export", "f" * 32)
    assert (said.status, one_line(said.err)) == (1, f"no run {'f' * 32} is known here")


def test_a_mistake_in_the_settings_is_one_line_that_names_it(gatehealth: Command, folder: Path) -> None:
    (folder / "gatehealth.toml").write_text("prot = 80")
    said = gatehealth("status")
    assert said.status == 2
    assert "prot" in one_line(said.err)
    (folder / "gatehealth.toml").unlink()
    said = gatehealth("status", GATEHEALTH_PORT="many")
    assert said.status == 2
    assert "port" in one_line(said.err)


def test_settings_come_from_the_file_then_a_variable_then_the_command_line(gatehealth: Command, folder: Path) -> None:
    (folder / "gatehealth.toml").write_text('database = "file.duckdb"')
    gatehealth("token", "create", "a")
    gatehealth("token", "create", "a", GATEHEALTH_DATABASE="variable.duckdb")
    gatehealth("token", "create", "a", "--database", "line.duckdb", GATEHEALTH_DATABASE="variable.duckdb")
    assert {path.name for path in folder.glob("*.duckdb")} == {"file.duckdb", "variable.duckdb", "line.duckdb"}


def test_a_token_in_the_environment_does_not_disturb_work_on_the_file(gatehealth: Command) -> None:
    assert gatehealth("ingest", "-", stdin=XML, GATEHEALTH_TOKEN="gth_x").status == 0


def test_a_database_that_another_program_holds_is_told_with_its_process(gatehealth: Command, folder: Path) -> None:
    """After the patience of half a minute that other commands get; here it is set to none."""
    holding = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    impatient = "from gatehealth.cli import backend, main; backend.PATIENCE = 0; main()"
    database = str(folder / "gatehealth.duckdb")
    with subprocess.Popen([sys.executable, "-c", holding, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        said = subprocess.run(
            [sys.executable, "-c", impatient, "status"], cwd=folder, capture_output=True, text=True, check=False
        )
        holder.communicate()
    assert said.returncode == 1
    assert (
        one_line(said.stderr) == f"gatehealth.duckdb is in use by process {holder.pid}; one process at a time can have it open"
    )


def closed(which: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A command without one of its streams: `closed(">&-", "status")`."""
    shell = ["sh", "-c", f'exec "$@" {which}', "sh"]
    return subprocess.run([*shell, *MAIN, *words], env=environment({}), capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("folder")
def test_a_stream_that_is_closed_is_told() -> None:
    without_input = closed("<&-", "ingest", "-")
    assert without_input.returncode == 1
    assert one_line(without_input.stderr) == "-: standard input is closed; name a file, or send one through a pipe"
    without_output = closed(">&-", "export", "1" * 32)
    assert without_output.returncode == 1
    assert one_line(without_output.stderr).startswith("standard output is closed; name a file with -o")
    assert (closed(">&-", "status").returncode, closed(">&-", "status").stderr) == (0, "")


def test_help_and_version(gatehealth: Command) -> None:
    assert gatehealth("--version").out == f"gatehealth {__version__}\n"
    commands = gatehealth("--help").out
    for command in ("ingest", "export", "serve", "status", "token", "simulate", "demo"):
        assert command in commands
    assert "--started-at" in gatehealth("ingest", "-h").out


def test_a_simulated_gate_stands_beside_its_truth(gatehealth: Command, folder: Path) -> None:
    small = ["--days", "1", "--runs-per-day", "5", "--tests", "60", "--jobs", "4", "--projects", "2", "--largest-job", "20"]
    filled = gatehealth("simulate", *small, "--end", "2026-11-20T18:00:00Z", "--json")
    written = gatehealth("simulate", *small, "--end", "2026-11-20T18:00:00Z", "--streams", "out", "--json")

    truth = json.loads((folder / "gatehealth.duckdb.truth.json").read_text())
    assert truth["totals"] == filled.facts["totals"] == written.facts["totals"]
    assert json.loads((folder / "out" / "truth.json").read_text()) == truth
    assert gatehealth("status", "--json").facts["runs"] == truth["totals"]["runs"] > 0
    assert len(list((folder / "out").glob("*.json"))) == truth["totals"]["runs"] + 1
    assert gatehealth("simulate", *small).status == 1, "the database is not empty"
