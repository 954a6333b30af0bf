"""Results of a day that goes on are moved too once there are many; when the day is over its batches become one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from helpers import assert_whole, load, rows, settings_for

from gatehealth.model import Result, Run, Status, to_micros
from gatehealth.store import Store, compaction, upkeep

MIDNIGHT = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
TODAY = int(MIDNIGHT.timestamp()) // 86_400


def run_of_today(number: int, **facts: object) -> Run:
    """A run with 30 results, whose times are not whole milliseconds."""
    start = to_micros(MIDNIGHT) + number * 1_000_003
    results = [
        Result(f"t{at}", Status(at % 3 % 2), 0, start + at * 1_234_567, start + at * 1_234_567 + 98_765, (), "")
        for at in range(30)
    ]
    facts = {"job": f"job-{number % 3}", "pipeline": ("check", "gate")[number % 2], **facts}
    return Run(UUID(int=number), results=results, **facts)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "MANY_RESULTS", 100)


def test_what_has_come_of_today_is_moved_with_its_times_to_the_microsecond(store: Store):
    runs = [run_of_today(number) for number in range(1, 6)]
    for run in runs:
        store.writer.write(run)

    store.writer.compact()

    assert rows(store, "SELECT count(*) FROM results") == [(0,)]
    assert rows(store, "SELECT day, state, results FROM closings") == [(TODAY, "closed", 150)]
    assert_whole(store)
    for run in runs:
        assert load(store, run.uuid).results == run.results


def test_little_stays_where_it_came(store: Store):
    store.writer.write(run_of_today(1))

    store.writer.compact()

    assert rows(store, "SELECT count(*) FROM results") == [(30,)]
    assert rows(store, "SELECT count(*) FROM closings") == [(0,)]


def test_a_run_that_is_replaced_after_it_was_moved_leaves_counters_that_are_right(store: Store):
    for number in range(1, 6):
        store.writer.write(run_of_today(number))
    store.writer.compact()
    fuller = run_of_today(2)
    fuller.results.append(Result("one more", Status.FAIL))

    assert store.writer.write(fuller).state == "replaced"

    assert_whole(store)
    assert load(store, fuller.uuid).results == fuller.results
    assert rows(store, "SELECT sum(success + fail) FROM counters JOIN visible_batches USING (batch)") == [(120,)]


def test_a_run_whose_pipeline_becomes_known_is_counted_under_it(store: Store):
    for number in range(1, 6):
        store.writer.write(run_of_today(number))
    store.writer.compact()

    assert store.writer.write(Run(UUID(int=2), pipeline="experimental")).state == "merged"

    assert_whole(store)
    for number in range(6, 10):
        store.writer.write(run_of_today(number))
    store.writer.compact()
    assert_whole(store)
    assert rows(store, "SELECT sum(success + fail) FROM counters WHERE pipeline = 'experimental'") == [(30,)]


def days_later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    monkeypatch.setattr(upkeep, "_today", lambda: TODAY + days)


def test_the_batches_of_a_day_that_is_over_become_one_with_rounded_times(store: Store, monkeypatch: pytest.MonkeyPatch):
    for first in (1, 5, 9):
        for number in range(first, first + 4):
            store.writer.write(run_of_today(number))
        store.writer.compact()
    assert rows(store, "SELECT count(*) FROM closings") == [(3,)]
    store.writer.write(run_of_today(13))
    counted = (
        "SELECT job_id, test_id, pipeline, sum(success), sum(sum_ms), sum(squares_ms2) FROM counters GROUP BY ALL ORDER BY ALL"
    )
    before = rows(store, counted)

    days_later(monkeypatch, 2)
    store.writer.compact()

    assert rows(store, "SELECT state, start_unit_us, duration_unit_us, results FROM closings") == [
        ("closed", 10_000, 1_000, 390)
    ]
    assert rows(store, "SELECT count(*) FROM results") == [(0,)]
    assert_whole(store)
    assert {row[:3] for row in rows(store, counted)} >= {row[:3] for row in before}
    first = load(store, UUID(int=1)).results[1]
    sent = run_of_today(1).results[1]
    assert first.started_at == run_of_today(1).results[0].started_at + 1_230_000  # type: ignore[operator]
    assert first.ended_at - first.started_at == 99_000 == sent.ended_at - sent.started_at + 235  # type: ignore[operator]


def test_runs_that_come_late_make_batches_that_are_merged_when_there_are_many(store: Store, monkeypatch: pytest.MonkeyPatch):
    for number in range(1, 30):
        store.writer.write(run_of_today(number))
    days_later(monkeypatch, 2)
    store.writer.compact()

    for number in range(30, 30 + compaction.MANY_BATCHES):
        store.writer.write(run_of_today(number))
        store.writer.compact()

    assert rows(store, "SELECT results FROM closings ORDER BY 1") == [(30 * compaction.MANY_BATCHES,), (29 * 30,)]
    assert_whole(store)


def test_every_step_of_a_merge_shows_the_same_and_what_changes_meanwhile_stays_right(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    runs = {number: run_of_today(number) for number in range(1, 13)}
    with Store(settings_for(folder)) as store:
        for number, run in runs.items():
            store.writer.write(run)
            if number % 4 == 0:
                store.writer.compact()
        days_later(monkeypatch, 2)
        steps = upkeep.Upkeep(store.database, settings_for(folder))
        taken = 0
        while steps.step(expire=False):
            taken += 1
            assert_whole(store)
            if taken % 2 == 0 and taken <= 2 * len(runs):
                changed = runs[taken // 2]
                changed.results.append(Result("one more", Status.FAIL))
                assert store.writer.write(changed).state == "replaced"
                assert_whole(store)
        steps.close()
        assert taken > 8
        for run in runs.values():
            assert sorted(r.test for r in load(store, run.uuid).results) == sorted(r.test for r in run.results)


def test_a_run_that_takes_new_facts_while_its_day_is_merged_keeps_its_results(folder: Path, monkeypatch: pytest.MonkeyPatch):
    with Store(settings_for(folder)) as store:
        for number in range(1, 9):
            store.writer.write(run_of_today(number))
            if number % 4 == 0:
                store.writer.compact()
        days_later(monkeypatch, 2)
        steps = upkeep.Upkeep(store.database, settings_for(folder))
        taken = 0
        while steps.step(expire=False):
            taken += 1
            if taken <= 8:
                facts = Run(UUID(int=taken), result="SUCCESS", metadata={"seen": str(taken)})
                assert store.writer.write(facts).state == "merged"
            assert_whole(store)
        steps.close()
        assert rows(store, "SELECT results FROM closings") == [(240,)]


@pytest.mark.parametrize("fuller", [False, True])
def test_a_run_that_gets_another_job_while_its_day_is_copied_is_not_taken_for_another(folder: Path, fuller: bool):
    for steps_before in range(1, 6):
        with Store(settings_for(folder, database=str(folder / f"{steps_before}.duckdb"))) as store:
            for number in range(1, 6):
                store.writer.write(run_of_today(number))
            steps = upkeep.Upkeep(store.database, settings_for(folder))
            for _ in range(steps_before):
                steps.step(expire=False)
            moved = run_of_today(1, job="job-2") if fuller else Run(UUID(int=1), job="job-2")
            if fuller:
                moved.results.append(Result("one more", Status.FAIL))
            store.writer.write(moved)
            assert_whole(store)
            while steps.step(expire=False):
                assert_whole(store)
            steps.close()
            store.writer.compact()
            assert_whole(store)


def test_a_server_moves_many_results_without_waiting_for_the_hour(folder: Path):
    with Store(settings_for(folder), keeping_up=True) as store:
        for number in range(1, 20):
            store.writer.write(run_of_today(number))
        store.writer.compact()  # waits until there is nothing to do
        assert rows(store, "SELECT count(*) < 100 FROM results") == [(True,)]
        assert rows(store, "SELECT count(*) > 0 FROM closings") == [(True,)]


def test_midnight_between_runs_makes_two_days(store: Store):
    for number in range(1, 6):
        store.writer.write(run_of_today(number))
        yesterday = run_of_today(100 + number, started_at=MIDNIGHT - timedelta(hours=1, seconds=number))
        store.writer.write(yesterday)

    store.writer.compact()

    assert rows(store, "SELECT day, results FROM closings ORDER BY 1") == [(TODAY - 1, 150), (TODAY, 150)]
    assert_whole(store)
