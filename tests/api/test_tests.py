"""What the routes about tests answer, and what they refuse."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from helpers import Server, at, failure, problem, result, run, serving, settings_for, uuid_number

from gatehealth.model import Status

WEEK = {"from": "2026-11-18T00:00:00Z", "to": "2026-11-25T00:00:00Z"}
ODD = 'it\'s "odd" & 100 %\nwith[a.b] ünïcode'
OF_ONE_TEST = ("series", "runs", "breakdown", "failures")


def good(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_totals_of_tests_in_columns(server: Server) -> None:
    answer = good(server.get("/tests", **WEEK))
    assert answer.pop("covered") == {"since": WEEK["from"], "until": WEEK["to"], "complete": True}
    assert (answer.pop("since"), answer.pop("until"), answer.pop("total")) == (WEEK["from"], WEEK["to"], 6)
    rows = [dict(zip(answer, values, strict=True)) for values in zip(*answer.values(), strict=True)]
    assert [row["test"] for row in rows] == [
        "b.test_screen",
        "c.test",
        "a.test_two",
        "a.test_one",
        "b.test_open",
        "b.test_skip",
    ]
    two = rows[2]
    assert 0 < two.pop("failure_rate_low") < 0.5 < two.pop("failure_rate_high") < 1
    assert two == {
        "test": "a.test_two",
        **{"results": 2, "passed": 1, "failed": 1, "skipped": 0, "incomplete": 0},
        **{"success": 1, "fail": 1, "xfail": 0, "uxsuccess": 0},
        **{"n": 2, "failure_rate": 0.5},
        **{"timed": 1, "mean_seconds": 1.0, "deviation_seconds": None, "min_seconds": 1.0, "max_seconds": 1.0},
    }
    skip = rows[5]
    assert (skip["skipped"], skip["n"], skip["failure_rate"], skip["failure_rate_low"], skip["mean_seconds"]) == (
        1,
        0,
        None,
        None,
        None,
    )
    assert rows[3]["deviation_seconds"] == 0.0


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"job": "neutron-unit"}, ["c.test", "a.test_one"]),
        ({"job": "neutron-unit", "pipeline": "gate"}, ["c.test"]),
        ({"project": "openstack/neutron", "voting": "true"}, ["c.test"]),
        ({"q": "^b\\..*_S"}, ["b.test_screen", "b.test_skip"]),
        ({"contains": "TEST_S"}, ["b.test_screen", "b.test_skip"]),
        ({"contains": "."}, ["b.test_screen", "c.test", "a.test_two", "a.test_one", "b.test_open", "b.test_skip"]),
        ({"q": "test_s", "contains": "kip"}, ["b.test_skip"]),
        ({"contains": ""}, ["b.test_screen", "c.test", "a.test_two", "a.test_one", "b.test_open", "b.test_skip"]),
        ({"order": "name", "limit": 2}, ["a.test_one", "a.test_two"]),
        ({"order": "name", "limit": 2, "offset": 1}, ["a.test_two", "b.test_open"]),
        ({"order": "name", "direction": "desc", "limit": 1}, ["c.test"]),
        ({"order": "n", "limit": 1}, ["a.test_one"]),
        ({"order": "failure_rate", "direction": "asc", "limit": 1}, ["a.test_one"]),
        ({"order": "failed", "limit": 3}, ["a.test_two", "b.test_screen", "c.test"]),
        ({"branch": "no such"}, []),
    ],
)
def test_totals_are_narrowed_ordered_and_paged(server: Server, filters: dict[str, Any], found: list[str]) -> None:
    assert good(server.get("/tests", **WEEK, **filters))["test"] == found


def test_names_are_found_whatever_the_period(server: Server) -> None:
    assert good(server.get("/tests/names", q="test_s")) == {"total": 2, "tests": ["b.test_screen", "b.test_skip"]}
    assert good(server.get("/tests/names", contains="TEST_", limit=1, offset=1)) == {"total": 5, "tests": ["a.test_two"]}


def test_the_tree_shows_the_next_parts_with_what_is_below(server: Server) -> None:
    root = good(server.get("/tests/tree", **WEEK))
    assert (root["total"], root["part"], root["prefix"], root["test"]) == (3, ["a", "b", "c"], ["a", "b", "c"], [None] * 3)
    assert (root["further"], root["tests"], root["results"], root["failed"]) == ([True] * 3, [2, 3, 1], [6, 3, 1], [1, 1, 1])
    below = good(server.get("/tests/tree", **WEEK, prefix="b", limit=2))
    assert (below["total"], below["part"], below["prefix"]) == (
        3,
        ["test_open", "test_screen"],
        ["b.test_open", "b.test_screen"],
    )
    assert (below["test"], below["further"], below["incomplete"]) == (["b.test_open", "b.test_screen"], [False] * 2, [1, 0])
    never = good(server.get("/tests/tree", prefix="b", **{"from": "2020-01-01", "to": "2020-01-02"}))
    assert (never["tests"], never["results"], never["failure_rate"]) == ([1, 1, 1], [0, 0, 0], [None] * 3)


def test_a_series_has_every_bucket_of_the_period(server: Server, period: dict[str, str]) -> None:
    series = good(server.get("/tests/series", **period, test="a.test_one", resolution="hour"))
    assert (series["test"], series["resolution"], len(series["times"])) == ("a.test_one", "hour", 24)
    assert [series["results"][hour] for hour in (11, 12, 13, 14)] == [1, 1, 1, 1]
    assert (sum(series["results"]), series["mean_seconds"][11], series["mean_seconds"][0]) == (4, 1.0, None)
    daily = good(server.get("/tests/series", **WEEK, test="a.test_two", resolution="day", pipeline="gate"))
    assert (daily["times"][4], daily["fail"][4], daily["success"][4]) == ("2026-11-22T00:00:00Z", 1, 1)


def test_the_single_results_of_a_test(server: Server) -> None:
    runs = good(server.get("/tests/runs", **WEEK, test="a.test_two"))
    for name in ("covered", "since", "until"):
        del runs[name]
    assert runs == {
        "test": "a.test_two",
        "total": 2,
        "started_at": ["2026-11-22T12:00:03Z", "2026-11-22T12:00:01Z"],
        "seconds": [1.0, 1.0],
        "status": ["success", "fail"],
        "attempt": [1, 0],
        "run": [uuid_number(1).hex] * 2,
        **{"jobs": ["tempest-full"], "job": [0, 0], "pipelines": ["gate"], "pipeline": [0, 0]},
    }
    several = good(server.get("/tests/runs", **WEEK, test="a.test_one", limit=3))
    assert (several["total"], len(several["run"]), len(several["jobs"])) == (4, 3, 2)


def test_a_breakdown_by_a_fact_and_by_free_metadata(server: Server) -> None:
    by_voting = good(server.get("/tests/breakdown", **WEEK, test="a.test_one", key="voting"))
    assert (by_voting["key"], by_voting["total"]) == ("voting", 3)
    assert dict(zip(by_voting["value"], by_voting["results"], strict=True)) == {"true": 2, "false": 1, "": 1}
    by_node = good(server.get("/tests/breakdown", **WEEK, test="a.test_one", key="node"))
    assert dict(zip(by_node["value"], by_node["n"], strict=True)) == {"jammy": 2, "noble": 1, "": 1}
    assert by_node["mean_seconds"] == [1.0] * 3
    assert good(server.get("/tests/breakdown", **WEEK, test="a.test_one"))["key"] == "job"


def test_the_failures_of_a_test_and_what_they_say(server: Server) -> None:
    answer = good(server.get("/tests/failures", **WEEK, test="a.test_two"))
    assert (answer["total"], answer["messages_total"]) == (1, 1)
    [failed], [message] = answer["failures"], answer["messages"]
    assert (failed["status"], failed["message"], failed["attempt"]) == ("fail", "AssertionError: 'ACTIVE' != 'ERROR'", 0)
    assert (failed["run"]["uuid"], failed["run"]["provider"], failed["run"]["change"]) == (
        uuid_number(1).hex,
        "cloud-1",
        "900001",
    )
    assert (message["message"], message["failures"], message["newest"]["uuid"]) == (failed["message"], 1, uuid_number(1).hex)
    incomplete = good(server.get("/tests/failures", **WEEK, test="b.test_open"))
    assert [row["status"] for row in incomplete["failures"]] == ["incomplete"]
    assert good(server.get("/tests/failures", **WEEK, test="a.test_two", pipeline="check"))["total"] == 0


@pytest.mark.parametrize("route", OF_ONE_TEST)
def test_a_test_that_nobody_has_seen_is_not_found(server: Server, route: str) -> None:
    for name in ("no such test", "a.test_one ", "", "new\nline"):
        assert "is known here" in problem(server.get(f"/tests/{route}", **WEEK, test=name), 404)
    assert problem(server.get(f"/tests/{route}", **WEEK), 400).startswith("test:")


@pytest.mark.parametrize(
    ("path", "query", "why"),
    [
        ("/tests", {"q": "("}, "q is not a regular expression"),
        ("/tests", {"order": "nonsense"}, "order"),
        ("/tests", {"direction": "up"}, "direction"),
        ("/tests", {"limit": 1001}, "limit"),
        ("/tests", {"offset": -1}, "offset"),
        ("/tests/tree", {"limit": 0}, "limit"),
        ("/tests/series", {"test": "a.test_one", "resolution": "sec"}, "at most 5,000 are drawn"),
        ("/tests/series", {"test": "a.test_one", "resolution": "year"}, "resolution"),
        ("/tests/runs", {"test": "a.test_one", "limit": 10_001}, "limit"),
        ("/tests/breakdown", {"test": "a.test_one", "key": ""}, "key"),
        ("/tests", {"from": "2026-11-26T00:00:00Z"}, "before it starts"),
    ],
)
def test_what_cannot_be_answered_is_refused(server: Server, path: str, query: dict[str, Any], why: str) -> None:
    assert why in problem(server.get(path, **{**WEEK, **query}), 400)


def test_a_name_is_searched_for_by_nothing_but_a_regular_expression(server: Server) -> None:
    assert "q is not a regular expression" in problem(server.get("/tests/names", q="[a"), 400)


@pytest.mark.parametrize("period", [{"from": "0001-01-01", "to": "0001-01-02"}, {"from": "9999-01-01", "to": "9999-12-31"}])
def test_periods_at_the_ends_of_the_calendar_hold_nothing(server: Server, period: dict[str, str]) -> None:
    assert good(server.get("/tests", **period))["total"] == 0
    assert sum(good(server.get("/tests/series", **period, test="a.test_one", resolution="day"))["results"]) == 0


@pytest.fixture(scope="module")
def odd_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with an odd test, and with one that has very many results."""
    often = [result("often", start=number, seconds=number % 977 / 7, attempt=number) for number in range(12_000)]
    runs = [
        run(
            result(ODD),
            result(ODD, Status.FAIL, attempt=1),
            failure("setUpClass (a.b.C)"),
            result("a.b.C.test"),
            number=1,
            started_at=at(0),
        ),
        run(*often, number=2, started_at=at(0)),
    ]
    with serving(settings_for(tmp_path_factory.mktemp("server"))) as running:
        for each in runs:
            running.store.writer.write(each)
        yield running


def test_any_name_is_asked_for_as_it_is(odd_server: Server) -> None:
    for route in OF_ONE_TEST:
        assert good(odd_server.get(f"/tests/{route}", **WEEK, test=ODD))["test"] == ODD
    assert good(odd_server.get("/tests", **WEEK, contains=ODD))["results"] == [2]
    assert good(odd_server.get("/tests/names", contains="\n")) == {"total": 1, "tests": [ODD]}
    assert ODD in good(odd_server.get("/tests/tree", **WEEK))["test"]


def test_what_happens_before_the_tests_of_a_class_stands_among_them(odd_server: Server) -> None:
    below = good(odd_server.get("/tests/tree", **WEEK, prefix="a.b.C"))
    assert (below["part"], below["test"]) == (["setUpClass (a.b.C)", "test"], ["setUpClass (a.b.C)", "a.b.C.test"])


def test_the_most_single_results_are_less_than_500_kb_on_the_wire(odd_server: Server) -> None:
    answer = odd_server.get("/tests/runs", **WEEK, test="often", limit=10_000)
    assert (good(answer)["total"], len(good(answer)["run"])) == (12_000, 10_000)
    assert len(gzip.compress(json.dumps(answer.json()).encode(), 5)) < 500_000
