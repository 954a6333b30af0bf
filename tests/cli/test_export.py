"""`gatehealth export`: a stream that other tools read, and that leads back to the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Command, Serve
from helpers import failure, result, sample, stream, text_file

from gatehealth.model import Status

MIXED = stream(
    result("a.one", tags=("worker-0",)),
    failure("a.two", start=1, attributes="id-1,smoke"),
    result("a.two", start=2, attempt=1, attributes="id-1,smoke"),
    result("a.skip", Status.SKIP, start=3, attachments=[text_file("reason", "no cloud")]),
    result("a.xfail", Status.XFAIL, start=4, attachments=[text_file("traceback", "ValueError: as ever")]),
    result("a.uxsuccess", Status.UXSUCCESS, start=5),
)


def stats(content: bytes) -> dict[str, int]:
    """What python-subunit's own tool counts in a stream."""
    tool = Path(sys.executable).parent / "subunit-stats"
    said = subprocess.run([tool], input=content, capture_output=True, check=False).stdout.decode()
    counts = (line.partition(":") for line in said.splitlines())
    return {name.strip(): int(count) for name, _, count in counts if count.strip().isdigit()}


def uuid_of(gatehealth: Command, content: bytes) -> str:
    return gatehealth("ingest", "-", "--json", stdin=content).facts["runs"][0]["uuid"]


def test_python_subunit_counts_in_an_export_what_was_stored(gatehealth: Command) -> None:
    exported = gatehealth("export", uuid_of(gatehealth, MIXED)).raw
    # To its eyes an unexpected success has passed.
    assert stats(exported) == stats(MIXED) == {"Total tests": 6, "Passed tests": 4, "Failed tests": 1, "Skipped tests": 1}


@pytest.mark.parametrize("content", [MIXED, "tempest-unit.subunit.gz", "tempest-unit.v1.subunit.gz"], ids=["mixed", "v2", "v1"])
def test_an_export_stored_and_exported_again_is_the_same_bytes(gatehealth: Command, content: bytes | str) -> None:
    first = gatehealth("export", uuid_of(gatehealth, sample(content) if isinstance(content, str) else content)).raw
    assert first
    assert gatehealth("export", uuid_of(gatehealth, first), "--database", "gatehealth.duckdb").raw == first


def test_an_export_goes_to_a_file_that_is_named(gatehealth: Command, folder: Path) -> None:
    uuid = uuid_of(gatehealth, MIXED)
    said = gatehealth("export", uuid, "-o", "run.subunit")
    assert (said.status, said.out, said.err) == (0, "", "")
    assert (folder / "run.subunit").read_bytes() == gatehealth("export", uuid).raw


def test_a_running_server_exports_the_same_bytes(gatehealth: Command, serve: Serve) -> None:
    uuid = uuid_of(gatehealth, MIXED)
    before = gatehealth("export", uuid).raw
    server = serve()
    assert gatehealth("export", uuid).raw == before
    assert gatehealth("export", uuid, "--server", server.url, "--database", "elsewhere.duckdb").raw == before


def test_a_stream_is_not_thrown_at_a_terminal(gatehealth: Command, folder: Path) -> None:
    uuid = uuid_of(gatehealth, MIXED)
    terminal, its_side = os.openpty()
    command = [sys.executable, "-c", "from gatehealth.cli import main; main()", "export", uuid]
    ended = subprocess.run(command, cwd=folder, stdout=its_side, stderr=subprocess.PIPE, text=True, check=False)
    os.close(its_side)
    os.close(terminal)
    assert ended.returncode == 1
    assert (
        ended.stderr == "gatehealth: a subunit stream is not for a terminal; name a file with -o or send it on through a pipe\n"
    )
