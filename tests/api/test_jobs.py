"""What the routes on jobs and periods answer: summaries, jobs, grids, results and run times over time."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from helpers import Server, problem, uuid_number

WEEK = {"from": "2026-11-18T00:00:00Z", "to": "2026-11-25T00:00:00Z"}
EVERY_FILTER = {
    **{"project": "openstack/nova", "pipeline": ["check", "gate"], "branch": "master"},
    **{"job": "tempest-full", "provider": "cloud-1", "voting": "true"},
}
ROUTES = ["/summary", "/results/series", "/runs/times", "/runs/words", "/jobs", "/jobs/grid"]


def good(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_summary_is_of_the_period_and_of_the_one_before_it(server: Server, period: dict[str, str]) -> None:
    summary = good(server.get("/summary", **period))
    current, before = summary["current"], summary["before"]
    assert (current["since"], current["until"]) == (period["from"], period["to"])
    assert (before["since"], before["until"]) == ("2026-11-21T00:00:00Z", period["from"])
    assert [current[name] for name in ("runs", "passed", "failed", "infra", "ignored", "jobs")] == [5, 3, 1, 1, 0, 2]
    assert (current["n"], current["failure_rate"]) == (4, 0.25)
    assert current["failure_rate_low"] < 0.25 < current["failure_rate_high"]
    assert (current["failing_tests"], current["results"]["total"], current["results"]["failed"]) == (2, 9, 2)
    assert (before["runs"], before["failed"], before["failing_tests"], before["results"]["total"]) == (1, 1, 1, 1)


def test_a_period_without_runs_has_a_summary_of_nothing(server: Server) -> None:
    current = good(server.get("/summary", **{"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"}))["current"]
    rate = [current[name] for name in ("n", "failure_rate", "failure_rate_low", "failure_rate_high", "median_seconds")]
    assert rate == [0, None, None, None, None]


def test_jobs_are_ordered_and_paged(server: Server) -> None:
    def names(**asked: Any) -> list[str]:
        return [job["job"] for job in good(server.get("/jobs", **WEEK, **asked))["jobs"]]

    assert names() == names(order="failure_rate") == ["neutron-unit", "tempest-full"]
    assert names(order="failures") == names(order="name") == ["neutron-unit", "tempest-full"]
    assert names(order="seconds") == names(order="newest") == ["tempest-full", "neutron-unit"]
    assert names(limit=1) == ["neutron-unit"]
    assert names(limit=1, offset=1) == ["tempest-full"]
    assert names(offset=2) == []
    assert good(server.get("/jobs", **WEEK, limit=1))["total"] == 2


def test_a_job_has_its_rate_with_an_interval_and_its_median_time(server: Server) -> None:
    job = good(server.get("/jobs", **WEEK, q="tempest"))["jobs"][0]
    assert (job["n"], job["failure_rate"]) == (3, pytest.approx(1 / 3))
    assert (job["failure_rate_low"], job["failure_rate_high"]) == (
        pytest.approx(0.0615, abs=1e-4),
        pytest.approx(0.7923, abs=1e-4),
    )
    assert good(server.get("/jobs", **WEEK, **EVERY_FILTER))["jobs"][0]["median_seconds"] == 100.0


def test_results_over_time_are_counted_by_the_start_of_their_runs(server: Server, period: dict[str, str]) -> None:
    series = good(server.get("/results/series", **period, resolution="day"))
    assert (series["resolution"], series["times"]) == ("day", ["2026-11-22T00:00:00Z"])
    assert series["series"] == {
        **{"runs": [4], "passed": [5], "failed": [2], "skipped": [1], "incomplete": [1]},
        **{"xfail": [0], "uxsuccess": [0]},
    }
    assert series["totals"]["total"] == 9
    hours = good(server.get("/results/series", **period, job="tempest-full"))
    assert len(hours["times"]) == 24
    assert [hours["series"]["runs"][hour] for hour in (11, 12, 13, 14)] == [1, 0, 1, 1]


def test_run_times_are_points_and_what_passing_runs_come_to(server: Server, period: dict[str, str]) -> None:
    times = good(server.get("/runs/times", **period, resolution="day", job="tempest-full"))
    assert (times["total"], times["untimed"]) == (2, 1), "the results of run 3 are older than the run, so nobody knows"
    assert times["runs"] == {
        "uuid": [uuid_number(number).hex for number in (2, 1)],
        "started_at": ["2026-11-22T13:00:00Z", "2026-11-22T11:59:00Z"],
        "seconds": [100.0, 600.0],
        "outcome": ["pass", "fail"],
        "result": ["", "FAILURE"],
    }
    assert times["passing"] == {"n": [1], "mean": [100.0], "deviation": [None], "fastest": [100.0], "slowest": [100.0]}


def test_of_too_many_runs_those_that_did_not_pass_are_shown(server: Server) -> None:
    assert good(server.get("/runs/times", **WEEK))["total"] == 4
    assert good(server.get("/runs/times", **WEEK, limit=2))["runs"]["outcome"] == ["fail", "fail"]
    assert good(server.get("/runs/times", **WEEK, limit=3))["runs"]["outcome"] == ["pass", "fail", "fail"]


def test_words_are_counted_each_with_its_outcome_and_its_newest_run(server: Server) -> None:
    words = good(server.get("/runs/words", **WEEK))["words"]
    assert [(each["result"], each["outcome"], each["runs"], each["newest"]["uuid"]) for each in words] == [
        ("", "pass", 3, uuid_number(3).hex),
        ("FAILURE", "fail", 1, uuid_number(1).hex),
        ("NODE_FAILURE", "infra", 1, uuid_number(6).hex),
        ("TIMED_OUT", "fail", 1, uuid_number(4).hex),
    ]
    assert words[1]["newest"] == good(server.get("/runs", **WEEK, outcome="fail"))["runs"][0]
    assert [each["runs"] for each in good(server.get("/runs/words", **WEEK, meta="node=jammy"))["words"]] == [1, 1]


def test_the_grid_of_a_job(server: Server) -> None:
    grid = good(server.get("/jobs/grid", **WEEK, job="tempest-full"))
    assert (grid["job"], grid["total_runs"], grid["total_tests"]) == ("tempest-full", 3, 5)
    assert grid["runs"]["uuid"] == [uuid_number(number).hex for number in (3, 2, 1)]
    assert grid["runs"]["outcome"] == ["pass", "pass", "fail"]
    assert grid["runs"]["results"] == [1, 1, 6]
    assert dict(zip(grid["tests"]["test"], grid["tests"]["cells"], strict=True)) == {
        "a.test_two": "..s",
        "b.test_screen": "..F",
        "b.test_open": "..I",
        "a.test_one": "SSS",
        "b.test_skip": "..K",
    }
    assert list(zip(grid["tests"]["failures"], grid["tests"]["incomplete"], strict=True)) == [
        (1, 0),
        (1, 0),
        (0, 1),
        (0, 0),
        (0, 0),
    ]
    assert grid["failures"] == {
        "test": [0, 1, 2],
        "run": [2, 2, 2],
        "attempt": [0, 0, 0],
        "status": ["fail", "fail", "incomplete"],
        "seconds": [1.0, 1.0, None],
        "message": ["AssertionError: 'ACTIVE' != 'ERROR'", "Boom", ""],
    }


def test_a_window_of_the_grid(server: Server) -> None:
    asked = {"job": "tempest-full", "order": "name", "limit_runs": 2, "offset_runs": 1, "limit_tests": 2, "offset_tests": 1}
    grid = good(server.get("/jobs/grid", **WEEK, **asked))
    assert grid["runs"]["uuid"] == [uuid_number(number).hex for number in (2, 1)]
    assert (grid["tests"]["test"], grid["tests"]["cells"]) == (["a.test_two", "b.test_open"], [".s", ".I"])
    assert (grid["total_runs"], grid["total_tests"]) == (3, 5)
    assert good(server.get("/jobs/grid", **WEEK, job="tempest-full", q="SCREEN|skip"))["total_tests"] == 2


def test_runs_without_results_are_in_the_grid_unless_one_says_otherwise(server: Server) -> None:
    grid = good(server.get("/jobs/grid", **WEEK, job="neutron-unit"))
    assert list(zip(grid["runs"]["outcome"], grid["runs"]["result"], grid["runs"]["results"], strict=True)) == [
        ("infra", "NODE_FAILURE", 0),
        ("pass", "", 1),
        ("fail", "TIMED_OUT", 1),
    ]
    assert dict(zip(grid["tests"]["test"], grid["tests"]["cells"], strict=True)) == {"c.test": "..F", "a.test_one": ".S."}
    assert good(server.get("/jobs/grid", **WEEK, job="neutron-unit", only_results="true"))["total_runs"] == 2


def test_a_job_that_did_not_run_in_the_period_has_an_empty_grid(server: Server) -> None:
    grid = good(server.get("/jobs/grid", **{"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"}, job="tempest-full"))
    assert (grid["total_runs"], grid["total_tests"], grid["runs"]["uuid"], grid["tests"]["test"]) == (0, 0, [], [])


def test_the_grid_of_an_unknown_job_is_not_found(server: Server) -> None:
    assert "no such job" in problem(server.get("/jobs/grid", **WEEK, job="no such job"), 404)


@pytest.mark.parametrize("job", [{}, {"job": ["tempest-full", "neutron-unit"]}])
def test_a_grid_is_of_one_job(server: Server, job: dict[str, Any]) -> None:
    assert "one job" in problem(server.get("/jobs/grid", **WEEK, **job), 400)


def test_a_grid_of_more_results_than_it_can_hold_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatehealth.store.job_reader.GRID_RESULTS", 7)
    assert "fewer runs" in problem(server.get("/jobs/grid", **WEEK, job="tempest-full", only_results="true"), 400)
    good(server.get("/jobs/grid", **WEEK, job="tempest-full", limit_runs=2, order="name"))


@pytest.mark.parametrize("route", ROUTES)
def test_every_filter_narrows(server: Server, route: str) -> None:
    """Each filter by itself, with a value that no run has, leaves nothing; all of them together leave what has them all."""
    job = {"job": "tempest-full"} if route == "/jobs/grid" else {}

    def runs(**filters: Any) -> int:
        answer = good(server.get(route, **WEEK, **{**job, **filters}))
        return {
            "/summary": lambda: answer["current"]["runs"],
            "/results/series": lambda: sum(answer["series"]["runs"]),
            "/runs/times": lambda: answer["total"] + answer["untimed"],
            "/runs/words": lambda: sum(each["runs"] for each in answer["words"]),
            "/jobs": lambda: sum(each["passed"] + each["failed"] + each["infra"] + each["ignored"] for each in answer["jobs"]),
            "/jobs/grid": lambda: answer["total_runs"],
        }[route]()

    everything = 3 if job else 5 if route == "/results/series" else 6
    assert runs() == everything
    for fact in ("project", "pipeline", "branch", "provider"):
        assert runs(**{fact: "no such"}) == 0
    assert runs(**EVERY_FILTER) == 2


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "asked",
    [{"q": "("}, {"from": "2026-11-25T00:00:00Z", "to": "2026-11-18T00:00:00Z"}, {"voting": "perhaps"}, {"from": "soon"}],
)
def test_what_cannot_be_asked_is_refused(server: Server, route: str, asked: dict[str, str]) -> None:
    problem(server.get(route, **{**WEEK, "job": "tempest-full", **asked}), 400)


@pytest.mark.parametrize(
    ("route", "asked"),
    [
        ("/jobs", {"limit": 0}),
        ("/jobs", {"limit": 1001}),
        ("/jobs", {"offset": -1}),
        ("/jobs", {"order": "luck"}),
        ("/runs/times", {"limit": 10_001}),
        ("/runs/times", {"resolution": "sec"}),
        ("/results/series", {"resolution": "sec"}),
        ("/jobs/grid", {"limit_runs": 501}),
        ("/jobs/grid", {"limit_tests": 3001}),
        ("/jobs/grid", {"order": "luck"}),
    ],
)
def test_limits_are_kept(server: Server, route: str, asked: dict[str, Any]) -> None:
    problem(server.get(route, **WEEK, job="tempest-full", **asked), 400)


@pytest.mark.parametrize("route", [route for route in ROUTES if route != "/jobs/grid"])
def test_an_empty_database_answers(empty: Server, route: str) -> None:
    good(empty.get(route))


def test_the_grid_of_failing_tests_alone(server: Server) -> None:
    asked = {"job": "tempest-full", "only_failing": "true"}
    grid = good(server.get("/jobs/grid", **WEEK, **asked, order="name"))
    assert (grid["total_tests"], grid["tests"]["test"]) == (3, ["a.test_two", "b.test_open", "b.test_screen"])
    assert grid["total_runs"] == 3, "runs are all shown"
    second = good(server.get("/jobs/grid", **WEEK, **asked, limit_tests=1, offset_tests=1))
    assert (second["total_tests"], second["tests"]["test"]) == (3, ["b.test_screen"])
