"""What the routes on failures answer: single results, the tests that fail most, the messages of most failures."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from helpers import Server, at, failure, problem, result, run, uuid_number

from gatehealth.model import Status

WEEK = {"from": "2026-11-18T00:00:00Z", "to": "2026-11-25T00:00:00Z"}
ROUTES = ["/failures", "/failures/tests", "/failures/messages"]
ASSERTION = "AssertionError: 'ACTIVE' != 'ERROR'"


def good(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_failures_are_listed_with_their_runs_newest_first(server: Server) -> None:
    answer = good(server.get("/failures", **WEEK))
    assert answer["total"] == 4
    assert [(each["test"], each["status"], each["message"], each["run"]["uuid"]) for each in answer["failures"]] == [
        ("b.test_open", "incomplete", "", uuid_number(1).hex),
        ("b.test_screen", "fail", "Boom", uuid_number(1).hex),
        ("a.test_two", "fail", ASSERTION, uuid_number(1).hex),
        ("c.test", "fail", ASSERTION, uuid_number(4).hex),
    ]
    first = answer["failures"][0]
    assert (first["started_at"], first["seconds"], first["attempt"]) == ("2026-11-22T12:00:07Z", None, 0)
    run = first["run"]
    assert (run["job"], run["pipeline"], run["change"], run["outcome"]) == ("tempest-full", "gate", "900001", "fail")
    assert run["log_url"] == "https://logs.example/1"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "^B"}, ["b.test_open", "b.test_screen"]),
        ({"test": "c.test"}, ["c.test"]),
        ({"test": "c"}, []),
        ({"message": "active"}, ["a.test_two", "c.test"]),
        ({"message": "BOOM"}, ["b.test_screen"]),
        ({"message": "%"}, []),
        ({"whole_message": ASSERTION}, ["a.test_two", "c.test"]),
        ({"whole_message": ASSERTION.lower()}, []),
        ({"whole_message": "Boo"}, []),
        ({"whole_message": ""}, ["b.test_open"]),
        ({"whole_message": ASSERTION, "job": "neutron-unit"}, ["c.test"]),
        ({"limit": 1, "offset": 2}, ["a.test_two"]),
        ({"offset": 4}, []),
        ({"pipeline": "gate", "job": "neutron-unit"}, ["c.test"]),
        ({"q": "test", "message": "'ERROR'", "provider": "cloud-1", "voting": "true"}, ["a.test_two"]),
    ],
)
def test_failures_are_narrowed(server: Server, asked: dict[str, Any], found: list[str]) -> None:
    assert [each["test"] for each in good(server.get("/failures", **WEEK, **asked))["failures"]] == found


def test_the_total_is_of_the_failures_with_the_whole_message(server: Server) -> None:
    assert good(server.get("/failures", **WEEK, whole_message=ASSERTION, limit=1))["total"] == 2


def test_the_tests_that_fail_most_have_their_rate_and_their_newest_failure(server: Server) -> None:
    answer = good(server.get("/failures/tests", **WEEK))
    assert answer["total"] == 4
    assert answer["covered"]["complete"]
    tests = {each["test"]: each for each in answer["tests"]}
    assert list(tests) == ["a.test_two", "b.test_screen", "c.test", "b.test_open"]
    two = tests["a.test_two"]
    assert [two[name] for name in ("failures", "incomplete", "runs", "jobs", "n", "failure_rate")] == [1, 0, 1, 1, 2, 0.5]
    assert two["failure_rate_low"] < 0.5 < two["failure_rate_high"]
    assert two["newest"] == {
        **{"uuid": uuid_number(1).hex, "job": "tempest-full", "status": "fail", "attempt": 0, "message": ASSERTION},
        **{"started_at": "2026-11-22T12:00:01Z", "log_url": "https://logs.example/1"},
    }
    never_ended = tests["b.test_open"]
    assert [never_ended[name] for name in ("failures", "incomplete", "n", "failure_rate")] == [0, 1, 0, None]


def test_a_rate_is_of_all_results_whatever_the_message(server: Server) -> None:
    [test] = good(server.get("/failures/tests", **WEEK, message="active", job="tempest-full"))["tests"]
    assert (test["test"], test["n"], test["failure_rate"]) == ("a.test_two", 2, 0.5)


def test_equal_messages_are_counted_together(server: Server) -> None:
    answer = good(server.get("/failures/messages", **WEEK))
    assert answer["total"] == 3
    assert [(each["message"], each["failures"], each["incomplete"]) for each in answer["messages"]] == [
        (ASSERTION, 2, 0),
        ("", 0, 1),
        ("Boom", 1, 0),
    ]
    first = answer["messages"][0]
    assert [first[name] for name in ("tests", "jobs", "runs")] == [2, 2, 2]
    assert (first["oldest_at"], first["newest_at"]) == ("2026-11-21T12:00:00Z", "2026-11-22T11:59:00Z")
    assert first["newest"] == {"uuid": uuid_number(1).hex, "job": "tempest-full", "test": "a.test_two", "attempt": 0}
    assert [each["message"] for each in good(server.get("/failures/messages", **WEEK, limit=1, offset=2))["messages"]] == [
        "Boom"
    ]


@pytest.mark.parametrize("route", ROUTES)
def test_pages_do_not_change_the_total(server: Server, route: str) -> None:
    whole = good(server.get(route, **WEEK))["total"]
    assert whole == good(server.get(route, **WEEK, limit=1))["total"] == good(server.get(route, **WEEK, offset=100))["total"]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "asked",
    [{"q": "("}, {"from": "2026-11-25T00:00:00Z", "to": "2026-11-18T00:00:00Z"}, {"limit": 0}, {"limit": 1001}, {"offset": -1}],
)
def test_what_cannot_be_asked_is_refused(server: Server, route: str, asked: dict[str, Any]) -> None:
    problem(server.get(route, **{**WEEK, **asked}), 400)


@pytest.mark.parametrize("route", ROUTES)
def test_an_empty_database_answers(empty: Server, route: str) -> None:
    assert good(empty.get(route))["total"] == 0


def test_failures_over_time_by_test_in_the_order_asked_for(server: Server) -> None:
    tests = ["c.test", "a.test_one", "a.test_two", "b.test_open", "no.such.test"]
    answer = good(server.get("/failures/series", **WEEK, resolution="day", test=tests))
    assert len(answer["times"]) == 7
    assert answer["test"] == tests
    days = [[(day[:10], n) for day, n in zip(answer["times"], row, strict=True) if n] for row in answer["failed"]]
    assert days == [[("2026-11-21", 1)], [], [("2026-11-22", 1)], [], []], "what never ended did not fail"
    narrowed = good(server.get("/failures/series", **WEEK, resolution="day", test=tests, job="tempest-full"))
    assert [sum(row) for row in narrowed["failed"]] == [0, 0, 1, 0, 0]


@pytest.mark.parametrize("asked", [{}, {"test": ["a"] * 201}, {"test": "a", "resolution": "sec"}])
def test_failures_over_time_are_of_some_tests_and_not_too_many(server: Server, asked: dict[str, Any]) -> None:
    problem(server.get("/failures/series", **WEEK, **asked), 400)


def test_the_newest_of_a_test_is_a_failure_unless_all_of_its_results_never_ended(empty: Server) -> None:
    hung, other = (result(test, Status.INCOMPLETE) for test in ("a.test", "b.test"))
    empty.store.writer.write(run(failure("a.test"), number=1, started_at=at(0)))
    empty.store.writer.write(run(hung, other, number=2, started_at=at(60)))

    tests = good(empty.get("/failures/tests", **WEEK))["tests"]
    assert [(each["test"], each["newest"]["uuid"], each["newest"]["status"]) for each in tests] == [
        ("a.test", uuid_number(1).hex, "fail"),
        ("b.test", uuid_number(2).hex, "incomplete"),
    ]
