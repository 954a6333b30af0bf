"""What became of runs: the words by which they ended, and the attempts at the same, are as counted in plain Python."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from helpers import settings_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatehealth.model import Outcome, Run, outcome_of, run_id_of
from gatehealth.store import Store
from gatehealth.store.asking import Filters, Metadata

DAY = datetime(2026, 11, 22, tzinfo=UTC)
# Few values of each, so that runs share all of them often enough, or all but one.
FACTS: dict[str, list[str]] = {
    "job": ["unit", "pep8"],
    "project": ["nova", "ß/neutron"],
    "change": ["1", ""],
    "patchset": ["1", "2"],
    "ref": ["refs/heads/main", "refs/tags/1"],
    "buildset": ["b1", "b2", ""],
    "pipeline": ["gate", "check"],
    "result": ["RETRY", "SUCCESS", "RETRY_LIMIT", "TIMED_OUT", "NODE_FAILURE", "POST_FAILURE", "odd", ""],
}


def some_run(seed: random.Random) -> Run:
    facts: dict[str, Any] = {name: seed.choice(values) for name, values in FACTS.items()}
    started_at = DAY + timedelta(seconds=seed.randrange(100_000))
    return Run(UUID(int=seed.getrandbits(128)), **facts, started_at=started_at)


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[Run]]]:
    seed = random.Random(11)  # not for secrets
    runs = [some_run(seed) for _ in range(600)]
    with Store(settings_for(tmp_path_factory.mktemp("gate"))) as store:
        for stored in [store.writer.submit(run) for run in runs]:
            stored.result()
        yield store, runs


def outcome(run: Run) -> Outcome:
    return outcome_of(run.result, [0] * 6)


def start_id(run: Run) -> int:
    assert run.started_at
    return run_id_of(run.uuid, run.started_at)


@given(
    since=st.integers(-10, 100_010),
    length=st.integers(1, 110_000),
    pipeline=st.sampled_from([None, ["gate"], ["gate", "check"], ["none"]]),
    q=st.sampled_from([None, "^UNIT$", "p", "x"]),
    meta=st.sampled_from([None, ("project", "nova"), ("change", ""), ("project", "none")]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_words_are_as_counted(
    gate: tuple[Store, list[Run]],
    since: int,
    length: int,
    pipeline: list[str] | None,
    q: str | None,
    meta: tuple[str, str] | None,
) -> None:
    store, runs = gate
    start, end = DAY + timedelta(seconds=since), DAY + timedelta(seconds=since + length)
    fitting = [
        run
        for run in runs
        if run.started_at
        and start <= run.started_at < end
        and (pipeline is None or run.pipeline in pipeline)
        and (q is None or q.strip("^$").lower() in run.job)
        and (meta is None or getattr(run, meta[0]) == meta[1])
    ]
    words = store.jobs.words(Filters(start, end, pipeline=pipeline), q, Metadata(*meta) if meta else Metadata())

    told = {(word["result"], word["outcome"]): word["runs"] for word in words}
    assert told == Counter((run.result, outcome(run).word) for run in fitting)
    assert [word["runs"] for word in words] == sorted(told.values(), reverse=True)
    for word in words:
        newest = max((run for run in fitting if run.result == word["result"]), key=start_id)
        assert word["newest"]["uuid"] == newest.uuid.hex


def test_attempts_are_the_runs_that_share_what_makes_them_the_same(gate: tuple[Store, list[Run]]) -> None:
    store, runs = gate
    several = 0
    for run in runs:
        row = store.reader.run(run.uuid)
        assert row is not None
        same = [
            other
            for other in runs
            if other.uuid == run.uuid
            or (
                run.buildset != ""
                and all(getattr(other, name) == getattr(run, name) for name in ("buildset", "job", "project", "change"))
                and (other.patchset == run.patchset if run.change else other.ref == run.ref)
            )
        ]
        told = [attempt["uuid"] for attempt in store.reader.attempts(row)]
        assert told == [other.uuid.hex for other in sorted(same, key=lambda other: (other.started_at, start_id(other)))]
        several += len(told) > 1
    assert several > 100, "most runs share their buildset with others"
    assert any(run.buildset == "" for run in runs)
