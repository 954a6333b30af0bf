"""Runs told by suites: counts of any runs are exact, however the runs differ and whatever happens to them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from helpers import assert_whole, result, rows, run, settings_for, uuid_number

from gatehealth.model import Run, Status
from gatehealth.store import Store

DAY = datetime(2026, 11, 9, tzinfo=UTC)


def told_store(folder: Path, runs: list[Run]) -> Store:
    store = Store(settings_for(folder))
    for answer in [store.writer.submit(each) for each in runs]:
        answer.result()
    store.writer.compact()
    return store


def usual(number: int, *others: Status, **facts: str) -> Run:
    """A run of ten tests that pass, but for the first ones."""
    results = [result(f"test_{n}", others[n] if n < len(others) else Status.SUCCESS) for n in range(10)]
    return run(*results, number=number, started_at=DAY, **facts)


def some_run(seed: random.Random) -> Run:
    """A run of one of four suites, or of nothing that is like them."""
    job, project = seed.choice(["unit", "full"]), seed.choice(["a", "b"])
    mostly = [f"{project}.test_{n}" for n in range(30 if job == "full" else 10)]
    names = seed.choice([mostly, mostly, mostly, mostly[: seed.randint(0, 30)], [f"x.{seed.random()}"]])
    results = []
    for name in names:
        for attempt in range(seed.choice([1] * 9 + [2])):
            status = Status.SUCCESS if seed.random() < 0.9 else seed.choice(list(Status))
            results.append(result(name, status, attempt, attempt=attempt))
    started_at = DAY + timedelta(days=seed.randint(0, 2), seconds=seed.randint(0, 80_000))
    return Run(UUID(int=seed.getrandbits(128)), job, project=project, started_at=started_at, results=results)


def deviations(store: Store) -> list[tuple[int, str, int, int]]:
    return rows(store, "SELECT number, name, status, n FROM deviations JOIN tests USING (test_id) ORDER BY ALL")


def test_equal_runs_are_one_suite_and_have_no_deviations(folder: Path):
    with told_store(folder, [usual(n, job=f"job-{n % 3}", project=f"p-{n % 2}") for n in range(30)]) as store:
        assert rows(store, "SELECT count(*), count(DISTINCT suite) FROM suites") == [(10, 1)]
        assert deviations(store) == []
        assert_whole(store)


def test_a_run_that_differs_is_told_by_its_differences(folder: Path):
    crashed = run(result("test_3"), result("test_new", Status.FAIL), number=2, started_at=DAY)
    with told_store(folder, [usual(1), usual(3, Status.FAIL), crashed]) as store:
        numbers = dict(rows(store, "SELECT uuid, number FROM closed_runs JOIN runs USING (run_id)"))
        failed, short = numbers[uuid_number(3)], numbers[uuid_number(2)]
        missing = [(short, f"test_{n}", int(Status.SUCCESS), -1) for n in range(10) if n != 3]
        changed = [(failed, "test_0", int(Status.SUCCESS), -1), (failed, "test_0", int(Status.FAIL), 1)]
        assert deviations(store) == sorted([*changed, *missing, (short, "test_new", int(Status.FAIL), 1)])
        assert_whole(store)


def test_a_second_attempt_is_a_deviation_even_when_it_ends_as_usual(folder: Path):
    twice = run(
        *(result(f"test_{n}") for n in range(10)),
        result("test_0", Status.SUCCESS, 5, attempt=1),
        result("test_1", Status.FAIL, 5, attempt=1),
        number=2,
        started_at=DAY,
    )
    with told_store(folder, [usual(1), usual(3), twice]) as store:
        assert {row[1:] for row in deviations(store)} <= {
            ("test_0", 0, 1),
            ("test_1", 1, 1),
            ("test_0", 0, -1),
            ("test_1", 1, -1),
        }
        assert_whole(store)


def test_a_run_that_leaves_its_batch_takes_its_deviations_along(folder: Path):
    with told_store(folder, [usual(1), usual(2), usual(3, Status.FAIL)]) as store:
        assert len(deviations(store)) == 2
        fuller = run(*(result(f"test_{n}", Status.FAIL) for n in range(12)), number=3, started_at=DAY)
        assert store.writer.write(fuller).state == "replaced"
        assert deviations(store) == []
        assert_whole(store)
        store.writer.compact()
        assert rows(store, "SELECT count(*) FROM closings WHERE told") == [(2,)]
        assert_whole(store)


def test_suites_that_no_run_has_any_more_are_removed(folder: Path):
    with told_store(folder, [usual(1, Status.FAIL, result="SUCCESS")]) as store:
        before = rows(store, "SELECT DISTINCT suite FROM suites")
        for number in range(2, 12):  # so many late ones that the day's batches become one
            store.writer.write(usual(number, result="SUCCESS"))
            store.writer.compact()
        assert rows(store, "SELECT suite FROM suites ANTI JOIN closed_runs USING (suite)") == []
        assert before not in rows(store, "SELECT DISTINCT suite FROM suites")
        assert_whole(store)


def test_any_runs_are_told_exactly_also_after_many_changed(folder: Path):
    seed = random.Random(11)
    runs = [some_run(seed) for _ in range(120)]
    with told_store(folder, runs[:80]) as store:
        assert_whole(store)
        for each in seed.sample(runs[:80], 30):  # another project, more results, another job
            results = [*each.results, result("a.new.test", seed.choice(list(Status)))] if seed.random() < 0.5 else each.results
            job = seed.choice([each.job, "unit", "moved"])
            store.writer.write(Run(UUID(int=each.uuid.int), job, started_at=each.started_at, project="moved", results=results))
        for each in runs[80:]:
            store.writer.write(each)
        assert_whole(store)
        store.writer.compact()
        assert_whole(store)
        assert rows(
            store, "SELECT count(*) > 0, bool_and(told) FROM closings WHERE duration_unit_us = 1000 AND state = 'closed'"
        ) == [(True, True)]
