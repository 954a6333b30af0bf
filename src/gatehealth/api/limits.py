"""The size of a request's body is limited before anything of it is kept."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatehealth.api.problems import answer

_CLOSE = {"Connection": "close"}  # what is left of the body is not worth reading


class BodyLimit:
    """ASGI middleware: answers 413 when a body is, or grows, larger than `limit` bytes."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on while it stays within the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        why = f"an upload may have {self._limit:,} bytes here (setting upload_limit)"
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > self._limit:
            await answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, why, _CLOSE)(scope, receive, send)
            return
        received = 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                # An HTTPException, because FastAPI takes any other error while a body is read for a malformed one.
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, why, _CLOSE)
            return message

        await self._app(scope, counting, send)
