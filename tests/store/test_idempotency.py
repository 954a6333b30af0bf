"""The same run again: nothing changes; a fuller version replaces, other facts complete, and less never takes away."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from helpers import assert_whole, at, everything, failure, load, result, rows, run, text_file, uuid_number

from gatehealth import model
from gatehealth.model import Attachment, Outcome, Run, Status
from gatehealth.store import Store

FACTS = {
    "project": "openstack/nova",
    "pipeline": "gate",
    "branch": "master",
    "change": "900001",
    "patchset": "3",
    "ref": "refs/changes/01/900001/3",
    "ref_url": "https://review.example/900001",
    "buildset": "b" * 32,
    "result": "FAILURE",
    "provider": "cloud-1",
    "log_url": "https://logs.example/1/",
}


def full(**facts: object) -> Run:
    """A run with something in every table."""
    results = [
        result("a", start=0, tags=("worker-0",)),
        failure("b", start=1, attributes="id-1,smoke"),
        result("c", Status.SKIP, start=2, attachments=[text_file("reason", "no cloud")]),
        failure("b", start=3, attempt=1, attributes="smoke"),
        result("d", Status.INCOMPLETE, start=4),
    ]
    return run(*results, **{**FACTS, "metadata": {"node": "jammy"}, "attachments": [text_file("stdout", "hello")], **facts})


def test_the_same_run_twice_changes_nothing(store: Store) -> None:
    first = store.writer.write(full())
    before, version = everything(store), store.writer.data_version
    again = store.writer.write(full())
    assert (first.state, again.state) == ("stored", "unchanged")
    assert (again.counts, again.outcome) == (first.counts, first.outcome)
    assert everything(store) == before
    assert store.writer.data_version == version


def test_the_same_run_sent_many_times_at_once_is_stored_once(store: Store) -> None:
    answers = [store.writer.submit(full()) for _ in range(50)]
    assert sorted(answer.result().state for answer in answers) == ["stored", *["unchanged"] * 49]
    assert_whole(store)


def test_a_fuller_version_replaces_the_earlier_one(store: Store) -> None:
    store.writer.write(run(failure("a"), result("b", Status.INCOMPLETE), damage=["the stream ends inside a packet"]))
    answer = store.writer.write(run(result("a"), result("b", start=2), result("c", start=4)))
    assert (answer.state, answer.outcome) == ("replaced", Outcome.PASS)
    stored = load(store, uuid_number(1))
    assert [(each.test, each.status) for each in stored.results] == [(name, Status.SUCCESS) for name in "abc"]
    assert stored.damage == []
    assert rows(store, "FROM failures") == rows(store, "FROM attachments") == []
    assert_whole(store)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ([result("a")], [result("a"), result("b", start=1)]),
        ([result("a"), result("b", Status.INCOMPLETE)], [result("a"), result("b", start=1)]),
        ([result("a")], [result("a"), result("b", Status.INCOMPLETE)]),
    ],
    ids=["more results", "the same, but all of them finished", "one more that never finished"],
)
def test_fuller_means(store: Store, earlier: list, later: list) -> None:
    store.writer.write(run(*earlier))
    assert store.writer.write(run(*later)).state == "replaced"
    assert store.writer.write(run(*earlier)).state == "unchanged"
    assert [each.test for each in load(store, uuid_number(1)).results] == [each.test for each in later]


def test_a_sound_version_is_fuller_than_a_damaged_one_with_as_many_results(store: Store) -> None:
    store.writer.write(run(result("a"), damage=["cut short"]))
    assert store.writer.write(run(failure("a"))).state == "replaced"
    assert store.writer.write(run(result("a"), damage=["cut short"])).state == "unchanged"
    stored = load(store, uuid_number(1))
    assert (stored.damage, stored.results[0].status) == ([], Status.FAIL)


def test_results_that_are_not_fuller_leave_those_that_are_stored(store: Store) -> None:
    store.writer.write(full())
    before = everything(store)
    assert store.writer.write(run(result("x"), result("y"))).state == "unchanged"
    assert everything(store) == before


def test_facts_may_come_before_results_and_after_them(store: Store) -> None:
    whole = full(started_at=at(-60), ended_at=at(600), voting=True)
    facts_only = full(started_at=at(-60), ended_at=at(600), voting=True, results=[], attachments=[])
    results_only = Run(whole.uuid, results=full().results, attachments=full().attachments)
    other = uuid_number(2)
    facts_only_2, results_only_2 = (
        Run(**{name: getattr(each, name) for name in Run.__slots__ if name != "uuid"}, uuid=other)
        for each in (facts_only, results_only)
    )
    assert [store.writer.write(each).state for each in (facts_only, results_only)] == ["stored", "replaced"]
    assert [store.writer.write(each).state for each in (results_only_2, facts_only_2)] == ["stored", "merged"]
    one, two = load(store, whole.uuid), load(store, other)
    two.uuid = one.uuid
    assert one == two
    assert (one.started_at, one.ended_at, one.voting, one.project) == (at(-60), at(600), True, "openstack/nova")
    assert_whole(store)


def test_results_move_with_their_run_when_its_start_becomes_known(store: Store) -> None:
    """The identifier of a run begins with its start; all that hangs on the run follows it, and no time changes."""
    store.writer.write(full())
    before = load(store, uuid_number(1))
    answer = store.writer.write(Run(uuid_number(1), job="another", started_at=at(-3600)))
    assert answer.state == "merged"
    after = load(store, uuid_number(1))
    assert (after.started_at, after.job) == (at(-3600), "another")
    assert (after.results, after.attachments, after.metadata) == (before.results, before.attachments, before.metadata)
    assert_whole(store)


def test_a_given_fact_wins_and_an_empty_one_changes_nothing(store: Store) -> None:
    store.writer.write(run(result("a"), **FACTS, voting=True, metadata={"node": "jammy", "kept": "1"}))
    answer = store.writer.write(run(pipeline="check", voting=False, metadata={"node": "noble"}, job=""))
    assert answer.state == "merged"
    stored = load(store, uuid_number(1))
    assert {name: getattr(stored, name) for name in FACTS} == {**FACTS, "pipeline": "check"}
    assert (stored.job, stored.voting, stored.metadata) == ("unit", False, {"node": "noble", "kept": "1"})
    assert [each.test for each in stored.results] == ["a"]


def test_a_result_word_that_comes_later_decides_the_outcome(store: Store) -> None:
    assert store.writer.write(run(failure("a"))).outcome is Outcome.FAIL
    assert store.writer.write(run(result="POST_FAILURE")).outcome is Outcome.INFRA
    row = store.reader.run(uuid_number(1))
    assert row is not None
    assert store.reader.facts(row)["outcome"] == "infra"


def test_a_failed_process_that_comes_after_the_facts_is_not_lost(store: Store) -> None:
    store.writer.write(Run(uuid_number(1), job="unit"))
    assert store.writer.write(Run(uuid_number(1), processes_failed=1)).outcome is Outcome.FAIL
    assert load(store, uuid_number(1)).processes_failed == 1


def test_times_come_from_the_results_where_the_ci_system_gave_none(store: Store) -> None:
    store.writer.write(run(result("a", start=5, seconds=2), result("b", start=3, seconds=1)))
    stored = load(store, uuid_number(1))
    assert (stored.started_at, stored.ended_at) == (at(3), at(7))
    store.writer.write(run(result("a", start=5, seconds=2), result("b", start=3, seconds=1), result("c", start=1, seconds=90)))
    stored = load(store, uuid_number(1))
    assert (stored.started_at, stored.ended_at) == (at(1), at(91))


def test_a_run_without_any_time_starts_when_it_came(store: Store) -> None:
    before = datetime.now(UTC)
    store.writer.write(run(result("a", started_at=None, ended_at=None), result="SUCCESS"))
    stored = load(store, uuid_number(1))
    assert stored.started_at is not None
    assert before <= stored.started_at <= datetime.now(UTC)
    assert (stored.ended_at, stored.results[0].started_at, stored.results[0].ended_at) == (None, None, None)


def test_readers_see_a_replacement_whole_or_not_at_all(store: Store) -> None:
    """While versions replace each other, every reading of the run is of one version."""
    done = threading.Event()
    torn: list[object] = []

    def read() -> None:
        while not done.is_set():
            with store.database.cursor() as cursor:
                cursor.begin()
                found = cursor.execute(
                    "SELECT (SELECT sum(success + fail) FROM runs), (SELECT count(*) FROM results),"
                    " (SELECT sum(fail) FROM runs), (SELECT count(*) FROM failures), (SELECT count(*) FROM attachments)"
                ).fetchone()
                cursor.commit()
            assert found is not None
            counted, results, failed, failures, attachments = found
            if (counted or 0) != results or not (failed or 0) == failures == attachments:
                torn.append(found)

    reader = threading.Thread(target=read)
    reader.start()
    for version in range(1, 41):
        answer = store.writer.write(run(*[failure(f"test_{n}", start=n) for n in range(version)]))
        assert sum(answer.counts) == version
    done.set()
    reader.join()
    assert torn == []


def test_runs_of_the_same_second_whose_identifiers_collide_stay_apart(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chance is 5e-10 for a pair: here 31 derived bits are made the same for all."""
    monkeypatch.setattr("gatehealth.store.writer.run_id_of", lambda uuid, start: model.run_id_of(uuid_number(0), start))
    answers = [store.writer.submit(run(failure(f"test_{n}"), number=n, started_at=at(0))) for n in range(1, 9)]
    assert [answer.result().state for answer in answers] == ["stored"] * 8
    for n in range(1, 9):
        assert [each.test for each in load(store, uuid_number(n)).results] == [f"test_{n}"]
    assert store.writer.write(run(failure("test_3"), result("more"), number=3, started_at=at(0))).state == "replaced"
    assert_whole(store)


def test_an_attachment_of_a_replaced_version_is_gone(store: Store) -> None:
    secret = Attachment("traceback", "text/plain", b"of the first version")
    store.writer.write(run(result("a", Status.FAIL, attachments=[secret]), attachments=[secret]))
    store.writer.write(run(result("a"), result("b")))
    assert rows(store, "FROM attachments") == []


def test_an_end_before_the_start_is_no_end(store: Store) -> None:
    """Two clocks that do not agree: the CI system's start lies behind the times of the results."""
    given = run(result("a", start=0, seconds=10), started_at=at(3600))
    store.writer.write(given)
    assert load(store, given.uuid).ended_at is None
    store.writer.write(run(ended_at=at(4000)))
    assert load(store, given.uuid).ended_at == at(4000)


def test_what_a_run_without_results_carries_may_come_later_and_change(store: Store) -> None:
    """A build that died before its tests: first its facts alone, then what failed, then more of it."""
    assert store.writer.write(run(result="FAILURE")).state == "stored"
    told = run(result="FAILURE", attachments=[text_file("failed-task", "no space left")])
    assert store.writer.write(told).state == "replaced"
    before = everything(store)
    assert store.writer.write(told).state == "unchanged"
    assert store.writer.write(run(result="FAILURE")).state == "unchanged"
    assert everything(store) == before
    more = run(result="FAILURE", attachments=[text_file("failed-task", "no space left on /dev/vda1")])
    assert store.writer.write(more).state == "replaced"
    assert [file.text() for file in load(store, uuid_number(1)).attachments] == ["no space left on /dev/vda1"]
    assert store.writer.write(run(result("a"), result="FAILURE")).state == "replaced"
    assert store.writer.write(more).state == "unchanged"
    assert load(store, uuid_number(1)).attachments == []
    assert_whole(store)


def test_metadata_that_is_given_empty_is_removed(store: Store) -> None:
    store.writer.write(run(result("a"), metadata={"region": "", "cloud": "rax", "failed_task": "boot"}))
    assert load(store, uuid_number(1)).metadata == {"cloud": "rax", "failed_task": "boot"}
    assert store.writer.write(run(metadata={"failed_task": "", "region": ""})).state == "merged"
    assert load(store, uuid_number(1)).metadata == {"cloud": "rax"}
    assert store.writer.write(run(metadata={"failed_task": "", "region": ""})).state == "unchanged"


def test_results_that_are_left_out_are_counted(store: Store) -> None:
    store.writer.write(run(result("a"), result("b")))
    assert store.writer.write(run(result("a"), result("b"))).left_out == 0
    assert store.writer.write(run(failure("c"))).left_out == 1
    assert store.writer.write(run(result="SUCCESS")).left_out == 0
