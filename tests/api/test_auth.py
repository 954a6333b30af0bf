"""Who may read, who may write, and what only the owner of the server's machine may do."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from helpers import JUNIT, OWNER_TOKEN, Server, problem, serving, settings_for, uuid_number

READING = ["/groups", "/keys", "/values", "/runs", "/runs/recent-failures", "/runs/times", "/status", "/summary"]
READING += ["/jobs", "/jobs/grid?job=tempest-full", "/results/series", "/failures", "/failures/tests", "/failures/messages"]
READING += ["/tests", "/tests/names", "/tests/tree", "/find?q=a", "/status/store", "/status/sources"]
READING += ["/failures/series?test=a.test_one", "/runs/words"]
READING += [f"/tests/{rest}?test=a.test_one" for rest in ("series", "runs", "breakdown", "failures")]
READING += [
    f"/runs/{uuid_number(1).hex}{rest}" for rest in ("", "/results", "/neighbours", "/attempts", "/attachments", "/subunit")
]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose reading is closed, with one run of a job and of tests that the open one knows as well."""
    with serving(settings_for(tmp_path_factory.mktemp("closed"), public=False)) as running:
        running.uploaded(("a.xml", JUNIT.replace("a.B", "a").encode()), uuid=uuid_number(1), job="tempest-full")
        yield running


def asked(server: Server, path: str, credentials: str | None, method: str = "GET") -> httpx.Response:
    headers = {} if credentials is None else {"Authorization": credentials}
    return httpx.request(
        method, f"{server.url}/api/v1{path}", headers=headers, data={"name": "x"} if method == "POST" else None
    )


def needs_token(answer: httpx.Response) -> str:
    assert answer.headers["www-authenticate"] == "Bearer"
    return problem(answer, 401)


def test_the_routes_of_this_test_are_all_that_read(server: Server) -> None:
    document = httpx.get(f"{server.url}/api/openapi.json").json()
    routes = {path.removeprefix("/api/v1") for path, methods in document["paths"].items() if "get" in methods}
    assert routes == {path.replace(uuid_number(1).hex, "{uuid}").partition("?")[0] for path in READING}


@pytest.mark.parametrize("path", READING)
def test_reading_is_public_unless_it_is_closed(server: Server, closed: Server, path: str) -> None:
    assert asked(server, path, None).status_code == 200
    assert "reading needs a token" in needs_token(asked(closed, path, None))


@pytest.mark.parametrize("path", READING)
def test_closed_reading_opens_with_a_token(closed: Server, path: str) -> None:
    assert asked(closed, path, f"Bearer {closed.token}").status_code == 200
    assert asked(closed, path, f"Bearer {OWNER_TOKEN}").status_code == 200


@pytest.mark.parametrize("path", READING)
def test_an_unknown_token_is_told_even_where_none_is_needed(server: Server, closed: Server, path: str) -> None:
    for each in (server, closed):
        assert "token is not known" in needs_token(asked(each, path, "Bearer gth_wrong"))


@pytest.mark.parametrize("credentials", ["Basic dXNlcjpwYXNz", "Bearer", "gth_wrong", ""])
def test_credentials_of_another_kind_are_none(closed: Server, credentials: str) -> None:
    needs_token(asked(closed, "/status", credentials))


def test_a_token_that_is_no_ascii_is_simply_unknown(closed: Server) -> None:
    needs_token(httpx.get(f"{closed.url}/api/v1/status", headers={"Authorization": "Bearer tökén".encode()}))


def test_nobody_writes_without_a_token(empty: Server) -> None:
    answer = empty.upload(("a.xml", JUNIT.encode()), token="")
    assert "gatehealth token create NAME" in needs_token(answer)
    needs_token(empty.upload(("a.xml", JUNIT.encode()), token="gth_wrong"))
    assert empty.store.status()["runs"] == 0


def test_a_token_lets_write(empty: Server) -> None:
    assert empty.upload(("a.xml", JUNIT.encode())).status_code == 201


def test_only_the_owner_creates_tokens(empty: Server) -> None:
    assert "only the command line" in problem(asked(empty, "/tokens", f"Bearer {empty.token}", "POST"), 403)
    needs_token(asked(empty, "/tokens", None, "POST"))
    needs_token(asked(empty, "/tokens", "Bearer gth_wrong", "POST"))
    created = asked(empty, "/tokens", f"Bearer {OWNER_TOKEN}", "POST")
    assert created.status_code == 201
    assert created.json()["name"] == "x"
    assert empty.upload(("a.xml", JUNIT.encode()), token=created.json()["token"]).status_code == 201
    assert "there is a token named x already" in problem(asked(empty, "/tokens", f"Bearer {OWNER_TOKEN}", "POST"), 400)


def test_the_pages_and_the_description_of_the_api_are_open_also_where_reading_is_closed(closed: Server) -> None:
    assert httpx.get(f"{closed.url}/api/openapi.json").status_code == 200
    assert httpx.get(f"{closed.url}/api/docs").status_code == 200


def test_a_token_that_may_only_read_uploads_nothing(empty: Server) -> None:
    token = empty.store.tokens.create("reader", ["read"])
    detail = problem(empty.upload(("a.xml", JUNIT.encode()), token=token), 403)
    assert "the token reader has no scope `upload`, only read" in detail
    assert "gatehealth token create NAME --scope upload" in detail
    assert empty.store.status()["runs"] == 0


@pytest.mark.parametrize("path", READING)
def test_a_token_that_may_only_upload_reads_nothing_where_reading_is_closed(closed: Server, uploader: str, path: str) -> None:
    assert "the token uploader has no scope `read`, only upload" in problem(asked(closed, path, f"Bearer {uploader}"), 403)


@pytest.fixture(scope="module")
def uploader(closed: Server) -> str:
    return closed.store.tokens.create("uploader", ["upload"])


def test_a_token_that_may_only_upload_uploads_and_reads_what_is_public(closed: Server, empty: Server, uploader: str) -> None:
    assert closed.upload(("a.xml", JUNIT.encode()), uuid=uuid_number(1), token=uploader).status_code == 200
    token = empty.store.tokens.create("uploader", ["upload"])
    assert empty.upload(("a.xml", JUNIT.encode()), token=token).status_code == 201
    assert asked(empty, "/status", f"Bearer {token}").status_code == 200
    assert asked(empty, "/jobs", f"Bearer {token}").status_code == 200


def test_a_token_that_is_revoked_is_refused_at_once(empty: Server) -> None:
    token = empty.store.tokens.create("ci")
    assert empty.upload(("a.xml", JUNIT.encode()), token=token).status_code == 201
    owner = {"Authorization": f"Bearer {OWNER_TOKEN}"}
    assert httpx.delete(f"{empty.url}/api/v1/tokens", params={"name": "ci"}, headers=owner).status_code == 204
    needs_token(empty.upload(("a.xml", JUNIT.encode()), token=token))
    again = httpx.delete(f"{empty.url}/api/v1/tokens", params={"name": "ci"}, headers=owner)
    assert "there is no token named ci" in problem(again, 400)


def test_only_the_owner_lists_and_revokes_tokens(empty: Server) -> None:
    for method in ("GET", "DELETE"):
        assert "only the command line" in problem(asked(empty, "/tokens?name=tests", f"Bearer {empty.token}", method), 403)
    assert "only the command line" in problem(asked(empty, "/tokens", None), 403)
    needs_token(asked(empty, "/tokens?name=tests", None, "DELETE"))
    listed = asked(empty, "/tokens", f"Bearer {OWNER_TOKEN}")
    assert listed.headers["cache-control"] == "no-store"
    assert [(token["name"], token["scopes"]) for token in listed.json()["tokens"]] == [("tests", ["read", "upload"])]
    assert empty.token not in listed.text


def test_the_owner_creates_tokens_with_scopes(empty: Server) -> None:
    owner = {"Authorization": f"Bearer {OWNER_TOKEN}"}
    sent = {"name": "reader", "scope": ["read"]}
    token = httpx.post(f"{empty.url}/api/v1/tokens", data=sent, headers=owner).json()["token"]
    problem(empty.upload(("a.xml", JUNIT.encode()), token=token), 403)
    wrong = httpx.post(f"{empty.url}/api/v1/tokens", data={"name": "x", "scope": "everything"}, headers=owner)
    assert "there is no scope 'everything'; scopes are read, upload" in problem(wrong, 400)
