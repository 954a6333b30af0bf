"""Quick find: whatever has the text in its name is found, the best first, and no question is too strange to be answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from helpers import Server, at, problem, result, run, serving, settings_for
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gatehealth.model import Run
from gatehealth.store import Store

JOBS = [
    "unit",
    "unit-slow",
    "nova-unit",
    "community",
    "Tempest_Full",
    "straße-ÄÖ",
    "a b (c) [d]",
    "100%",
    "under_score",
    "\\d+",
    "'; --",
]
PROJECTS = ["openstack/nova", "openstack/nova-specs", "innovation/x", "Nova", "nova/nova"]
TESTS = [
    "a.b.C.test_boot",
    "a.test_boot_2",
    "setUpClass (a.b.C)",
    "boot",
    "reboot",
    "x.Boot[id-1,smoke]",
    "x\ny",
    "日本語.テスト",
    "nul\0",
]
NAMES = {"jobs": JOBS, "projects": PROJECTS, "tests": TESTS}
UUIDS = [
    UUID(text) for text in ("abcd" * 8, "abcdef01" + "0" * 24, "abcdef01" + "f" * 24, "ffff" * 8, "0" * 32, "12345678" * 4)
]


def runs() -> Iterator[Run]:
    for number, uuid in enumerate(UUIDS):
        change = ("1234", "12345", "123", "1234", "", "9")[number]
        facts = {"job": JOBS[number], "project": PROJECTS[number % 5], "pipeline": "gate", "change": change}
        yield Run(uuid, started_at=at(number * 60), results=[result(name) for name in TESTS], **facts)
    for number, job in enumerate(JOBS[len(UUIDS) :], 100):
        yield run(number=number, job=job, started_at=at(-3600))
    # Of the first change once more, later than all others.
    yield run(number=200, job="unit", project="openstack/nova", change="1234", started_at=at(9000))
    yield run(number=201, job="", started_at=at(-7200))


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(settings_for(tmp_path_factory.mktemp("named"))) as running:
        for each in runs():
            running.store.writer.write(each)
        yield running


def found(server: Server, q: str, **query: Any) -> dict[str, Any]:
    answer = server.get("/find", q=q, **query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def names(items: list[Any]) -> list[str]:
    return [item if isinstance(item, str) else item["name"] for item in items]


def in_ascii_case(text: str, upper: list[bool]) -> str:
    """The text with the letters of ASCII in other cases: only there is one letter's other case always one letter."""
    turned = zip(text, upper, strict=False)
    return "".join((letter.upper() if up else letter.lower()) if letter.isascii() else letter for letter, up in turned)


@settings(max_examples=100, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([(kind, name) for kind in NAMES for name in NAMES[kind]]), st.data())
def test_every_name_is_found_by_any_part_of_it_in_any_case(named: Server, known: tuple[str, str], data: st.DataObject) -> None:
    kind, name = known
    first = data.draw(st.integers(0, len(name) - 1))
    last = data.draw(st.integers(first + 1, len(name)))
    part = in_ascii_case(name[first:last], data.draw(st.lists(st.booleans(), min_size=last - first, max_size=last - first)))
    answer = named.store.finder.find(part, 50)
    assert name in names(answer[kind])
    assert answer[f"{kind}_total"] == len(answer[kind])


@settings(max_examples=100, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=200))
@example("%")
@example("_")
@example("\\")
@example("\0")
@example("(((")
@example("[^a]*$")
@example("----")
@example("'; DROP TABLE runs; --")
@example("\u0130")  # its small letter is two in some languages
def test_any_text_is_answered_with_what_contains_it_and_nothing_else(named: Server, q: str) -> None:
    answer = named.store.finder.find(q, 50)
    for kind, known in NAMES.items():
        if q.isascii():
            assert sorted(names(answer[kind])) == sorted(name for name in known if q.lower() in name.lower())
    assert answer["runs"] == []


@pytest.mark.parametrize(
    ("q", "kind", "expected"),
    [
        ("unit", "jobs", ["unit", "unit-slow", "nova-unit", "community"]),
        ("UNIT", "jobs", ["unit", "unit-slow", "nova-unit", "community"]),
        ("full", "jobs", ["Tempest_Full"]),
        ("nova", "projects", ["Nova", "nova/nova", "openstack/nova", "openstack/nova-specs", "innovation/x"]),
        ("boot", "tests", ["boot", "a.b.C.test_boot", "a.test_boot_2", "x.Boot[id-1,smoke]", "reboot"]),
        ("a.b.", "tests", ["a.b.C.test_boot", "setUpClass (a.b.C)"]),
        ("%", "jobs", ["100%"]),
        ("_", "jobs", ["Tempest_Full", "under_score"]),
        ("\\d", "jobs", ["\\d+"]),
    ],
)
def test_the_whole_name_comes_first_then_beginnings_then_words(named: Server, q: str, kind: str, expected: list[str]) -> None:
    assert names(found(named, q)[kind]) == expected


def test_a_job_or_a_project_comes_with_the_time_of_its_newest_run(named: Server) -> None:
    assert found(named, "nova-specs")["projects"] == [{"name": "openstack/nova-specs", "newest_run_at": "2026-11-22T12:01:00Z"}]
    assert found(named, "unit")["jobs"][0] == {"name": "unit", "newest_run_at": "2026-11-22T14:30:00Z"}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("abcd", [UUIDS[2], UUIDS[1], UUIDS[0]]),
        ("ABCDEF01", [UUIDS[2], UUIDS[1]]),
        ("abcdef01-0", [UUIDS[1]]),
        ("abc", []),
        ("ab-c", []),
        ("-ab-cd-", [UUIDS[2], UUIDS[1], UUIDS[0]]),
        ("0000", [UUIDS[4]]),
        ("ffff", [UUIDS[3]]),
        (str(UUIDS[5]), [UUIDS[5]]),
        (UUIDS[5].hex, [UUIDS[5]]),
        (UUIDS[5].hex + "1", []),
        ("abcdx", []),
        ("----", []),
        ("１２３４", []),  # digits, but not of a uuid
    ],
)
def test_a_run_is_found_by_the_beginning_of_its_uuid(named: Server, q: str, expected: list[UUID]) -> None:
    answer = found(named, q)
    assert [each["uuid"] for each in answer["runs"]] == [uuid.hex for uuid in expected]
    assert answer["runs_total"] == len(expected)


def test_a_change_is_found_by_its_number_in_each_project_that_has_it(named: Server) -> None:
    answer = found(named, "1234")
    assert [(each["project"], each["change"], each["runs"]) for each in answer["changes"]] == [
        ("openstack/nova", "1234", 2),
        ("Nova", "1234", 1),
        ("openstack/nova-specs", "12345", 1),
    ]
    assert answer["changes_total"] == 3
    newest = answer["changes"][0]["newest_run"]
    assert (newest["project"], newest["change"], newest["started_at"]) == ("openstack/nova", "1234", "2026-11-22T14:30:00Z")


def test_a_change_is_found_by_the_beginning_of_its_number_only(named: Server) -> None:
    assert [each["change"] for each in found(named, "123")["changes"]] == ["123", "1234", "1234", "12345"]
    assert found(named, "234")["changes"] == []
    assert found(named, "12")["changes"] == []  # too many begin with two digits, elsewhere
    assert [each["change"] for each in found(named, "9")["changes"]] == ["9"]


def test_the_limit_is_of_each_kind_and_the_totals_are_of_all(named: Server) -> None:
    answer = found(named, "o", limit=1)
    for kind in ("jobs", "projects", "tests"):
        known = [name for name in NAMES[kind] if "o" in name.lower()]
        assert (len(answer[kind]), answer[f"{kind}_total"]) == (1, len(known))
    answer = found(named, "abcd", limit=2)
    assert (len(answer["runs"]), answer["runs_total"]) == (2, 3)
    answer = found(named, "123", limit=2)
    assert (len(answer["changes"]), answer["changes_total"]) == (2, 4)


def test_runs_without_a_job_a_project_or_a_change_are_no_names(store: Store) -> None:
    store.writer.write(run(job="", started_at=at(0)))
    answer = store.finder.find("a", 8)
    assert [answer[kind] for kind in ("jobs", "projects", "tests", "runs", "changes")] == [[]] * 5


def test_what_nobody_has_seen_is_an_empty_answer(named: Server) -> None:
    answer = found(named, "nothing is called like this")
    assert set(map(str, answer.values())) == {"[]", "0"}


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({}, "q: "),
        ({"q": ""}, "q: "),
        ({"q": "a" * 201}, "q: "),
        ({"q": "a", "limit": 0}, "limit: "),
        ({"q": "a", "limit": 51}, "limit: "),
        ({"q": "a", "limit": "x"}, "limit: "),
    ],
)
def test_a_bad_question_is_told(named: Server, query: dict[str, Any], word: str) -> None:
    assert problem(named.get("/find", **query), 400).startswith(word)
