"""A run from files and from facts as text: what is taken, what is refused and with which words."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import zstandard
from helpers import JUNIT, at, result, settings_for, stream

from gatehealth.collect.files import FactError, FileReport, NothingUsableError, assemble, facts
from gatehealth.config import Settings
from gatehealth.model import TEXT_FACTS, Run, Status, to_micros

DURATIONS_ONLY = '<testsuite><testcase name="x.y" time="2"/><testcase name="x.z" time="3"/></testsuite>'


@pytest.fixture
def settings(folder: Any) -> Settings:
    return settings_for(folder)


def mistake(given: dict[str, str], *metadata: str) -> str:
    with pytest.raises(FactError) as caught:
        facts(given, metadata)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_every_fact_can_be_given_as_text() -> None:
    given = {name: f" some {name} " for name in TEXT_FACTS}
    uuid = "0123456789abcdef0123456789abcdef"
    times = {"started_at": "2026-11-22T12:00:00Z", "ended_at": "2026-11-22T13:00:01.5+01:00"}
    run = facts({**given, **times, "uuid": uuid, "voting": "true"}, ["node=jammy", "equation = a=b "])
    assert {name: getattr(run, name) for name in TEXT_FACTS} == {name: f"some {name}" for name in TEXT_FACTS}
    assert (run.uuid, run.voting, run.started_at, run.ended_at) == (UUID(uuid), True, at(0), at(1.5))
    assert run.metadata == {"node": "jammy", "equation": "a=b"}


def test_an_empty_fact_is_the_same_as_none() -> None:
    given = dict.fromkeys([*TEXT_FACTS, "uuid", "voting", "started_at", "ended_at"], "")
    assert facts(given, ["node="]) == facts({}) == Run(UUID(int=0))


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("true", True), ("1", True), ("Yes", True), ("on", True), ("FALSE", False), ("0", False), ("no", False)],
)
def test_voting_is_read_in_the_usual_words(word: str, meaning: bool) -> None:
    assert facts({"voting": word}).voting is meaning


def test_a_time_without_a_zone_is_utc() -> None:
    assert facts({"started_at": "2026-11-22 12:00"}).started_at == datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"colour": "red"}, "there is no fact named colour"),
        ({"uuid": "12345"}, "uuid '12345' is not a UUID"),
        ({"voting": "perhaps"}, "voting 'perhaps'"),
        ({"started_at": "yesterday"}, "started_at 'yesterday'"),
        ({"started_at": "1969-12-31T23:59:59Z"}, "outside the years 1970 to 2099"),
        ({"ended_at": "2100-01-01T00:00:00Z"}, "outside the years 1970 to 2099"),
        ({"ended_at": "9999-12-31T23:59:59-23:59"}, "ended_at"),
        ({"started_at": "2026-11-22T12:00:01Z", "ended_at": "2026-11-22T12:00:00Z"}, "ended_at lies before started_at"),
        ({"job": "x" * 2001}, "job is longer than 2000 characters"),
        ({"job": "half of a pair \ud800"}, "job"),
    ],
)
def test_a_bad_fact_is_named(given: dict[str, str], named: str) -> None:
    assert named in mistake(given)


@pytest.mark.parametrize("pair", ["node", "=jammy", "job=unit", "uuid=1", "k" * 201 + "=v", "k=" + "v" * 2001, "k=\udc80"])
def test_bad_metadata_is_named(pair: str) -> None:
    assert "metadata" in mistake({}, pair)


def test_metadata_has_a_limit() -> None:
    assert len(facts({}, [f"k{n}=v" for n in range(200)]).metadata) == 200
    assert "at most 200" in mistake({}, *[f"k{n}=v" for n in range(201)])


def assembled(settings: Settings, *files: bytes | str, run: Run | None = None) -> tuple[Run, list[FileReport]]:
    run = run or facts({})
    named = [(f"file-{n}", each.encode() if isinstance(each, str) else each) for n, each in enumerate(files, 1)]
    return run, assemble(run, named, settings)


def test_a_file_says_what_it_was(settings: Settings) -> None:
    _, reports = assembled(settings, JUNIT, stream(result("a")))
    assert reports == [FileReport("file-1", "junit", 2, [], None), FileReport("file-2", "subunit-v2", 1, [], None)]


def test_several_files_are_one_run_and_the_same_test_again_is_a_further_attempt(settings: Settings) -> None:
    run, _ = assembled(settings, JUNIT, stream(result("a.B.test_one", Status.FAIL), result("other")), JUNIT)
    assert [(each.test, each.attempt, each.status.word) for each in run.results] == [
        ("a.B.test_one", 0, "success"),
        ("a.B.test_two", 0, "fail"),
        ("a.B.test_one", 1, "fail"),
        ("other", 0, "success"),
        ("a.B.test_one", 2, "success"),
        ("a.B.test_two", 1, "fail"),
    ]


def test_the_uuid_comes_from_the_content_however_it_is_packed(settings: Settings) -> None:
    content = stream(result("a"))
    packed = [content, gzip.compress(content, mtime=1), gzip.compress(content, mtime=2), zstandard.compress(content)]
    uuids = {assembled(settings, each)[0].uuid for each in packed}
    assert len(uuids) == 1
    assert assembled(settings, stream(result("b")))[0].uuid not in uuids


def test_a_given_uuid_stays(settings: Settings) -> None:
    run, _ = assembled(settings, JUNIT, run=facts({"uuid": "1" * 32}))
    assert run.uuid == UUID("1" * 32)


def test_a_file_of_which_nothing_can_be_used_keeps_no_other_back(settings: Settings) -> None:
    run, reports = assembled(settings, b"\x7fELF", JUNIT, b"", "<testsuite/>")
    assert [report.error is None for report in reports] == [False, True, False, False]
    assert "is not subunit v1, v2 or JUnit XML" in str(reports[0].error)
    assert "empty" in str(reports[2].error)
    assert "holds no result" in str(reports[3].error)
    assert len(run.results) == 2
    assert run.uuid == assembled(settings, JUNIT)[0].uuid


def test_nothing_usable_is_an_error_that_names_the_files(settings: Settings) -> None:
    with pytest.raises(NothingUsableError, match=r"^file-1: the content is empty; file-2: the content is not subunit"):
        assembled(settings, b"", b"hello")


def test_a_run_without_files_needs_a_result_word_and_a_uuid(settings: Settings) -> None:
    run, reports = assembled(settings, run=facts({"result": "NODE_FAILURE", "uuid": "1" * 32}))
    assert (run.results, reports) == ([], [])
    with pytest.raises(NothingUsableError, match="needs a uuid"):
        assembled(settings, run=facts({"result": "NODE_FAILURE"}))
    with pytest.raises(NothingUsableError, match="neither a file nor the fact `result`"):
        assembled(settings, run=facts({"uuid": "1" * 32}))


def test_damage_is_told_of_the_file_and_of_the_run(settings: Settings) -> None:
    sound = stream(result("a"), result("b", start=1), result("c", start=2))
    run, [report] = assembled(settings, gzip.compress(sound)[:-20])
    assert len(report.damage) >= 1
    assert run.damage == report.damage
    assert [each.test for each in run.results][:1] == ["a"]
    run, reports = assembled(settings, JUNIT, sound[:-3])
    assert run.damage == [f"file-2: {line}" for line in reports[1].damage]
    assert reports[1].damage


def test_results_have_a_limit_over_all_files(folder: Any) -> None:
    few = settings_for(folder, results_limit=3)
    run, reports = assembled(few, JUNIT, JUNIT, stream(result("a")))
    assert [report.results for report in reports] == [2, 0, 1]
    assert "more than 3 results" in str(reports[1].error)
    assert len(run.results) == 3


def test_a_bomb_is_refused_before_it_unfolds(folder: Any) -> None:
    bomb = gzip.compress(b"<testsuite>" + b" " * 10**6)
    with pytest.raises(NothingUsableError, match="decompresses to more than 100000 bytes"):
        assembled(settings_for(folder, content_limit=100_000), bomb)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd">',
    ],
)
def test_xml_that_declares_entities_is_refused(settings: Settings, head: str) -> None:
    with pytest.raises(NothingUsableError, match="entity declaration"):
        assembled(settings, f'<?xml version="1.0"?>{head}<testsuite><testcase name="a">&b;</testcase></testsuite>')


def test_durations_without_a_clock_are_laid_from_the_start_of_the_run(settings: Settings) -> None:
    run, _ = assembled(settings, DURATIONS_ONLY, run=facts({"started_at": "2026-11-22T12:00:00Z"}))
    assert [(each.started_at, each.ended_at) for each in run.results] == [
        (to_micros(at(0)), to_micros(at(2))),
        (to_micros(at(2)), to_micros(at(5))),
    ]


def test_durations_without_a_clock_end_now_where_nothing_says_more(settings: Settings) -> None:
    before = datetime.now(UTC)
    run, _ = assembled(settings, DURATIONS_ONLY)
    assert to_micros(before) <= run.results[-1].ended_at <= to_micros(datetime.now(UTC))  # type: ignore[operator]


def test_durations_without_a_clock_beside_a_file_that_has_one_are_laid_from_its_start(settings: Settings) -> None:
    for files in ((DURATIONS_ONLY, JUNIT), (JUNIT, DURATIONS_ONLY)):
        run, _ = assembled(settings, *files)
        starts = {each.test: each.started_at for each in run.results}
        assert starts == {
            "a.B.test_one": to_micros(at(0)),
            "a.B.test_two": to_micros(at(1.5)),
            "x.y": to_micros(at(0)),
            "x.z": to_micros(at(2)),
        }


def test_a_name_without_end_is_cut_and_a_test_without_a_name_has_one(settings: Settings) -> None:
    cases = "".join(f'<testcase name="{name}"/>' for name in ("x" * 5000 + "1", "x" * 5000 + "2", ""))
    run, _ = assembled(settings, f"<testsuite>{cases}</testsuite>")
    one, other, none = (each.test for each in run.results)
    assert none == "(no name)"
    assert one != other
    assert len(one) < 2010
