"""The writer: many runs at once from many threads, one that cannot be stored among them, and the end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from helpers import assert_whole, failure, load, result, rows, run, uuid_number

from gatehealth.config import Settings
from gatehealth.model import Result, Run, Status
from gatehealth.store import DatabaseError, Store
from gatehealth.store.writer import WriterClosedError


def unstorable(number: int) -> Run:
    """A run that no table can hold: one of its times lies past the end of the calendar."""
    return run(Result("a", Status.FAIL, started_at=2**62, ended_at=2**62 + 1), number=number)


def test_many_threads_store_many_runs_and_none_is_lost(store: Store) -> None:
    def send(first: int) -> list[str]:
        answers = [store.writer.submit(run(failure("a"), result(f"b{n}"), number=n)) for n in range(first, first + 25)]
        return [answer.result().state for answer in answers]

    with ThreadPoolExecutor(8) as threads:
        states = [state for found in threads.map(send, range(0, 200, 25)) for state in found]
    assert states == ["stored"] * 200
    assert rows(store, "SELECT count(*) FROM runs") == [(200,)]
    assert_whole(store)


def test_what_is_answered_is_readable_at_once(store: Store) -> None:
    for number in range(20):
        store.writer.write(run(result("a"), number=number))
        assert len(load(store, uuid_number(number)).results) == 1


def test_one_run_that_cannot_be_stored_keeps_no_other_back(store: Store) -> None:
    answers = [store.writer.submit(unstorable(n) if n % 10 == 5 else run(failure("a"), number=n)) for n in range(50)]
    for number, answer in enumerate(answers):
        if number % 10 == 5:
            with pytest.raises(DatabaseError, match=r"^the run could not be stored: [^\n]+$"):
                answer.result()
        else:
            assert answer.result().state == "stored"
    assert rows(store, "SELECT count(*) FROM runs") == [(45,)]
    assert_whole(store)


def test_a_replacement_that_cannot_be_stored_leaves_the_earlier_version(store: Store) -> None:
    store.writer.write(run(result("a")))
    fuller = unstorable(1)
    fuller.results.append(result("b"))
    with pytest.raises(DatabaseError):
        store.writer.write(fuller)
    assert load(store, uuid_number(1)).results == [result("a")]
    assert store.writer.write(run(result("a"), result("b"))).state == "replaced"
    assert_whole(store)


def test_an_error_without_words_does_not_stop_the_writer(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as MemoryError, whose text is empty."""

    def fail(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr("gatehealth.store.writer.add_results", fail)
        with pytest.raises(DatabaseError, match="MemoryError"):
            store.writer.submit(run(result("a"))).result()
    assert store.writer.write(run(result("a"))).state == "stored"


def test_a_test_first_seen_in_a_run_that_failed_to_store_is_stored_with_the_next(store: Store) -> None:
    with pytest.raises(DatabaseError):
        store.writer.write(unstorable(1))
    store.writer.write(run(result("a"), number=2))
    assert rows(store, "SELECT name FROM tests") == [("a",)]
    assert_whole(store)


def test_closing_stores_what_was_accepted(settings: Settings) -> None:
    with Store(settings) as store:
        answers = [store.writer.submit(run(result("a"), number=number)) for number in range(100)]
    assert {answer.result().state for answer in answers} == {"stored"}
    with Store(settings) as store:
        assert rows(store, "SELECT count(*) FROM runs") == [(100,)]


def test_after_closing_nothing_is_accepted_and_that_is_told(settings: Settings) -> None:
    store = Store(settings)
    store.close()
    store.close()
    with pytest.raises(WriterClosedError, match="stopping"):
        store.writer.submit(run(result("a")))


def test_closing_while_others_submit_loses_nothing_that_was_accepted(settings: Settings) -> None:
    accepted: list[int] = []
    started = threading.Event()

    def send(first: int) -> None:
        for number in range(first, first + 10_000):
            try:
                store.writer.submit(run(result("a"), number=number))
            except WriterClosedError:
                return
            accepted.append(number)
            if len(accepted) > 200:
                started.set()

    store = Store(settings)
    threads = [threading.Thread(target=send, args=(first,)) for first in (0, 10_000, 20_000)]
    for thread in threads:
        thread.start()
    started.wait()
    store.close()
    for thread in threads:
        thread.join()
    with Store(settings) as store:
        assert rows(store, "SELECT count(*) FROM runs") == [(len(accepted),)]
        assert_whole(store)


def test_a_run_larger_than_a_transaction_is_stored(store: Store) -> None:
    answer = store.writer.write(run(*[result(f"t{n}", start=n) for n in range(110_000)]))
    assert answer.counts[Status.SUCCESS] == 110_000
    assert rows(store, "SELECT count(*) FROM results") == [(110_000,)]


def test_a_run_without_results_is_stored(store: Store) -> None:
    answer = store.writer.write(run(result="NODE_FAILURE"))
    assert (answer.state, answer.outcome.word, sum(answer.counts)) == ("stored", "infra", 0)
