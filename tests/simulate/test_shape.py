"""A simulated gate looks like one: when it works, what it runs, how its runs are named and laid out."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta, timezone

import pytest
from helpers import count_statuses

from gatehealth.model import Outcome, Run, Status, outcome_of, to_micros
from gatehealth.simulate import Gate, GateSettings

from .conftest import FORTNIGHT


def started(run: Run) -> datetime:
    assert run.started_at is not None
    return run.started_at


def outcome(run: Run) -> Outcome:
    return outcome_of(run.result, count_statuses(run.results))


def test_runs_come_in_the_order_of_their_start_within_the_period(runs: list[Run]) -> None:
    starts = [started(run) for run in runs]
    assert starts == sorted(starts)
    assert starts[0] >= FORTNIGHT.start
    assert all(run.ended_at is not None and started(run) <= run.ended_at <= FORTNIGHT.end for run in runs)


def test_every_run_has_a_uuid_of_its_own(runs: list[Run]) -> None:
    assert len({run.uuid for run in runs}) == len(runs)


def test_weekdays_have_about_the_runs_asked_for_and_weekends_far_fewer(runs: list[Run]) -> None:
    days = Counter(started(run).date() for run in runs)
    weekdays = [count for day, count in days.items() if day.weekday() < 5]
    weekends = [count for day, count in days.items() if day.weekday() >= 5]
    assert sum(weekdays) / len(weekdays) == pytest.approx(FORTNIGHT.runs_per_day, rel=0.1)
    assert max(weekends) < min(weekdays) / 2


def test_nights_are_quieter_than_working_hours(runs: list[Run]) -> None:
    hours = Counter(started(run).hour for run in runs if run.pipeline == "check" and started(run).weekday() < 5)
    assert sum(hours[hour] for hour in (13, 14, 15, 16)) > 4 * sum(hours[hour] for hour in (1, 2, 3, 4))


def test_periodic_starts_at_six_every_day(runs: list[Run]) -> None:
    attempts = {(run.buildset, run.job): run for run in reversed(runs)}  # the first of each
    periodic = [run for run in attempts.values() if run.pipeline == "periodic"]
    assert {started(run).hour for run in periodic} == {6}
    assert len({started(run).date() for run in periodic}) == 14
    assert all(run.change == "" and run.ref.startswith("refs/heads/") for run in periodic)


def test_all_pipelines_branches_and_providers_are_met(runs: list[Run]) -> None:
    assert {run.pipeline for run in runs} == {"check", "gate", "periodic", "experimental"}
    assert {run.branch for run in runs} == {"master", "stable/2026.1", "stable/2025.2"}
    assert len({run.provider for run in runs}) >= 7
    assert {run.metadata["region"] for run in runs} >= {"DFW", "BHS1"}


def test_most_result_words_of_zuul_are_met(runs: list[Run]) -> None:
    words = {run.result for run in runs}
    assert words >= {
        "SUCCESS",
        "FAILURE",
        "TIMED_OUT",
        "POST_FAILURE",
        "RETRY_LIMIT",
        "NODE_FAILURE",
        "CANCELED",
        "SKIPPED",
        "RETRY",
    }


def test_what_is_canceled_was_dequeued_or_stopped_and_left_nothing(runs: list[Run]) -> None:
    canceled = [run for run in runs if run.result == "CANCELED"]
    took = Counter(run.ended_at > started(run) for run in canceled if run.ended_at is not None)
    assert len(canceled) == took.total() > 20
    assert min(took[False], took[True]) > took.total() / 4
    assert not any(run.results or run.log_url for run in canceled)


def test_gate_fails_seldom_and_check_more_often(runs: list[Run]) -> None:
    rates = {}
    for pipeline in ("check", "gate"):
        counts = Counter(outcome(run) for run in runs if run.pipeline == pipeline)
        rates[pipeline] = counts[Outcome.FAIL] / (counts[Outcome.FAIL] + counts[Outcome.PASS])
    assert 0.02 < rates["gate"] < 0.10
    assert 0.08 < rates["check"] < 0.22


def test_the_bad_tuesday_fails_more_than_other_weekdays(runs: list[Run]) -> None:
    days: dict[object, Counter[bool]] = defaultdict(Counter)
    for run in runs:
        if outcome(run) is not Outcome.IGNORED and started(run).weekday() < 5:
            days[started(run).date()][outcome(run) is Outcome.PASS] += 1
    rates = {day: counts[False] / counts.total() for day, counts in days.items()}
    assert max(rates, key=lambda day: rates[day]) == datetime(2026, 11, 17, tzinfo=UTC).date()


def test_gate_runs_voting_jobs_only(runs: list[Run]) -> None:
    assert all(run.voting for run in runs if run.pipeline == "gate")
    assert not all(run.voting for run in runs if run.pipeline == "check")


def test_some_jobs_never_have_results_of_tests(runs: list[Run]) -> None:
    pep8 = [run for run in runs if run.job == "openstack-tox-pep8"]
    assert len(pep8) > 50
    assert not any(run.results for run in pep8)
    assert any(run.result == "FAILURE" for run in pep8)


def test_runs_of_one_buildset_share_change_and_pipeline(runs: list[Run]) -> None:
    items = defaultdict(list)
    for run in runs:
        items[run.buildset].append(run)
    for members in items.values():
        assert len({(run.project, run.pipeline, run.branch, run.change, run.patchset) for run in members}) == 1
        assert len({run.job for run in members}) == sum(run.result != "RETRY" for run in members)
    assert max(map(len, items.values())) >= 5


def test_addresses_follow_from_change_and_uuid(runs: list[Run]) -> None:
    run = next(run for run in runs if run.pipeline == "gate" and run.result == "SUCCESS")
    assert run.ref_url == f"https://review.example.org/c/{run.project}/+/{run.change}"
    assert run.ref == f"refs/changes/{run.change[-2:]}/{run.change}/{run.patchset}"
    assert run.log_url == f"https://logs.example.org/{run.uuid.hex}/"
    assert all(not run.log_url for run in runs if run.result in ("NODE_FAILURE", "SKIPPED", "CANCELED"))


def test_change_numbers_grow_and_belong_to_one_project(runs: list[Run]) -> None:
    first_of_day: dict[object, int] = {}
    projects: dict[str, set[str]] = defaultdict(set)
    for run in runs:
        if run.change:
            day = started(run).date()
            first_of_day[day] = min(int(run.change), first_of_day.get(day, 10**9))
            projects[run.change].add(run.project)
    assert list(first_of_day.values()) == sorted(first_of_day.values())
    assert all(len(found) == 1 for found in projects.values())


def test_some_patchsets_are_rechecked(runs: list[Run]) -> None:
    buildsets = defaultdict(set)
    for run in runs:
        if run.pipeline == "check":
            buildsets[run.change, run.patchset].add(run.buildset)
    assert sum(len(found) > 1 for found in buildsets.values()) > 10


def test_a_bad_patchset_fails_the_same_tests_of_a_job_each_time(runs: list[Run], gate: Gate) -> None:
    faulty = {
        gate.world.tests[at].name for fault in gate.faults for at in getattr(fault, "tests", (getattr(fault, "test", -1),))
    }
    failures = defaultdict(list)
    for run in runs:
        if run.pipeline == "check" and run.results and run.result in ("SUCCESS", "FAILURE"):
            failed = frozenset(r.test for r in run.results if r.status is Status.FAIL and r.test not in faulty)
            failures[run.job, run.change, run.patchset].append(failed)
    again = [found for found in failures.values() if len(found) > 1 and max(map(len, found)) > 1]
    assert len(again) > 3
    assert all(len(set(found)) == 1 for found in again)


def test_results_lie_within_the_run_and_each_worker_does_one_thing_at_a_time(runs: list[Run]) -> None:
    for run in runs[::7]:
        workers = defaultdict(list)
        for result in run.results:
            assert result.started_at is not None
            workers[result.tags].append((result.started_at, result.ended_at))
        assert run.started_at is not None
        assert run.ended_at is not None
        for spans in workers.values():
            ends = [end or to_micros(run.ended_at) for _, end in spans]
            assert to_micros(run.started_at) <= spans[0][0]
            assert max(ends) <= to_micros(run.ended_at)
            assert all(end <= following[0] for end, following in zip(ends, spans[1:], strict=False))


def test_workers_are_busy_for_about_as_long(runs: list[Run]) -> None:
    run = next(run for run in runs if run.job == "tempest-full-py3" and run.result == "SUCCESS")
    ends: dict[tuple[str, ...], int] = {}
    for result in run.results:
        ends[result.tags] = result.ended_at or 0
    start = run.results[0].started_at or 0
    assert set(ends) == {(f"worker-{number}",) for number in range(4)}
    assert min(ends.values()) - start > 0.6 * (max(ends.values()) - start)


def test_a_job_runs_the_same_tests_from_run_to_run(runs: list[Run], truth: dict[str, object]) -> None:
    listed = [
        frozenset(r.test for r in run.results)
        for run in runs
        if run.job == "nova-tox-py311" and run.result in ("SUCCESS", "FAILURE") and run.results
    ]
    assert len(listed) > 50
    assert len(set(listed)) == 1


def test_the_largest_job_has_as_many_results_as_asked_for(runs: list[Run]) -> None:
    assert max(len(run.results) for run in runs) == FORTNIGHT.largest_job


def test_a_gate_has_as_many_tests_jobs_and_projects_as_asked_for() -> None:
    for settings in (FORTNIGHT, GateSettings(tests=5_000, jobs=130, projects=25, largest_job=900)):
        world = Gate(settings).world
        assert sum(not test.setup for test in world.tests) == settings.tests
        assert len({test.name for test in world.tests}) == len(world.tests)
        assert len({job.name for job in world.jobs}) == len(world.jobs) == settings.jobs
        assert len(world.projects) == settings.projects


def test_skipped_tests_are_skipped_in_every_run_and_say_why(runs: list[Run]) -> None:
    by_status: dict[str, set[Status]] = defaultdict(set)
    for run in runs:
        for result in run.results:
            by_status[result.test].add(result.status)
            if result.status is Status.SKIP:
                assert [(a.name, a.mime_type) for a in result.attachments] == [("reason", "text/plain;charset=utf8")]
    skipped = [statuses for statuses in by_status.values() if Status.SKIP in statuses]
    assert len(skipped) > 5
    assert all(statuses <= {Status.SKIP, Status.INCOMPLETE} for statuses in skipped)


def test_expected_failures_are_met_and_do_not_fail_their_run(runs: list[Run]) -> None:
    known = [run for run in runs if any(r.status is Status.XFAIL for r in run.results)]
    assert any(run.result == "SUCCESS" for run in known)


def test_a_timed_out_run_is_cut_short_and_says_so(runs: list[Run]) -> None:
    cut = [run for run in runs if run.result == "TIMED_OUT" and run.results]
    assert cut
    assert any(r.status is Status.INCOMPLETE for run in cut for r in run.results)
    for run in cut:
        open_ = [r for r in run.results if r.status is Status.INCOMPLETE]
        assert all(r.ended_at is None and not r.attachments for r in open_)
        assert len({r.tags for r in open_}) == len(open_) <= 4
        assert bool(run.damage) == bool(open_)


def test_a_failed_test_is_tried_again_in_functional_jobs_only(runs: list[Run]) -> None:
    retried = [run for run in runs if any(r.attempt for r in run.results)]
    assert retried
    assert all("-functional" in run.job for run in retried)
    for run in retried:
        last = {r.test: r.status for r in run.results}
        if run.result in ("SUCCESS", "FAILURE"):
            assert (run.result == "FAILURE") == (Status.FAIL in last.values() or Status.UXSUCCESS in last.values())


def test_times_outside_utc_mean_the_same_moment() -> None:
    settings = GateSettings(days=0.2, tests=100, jobs=5, projects=2, runs_per_day=50, largest_job=40)
    shifted = GateSettings(
        days=0.2,
        tests=100,
        jobs=5,
        projects=2,
        runs_per_day=50,
        largest_job=40,
        end=settings.end.astimezone(timezone(timedelta(hours=5))),
    )
    assert list(Gate(settings).runs()) == list(Gate(shifted).runs())


@pytest.mark.parametrize(
    "size",
    [
        GateSettings(days=0.05, runs_per_day=1, tests=50, jobs=4, projects=2, largest_job=20, workers=1),
        GateSettings(days=3, runs_per_day=30, tests=60, jobs=300, projects=90, largest_job=30, flaky_tests=100),
        GateSettings(days=9, runs_per_day=10, tests=3_000, jobs=5, projects=3, largest_job=50, workers=8, flaky_tests=0),
        GateSettings(days=1, runs_per_day=30, tests=50, jobs=4, projects=2, largest_job=20, integration=1.0),
        GateSettings(days=1, runs_per_day=30, tests=900, jobs=90, projects=5, largest_job=20, integration=0.5),
    ],
)
def test_unusual_sizes_make_a_gate_too(size: GateSettings) -> None:
    gate = Gate(size)
    runs = list(gate.runs())
    assert gate.truth()["totals"]["runs"] == len(runs)
    assert max((len(run.results) for run in runs), default=0) <= 2 * size.largest_job
    assert sum(not test.setup for test in gate.world.tests) == size.tests


@pytest.mark.parametrize(
    "wrong",
    [
        {"end": datetime(2026, 1, 1)},
        {"days": 0},
        {"tests": 3},
        {"jobs": 0},
        {"workers": 9},
        {"bad_changes": 1.5},
        {"integration": -0.1},
    ],
)
def test_settings_that_make_no_gate_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        GateSettings(**wrong)  # type: ignore[arg-type]
