"""Days that are over are closed: their results move to where they take less, and nothing else changes."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from helpers import assert_whole, load, rows, settings_for

from gatehealth.formats import subunit
from gatehealth.model import Attachment, Result, Run, Status, to_micros
from gatehealth.store import DatabaseError, Store
from gatehealth.store.upkeep import Upkeep

NOW = datetime.now(UTC)
TRACEBACK = Attachment("traceback", "text/x-traceback;charset=utf8", b"Traceback (most recent call last):\nValueError: no\n")


def old_run(number: int, days_ago: float, tests: int = 20, **facts: object) -> Run:
    """A run with results of every kind, retries and gaps in its times."""
    start = to_micros(NOW - timedelta(days=days_ago)) + number
    results = []
    for at in range(tests):
        status = Status(at % 6) if at % 3 == 0 else Status.SUCCESS
        began = start + at * 1_234_567
        ended = None if status is Status.INCOMPLETE else began + 98_765 * (at + 1)
        files = [] if status is Status.SUCCESS else [TRACEBACK]
        results.append(Result(f"unit.test_{at}", status, 0, began, ended, (f"worker-{at % 2}",), f"id-{at}", files))
    results.append(replace(results[1], attempt=1))
    results.append(Result("unit.untimed", Status.SUCCESS))
    results.append(Result("unit.end_only", Status.SUCCESS, ended_at=start + 5_000))
    return Run(UUID(int=number), **{"job": f"job-{number % 3}", "results": results, **facts})  # type: ignore[arg-type]


def as_closed(run: Run) -> list[tuple[object, ...]]:
    """The results of a run with times as a closed day keeps them, to the nearest: starts, from the first, in hundredths of a
    second, durations in milliseconds.
    """
    zero = min(t for r in run.results for t in (r.started_at, r.ended_at) if t is not None)

    def shape(result: Result) -> tuple[object, ...]:
        first = result.started_at if result.started_at is not None else result.ended_at
        began = None if first is None else (first - zero + 5_000) // 10_000
        both = result.started_at is not None and result.ended_at is not None
        took = (result.ended_at - result.started_at + 500) // 1000 if both else None  # type: ignore[operator]
        files = [] if result.status is Status.SUCCESS else result.attachments
        facts = (result.test, result.attempt, result.status, began, took, result.tags, result.attributes)
        return (*facts, tuple(map(repr, files)))

    return sorted(map(shape, run.results), key=repr)


def shown(store: Store, run: Run) -> list[tuple[object, ...]]:
    return as_closed(load(store, run.uuid))


@pytest.fixture
def runs() -> list[Run]:
    """Runs of five days: three of them are over long enough to be closed."""
    return [old_run(number, days_ago=number % 5 + 0.01, tests=number + 2) for number in range(1, 40)]


def test_closing_keeps_every_result_and_rounds_its_times(store: Store, runs: list[Run]):
    for run in runs:
        store.writer.write(run)

    store.writer.compact()

    assert rows(store, "SELECT count(*) FROM closed_results") > [(0,)]
    assert_whole(store)
    for run in runs:
        assert shown(store, run) == as_closed(run)


def test_only_days_that_are_over_for_long_enough_are_closed(store: Store, runs: list[Run]):
    for run in runs:
        store.writer.write(run)

    store.writer.compact()

    today = int(NOW.timestamp()) // 86_400
    days = "SELECT DISTINCT (run_id >> 31) // 86400 FROM {} ORDER BY 1"
    assert all(day < today - 1 for (day,) in rows(store, "SELECT day FROM closings"))
    assert all(day >= today - 1 for (day,) in rows(store, days.format("results")))


def test_every_step_shows_the_same_results(folder: Path, runs: list[Run]):
    with Store(settings_for(folder)) as store:
        for run in runs:
            store.writer.write(run)
        upkeep = Upkeep(store.database, settings_for(folder))
        steps = 0
        while upkeep.step(expire=False):
            steps += 1
            assert_whole(store)
            for run in runs[:5]:
                assert shown(store, run) == as_closed(run)
        upkeep.close()
    assert steps >= 2 * (3 + 24), "two days or three, each begun, copied, finished, and cleaned by the hour"


def test_a_closed_run_that_comes_again_fuller_is_replaced_whole(store: Store):
    first, fuller = old_run(1, 5), old_run(1, 5, tests=30)
    store.writer.write(first)
    store.writer.compact()

    assert store.writer.write(fuller).state == "replaced"

    assert load(store, fuller.uuid).results[0].started_at is not None
    assert shown(store, fuller) == as_closed(fuller)
    assert_whole(store)
    store.writer.compact()
    assert shown(store, fuller) == as_closed(fuller)
    assert_whole(store)


def test_a_closed_run_whose_start_or_job_becomes_known_keeps_its_results(store: Store):
    run = old_run(1, 5)
    store.writer.write(run)
    store.writer.compact()

    facts = Run(run.uuid, job="renamed", started_at=NOW - timedelta(days=6))
    assert store.writer.write(facts).state == "merged"

    assert shown(store, run) == as_closed(run)
    assert_whole(store)
    store.writer.compact()
    assert shown(store, run) == as_closed(run)
    assert rows(store, "SELECT count(*) FROM results") == [(0,)]


def test_a_run_that_changes_while_its_day_is_copied_is_closed_later(folder: Path):
    run, fuller = old_run(1, 5), old_run(1, 5, tests=30)
    with Store(settings_for(folder)) as store:
        store.writer.write(run)
        upkeep = Upkeep(store.database, settings_for(folder))
        assert upkeep.step(expire=False)  # the batch is begun
        assert upkeep.step(expire=False)  # its only slice is copied
        store.writer.write(fuller)
        for _ in range(3):  # what was copied is counted, by job, by test; the batch is finished without it
            assert upkeep.step(expire=False)
        assert rows(store, "SELECT count(*) FROM closed_runs") == [(0,)]
        assert shown(store, fuller) == as_closed(fuller)
        while upkeep.step(expire=False):
            pass
        upkeep.close()
        assert shown(store, fuller) == as_closed(fuller)
        assert_whole(store)


def test_a_run_that_changes_before_its_day_is_cleaned_is_kept_whole(folder: Path):
    run, fuller = old_run(1, 5), old_run(1, 5, tests=30)
    with Store(settings_for(folder)) as store:
        store.writer.write(run)
        upkeep = Upkeep(store.database, settings_for(folder))
        for _ in range(5):  # begun, copied, counted twice, finished: the results stand in both places
            assert upkeep.step(expire=False)
        store.writer.write(Run(run.uuid, job="renamed"))
        assert shown(store, run) == as_closed(run)
        store.writer.write(fuller)
        while upkeep.step(expire=False):
            pass
        upkeep.close()
        assert shown(store, fuller) == as_closed(fuller)
        assert_whole(store)


def test_runs_that_come_late_to_a_closed_day_are_closed_too(store: Store, runs: list[Run]):
    store.writer.write(runs[3])
    store.writer.compact()
    late = old_run(100, days_ago=3 % 5 + 4.01)

    store.writer.write(late)
    store.writer.compact()

    assert rows(store, "SELECT count(*) FROM results") == [(0,)]
    for run in (runs[3], late):
        assert shown(store, run) == as_closed(run)


def test_what_a_killed_process_left_half_copied_is_gone_at_the_next_start(folder: Path):
    run = old_run(1, 5)
    with Store(settings_for(folder)) as store:
        store.writer.write(run)
        killed = Upkeep(store.database, settings_for(folder))
        assert killed.step(expire=False)
        assert killed.step(expire=False)
        assert rows(store, "SELECT count(*) > 0 FROM closed_results") == [(True,)]

    with Store(settings_for(folder)) as store:
        assert shown(store, run) == as_closed(run)
        assert rows(store, "SELECT state FROM closings") == [("copying",)], "which nobody sees"
        store.writer.compact()
        assert rows(store, "SELECT count(*) FROM closed_results") == [(len(run.results),)]
        assert rows(store, "SELECT count(*), max(state) FROM closings") == [(1, "closed")]
        assert shown(store, run) == as_closed(run)


def test_the_export_of_a_closed_run_stored_again_gives_the_same_bytes(store: Store):
    run = old_run(1, 5)
    store.writer.write(run)
    store.writer.compact()
    closed = load(store, run.uuid)
    exported = subunit.write(closed.results, closed.attachments)

    again = Run(UUID(int=2), results=subunit.read(exported).results)
    store.writer.write(again)

    assert subunit.write(load(store, again.uuid).results) == exported


def test_closing_days_leaves_no_transaction_open_that_would_keep_checkpoints_away(folder: Path):
    settings = settings_for(folder)
    with Store(settings) as store:
        store.writer.write(old_run(1, 5))

    with Store(settings) as store:
        store.writer.compact()

        with store.database.cursor() as cursor:
            cursor.execute("CHECKPOINT")  # an error when a transaction is open that is older than a change
        assert not Path(settings.database + ".wal").exists()


def test_a_step_that_fails_is_told_and_tried_again_and_keeps_no_run_back(store: Store, monkeypatch: pytest.MonkeyPatch):
    run = old_run(1, 5)
    store.writer.write(run)
    steps = []

    def fail(upkeep: Upkeep, *, expire: bool) -> bool:
        steps.append(upkeep)
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(Upkeep, "step", fail)
        with pytest.raises(DatabaseError, match="the upkeep of the database failed: no space left"):
            store.writer.compact()
        assert store.writer.write(old_run(2, 5)).state == "stored"
        assert len(steps) == 1, "it is not tried again and again"

    store.writer.compact()
    assert rows(store, "SELECT count(*) FROM results") == [(0,)]
    assert shown(store, run) == as_closed(run)


def test_a_store_that_stays_open_closes_days_without_being_asked(folder: Path):
    run = old_run(1, 5)
    with Store(settings_for(folder)) as store:
        store.writer.write(run)
    with Store(settings_for(folder), keeping_up=True) as store:
        for _ in range(6000):  # a minute at the most
            if rows(store, "SELECT count(*) FROM results") == [(0,)]:
                break
            time.sleep(0.01)
        assert rows(store, "SELECT count(*) FROM results") == [(0,)]
        assert shown(store, run) == as_closed(run)
