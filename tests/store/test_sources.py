"""What is known of the builds of sources: nothing is lost, nothing is fetched twice for nothing, and the numbers are right."""

from __future__ import annotations

import itertools
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import duckdb
import pytest
from helpers import at, rows, uuid_number
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from gatehealth.config import Settings
from gatehealth.store import Store
from gatehealth.store.questions import transaction
from gatehealth.store.sources import LINE, Backfill, Postponed, Settled, Sources

NUMBERS = itertools.count()  # for names: hypothesis tries many cases on one store


class Build(NamedTuple):
    uuid: UUID
    ended_at: datetime
    version: str = "1"
    document: str = ""
    known_by: str = "poll"


def build(number: int, version: str = "1", **facts: Any) -> Build:
    return Build(**{"uuid": uuid_number(number), "ended_at": at(number), "version": version, **facts})


@pytest.fixture
def sources(store: Store) -> Sources:
    store.sources.register("zuul", "zuul")
    return store.sources


def numbers(sources: Sources, source: str = "zuul", limit: int = 100, but: list[UUID] | None = None) -> list[int]:
    """The builds that wait, by their numbers."""
    return [found.uuid.int - uuid_number(0).int for found in sources.waiting(source, limit, but or [])]


def facts(sources: Sources, source: str = "zuul") -> dict[str, Any]:
    return next(row for row in sources.completeness() if row["name"] == source)


def test_a_source_is_unknown_until_it_is_registered(store: Store) -> None:
    assert store.sources.completeness() == []
    assert store.sources.cursor("zuul") is None
    store.sources.register("zuul", "zuul")
    assert facts(store.sources) == {
        "name": "zuul",
        "kind": "zuul",
        "known": 0,
        "waiting": 0,
        "retrying": 0,
        "fetched": 0,
        "with_results": 0,
        "without": [],
        "oldest_waiting_at": None,
        "newest_ended_at": None,
        "listed_until": None,
        "polled_at": None,
        "error": "",
        "failing_since": None,
        "mqtt_at": None,
        "mqtt_error": "",
        "backfills": [],
    }


def test_registering_again_keeps_the_cursor_and_another_kind_does_not(sources: Sources) -> None:
    sources.note("zuul", [build(1)], cursor="here")
    sources.register("zuul", "zuul")
    assert sources.cursor("zuul") == "here"
    sources.register("zuul", "folder")
    assert sources.cursor("zuul") is None
    assert numbers(sources) == [1]
    assert facts(sources)["kind"] == "folder"


def test_builds_are_noted_with_the_cursor_and_wait_newest_first(sources: Sources) -> None:
    noted = sources.note("zuul", [build(2), build(3), build(1)], cursor="a")
    assert (noted.new, noted.changed) == (3, 0)
    assert numbers(sources) == [3, 2, 1]
    assert numbers(sources, limit=2) == [3, 2]
    assert numbers(sources, but=[uuid_number(3)]) == [2, 1]
    sources.note("zuul", [], cursor=None)
    assert sources.cursor("zuul") == "a"
    assert facts(sources)["newest_ended_at"] == at(3)


def test_what_is_known_survives_a_restart(settings: Settings) -> None:
    with Store(settings) as store:
        store.sources.register("zuul", "zuul")
        store.sources.note("zuul", [build(1, document='{"id": 1}'), build(2)], "a", extra={uuid_number(1): {"k": "v"}})
        store.sources.settle("zuul", [Settled(build(2), "no logs", "NODE_FAILURE gives none")])
        before = facts(store.sources)
    with Store(settings) as store:
        assert facts(store.sources) == before
        (found,) = store.sources.waiting("zuul", 10)
        assert (found.uuid, found.ended_at, found.document) == (uuid_number(1), at(1), '{"id": 1}')
        assert (found.extra, found.tries, found.known_by) == ({"k": "v"}, 0, "poll")
        assert found.known_at.tzinfo is UTC


def test_a_build_that_comes_again_is_known(sources: Sources) -> None:
    sources.note("zuul", [build(1)])
    assert sources.note("zuul", [build(1), build(1)]).new == 0
    sources.settle("zuul", [Settled(build(1))])
    noted = sources.note("zuul", [build(1)])
    assert (noted.new, noted.changed) == (0, 0)
    assert numbers(sources) == []
    assert facts(sources)["known"] == 1


def test_a_build_that_changed_is_fetched_again_and_counts_once(sources: Sources) -> None:
    sources.note("zuul", [build(1)])
    sources.settle("zuul", [Settled(build(1), "no logs")])
    assert sources.note("zuul", [build(1, "2")]).changed == 1
    assert (facts(sources)["known"], facts(sources)["waiting"], facts(sources)["fetched"]) == (1, 1, 1)
    sources.settle("zuul", [Settled(build(1, "2"))])
    found = facts(sources)
    assert (found["known"], found["waiting"], found["with_results"], found["without"]) == (1, 0, 1, [])
    assert rows_of(sources, "fetched_builds") == 1


def rows_of(sources: Sources, table: str) -> int:
    with sources._database.cursor() as cursor:
        return cursor.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]


def test_a_build_that_changes_while_it_is_fetched_is_fetched_again(sources: Sources) -> None:
    sources.note("zuul", [build(1)])
    sources.note("zuul", [build(1, "2")])
    sources.settle("zuul", [Settled(build(1), "expired")])
    assert [found.version for found in sources.waiting("zuul", 10)] == ["2"]
    assert (facts(sources)["known"], facts(sources)["fetched"]) == (1, 1)
    sources.settle("zuul", [Settled(build(1, "2"))])
    assert (facts(sources)["known"], facts(sources)["without"]) == (1, [])
    assert rows_of(sources, "fetched_builds") == 1


def test_a_postponed_build_waits_for_its_time(sources: Sources) -> None:
    sources.note("zuul", [build(1)])
    now = datetime.now(UTC)
    sources.postpone("zuul", [Postponed(build(1), "logs.example.org says\n 503", now + timedelta(hours=1))])
    assert numbers(sources) == []
    waiting = sources.count_waiting("zuul")
    assert (waiting.builds, waiting.untried, waiting.next_try_at) == (1, 0, now + timedelta(hours=1))
    assert facts(sources)["retrying"] == 1
    found = sources.build(uuid_number(1), at(1))
    assert found is not None
    assert (found["waiting"], found["tries"], found["why"]) == (True, 1, "logs.example.org says 503")
    sources.postpone("zuul", [Postponed(build(1), "", now)])
    assert [found.tries for found in sources.waiting("zuul", 10)] == [2]


def test_a_new_version_is_tried_at_once(sources: Sources) -> None:
    sources.note("zuul", [build(1)])
    sources.postpone("zuul", [Postponed(build(1), "503", datetime.now(UTC) + timedelta(hours=1))])
    sources.note("zuul", [build(1, "2")])
    assert numbers(sources) == [1]
    # What was said of the earlier version says nothing about this one.
    sources.postpone("zuul", [Postponed(build(1), "503", datetime.now(UTC) + timedelta(hours=1))])
    assert numbers(sources) == [1]


def test_polling_wins_over_a_message(sources: Sources) -> None:
    by_message = build(1, "m", document="from a message", known_by="mqtt")
    sources.note("zuul", [by_message], extra={uuid_number(1): {"change_owner": "jo"}})
    sources.postpone("zuul", [Postponed(by_message, "not known yet", datetime.now(UTC) + timedelta(hours=1))])
    sources.note("zuul", [build(1, "r", ended_at=at(5))])
    (found,) = sources.waiting("zuul", 10)
    assert (found.version, found.known_by, found.ended_at) == ("r", "poll", at(5))
    assert (found.document, found.extra) == ("from a message", {"change_owner": "jo"})
    sources.note("zuul", [build(1, "m", known_by="mqtt")], extra={uuid_number(1): {"retried_by": "x"}})
    (found,) = sources.waiting("zuul", 10)
    assert (found.version, found.known_by) == ("r", "poll")
    assert found.extra == {"change_owner": "jo", "retried_by": "x"}
    sources.settle("zuul", [Settled(build(1, "r"))])
    assert sources.note("zuul", [by_message]).changed == 0
    assert numbers(sources) == []


def test_within_one_listing_polling_wins_too(sources: Sources) -> None:
    sources.note("zuul", [build(1, "r"), build(1, "m", known_by="mqtt")])
    assert [found.version for found in sources.waiting("zuul", 10)] == ["r"]


def test_what_a_message_carries_of_a_fetched_build_is_given_back(sources: Sources) -> None:
    sources.note("zuul", [build(1)])
    sources.settle("zuul", [Settled(build(1))])
    late = sources.note("zuul", [build(1, known_by="mqtt")], extra={uuid_number(1): {"change_owner": "jo"}}).late
    assert late == {uuid_number(1): {"change_owner": "jo"}}
    assert numbers(sources) == []


def test_two_sources_know_nothing_of_each_other(sources: Sources) -> None:
    sources.register("other", "zuul")
    sources.note("zuul", [build(1)], "a")
    sources.note("other", [build(1), build(2)], "b")
    sources.settle("other", [Settled(build(1), "expired")])
    assert (sources.cursor("zuul"), sources.cursor("other")) == ("a", "b")
    assert (numbers(sources), numbers(sources, "other")) == ([1], [2])
    assert (facts(sources)["fetched"], facts(sources, "other")["fetched"]) == (0, 1)


def test_why_there_are_no_results_is_counted(sources: Sources) -> None:
    assert facts(sources)["without"] == []  # counted from here on
    builds = [build(number) for number in range(6)]
    lacks = ["", "", "no logs", "expired", "no logs", "no logs"]
    sources.note("zuul", builds)
    sources.settle("zuul", [Settled(each, lack) for each, lack in zip(builds, lacks, strict=True)])
    found = facts(sources)
    assert (found["with_results"], found["fetched"]) == (2, 6)
    assert found["without"] == [{"lack": "no logs", "builds": 3}, {"lack": "expired", "builds": 1}]


def test_a_source_fails_since_its_first_failure_until_it_succeeds(sources: Sources) -> None:
    sources.failed("zuul", "no answer\nat all")
    first = facts(sources)
    assert first["error"] == "no answer at all"
    sources.failed("zuul", "x" * 10_000)
    second = facts(sources)
    assert second["failing_since"] == first["failing_since"] == first["polled_at"]
    assert len(second["error"]) == LINE
    sources.caught_up("zuul", at(7))
    third = facts(sources)
    assert (third["error"], third["failing_since"], third["listed_until"]) == ("", None, at(7))
    assert third["polled_at"] >= second["polled_at"]


def test_messages_are_heard(sources: Sources) -> None:
    sources.heard("zuul", at(1))
    sources.heard("zuul", None, "the broker refuses")
    assert (facts(sources)["mqtt_at"], facts(sources)["mqtt_error"]) == (at(1), "the broker refuses")
    sources.heard("zuul", at(0))
    assert (facts(sources)["mqtt_at"], facts(sources)["mqtt_error"]) == (at(1), "")


def test_a_backfill_goes_on_where_it_was_and_ends_when_its_builds_were_tried(sources: Sources) -> None:
    sources.order_backfill("zuul", at(0), at(100))
    sources.order_backfill("zuul", at(0), at(100))
    (ordered,) = sources.backfills("zuul")
    assert ordered == Backfill(at(0), at(100), None, 0, 0, None)
    sources.note("zuul", [build(1), build(2)], "first", backfill=ordered, done=0.5)
    sources.note("zuul", [build(100)])  # not of the period
    sources.backfill_failed("zuul", ordered, "Zuul says 500")
    (told,) = facts(sources)["backfills"]
    assert (told["error"], told["untried"], told["done"]) == ("Zuul says 500", 2, 0.5)
    sources.order_backfill("zuul", at(0), at(100))
    (under_way,) = sources.backfills("zuul")
    assert under_way == Backfill(at(0), at(100), "first", 0.5, 2, None)
    assert sources.cursor("zuul") is None
    sources.finish_backfills("zuul")
    sources.backfill_listed("zuul", under_way)
    sources.finish_backfills("zuul")
    (listed,) = sources.backfills("zuul")
    assert (listed.done, listed.listed_at is None) == (1, False)
    sources.settle("zuul", [Settled(build(1))])
    sources.postpone("zuul", [Postponed(build(2), "503", datetime.now(UTC))])
    sources.finish_backfills("zuul")
    assert sources.backfills("zuul") == []
    (told,) = facts(sources)["backfills"]
    assert (told["since"], told["until"], told["done"], told["builds"]) == (at(0), at(100), 1, 2)
    assert (told["error"], told["untried"]) == ("", 0)
    assert told["finished_at"] >= told["listed_at"] >= told["ordered_at"]
    sources.order_backfill("zuul", at(0), at(100))
    assert [again.cursor for again in sources.backfills("zuul")] == [None]
    assert len(facts(sources)["backfills"]) == 1


def test_what_became_of_a_build_is_told(sources: Sources) -> None:
    sources.note("zuul", [build(1)])
    assert sources.build(uuid_number(2), at(1)) is None
    sources.settle("zuul", [Settled(build(1), "expired", "zuul-manifest.json: 404")])
    found = sources.build(uuid_number(1), at(1) + timedelta(hours=5))
    assert found is not None
    assert (found["source"], found["lack"], found["detail"]) == ("zuul", "expired", "zuul-manifest.json: 404")
    assert (found["waiting"], found["ended_at"]) == (False, at(1))
    assert found["fetched_at"].tzinfo is UTC


odd = st.text(st.characters(codec=None), max_size=20) | st.sampled_from(["\ud800", "\0", '"', "\\", "\u2028", "\U0001f600"])


@effort(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=odd, other=odd, moment=st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), key=st.uuids())
def test_whatever_a_source_says_is_kept(store: Store, text: str, other: str, moment: datetime, key: UUID) -> None:
    sources = store.sources
    name = f"s{next(NUMBERS)}"
    sources.register(name, "zuul")
    told = Build(key, moment.replace(tzinfo=UTC), text, other)
    sources.note(name, [told], cursor=other, extra={told.uuid: {text: other}})
    assert sources.note(name, [told]) == sources.note(name, [told])  # nothing is new any more
    (found,) = sources.waiting(name, 10)
    assert (found.uuid, found.ended_at) == (told.uuid, told.ended_at)
    assert [len(each) for each in (found.version, found.document)] == [len(text), len(other)]
    sources.failed(name, text)
    sources.postpone(name, [Postponed(told, other, datetime.now(UTC))])
    assert [each.tries for each in sources.waiting(name, 10)] == [1]
    sources.settle(name, [Settled(told, "no logs", text)])
    assert sources.waiting(name, 10) == []
    assert sources.note(name, [told]).changed == 0


kinds_of_step = st.sampled_from(["note", "mqtt", "settle", "postpone"])
steps = st.tuples(kinds_of_step, st.integers(0, 3), st.sampled_from(["1", "2"]), st.sampled_from(["", "a"]))


@effort(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=15))
def test_the_counts_are_those_of_the_rows(store: Store, told: list[tuple[str, int, str, str]]) -> None:
    sources, name = store.sources, f"s{next(NUMBERS)}"
    sources.register(name, "zuul")
    sources.completeness()  # from here on they are kept up, not counted
    seen: set[int] = set()
    for step, number, version, lack in told:
        each = build(number, version, known_by="mqtt" if step == "mqtt" else "poll")
        if step in ("note", "mqtt"):
            sources.note(name, [each])
            seen.add(number)
        elif number in seen and step == "settle":
            sources.settle(name, [Settled(each, lack)])
        elif number in seen:
            sources.postpone(name, [Postponed(each, "503", datetime.now(UTC))])
    kept_up = facts(sources, name)
    assert kept_up == facts(Sources(store.database), name)
    assert kept_up["known"] == len(seen)
    for table in ("waiting_builds", "fetched_builds"):
        twice = f"SELECT uuid FROM {table} WHERE source = '{name}' GROUP BY uuid HAVING count(*) > 1"
        assert rows(store, twice) == []


def test_threads_that_write_while_upkeep_moves_rows_lose_nothing(store: Store) -> None:
    sources = store.sources
    errors: list[BaseException] = []

    def work(name: str) -> None:
        try:
            sources.register(name, "zuul")
            for number in range(30):
                sources.note(name, [build(number)], str(number))
                sources.settle(name, [Settled(build(number))])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(f"s{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    moved = 0
    with store.database.cursor() as cursor:
        while any(thread.is_alive() for thread in threads):
            for table in ("sources", "waiting_builds", "fetched_builds"):
                with suppress(duckdb.TransactionException), transaction(cursor):  # one of both gives way
                    first, last = cursor.execute(f"SELECT min(rowid), max(rowid) FROM {table}").fetchall()[0]
                    cursor.execute(f"INSERT INTO {table} SELECT * FROM {table} WHERE rowid BETWEEN ? AND ?", [first, last])
                    cursor.execute(f"DELETE FROM {table} WHERE rowid BETWEEN ? AND ?", [first, last])
                    moved += 1
            time.sleep(0.05)  # moved rows leave dead ones behind, which only a checkpoint frees
    assert errors == []
    assert moved
    assert [(row["fetched"], row["waiting"]) for row in sources.completeness()] == [(30, 0)] * 4
    assert [row[0] for row in rows(store, "SELECT count(*) FROM fetched_builds")] == [120]
