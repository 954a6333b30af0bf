"""Whatever sources do, each build is fetched until that succeeds or nobody hopes any more, and stored once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import loops
import pytest
from fake_source import FakeSource, build, fetched, settings_with
from helpers import at, load, result, rows, run, uuid_number

from gatehealth.collect import backfilling, fetching
from gatehealth.collect.collector import Collector
from gatehealth.collect.delays import LONGEST, delay_after
from gatehealth.collect.source import Fetched, Lack, NotYet, SourceError
from gatehealth.config import Settings
from gatehealth.store import Store


def collect_once(store: Store, settings: Settings, *sources: FakeSource, polling: bool = True) -> Collector:
    collector = Collector(store, settings, sources)
    loops.run(collector.run(polling=polling, once=True))
    assert all(source.closed for source in sources)
    return collector


def until(what: Callable[[], Any]) -> None:
    """Waits until something is so."""
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline, "it did not come to be so"
        time.sleep(0.02)


def facts(store: Store, name: str = "fake") -> dict[str, Any]:
    return next(row for row in store.sources.completeness() if row["name"] == name)


def test_every_build_is_stored_once_and_the_cursor_goes_on(store: Store, settings: Settings) -> None:
    settings, source = settings_with(settings, "fake"), FakeSource()
    source.builds = [build(number) for number in range(120)]
    collect_once(store, settings, source)
    assert rows(store, "SELECT count(*), count(DISTINCT uuid) FROM runs") == [(120, 120)]
    found = facts(store)
    assert (found["known"], found["fetched"], found["with_results"], found["waiting"]) == (120, 120, 120, 0)
    assert found["listed_until"] is not None
    again = FakeSource()
    again.builds = source.builds
    collect_once(store, settings, again)
    assert (source.cursors, again.cursors) == ([None], ["1"])
    assert not again.tries, "builds that are known are fetched again"


def test_a_build_that_changed_is_stored_as_it_is_now(store: Store, settings: Settings) -> None:
    settings, source = settings_with(settings, "fake"), FakeSource()
    source.builds = [build(1)]
    collect_once(store, settings, source)
    source.builds = [build(1, "2")]
    source.answer = lambda build, _: fetched(build, result="FAILURE")
    collect_once(store, settings, source)
    assert load(store, uuid_number(1)).result == "FAILURE"
    assert facts(store)["known"] == 1


def test_what_a_later_fetch_does_not_find_any_more_is_gone(store: Store, settings: Settings) -> None:
    settings, source = settings_with(settings, "fake"), FakeSource()
    source.builds = [build(1)]
    found = {"failed_task": "boot", "region": "one", "tenant": "openstack"}
    source.answer = lambda each, _: fetched(each, metadata=dict(found))
    collect_once(store, settings, source)
    source.builds = [build(1, "2")]
    del found["failed_task"]
    collect_once(store, settings, source)
    assert load(store, uuid_number(1)).metadata == {"region": "one", "tenant": "openstack"}


def test_what_cannot_be_had_yet_is_stored_as_far_as_it_is_known_and_tried_again(store: Store, settings: Settings) -> None:
    settings, source = settings_with(settings, "fake"), FakeSource()
    source.builds = [build(1)]
    seen: list[str] = []

    def answer(build: Any, turn: int) -> Fetched | NotYet:
        if turn < 3:
            seen.extend(load(store, build.uuid).result for _ in range(turn > 1))
            return NotYet(build, "503", 0.0, run(uuid=build.uuid, result="TIMED_OUT"))
        return fetched(build, result="TIMED_OUT")

    source.answer = answer
    collect_once(store, settings, source)
    assert seen == ["TIMED_OUT"]
    assert source.tries[uuid_number(1)] == 3
    assert [found.test for found in load(store, uuid_number(1)).results] == ["a"]
    assert facts(store)["with_results"] == 1


def test_why_a_build_has_no_results_is_kept(store: Store, settings: Settings) -> None:
    settings, source = settings_with(settings, "fake"), FakeSource()
    source.builds = [build(1)]
    source.answer = lambda build, _: Fetched(build, run(uuid=build.uuid, result="NODE_FAILURE"), Lack.NO_LOGS, "no node")
    collect_once(store, settings, source)
    assert facts(store)["without"] == [{"lack": "no logs", "builds": 1}]
    told = store.sources.build(uuid_number(1), at(1))
    assert told is not None
    assert told["detail"] == "no node"


def test_files_that_cannot_be_had_for_days_are_given_up_and_the_facts_stay(store: Store, settings: Settings) -> None:
    settings, source = settings_with(settings, "fake", give_up_days=1e-9), FakeSource()
    source.builds = [build(1)]
    source.answer = lambda build, _: NotYet(
        build, "logs.example.org does not answer", run=run(uuid=build.uuid, result="FAILURE")
    )
    collect_once(store, settings, source)
    assert load(store, uuid_number(1)).result == "FAILURE"
    assert facts(store)["without"] == [{"lack": "unreachable", "builds": 1}]
    told = store.sources.build(uuid_number(1), at(1))
    assert told is not None
    assert told["detail"] == "given up after 1 tries: logs.example.org does not answer"


def test_once_does_not_wait_for_what_is_tried_again_much_later(store: Store, settings: Settings) -> None:
    settings, source = settings_with(settings, "fake"), FakeSource()
    source.builds = [build(1), build(2)]
    source.answer = lambda build, _: NotYet(build, "429", 3000) if build.uuid == uuid_number(1) else fetched(build)
    collect_once(store, settings, source)
    waiting = store.sources.count_waiting("fake")
    assert (waiting.builds, waiting.untried) == (1, 0)
    assert source.tries == {uuid_number(1): 1, uuid_number(2): 1}


def test_a_source_that_cannot_be_listed_says_so_and_the_others_go_on(store: Store, settings: Settings) -> None:
    settings = settings_with(settings, "bad", "good", poll_seconds=0.05)
    bad, good = FakeSource("bad"), FakeSource("good")
    bad.builds, good.builds = [build(1)], [build(2)]
    bad.listing_error = SourceError("zuul.example.org does not answer")
    collector = collect_once(store, settings, bad, good)
    assert collector.errors == {"bad": "zuul.example.org does not answer"}
    assert facts(store, "bad")["failing_since"] is not None
    assert facts(store, "good")["error"] == ""
    assert rows(store, "SELECT count(*) FROM runs") == [(2,)]  # what it listed before is fetched
    assert store.sources.cursor("bad") is None
    bad.listing_error = None
    collect_once(store, settings, bad, good)
    assert facts(store, "bad")["error"] == ""


def test_a_source_that_fails_is_listed_again_by_itself(store: Store, settings: Settings) -> None:
    settings, source = settings_with(settings, "fake", poll_seconds=0.01), FakeSource()
    source.listing_error = SourceError("down")
    with Collector(store, settings, [source]) as collector:
        collector.start()
        until(lambda: len(source.cursors) >= 3)
        source.listing_error = None
        until(lambda: not collector.errors)
    assert facts(store)["failing_since"] is None


@pytest.mark.parametrize("where", ["listing", "fetch"])
def test_a_defect_of_one_source_stops_no_other(
    store: Store, settings: Settings, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_with(settings, "bad", "good")
    bad, good = FakeSource("bad"), FakeSource("good")
    bad.builds, good.builds = [build(1), build(2)], [build(3)]
    if where == "listing":
        bad.listing_error = KeyError("result")
    else:
        bad.answer = lambda build, turn: RuntimeError("a defect") if turn < 3 else fetched(build)
    collect_once(store, settings, bad, good)
    assert rows(store, "SELECT count(*) FROM runs") == [(3,)]
    assert any("source bad" in record.message for record in caplog.records if record.levelno >= logging.ERROR)
    assert not any("source good" in record.message for record in caplog.records)


def test_a_build_that_a_source_forgets_to_answer_is_asked_for_again(store: Store, settings: Settings) -> None:
    settings, source = settings_with(settings, "fake"), FakeSource()
    source.builds = [build(1), build(2)]
    source.answer = lambda each, turn: fetched(build(2) if turn == 1 else each)
    collect_once(store, settings, source)
    assert rows(store, "SELECT count(*) FROM runs") == [(2,)]
    assert facts(store)["fetched"] == 2


def test_a_run_that_cannot_be_stored_costs_that_build_alone(
    store: Store, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings, source = settings_with(settings, "fake", give_up_days=1e-9), FakeSource()
    source.builds = [build(number) for number in range(6)]
    odd: Any = 5  # no text
    source.answer = lambda each, _: fetched(each, job=odd if each.uuid == uuid_number(3) else "unit")
    collect_once(store, settings, source)
    assert rows(store, "SELECT count(*) FROM runs") == [(5,)]
    assert facts(store)["without"] == [{"lack": "unreachable", "builds": 1}]
    assert caplog.records


def test_stopping_stores_what_was_fetched_and_asks_for_the_rest_again(settings: Settings) -> None:
    settings, source = settings_with(settings, "fake"), FakeSource()
    source.builds = [build(number) for number in range(40)]
    stopped: list[Collector] = []

    def answer(each: Any, _: int) -> Fetched:
        if len(source.tries) == 10:
            stopped[0].stop()
        return fetched(each)

    source.answer = answer
    with Store(settings) as store:
        stopped.append(Collector(store, settings, [source]))
        store.sources.note("fake", source.builds)
        loops.run(stopped[0].run())
        assert source.closed
        found = facts(store)
        assert 10 <= found["fetched"] < 40
        assert found["known"] == 40
        assert rows(store, "SELECT count(*) FROM runs") == [(found["fetched"],)]
    with Store(settings) as store:
        rest = FakeSource()
        rest.builds = source.builds
        collect_once(store, settings, rest)
        assert facts(store)["fetched"] == 40
        assert len(rest.tries) == 40 - found["fetched"]


def test_a_collector_that_was_stopped_before_it_began_does_nothing(store: Store, settings: Settings) -> None:
    source = FakeSource()
    collector = Collector(store, settings_with(settings, "fake"), [source])
    collector.stop()
    collector.start()
    until(lambda: not collector.running)
    assert source.cursors == []
    assert source.closed


def test_a_new_build_is_listed_at_once_when_somebody_asks(store: Store, settings: Settings) -> None:
    settings, source = settings_with(settings, "fake", poll_seconds=3600), FakeSource()
    with Collector(store, settings, [source]) as collector:
        collector.start()
        until(lambda: facts(store)["listed_until"])
        source.builds = [build(1)]
        collector.wake("fake")
        until(lambda: facts(store)["fetched"])
    assert len(source.cursors) == 2


def test_a_period_is_filled_back_and_nothing_else(store: Store, settings: Settings) -> None:
    settings, source = settings_with(settings, "fake"), FakeSource()
    source.builds = [build(number) for number in range(20)]
    collector = Collector(store, settings, [source])
    store.sources.order_backfill("fake", at(5), at(12))
    loops.run(collector.run(polling=False, once=True))
    assert sorted(row["uuid"] for row in stored(store)) == [uuid_number(number) for number in range(5, 12)]
    assert source.cursors == []
    (told,) = facts(store)["backfills"]
    assert (told["done"], told["builds"], told["untried"]) == (1, 7, 0)
    assert told["finished_at"] is not None


def stored(store: Store) -> list[dict[str, Any]]:
    return [{"uuid": uuid} for (uuid,) in rows(store, "SELECT uuid FROM runs")]


def test_a_backfill_that_failed_goes_on_where_it_was(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfilling, "LONGEST_PAUSE", 0.05)
    settings, source = settings_with(settings, "fake"), FakeSource()
    source.builds = [build(number) for number in range(10)]
    source.listing_error = SourceError("down")
    store.sources.order_backfill("fake", at(0), at(10))
    with Collector(store, settings, [source]) as collector:
        collector.start(polling=False)
        until(lambda: facts(store)["backfills"][0]["error"] == "down")
        source.listing_error = None
        until(lambda: facts(store)["backfills"][0]["finished_at"])
    assert facts(store)["fetched"] == 10
    assert [cursor for _, _, cursor in source.periods][:2] == [None, "2"]
    assert facts(store)["backfills"][0]["error"] == ""


def test_once_ends_with_a_backfill_that_cannot_be_listed_and_goes_on_when_it_is_asked_for_again(
    store: Store, settings: Settings
) -> None:
    settings, source = settings_with(settings, "fake"), FakeSource()
    source.builds = [build(number) for number in range(10)]
    source.listing_error = SourceError("down")
    store.sources.register("fake", "folder")
    for error, done in ((source.listing_error, 2), (None, 10)):
        source.listing_error = error
        store.sources.order_backfill("fake", at(0), at(10))
        collect_once(store, settings, source, polling=False)
        assert facts(store)["fetched"] == done
        (told,) = facts(store)["backfills"]
        assert (told["error"], told["finished_at"] is None) == (("down", True) if error else ("", False))


def test_a_backfill_is_not_listed_far_ahead_of_what_is_fetched(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfilling, "AHEAD", 10)
    monkeypatch.setattr(backfilling, "LOOK_EVERY", 0.01)
    settings, source = settings_with(settings, "fake"), FakeSource()
    source.builds = [build(number) for number in range(60)]
    most = 0

    def answer(each: Any, _: int) -> Fetched:
        nonlocal most
        most = max(most, facts(store)["waiting"])
        return fetched(each)

    source.answer = answer
    store.sources.order_backfill("fake", at(0), at(60))
    collect_once(store, settings, source, polling=False)
    assert facts(store)["fetched"] == 60
    assert 0 < most <= 12


def test_what_came_too_late_for_a_fetch_is_added_to_the_run(store: Store, settings: Settings) -> None:
    settings, source = settings_with(settings, "fake"), FakeSource()
    source.builds = [build(1)]
    collect_once(store, settings, source)
    by_message = build(1, known_by="mqtt")
    unknown = uuid_number(77)
    noted = store.sources.note("fake", [by_message], extra={uuid_number(1): {"change_owner": "jo"}})
    fetching.add_late(store, {**noted.late, unknown: {"change_owner": "ann"}})
    until(lambda: load(store, uuid_number(1)).metadata.get("change_owner") == "jo")
    assert [result.test for result in load(store, uuid_number(1)).results] == ["a"]
    assert store.reader.run(unknown) is None


def test_what_only_a_message_carried_is_there_when_the_build_is_fetched(store: Store, settings: Settings) -> None:
    settings, source = settings_with(settings, "fake"), FakeSource()
    store.sources.register("fake", "folder")
    store.sources.note("fake", [build(1, known_by="mqtt")], extra={uuid_number(1): {"change_owner": "jo"}})
    collect_once(store, settings, source)
    assert source.extra == {uuid_number(1): {"change_owner": "jo"}}


def test_delays_double_by_chance_up_to_an_hour() -> None:
    for tries in range(1, 60):
        longest = min(LONGEST, 2.0 ** (tries - 1))
        assert longest / 2 <= delay_after(tries) <= longest
    assert delay_after(1, 7) >= 7
    assert delay_after(1, 1e12) <= LONGEST * 1.1
    assert delay_after(5, -3) >= 8
    assert delay_after(10**9) <= LONGEST


def test_results_are_those_of_the_source(store: Store, settings: Settings) -> None:
    settings, source = settings_with(settings, "fake"), FakeSource()
    source.builds = [build(1)]
    source.answer = lambda each, _: Fetched(each, run(result("a"), result("b"), uuid=each.uuid, metadata={"source": "fake"}))
    collect_once(store, settings, source)
    kept = load(store, uuid_number(1))
    assert [found.test for found in kept.results] == ["a", "b"]
    assert kept.metadata == {"source": "fake"}
    assert datetime.now(tz=at(0).tzinfo) - facts(store)["polled_at"] < timedelta(hours=1)
