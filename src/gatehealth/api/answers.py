"""Answers that are kept: the same question about the same data is asked once, whoever asks it and how often.

The middleware stands between the entrance, whose headers every answer gets, and the compression, so that what is kept is what
goes over the wire. It also gives the questions their turns: some at once, the others wait outside of the thread pool,
which uploads need as well.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from http import HTTPStatus

from anyio import Event
from fastapi.security.utils import get_authorization_scheme_param
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatehealth.api.context import Context
from gatehealth.api.problems import try_later
from gatehealth.api.renewals import Renewals
from gatehealth.api.turns import NoTurnError, Turns
from gatehealth.config import Settings

# What an answer may be behind, of the ten seconds in which a run has to be visible:
# - Runs that were committed since it was asked. Ingest commits several times a second, so that no answer would ever be used
#   twice. It counts that long while other questions run; when none does, the newest data count at once, and whoever has
#   uploaded a run sees it with the next question.
# - The clock. A question without `to` means "until now", and now moves also when the data do not.
CURRENT_SECONDS = 2.0
# And so long while questions keep every thread busy: a server that is asked more than it can answer anew gives an older answer
# all the same, and asks anew behind it. Its Data-Version says so, and whoever follows live data asks again.
LATE_SECONDS = 30.0
QUESTIONS_PER_THREAD = 2  # at once: while one waits for the disk or is put into JSON, another keeps the database busy
LARGEST_SHARE = 8  # an answer that takes more than this part of `cache_bytes` is not kept: it would push out all others
KEPT_BYTES = 2_000  # of an answer that is kept, beside its body: headers, key and the objects around them

_Key = tuple[str, tuple[tuple[str, str], ...], bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer as it goes over the wire, with the moment at which it was asked and the data that it saw, or older."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    asked_at: float  # by time.monotonic()
    version: int  # of the data
    etag: str | None  # None: this one is not kept


@dataclass(frozen=True, slots=True)
class _Asker:
    """What somebody who asks may expect of an answer that another has got, or is waiting for."""

    at: float  # by time.monotonic()
    version: int  # of the data, when they asked
    alone: bool  # whether no other question was running
    until_now: bool

    def takes(self, answer: Answer) -> bool:
        """Whether the answer is as good as one of their own would be."""
        young = self.at - answer.asked_at <= CURRENT_SECONDS
        if answer.version == self.version:
            return young or not self.until_now
        return young and not self.alone

    def takes_late(self, answer: Answer) -> bool:
        """Whether the answer will do for now, where one of their own would have to wait."""
        return self.at - answer.asked_at <= LATE_SECONDS


@dataclass(slots=True)
class _Flight:
    """A question that is being asked, and for whose answer others may wait."""

    ended: Event = field(default_factory=Event)
    answer: Answer | None = None  # None at the end: it failed, or went straight to the first who asked


class Kept:
    """Answers up to so many bytes; those that nobody has asked for the longest go first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._answers: OrderedDict[_Key, Answer] = OrderedDict()
        self.bytes = 0

    def get(self, key: _Key) -> Answer | None:
        """The answer, which counts as used by that."""
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def keep(self, key: _Key, answer: Answer) -> None:
        """Keeps an answer in place of an earlier one, if it is not too large."""
        earlier = self._answers.pop(key, None)
        if earlier is not None:
            self.bytes -= _size(key, earlier)
        if _size(key, answer) > self._limit // LARGEST_SHARE:
            return
        self._answers[key] = answer
        self.bytes += _size(key, answer)
        while self.bytes > self._limit:
            oldest, dropped = self._answers.popitem(last=False)
            self.bytes -= _size(oldest, dropped)


def questions_at_once(settings: Settings) -> int:
    """How many questions are answered at the same time."""
    return QUESTIONS_PER_THREAD * settings.threads


def _size(key: _Key, answer: Answer) -> int:
    return len(answer.body) + KEPT_BYTES + sum(2 * (len(name) + len(value)) for name, value in key[1])


class Answers:
    """ASGI middleware: every GET below `prefix` is a question; all else passes untouched.

    Successful JSON is kept, shared and carries an ETag, unless its route says Cache-Control itself. Whoever may not read is
    passed on to the routes, which say so: neither is that kept, nor do they get anything that is.
    """

    def __init__(self, app: ASGIApp, context: Context, prefix: str) -> None:
        settings = context.settings
        self._app = app
        self._context = context
        self._prefix = prefix + "/"
        self._cache_control = "no-cache" if settings.public else "private, no-cache"
        self._kept = Kept(settings.cache_bytes)
        self._flights: dict[_Key, _Flight] = {}
        self._questions = Turns(
            questions_at_once(settings),
            settings.waiting_questions,
            settings.waiting_seconds,
            "too many questions are asked at once; ask again in a few seconds",
        )
        self._renewals = Renewals(self._renew)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a question, passes anything else on."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not await self._may_read(headers):
            await self._app(scope, receive, send)
            return
        answer = await self._answer(headers, scope, receive, send)
        if answer is not None:
            await _give(answer, headers, send)

    async def _may_read(self, headers: Headers) -> bool:
        """What context.may_read decides; a token is looked up for every request, so that it counts as long as it is known."""
        kind, token = get_authorization_scheme_param(headers.get("authorization"))
        if kind.lower() != "bearer" or not token:
            return self._context.settings.public
        holder = await run_in_threadpool(self._context.holder, token)
        return holder is not None and self._context.lets_read(holder)

    async def _answer(self, headers: Headers, scope: Scope, receive: Receive, send: Send) -> Answer | None:
        """The answer to a question: a kept one, that of somebody who asks the same just now, or a new one.

        None when it is sent already. The same question is never asked twice at once: who cannot take what the first will
        get waits for it all the same, and asks then.
        """
        words = QueryParams(scope["query_string"]).multi_items()
        # The order of words does not matter, but that of the values of one word may.
        words.sort(key=lambda word: word[0])
        # As GZipMiddleware decides.
        key = (scope["path"], tuple(words), "gzip" in headers.get("accept-encoding", ""))
        until_now = all(name != "to" for name, _ in words)
        asker = _Asker(time.monotonic(), self._version(), not self._questions.taken, until_now)
        kept = self._kept.get(key)
        if kept is not None and asker.takes(kept):
            return kept
        if kept is not None and self._questions.taken >= self._context.settings.threads and asker.takes_late(kept):
            self._renewals.want(key, scope)
            return kept
        while (others := self._flights.get(key)) is not None:
            await others.ended.wait()
            # Also an error is an answer: each in turn would wait as long as the first for "takes too long" or "no turn".
            if others.answer is not None and asker.takes(others.answer):
                return others.answer
        return await self._fly(key, scope, receive, send)

    async def _renew(self, key: _Key, scope: Scope) -> None:
        kept = self._kept.get(key)
        if kept is not None and kept.version == self._version() and time.monotonic() - kept.asked_at <= CURRENT_SECONDS:
            return
        if key not in self._flights:
            await self._fly(key, scope, _nothing_more, _nobody)

    async def _fly(self, key: _Key, scope: Scope, receive: Receive, send: Send) -> Answer | None:
        """Asks, for all who wait for the same; None when the answer is sent already."""
        flight = self._flights[key] = _Flight()
        try:
            flight.answer = await self._ask(key, flight, scope, receive, send)
        finally:
            # Whatever has become of the first, be it that their connection is gone: the next one asks.
            self._land(key, flight)
        if flight.answer is not None and flight.answer.etag:
            self._kept.keep(key, flight.answer)
        return flight.answer

    def _version(self) -> int:
        return self._context.store.writer.data_version

    def _land(self, key: _Key, flight: _Flight) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        flight.ended.set()

    async def _ask(self, key: _Key, flight: _Flight, scope: Scope, receive: Receive, send: Send) -> Answer | None:
        """The routes' answer, once it is this question's turn; None when there is none to keep or to share."""
        start: Message = {}
        body: bytes | None = None
        in_pieces = False

        async with AsyncExitStack() as turn:
            try:
                await turn.enter_async_context(self._questions.turn())
            except NoTurnError as error:
                refusal = try_later(str(error))
                return Answer(
                    refusal.status_code, refusal.raw_headers, bytes(refusal.body), time.monotonic(), self._version(), None
                )
            asked_at, version = time.monotonic(), self._version()  # before: a commit meanwhile makes the answer an older one

            async def collect(message: Message) -> None:
                nonlocal start, body, in_pieces
                if in_pieces:
                    await send(message)
                elif message["type"] == "http.response.start":
                    start = message
                elif message["type"] == "http.response.body" and not message.get("more_body"):
                    body = bytes(message.get("body", b""))
                else:
                    # It goes out as it is made, as fast as its reader takes it: nobody shall wait for that.
                    in_pieces = True
                    self._land(key, flight)
                    await turn.aclose()
                    await send(start)
                    await send(message)

            await self._app(scope, receive, collect)
        if body is None:
            return None
        headers = MutableHeaders(raw=list(start["headers"]))
        etag = None
        if _may_be_kept(start["status"], headers):
            etag = headers["ETag"] = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
            headers["Cache-Control"] = self._cache_control
        return Answer(start["status"], headers.raw, body, asked_at, version, etag)


def _may_be_kept(status: int, headers: Headers) -> bool:
    return (
        status == HTTPStatus.OK
        and headers.get("content-type", "").startswith("application/json")
        and "cache-control" not in headers
    )


async def _give(answer: Answer, asked: Headers, send: Send) -> None:
    """Sends an answer; 304 and no body when whoever asks says that they have it."""
    status, headers, body = answer.status, answer.headers, answer.body
    if answer.etag and _names(asked, answer.etag):
        status, body = HTTPStatus.NOT_MODIFIED, b""
        headers = [(name, value) for name, value in headers if not name.startswith(b"content-")]
    if answer.etag:
        headers = [*headers, (b"data-version", str(answer.version).encode())]
    await send({"type": "http.response.start", "status": int(status), "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})


async def _nothing_more() -> Message:
    """What a question receives that nobody waits for."""
    return {"type": "http.request", "body": b"", "more_body": False}


async def _nobody(message: Message) -> None:
    """Who its answer is sent to, if it is one that is sent in pieces."""


def _names(asked: Headers, etag: str) -> bool:
    """Whether If-None-Match names the tag, weak or not: W/"..." and "..." are the same to it."""
    tags = [tag.strip().removeprefix("W/") for tag in ",".join(asked.getlist("if-none-match")).split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags
