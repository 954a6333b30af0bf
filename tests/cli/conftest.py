"""The command `gatehealth` as a real process, and a real server beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import MAIN, Command, Said, Serve, Served, environment


@pytest.fixture(scope="session")
def warm() -> Iterator[subprocess.Popen[str]]:
    """What commands are forked from (warm_command.py)."""
    program = Path(__file__).parents[1] / "warm_command.py"
    with subprocess.Popen([sys.executable, program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.communicate()


@pytest.fixture
def gatehealth(folder: Path, warm: subprocess.Popen[str], tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Runs one command as a process of its own: `gatehealth("ingest", "-", stdin=b"", GATEHEALTH_PORT="1")`."""
    streams = tmp_path_factory.mktemp("streams")

    def run(*words: object, stdin: bytes = b"", **variables: str) -> Said:
        (streams / "in").write_bytes(stdin)
        request = {
            "words": [str(word) for word in words],
            "folder": str(folder),
            "variables": environment(variables),
            "streams": [str(streams / name) for name in ("in", "out", "err")],
        }
        assert warm.stdin is not None
        assert warm.stdout is not None
        warm.stdin.write(json.dumps(request) + "\n")
        warm.stdin.flush()
        status = int(warm.stdout.readline())
        out, err = (streams / "out").read_bytes(), (streams / "err").read_text(errors="replace")
        assert "Traceback" not in err, err
        return Said(status, out.decode(errors="replace"), err, out)

    return run


@pytest.fixture
def serve(folder: Path) -> Iterator[Serve]:
    """Starts servers on free ports; their addresses are read from what they print. All are stopped at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: object, **variables: str) -> Served:
        command = [*MAIN, "serve", "--port", "0", *map(str, words)]
        process = subprocess.Popen(command, cwd=folder, env=environment(variables), stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert " at http://" in line, line
        return Served(line.rpartition(" at ")[2].strip(), process)

    yield start
    for process in started:
        process.terminate()
        process.communicate()
