"""How far collecting is, as it is shown: what a source says is text, whatever stands in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gatehealth.api.schemas.status import SourcesStatus
from gatehealth.cli import watching

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAID = "https://zuul.example.org answers 503 [error] upstream [/api] :boom: \x1b[2J is down"
SHOWN = "https://zuul.example.org answers 503 [error] upstream [/api] :boom: \\x1b[2J is down"


def failing(error: str) -> SourcesStatus:
    """A source that could not be listed."""
    nothing = dict.fromkeys(
        ("listed_until", "lag_seconds", "next_try_at", "oldest_waiting_at", "newest_ended_at", "polled_at", "mqtt_at")
    )
    counts = dict.fromkeys(("known", "waiting", "fetched", "with_results", "retrying"), 0)
    source = {
        **nothing, **counts, "name": "gate", "kind": "zuul", "state": "behind", "failing_since": NOON, "error": error,
        "poll_seconds": 60, "without": [], "mqtt_error": "", "backfills": [],
    }  # fmt: skip
    return SourcesStatus.model_validate({"sources": [source], "now": NOON})


@pytest.mark.parametrize("terminal", [True, False])
def test_an_error_with_brackets_and_control_characters_is_shown_as_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: bool
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("FORCE_COLOR" if terminal else "NO_COLOR", "1")
    monkeypatch.delenv("NO_COLOR" if terminal else "FORCE_COLOR", raising=False)
    monkeypatch.setattr(watching, "LOOK_EVERY", 0.2)
    looks = iter([True, True, False])
    watching.watch(lambda: failing(SAID), ["gate"], None, lambda: next(looks))
    assert SHOWN in capsys.readouterr().err


def test_what_could_not_be_listed_is_told_without_control_characters() -> None:
    assert watching.errors(failing(SAID), ["gate"], None) == {"gate": SHOWN}
