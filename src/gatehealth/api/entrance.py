"""What is settled at the door, before anything of a request's body is read: who sends it, and how large it may be."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatehealth.api.context import NEEDS_TOKEN, UNKNOWN_TOKEN, Context
from gatehealth.api.problems import answer

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
    """ASGI middleware: a body needs a known token (401), may have `upload_limit` bytes (413); answers get safe headers."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self._app = app
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _PAGE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            refused = await self._refusal(Headers(scope=scope))
            if refused:
                # What is left of the body is not worth reading.
                headers = {"Connection": "close", **({"WWW-Authenticate": "Bearer"} if refused[0] == 401 else {})}
                await answer(refused[0], refused[1], headers)(scope, receive, sending)
                return
        await self._app(scope, self._counted(receive), sending)

    async def _refusal(self, headers: Headers) -> tuple[HTTPStatus, str] | None:
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            return HTTPStatus.UNAUTHORIZED, NEEDS_TOKEN
        if await run_in_threadpool(self._context.name_of, token.strip()) is None:
            return HTTPStatus.UNAUTHORIZED, UNKNOWN_TOKEN
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
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._too_large(), {"Connection": "close"})
            return message

        return counting
