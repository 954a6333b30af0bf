"""A simulated Zuul is followed: each build that ended is listed once, and fetched as what it was, with all its results."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from loops import listed, run
from serving import serving

from gatehealth.collect import http, zuul_listing
from gatehealth.collect.source import Build, Fetched, SourceError
from gatehealth.collect.zuul import ZuulSource
from gatehealth.config import Settings, ZuulSettings
from gatehealth.model import Result, Run
from gatehealth.simulate import Gate, GateSettings
from gatehealth.simulate import zuul as simulated
from gatehealth.simulate.clock import Stopped
from gatehealth.simulate.ended import Ended
from gatehealth.simulate.troubles import Troubles

END = datetime(2026, 11, 20, 18, tzinfo=UTC)  # a Friday evening
SINCE_THEN = (datetime.now(UTC) - END) / timedelta(days=1)
GATE = GateSettings(seed=5, days=1.5, runs_per_day=110, tests=300, jobs=14, projects=4, largest_job=60, end=END)
RESULT_FILES = ["*.subunit", "*.subunit.gz", "logs/junit.xml"]


def settings_of(url: str, **said: Any) -> ZuulSettings:
    facts = {
        "kind": "zuul",
        "name": "sim",
        "url": url,
        "tenant": "openstack",
        "per_second": 10_000,
        "first_days": SINCE_THEN + 3,
    }
    return ZuulSettings(**{**facts, "result_files": RESULT_FILES, **said})


def by_uuid(builds: list[Build]) -> dict[UUID, Build]:
    return {build.uuid: build for build in builds}


async def poll(source: ZuulSource, cursor: str | None = None) -> tuple[list[Build], str | None]:
    """All that a poll lists, and the cursor behind it."""
    builds: list[Build] = []
    async for page in source.poll(cursor):
        builds += page.builds
        cursor = page.cursor or cursor
    return builds, cursor


@pytest.fixture(params=["new", "old", "without build-times"])
def zuul(request: pytest.FixtureRequest) -> Iterator[tuple[simulated.Zuul, Stopped, str]]:
    """A Zuul in each of its shapes, its clock, and its address."""
    clock = Stopped(END)
    build_times = request.param != "without build-times"
    shape = "new" if request.param == "new" else "old"
    troubles = Troubles(late=0.05)
    if "troubles" in request.node.name:
        troubles = replace(Troubles.ordered("all"), slow_seconds=0.02, retry_after=0)
    app = simulated.create(Gate(GATE), clock, troubles, shape=shape, build_times=build_times)
    with serving(app) as url:
        yield app, clock, url


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of few rows, so that a listing has many."""
    monkeypatch.setattr(zuul_listing, "TIMES_PAGE", 4)
    monkeypatch.setattr(zuul_listing, "BUILDS_PAGE", 5)
    monkeypatch.setattr(zuul_listing, "OVERLAP_IDS", 3)


def facts(found: Run) -> dict[str, Any]:
    """What is compared of a run besides its results."""
    names = ("uuid", "job", "project", "pipeline", "branch", "change", "patchset", "ref", "ref_url", "buildset", "voting")
    more = ("result", "provider", "log_url", "started_at", "ended_at")
    metadata = {key: value for key, value in found.metadata.items() if key != "source"}
    return {**{name: getattr(found, name) for name in (*names, *more)}, "metadata": metadata}


def results(found: Run) -> Counter[tuple[Any, ...]]:
    return Counter(map(_key, found.results))


def _key(result: Result) -> tuple[Any, ...]:
    return (result.test, result.status, result.attempt)


def assert_true(fetched: Fetched, truth: Ended) -> None:
    assert facts(fetched.run) == facts(truth.run)
    assert results(fetched.run) == results(truth.run)
    assert (fetched.lack or "") == truth.lack, fetched.detail


def test_every_build_is_listed_and_fetched_as_what_it_was(zuul: tuple[simulated.Zuul, Stopped, str]) -> None:
    app, _, url = zuul

    async def everything() -> tuple[list[Build], list[Any]]:
        source = ZuulSource(settings_of(url), Settings())
        builds, _ = await poll(source)
        fetched = await listed(source.fetch(list(by_uuid(builds).values()), {}))
        await source.close()
        return builds, fetched

    builds, fetched = run(everything())
    truth = {ended.run.uuid: ended for ended in app.ended(url)}
    assert len(truth) > 70
    assert set(by_uuid(builds)) == set(truth)
    assert len(fetched) == len(truth)
    for outcome in fetched:
        assert isinstance(outcome, Fetched), outcome
        assert_true(outcome, truth[outcome.build.uuid])
    assert {ended.lack for ended in truth.values()} >= {"", "no logs", "no result file"}, "the gate has nothing to tell apart"


@pytest.mark.usefixtures("small_pages")
def test_polls_list_each_build_that_ends_whenever_it_started(zuul: tuple[simulated.Zuul, Stopped, str]) -> None:
    app, clock, url = zuul

    async def follow() -> set[tuple[UUID, str]]:
        source = ZuulSource(settings_of(url, overlap_seconds=60), Settings())
        known: set[tuple[UUID, str]] = set()
        cursor = None
        for minutes in range(1080, -1, -45):
            clock.at = END - timedelta(minutes=minutes)
            builds, cursor = await poll(source, cursor)
            known |= {(build.uuid, build.version) for build in builds}
        await source.close()
        return known

    known = run(follow())
    assert known == {(ended.run.uuid, ended.run.result) for ended in app.ended(url)}


@pytest.mark.usefixtures("small_pages")
def test_a_period_is_listed_whole_also_in_pieces(zuul: tuple[simulated.Zuul, Stopped, str]) -> None:
    app, _, url = zuul
    since, until = END - timedelta(hours=20), END - timedelta(hours=4)

    async def back_fill() -> tuple[list[Build], list[float]]:
        source = ZuulSource(settings_of(url), Settings())
        builds: list[Build] = []
        done: list[float] = []
        cursor: str | None = None
        while not done or done[-1] < 1:
            pages = source.between(since, until, cursor)
            for _ in range(2):  # as if it were stopped after every second page
                page = await anext(pages, None)
                if page is not None:
                    builds += page.builds
                    cursor = page.cursor
                    assert page.done is not None
                    done.append(page.done)
        await source.close()
        return builds, done

    builds, done = run(back_fill())
    assert set(by_uuid(builds)) == {e.run.uuid for e in app.ended(url) if e.run.ended_at and since <= e.run.ended_at < until}
    assert done == sorted(done)


@pytest.mark.slow
@pytest.mark.parametrize("zuul", ["new", "without build-times"], indirect=True)
def test_after_all_troubles_every_build_is_what_it_was(
    zuul: tuple[simulated.Zuul, Stopped, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a day of a Zuul that fails, lies, lags and changes its mind; at the end everything is known that is true."""
    monkeypatch.setattr(http, "LONGEST_BACKOFF", 0.01)
    app, clock, url = zuul

    async def follow() -> dict[UUID, Fetched]:
        source = ZuulSource(settings_of(url, overlap_seconds=900), Settings())
        known: dict[UUID, str] = {}
        waiting: dict[UUID, Build] = {}
        settled: dict[UUID, Fetched] = {}
        cursor: str | None = None
        rounds = [END - timedelta(minutes=minutes) for minutes in range(720, -61, -15)]
        for at in [*rounds, *[rounds[-1]] * 20]:
            clock.at = at
            with contextlib.suppress(SourceError):
                async for page in source.poll(cursor):
                    cursor = page.cursor or cursor
                    for build in page.builds:
                        if known.get(build.uuid) != build.version:
                            known[build.uuid] = build.version
                            waiting[build.uuid] = build
            async for outcome in source.fetch(list(waiting.values()), {}):
                if isinstance(outcome, Fetched):
                    settled[outcome.build.uuid] = outcome
                    del waiting[outcome.build.uuid]
        await source.close()
        assert waiting == {}
        return settled

    settled = run(follow())
    truth = {ended.run.uuid: ended for ended in app.ended(url)}
    assert set(settled) == set(truth)
    for uuid, outcome in settled.items():
        assert_true(outcome, truth[uuid])
