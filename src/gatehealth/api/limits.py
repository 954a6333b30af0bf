"""The size of a request's body is limited before anything of it is kept."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatehealth.api.problems import answer


class BodyTooLargeError(Exception):
    """More arrived than the setting `upload_limit` allows."""


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
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        received = 0
        too_large = announced.isdigit() and int(announced) > self._limit

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                raise BodyTooLargeError
            return message

        try:
            if too_large:
                raise BodyTooLargeError
            await self._app(scope, counting, send)
        except BodyTooLargeError:
            why = f"an upload may have {self._limit:,} bytes here (setting upload_limit)"
            await answer(413, why, {"Connection": "close"})(scope, receive, send)
