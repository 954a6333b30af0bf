"""Tokens are known by their names and kept only as hashes."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatehealth.config import Settings
from gatehealth.store import Store
from gatehealth.store.tokens import TokenError


def test_a_token_is_known_by_its_name_also_after_a_restart(settings: Settings) -> None:
    with Store(settings) as store:
        token = store.tokens.create("zuul")
    with Store(settings) as store:
        assert store.tokens.name_of(token) == "zuul"
        assert store.tokens.name_of(token + "x") is None
        assert store.tokens.name_of("") is None


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
