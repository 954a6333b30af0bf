"""What is settled at the door, before anything of a body is read: who sends it, how large it may be, whether there is room."""

from __future__ import annotations

from asyncio import CancelledError
from http import HTTPStatus

from fastapi import HTTPException
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatehealth.api.context import NEEDS_TOKEN, UNKNOWN_TOKEN, Context, lacks
from gatehealth.api.problems import answer, try_later
from gatehealth.api.turns import NoTurnError, Turns
from gatehealth.store.tokens import Scope as TokenScope

# Of an upload that is received, a megabyte is in memory and the rest in a temporary file. One that waits has not been read:
# its sender is held up by TCP. An upload waits long, because what is lost with it is not shown again by asking once more.
RECEIVED_AT_ONCE = 32
WAITING_UPLOADS = 256
WAITING_SECONDS = 60.0
CLOSE = {"Connection": "close"}  # what is left of a body is not worth reading

# Everything that the pages need comes from here, and nobody may frame them. ECharts and PatternFly set styles on elements.
_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class Entrance:
    """ASGI middleware: a body needs a known token (401) that may upload (403), may have `upload_limit` bytes (413), waits for
    room or is told to come later (503); answers get safe headers.
    """

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self._app = app
        self._context = context
        self._uploads = Turns(
            RECEIVED_AT_ONCE,
            WAITING_UPLOADS,
            WAITING_SECONDS,
            "too many uploads come at once; send this one again in a few seconds",
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _PAGE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        answering: Send = sending
        if scope["method"] == "HEAD" and scope["path"].startswith("/api/"):
            # Every route that can be read: asked as it is read, and answered without the body.
            scope = {**scope, "method": "GET"}
            answering = _without_body(sending)
        try:
            if scope["method"] in ("GET", "HEAD", "OPTIONS"):
                await self._app(scope, receive, answering)
            else:
                await self._take(scope, receive, answering)
        except CancelledError:
            if started:
                raise
            # A server that is stopped has no more time for this (setting stop_seconds).
            await try_later("the server is stopping; try again later", CLOSE)(scope, receive, answering)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request with a body on, or refuses it."""
        refused = await self._refusal(Headers(scope=scope))
        if refused:
            headers = {**CLOSE, **({"WWW-Authenticate": "Bearer"} if refused[0] == 401 else {})}
            await answer(refused[0], refused[1], headers)(scope, receive, send)
            return
        try:
            async with self._uploads.turn():
                receive = self._counted(receive)
                kind, parameters = parse_options_header(Headers(scope=scope).get("content-type", ""))
                if kind == b"multipart/form-data" and parameters.get(b"boundary"):
                    receive = _whole(receive, parameters[b"boundary"])
                await self._app(scope, receive, send)
        except NoTurnError as error:
            await try_later(str(error), CLOSE)(scope, receive, send)

    async def _refusal(self, headers: Headers) -> tuple[HTTPStatus, str] | None:
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            return HTTPStatus.UNAUTHORIZED, NEEDS_TOKEN
        holder = await run_in_threadpool(self._context.holder, token.strip())
        if holder is None:
            return HTTPStatus.UNAUTHORIZED, UNKNOWN_TOKEN
        why_not = lacks(holder, TokenScope.UPLOAD)
        if why_not:
            return HTTPStatus.FORBIDDEN, why_not
        announced = headers.get("content-length", "0")
        if announced.isdigit() and int(announced) > self._context.settings.upload_limit:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._too_large()
        return None

    def _too_large(self) -> str:
        return f"an upload may have {self._context.settings.upload_limit:,} bytes here (setting upload_limit)"

    def _counted(self, receive: Receive) -> Receive:
        received = 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._context.settings.upload_limit:
                # An HTTPException, because FastAPI takes any other error while a body is read for a malformed one.
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._too_large(), CLOSE)
            return message

        return counting


def _without_body(send: Send) -> Send:
    async def sending(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sending


def _whole(receive: Receive, boundary: bytes) -> Receive:
    """Refuses a multipart body without its closing line, which the parser takes: a file that was cut would be left out as if
    it had not been sent.
    """
    closing = b"--" + boundary + b"--"
    tail = b""
    closed = False

    async def watching() -> Message:
        nonlocal tail, closed
        message = await receive()
        if message["type"] == "http.request" and not closed:
            seen = tail + message.get("body", b"")
            closed = closing in seen
            tail = seen[1 - len(closing) :]
            if not closed and not message.get("more_body", False):
                why = "the upload ends before its last part does; nothing of it is stored, send it again"
                raise HTTPException(HTTPStatus.BAD_REQUEST, why, CLOSE)
        return message

    return watching
