"""The API is what its OpenAPI document says: every route, asked all that the document allows and much that it does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import requests
import schemathesis
from helpers import JUNIT, Server, problem, serving, settings_for
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gatehealth.api.app import create_app
from gatehealth.simulate import Gate, GateSettings, fill
from gatehealth.store import asking

schema = schemathesis.openapi.from_dict(create_app().openapi())

UNSAID = [
    # A schema cannot say that a period ends after it starts, that a text is a regular expression, or that a file is JUnit XML.
    positive_data_acceptance,
    # In a query one text is a list of one text: this takes it for an error that is not refused.
    negative_data_rejection,
]
DESCRIBED = [
    *(not_a_server_error, status_code_conformance, content_type_conformance),
    *(response_headers_conformance, response_schema_conformance),
]
NARROWING = ("from", "to", "project", "pipeline", "branch", "provider", "voting", "q", "contains", "message", "prefix")


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two days of a small simulated gate that end now, so that questions without a period have answers."""
    end = datetime.now(UTC).replace(microsecond=0)
    simulated = Gate(GateSettings(days=2, runs_per_day=40, tests=100, jobs=6, projects=3, largest_job=30, end=end))
    with serving(settings_for(tmp_path_factory.mktemp("gate"))) as running:
        fill(simulated, running.store.writer)
        yield running


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.fixture(scope="module")
def known(gate: Server) -> dict[str, str]:
    """A job, a run of it and a test in that, which failed."""
    failed = gate.get("/failures", limit=1).json()["failures"][0]
    return {"job": failed["run"]["job"], "uuid": failed["run"]["uuid"], "test": failed["test"]}


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_described(
    case: schemathesis.Case, gate: Server, session: requests.Session, known: dict[str, str]
) -> None:
    headers = {"Authorization": f"Bearer {gate.token}"} if case.method == "POST" else None
    case.call_and_validate(base_url=gate.url, session=session, headers=headers, excluded_checks=UNSAID)
    if case.method == "GET" and case.meta and case.meta.generation.mode.is_positive:
        ask_for_what_is_there(case, known)
        case.call_and_validate(base_url=gate.url, session=session, checks=DESCRIBED)


def ask_for_what_is_there(case: schemathesis.Case, known: dict[str, str]) -> None:
    """Puts what the gate has in the place of what was made up, so that the answer is not empty, and leaves the rest."""
    if "uuid" in case.path_parameters:
        case.path_parameters["uuid"] = known["uuid"]
    offered = {parameter["name"] for parameter in case.operation.definition.raw.get("parameters", ())}
    query = {name: value for name, value in dict(case.query).items() if name not in NARROWING}
    case.query = {**query, **{name: known[name] for name in ("job", "test") if name in offered}}


def described(method: str, path: str, answer: httpx.Response) -> None:
    """Holds an answer that no made-up request gets against the document."""
    schema[f"/api/v1{path}"][method].validate_response(answer)


def test_where_reading_is_closed_every_route_says_so_as_described(folder: Path) -> None:
    with serving(settings_for(folder, public=False)) as closed:
        for path, methods in schema.raw_schema["paths"].items():
            if "get" in methods:
                route = path.removeprefix("/api/v1")
                answer = closed.get(route.replace("{uuid}", "f" * 32))
                problem(answer, 401)
                described("GET", route, answer)


def test_a_question_that_takes_too_long_is_refused_as_described(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = "SELECT count(*) AS runs FROM range(1000000) AS one, range(1000000) AS other WHERE one.range * other.range = 7"
    with serving(settings_for(folder, question_seconds=0.1)) as server:
        monkeypatch.setattr(asking, "question", lambda name: endless)
        answer = server.get("/keys")
    assert "took longer than 0.1 s" in problem(answer, 503)
    described("GET", "/keys", answer)


def test_an_upload_that_is_too_large_or_has_no_token_is_refused_as_described(folder: Path) -> None:
    with serving(settings_for(folder, upload_limit=1024)) as server:
        for token, status in ((None, 413), ("", 401)):
            answer = server.upload(("a.xml", JUNIT.encode() * 10), token=token)
            problem(answer, status)
            answer.request.read()
            described("POST", "/runs", answer)


def test_a_moment_is_written_out_and_is_no_number(gate: Server) -> None:
    for moment in ("0", "0.5", "1763812800", "-1", "inf"):
        assert "RFC 3339" in problem(gate.get("/runs", to=moment), 400)
    for moment in ("2026-11-22T12:00:00Z", "2026-11-22T12:00:00.5+02:00", "2026-11-22T12:00:00", "2026-11-22"):
        assert gate.get("/runs", to=moment).status_code == 200


@pytest.mark.parametrize(("path", "methods"), [("/runs", {"GET", "POST"}), ("/runs/times", {"GET"})])
def test_a_method_that_is_not_there_is_told_those_that_are(gate: Server, path: str, methods: set[str]) -> None:
    answer = httpx.request("DELETE", f"{gate.url}/api/v1{path}", headers={"Authorization": f"Bearer {gate.token}"})
    problem(answer, 405)
    assert set(answer.headers["allow"].split(", ")) == methods
