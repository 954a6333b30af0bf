"""`gatehealth ingest`: files to runs, with a server and without, and what is told of files that are not sound."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
from pathlib import Path

import pytest
from commands import MAIN, Command, Serve
from helpers import JUNIT, failure, result, sample, stream

from gatehealth.model import Status

XML = JUNIT.encode()
OTHER = stream(result("other"))


@pytest.fixture(params=["the file itself", "a running server"])
def either_way(request: pytest.FixtureRequest, gatehealth: Command) -> Command:
    """The command, once without a server and once while one has the database open."""
    if request.param == "a running server":
        request.getfixturevalue("serve")()
    return gatehealth


def test_a_file_is_a_run_and_the_summary_says_what_was_in_it(either_way: Command, folder: Path) -> None:
    (folder / "a.xml").write_bytes(XML)
    said = either_way("ingest", "a.xml", "--job", "unit", "--meta", "node=jammy")
    uuid = said.out.split()[1].rstrip(":")
    assert said.out == f"run {uuid}: 1 stored; 2 results: 1 passed, 1 failed, 0 skipped, 0 incomplete\n"
    assert (said.status, said.err) == (0, "")
    again = either_way("ingest", "a.xml", "--job", "unit", "--meta", "node=jammy")
    assert again.out == f"run {uuid}: 1 unchanged; 2 results: 1 passed, 1 failed, 0 skipped, 0 incomplete\n"
    assert either_way("status", "--json").facts["runs"] == 1


def test_one_bad_file_among_several_is_told_and_the_others_are_stored(either_way: Command, folder: Path) -> None:
    (folder / "logs").mkdir()
    (folder / "logs" / "a.xml").write_bytes(XML)
    (folder / "logs" / "bad.bin").write_bytes(b"\x7fELF")
    (folder / "b.gz").write_bytes(gzip.compress(OTHER))
    said = either_way("ingest", "logs/a.xml", "logs/bad.bin", "missing.xml", "logs", "b.gz")
    assert said.status == 1
    assert said.out == "runs: 2 stored; 3 results: 2 passed, 1 failed, 0 skipped, 0 incomplete\n"
    assert said.err.splitlines() == [
        "gatehealth: logs/bad.bin: the content is not subunit v1, v2 or JUnit XML; begins with '\\x7fELF'",
        "gatehealth: missing.xml: No such file or directory",
        "gatehealth: logs: Is a directory",
    ]


def test_a_name_that_would_steer_the_terminal_is_written_out(gatehealth: Command) -> None:
    said = gatehealth("ingest", "a\x1b[31m\n\udcff")
    assert said.err == "gatehealth: a\\x1b[31m\\n\\udcff: No such file or directory\n"


def test_reading_takes_the_memory_of_what_is_there_not_that_of_the_limit(gatehealth: Command, folder: Path) -> None:
    (folder / "a.xml").write_bytes(XML)
    for name in ("a.xml", "-"):
        said = gatehealth("ingest", name, stdin=XML, GATEHEALTH_UPLOAD_LIMIT=str(2**40))
        assert (said.status, said.err) == (0, "")


@pytest.mark.parametrize("more", [0, 1])
def test_a_file_of_several_pieces_may_have_the_limit_and_not_a_byte_more(gatehealth: Command, more: int) -> None:
    limit = 3_000_000
    said = gatehealth("ingest", "-", stdin=XML.ljust(limit + more), GATEHEALTH_UPLOAD_LIMIT=str(limit))
    told = "gatehealth: -: is larger than 3,000,000 bytes (setting upload_limit)\n" if more else ""
    assert (said.status, said.err) == (more, told)


def test_a_bad_file_alone_stores_nothing(either_way: Command, folder: Path) -> None:
    (folder / "empty.xml").touch()
    said = either_way("ingest", "empty.xml", "--json")
    assert said.status == 1
    assert said.facts == {
        "runs": [],
        "summary": {"runs": 0, "total": 0, "passed": 0, "failed": 0, "skipped": 0, "incomplete": 0},
        "errors": [{"file": "empty.xml", "error": "the content is empty"}],
    }


def test_several_files_are_one_run_when_a_uuid_says_so(either_way: Command, folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "a.xml").write_bytes(XML)
    (folder / "sub" / "cut").write_bytes(stream(result("x"), result("y", start=1))[:-4])
    (folder / "bad").write_bytes(b"hello")
    said = either_way("ingest", "a.xml", "sub/cut", "bad", "--uuid", "1" * 32, "--job", "unit", "--json")
    assert said.status == 1
    [run] = said.facts["runs"]
    assert (run["uuid"], run["state"], run["outcome"]) == ("1" * 32, "stored", "fail")
    assert [(file["name"], file["format"], file["results"]) for file in run["files"]] == [
        ("a.xml", "junit", 2),
        ("sub/cut", "subunit-v2", 2),
        ("bad", None, 0),
    ]
    assert run["files"][1]["damage"]
    assert [error["file"] for error in said.facts["errors"]] == ["bad"]


def test_damage_is_told_with_the_file_it_is_in(gatehealth: Command, folder: Path) -> None:
    (folder / "cut").write_bytes(gzip.compress(stream(result("x"), result("y", Status.INCOMPLETE, start=1)))[:-9])
    said = gatehealth("ingest", "cut")
    assert said.status == 0
    *damage, summary = said.out.splitlines()
    assert damage
    assert all(line.startswith("cut: ") for line in damage)
    assert summary.startswith("run ")


def test_standard_input_is_a_file_named_by_a_dash(either_way: Command) -> None:
    said = either_way("ingest", "-", "--job", "unit", "--json", stdin=XML)
    assert (said.status, said.facts["runs"][0]["files"][0]["name"], said.facts["summary"]["total"]) == (0, "-", 2)


def test_a_run_without_results_is_sent_by_its_files_or_not_at_all(gatehealth: Command) -> None:
    said = gatehealth("ingest", "-", "--uuid", "1" * 32, "--result", "NODE_FAILURE", "--json", stdin=b"")
    assert said.facts["runs"][0]["outcome"] == "infra"


def test_a_name_that_is_no_text_can_be_given_too(either_way: Command, folder: Path) -> None:
    name = os.fsdecode(b"caf\xe9.xml")
    (folder / name).write_bytes(XML)
    assert either_way("ingest", name).status == 0
    (folder / name).write_bytes(gzip.compress(OTHER)[:-8])
    said = either_way("ingest", name)
    assert said.status == 0
    assert said.out.startswith("caf\\udce9.xml: ")


def test_all_facts_reach_the_run(either_way: Command) -> None:
    text = ["job", "project", "pipeline", "branch", "change", "patchset", "ref", "ref-url", "buildset", "provider", "log-url"]
    words = [word for name in text for word in (f"--{name}", f"a {name}")]
    times = ["--started-at", "2026-11-22T11:00:00Z", "--ended-at", "2026-11-22T12:30:00Z"]
    said = either_way(
        "ingest", "-", *words, *times, "--non-voting", "--result", "FAILURE", "--meta", "a=b=c", "--json", stdin=XML
    )
    assert said.status == 0
    facts = said.facts["runs"][0]
    assert facts["outcome"] == "fail"
    newest = either_way("status", "--json").facts["newest_run"]
    assert (newest["uuid"], newest["started_at"]) == (facts["uuid"], "2026-11-22T11:00:00Z")


def test_two_processes_at_once_both_store(gatehealth: Command, folder: Path) -> None:
    """One waits for the other: a database is of one process at a time, but nobody has to know."""
    for half in ("a", "b"):
        for number in range(30):
            (folder / f"{half}{number}").write_bytes(stream(failure(f"{half}{number}"), result("same")))
    processes = [
        subprocess.Popen([*MAIN, "ingest", *[f"{half}{number}" for number in range(30)]], cwd=folder, stdout=subprocess.PIPE)
        for half in ("a", "b")
    ]
    for process in processes:
        out, _ = process.communicate()
        assert (process.returncode, out) == (0, b"runs: 30 stored; 60 results: 30 passed, 30 failed, 0 skipped, 0 incomplete\n")
    assert gatehealth("status", "--json").facts["runs"] == 60


def test_a_real_run_is_counted_the_same_by_the_command_and_by_the_api(gatehealth: Command, serve: Serve, folder: Path) -> None:
    (folder / "tempest.gz").write_bytes(sample("tempest-unit.subunit.gz"))
    assert gatehealth("ingest", "tempest.gz", "--job", "tempest-unit").out.endswith(
        ": 1 stored; 2,498 results: 2,491 passed, 7 failed, 0 skipped, 0 incomplete\n"
    )
    serve()
    again = gatehealth("ingest", "tempest.gz", "--job", "tempest-unit").out
    assert again.endswith(": 1 unchanged; 2,498 results: 2,491 passed, 7 failed, 0 skipped, 0 incomplete\n")
    facts = gatehealth("status", "--json").facts
    assert (facts["results"], facts["failures"], facts["tests"]) == (2498, 7, 2498)


def test_an_interrupt_ends_the_reading_and_what_was_read_is_stored_and_counted(gatehealth: Command, folder: Path) -> None:
    (folder / "a.xml").write_bytes(JUNIT.encode())
    os.mkfifo(folder / "endless")
    ingest = [*MAIN, "ingest", "a.xml", "endless", "never-reached.xml"]
    with (
        subprocess.Popen(ingest, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process,
        (folder / "endless").open("wb"),  # opens when the command has opened it, which then waits for what never comes
    ):
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()

    assert process.returncode == 1
    assert "1 stored; 2 results" in out
    assert err == "gatehealth: endless: interrupted here; the files behind it are not stored\n"
    assert gatehealth("status", "--json").facts["runs"] == 1
