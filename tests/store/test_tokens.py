"""Tokens are known by their names and kept only as hashes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from helpers import settings_for

from gatehealth.config import Settings
from gatehealth.store import Store, tokens
from gatehealth.store.database import SCHEMA
from gatehealth.store.tokens import Holder, Scope, TokenError


def test_a_token_is_known_by_its_name_also_after_a_restart(settings: Settings) -> None:
    with Store(settings) as store:
        token = store.tokens.create("zuul")
    with Store(settings) as store:
        assert store.tokens.holder(token) == Holder("zuul", frozenset(Scope))
        assert store.tokens.holder(token + "x") is None
        assert store.tokens.holder("") is None


def test_each_token_is_another_one(store: Store) -> None:
    assert len({store.tokens.create(f"ci {number}") for number in range(20)}) == 20


def test_the_token_itself_is_nowhere_on_the_disk(settings: Settings, folder: Path) -> None:
    with Store(settings) as store:
        token = store.tokens.create("zuul")
    assert all(token.encode() not in path.read_bytes() for path in folder.iterdir())


def test_a_name_can_be_taken_once(store: Store) -> None:
    store.tokens.create("zuul")
    with pytest.raises(TokenError, match="there is a token named zuul already"):
        store.tokens.create(" zuul ")


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "line\nbreak", "\x1b[31mred"])
def test_a_name_must_be_readable(store: Store, name: str) -> None:
    with pytest.raises(TokenError, match="1 to 100 printable characters"):
        store.tokens.create(name)


def test_a_token_has_the_scopes_that_it_was_given(store: Store) -> None:
    for scopes in (["upload"], ["read"], ["read", "upload"], ["upload", "upload"]):
        holder = store.tokens.holder(store.tokens.create(" ".join(scopes), scopes))
        assert holder == Holder(" ".join(scopes), frozenset(map(Scope, scopes)))


def test_a_scope_that_there_is_none_of_is_named(store: Store) -> None:
    with pytest.raises(TokenError, match="there is no scope 'admin'; scopes are read, upload"):
        store.tokens.create("ci", ["upload", "admin"])
    assert store.tokens.all() == []


def test_all_tokens_are_listed_with_what_is_known_of_them(store: Store) -> None:
    before = datetime.now(UTC)
    store.tokens.create("zuul")
    used = store.tokens.create("ci", ["upload"])
    assert [(each.name, each.scopes, each.last_used_at) for each in store.tokens.all()] == [
        ("ci", ["upload"], None),
        ("zuul", ["read", "upload"], None),
    ]
    store.tokens.holder(used)
    ci, zuul = store.tokens.all()
    assert ci.last_used_at is not None
    assert before <= ci.created_at <= ci.last_used_at <= datetime.now(UTC)
    assert zuul.last_used_at is None


def test_a_use_is_noted_again_only_after_a_while(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    token = store.tokens.create("ci")

    def used(after: timedelta) -> datetime | None:
        now = datetime(2026, 11, 22, 12, 0) + after
        monkeypatch.setattr(tokens, "_now", lambda: now)
        store.tokens.holder(token)
        return store.tokens.all()[0].last_used_at

    first = used(timedelta(0))
    assert first == datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert used(tokens.NOTED_EVERY - timedelta(seconds=1)) == first
    assert used(tokens.NOTED_EVERY) == first + tokens.NOTED_EVERY


def test_a_token_that_is_revoked_is_unknown_and_its_name_is_free(store: Store) -> None:
    token = store.tokens.create("ci")
    other = store.tokens.create("other")
    store.tokens.revoke(" ci ")
    assert store.tokens.holder(token) is None
    assert store.tokens.holder(other) is not None
    with pytest.raises(TokenError, match="there is no token named ci; gatehealth token list"):
        store.tokens.revoke("ci")
    assert store.tokens.create("ci") != token


def test_tokens_from_before_there_were_scopes_may_do_what_they_could(folder: Path) -> None:
    settings = settings_for(folder)
    with duckdb.connect(settings.database) as old:
        old.execute("CREATE TABLE schema_versions (version INTEGER, applied_at TIMESTAMP)")
        old.execute("CREATE TABLE macro_versions (hash VARCHAR)")
        for version, entry in enumerate(sorted(entry for entry in SCHEMA.iterdir() if entry.name < "0005"), 1):
            old.execute(entry.read_text())
            old.execute("INSERT INTO schema_versions VALUES (?, now()::TIMESTAMP)", [version])
        hashed = hashlib.sha256(b"gth_old").digest()
        old.execute("INSERT INTO tokens VALUES ('old', $1, now()::TIMESTAMP)", [hashed])
    with Store(settings) as store:
        assert store.tokens.holder("gth_old") == Holder("old", frozenset({Scope.READ, Scope.UPLOAD}))
        assert [(each.name, each.scopes) for each in store.tokens.all()] == [("old", ["read", "upload"])]
