"""One gate of a fortnight that most of these tests look at, small enough to be held as model runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from gatehealth.model import Run
from gatehealth.simulate import Gate, GateSettings

FORTNIGHT = GateSettings(
    seed=11,
    days=14,
    runs_per_day=600,
    tests=900,
    jobs=20,
    projects=6,
    largest_job=120,
    end=datetime(2026, 11, 21, tzinfo=UTC),  # the end of a Friday
)
SMALL = GateSettings(seed=5, days=1.5, runs_per_day=80, tests=300, jobs=14, projects=4, largest_job=60)


@pytest.fixture(scope="session")
def gate() -> Gate:
    return Gate(FORTNIGHT)


@pytest.fixture(scope="session")
def runs(gate: Gate) -> list[Run]:
    return list(gate.runs())


@pytest.fixture(scope="session")
def truth(gate: Gate, runs: list[Run]) -> dict[str, Any]:
    return gate.truth()
