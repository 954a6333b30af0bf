"""Pages from elsewhere may read what everybody may read, and nothing more."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from helpers import JUNIT, Server, serving, settings_for, uuid_number

ELSEWHERE = {"Origin": "https://elsewhere.example"}
ALLOWED = "access-control-allow-origin"


def preflight(server: Server, method: str, *headers: str, path: str = "/runs") -> httpx.Response:
    """What a browser asks before it sends a request that a plain link or form could not send."""
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": ", ".join(headers)}
    return httpx.options(f"{server.url}/api/v1{path}", headers={**ELSEWHERE, **asked})


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/status", 200),
        ("/api/v1/runs", 200),
        (f"/api/v1/runs/{uuid_number(1).hex}/subunit", 200),
        ("/api/openapi.json", 200),
        ("/api/v1/runs?limit=0", 400),
        (f"/api/v1/runs/{'f' * 32}", 404),
        ("/api/v1/nothing", 404),
    ],
)
def test_a_page_from_anywhere_reads_answers_and_why_there_are_none(server: Server, path: str, status: int) -> None:
    answer = httpx.get(f"{server.url}{path}", headers=ELSEWHERE)
    assert answer.status_code == status
    assert answer.headers[ALLOWED] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert {"ETag", "Retry-After"} <= set(answer.headers["access-control-expose-headers"].split(", "))


def test_an_answer_that_is_still_the_same_may_be_read_too(server: Server) -> None:
    etag = server.get("/keys").headers["etag"]
    assert preflight(server, "GET", "If-None-Match", path="/keys").status_code == 200
    answer = httpx.get(f"{server.url}/api/v1/keys", headers={**ELSEWHERE, "If-None-Match": etag})
    assert (answer.status_code, answer.headers[ALLOWED]) == (304, "*")


def test_a_kept_answer_is_given_to_both_who_come_from_elsewhere_and_who_do_not(server: Server) -> None:
    for headers, allowed in (({}, None), (ELSEWHERE, "*"), ({}, None)):
        assert httpx.get(f"{server.url}/api/v1/keys", headers=headers).headers.get(ALLOWED) == allowed


@pytest.mark.parametrize(("method", "headers"), [("POST", ()), ("DELETE", ()), ("GET", ("Authorization",))])
def test_writing_and_sending_a_token_are_not_allowed(server: Server, method: str, headers: tuple[str, ...]) -> None:
    assert preflight(server, method, *headers).status_code == 400


def test_an_upload_from_elsewhere_needs_a_token_and_its_answer_is_not_to_be_read(server: Server) -> None:
    answer = httpx.post(f"{server.url}/api/v1/runs", files={"file": ("a.xml", JUNIT.encode())}, headers=ELSEWHERE)
    assert answer.status_code == 401
    assert ALLOWED not in answer.headers


def test_the_pages_are_not_open_to_others(server: Server) -> None:
    assert ALLOWED not in httpx.get(f"{server.url}/", headers=ELSEWHERE).headers


def test_where_reading_is_closed_nobody_is_allowed_anything(folder: Path) -> None:
    with serving(settings_for(folder, public=False)) as closed:
        for token in ("", f"Bearer {closed.token}"):
            headers = {**ELSEWHERE, **({"Authorization": token} if token else {})}
            assert ALLOWED not in httpx.get(f"{closed.url}/api/v1/status", headers=headers).headers
        assert ALLOWED not in preflight(closed, "GET").headers
