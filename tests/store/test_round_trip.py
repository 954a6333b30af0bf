"""What is written is what is read: any run comes back from the store equal, and its export leads back to the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from helpers import assert_whole, load, sample, settings_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatehealth.collect.files import assemble, facts
from gatehealth.formats import subunit
from gatehealth.model import TEXT_FACTS, Attachment, Result, Run, Status, to_micros
from gatehealth.store import Store

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FIRST, LAST = to_micros(datetime(1970, 1, 2, tzinfo=UTC)), to_micros(datetime(2099, 12, 31, tzinfo=UTC))
moments = st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))
micros = st.integers(FIRST, LAST)
attachments = st.lists(
    st.builds(Attachment, texts, st.sampled_from(["text/plain", "image/png", ""]), st.binary(max_size=300)), max_size=3
)
tags = st.sets(st.sampled_from(["worker-0", "worker-1", "slow", "ß"]) | texts, max_size=3).map(
    lambda found: tuple(sorted(found))
)


@st.composite
def results(draw: st.DrawFn, names: st.SearchStrategy[str] = texts) -> list[Result]:
    """Results as a reader gives them: attempts counted, no end before its start, none for what never ended."""
    attempts: dict[str, int] = {}
    found = []
    for name in draw(st.lists(st.sampled_from(["a", "b.c", "d"]) | names, max_size=8)):
        status = draw(st.sampled_from(Status))
        started_at = draw(st.none() | micros)
        ended_at = None
        if status is not Status.INCOMPLETE and draw(st.booleans()):
            ended_at = draw(micros) if started_at is None else started_at + draw(st.integers(0, 10**10))
        attempt = attempts.get(name, 0)
        attempts[name] = attempt + 1
        own = draw(attachments)
        found.append(Result(name, status, attempt, started_at, ended_at, draw(tags), draw(texts), own))
    return found


runs = st.builds(
    Run,
    uuid=st.uuids(),
    **dict.fromkeys(TEXT_FACTS, texts),
    voting=st.none() | st.booleans(),
    started_at=moments,
    ended_at=st.none() | moments,
    metadata=st.dictionaries(texts, texts.filter(bool), max_size=3),  # an empty value takes a key away
    results=results(),
    attachments=attachments,
    damage=st.lists(texts, max_size=2),
    processes_failed=st.integers(0, 3),
)


def as_kept(run: Run) -> Run:
    """The run as the store promises to keep it: without the files of passing results, its end from its results."""
    kept = [replace(r, attachments=[] if r.status is Status.SUCCESS else r.attachments) for r in run.results]
    times = [t for r in run.results for t in (r.started_at, r.ended_at) if t is not None]
    ended_at = run.ended_at
    if ended_at is None and times:
        ended_at = datetime.fromtimestamp(max(times) // 10**6, UTC).replace(microsecond=max(times) % 10**6)
    if ended_at is not None and run.started_at is not None and ended_at < run.started_at:
        ended_at = None  # two clocks that do not agree
    return replace(run, results=in_order(kept), ended_at=ended_at)


def in_order(results: list[Result]) -> list[Result]:
    return sorted(results, key=lambda each: (each.test, each.attempt))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(given_runs=st.lists(runs, min_size=1, max_size=5, unique_by=lambda run: run.uuid))
def test_any_runs_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, given_runs: list[Run]) -> None:
    with Store(settings_for(tmp_path_factory.mktemp("round"))) as store:
        for answer in [store.writer.submit(run) for run in given_runs]:
            assert answer.result().state == "stored"
        for run in given_runs:
            back = load(store, run.uuid)
            assert replace(back, results=in_order(back.results)) == as_kept(run)
        assert_whole(store)


# Names that a stream can carry as they are: not empty, no NUL, not the one that stands for a process.
stream_names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)


def stored_again(store: Store, content: bytes) -> bytes:
    """The export of a run that was stored from a stream."""
    run = facts({})
    assemble(run, [("stream", content)], settings_for(Path()))
    store.writer.write(run)
    back = load(store, run.uuid)
    return subunit.write(back.results, back.attachments, back.processes_failed)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(given_results=results(stream_names).filter(bool), files=attachments, processes_failed=st.integers(0, 2))
def test_an_export_stored_and_exported_again_is_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, given_results: list[Result], files: list[Attachment], processes_failed: int
) -> None:
    for each in given_results:
        if each.status is Status.SUCCESS:
            each.attachments = []
    with Store(settings_for(tmp_path_factory.mktemp("export"))) as store:
        first = stored_again(store, subunit.write(given_results, files, processes_failed))
        assert stored_again(store, first) == first


@pytest.mark.parametrize("name", ["tempest-unit.subunit.gz", "tempest-unit.v1.subunit.gz"])
def test_a_real_run_stored_exported_and_stored_again_is_the_same_bytes(store: Store, name: str) -> None:
    first = stored_again(store, sample(name))
    assert stored_again(store, first) == first
    assert_whole(store)
