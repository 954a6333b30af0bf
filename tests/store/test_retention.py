"""Results go when they are too old: first those that passed, then failures with their texts. Counters and runs stay."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from helpers import assert_whole, load, rows, settings_for

from gatehealth.config import Settings
from gatehealth.model import Attachment, Result, Run, Status, to_micros
from gatehealth.store import Store, retention, upkeep

NOW = datetime.now(UTC)
TRACEBACK = Attachment("traceback", "text/x-traceback;charset=utf8", b"Traceback (most recent call last):\nValueError: no\n")
REASON = Attachment("reason", "text/plain;charset=utf8", b"not on this cloud")
COUNTED = "SELECT * FROM counters ORDER BY ALL"
PLACED = "SELECT state, kept FROM closings ORDER BY day"


def old_run(number: int, days_ago: float, tests: int = 20, **facts: object) -> Run:
    """A run with failures, skips and passes, each with what they carry."""
    start = to_micros(NOW - timedelta(days=days_ago)) + number
    results = []
    for at in range(tests):
        status = Status(at % 6)
        files = {Status.SUCCESS: [], Status.SKIP: [REASON]}.get(status, [TRACEBACK])
        ended = None if status is Status.INCOMPLETE else start + at * 10_000 + 5_000
        results.append(Result(f"unit.test_{at}", status, 0, start + at * 10_000, ended, (), "own" if number % 2 else "", files))
    facts = {"job": f"job-{number % 3}", "pipeline": "gate", **facts}
    return Run(UUID(int=number), results=results, attachments=[REASON], **facts)  # type: ignore[arg-type]


def keeping(folder: Path, passing: int, failures: int = 1_000) -> Settings:
    return settings_for(folder, passing_days=passing, failure_days=failures)


def test_passing_results_go_and_failures_stay_with_their_texts(folder: Path):
    run = old_run(1, days_ago=5)
    with Store(keeping(folder, passing=0)) as store:
        store.writer.write(run)
        store.writer.compact()
        counted = rows(store, COUNTED)
        assert counted

        store.writer.expire()

        kept = load(store, run.uuid)
        assert_whole(store)
        assert rows(store, COUNTED) == counted
    gone = (Status.SUCCESS, Status.SKIP)
    assert [(r.test, r.status, r.attachments) for r in kept.results] == [
        (r.test, r.status, r.attachments) for r in run.results if r.status not in gone
    ]
    assert kept.attachments == [REASON]


def test_failures_and_texts_go_at_last_and_runs_and_counters_stay(folder: Path):
    run = old_run(1, days_ago=5)
    with Store(keeping(folder, passing=0, failures=0)) as store:
        store.writer.write(run)
        store.writer.compact()
        counted = rows(store, COUNTED)

        store.writer.expire()

        assert rows(store, PLACED) == [("closed", "counters")]
        assert rows(store, COUNTED) == counted
        for table in ("every_result", "failures", "attachments", "result_attributes"):
            assert rows(store, f"SELECT count(*) FROM {table}") == [(0,)], table
        kept = load(store, run.uuid)
        assert kept.results == []
        assert kept.job == run.job
        assert_whole(store)


def test_failures_go_also_when_passing_results_went_before(folder: Path):
    with Store(keeping(folder, passing=0)) as store:
        store.writer.write(old_run(1, days_ago=5))
        store.writer.expire()
        assert rows(store, PLACED) == [("closed", "failures")]
    with Store(keeping(folder, passing=0, failures=0)) as store:
        store.writer.expire()
        assert rows(store, PLACED) == [("closed", "counters")]
        assert rows(store, "SELECT count(*) FROM failures") == [(0,)]
        assert_whole(store)


def test_nothing_goes_that_came_in_lately_however_long_ago_it_happened(folder: Path):
    with Store(keeping(folder, passing=1, failures=1)) as store:
        store.writer.write(old_run(1, days_ago=4_000))

        store.writer.expire()

        assert rows(store, PLACED) == [("closed", "all")]
        assert_whole(store)


def test_files_of_runs_without_results_go_when_failures_do(folder: Path):
    """What a failed task said, of a run that never came to its tests."""
    said = Attachment("failed-task", "text/plain;charset=utf8", b"fatal: no route to host")
    bare = [
        Run(UUID(int=at), "unit", started_at=NOW - timedelta(days=days), result="FAILURE", attachments=[said])
        for at, days in enumerate((9, 5.5, 5, 2))
    ]

    def holders(store: Store) -> list[int]:
        return [uuid.int for (uuid,) in rows(store, "SELECT uuid FROM runs JOIN attachments USING (run_id) ORDER BY uuid")]

    with Store(keeping(folder, passing=1_000)) as store:
        for run in bare:
            store.writer.write(run)
    with Store(keeping(folder, passing=1_000, failures=4)) as store:
        store.writer.expire()
        assert holders(store) == [0, 1, 2, 3], "they came in lately"
        store.database.cursor().execute("UPDATE runs SET received_at = started_at")
        store.writer.expire()
        assert holders(store) == [3]
        assert load(store, bare[0].uuid).result == "FAILURE"
        assert_whole(store)


def test_only_days_that_are_too_old_go(folder: Path):
    with Store(keeping(folder, passing=6)) as store:
        for number in range(1, 10):
            store.writer.write(old_run(number, days_ago=number + 0.01))
        store.writer.compact()
        with store.database.cursor() as cursor:  # as if they had been closed when they were over
            cursor.execute("UPDATE closings SET closed_at = make_timestamp((day + 2) * 86400::BIGINT * 1000000)")

        store.writer.expire()

        today = int(NOW.timestamp()) // 86_400
        kept = rows(store, "SELECT day, kept FROM closings ORDER BY day")
        assert len(kept) >= 7
        for day, what in kept:
            assert what == ("failures" if day + 2 + 6 <= today else "all"), today - day
        assert_whole(store)


def test_a_server_expires_by_itself(folder: Path):
    with Store(keeping(folder, passing=1_000)) as store:
        store.writer.write(old_run(1, days_ago=5))
        store.writer.compact()
        version = store.writer.data_version
    with Store(keeping(folder, passing=0), keeping_up=True) as store:
        store.writer.compact()  # waits until there is nothing to do
        assert rows(store, PLACED) == [("closed", "failures")]
        assert store.writer.data_version > version, "answers from before are out of date"


def test_an_expiry_that_was_cut_short_is_finished_after_the_next_start(folder: Path):
    run = old_run(1, days_ago=5)
    settings = keeping(folder, passing=0)
    for steps in range(1, 8):
        with Store(keeping(folder, passing=1_000)) as store:
            store.writer.write(old_run(steps, days_ago=5 + steps))
            store.writer.compact()
            cut = upkeep.Upkeep(store.database, settings)
            for _ in range(steps):
                cut.step(expire=True)
                assert_whole_but_for_what_goes(store)
            cut.close()
    with Store(settings) as store:
        store.writer.expire()
        assert {kept for _, kept in rows(store, PLACED)} == {"failures"}
        assert_whole(store)
        assert load(store, run.uuid).results


def assert_whole_but_for_what_goes(store: Store) -> None:
    """As assert_whole: while a batch expires, what it keeps is there."""
    assert_whole(store)


@pytest.mark.parametrize("failures", [1_000, 0])
def test_an_expired_run_that_comes_again_keeps_its_counters_and_takes_new_facts(folder: Path, failures: int):
    with Store(keeping(folder, passing=0, failures=failures)) as store:
        store.writer.write(old_run(1, days_ago=5))
        store.writer.expire()
        counted = rows(store, COUNTED)
        before = load(store, UUID(int=1)).results
        fuller = old_run(1, days_ago=5, tests=30, project="nova", pipeline="check", started_at=NOW - timedelta(days=7))

        stored = store.writer.write(fuller)

        assert (stored.state, stored.left_out) == ("merged", 30)
        assert rows(store, COUNTED) == counted
        after = load(store, UUID(int=1))
        assert after.results == before
        assert (after.project, after.pipeline) == ("nova", "gate")
        assert_whole(store)
        assert store.writer.write(old_run(1, days_ago=5)).left_out == 0


def fill_days(store: Store, days: int, results: int) -> None:
    """So many results on each of so many days, with texts that do not compress."""
    for day in range(days):
        for number in range(10):
            start = to_micros(NOW - timedelta(days=3 + day)) + number * 1_000_003
            chance = random.Random(f"{day} {number}")
            made = [
                Result(f"t{at}", Status.SUCCESS, 0, start + at, start + at + chance.getrandbits(24), (), "")
                for at in range(results // 10)
            ]
            text = Attachment("log", "text/plain", chance.randbytes(20_000))
            made.append(Result("skipped", Status.SKIP, 0, start, start, (), "", [text]))
            store.writer.write(Run(UUID(int=day * 1000 + number), job="unit", results=made))


def test_the_disk_is_given_back_while_others_read_and_write(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(retention, "FREE_BYTES", 0)
    with Store(keeping(folder, passing=0)) as store:
        fill_days(store, days=6, results=50_000)
        with store.database.cursor() as cursor:
            cursor.execute("CHECKPOINT")
        before = store.database.path.stat().st_size
        done = threading.Event()
        seen: list[int] = []

        def read() -> None:
            while not done.is_set():
                seen.append(store.reader.status()["runs"])

        reading = threading.Thread(target=read)
        reading.start()
        store.writer.expire()
        store.writer.write(old_run(5_000, days_ago=0))
        done.set()
        reading.join()
        assert_whole(store)
        after = store.database.path.stat().st_size
    assert set(seen) <= {60, 61}
    assert after < 0.7 * before, (before, after)  # runs and counters stay


def test_space_that_is_not_worth_it_is_left_for_what_comes(folder: Path):
    with Store(keeping(folder, passing=0)) as store:
        store.writer.write(old_run(1, days_ago=5))
        store.writer.expire()
        with store.database.cursor() as cursor:
            assert retention.giving_back(store.database, cursor) is None
