"""Every number that a page shows is the number that one gets by counting the runs in plain Python."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from helpers import count_statuses, failure, result, settings_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recount import Gate

from gatehealth.model import Attachment, Outcome, Run, Status, message_of, outcome_of, run_id_of
from gatehealth.store import Store
from gatehealth.store.asking import Filters

DAY = datetime(2026, 11, 22, tzinfo=UTC)
TICK = timedelta(microseconds=1)
BUCKETS = {"sec": timedelta(seconds=1), "min": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
PROJECTS = ["openstack/nova", "openstack/neutron", "Ünicode/ß", ""]
PIPELINES = ["check", "gate", "periodic", ""]
BRANCHES = ["master", "stable/2026.1", ""]
JOBS = ["tempest-full", "tempest-slow", "unit", "pep8", ""]
PROVIDERS = ["cloud-1", "cloud-2", ""]
WORDS = ["", "", "SUCCESS", "FAILURE", "TIMED_OUT", "POST_FAILURE", "CANCELED", "weird"]
NODES = ["jammy", "noble", ""]
KEYS = ["project", "pipeline", "job", "branch", "provider", "voting", "result", "change", "node", "only_few", "unknown"]
# Regular expressions that mean the same to RE2 and to Python.
PATTERNS = [None, "temp", "^t", "SLOW$", "nova|neutron", "[ab]", r"\.", "ß", "x{2}", "(un|pe).*", "true", "'"]


def borders(seed: random.Random) -> datetime:
    """A moment on, just before or just after the border of a bucket."""
    edge = seed.choice(
        [timedelta(days=seed.randint(-2, 2)), timedelta(hours=seed.randint(-30, 30)), timedelta(seconds=seed.randint(0, 90))]
    )
    return DAY + edge + seed.choice([timedelta(0), -TICK, TICK, timedelta(seconds=seed.random() * 3600)])


def some_run(seed: random.Random) -> Run:
    started_at = borders(seed)
    results = []
    for number in range(seed.choice([0, 1, 2, 5, 60 if seed.random() < 0.1 else 3])):
        name, status = f"test.{seed.randint(0, 99)}.{number}", seed.choices(list(Status), [10, 3, 2, 1, 1, 1])[0]
        reason = Attachment("reason", "text/plain", f"because of {number}\nand more".encode())
        made = failure(name, text=f"Boom {number}") if status is Status.FAIL else result(name, status, attachments=[reason])
        results.append(made)
        if seed.random() < 0.2:
            results.append(result(name, Status.FAIL, attempt=1, attachments=[]))
    metadata = {"node": seed.choice(NODES)} if seed.random() < 0.8 else {}
    if seed.random() < 0.05:
        metadata["only_few"] = "x"
    return Run(
        UUID(int=seed.getrandbits(128)),
        job=seed.choice(JOBS),
        project=seed.choice(PROJECTS),
        pipeline=seed.choice(PIPELINES),
        branch=seed.choice(BRANCHES),
        provider=seed.choice(PROVIDERS),
        change=str(seed.randint(1, 9)),
        voting=seed.choice([True, False, None]),
        result=seed.choice(WORDS),
        started_at=started_at,
        ended_at=started_at + timedelta(seconds=seed.randint(1, 9000)),
        metadata=metadata,
        results=results,
        damage=["cut"] if seed.random() < 0.1 else [],
    )


@pytest.fixture(scope="module", params=[1, 2, 3], ids="seed {}".format)
def gate(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    seed = random.Random(request.param)
    runs = [some_run(seed) for _ in range(150)]
    with Store(settings_for(tmp_path_factory.mktemp("gate"))) as store:
        for answer in [store.writer.submit(run) for run in runs]:
            answer.result()
        yield Gate(store, runs)


def outcome(run: Run) -> Outcome:
    return outcome_of(run.result, count_statuses(run.results), broken=bool(run.damage))


def value_of(run: Run, key: str) -> str | None:
    """The value by which a run is grouped, None when it has none."""
    if key in ("node", "only_few", "unknown"):
        return run.metadata.get(key)
    if key == "voting":
        return {True: "true", False: "false", None: None}[run.voting]
    return getattr(run, key) or None


def contains(pattern: str | None, text: str) -> bool:
    return pattern is None or re.search(pattern, text, re.IGNORECASE) is not None


def tally(runs: list[Run]) -> dict[str, int]:
    by = Counter(map(outcome, runs))
    return {"passed": by[Outcome.PASS], "failed": by[Outcome.FAIL], "infra": by[Outcome.INFRA], "ignored": by[Outcome.IGNORED]}


def worst_first(name: str) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    """The order of groups and jobs: by failure rate, then by failures, then by the other runs, then by name."""

    def order(row: dict[str, Any]) -> tuple[Any, ...]:
        n = row["passed"] + row["failed"]
        others = row["passed"] + row["infra"] + row["ignored"]
        return (-(row["failed"] / n) if n else 1, -row["failed"], -others, row[name])

    return order


def rate(row: dict[str, Any]) -> float | None:
    n = row["passed"] + row["failed"]
    return row["failed"] / n if n else None


def newest(runs: list[Run]) -> datetime:
    return max(run.started_at for run in runs if run.started_at)


def subset(values: list[str]) -> st.SearchStrategy[list[str] | None]:
    return st.none() | st.lists(st.sampled_from([*values, "no such"]), max_size=2)


moments = st.integers(0, 2**32).map(lambda number: borders(random.Random(number)))


@st.composite
def some_filters(draw: st.DrawFn) -> Filters:
    since = draw(st.just(DAY - timedelta(days=3)) | moments)
    until = draw(st.just(DAY + timedelta(days=4)) | moments)
    if since >= until:
        since, until = until, since + TICK
    facts = [draw(subset(values)) for values in (PROJECTS, PIPELINES, BRANCHES, JOBS, PROVIDERS)]
    facts = [each if draw(st.booleans()) else None for each in facts]
    return Filters(since, until, *facts, voting=draw(st.none() | st.booleans()))


patterns = st.sampled_from(PATTERNS)
asking = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@asking
@given(some_filters(), st.sampled_from(KEYS), patterns, st.sampled_from([1, 3, 200]))
def test_groups_and_their_series_are_as_counted(gate: Gate, filters: Filters, key: str, q: str | None, limit: int) -> None:
    """Also at the borders of buckets, and of the period within its first and last bucket."""
    length = filters.until - filters.since
    resolution = next(name for name, width in BUCKETS.items() if length / width < 400)
    width = BUCKETS[resolution]
    answer = gate.store.reader.groups(key, resolution, filters, q, limit)

    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    first = epoch + (filters.since - epoch) // width * width
    times = [first]
    while times[-1] + width < filters.until:
        times.append(times[-1] + width)
    assert answer["times"] == times

    by_value: dict[str, list[Run]] = {}
    for run in gate.under(filters):
        value = value_of(run, key) or ""
        if contains(q, value):
            by_value.setdefault(value, []).append(run)

    def series(runs: list[Run]) -> dict[str, list[int]]:
        columns: dict[str, list[int]] = {name: [0] * len(times) for name in ("passed", "failed", "infra", "ignored")}
        for run in runs:
            assert run.started_at is not None
            [bucket] = [at for at, start in enumerate(times) if start <= run.started_at < start + width]
            columns[list(columns)[outcome(run)]][bucket] += 1
        return columns

    expected = [{"value": value, **tally(runs), "newest_run_at": newest(runs)} for value, runs in by_value.items()]
    expected.sort(key=worst_first("value"))
    for row in expected:
        row |= {"n": row["passed"] + row["failed"], "failure_rate": rate(row), "series": series(by_value[row["value"]])}
    assert answer["groups"] == expected[:limit]
    assert answer["groups_total"] == len(expected)
    assert answer["totals"] == series([run for runs in by_value.values() for run in runs])

    only = gate.store.reader.groups(key, resolution, filters, q, limit, series=["failed"])
    assert only["totals"] == answer["totals"]
    assert [row["series"] for row in only["groups"]] == [{"failed": row["series"]["failed"]} for row in answer["groups"]]


def newest_first(runs: list[Run]) -> list[Run]:
    return sorted(runs, key=lambda run: (run.started_at, run_id_of(run.uuid, run.started_at)), reverse=True)  # type: ignore[arg-type]


@asking
@given(some_filters(), patterns, st.none() | st.sets(st.sampled_from(list(Outcome))), st.sampled_from([1, 10, 1000]))
def test_runs_are_those_that_fit_newest_first(
    gate: Gate, filters: Filters, q: str | None, outcomes: set[Outcome] | None, limit: int
) -> None:
    fitting = [run for run in gate.under(filters) if contains(q, run.job) and (outcomes is None or outcome(run) in outcomes)]
    words = None if outcomes is None else [each.word for each in outcomes]
    answer = gate.store.reader.runs(filters, q, words, limit)
    assert [row["uuid"] for row in answer] == [run.uuid.hex for run in newest_first(fitting)[:limit]]
    for row, run in zip(answer, newest_first(fitting), strict=False):
        counts = count_statuses(run.results)
        assert row["outcome"] == outcome(run).word
        assert [row["counts"][word] for word in ("success", "fail", "skipped", "xfail", "uxsuccess", "incomplete")] == counts
        assert row["counts"]["total"] == sum(counts)
        assert row["counts"]["passed"] == counts[Status.SUCCESS] + counts[Status.XFAIL]
        assert row["counts"]["failed"] == counts[Status.FAIL] + counts[Status.UXSUCCESS]


@asking
@given(some_filters(), st.sampled_from([1, 10, 100]))
def test_recent_failures_are_the_newest_failed_runs_with_what_failed(gate: Gate, filters: Filters, limit: int) -> None:
    failed = newest_first([run for run in gate.under(filters) if outcome(run) is Outcome.FAIL])[:limit]
    answer = gate.store.reader.recent_failures(filters, limit)
    assert [row["run"]["uuid"] for row in answer] == [run.uuid.hex for run in failed]
    for row, run in zip(answer, failed, strict=True):
        bad = [each for each in run.results if each.status in (Status.FAIL, Status.UXSUCCESS, Status.INCOMPLETE)]
        bad.sort(key=lambda each: (each.test, each.attempt))
        assert [(each["test"], each["attempt"], each["status"], each["message"]) for each in row["failed"]] == [
            (each.test, each.attempt, each.status.word, message_of(each)) for each in bad[:50]
        ]


@asking
@given(some_filters())
def test_the_values_of_filters_are_those_seen_most_used_first(gate: Gate, filters: Filters) -> None:
    runs = gate.under(filters)
    answer = gate.store.reader.values(filters)
    for fact in ("project", "pipeline", "branch", "job", "provider"):
        seen = Counter(getattr(run, fact) for run in runs if getattr(run, fact))
        assert answer[fact] == sorted(seen, key=lambda value: (-seen[value], value)), fact


def test_the_status_is_as_counted(gate: Gate) -> None:
    status = gate.store.reader.status()
    results = [each for run in gate.runs for each in run.results]
    explained = (Status.FAIL, Status.XFAIL, Status.UXSUCCESS, Status.INCOMPLETE)
    assert status["runs"] == len(gate.runs)
    assert status["results"] == len(results)
    assert status["failures"] == sum(each.status in explained for each in results)
    assert status["tests"] == len({each.test for each in results})
    assert status["jobs"] == len({run.job for run in gate.runs if run.job})
    assert status["oldest_run_at"] == min(run.started_at for run in gate.runs if run.started_at)
    assert status["newest_run"]["started_at"].replace(microsecond=0) == newest(gate.runs).replace(microsecond=0)
    assert gate.store.reader.keys()[1] == sorted({key for run in gate.runs for key in run.metadata})
