"""Subunit v2 as it comes from sound runs: agreement with python-subunit, attempts, names, files, and the way back."""

from __future__ import annotations

import collections
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from subunit_streams import (
    DATA,
    EPOCH,
    Stream,
    at,
    dicts_by_testtools,
    micros,
    packets_by_python_subunit,
    shared,
)

from gatehealth.formats import subunit
from gatehealth.formats.subunit_packets import Packet
from gatehealth.model import Attachment, Result, Status

# The sample packets of python-subunit's own tests (tests/test_test_protocol2.py; not in its wheel or sdist any more).
SAMPLES = {
    b"\xb3)\x01\x0c\x03foo\x08U_\x1b": Packet(test_id="foo", status="exists", runnable=True),
    b"\xb3)\x02\x0c\x03foo\x8e\xc1-\xb5": Packet(test_id="foo", status="inprogress"),
    b"\xb3)\x03\x0c\x03fooE\x9d\xfe\x10": Packet(test_id="foo", status="success"),
    b"\xb3)\x04\x0c\x03fooX\x98\xce\xa8": Packet(test_id="foo", status="uxsuccess"),
    b"\xb3)\x05\x0c\x03foo\x93\xc4\x1d\r": Packet(test_id="foo", status="skip"),
    b"\xb3)\x06\x0c\x03foo\x15Po\xa3": Packet(test_id="foo", status="fail"),
    b"\xb3)\x07\x0c\x03foo\xde\x0c\xbc\x06": Packet(test_id="foo", status="xfail"),
    b"\xb3!\x10\x08S\x15\x88\xdc": Packet(eof=True),
    b"\xb3!@\x13\x06barney\x03wooA5\xe3\x8c": Packet(file_name="barney", file_bytes=b"woo"),
    b"\xb3! #\x1aapplication/foo; charset=1x3Q\x15": Packet(mime_type="application/foo; charset=1"),
    b"\xb3+\x03\x13<\x17T\xcf\x80\xaf\xc8\x03barI\x96>-": Packet(
        test_id="bar", status="success", timestamp=1008161999 * 10**6 + 45
    ),
    b"\xb3-\x03\x13\x03bar\x06source\x9cY9\x19": Packet(test_id="bar", status="success", route_code="source"),
    b"\xb3(\x03\x0c\x03foo\xe3\xea\xf5\xa4": Packet(test_id="foo", status="success", runnable=False),
    b"\xb3)\x80\x15\x03bar\x02\x03foo\x03barTHn\xb4": Packet(test_id="bar", tags=("bar", "foo")),
    b"\xb3)\x80\x15\x03bar\x02\x03bar\x03foo\xf8\xf1\x91o": Packet(test_id="bar", tags=("bar", "foo")),
}

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=90)
# Long names and short ones: the reader's fast way is for packets of 64 bytes and more, with an id of any length.
LONG = "tempest.api.compute.servers.test_servers.ServersTestJSON.test_create_server_ä"
ids = st.sampled_from([LONG, f"{LONG}[id-1,smoke]", f"{LONG}[id-2]", LONG[:50], "a[id-1]", "a", "process-returncode"]) | names
moments = st.integers(0, 2**32 - 1).flatmap(
    lambda seconds: st.integers(0, 999_999).map(lambda micro: EPOCH + timedelta(seconds=seconds, microseconds=micro))
)
common_events = st.fixed_dictionaries(
    {
        "test_id": st.sampled_from([LONG, f"{LONG}[id-1]", LONG[:55]]),
        "test_status": st.sampled_from(["inprogress", "success", "fail", "skip"]),
        "timestamp": moments,
    },
    optional={"test_tags": st.sets(st.sampled_from(["worker-0", "ä"])), "route_code": st.sampled_from(["0", "1"])},
)
all_events = st.fixed_dictionaries(
    {},
    optional={
        "test_id": ids,
        "test_status": st.sampled_from(["exists", "inprogress", "success", "uxsuccess", "skip", "fail", "xfail"]),
        "test_tags": st.just({"worker-0", "a-tag-that-makes-it-long"})
        | st.sets(st.sampled_from(["worker-0", "worker-1", "ä"]) | names, max_size=3),
        "runnable": st.booleans(),
        "file": st.tuples(names, st.binary(max_size=200)),
        "eof": st.booleans(),
        "mime_type": st.sampled_from(["text/plain;charset=utf8", "x/y"]),
        "route_code": st.sampled_from(["0", "0/1", "ü"]),
        "timestamp": moments,
    },
)
events = common_events | all_events


def stream_of(fields: list[dict]) -> bytes:
    stream = Stream()
    for event in fields:
        event = dict(event)
        event["file_name"], event["file_bytes"] = event.pop("file", (None, None))
        stream.event(**event)
    return stream.content


def only(content: bytes) -> Result:
    file = subunit.read(content)
    assert len(file.results) == 1
    return file.results[0]


def statuses(content: bytes) -> list[tuple[str, str, int]]:
    return [(result.test, result.status.word, result.attempt) for result in subunit.read(content).results]


# Agreement with python-subunit


@pytest.mark.parametrize("packet", SAMPLES, ids=repr)
def test_the_sample_packets_of_python_subunit_are_read_as_it_reads_them(packet: bytes) -> None:
    assert list(subunit.packets(packet)) == [SAMPLES[packet]] == packets_by_python_subunit(packet)


@given(st.lists(events, max_size=12))
@settings(deadline=None)
def test_every_packet_that_python_subunit_writes_is_read_with_all_its_fields(fields: list[dict]) -> None:
    content = stream_of(fields)
    assert list(subunit.packets(content)) == packets_by_python_subunit(content)
    assert all("never ended" in line for line in subunit.read(content).damage)


@given(st.lists(events, max_size=12))
@settings(deadline=None, max_examples=300)
def test_the_fast_way_through_a_stream_finds_what_the_packets_say(fields: list[dict]) -> None:
    """The hot loop and the general one are two: over the same events they must build the same results."""
    content = stream_of(fields)
    slow = subunit._Reader(b"")  # nothing for its loop to read
    for packet in subunit.packets(content):
        slow._take(packet)
    assert str(subunit.read(content)) == str(slow.read())


def check_against_testtools(content: bytes) -> collections.Counter[str]:
    theirs = {
        (test["id"], tuple(sorted(test["tags"])), test["status"], *test["timestamps"], str(sorted(test["details"].items())))
        for test in dicts_by_testtools(content)
        if test["status"] != "exists" and test["id"] != "process-returncode"
    }
    ours = {
        (
            f"{result.test}[{result.attributes}]" if result.attributes else result.test,
            result.tags,
            "inprogress" if result.status is Status.INCOMPLETE else result.status.word,
            result.started_at,
            result.ended_at,
            str(sorted((file.name, file.content) for file in result.attachments)),
        )
        for result in subunit.read(content).results
    }
    assert ours == theirs
    return collections.Counter(test[2] for test in ours)


def test_a_piece_of_a_real_run_reads_as_testtools_reads_it() -> None:
    content = (DATA / "tempest-unit-cut.subunit").read_bytes()
    assert check_against_testtools(content) == {"success": 56, "fail": 2}


def test_a_real_run_of_2498_tests_reads_as_testtools_reads_it() -> None:
    assert check_against_testtools(shared("samples", "tempest-unit.subunit.gz")) == {"success": 2491, "fail": 7}


@pytest.mark.parametrize("number", range(1, 7))
def test_the_runs_of_the_old_api_read_as_testtools_reads_them(number: int) -> None:
    check_against_testtools(shared("reference", "legacy-api", "data", f"run{number}.subunit"))


# One test, one result


def test_a_test_has_start_end_tags_and_status() -> None:
    result = only(Stream().test("a.test_b", "xfail", 0.25, 1.5, test_tags={"worker-1", "slow"}).content)
    assert result == Result("a.test_b", Status.XFAIL, 0, micros(0.25), micros(1.5), ("slow", "worker-1"))


def test_a_final_status_without_a_start_has_no_start_time() -> None:
    result = only(Stream().event(test_id="a", test_status="fail", timestamp=at(3)).content)
    assert (result.started_at, result.ended_at) == (None, micros(3))


def test_an_end_before_the_start_is_kept_as_it_is() -> None:
    result = only(Stream().test("a", start=5, end=2).content)
    assert (result.started_at, result.ended_at) == (micros(5), micros(2))


def test_a_time_at_the_full_second_is_read_though_its_encoding_is_shorter() -> None:
    result = only(Stream().test("tempest.a_name_of_a_usual_length_that_needs_two_bytes.test_x", start=1, end=2).content)
    assert (result.started_at, result.ended_at) == (micros(1), micros(2))


def test_the_last_packet_with_tags_wins() -> None:
    stream = Stream().event(test_id="a", test_status="inprogress", test_tags={"old"})
    stream.event(test_id="a", test_status="success", test_tags={"new"})
    assert only(stream.content).tags == ("new",)


def test_a_listing_of_tests_has_no_results() -> None:
    file = subunit.read(Stream().event(test_id="a", test_status="exists").content)
    assert (file.results, file.damage) == ([], [])


def test_a_process_that_failed_is_counted_and_is_no_test() -> None:
    stream = Stream().test("a").event(test_id="process-returncode", test_status="fail", timestamp=at(9))
    file = subunit.read(stream.content)
    assert (len(file.results), file.processes_failed) == (1, 1)


def test_tests_that_never_ended_are_kept_and_named() -> None:
    stream = Stream().test("fine")
    for name in ("a", "b", "c", "d"):
        stream.event(test_id=name, test_status="inprogress", timestamp=at(2))
    file = subunit.read(stream.content)
    assert [result.status for result in file.results] == [Status.SUCCESS] + [Status.INCOMPLETE] * 4
    assert file.damage == ["4 tests started and never ended: a, b, c, ..."]


# Attempts


def test_the_same_test_again_is_a_further_attempt() -> None:
    stream = Stream().test("a", "fail", 0, 1).test("b", "success", 1, 2).test("a", "success", 2, 3)
    assert statuses(stream.content) == [("a", "fail", 0), ("b", "success", 0), ("a", "success", 1)]


def test_a_second_start_means_that_the_first_attempt_never_ended() -> None:
    stream = Stream().event(test_id="a", test_status="inprogress", timestamp=at(0)).test("a", start=5, end=6)
    assert statuses(stream.content) == [("a", "incomplete", 0), ("a", "success", 1)]


def test_workers_that_run_the_same_test_do_not_disturb_each_other() -> None:
    stream = Stream()
    stream.event(test_id="a", test_status="inprogress", route_code="0", timestamp=at(0))
    stream.event(test_id="a", test_status="inprogress", route_code="1", timestamp=at(1))
    stream.event(test_id="a", test_status="fail", route_code="0", timestamp=at(2))
    stream.event(test_id="a", test_status="success", route_code="1", timestamp=at(3))
    assert statuses(stream.content) == [("a", "fail", 0), ("a", "success", 1)]


def test_a_file_that_comes_before_the_start_belongs_to_the_attempt_that_follows() -> None:
    stream = Stream().event(test_id="a", file_name="log", file_bytes=b"early", timestamp=at(0)).test("a", start=1, end=2)
    result = only(stream.content)
    assert (result.status, result.started_at, result.attachments[0].content) == (Status.SUCCESS, micros(1), b"early")


def test_a_late_end_of_file_mark_starts_no_attempt() -> None:
    assert statuses(Stream().test("a").event(test_id="a", eof=True).content) == [("a", "success", 0)]


# Names and attributes


def test_what_stands_in_brackets_behind_the_name_are_attributes() -> None:
    result = only(Stream().test("tempest.api.TestX.test_y[id-5d0a,smoke]").content)
    assert (result.test, result.attributes) == ("tempest.api.TestX.test_y", "id-5d0a,smoke")


def test_brackets_that_tell_tests_apart_are_part_of_the_name() -> None:
    stream = Stream().test("test_x[a]").test("test_x[b]").test("test_y[id-1]")
    assert [(r.test, r.attributes) for r in subunit.read(stream.content).results] == [
        ("test_x[a]", ""),
        ("test_x[b]", ""),
        ("test_y", "id-1"),
    ]


def test_a_test_with_and_one_without_brackets_are_two_tests() -> None:
    assert statuses(Stream().test("x").test("x[a]").content) == [("x", "success", 0), ("x[a]", "success", 0)]


def test_attempts_at_a_test_with_attributes_are_one_test() -> None:
    assert statuses(Stream().test("x[a]", "fail").test("x[a]").content) == [("x", "fail", 0), ("x", "success", 1)]


@pytest.mark.parametrize("name", ["setUpClass (tempest.api.X)", "x[a] (scenario)", "[a]", "x[]", "x]", "x["])
def test_other_ids_are_names_as_they_stand(name: str) -> None:
    result = only(Stream().test(name).content)
    assert (result.test, result.attributes) == (name, "")


# Attachments


def test_pieces_of_a_file_are_joined_by_name() -> None:
    stream = Stream().event(test_id="a", test_status="inprogress")
    for piece in (b"one ", b"two "):
        stream.event(test_id="a", file_name="traceback", file_bytes=piece, mime_type="text/x-traceback;charset=utf8")
    stream.event(test_id="a", file_name="pythonlogging:''", file_bytes=b"log")
    stream.event(test_id="a", file_name="traceback", file_bytes=b"three", eof=True)
    stream.event(test_id="a", test_status="fail")
    assert only(stream.content).attachments == [
        Attachment("traceback", "text/x-traceback;charset=utf8", b"one two three"),
        Attachment("pythonlogging:''", "application/octet-stream", b"log"),
    ]


def test_a_final_status_may_bring_a_file_along() -> None:
    result = only(Stream().event(test_id="a", test_status="skip", file_name="reason", file_bytes=b"no network").content)
    assert (result.status, result.attachments[0].content) == (Status.SKIP, b"no network")


def test_files_of_no_test_belong_to_the_run() -> None:
    file = subunit.read(Stream().event(file_name="stderr", file_bytes=b"oops", mime_type="text/plain").content)
    assert file.attachments == [Attachment("stderr", "text/plain", b"oops")]


# Writing

tags = st.lists(names, max_size=3).map(lambda some: tuple(sorted(set(some))))
times = st.none() | st.integers(-5, 2**53) | st.sampled_from([0, 1_795_000_000_000_000])
attachments = st.builds(
    Attachment,
    st.sampled_from(["traceback", "reason", ""]) | st.text(max_size=8),
    st.sampled_from(["text/plain;charset=utf8", "application/octet-stream", ""]) | st.text(max_size=8),
    st.binary(max_size=300) | st.just(b"\xb3large" * 500_000),
)
test_names = st.sampled_from(["a.test_b", "x", "x[a]", "x[a][b]", "x[]", "", "tempest.api.compute.Test.test_server_" * 3])
results = st.builds(
    Result,
    (test_names | st.text(max_size=20)).filter(lambda name: name != "process-returncode"),
    st.sampled_from(Status),
    st.integers(0, 3),
    times,
    times,
    tags,
    st.sampled_from(["", "a", "id-1,smoke", "a][b"]) | st.text(max_size=8),
    st.lists(attachments, max_size=3),
)


@given(st.lists(results, max_size=6), st.lists(attachments, max_size=2), st.integers(0, 2))
@settings(deadline=None)
def test_what_was_written_read_and_written_again_is_the_same_bytes(
    some: list[Result], files: list[Attachment], failed: int
) -> None:
    content = subunit.write(some, files, failed)
    again = subunit.read(content)
    assert subunit.write(again.results, again.attachments, again.processes_failed) == content
    assert len(again.results) == len(some)


@given(st.lists(results, max_size=6))
@settings(deadline=None)
def test_what_is_written_python_subunit_reads(some: list[Result]) -> None:
    content = subunit.write(some)
    assert list(subunit.packets(content)) == packets_by_python_subunit(content)


def example() -> list[Result]:
    def end(seconds: float) -> dict[str, int]:
        return {"started_at": micros(seconds), "ended_at": micros(seconds + 0.5)}

    traceback = Attachment("traceback", "text/x-traceback;charset=utf8", b"Traceback ...\nValueError: \xc3\xa4\n")
    return [
        Result("a.test_ok", Status.SUCCESS, **end(0), tags=("worker-0",), attributes="id-1,smoke"),
        Result("a.test_bad", Status.FAIL, **end(1), attachments=[traceback]),
        Result("a.test_skip", Status.SKIP, **end(2), attachments=[Attachment("reason", "text/plain", b"why")]),
        Result("a.test_xfail", Status.XFAIL, **end(3)),
        Result("a.test_uxsuccess", Status.UXSUCCESS, **end(4)),
        Result("a.test_hangs", Status.INCOMPLETE, started_at=micros(5), tags=("worker-1",)),
        Result("a.test_large", Status.SUCCESS, **end(6), attachments=[Attachment("dump", "x/y", bytes(9 * 2**20))]),
    ]


def test_reading_gives_back_the_results_that_were_written() -> None:
    stdout = Attachment("stdout", "text/plain;charset=utf8", b"hello")
    file = subunit.read(subunit.write(example(), [stdout]))
    assert file.results == example()
    assert file.attachments == [stdout]


def test_testtools_finds_the_results_that_were_written() -> None:
    assert check_against_testtools(subunit.write(example())) == {
        "success": 2,
        "fail": 1,
        "skip": 1,
        "xfail": 1,
        "uxsuccess": 1,
        "inprogress": 1,
    }


def test_the_command_subunit_stats_counts_what_was_written() -> None:
    command = Path(sys.executable).with_name("subunit-stats")
    done = subprocess.run([command], input=subunit.write(example()), capture_output=True, check=False)
    counts = dict(line.rsplit(":", 1) for line in done.stdout.decode().splitlines() if ":" in line)
    found = {name.strip(): count.strip() for name, count in counts.items()}
    # An unfinished test counts as failed there; an unexpected success as passed, as it is neither failed nor skipped.
    assert (found["Total tests"], found["Passed tests"], found["Failed tests"], found["Skipped tests"]) == ("7", "4", "2", "1")


def test_attempts_are_written_one_behind_the_other() -> None:
    attempts = [
        Result("a", Status.SUCCESS, 1, micros(1), micros(9)),
        Result("a", Status.FAIL, 0, micros(0), micros(5)),  # they overlap, as in two workers
    ]
    assert statuses(subunit.write(attempts)) == [("a", "fail", 0), ("a", "success", 1)]


def test_the_order_of_the_results_given_does_not_change_the_bytes() -> None:
    assert subunit.write(reversed(example())) == subunit.write(example())


def test_text_around_the_packets_survives_the_way_through_read_and_write() -> None:
    file = subunit.read(b"running tests\n" + Stream().test("a").content + b"done \xc3\xb3\n")
    again = subunit.read(subunit.write(file.results, file.attachments))
    assert again.attachments == [Attachment("stdout", "text/plain;charset=utf8", "running tests\ndone ó\n".encode())]
    assert file.damage == again.damage == []


def test_names_that_subunit_cannot_say_are_adapted() -> None:
    content = subunit.write([Result("a\0b\ud800", Status.SUCCESS, attributes="x" * 2**21)], [Attachment("n" * 2**17, "", b"")])
    assert subunit.read(content).results[0].test.startswith("a\ufffdb?[xxx")
    assert list(subunit.packets(content)) == packets_by_python_subunit(content)


def test_no_results_are_no_bytes() -> None:
    assert subunit.write([]) == b""
