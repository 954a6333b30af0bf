"""What a message of Zuul's MQTT reporter says of builds: which have ended, whose they are, and no shape breaks it."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from helpers import NOON, at, uuid_number
from hypothesis import given
from hypothesis import strategies as st

from gatehealth.collect.source import Build
from gatehealth.collect.zuul_facts import document_of, run_of
from gatehealth.collect.zuul_report import MAX_BYTES, NotAReportError, Report, read_report
from gatehealth.config import ZuulSettings
from gatehealth.model import Run

SETTINGS = ZuulSettings(kind="zuul", name="zuul", url="https://zuul.example.org", tenant="acme")
URL = "https://review.example.org"
ROCKET = {"project": "acme/rocket", "branch": "main", "change": "1", "patchset": "2", "owner": "ann"}
ROCKET |= {"ref": "refs/changes/01/1/2", "change_url": f"{URL}/1"}
ENGINE = {"project": "acme/engine", "branch": "stable", "change": "7", "patchset": "1", "owner": "bob"}
ENGINE |= {"ref": "refs/changes/07/7/1", "change_url": f"{URL}/7"}


def entry(
    number: int, job: str = "unit", end: float | None = 0, result: str | None = "SUCCESS", **facts: Any
) -> dict[str, Any]:
    """One of builds[]: `end` is seconds after noon."""
    ended = None if end is None else at(end).timestamp()
    times = {"start_time": NOON.timestamp() - 60.25, "end_time": ended, "execute_time": NOON.timestamp() - 90.5}
    log_url = f"https://logs.example.org/{number}/"
    told = {"job_name": job, "job_uuid": f"job-{job}", "voting": True, "uuid": uuid_number(number).hex, **times}
    return {**told, "change": ROCKET, "result": result, "log_url": log_url, "artifacts": [], "events": [], **facts}


def retried(number: int, **facts: Any) -> dict[str, Any]:
    """One of retry_builds[]: it has no change."""
    return {key: value for key, value in entry(number, result="RETRY", **facts).items() if key not in ("change", "artifacts")}


def message(*builds: Any, retry: Any = (), **facts: Any) -> dict[str, Any]:
    """A report as Zuul 14.3 writes it."""
    head = {"timestamp": at(30).timestamp(), "action": "success", "tenant": "acme", "pipeline": "gate", "queue": "acme"}
    buildset = {"uuid": "f" * 32, "result": "SUCCESS", "builds": list(builds), "retry_builds": list(retry)}
    return {**head, **ROCKET, "changes": [ROCKET], "buildset": buildset, **facts}


def read(told: Any, settings: ZuulSettings = SETTINGS) -> Report | None:
    return read_report(json.dumps(told).encode(), settings)


def without_documents(report: Report) -> list[Build]:
    return [build._replace(document="") for build in report.builds]


def numbers(told: Any, settings: ZuulSettings = SETTINGS) -> list[int]:
    report = read(told, settings)
    assert report is not None
    return [build.uuid.int - uuid_number(0).int for build in report.builds]


def test_every_build_that_ended_is_told_retried_ones_among_them() -> None:
    report = read(message(entry(1, end=0.5), entry(2, "docs", end=7), retry=[retried(3, end=-9)]))
    assert report is not None
    assert without_documents(report) == [
        Build(uuid_number(1), at(0.5), "SUCCESS", known_by="mqtt"),
        Build(uuid_number(2), at(7), "SUCCESS", known_by="mqtt"),
        Build(uuid_number(3), at(-9), "RETRY", known_by="mqtt"),
    ]
    assert report.extra == {uuid_number(number): {"change_owner": "ann"} for number in (1, 2, 3)}
    assert report.unusable == 0


def test_jobs_that_have_not_begun_and_builds_that_run_have_not_ended() -> None:
    waiting = {"job_name": "late", "job_uuid": "job-late", "voting": True}
    assert numbers(message(waiting, entry(1, end=None, result=None), action="start")) == []
    assert numbers(message(entry(1, end=None, result="See the wiki about this job"), entry(2))) == [2]


def test_a_skipped_build_has_no_times_and_ended_when_it_was_reported() -> None:
    report = read(message(entry(1, end=None, result="SKIPPED", start_time=None)))
    assert report is not None
    assert without_documents(report) == [Build(uuid_number(1), at(30), "SKIPPED", known_by="mqtt")]


def test_a_word_of_the_job_s_own_is_not_taken_for_the_result() -> None:
    report = read(message(entry(1, result="Well done"), entry(2, result=None)))
    assert report is not None
    assert [(build.uuid, build.version) for build in report.builds] == [(uuid_number(1), ""), (uuid_number(2), "")]
    assert [json.loads(build.document)["result"] for build in report.builds] == ["", ""]


def test_what_it_says_of_a_build_makes_the_run_that_the_api_would() -> None:
    """So a run shows as what it was also while the API does not answer."""
    report = read(message(entry(1, end=0.5), retry=[retried(2, voting=False)]))
    assert report is not None
    first, second = (run_of(build, document_of(build), SETTINGS) for build in report.builds)
    told = {"job": "unit", "project": "acme/rocket", "pipeline": "gate", "branch": "main", "change": "1", "patchset": "2"}
    where = {"ref": "refs/changes/01/1/2", "ref_url": "https://review.example.org/1", "buildset": "f" * 32}
    log_url = "https://logs.example.org/1/"
    started_at, ended_at = at(-60.25), at(0.5)
    metadata = {"source": "zuul", "tenant": "acme"}
    facts = {**told, **where, "started_at": started_at, "ended_at": ended_at, "metadata": metadata}
    assert first == Run(uuid_number(1), voting=True, result="SUCCESS", log_url=log_url, **facts)
    assert (second.result, second.voting, second.metadata["final"]) == ("RETRY", False, "false")


def test_a_document_that_is_too_long_is_left_out() -> None:
    report = read(message(entry(1, log_url="https://logs.example.org/" + "ü" * 3_000, change={**ROCKET, "ref": "x" * 3_000})))
    assert report is not None
    assert [(build.uuid, build.document) for build in report.builds] == [(uuid_number(1), "")]


def test_each_change_of_a_buildset_has_its_owner() -> None:
    builds = [entry(1), entry(2, "docs", change=ENGINE), entry(4, change={**ENGINE, "owner": None}), entry(5, change="?")]
    report = read(message(*builds, retry=[retried(3, job="docs")], changes=[ROCKET, ENGINE]))
    assert report is not None
    owners = {uuid.int - uuid_number(0).int: extra for uuid, extra in report.extra.items()}
    assert owners == {number: {"change_owner": name} for number, name in ((1, "ann"), (2, "bob"), (3, "bob"), (5, "ann"))}


def test_older_zuuls_have_no_list_of_changes_and_newer_ones_may_lose_the_single_one() -> None:
    flat = {key: value for key, value in entry(1).items() if key not in ("change", "job_uuid")}
    old = {key: value for key, value in message(flat).items() if key != "changes"}
    new = {key: value for key, value in message(flat).items() if key not in ROCKET}
    for told in (old, new):
        report = read(told)
        assert report is not None
        assert report.extra == {uuid_number(1): {"change_owner": "ann"}}


@pytest.mark.parametrize("owner", [None, 3, "", "  ", ["ann"], "x" * 201, "a\nb", "\ud800", "\0"])
def test_what_is_no_name_of_an_owner_is_left_out(owner: Any) -> None:
    report = read(message(entry(1, change={**ROCKET, "owner": owner})))
    assert report is not None
    assert ([build.uuid for build in report.builds], report.extra) == ([uuid_number(1)], {})


def test_a_build_that_is_told_twice_counts_once() -> None:
    assert numbers(message(entry(1), entry(1, end=5), retry=[retried(1)])) == [1]


def test_another_tenant_s_report_is_nobody_s() -> None:
    assert read(message(entry(1), tenant="other")) is None
    assert numbers(message(entry(1), tenant="other"), SETTINGS.model_copy(update={"tenant": ""})) == [1]


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({"pipelines": ["gate"]}, [1, 2, 3]),
        ({"pipelines": ["check", "post"]}, []),
        ({"projects": ["acme/engine"]}, [2, 3]),
        ({"branches": ["main", "old"]}, [1]),
        ({"jobs": ["unit"]}, [1]),
        ({"jobs": ["docs"], "branches": ["main"]}, []),
        ({"projects": ["acme/*"], "branches": ["st*le"]}, [2, 3]),
    ],
)
def test_filters_hold_for_messages_too(filters: dict[str, list[str]], kept: list[int]) -> None:
    told = message(entry(1), entry(2, "docs", change=ENGINE), retry=[retried(3, job="docs")])
    assert numbers(told, SETTINGS.model_copy(update=filters)) == kept


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "it is not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"\xff", "it is not JSON: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"[" * 100_000, "it is not JSON: maximum recursion depth exceeded while decoding a JSON array from a unicode string"),
        (b'{"a": ' + b"1" * 5_000 + b"}", "it is not JSON: Exceeds the limit (4300 digits) for integer string conversion"),
        (b"[]", "it is JSON without a buildset"),
        (b'{"buildset": []}', "it is JSON without a buildset"),
        (b'{"buildset": {}, "tenant": "acme"}', "it has a buildset, but no tenant and pipeline"),
        (b'{"buildset": {}, "tenant": ["acme"], "pipeline": "gate"}', "it has a buildset, but no tenant and pipeline"),
        (b" " * (MAX_BYTES + 1), "it has 16,777,217 bytes, more than 16,777,216"),
    ],
)
def test_what_is_no_report_is_said(payload: bytes, why: str) -> None:
    with pytest.raises(NotAReportError) as caught:
        read_report(payload, SETTINGS)
    assert str(caught.value).startswith(why)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("uuid", [None, 3, "", "no uuid", "0" * 32, ["a"], {}, "g" * 32, "urn:uuid:" + "a" * 32])
def test_a_build_without_a_uuid_is_counted_and_the_others_are_told(uuid: Any) -> None:
    report = read(message(entry(1, uuid=uuid), entry(2)))
    assert report is not None
    assert ([build.uuid for build in report.builds], report.unusable) == ([uuid_number(2)], 1)


@pytest.mark.parametrize("end", [True, "noon", -1e30, 1e30, 10**400, -5, float("nan"), float("inf"), [], {}])
def test_an_end_that_is_no_moment_is_when_it_was_reported(end: Any) -> None:
    report = read(message(entry(1, end_time=end)))
    assert report is not None
    assert without_documents(report) == [Build(uuid_number(1), at(30), "SUCCESS", known_by="mqtt")]


def test_lists_that_are_none_and_entries_that_are_no_objects_are_counted() -> None:
    report = read(message(3, None, "x", entry(1), something_new=1))
    assert report is not None
    assert ([build.uuid for build in report.builds], report.unusable) == ([uuid_number(1)], 3)
    report = read({**message(), "buildset": {"builds": {"a": 1}, "retry_builds": "none"}})
    assert report == Report(unusable=2)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.data())
def test_no_shape_of_a_message_breaks_it(data: st.DataObject) -> None:
    """A sound message with anything in any place: of what is told each build is whole, and each only once."""
    told = copy.deepcopy(message(entry(1), entry(2, "docs", change=ENGINE), retry=[retried(3)]))
    for _ in range(data.draw(st.integers(1, 3))):
        place: Any = told
        while True:
            key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            if not (isinstance(place[key], dict | list) and place[key]) or data.draw(st.booleans()):
                break
            place = place[key]
        place[key] = data.draw(JSON)
    try:
        report = read(told)
    except NotAReportError:
        return
    for build in report.builds if report else []:
        assert isinstance(build.uuid, UUID)
        assert build.uuid.int
        assert run_of(build, document_of(build), SETTINGS).uuid == build.uuid
        assert datetime(1970, 1, 1, tzinfo=UTC) <= build.ended_at < datetime(2100, 1, 1, tzinfo=UTC)
    if report:
        assert len({build.uuid for build in report.builds}) == len(report.builds)
        assert all(extra["change_owner"].isprintable() for extra in report.extra.values())


@given(st.binary())
def test_no_bytes_break_it(payload: bytes) -> None:
    with pytest.raises(NotAReportError) as caught:
        read_report(payload, SETTINGS)
    assert "\n" not in str(caught.value)
