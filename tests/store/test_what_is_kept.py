"""What of a run is kept: every attempt, every word of a failure, and of attachments as much as the settings say."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from helpers import TRACEBACK, at, failure, load, result, rows, run, settings_for, text_file, uuid_number

from gatehealth.model import Attachment, Status
from gatehealth.store import Store

REASON = text_file("reason", "no cloud\nat all")


def facts(store: Store, number: int = 1) -> dict[str, Any]:
    row = store.reader.run(uuid_number(number))
    assert row is not None
    return store.reader.facts(row)


def results(store: Store, number: int = 1) -> dict[str, list[Any]]:
    row = store.reader.run(uuid_number(number))
    assert row is not None
    return store.reader.results(row)


def files(store: Store, test: str | None, attempt: int = 0) -> list[dict[str, Any]]:
    row = store.reader.run(uuid_number(1))
    assert row is not None
    return store.reader.attachments(row, test, attempt)


def test_a_failure_has_its_message_and_its_whole_text(store: Store) -> None:
    store.writer.write(run(failure("a")))
    assert results(store)["message"] == ["AssertionError: 'ACTIVE' != 'ERROR'"]
    assert [(file["name"], file["text"], file["cut"]) for file in files(store, "a")] == [("traceback", TRACEBACK, False)]


def test_a_skip_has_its_reason(store: Store) -> None:
    store.writer.write(run(result("a", Status.SKIP, attachments=[REASON])))
    assert results(store)["message"] == ["no cloud"]
    assert files(store, "a")[0]["text"] == "no cloud\nat all"


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.SUCCESS])
def test_the_files_of_every_result_that_did_not_pass_are_kept(store: Store, status: Status) -> None:
    store.writer.write(run(result("a", status, attachments=[REASON, text_file("stdout", "log")])))
    assert [file["name"] for file in files(store, "a")] == ["reason", "stdout"]
    assert results(store)["attachments"] == [2]


def test_the_files_of_a_passing_result_are_kept_only_when_the_setting_asks(folder: Path) -> None:
    passing = run(result("a", attachments=[text_file("stdout", "log")]))
    kept = []
    for asked in (False, True):
        (folder / str(asked)).mkdir()
        with Store(settings_for(folder / str(asked), keep_passing_attachments=asked)) as store:
            store.writer.write(passing)
            kept.append([file["name"] for file in files(store, "a")])
    assert kept == [[], ["stdout"]]


def test_a_large_file_is_cut_and_that_is_said(folder: Path) -> None:
    large = Attachment("pythonlogging", "text/plain", b"x" * 5000)
    with Store(settings_for(folder, attachment_limit=1024)) as store:
        store.writer.write(run(result("a", Status.FAIL, attachments=[REASON, large]), attachments=[large]))
        small, cut = files(store, "a")
        assert (small["bytes"], small["cut"]) == (len(REASON.content), False)
        assert (cut["bytes"], cut["cut"], cut["text"]) == (5000, True, "x" * 1024)
        assert [(file["bytes"], file["cut"]) for file in files(store, None)] == [(5000, True)]


def test_a_character_that_the_limit_cuts_in_two_is_replaced(folder: Path) -> None:
    accented = Attachment("log", "text/plain", b"x" * 1023 + "é".encode())
    with Store(settings_for(folder, attachment_limit=1024)) as store:
        store.writer.write(run(result("a", Status.FAIL, attachments=[accented])))
        assert files(store, "a")[0]["text"] == "x" * 1023 + "\ufffd"


def test_a_file_that_is_no_text_is_kept_but_not_shown_as_text(store: Store) -> None:
    screen = Attachment("screen.png", "image/png", b"\x89PNG\0")
    store.writer.write(run(result("a", Status.FAIL, attachments=[screen])))
    assert files(store, "a") == [{"name": "screen.png", "mime_type": "image/png", "bytes": 5, "cut": False, "text": None}]
    assert load(store, uuid_number(1)).results[0].attachments == [screen]


def test_files_of_the_run_itself_are_kept(store: Store) -> None:
    store.writer.write(run(result("a"), attachments=[text_file("stdout", "loading tests"), text_file("stderr", "warning")]))
    assert [file["name"] for file in files(store, None)] == ["stdout", "stderr"]
    assert facts(store)["attachments"] == 2


def test_no_attempt_is_dropped(store: Store) -> None:
    attempts = [failure("a", start=n, attempt=n, text=f"Boom {n}") for n in range(3)]
    store.writer.write(run(*attempts, result("a", start=3, attempt=3)))
    found = results(store)
    assert found["attempt"] == [0, 1, 2, 3]
    assert found["status"] == ["fail", "fail", "fail", "success"]
    assert found["message"] == ["Boom 0", "Boom 1", "Boom 2", ""]
    assert [files(store, "a", attempt)[0]["text"] for attempt in range(3)] == ["Boom 0", "Boom 1", "Boom 2"]
    assert facts(store)["counts"]["total"] == 4


def test_tests_that_never_ended_are_kept_as_incomplete(store: Store) -> None:
    answer = store.writer.write(run(result("a"), result("b", Status.INCOMPLETE, start=1), damage=["1 test never ended"]))
    assert answer.outcome.word == "fail"
    found = results(store)
    assert (found["status"], found["seconds"]) == (["success", "incomplete"], [1.0, None])
    assert facts(store)["counts"] == {
        **{"total": 2, "passed": 1, "failed": 0, "skipped": 0, "incomplete": 1},
        **{"success": 1, "fail": 0, "xfail": 0, "uxsuccess": 0},
    }
    assert (facts(store)["complete"], facts(store)["damage"]) == (False, ["1 test never ended"])


def test_expected_failures_pass_and_unexpected_successes_fail(store: Store) -> None:
    store.writer.write(run(result("a", Status.XFAIL), result("b", Status.UXSUCCESS)))
    counts = facts(store)["counts"]
    assert (counts["passed"], counts["failed"], facts(store)["outcome"]) == (1, 1, "fail")


def test_tags_and_workers_are_kept(store: Store) -> None:
    store.writer.write(
        run(result("a", tags=("slow", "worker-11")), result("b", start=1, tags=("worker-0",)), result("c", start=2))
    )
    found = results(store)
    assert found["worker"] == ["worker-11", "worker-0", ""]
    assert found["tags"] == [["slow", "worker-11"], ["worker-0"], []]


def test_attributes_are_kept_also_where_they_differ_between_runs_and_attempts(store: Store) -> None:
    store.writer.write(run(result("a", attributes="id-1"), result("a", attempt=1, start=1, attributes="id-2"), number=1))
    store.writer.write(run(result("a"), number=2))
    store.writer.write(run(result("a", attributes="id-1"), number=3))
    assert [results(store, number)["attributes"] for number in (1, 2, 3)] == [["id-1", "id-2"], [""], ["id-1"]]


def test_times_are_kept_to_the_microsecond_and_what_is_unknown_stays_unknown(store: Store) -> None:
    odd = result("a", start=0.123457, seconds=0.000001)
    only_end = result("b", started_at=None, start=0.5)
    only_start = result("c", ended_at=None, start=0.75)
    timeless = result("d", started_at=None, ended_at=None)
    before_1970 = result("e", started_at=-1_500_000, ended_at=-1_000_001)
    store.writer.write(run(odd, only_end, only_start, timeless, before_1970, started_at=at(0)))
    assert sorted(load(store, uuid_number(1)).results, key=lambda each: each.test) == [
        odd,
        only_end,
        only_start,
        timeless,
        before_1970,
    ]
    found = results(store)
    shown = {
        test: (start, seconds)
        for test, start, seconds in zip(found["test"], found["started_at"], found["seconds"], strict=True)
    }
    assert shown == {
        "a": (at(0.123457), 0.000001),
        "b": (None, None),
        "c": (at(0.75), None),
        "d": (None, None),
        "e": (datetime(1969, 12, 31, 23, 59, 58, 500_000, UTC), 0.499999),
    }


def test_free_metadata_is_kept_and_offered(store: Store) -> None:
    store.writer.write(run(result("a"), metadata={"node": "jammy", "zuul_tenant": "openstack"}))
    assert facts(store)["metadata"] == {"node": "jammy", "zuul_tenant": "openstack"}
    assert store.reader.keys()[1] == ["node", "zuul_tenant"]


@pytest.mark.parametrize("text", ["naïve", "日本語", "🐛" * 50, "a\0b", "tab\tand\nline", "'; DROP TABLE runs; --", ""])
def test_any_text_comes_back_as_it_was(store: Store, text: str) -> None:
    stored = run(failure(f"test {text}", text=f"Boom {text}"), project=text, result=text, metadata={f"k{text}": text})
    store.writer.write(stored)
    back = load(store, uuid_number(1))
    assert (back.project, back.result) == (text, text)
    assert back.metadata == ({f"k{text}": text} if text else {})  # no text is no value
    assert back.results == stored.results


def test_the_same_test_in_many_runs_is_one_test(store: Store) -> None:
    for number in range(5):
        store.writer.write(run(result("a"), result("b"), number=number))
    assert rows(store, "SELECT name FROM tests ORDER BY name") == [("a",), ("b",)]
