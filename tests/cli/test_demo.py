"""`gatehealth demo` goes the whole way: a simulated Zuul is followed, stored and served."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import httpx
import pytest
from commands import MAIN, Command, environment

from gatehealth.model import Outcome


@contextmanager
def demo(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [*MAIN, "demo", "--port", "0"]
    variables = environment({"PYTHONUNBUFFERED": "1"})
    with subprocess.Popen(
        command, cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line_with(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if text in line:
            return line
    raise AssertionError(f"it ended without saying {text!r}")


def address(line: str) -> str:
    found = re.search(r"http://\S+", line)
    assert found is not None
    return found[0]


def answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname, parts.port or 80), timeout=5):
            return True
    except OSError:
        return False


def ends(url: str) -> bool:
    for _ in range(600):
        if not answers(url):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("left", ["gatehealth.duckdb", "gatehealth.duckdb.wal"])
def test_a_database_that_no_demo_has_made_stays(gatehealth: Command, folder: Path, left: str) -> None:
    """Also beside a truth, which `gatehealth simulate --streams` writes as well."""
    (folder / "mine").mkdir()
    (folder / "mine" / left).write_bytes(b"precious")
    (folder / "mine" / "truth.json").write_text("{}")
    said = gatehealth("demo", "--folder", "mine", "--port", "0")
    assert said.status == 1
    assert said.err == (
        "gatehealth: mine/gatehealth.duckdb is not known as a demo's (gatehealth-demo.txt is not beside it);"
        " move it away, or name another --folder\n"
    )
    assert sorted(path.name for path in (folder / "mine").iterdir()) == sorted([left, "truth.json"])
    assert (folder / "mine" / left).read_bytes() == b"precious"


def test_a_demo_makes_its_own_database_anew(folder: Path) -> None:
    for _ in range(2):
        with demo(folder) as process:
            server = address(line_with(process, "Gatehealth serves"))
            assert httpx.get(f"{server}/api/v1/status").status_code == 200
            process.send_signal(signal.SIGINT)
            assert process.wait() == 0


@pytest.mark.slow
def test_the_past_week_is_collected_and_is_what_the_truth_says(folder: Path) -> None:
    with demo(folder) as process:
        zuul = address(line_with(process, "A simulated Zuul answers"))
        server = address(line_with(process, "Gatehealth serves"))
        early = httpx.get(f"{server}/api/v1/status")
        line_with(process, "The past week is there")
        status = httpx.get(f"{server}/api/v1/status/sources").json()
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
    assert early.status_code == 200, "the pages are usable meanwhile"
    assert not answers(zuul)
    [source] = status["sources"]
    assert (source["name"], source["state"], source["waiting"]) == ("simulated", "current", 0)
    assert 0 < sum(lacking["builds"] for lacking in source["without"]) < source["with_results"]

    truth = json.loads((folder / "demo" / "truth.json").read_text())
    with duckdb.connect(str(folder / "demo" / "gatehealth.duckdb"), read_only=True) as database:
        found = database.execute(
            "SELECT strftime(started_at, '%Y-%m-%d'), outcome, count(*) FROM runs GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    days: dict[str, dict[str, int]] = {}
    for day, outcome, count in found:
        days.setdefault(day, dict.fromkeys((each.word for each in Outcome), 0))[Outcome(outcome).word] = count
    settled = sorted(truth["by"]["day"])[:6]  # what starts on the last days may end after the demo has begun
    assert {day: days[day] for day in settled} == {day: truth["by"]["day"][day]["outcomes"] for day in settled}


def test_a_demo_that_is_killed_leaves_no_zuul_behind(folder: Path) -> None:
    with demo(folder) as process:
        zuul = address(line_with(process, "A simulated Zuul answers"))
        assert answers(zuul)
        process.kill()
        process.wait()
        assert ends(zuul)
