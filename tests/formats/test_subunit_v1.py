"""Subunit v1, the line-based format: outcomes, details, tags, times, and streams that were cut."""

from __future__ import annotations

import collections

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from subunit_streams import DATA, micros, shared

from gatehealth.formats import parse, subunit_v1
from gatehealth.model import Attachment, Result, Status


def words(content: bytes) -> list[tuple[str, str, int]]:
    return [(result.test, result.status.word, result.attempt) for result in subunit_v1.read(content).results]


def test_a_test_has_start_end_and_tags() -> None:
    content = b"""time: 2026-11-22 12:00:00.250000Z
tags: worker-0 -worker-1
test: a.test_b[id-1,smoke]
time: 2026-11-22 12:00:01.500000Z
tags: slow
successful: a.test_b[id-1,smoke]
"""
    assert subunit_v1.read(content).results == [
        Result("a.test_b", Status.SUCCESS, 0, micros(0.25), micros(1.5), ("slow", "worker-0"), "id-1,smoke")
    ]


def test_tags_of_one_test_do_not_reach_the_next() -> None:
    content = b"tags: all\ntest: a\ntags: mine -all\nsuccess: a\ntest: b\nsuccess: b\n"
    assert [result.tags for result in subunit_v1.read(content).results] == [("mine",), ("all",)]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("success", "success"),
        ("successful", "success"),
        ("failure", "fail"),
        ("error", "fail"),
        ("skip", "skip"),
        ("xfail", "xfail"),
        ("uxsuccess", "uxsuccess"),
    ],
)
def test_every_outcome_word_has_its_status(word: str, status: str) -> None:
    assert words(f"test: a\n{word}: a\n".encode()) == [("a", status, 0)]


def test_a_simple_traceback_is_kept() -> None:
    result = subunit_v1.read(b"test: a\nfailure: a [\nTraceback\n ]\nValueError\n]\n").results[0]
    assert [(file.name, file.content) for file in result.attachments] == [("traceback", b"Traceback\n]\nValueError\n")]
    assert result.attachments[0].mime_type.startswith("text/x-traceback")


def test_a_skip_has_its_reason() -> None:
    result = subunit_v1.read(b"test: a\nskip: a [\nno network\n]\n").results[0]
    assert (result.status, result.attachments[0].name, result.attachments[0].content) == (
        Status.SKIP,
        "reason",
        b"no network\n",
    )


def test_multipart_details_are_attachments_with_their_types() -> None:
    content = (
        b"test: a\nerror: a [ multipart\n"
        b"Content-Type: text/plain;charset=utf8\nlog\n6\r\nhello\n0\r\n"
        b"Content-Type: application/octet-stream\ndump\n3\r\n\x00\x01\n0\r\n"
        b"]\n"
    )
    assert subunit_v1.read(content).results[0].attachments == [
        Attachment("log", "text/plain;charset=utf8", b"hello\n"),
        Attachment("dump", "application/octet-stream", b"\x00\x01\n"),
    ]


def test_the_same_test_again_is_a_further_attempt() -> None:
    assert words(b"test: a\nfailure: a\ntest: a\nsuccess: a\n") == [("a", "fail", 0), ("a", "success", 1)]


def test_lines_that_are_no_protocol_are_the_output_of_the_run() -> None:
    file = subunit_v1.read(b"starting up\ntest: a\nprinted by a\nsuccess: a\nprogress: +3\n")
    assert file.attachments == [Attachment("stdout", "text/plain;charset=utf8", b"starting up\nprinted by a\n")]
    assert file.damage == []


def test_a_stream_that_ends_inside_a_test_leaves_it_incomplete() -> None:
    file = subunit_v1.read(b"test: a\nsuccess: a\ntest: b\n")
    assert [(result.test, result.status.word) for result in file.results] == [("a", "success"), ("b", "incomplete")]
    assert file.damage == ["the stream ends inside the test b", "1 test started and never ended: b"]


def test_a_stream_that_ends_inside_a_traceback_leaves_the_test_incomplete() -> None:
    file = subunit_v1.read(b"test: a\nfailure: a [\nTraceba")
    assert (file.results[0].status, file.results[0].ended_at) == (Status.INCOMPLETE, None)
    assert file.damage[0] == "the stream ends inside the test a"


def test_a_test_that_never_ended_does_not_swallow_those_behind_it() -> None:
    assert words(b"test: a\ntest: b\nsuccess: b\ntest: c\nfailure: c\n") == [
        ("a", "incomplete", 0),
        ("b", "success", 0),
        ("c", "fail", 0),
    ]


def test_a_start_that_an_open_test_prints_is_output() -> None:
    file = subunit_v1.read(b"test: a\ntest: printed\nsuccess: a\n")
    assert [result.test for result in file.results] == ["a"]
    assert file.attachments[0].content == b"test: printed\n"


def test_a_name_that_was_cut_at_the_end_of_the_stream_is_no_test() -> None:
    assert words(b"test: a\nsuccess: a\ntest: tempest.api.comp") == [("a", "success", 0)]


def test_the_last_line_may_lack_its_end() -> None:
    assert words(b"test: a\nsuccess: a") == [("a", "success", 0)]


@pytest.mark.parametrize(
    "line",
    [b"time: yesterday", b"progress: many", b"uxsuccess: nothing is open"],
)
def test_a_line_that_cannot_be_understood_is_said_and_costs_nothing_else(line: bytes) -> None:
    file = subunit_v1.read(b"test: a\nsuccess: a\n" + line + b"\ntest: b\nsuccess: b\n")
    assert [result.test for result in file.results if result.status is Status.SUCCESS] == ["a", "b"]
    assert file.damage[0].startswith("line 3 is not sound subunit v1: ")


def test_a_name_that_is_not_utf8_is_kept_with_replacement_characters() -> None:
    file = subunit_v1.read(b"test: caf\xe9\nsuccess: caf\xe9\n")
    assert [(result.test, result.status.word) for result in file.results] == [("caf\ufffd", "success")]
    assert file.damage == ["line 1 has a name that is not UTF-8", "line 2 has a name that is not UTF-8"]


@pytest.mark.parametrize("noise", [b"test\t\xff", b"testing\t\xff", b"test::\t\xff", b"test\x0b\xff", b"test:\x0c\xff"])
def test_a_start_that_cannot_be_read_is_no_test_and_costs_nothing_else(noise: bytes) -> None:
    file = subunit_v1.read(b"test: a\nsuccess: a\n" + noise + b"\ntest: b\nfailure: b\n")
    assert [(result.test, result.status.word) for result in file.results] == [("a", "success"), ("b", "fail")]
    assert len(file.damage) == 1
    assert file.damage[0].startswith("line 3 is not sound subunit v1: UnicodeDecodeError: ")
    assert file.attachments[0].content == noise + b"\n"


@pytest.mark.parametrize("before", [b"", b"test: a\nsuccess: a\n"])
def test_a_start_that_cannot_be_read_may_be_the_last_line(before: bytes) -> None:
    file = subunit_v1.read(before + b"test\t\xff\n")
    assert [result.status for result in file.results] == [Status.SUCCESS] * (len(before) > 0)
    assert len(file.damage) == 1


def test_a_start_that_cannot_be_read_inside_a_test_is_output_of_that_test() -> None:
    file = subunit_v1.read(b"test: a\ntest\t\xff\nsuccess: a\n")
    assert [(result.test, result.status.word) for result in file.results] == [("a", "success")]
    assert (file.attachments[0].content, file.damage) == (b"test\t\xff\n", [])


OUTCOMES = ["success", "successful", "failure", "error", "skip", "xfail", "uxsuccess"]
WORDS = ["test", "testing", *OUTCOMES, "tags", "time", "progress", "Content-Type", "]", "k"]
ENDS = [b" [", b" [ multipart", b"]", b"", b"\r", b"Z", b"5\r", b"0\r"]
GAPS = [b" ", b"\t", b"\x0b", b"\x0c", b"  ", b""]
LINES = st.one_of(
    st.builds(
        lambda word, colons, gap, name, end: word.encode() + b":" * colons + gap + name + end,
        st.sampled_from(WORDS),
        st.integers(0, 2),
        st.sampled_from(GAPS),
        st.sampled_from([b"a", b"a.b", b"\xff", b"process-returncode", b"push", b"+1", b"text/plain", b"2026-11-22 12:00:00"]),
        st.sampled_from(ENDS),
    ),
    st.sampled_from([b"]", b" ]", b"log", b"5\r", b"0\r", b"fffffffff\r", b"\r", b"hello", b""]),
    st.binary(max_size=12),
)


@given(st.lists(LINES, max_size=12), st.booleans())
@settings(deadline=None, max_examples=500)
def test_any_lines_leave_the_results_before_them(lines: list[bytes], ends: bool) -> None:
    content = b"test: sound\nsuccess: sound\n" + b"\n".join(lines) + b"\n" * ends
    first = subunit_v1.read(content).results[0]
    assert (first.test, first.status, first.attempt) == ("sound", Status.SUCCESS, 0)


@given(st.lists(LINES, max_size=12))
@settings(deadline=None, max_examples=500)
def test_any_lines_outside_of_details_leave_the_results_behind_them(lines: list[bytes]) -> None:
    noise = [line for line in lines if not line.endswith((b"[", b"[ multipart"))]  # details may hold anything, a start too
    content = b"\n".join([*noise, b"test: sound", b"success: sound", b""])
    last = subunit_v1.read(content).results[-1]
    assert (last.test, last.status) == ("sound", Status.SUCCESS)


@given(st.lists(LINES, max_size=20))
@settings(deadline=None, max_examples=500)
def test_any_lines_are_read_and_a_test_without_an_end_is_said(lines: list[bytes]) -> None:
    file = subunit_v1.read(b"\n".join(lines))
    unfinished = any(result.status is Status.INCOMPLETE for result in file.results)
    assert any("never ended" in line for line in file.damage) == unfinished


def test_details_that_cannot_be_read_leave_the_outcome() -> None:
    file = subunit_v1.read(b"test: a\nfailure: a [ multipart\nnonsense\ntest: b\nsuccess: b\n")
    assert [(result.test, result.status.word) for result in file.results] == [("a", "fail"), ("b", "success")]
    assert len(file.damage) == 1


def test_a_failed_process_is_counted_and_is_no_test() -> None:
    file = subunit_v1.read(b"test: process-returncode\nfailure: process-returncode [ multipart\n]\n")
    assert (file.results, file.processes_failed) == ([], 1)


def test_a_piece_of_a_real_run_is_read() -> None:
    file = parse((DATA / "tempest-unit-cut.v1.subunit").read_bytes())
    counts = collections.Counter(result.status.word for result in file.results)
    assert (file.format, counts["fail"], file.damage, file.attachments) == ("subunit-v1", 2, [], [])
    failed = next(result for result in file.results if result.status is Status.FAIL)
    assert failed.attachments[0].mime_type == "text/x-traceback;charset=utf8,language=python"
    assert None not in (failed.started_at, failed.ended_at)
    assert failed.tags == ("worker-1",)


def test_a_real_run_of_2498_tests_is_read() -> None:
    file = parse(shared("samples", "tempest-unit.v1.subunit.gz"))
    assert collections.Counter(result.status.word for result in file.results) == {"success": 2491, "fail": 7}
    assert all(result.started_at <= result.ended_at for result in file.results)
    assert file.damage == []
