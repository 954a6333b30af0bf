"""`gatehealth token`: the same at a running server and on the file itself."""

from __future__ import annotations

import httpx
import pytest
from commands import Command, Serve
from helpers import JUNIT, problem


@pytest.fixture(params=["at a server", "on the file"])
def database(request: pytest.FixtureRequest, gatehealth: Command, serve: Serve) -> None:
    """Makes a database, with a server on it or without."""
    if request.param == "at a server":
        serve()
    else:
        gatehealth("ingest", "-", stdin=JUNIT.encode())


@pytest.mark.usefixtures("database")
def test_tokens_are_created_listed_and_revoked(gatehealth: Command) -> None:
    assert gatehealth("token", "create", "zuul").out.startswith("gth_")
    created = gatehealth("token", "create", "grafana", "--scope", "read", "--json").facts
    assert (created["name"], created["token"][:4]) == ("grafana", "gth_")
    gatehealth("token", "create", ":boom: [red]ci[/red]", "--scope", "upload", "--scope", "read")
    listed = gatehealth("token", "list", "--json")
    assert [(token["name"], token["scopes"], token["last_used_at"]) for token in listed.facts["tokens"]] == [
        (":boom: [red]ci[/red]", ["read", "upload"], None),
        ("grafana", ["read"], None),
        ("zuul", ["read", "upload"], None),
    ]
    assert created["token"] not in listed.out
    shown = gatehealth("token", "list").out.splitlines()
    assert shown[0].split() == ["name", "scopes", "created", "last", "used"]
    assert shown[1].startswith(":boom: [red]ci[/red]  read, upload  20")
    assert shown[2].rstrip().endswith("never")

    assert gatehealth("token", "revoke", "grafana").out == "grafana is revoked\n"
    assert len(gatehealth("token", "list", "--json").facts["tokens"]) == 2
    again = gatehealth("token", "revoke", "grafana")
    assert again.status != 0
    assert "there is no token named grafana" in again.err


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("word", ["create", "revoke"])
def test_a_name_that_is_not_utf_8_is_told(gatehealth: Command, word: str) -> None:
    said = gatehealth("token", word, "\udcff")
    assert (said.status, said.err) == (2, "gatehealth: a token's name is text in UTF-8, which '\\udcff' is not\n")


def test_a_token_works_until_it_is_revoked(serve: Serve, gatehealth: Command) -> None:
    url = serve().url
    token = gatehealth("token", "create", "ci", "--scope", "upload").out.strip()

    def send() -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.post(f"{url}/api/v1/runs", files={"file": ("a.xml", JUNIT.encode())}, headers=headers)

    assert send().status_code == 201
    assert gatehealth("token", "list", "--json").facts["tokens"][0]["last_used_at"] is not None
    gatehealth("token", "revoke", "ci")
    assert "this token is not known here" in problem(send(), 401)


def test_a_scope_that_there_is_none_of_is_bad_usage(gatehealth: Command) -> None:
    wrong = gatehealth("token", "create", "ci", "--scope", "admin")
    assert wrong.status == 2
    assert "'admin' is not one of 'upload', 'read'" in wrong.err


def test_a_list_of_tokens_makes_no_database(gatehealth: Command) -> None:
    for words in (("list",), ("revoke", "ci")):
        missing = gatehealth("token", *words)
        assert (missing.status, "there is no database" in missing.err) == (1, True)
