"""Answers that are kept: what is asked once, when it is asked again, and who never sees one."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from held import Asked, asking
from helpers import OWNER_TOKEN, Server, problem, result, serving, settings_for, stream, uuid_number
from starlette.middleware.gzip import GZipResponder
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gatehealth.api import answers
from gatehealth.api.answers import Answer, Answers, Kept
from gatehealth.api.context import Context
from gatehealth.store import DatabaseError, Store

PAST = {"from": "2026-11-22T00:00:00Z", "to": "2026-11-23T00:00:00Z"}  # a period that stands still


@pytest.fixture
def asked(empty: Server, monkeypatch: pytest.MonkeyPatch) -> Asked:
    return Asked(empty, monkeypatch)


def upload(server: Server, number: int) -> None:
    server.uploaded(("r", stream(result("a"))), uuid=uuid_number(number), started_at="2026-11-22T12:00:00Z")


def runs(server: Server, **query: str) -> int:
    answer = server.get("/runs", **{**PAST, **query})
    assert answer.status_code == 200
    return len(answer.json()["runs"])


def test_the_same_question_about_the_same_data_is_asked_once(empty: Server, asked: Asked) -> None:
    first = empty.get("/values", **PAST)
    again = [empty.get("/values", **PAST) for _ in range(5)]
    assert asked.times == 1
    for answer in again:
        assert answer.json() == first.json()
        assert {**answer.headers, "date": ""} == {**first.headers, "date": ""}


def test_the_order_of_words_makes_no_other_question(empty: Server, asked: Asked) -> None:
    empty.get("/values", project=["1", "2"], branch="3", **PAST)
    empty.get("/values", branch="3", **PAST, project=["1", "2"])
    assert asked.times == 1


def test_the_order_of_one_words_values_makes_another_question(server: Server) -> None:
    """The last one counts where there can be only one."""
    for limits, expected in ((["10", "1"], 1), (["1", "10"], 5)):
        assert len(server.get("/runs", limit=limits, **PAST).json()["runs"]) == expected


def test_a_word_more_or_another_path_is_another_question(empty: Server, asked: Asked) -> None:
    for query in ({}, {"job": ""}, {"job": "1"}, {"branch": "1"}, {"job": "1", "branch": "1"}):
        empty.get("/values", **PAST, **query)
    assert asked.times == 5
    assert empty.get("/values").json() != empty.get("/keys").json()


def test_a_run_that_was_uploaded_is_seen_by_the_next_question_when_nothing_else_runs(empty: Server) -> None:
    for number in range(1, 6):
        upload(empty, number)
        assert runs(empty) == number
        assert runs(empty) == number


def test_while_other_questions_run_an_answer_counts_a_short_time_though_runs_arrive(
    empty: Server, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(empty, 1)
    assert runs(empty) == 1
    with asked.held():
        asking(empty, "/values")
        asked.wait()
        upload(empty, 2)
        monkeypatch.setattr(answers, "CURRENT_SECONDS", 3600)
        assert runs(empty) == 1
        monkeypatch.setattr(answers, "CURRENT_SECONDS", 0)
        assert runs(empty) == 2


def test_a_run_that_was_uploaded_is_seen_after_that_time_at_the_latest(empty: Server, asked: Asked) -> None:
    assert answers.CURRENT_SECONDS <= 10  # the budget: visible within ten seconds
    with asked.held():
        asking(empty, "/values")
        asked.wait()
        for number in (1, 2):
            upload(empty, number)
            time.sleep(answers.CURRENT_SECONDS)
            assert runs(empty) == number


def test_an_answer_until_now_counts_a_short_time_though_the_data_stand_still(
    empty: Server, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "CURRENT_SECONDS", 3600)
    for _ in range(3):
        empty.get("/values")
    assert asked.times == 1
    monkeypatch.setattr(answers, "CURRENT_SECONDS", 0)
    for _ in range(3):
        empty.get("/values")
    assert asked.times == 4
    for _ in range(3):
        empty.get("/values", to=PAST["to"])
    assert asked.times == 5


def test_a_closed_server_gives_nothing_that_it_keeps_to_whoever_may_not_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(settings_for(folder, public=False)) as closed:
        asked = Asked(closed, monkeypatch)

        def get(credentials: str | None) -> httpx.Response:
            headers = {"Authorization": credentials} if credentials else {}
            return httpx.get(f"{closed.url}/api/v1/values", params=PAST, headers=headers)

        allowed = (f"Bearer {closed.token}", f"bearer {OWNER_TOKEN}")
        for _ in range(2):
            for credentials in (None, "Bearer gth_wrong", "Bearer", f"Basic {closed.token}", closed.token, f"x{allowed[0]}"):
                refused = get(credentials)
                problem(refused, 401)
                assert "etag" not in refused.headers
            for credentials in allowed:
                answer = get(credentials)
                assert answer.json() == {"project": [], "pipeline": [], "branch": [], "job": [], "provider": []}
                assert answer.headers["cache-control"] == "private, no-cache"
        assert asked.times == 1
        tag = get(allowed[0]).headers["etag"]
        problem(httpx.get(f"{closed.url}/api/v1/values", params=PAST, headers={"If-None-Match": tag}), 401)


def test_an_unknown_token_is_told_though_the_answer_is_kept(empty: Server) -> None:
    assert empty.get("/values").status_code == 200
    answer = httpx.get(f"{empty.url}/api/v1/values", headers={"Authorization": "Bearer gth_wrong"})
    assert "token is not known" in problem(answer, 401)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_whoever_has_the_answer_already_is_told_so_without_it(server: Server, encoding: str) -> None:
    def get(**headers: str) -> httpx.Response:
        return httpx.get(f"{server.url}/api/v1/runs", params=PAST, headers={"Accept-Encoding": encoding, **headers})

    answer = get()
    tag = answer.headers["etag"]
    assert tag.startswith('W/"')
    assert answer.headers["cache-control"] == "no-cache"
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        same = get(**{"If-None-Match": known})
        assert (same.status_code, same.content) == (304, b"")
        assert (same.headers["etag"], same.headers["cache-control"]) == (tag, "no-cache")
        assert "content-type" not in same.headers
        assert same.headers["x-content-type-options"] == "nosniff"
    for other in ('"other"', 'W/"other"', "", tag.strip('"')):
        assert get(**{"If-None-Match": other}).json() == answer.json()


def test_a_tag_is_that_of_the_answer_not_of_the_moment(empty: Server) -> None:
    upload(empty, 1)
    before = empty.get("/runs", **PAST)
    upload(empty, 2)
    changed = empty.get("/runs", **PAST)
    assert changed.headers["etag"] != before.headers["etag"]
    headers = {"If-None-Match": before.headers["etag"]}
    assert httpx.get(f"{empty.url}/api/v1/runs", params=PAST, headers=headers).status_code == 200
    empty.uploaded(("r", stream(result("a"))), uuid=uuid_number(3), started_at="2026-01-01T00:00:00Z")
    assert empty.get("/runs", **PAST).headers["etag"] == changed.headers["etag"]


def test_each_gets_the_encoding_that_they_take_and_nothing_is_compressed_twice(
    empty: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(empty, 1)
    compressed: list[bytes] = []
    compress = GZipResponder._compress_body

    def counted(self: GZipResponder, body: bytes, more_body: bool) -> bytes:
        compressed.append(body)
        return compress(self, body, more_body)

    monkeypatch.setattr(GZipResponder, "_compress_body", counted)

    def get(encoding: str) -> tuple[str | None, bytes]:
        with httpx.stream("GET", f"{empty.url}/api/v1/groups", params=PAST, headers={"Accept-Encoding": encoding}) as answer:
            assert answer.status_code == 200
            raw = b"".join(answer.iter_raw())
            assert int(answer.headers["content-length"]) == len(raw)
            return answer.headers.get("content-encoding"), raw

    for _ in range(2):
        packed, plain = get("gzip, br"), get("identity")
        assert (packed[0], plain[0]) == ("gzip", None)
        assert gzip.decompress(packed[1]) == plain[1]
    assert len(compressed) == 1


def test_what_many_ask_at_once_is_asked_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(settings_for(folder, cache_bytes=0)) as server:  # nothing is kept
        asked = Asked(server, monkeypatch)
        with asked.held():
            waiting = [asking(server, "/values", **PAST) for _ in range(50)]
        assert {each.answer().status_code for each in waiting} == {200}
        assert asked.times == 1
        server.get("/values", **PAST)
        assert asked.times == 2


def test_when_the_first_who_asked_is_gone_the_others_get_their_answer(empty: Server, asked: Asked) -> None:
    with asked.held():
        first = asking(empty, "/values")
        asked.wait()
        first.leave()
        waiting = [asking(empty, "/values") for _ in range(3)]
    assert {each.answer().status_code for each in waiting} == {200}
    assert empty.get("/values").status_code == 200


def test_when_the_question_of_the_first_fails_the_others_ask_again(empty: Server, asked: Asked) -> None:
    with asked.held():
        first = asking(empty, "/values", **PAST)
        asked.wait()
        others = [asking(empty, "/values", **PAST) for _ in range(5)]
        asked.error = RuntimeError("a defect")
    problem(first.answer(), 500)
    assert {each.answer().status_code for each in others} == {200}
    assert asked.times == 2


def test_an_error_is_told_to_all_who_wait_for_it_and_is_not_kept(empty: Server, asked: Asked) -> None:
    with asked.held():
        waiting = [asking(empty, "/values", **PAST) for _ in range(5)]
        asked.error = DatabaseError("too slow")
    for each in waiting:
        answer = each.answer()
        assert problem(answer, 503) == "too slow"
        assert "etag" not in answer.headers
    assert asked.times == 1
    assert empty.get("/values", **PAST).status_code == 200
    assert asked.times == 2


def test_who_asks_after_a_commit_does_not_get_what_was_asked_before_it(
    empty: Server, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "CURRENT_SECONDS", 0)
    with asked.held():
        before = asking(empty, "/values", **PAST)
        asked.wait()
        upload(empty, 1)
        after = [asking(empty, "/values", **PAST) for _ in range(5)]
    assert {each.answer().status_code for each in (before, *after)} == {200}
    assert asked.times == 2


def test_not_found_is_not_kept(empty: Server) -> None:
    path = f"/runs/{uuid_number(1).hex}"
    for _ in range(2):
        answer = empty.get(path)
        problem(answer, 404)
        assert "etag" not in answer.headers
    upload(empty, 1)
    assert empty.get(path).status_code == 200


def test_nothing_but_what_is_asked_of_the_api_is_touched(server: Server) -> None:
    assert "etag" in server.get("/values").headers
    for answer in (server.get("/status"), httpx.head(f"{server.url}/api/v1/status")):  # its sizes change without the data
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert "etag" not in answer.headers
    for answer in (
        httpx.get(f"{server.url}/api/openapi.json"),
        server.get(f"/runs/{uuid_number(1).hex}/subunit"),
    ):
        assert answer.status_code == 200
        assert "etag" not in answer.headers
        assert "cache-control" not in answer.headers


def test_an_exported_run_is_not_kept(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []
    load = server.store.reader.load
    monkeypatch.setattr(server.store.reader, "load", lambda run: loaded.append(run) or load(run))
    path = f"/runs/{uuid_number(1).hex}/subunit"
    assert server.get(path).content == server.get(path).content
    assert len(loaded) == 2


def kept_answer(size: int) -> Answer:
    return Answer(200, [], b"x" * size, 0.0, 1, 'W/"x"')


def key(name: str) -> Any:
    return (name, (), True)


def test_what_is_kept_never_takes_more_than_it_may() -> None:
    kept = Kept(100_000)
    for number in range(1000):
        kept.keep(key(str(number % 70)), kept_answer(number * 37 % 20_000))
        assert 0 <= kept.bytes <= 100_000
    assert kept.bytes == sum(len(answer.body) + answers.KEPT_BYTES for n in range(70) if (answer := kept.get(key(str(n)))))


def test_what_nobody_has_asked_for_the_longest_is_dropped_first() -> None:
    kept = Kept(100_000)
    for name in "abcdefghi":
        kept.keep(key(name), kept_answer(10_000 - answers.KEPT_BYTES))
    assert kept.get(key("a"))
    for name in "jk":
        kept.keep(key(name), kept_answer(10_000 - answers.KEPT_BYTES))
    assert [name for name in "abcdefghijk" if kept.get(key(name)) is None] == ["b"]


def test_an_answer_that_would_push_out_all_others_is_not_kept_and_ends_the_earlier() -> None:
    kept = Kept(80_000)
    for name in "ab":
        kept.keep(key(name), kept_answer(1_000))
    kept.keep(key("a"), kept_answer(20_000))
    assert kept.get(key("a")) is None
    assert kept.get(key("b")) is not None


def test_many_questions_push_out_the_oldest(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(settings_for(folder, cache_bytes=30_000)) as server:
        asked = Asked(server, monkeypatch)
        for number in range(30):
            server.get("/values", **PAST, project=str(number))
        server.get("/values", **PAST, project="29")
        assert asked.times == 30
        server.get("/values", **PAST, project="0")
        assert asked.times == 31


def answered(
    store: Store, respond: Callable[[], Response], check: Callable[[httpx.AsyncClient, list[int]], Any], **said: Any
) -> None:
    """The middleware over an application of one route; `check` gets a client and the list that each call grows."""
    calls: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        calls.append(1)
        await respond()(scope, receive, send)

    async def main() -> None:
        settings = settings_for(Path(), **said)
        middleware = Answers(app, Context(store, settings, OWNER_TOKEN), "/api/v1")
        transport = httpx.ASGITransport(middleware)
        async with httpx.AsyncClient(transport=transport, base_url="http://x/api/v1", params=PAST) as client:
            await check(client, calls)

    anyio.run(main)


def test_a_route_that_says_itself_how_long_its_answer_counts_is_believed(store: Store) -> None:
    async def check(client: httpx.AsyncClient, calls: list[int]) -> None:
        for _ in range(2):
            answer = await client.get("/x")
            assert answer.headers["cache-control"] == "no-store"
            assert "etag" not in answer.headers
        assert len(calls) == 2

    answered(store, lambda: JSONResponse({}, headers={"Cache-Control": "no-store"}), check)


def test_an_answer_in_pieces_goes_out_as_it_is_made_and_holds_up_nobody(store: Store) -> None:
    """Each waits in the middle of its answer until all have begun, though only two questions are asked at once."""
    begun = 0
    all_begun = anyio.Event()

    async def pieces() -> Any:
        nonlocal begun
        yield b"[1"
        begun += 1
        if begun == 10:
            all_begun.set()
        await all_begun.wait()
        yield b"]"

    async def check(client: httpx.AsyncClient, calls: list[int]) -> None:
        async def get() -> None:
            assert (await client.get("/x")).content == b"[1]"

        async with anyio.create_task_group() as tasks:
            for _ in range(10):
                tasks.start_soon(get)
        assert len(calls) == 10

    answered(store, lambda: StreamingResponse(pieces(), media_type="application/json"), check, threads=1)


def test_a_client_that_is_cancelled_does_not_take_the_others_along(store: Store) -> None:
    async def check(client: httpx.AsyncClient, calls: list[int]) -> None:
        async with anyio.create_task_group() as tasks:
            with anyio.CancelScope() as first:
                tasks.start_soon(cancelled_after, first, calls)
                await client.get("/x")
        assert first.cancelled_caught
        assert (await client.get("/x")).json() == {}

    async def cancelled_after(scope: anyio.CancelScope, calls: list[int]) -> None:
        while not calls:
            await anyio.sleep(0)
        scope.cancel()

    never = anyio.Event()

    class Slow(JSONResponse):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await never.wait()

    responses: list[Response] = [JSONResponse({}), Slow({})]
    answered(store, lambda: responses.pop(), check)
