"""What the database raises in a command: one line that says what to do, and nothing for a Ctrl-C."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from commands import Command
from damage import damage_runs

SMALL = ("--days", "1", "--runs-per-day", "100", "--tests", "2000", "--seed", "5", "--end", "2026-11-20T18:00:00Z")
FAILING = """
import sys, duckdb
from gatehealth.cli import app, main

@app.command()
def fail():
    {fails}

sys.argv[1:] = ["fail"]
main()
"""


@pytest.mark.parametrize("words", [["status"], ["compact"], ["expire"], ["export"], ["backup", "copy"]])
def test_a_damaged_file_is_told_in_one_line_with_what_to_do(gatehealth: Command, folder: Path, words: list[str]) -> None:
    gatehealth("simulate", *SMALL)
    newest = gatehealth("status", "--json").facts["newest_run"]["uuid"]
    damage_runs(folder / "gatehealth.duckdb")
    said = gatehealth(*words, *([newest] if words == ["export"] else []))
    assert (said.status, said.out) == (1, "")
    [line] = said.err.splitlines()
    assert line.startswith("gatehealth: gatehealth.duckdb cannot be read: IO Error: Corrupt database file: ")
    assert line.endswith("; restore a backup (docs/operations.md)")


def failing(fails: str) -> subprocess.CompletedProcess[str]:
    """A command in which the database does this."""
    command = [sys.executable, "-c", FAILING.format(fails=fails)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_else_the_database_raises_is_one_line() -> None:
    said = failing("raise duckdb.OutOfMemoryException('Out of Memory Error: too much\\nand more')")
    assert (said.returncode, said.stderr) == (1, "gatehealth: the database failed: Out of Memory Error: too much\n")


def test_a_question_that_is_wrong_is_a_defect_and_shows_its_traceback() -> None:
    said = failing("duckdb.execute('SELECT nothing')")
    assert said.returncode == 1
    assert said.stderr.startswith("Traceback")


def test_ctrl_c_during_a_question_ends_a_command_quietly() -> None:
    said = failing("raise RuntimeError('Query interrupted') from KeyboardInterrupt()")  # as DuckDB does
    assert (said.returncode, said.stderr) == (130, "")


def test_another_error_of_a_command_is_a_defect_and_shows_its_traceback() -> None:
    said = failing("raise RuntimeError('Query interrupted')")
    assert said.returncode == 1
    assert said.stderr.startswith("Traceback")


@pytest.mark.parametrize("words", [["status"], ["serve", "--port", "0"], ["backup", "copy"], ["ingest", "-"]])
@pytest.mark.parametrize("database", ["", "."])
def test_a_database_that_is_no_file_is_told_in_one_line(
    gatehealth: Command, folder: Path, words: list[str], database: str
) -> None:
    for said in (gatehealth(*words, "--database", database), gatehealth(*words, GATEHEALTH_DATABASE=database)):
        assert (said.status, said.err) == (1, f"gatehealth: database {database!r} is not the path of a file\n")
    assert not list(folder.iterdir())
