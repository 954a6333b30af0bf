"""A disk that is full: one line that says so, and nothing half done left behind. A limit on the size of files stands for it."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

from commands import Command

SMALL = ("--days", "1", "--runs-per-day", "100", "--tests", "2000", "--seed", "5", "--end", "2026-11-20T18:00:00Z")


def run_where_files_end_at(size: int, *words: str) -> subprocess.CompletedProcess[str]:
    """A command that may write no file of more than `size` bytes."""
    return subprocess.run(
        [sys.executable, "-c", "from gatehealth.cli import main; main()", *words],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


def test_a_gate_that_finds_no_room_is_told_in_one_line(folder: Path) -> None:
    said = run_where_files_end_at(500_000, "simulate", *SMALL)
    assert (said.returncode, said.stdout) == (1, "")
    [line] = said.stderr.splitlines()
    assert line.startswith("gatehealth: the runs could not be stored: ")


def test_a_backup_that_finds_no_room_leaves_nothing_behind(gatehealth: Command, folder: Path) -> None:
    assert gatehealth("simulate", *SMALL).status == 0
    before = sorted(path.name for path in folder.iterdir())
    said = run_where_files_end_at(500_000, "backup", "copy.duckdb")
    assert (said.returncode, said.stdout) == (1, "")
    [line] = said.stderr.splitlines()
    assert line.startswith("gatehealth: the backup could not be written: ")
    assert sorted(path.name for path in folder.iterdir()) == before
