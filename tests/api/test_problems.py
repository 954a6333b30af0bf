"""What cannot be answered is told as problem+json, in one line that names what was wrong; never by a status of 500."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from helpers import Server, problem, serving, settings_for, uuid_number

from gatehealth.store import asking

FILTERED = ["/groups", "/jobs", "/values", "/runs", "/runs/recent-failures"]
SEARCHED = ["/groups", "/jobs", "/runs"]
OF_ONE_RUN = ["", "/results", "/attachments", "/subunit"]


@pytest.mark.parametrize("path", FILTERED)
@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"from": "yesterday"}, "from: "),
        ({"to": "2026-13-01T00:00:00Z"}, "to: "),
        ({"from": ""}, "from: "),
        ({"voting": "perhaps"}, "voting: "),
        ({"from": "2026-11-22T00:00:00Z", "to": "2026-11-21T00:00:00Z"}, "ends (2026-11-21T00:00:00Z) before it starts"),
        ({"from": "2026-11-22T00:00:00Z", "to": "2026-11-22T00:00:00Z"}, "before it starts"),
        ({"to": "0001-01-01T00:00:00Z"}, "outside the calendar"),
        ({"from": "9999-12-31T23:59:59-14:00"}, "outside the calendar"),
    ],
)
def test_a_bad_period_or_filter_is_named(server: Server, path: str, query: dict[str, str], named: str) -> None:
    assert named in problem(server.get(path, **query), 400)


@pytest.mark.parametrize("path", SEARCHED)
@pytest.mark.parametrize(
    "q", ["(", "[a", "*", "a{5000}", "(?=nova)", "(?!nova)", "(?<=n)ova", r"(n)\1", "((a{100}){100}){100}", "\\"]
)
def test_what_the_database_does_not_take_for_a_regular_expression_is_told(server: Server, path: str, q: str) -> None:
    """Some of these Python would take: the database's own engine has the last word, and it keeps to linear time."""
    assert problem(server.get(path, q=q), 400).startswith("q is not a regular expression: ")


@pytest.mark.parametrize("path", SEARCHED)
@pytest.mark.parametrize("q", ["(a+)+$", "'; DROP TABLE runs; --", "%", "\0", "ü+", "(?i)nova", r"\pL", "a" * 5000, "a{1000}"])
def test_what_is_a_regular_expression_is_answered(server: Server, path: str, q: str) -> None:
    assert server.get(path, q=q).status_code == 200


@pytest.mark.parametrize(
    ("path", "query", "named"),
    [
        ("/groups", {"resolution": "week"}, "resolution: "),
        ("/groups", {"resolution": "sec", "from": "2026-11-01T00:00:00Z", "to": "2026-11-22T00:00:00Z"}, "1,814,400 buckets"),
        ("/groups", {"resolution": "day", "from": "0001-01-01T00:00:00Z", "to": "9999-12-31T00:00:00Z"}, "buckets"),
        ("/groups", {"key": ""}, "key: "),
        ("/groups", {"limit": "0"}, "limit: "),
        ("/groups", {"limit": "1001"}, "limit: "),
        ("/runs", {"limit": "many"}, "limit: "),
        ("/runs", {"outcome": "good"}, "outcome.0: "),
        ("/runs/recent-failures", {"limit": "101"}, "limit: "),
        (f"/runs/{uuid_number(1).hex}/attachments", {"attempt": "-1"}, "attempt: "),
        (f"/runs/{uuid_number(1).hex}/attachments", {"attempt": str(2**32)}, "attempt: "),
    ],
)
def test_a_bad_parameter_is_named(server: Server, path: str, query: dict[str, Any], named: str) -> None:
    assert named in problem(server.get(path, **query), 400)


@pytest.mark.parametrize(
    ("path", "word", "told"),
    [
        ("/runs", "pipline", "pipline: there is no such parameter; did you mean pipeline?"),
        ("/groups", "since", "since: there is no such parameter"),
        ("/status", "job", "job: there is no such parameter"),
        (f"/runs/{uuid_number(1).hex}/results", "tests", "tests: there is no such parameter; did you mean test?"),
    ],
)
def test_a_misspelt_filter_is_told_and_not_passed_over(server: Server, path: str, word: str, told: str) -> None:
    assert problem(server.get(path, **{word: "gate"}), 400) == told


@pytest.mark.parametrize("rest", OF_ONE_RUN)
def test_a_run_that_is_not_known_is_not_found(server: Server, rest: str) -> None:
    assert problem(server.get(f"/runs/{'f' * 32}{rest}"), 404) == f"no run {'f' * 32} is known here"


@pytest.mark.parametrize("rest", OF_ONE_RUN)
def test_what_is_no_uuid_is_told(server: Server, rest: str) -> None:
    assert "uuid: " in problem(server.get(f"/runs/17{rest}"), 400)


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1", "/api/v2/runs", "/api/", "/api", "/api/v1/runs/a/b/c"])
def test_an_unknown_path_of_the_api_is_not_found(server: Server, path: str) -> None:
    problem(httpx.get(f"{server.url}{path}"), 404)


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/runs"), ("POST", "/groups"), ("PUT", f"/runs/{uuid_number(1).hex}")])
def test_an_unknown_method_is_refused(server: Server, method: str, path: str) -> None:
    problem(httpx.request(method, f"{server.url}/api/v1{path}", headers={"Authorization": f"Bearer {server.token}"}), 405)


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "/..%2f..%2fetc/passwd", "/assets/..%2f..%2fapp.py", "/app.py", "/assets/../app.py"]
)
def test_no_path_leads_out_of_the_pages(server: Server, path: str) -> None:
    with httpx.Client() as client:
        request = client.build_request("GET", server.url)
        request.url = request.url.copy_with(raw_path=path.encode())  # as it stands: no client may tidy it up
        answer = client.send(request)
    assert answer.status_code == 404 or answer.headers["content-type"].startswith("text/html")
    assert b"root:" not in answer.content
    assert b"create_app" not in answer.content


def test_a_question_that_takes_too_long_is_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(settings_for(folder, question_seconds=0.2)) as server:
        assert server.get("/status").status_code == 200
        endless = (
            "SELECT count(*) AS runs FROM range(1000000) AS one, range(1000000) AS other WHERE one.range * other.range = 7"
        )
        monkeypatch.setattr(asking, "question", lambda name: endless)

        answer = server.get("/keys")

        assert "took longer than 0.2 s" in problem(answer, 503)
        assert answer.headers["retry-after"] == "5"
        monkeypatch.undo()
        assert server.get("/status").status_code == 200
