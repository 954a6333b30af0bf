"""More than the machine can take: what waits, what is told to come later, and that neither stands in the other's way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from held import Asked, Waiting, asking
from helpers import JUNIT, Server, problem, result, serving, settings_for, stream, uuid_number

from gatehealth.api import answers, context, entrance
from gatehealth.model import Run
from gatehealth.store import Stored

AT_ONCE = answers.QUESTIONS_PER_THREAD  # with one thread


@contextmanager
def narrow(folder: Path, **said: Any) -> Iterator[Server]:
    with serving(settings_for(folder, threads=1, **said)) as running:
        yield running


def told_to_come_later(answer: httpx.Response) -> str:
    detail = problem(answer, 503)
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["x-content-type-options"] == "nosniff"
    return detail


def body(number: int) -> bytes:
    """The form of an upload with one test."""
    head = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n'
    uuid = head % (b"uuid", b"") + uuid_number(number).hex.encode()
    file = head % (b"file", b'; filename="a"') + stream(result("a"))
    return uuid + b"\r\n" + file + b"\r\n--x--\r\n"


FORM = {"Content-Type": "multipart/form-data; boundary=x"}


def uploading(server: Server, number: int) -> Waiting:
    """A client that has sent an upload."""
    return Waiting(server, "POST", "/runs", body(number), Authorization=f"Bearer {server.token}", **FORM)


def test_questions_beyond_those_that_may_wait_are_told_to_come_later_and_uploads_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with narrow(folder, waiting_questions=2, waiting_seconds=60) as server:
        asked = Asked(server, monkeypatch)
        with asked.held():
            taken = [asking(server, "/values", project=str(number)) for number in range(AT_ONCE + 2)]
            for number in (1, 2):
                assert "too many questions" in told_to_come_later(server.get("/find", q=f"x{number}"))
                assert server.uploaded(("a", stream(result("a"))), uuid=uuid_number(number))["state"] == "stored"
            assert asked.times == AT_ONCE
        assert {each.answer().status_code for each in taken} == {200}
        assert server.get("/status").json()["runs"] == 2


def test_a_question_does_not_wait_longer_than_it_may(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with narrow(folder, waiting_seconds=0.1) as server:
        asked = Asked(server, monkeypatch)
        with asked.held():
            taken = [asking(server, "/values", project=str(number)) for number in range(AT_ONCE)]
            assert "too many questions" in told_to_come_later(server.get("/keys"))
        assert {each.answer().status_code for each in taken} == {200}
        assert server.get("/keys").status_code == 200


def test_many_who_wait_for_the_same_are_told_together(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with narrow(folder, waiting_seconds=1) as server:
        asked = Asked(server, monkeypatch)
        with asked.held():
            taken = [asking(server, "/values", project=str(number)) for number in range(AT_ONCE)]
            for each in [asking(server, "/keys") for _ in range(5)]:
                told_to_come_later(each.answer())
        assert {each.answer().status_code for each in taken} == {200}


def test_where_none_may_wait_all_turns_are_still_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with narrow(folder, waiting_questions=0) as server:
        asked = Asked(server, monkeypatch)
        with asked.held():
            taken = [asking(server, "/values", project=str(number)) for number in range(AT_ONCE)]
            told_to_come_later(server.get("/keys"))
        assert {each.answer().status_code for each in taken} == {200}


def test_questions_that_fail_give_their_turn_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with narrow(folder, waiting_questions=0) as server:
        asked = Asked(server, monkeypatch)
        for number in range(3 * AT_ONCE):
            asked.error = RuntimeError("a defect")
            problem(server.get("/values", project=str(number)), 500)
        assert server.get("/values").status_code == 200


def test_a_kept_answer_and_one_that_others_wait_for_need_no_turn(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "CURRENT_SECONDS", 3600)
    with narrow(folder, waiting_questions=0) as server:
        assert server.get("/keys").status_code == 200
        asked = Asked(server, monkeypatch)
        with asked.held():
            taken = [asking(server, "/values", project=str(number % AT_ONCE)) for number in range(5 * AT_ONCE)]
            assert server.get("/keys").status_code == 200
            told_to_come_later(server.get("/jobs"))
        assert {each.answer().status_code for each in taken} == {200}
        assert asked.times == AT_ONCE


def test_without_a_turn_an_answer_of_before_the_last_runs_is_given_and_renewed_behind_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with narrow(folder) as server:
        asked = Asked(server, monkeypatch)
        before = server.get("/runs")
        assert before.json()["runs"] == []
        original, renewed = server.store.reader.runs, threading.Semaphore(0)

        def runs(*given: Any, **named: Any) -> Any:
            answer = original(*given, **named)
            renewed.release()
            return answer

        monkeypatch.setattr(server.store.reader, "runs", runs)
        with asked.held():
            taken = [asking(server, "/values", project=str(number)) for number in range(AT_ONCE)]
            for _ in taken:
                asked.wait()
            started_at = datetime.now(UTC) - timedelta(hours=1)
            server.store.writer.write(Run(uuid_number(1), started_at=started_at, results=[result("a")]))
            monkeypatch.setattr(answers, "CURRENT_SECONDS", 0)
            for _ in range(3):
                late = server.get("/runs")
                assert late.json() == before.json()
                assert late.headers["data-version"] == before.headers["data-version"]
            assert not renewed.acquire(timeout=0)
        assert {each.answer().status_code for each in taken} == {200}
        assert renewed.acquire(timeout=60)
        monkeypatch.setattr(answers, "CURRENT_SECONDS", 3600)
        after = server.get("/runs")
        assert len(after.json()["runs"]) == 1
        assert int(after.headers["data-version"]) == server.store.writer.data_version


def test_an_answer_that_is_too_old_waits_for_a_turn(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "CURRENT_SECONDS", 0)
    monkeypatch.setattr(answers, "LATE_SECONDS", 0)
    with narrow(folder, waiting_questions=0) as server:
        asked = Asked(server, monkeypatch)
        assert server.get("/runs").status_code == 200
        with asked.held():
            taken = [asking(server, "/values", project=str(number)) for number in range(AT_ONCE)]
            for _ in taken:
                asked.wait()
            told_to_come_later(server.get("/runs"))
        assert {each.answer().status_code for each in taken} == {200}


def test_pages_and_the_description_of_the_api_come_also_when_no_question_has_a_turn(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with narrow(folder) as server:
        asked = Asked(server, monkeypatch)
        with asked.held():
            taken = [asking(server, "/values", project=str(number)) for number in range(50)]
            assert httpx.get(f"{server.url}/api/openapi.json").status_code == 200
            assert httpx.get(f"{server.url}/nothing").status_code in (200, 404)
        assert {each.answer().status_code for each in taken} == {200}


def test_uploads_beyond_those_that_may_wait_are_told_to_come_later(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two are received at once, one may wait; the rest of theirs comes when the others were told."""
    monkeypatch.setattr(entrance, "RECEIVED_AT_ONCE", 2)
    monkeypatch.setattr(entrance, "WAITING_UPLOADS", 1)
    with narrow(folder) as server:
        length = str(len(body(1)))
        headers = {"Authorization": f"Bearer {server.token}", **FORM}
        begun = [Waiting(server, "POST", "/runs", body(n)[:50], **headers, **{"Content-Length": length}) for n in (1, 2)]
        third = uploading(server, 3)
        for _ in range(3):
            answer = uploading(server, 4).answer()
            assert "too many uploads" in told_to_come_later(answer)
            assert answer.headers["connection"] == "close"
        assert server.get("/status").json()["runs"] == 0
        for number, client in enumerate(begun, 1):
            client.send(body(number)[50:])
        assert {each.answer().status_code for each in (*begun, third)} == {201}
        assert uploading(server, 4).answer().status_code == 201
        assert server.store.status()["runs"] == 4


def test_an_upload_does_not_wait_for_ever(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "RECEIVED_AT_ONCE", 1)
    monkeypatch.setattr(entrance, "WAITING_SECONDS", 0.1)
    with narrow(folder) as server:
        headers = {"Authorization": f"Bearer {server.token}", **FORM, "Content-Length": "1000"}
        slow = Waiting(server, "POST", "/runs", body(1)[:50], **headers)
        assert "too many uploads" in told_to_come_later(uploading(server, 2).answer())
        slow.leave()
        assert uploading(server, 2).answer().status_code == 201


def test_whoever_may_not_write_is_told_so_also_when_there_is_no_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "RECEIVED_AT_ONCE", 1)
    monkeypatch.setattr(entrance, "WAITING_UPLOADS", 0)
    with narrow(folder) as server:
        headers = {"Authorization": f"Bearer {server.token}", **FORM, "Content-Length": "1000"}
        slow = Waiting(server, "POST", "/runs", body(1)[:50], **headers)
        problem(server.upload(("a.xml", JUNIT.encode()), token="gth_wrong"), 401)
        slow.leave()


def test_uploads_that_wait_for_their_commit_leave_threads_for_questions_and_for_each_other(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk stands still, and more uploads have come than the thread pool has threads."""
    monkeypatch.setattr(entrance, "RECEIVED_AT_ONCE", 100)
    going_on, begun = threading.Event(), threading.Semaphore(0)
    with narrow(folder) as server, ThreadPoolExecutor(60) as clients:
        write = server.store.writer.write

        def slow(run: Run) -> Stored:
            begun.release()
            assert going_on.wait(60)
            return write(run)

        monkeypatch.setattr(server.store.writer, "write", slow)
        sent = [clients.submit(server.uploaded, ("a", stream(result("a"))), uuid=uuid_number(n)) for n in range(60)]
        try:
            for _ in range(context.STORED_AT_ONCE):
                assert begun.acquire(timeout=60)
            assert server.get("/status").json()["runs"] == 0
            assert server.get("/values").status_code == 200
            assert not begun.acquire(blocking=False)
        finally:
            going_on.set()
        assert {each.result()["state"] for each in sent} == {"stored"}
        assert server.store.status()["runs"] == 60


def test_large_uploads_are_stored_one_after_another(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "PLACE_BYTES", 1)
    with narrow(folder) as server, ThreadPoolExecutor(20) as clients:
        write = server.store.writer.write
        alone = threading.Lock()

        def write_alone(run: Run) -> Stored:
            assert alone.acquire(blocking=False)
            try:
                return write(run)
            finally:
                alone.release()

        monkeypatch.setattr(server.store.writer, "write", write_alone)
        files = ("a", stream(result("a"))), ("b", b"")
        sent = [clients.submit(server.uploaded, *files, uuid=uuid_number(n)) for n in range(20)]
        assert {each.result()["state"] for each in sent} == {"stored"}


def test_there_is_a_thread_for_whatever_has_a_turn_on_a_large_machine_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(settings_for(folder, threads=40)) as server:
        asked = Asked(server, monkeypatch)
        with asked.held():
            taken = [asking(server, "/values", project=str(number)) for number in range(90)]
            for _ in range(80):
                asked.wait()
            server.uploaded(("a.xml", JUNIT.encode()))
        assert {each.answer().status_code for each in taken} == {200}


def test_an_upload_that_fails_gives_its_place_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "RECEIVED_AT_ONCE", 1)
    monkeypatch.setattr(entrance, "WAITING_UPLOADS", 0)
    with narrow(folder) as server:
        for _ in range(2 * context.STORED_AT_ONCE):
            problem(server.upload(("a", b"nonsense")), 400)
            problem(server.upload(uuid="nonsense"), 400)
        server.uploaded(("a.xml", JUNIT.encode()))
