"""What each route answers: runs, results, texts, groups, jobs, and under which filters."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from helpers import TRACEBACK, Server, problem, uuid_number

from gatehealth.formats import subunit

WEEK = {"from": "2026-11-18T00:00:00Z", "to": "2026-11-25T00:00:00Z"}


def good(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def one(number: int, rest: str = "") -> str:
    return f"/runs/{uuid_number(number).hex}{rest}"


def numbers(runs: list[dict[str, Any]]) -> list[int]:
    return [int(run["uuid"][-4:], 16) for run in runs]


def test_the_facts_of_a_run(server: Server) -> None:
    facts = good(server.get(one(1)))
    assert facts.pop("received_at").endswith("Z")
    assert facts == {
        "uuid": uuid_number(1).hex,
        "job": "tempest-full",
        "project": "openstack/nova",
        "pipeline": "gate",
        "branch": "master",
        "change": "900001",
        "patchset": "3",
        "ref": "refs/changes/01/900001/3",
        "ref_url": "https://review.example/900001",
        "buildset": "b1",
        "provider": "cloud-1",
        "voting": True,
        "outcome": "fail",
        "result": "FAILURE",
        "started_at": "2026-11-22T11:59:00Z",
        "ended_at": "2026-11-22T12:09:00Z",
        "seconds": 600.0,
        "test_seconds": 5.0,
        "log_url": "https://logs.example/1",
        "counts": {
            **{"total": 6, "passed": 2, "failed": 2, "skipped": 1, "incomplete": 1},
            **{"success": 2, "fail": 2, "xfail": 0, "uxsuccess": 0},
        },
        "complete": False,
        "damage": ["the stream ends inside a packet"],
        "processes_failed": 1,
        "metadata": {"node": "jammy"},
        "attachments": 1,
        "build": None,
    }


def test_the_results_of_a_run_in_columns_by_start(server: Server) -> None:
    results = good(server.get(one(1, "/results")))
    assert results == {
        "test": ["a.test_one", "a.test_two", "a.test_two", "b.test_skip", "b.test_screen", "b.test_open"],
        "attempt": [0, 0, 1, 0, 0, 0],
        "status": ["success", "fail", "success", "skip", "fail", "incomplete"],
        "started_at": [f"2026-11-22T12:00:0{second}Z" for second in (0, 1, 3, 5, 6, 7)],
        "seconds": [1.0, 1.0, 1.0, 1.0, 1.0, None],
        "worker": ["worker-0", "worker-1", "worker-1", "", "", ""],
        "tags": [["slow", "worker-0"], ["worker-1"], ["worker-1"], [], [], []],
        "attributes": ["id-1,smoke", "", "", "", "", ""],
        "message": ["", "AssertionError: 'ACTIVE' != 'ERROR'", "", "no cloud", "Boom", ""],
        "attachments": [0, 1, 0, 1, 2, 0],
    }


def test_the_texts_of_a_result_and_of_the_run(server: Server) -> None:
    texts = good(server.get(one(1, "/attachments"), test="a.test_two"))["attachments"]
    assert [(text["name"], text["text"], text["cut"]) for text in texts] == [("traceback", TRACEBACK, False)]
    assert good(server.get(one(1, "/attachments"), test="a.test_two", attempt=1))["attachments"] == []
    screen = good(server.get(one(1, "/attachments"), test="b.test_screen"))["attachments"][1]
    assert screen == {"name": "screen.png", "mime_type": "image/png", "bytes": 4, "cut": False, "text": None}
    own = good(server.get(one(1, "/attachments")))["attachments"]
    assert [(text["name"], text["text"]) for text in own] == [("stdout", "loading")]
    assert good(server.get(one(1, "/attachments"), test="no such test"))["attachments"] == []


def test_a_run_as_subunit(server: Server) -> None:
    answer = server.get(one(1, "/subunit"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.subunit"
    assert answer.headers["content-disposition"] == f'attachment; filename="{uuid_number(1).hex}.subunit"'
    read = subunit.read(answer.content)
    assert [result.status.word for result in read.results] == ["success", "fail", "success", "skip", "fail", "incomplete"]
    assert (read.processes_failed, [file.name for file in read.attachments]) == (1, ["stdout"])


def test_the_results_of_one_test_in_a_run(server: Server) -> None:
    results = good(server.get(one(1, "/results"), test="a.test_two"))
    assert [results[name] for name in ("test", "attempt", "status")] == [["a.test_two"] * 2, [0, 1], ["fail", "success"]]
    assert good(server.get(one(1, "/results"), test="no.such.test"))["test"] == []


def test_a_run_without_results_has_empty_columns(server: Server) -> None:
    assert set(map(tuple, good(server.get(one(6, "/results"))).values())) == {()}
    facts = good(server.get(one(6)))
    assert (facts["outcome"], facts["counts"]["total"], facts["complete"]) == ("infra", 0, True)


def test_a_uuid_is_understood_with_dashes_too(server: Server) -> None:
    assert good(server.get(f"/runs/{uuid_number(1)}"))["uuid"] == uuid_number(1).hex


def test_runs_are_listed_newest_first(server: Server) -> None:
    assert numbers(good(server.get("/runs", **WEEK))["runs"]) == [3, 2, 6, 5, 1, 4]
    assert numbers(good(server.get("/runs", **WEEK, limit=2))["runs"]) == [3, 2]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"project": "openstack/nova"}, [3, 2, 1]),
        ({"project": ["openstack/nova", "openstack/neutron"]}, [3, 2, 6, 5, 1, 4]),
        ({"pipeline": "gate"}, [6, 1, 4]),
        ({"branch": "stable/2026.1"}, [6, 5, 4]),
        ({"job": "tempest-full"}, [3, 2, 1]),
        ({"provider": "cloud-2"}, [6, 5, 4]),
        ({"voting": "true"}, [2, 1, 4]),
        ({"voting": "false"}, [3]),
        ({"q": "UNIT$"}, [6, 5, 4]),
        ({"outcome": "fail"}, [1, 4]),
        ({"outcome": ["infra", "pass"]}, [3, 2, 6, 5]),
        ({"outcome": "ignored"}, []),
        ({"project": "openstack/nova", "pipeline": "gate", "voting": "true"}, [1]),
        ({"project": "no such"}, []),
        ({"q": ""}, [3, 2, 6, 5, 1, 4]),
    ],
)
def test_runs_are_filtered(server: Server, filters: dict[str, Any], found: list[int]) -> None:
    assert numbers(good(server.get("/runs", **WEEK, **filters))["runs"]) == found


def test_the_period_holds_its_start_and_not_its_end(server: Server) -> None:
    exactly = {"from": "2026-11-22T12:00:00Z", "to": "2026-11-22T13:00:00Z"}  # runs 5 and 2 start then
    assert numbers(good(server.get("/runs", **exactly))["runs"]) == [6, 5]


def test_a_period_may_be_given_in_any_zone_and_without_one_is_utc(server: Server) -> None:
    for since in ("2026-11-22T14:00:00+02:00", "2026-11-22T12:00:00"):
        assert numbers(good(server.get("/runs", **{"from": since, "to": "2026-11-22T12:00:05Z"}))["runs"]) == [5]


def test_without_a_start_the_period_is_the_seven_days_before_its_end(server: Server) -> None:
    groups = good(server.get("/groups", to="2026-11-22T12:00:00Z"))
    assert (groups["since"], groups["until"]) == ("2026-11-15T12:00:00Z", "2026-11-22T12:00:00Z")


def test_recent_failures_bring_what_failed(server: Server) -> None:
    runs = good(server.get("/runs/recent-failures", **WEEK))["runs"]
    assert numbers([each["run"] for each in runs]) == [1, 4]
    assert [(each["test"], each["attempt"], each["status"], each["message"]) for each in runs[0]["failed"]] == [
        ("a.test_two", 0, "fail", "AssertionError: 'ACTIVE' != 'ERROR'"),
        ("b.test_open", 0, "incomplete", ""),
        ("b.test_screen", 0, "fail", "Boom"),
    ]
    assert runs[0]["failed"][0]["started_at"] == "2026-11-22T12:00:01Z"
    assert numbers([each["run"] for each in good(server.get("/runs/recent-failures", **WEEK, limit=1))["runs"]]) == [1]
    assert good(server.get("/runs/recent-failures", **WEEK, pipeline="check"))["runs"] == []


def test_groups_have_a_series_and_the_totals_have_all(server: Server, period: dict[str, str]) -> None:
    groups = good(server.get("/groups", **period, key="pipeline", resolution="day", limit=1))
    assert (groups["key"], groups["resolution"], groups["times"], groups["groups_total"]) == (
        *("pipeline", "day", ["2026-11-22T00:00:00Z"]),
        3,
    )
    assert groups["groups"] == [
        {
            **{"value": "gate", "passed": 0, "failed": 1, "infra": 1, "ignored": 0, "failure_rate": 1.0, "n": 1},
            "newest_run_at": "2026-11-22T12:00:10Z",
            "series": {"passed": [0], "failed": [1], "infra": [1], "ignored": [0]},
        }
    ]
    assert groups["totals"] == {"passed": [3], "failed": [1], "infra": [1], "ignored": [0]}


def test_groups_have_only_the_series_that_were_asked_for(server: Server, period: dict[str, str]) -> None:
    asked = {**period, "key": "pipeline", "resolution": "day", "series": ["failed", "infra", "failed"]}
    groups = good(server.get("/groups", **asked))
    assert groups["groups"][0]["series"] == {"passed": None, "failed": [1], "infra": [1], "ignored": None}
    assert groups["totals"] == {"passed": [3], "failed": [1], "infra": [1], "ignored": [0]}


@pytest.mark.parametrize("resolution", ["sec", "min", "hour", "day"])
def test_every_resolution_counts_every_run_once(server: Server, resolution: str) -> None:
    hour = {"from": "2026-11-22T11:59:00Z", "to": "2026-11-22T12:00:10.000001Z"}
    groups = good(server.get("/groups", **hour, resolution=resolution))
    assert {name: sum(counts) for name, counts in groups["totals"].items()} == {
        "passed": 1,
        "failed": 1,
        "infra": 1,
        "ignored": 0,
    }
    assert all(len(counts) == len(groups["times"]) for counts in groups["totals"].values())


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("project", {"openstack/nova", "openstack/neutron"}),
        ("voting", {"true", "false", ""}),
        ("result", {"FAILURE", "TIMED_OUT", "NODE_FAILURE", ""}),
        ("change", {"900001", ""}),
        ("node", {"jammy", "noble", ""}),
        ("no such key", {""}),
    ],
)
def test_any_key_can_group(server: Server, key: str, values: set[str]) -> None:
    assert {group["value"] for group in good(server.get("/groups", **WEEK, key=key))["groups"]} == values


def test_groups_can_be_searched(server: Server) -> None:
    groups = good(server.get("/groups", **WEEK, q="NOVA$"))
    assert [group["value"] for group in groups["groups"]] == ["openstack/nova"]
    assert sum(groups["totals"]["passed"]) == 2


def test_jobs_have_rates_and_the_mean_time_of_passing_runs(server: Server) -> None:
    jobs = good(server.get("/jobs", **WEEK))["jobs"]
    assert [(job["job"], job["passed"], job["failed"], job["infra"], job["n"]) for job in jobs] == [
        ("neutron-unit", 1, 1, 1, 2),
        ("tempest-full", 2, 1, 0, 3),
    ]
    assert jobs[1]["failure_rate"] == pytest.approx(1 / 3)
    assert [job["job"] for job in good(server.get("/jobs", **WEEK, q="^temp"))["jobs"]] == ["tempest-full"]
    assert good(server.get("/jobs", **WEEK, project="openstack/nova", voting="true"))["jobs"][0]["mean_seconds"] == 100.0


def test_keys_offer_facts_and_free_metadata_but_no_hidden_ones(server: Server) -> None:
    keys = good(server.get("/keys"))
    assert keys["facts"] == ["project", "pipeline", "job", "branch", "provider", "voting", "result"]
    assert keys["metadata"] == ["node"]


def test_values_offer_what_filters_can_be_set_to(server: Server, period: dict[str, str]) -> None:
    assert good(server.get("/values", **period)) == {
        "project": ["openstack/nova", "openstack/neutron"],
        "pipeline": ["check", "gate", "periodic"],
        "branch": ["master", "stable/2026.1"],
        "job": ["tempest-full", "neutron-unit"],
        "provider": ["cloud-1", "cloud-2"],
    }
    assert good(server.get("/values", **period, project="openstack/nova"))["pipeline"] == ["check", "gate"]


def test_the_status_counts_everything(server: Server) -> None:
    status = good(server.get("/status"))
    assert (status["runs"], status["results"], status["failures"], status["jobs"]) == (6, 10, 4, 2)
    assert status["newest_run"]["uuid"] == uuid_number(3).hex
    assert status["oldest_run_at"] == "2026-11-21T12:00:00Z"
    assert status["database"] == "gate.duckdb"
    assert status["database_bytes"] > 0


def test_an_empty_database_answers_everything(empty: Server) -> None:
    assert good(empty.get("/status"))["newest_run"] is None
    assert good(empty.get("/runs"))["runs"] == good(empty.get("/jobs"))["jobs"] == good(empty.get("/groups"))["groups"] == []
    assert good(empty.get("/runs/recent-failures"))["runs"] == good(empty.get("/keys"))["metadata"] == []


def test_the_openapi_document_describes_every_error_as_a_problem(server: Server) -> None:
    document = good(httpx.get(f"{server.url}/api/openapi.json"))
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"]


def test_a_large_answer_is_compressed_when_the_client_asks(server: Server) -> None:
    answer = server.get("/runs", **WEEK)
    assert answer.headers["content-encoding"] == "gzip"


def test_every_answer_says_what_a_browser_may_do_with_it(server: Server) -> None:
    for path in ("/", "/api/v1/status", "/api/v1/nothing"):
        headers = httpx.get(f"{server.url}{path}").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/api/v1/status", "/api/v1/runs", "/api/v1/groups", "/api/openapi.json", "/api/docs", "/"])
def test_a_head_request_is_answered_as_the_same_question_without_its_body(server: Server, path: str) -> None:
    head, get = (httpx.request(method, f"{server.url}{path}") for method in ("HEAD", "GET"))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


def test_a_head_request_for_what_is_not_there_is_a_404(server: Server) -> None:
    assert httpx.head(f"{server.url}/api/v1/runs/{uuid_number(404)}").status_code == 404
    assert httpx.head(f"{server.url}/api/v1/nothing").status_code == 404


def test_totals_count_runs_without_the_key_too(server: Server) -> None:
    totals = [good(server.get("/groups", **WEEK, key=key))["totals"] for key in ("project", "change", "no such key")]
    assert totals[0] == totals[1] == totals[2]


def test_more_numbers_than_a_page_can_draw_are_refused(server: Server) -> None:
    answer = server.get("/groups", **{**WEEK, "limit": 1000, "resolution": "min", "from": "2026-11-23T00:00:00Z"})
    assert "too many numbers" in problem(answer, 400)


def test_a_run_stands_among_the_runs_of_its_job_that_started_around_it(server: Server) -> None:
    assert numbers(good(server.get(one(2, "/neighbours")))["runs"]) == [3, 2, 1]
    assert numbers(good(server.get(one(2, "/neighbours"), before=0, after=5))["runs"]) == [3, 2]
    assert numbers(good(server.get(one(2, "/neighbours"), before=1, after=0))["runs"]) == [2, 1]
    assert numbers(good(server.get(one(6, "/neighbours"), before=1))["runs"]) == [6, 5]
    assert "no run" in problem(server.get(one(9, "/neighbours")), 404)
