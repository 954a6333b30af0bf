"""Jobs, their grids, run times, failures and summaries are what one gets by counting the runs in plain Python."""

from __future__ import annotations

import math
import random
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
import recount
from helpers import count_statuses, rows, settings_for
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gatehealth.model import (
    FAILED,
    PASSED,
    Attachment,
    Outcome,
    Result,
    Run,
    Status,
    message_of,
    outcome_of,
    run_id_of,
    to_micros,
)
from gatehealth.store import Store
from gatehealth.store.asking import Filters
from gatehealth.store.failing import failing_tests
from gatehealth.store.failure_reader import FailureFilters
from gatehealth.store.job_reader import Window, places
from gatehealth.store.rates import wilson

DAY = datetime(2020, 3, 10, tzinfo=UTC)  # long over, so that it can be closed
TICK = timedelta(microseconds=1)
BUCKETS = {"min": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
PROJECTS = ["openstack/nova", "Ünicode/ß", ""]
PIPELINES = ["check", "gate", ""]
BRANCHES = ["master", "stable/2026.1"]
JOBS = ["tempest-full", "unit", "odd 'job'/100%", "pep8", ""]
PROVIDERS = ["cloud-1", ""]
WORDS = ["", "", "", "SUCCESS", "FAILURE", "TIMED_OUT", "NODE_FAILURE", "CANCELED"]
TESTS = [*(f"nova.tests.unit.test_{number}.Case.test_it" for number in range(9)), "setUpClass (a.B)", "ß [x] 'y'", "", "z\nz"]
PATTERNS = [None, "NOVA", "_[1-4]", "^$", "ß", "(x|y)", "no such"]
BAD = (Status.FAIL, Status.UXSUCCESS, Status.INCOMPLETE)
LETTERS = {"success": "S", "fail": "F", "skip": "K", "xfail": "X", "uxsuccess": "U", "incomplete": "I"}


def some_results(seed: random.Random, job: str, started_at: datetime) -> list[Result]:
    """Results of most of a job's tests, some of them with retries, some without times."""
    results = []
    tests = [test for at, test in enumerate(TESTS) if (at + len(job)) % 3]
    for test in seed.sample(tests, seed.randint(0, len(tests))):
        for attempt in range(seed.choice([1, 1, 1, 1, 2, 3])):
            status = seed.choices(list(Status), [12, 3, 2, 1, 1, 1])[0]
            began = to_micros(started_at) + seed.randrange(10**9)
            ended = None if status is Status.INCOMPLETE else began + seed.randrange(10**8)
            if seed.random() < 0.1:
                began = None  # type: ignore[assignment]
            boom = Attachment("message", "text/plain", f"Boom {seed.randint(0, 2)}\nand more".encode())
            files = [boom] if status is Status.FAIL and seed.random() < 0.9 else []
            results.append(Result(test, status, attempt, began, ended, attachments=files))
    return results


def some_run(seed: random.Random) -> Run:
    hours = timedelta(hours=seed.randint(-40, 40))
    started_at = DAY + hours + seed.choice([timedelta(0), -TICK, timedelta(seconds=seed.random() * 3600)])
    job = seed.choice(JOBS)
    results = some_results(seed, job, started_at) if job != "pep8" and seed.random() < 0.8 else []
    return Run(
        UUID(int=seed.getrandbits(128)),
        job=job,
        project=seed.choice(PROJECTS),
        pipeline=seed.choice(PIPELINES),
        branch=seed.choice(BRANCHES),
        provider=seed.choice(PROVIDERS),
        voting=seed.choice([True, False, None]),
        result=seed.choice(WORDS),
        started_at=started_at,
        ended_at=started_at + timedelta(seconds=seed.randint(1, 9000)) if results or seed.random() < 0.7 else None,
        log_url=f"https://logs.example/{seed.randint(0, 99)}",
        results=results,
    )


class Gate(recount.Gate):
    def newest_under(self, filters: Filters, q: str | None = None) -> list[Run]:
        """The runs that fit the filters, and whose job fits the pattern, newest first."""
        found = [run for run in self.under(filters) if contains(q, run.job)]
        return sorted(found, key=lambda run: (start(run), run_id(run)), reverse=True)


@pytest.fixture(scope="module", params=["open", "closed", "both"])
def gate(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate whose results are in no batch, all in batches, or some of each day in batches."""
    seed = random.Random(request.param)
    runs = [some_run(seed) for _ in range(160)]
    closed = {"open": 0, "closed": len(runs), "both": len(runs) // 2}[request.param]
    with Store(settings_for(tmp_path_factory.mktemp("gate"))) as store:
        for answer in [store.writer.submit(run) for run in runs[:closed]]:
            answer.result()
        store.writer.compact()
        for answer in [store.writer.submit(run) for run in runs[closed:]]:
            answer.result()
        [(in_batches, in_none)] = rows(store, "SELECT (SELECT count(*) FROM closed_results), (SELECT count(*) FROM results)")
        assert (in_batches > 0, in_none > 0) == (closed > 0, closed < len(runs))
        yield Gate(store, runs)


def start(run: Run) -> datetime:
    assert run.started_at is not None
    return run.started_at


def run_id(run: Run) -> int:
    return run_id_of(run.uuid, start(run))


def outcome(run: Run) -> Outcome:
    return outcome_of(run.result, count_statuses(run.results), broken=bool(run.damage))


def wall(run: Run) -> float | None:
    return (run.ended_at - start(run)).total_seconds() if run.ended_at else None


def contains(pattern: str | None, text: str) -> bool:
    return pattern is None or re.search(pattern, text, re.IGNORECASE) is not None


def tally(runs: Iterable[Run]) -> dict[str, int]:
    by = Counter(map(outcome, runs))
    return {"passed": by[Outcome.PASS], "failed": by[Outcome.FAIL], "infra": by[Outcome.INFRA], "ignored": by[Outcome.IGNORED]}


def rate_of(passed: int, failed: int) -> dict[str, Any]:
    """A failure rate as one computes it by hand: its interval is where a rate lies 1.96 deviations from the one seen."""
    n = passed + failed
    if not n:
        return {"n": 0, "failure_rate": None, "failure_rate_low": None, "failure_rate_high": None}
    seen, z = failed / n, 1.959963984540054
    a, b, c = 1 + z * z / n, -(2 * seen + z * z / n), seen * seen
    root = math.sqrt(max(0.0, b * b - 4 * a * c))
    low, high = (pytest.approx((-b + sign * root) / (2 * a), abs=1e-9) for sign in (-1, 1))
    return {"n": n, "failure_rate": seen, "failure_rate_low": low, "failure_rate_high": high}


def folded(statuses: Iterable[Status]) -> dict[str, int]:
    by = Counter(statuses)
    return {
        "total": sum(by.values()),
        "passed": sum(by[status] for status in PASSED),
        "failed": sum(by[status] for status in FAILED),
        "skipped": by[Status.SKIP],
        **{status.word: by[status] for status in Status if status is not Status.SKIP},
    }


def times_of(filters: Filters, width: timedelta) -> list[datetime]:
    """The starts of the buckets that hold a period."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    times = [epoch + (filters.since - epoch) // width * width]
    while times[-1] + width < filters.until:
        times.append(times[-1] + width)
    return times


def in_buckets(runs: Iterable[Run], times: list[datetime], width: timedelta) -> list[list[Run]]:
    buckets: list[list[Run]] = [[] for _ in times]
    for run in runs:
        buckets[(start(run) - times[0]) // width].append(run)
    return buckets


def subset(values: list[str]) -> st.SearchStrategy[list[str] | None]:
    return st.none() | st.lists(st.sampled_from([*values, "no such"]), max_size=2)


moments = st.integers(-60, 60).map(lambda hours: DAY + timedelta(hours=hours)) | st.datetimes(
    datetime(2020, 3, 8), datetime(2020, 3, 12), timezones=st.just(UTC)
)


@st.composite
def some_filters(draw: st.DrawFn) -> Filters:
    since = draw(st.just(DAY - timedelta(days=3)) | moments)
    until = draw(st.just(DAY + timedelta(days=3)) | moments)
    if since >= until:
        since, until = until, since + TICK
    facts = [
        draw(subset(values)) if draw(st.booleans()) else None for values in (PROJECTS, PIPELINES, BRANCHES, JOBS, PROVIDERS)
    ]
    return Filters(since, until, *facts, voting=draw(st.none() | st.booleans()))


patterns = st.sampled_from(PATTERNS)
job_patterns = st.sampled_from([None, "temp", "^u", "'", "no such"])
resolutions = st.sampled_from(list(BUCKETS))
ALL = Filters(DAY - timedelta(days=3), DAY + timedelta(days=3))
asking = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def job_order(order: str) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    """What comes first, then by failures, by the other runs, by name. A job without a value of the kind comes last."""

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        others = row["passed"] + row["infra"] + row["ignored"]
        value = {
            "failure_rate": row["failure_rate"],
            "failures": row["failed"],
            "runs": row["failed"] + others,
            "seconds": row["median_seconds"],
            "newest": row["newest_run_at"].timestamp(),
            "name": None,
        }[order]
        name = row["job"] if order == "name" else ""
        return (value is None, 0 if value is None else -value, name, -row["failed"], -others, row["job"])

    return key


@asking
@given(
    some_filters(),
    job_patterns,
    st.sampled_from(["failure_rate", "failures", "runs", "seconds", "newest", "name"]),
    st.sampled_from([1, 3, 1000]),
    st.sampled_from([0, 1, 9]),
)
def test_jobs_are_as_counted(gate: Gate, filters: Filters, q: str | None, order: Any, limit: int, offset: int) -> None:
    by_job: dict[str, list[Run]] = {}
    for run in gate.newest_under(filters, q):
        if run.job:
            by_job.setdefault(run.job, []).append(run)
    expected = []
    for job, runs in by_job.items():
        counts = tally(runs)
        seconds = [wall(run) for run in runs if outcome(run) is Outcome.PASS and run.ended_at]
        expected.append(
            {
                **{"job": job, **counts, **rate_of(counts["passed"], counts["failed"])},
                "mean_seconds": statistics.fmean(seconds) if seconds else None,  # type: ignore[type-var]
                "median_seconds": statistics.median(seconds) if seconds else None,  # type: ignore[type-var]
                "newest_run_at": max(map(start, runs)),
            }
        )
    expected.sort(key=job_order(order))
    for row in expected:
        row["mean_seconds"] = row["mean_seconds"] and pytest.approx(row["mean_seconds"])
    answer = gate.store.jobs.jobs(filters, q, order, limit, offset)
    assert answer == {"jobs": expected[offset : offset + limit], "total": len(expected)}


@asking
@given(some_filters(), job_patterns)
@example(ALL, None)
def test_a_summary_is_of_the_period_and_of_the_one_before_it(gate: Gate, filters: Filters, q: str | None) -> None:
    facts = (filters.project, filters.pipeline, filters.branch, filters.job, filters.provider, filters.voting)
    before = Filters(filters.since - (filters.until - filters.since), filters.since, *facts)
    answer = gate.store.jobs.summary(filters, q)
    for period, found in ((filters, answer["current"]), (before, answer["before"])):
        runs = gate.newest_under(period, q)
        counts = tally(runs)
        seconds = [wall(run) for run in runs if outcome(run) is Outcome.PASS and run.ended_at]
        assert found == {
            **{"since": period.since, "until": period.until, "runs": len(runs), **counts},
            **rate_of(counts["passed"], counts["failed"]),
            "jobs": len({run.job for run in runs if run.job}),
            "median_seconds": statistics.median(seconds) if seconds else None,  # type: ignore[type-var]
            "failing_tests": len({each.test for run in runs for each in run.results if each.status in FAILED}),
            "results": folded(each.status for run in runs for each in run.results),
        }


def test_the_period_before_the_first_day_of_the_calendar_is_short(gate: Gate) -> None:
    first = datetime.min.replace(tzinfo=UTC)
    before = gate.store.jobs.summary(Filters(first + timedelta(days=1), DAY), None)["before"]
    assert (before["since"], before["runs"]) == (first, 0)


@asking
@given(some_filters(), resolutions, job_patterns)
@example(ALL, "hour", None)
def test_series_of_results_sum_to_the_totals(gate: Gate, filters: Filters, resolution: str, q: str | None) -> None:
    width = BUCKETS[resolution]
    answer = gate.store.jobs.result_series(resolution, filters, q)
    times = times_of(filters, width)
    assert answer["times"] == times
    runs = [run for run in gate.newest_under(filters, q) if run.results]
    expected: dict[str, list[int]] = {name: [] for name in answer["series"]}
    for bucket in in_buckets(runs, times, width):
        counts = folded(each.status for run in bucket for each in run.results)
        for name, column in expected.items():
            column.append(len(bucket) if name == "runs" else counts[name])
    assert answer["series"] == expected
    assert answer["totals"] == folded(each.status for run in runs for each in run.results)
    assert all(sum(answer["series"][name]) == answer["totals"][name] for name in expected if name != "runs")


@asking
@given(some_filters(), resolutions, job_patterns, st.sampled_from([1, 2, 7, 40, 10_000]))
@example(ALL, "hour", None, 60)
def test_run_times_are_those_of_the_runs(gate: Gate, filters: Filters, resolution: str, q: str | None, limit: int) -> None:
    width = BUCKETS[resolution]
    answer = gate.store.jobs.run_times(resolution, filters, q, limit)
    under = gate.newest_under(filters, q)
    timed = [run for run in under if run.ended_at]
    assert (answer["total"], answer["untimed"]) == (len(timed), len(under) - len(timed))

    columns = answer["runs"]
    points = list(zip(columns["uuid"], columns["started_at"], columns["seconds"], columns["outcome"], strict=True))
    every = [(run.uuid.hex, start(run), wall(run), outcome(run).word) for run in timed]
    assert [each for each in every if each in points] == points, "a point is a run, newest first, none twice"
    assert len(points) == min(limit, len(every))
    for passing in (True, False):
        alike = [each in points for each in every if (each[3] == "pass") is passing]
        shown = sum(alike)
        # Thinned evenly: any stretch has its share of the points, to within one.
        for at in range(len(alike)):
            assert abs(sum(alike[:at]) - at * shown / len(alike)) <= 1

    times = times_of(filters, width)
    assert answer["times"] == times
    for at, bucket in enumerate(in_buckets(timed, times, width)):
        seconds = [float(wall(run) or 0) for run in bucket if outcome(run) is Outcome.PASS]
        got = {name: column[at] for name, column in answer["passing"].items()}
        assert got == {
            "n": len(seconds),
            "mean": pytest.approx(statistics.fmean(seconds)) if seconds else None,
            "deviation": pytest.approx(statistics.stdev(seconds), abs=1e-6) if len(seconds) > 1 else None,
            "fastest": min(seconds, default=None),
            "slowest": max(seconds, default=None),
        }


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(1, 5000))
def test_places_are_for_runs_that_did_not_pass_but_for_a_quarter(passing: int, others: int, limit: int) -> None:
    for_passing, for_others = places(passing, others, limit)
    assert for_passing <= passing
    assert for_others <= others
    assert for_passing + for_others == min(limit, passing + others)
    assert for_passing >= min(passing, limit // 4)
    if for_others < others:
        assert for_passing == min(passing, limit // 4), "others are left out only for the quarter of the passing ones"


def letter(results: list[Result]) -> str:
    if not results:
        return "."
    last = max(results, key=lambda each: each.attempt)
    shown = LETTERS[last.status.word]
    return shown.lower() if len(results) > 1 else shown


@asking
@given(
    some_filters(),
    st.sampled_from(JOBS),
    patterns,
    st.booleans(),
    st.sampled_from(["failing", "name"]),
    st.tuples(st.sampled_from([1, 3, 500]), st.sampled_from([0, 1, 7])),
    st.tuples(st.sampled_from([1, 4, 3000]), st.sampled_from([0, 1, 7])),
    st.booleans(),
)
@example(ALL, "tempest-full", None, False, "failing", (500, 0), (3000, 0), False)
@example(ALL, "tempest-full", None, False, "name", (500, 0), (3000, 0), True)
@example(ALL, "odd 'job'/100%", None, True, "name", (20, 5), (5, 2), False)
def test_a_window_of_the_grid_is_as_counted(
    gate: Gate,
    filters: Filters,
    job: str,
    q: str | None,
    only_results: bool,
    order: Any,
    some_runs: tuple[int, int],
    some_tests: tuple[int, int],
    only_failing: bool,
) -> None:
    (limit_runs, offset_runs), (limit_tests, offset_tests) = some_runs, some_tests
    answer = gate.store.jobs.grid(
        job, filters, q, Window(limit_runs, limit_tests, offset_runs, offset_tests, only_results, order, only_failing)
    )
    assert answer is not None
    facts = (filters.project, filters.pipeline, filters.branch, [job], filters.provider, filters.voting)
    every = [run for run in gate.newest_under(Filters(filters.since, filters.until, *facts)) if run.results or not only_results]
    runs = every[offset_runs : offset_runs + limit_runs]
    assert (answer["job"], answer["total_runs"]) == (job, len(every))
    columns = answer["runs"]
    assert columns["uuid"] == [run.uuid.hex for run in runs]
    assert columns["outcome"] == [outcome(run).word for run in runs]
    assert columns["seconds"] == [wall(run) for run in runs]
    assert columns["results"] == [len(run.results) for run in runs]
    assert columns["kept"] == ["all" for _ in runs]
    for fact in (
        "started_at",
        "result",
        "pipeline",
        "branch",
        "change",
        "patchset",
        "project",
        "provider",
        "voting",
        "log_url",
    ):
        assert columns[fact] == [getattr(run, fact) for run in runs], fact

    names = sorted({each.test for run in runs for each in run.results if contains(q, each.test)})
    failures = Counter(each.test for run in runs for each in run.results if each.status in FAILED)
    incomplete = Counter(each.test for run in runs for each in run.results if each.status is Status.INCOMPLETE)
    if order == "failing":
        names.sort(key=lambda name: (-failures[name], -incomplete[name], name))
    if only_failing:
        names = [name for name in names if failures[name] or incomplete[name]]
    shown = names[offset_tests : offset_tests + limit_tests]
    assert answer["total_tests"] == len(names)
    assert answer["tests"] == {
        "test": shown,
        "cells": ["".join(letter([each for each in run.results if each.test == name]) for run in runs) for name in shown],
        "failures": [failures[name] for name in shown],
        "incomplete": [incomplete[name] for name in shown],
    }
    bad = answer["failures"]
    assert sorted(
        zip(*(bad[name] for name in ("run", "test", "attempt", "status", "message", "seconds")), strict=True)
    ) == sorted(
        (at, shown.index(each.test), each.attempt, each.status.word, message_of(each), duration(each))
        for at, run in enumerate(runs)
        for each in run.results
        if each.status in BAD and each.test in shown
    )


def duration(each: Result) -> float | None:
    return None if each.started_at is None or each.ended_at is None else (each.ended_at - each.started_at) / 1e6


def test_the_grid_of_a_job_that_was_never_seen_is_none(gate: Gate) -> None:
    window = Window(limit_runs=1, limit_tests=1)
    assert gate.store.jobs.grid("no such", ALL, None, window) is None
    empty = gate.store.jobs.grid("unit", Filters(DAY - timedelta(days=99), DAY - timedelta(days=98)), None, window)
    assert empty is not None
    assert (empty["total_runs"], empty["tests"]["test"]) == (0, [])


@pytest.mark.parametrize(
    ("failure_days", "kept", "cell", "messages"), [(1_000, "failures", "F", ["Boom"]), (0, "counters", None, [])]
)
def test_the_grid_says_what_is_left_of_results_that_are_too_old(
    folder: Path, failure_days: int, kept: str, cell: str | None, messages: list[str]
) -> None:
    boom = Attachment("message", "text/plain", b"Boom")
    began = to_micros(DAY)
    results = [Result("good", Status.SUCCESS, 0, began, began), Result("bad", Status.FAIL, 0, began, began, attachments=[boom])]
    with Store(settings_for(folder, passing_days=0, failure_days=failure_days)) as store:
        store.writer.write(Run(UUID(int=1), job="unit", started_at=DAY, results=results))
        store.writer.expire()
        grid = store.jobs.grid("unit", ALL, None, Window(limit_runs=1, limit_tests=9))
    assert grid is not None
    assert (grid["runs"]["kept"], grid["runs"]["results"]) == ([kept], [2])
    assert dict(zip(grid["tests"]["test"], grid["tests"]["cells"], strict=True)) == ({"bad": cell} if cell else {})
    assert grid["failures"]["message"] == messages


class Failed(NamedTuple):
    """A result that failed or never ended, and its run."""

    run: Run
    result: Result


def newest_first(failed: Failed) -> tuple[Any, ...]:
    """By run, newest first; within a run the latest first, those without a time last."""
    began = failed.result.started_at
    return (-run_id(failed.run), began is None, -(began or 0), failed.result.test, failed.result.attempt)


@st.composite
def failure_filters(draw: st.DrawFn) -> FailureFilters:
    narrowed = draw(st.sampled_from([None, None, *TESTS])), draw(st.sampled_from([None, None, "boom 1", "BOOM", "", "'"]))
    return FailureFilters(draw(some_filters()), draw(patterns), *narrowed)


def failed_under(gate: Gate, filters: FailureFilters) -> list[Failed]:
    found = [
        Failed(run, each)
        for run in gate.newest_under(filters.runs)
        for each in run.results
        if each.status in BAD
        and contains(filters.q, each.test)
        and (filters.test is None or each.test == filters.test)
        and (filters.message is None or filters.message.lower() in message_of(each).lower())
    ]
    return sorted(found, key=newest_first)


@asking
@given(failure_filters(), st.sampled_from([1, 10, 1000]), st.sampled_from([0, 1, 25]))
@example(FailureFilters(ALL), 1000, 0)
def test_failures_are_those_that_fit_newest_first(gate: Gate, filters: FailureFilters, limit: int, offset: int) -> None:
    failed = failed_under(gate, filters)
    answer = gate.store.failures.failures(filters, limit, offset)
    assert answer["total"] == len(failed)
    found = [
        (row["run"]["uuid"], row["test"], row["attempt"], row["status"], row["message"], row["started_at"], row["seconds"])
        for row in answer["failures"]
    ]
    assert found == [
        (run.uuid.hex, each.test, each.attempt, each.status.word, message_of(each), moment(each), duration(each))
        for run, each in failed[offset : offset + limit]
    ]
    for row, (run, _) in zip(answer["failures"], failed[offset:], strict=False):
        assert (row["run"]["job"], row["run"]["outcome"], row["run"]["log_url"]) == (run.job, outcome(run).word, run.log_url)


def moment(each: Result) -> datetime | None:
    return None if each.started_at is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=each.started_at)


@asking
@given(failure_filters(), st.sampled_from(["failures", "runs"]), st.sampled_from([1, 4, 1000]), st.sampled_from([0, 1, 9]))
@example(FailureFilters(ALL), "failures", 1000, 0)
def test_the_tests_that_fail_most_are_as_counted(
    gate: Gate, filters: FailureFilters, order: Any, limit: int, offset: int
) -> None:
    by_test: dict[str, list[Failed]] = {}
    for failed in failed_under(gate, filters):
        by_test.setdefault(failed.result.test, []).append(failed)
    every = Counter(
        (each.test, each.status in FAILED)
        for run in gate.newest_under(filters.runs)
        for each in run.results
        if each.status in FAILED | PASSED
    )
    expected = []
    for test, bad in by_test.items():
        # The newest failure rather than a newer result that never ended, which has no traceback to read. A result without
        # a time counts as the earliest of its run; of those of one time, the last attempt is the newest.
        run, newest = max(
            bad, key=lambda each: (each.result.status in FAILED, run_id(each.run), sent(each), each.result.attempt)
        )
        expected.append(
            {
                "test": test,
                "failures": sum(each.result.status in FAILED for each in bad),
                "incomplete": sum(each.result.status is Status.INCOMPLETE for each in bad),
                "runs": len({each.run.uuid for each in bad}),
                "jobs": len({each.run.job for each in bad}),
                **rate_of(every[test, False], every[test, True]),
                "newest": {
                    **{"uuid": run.uuid.hex, "job": run.job, "attempt": newest.attempt, "message": message_of(newest)},
                    **{"log_url": run.log_url, "status": newest.status.word, "started_at": moment(newest) or start(run)},
                },
            }
        )
    expected.sort(key=lambda row: (-row[order], -row["failures"], -row["runs"], -row["incomplete"], row["test"]))
    answer = failing_tests(gate.store.failures, gate.store.results, filters, order, limit, offset)
    assert (answer["tests"], answer["total"]) == (expected[offset : offset + limit], len(expected))
    assert answer["covered"]["complete"]


def sent(failed: Failed) -> int:
    return -1 if failed.result.started_at is None else failed.result.started_at


@asking
@given(failure_filters(), st.sampled_from([1, 2, 1000]), st.sampled_from([0, 1, 9]))
@example(FailureFilters(ALL), 1000, 0)
def test_messages_are_counted_together(gate: Gate, filters: FailureFilters, limit: int, offset: int) -> None:
    by_message: dict[str, list[Failed]] = {}
    for failed in failed_under(gate, filters):
        by_message.setdefault(message_of(failed.result), []).append(failed)
    expected = []
    for message, bad in by_message.items():
        run, newest = max(bad, key=lambda each: (run_id(each.run), sent(each), each.result.test, each.result.attempt))
        expected.append(
            {
                "message": message,
                "failures": sum(each.result.status in FAILED for each in bad),
                "incomplete": sum(each.result.status is Status.INCOMPLETE for each in bad),
                "tests": len({each.result.test for each in bad}),
                "jobs": len({each.run.job for each in bad}),
                "runs": len({each.run.uuid for each in bad}),
                "oldest_at": start(min((each.run for each in bad), key=run_id)),
                "newest_at": start(run),
                "newest": {"uuid": run.uuid.hex, "job": run.job, "test": newest.test, "attempt": newest.attempt},
            }
        )
    expected.sort(key=lambda row: (-row["failures"] - row["incomplete"], -row["runs"], row["message"]))
    answer = gate.store.failures.messages(filters, limit, offset)
    assert answer == {"messages": expected[offset : offset + limit], "total": len(expected)}


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 1000, 0.0002, 0.0056)],
)
def test_intervals_are_those_of_the_books(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_rate_lies_in_its_interval_and_the_interval_between_0_and_1(hits: int, others: int) -> None:
    found = wilson(hits, hits + others)
    if hits + others == 0:
        assert found is None
    else:
        assert found is not None
        assert 0 <= found[0] <= hits / (hits + others) <= found[1] <= 1
