"""A server that answers badly: an ASGI application around another, with the troubles that were ordered."""

from __future__ import annotations

import asyncio
import socket
import struct

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gatehealth.simulate.clock import Clock
from gatehealth.simulate.troubles import HOUR, Mishaps, Troubles

TRUTH = "/truth.json"  # always answers as it should
_ERRORS = (500, 502, 503)


class Misbehaving:
    """Lets most requests through, and spoils the others."""

    def __init__(self, app: ASGIApp, troubles: Troubles, mishaps: Mishaps, clock: Clock) -> None:
        self._app = app
        self._troubles = troubles
        self._mishaps = mishaps
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request, as ASGI has it."""
        if scope["type"] != "http" or scope["path"] == TRUTH:
            await self._app(scope, receive, send)
            return
        strikes = self._mishaps.strikes
        if (outage := self._troubles.hit("down", self._clock() // (HOUR * 1_000_000))) is not None:
            if outage.below(2):
                await PlainTextResponse("Service Unavailable", 503)(scope, receive, send)
            else:
                await _hang_up(receive, send, reset=True)
        elif strikes("throttled") is not None:
            headers = {"retry-after": str(self._troubles.retry_after)}
            await PlainTextResponse("Too Many Requests", 429, headers)(scope, receive, send)
        elif (bits := strikes("errors")) is not None:
            await PlainTextResponse("It went wrong", _ERRORS[bits % len(_ERRORS)])(scope, receive, send)
        elif strikes("resets") is not None:
            await _hang_up(receive, send, reset=True)
        else:
            if (bits := strikes("slow")) is not None:
                await asyncio.sleep(self._troubles.slow_seconds * (bits % 1_000 + 1) / 1_000)
            bits = strikes("cut")
            await self._app(scope, receive, send if bits is None else _Cut(receive, send, chunked=bool(bits % 2)))


class _Cut:
    """Sends half of a body, then hangs up. A body of less than two bytes comes whole."""

    def __init__(self, receive: Receive, send: Send, *, chunked: bool) -> None:
        self._receive = receive
        self._send = send
        self._chunked = chunked
        self._start: Message | None = None
        self._over = False

    async def __call__(self, message: Message) -> None:
        """Passes on what the application sends."""
        if self._over:
            return
        if message["type"] == "http.response.start":
            self._start = message
            return
        body = message.get("body", b"")
        if self._start is not None:
            start, self._start = self._start, None
            if self._chunked and len(body) > 1:
                headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
                start = {**start, "headers": headers}
            await self._send(start)
        if len(body) < 2:
            await self._send(message)
            return
        self._over = True
        await self._send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await _hang_up(self._receive, self._send, reset=False)


async def _hang_up(receive: Receive, send: Send, *, reset: bool) -> None:
    """Closes the connection of a request under way; with a reset, what was sent need not arrive.

    ASGI knows no such thing: it is done with uvicorn's transport, which the bound method `send` leads to. Under another
    server the request ends with an error, which has most of them close the connection too.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if not isinstance(transport, asyncio.Transport):
        raise ConnectionResetError("the simulated server hangs up")
    if reset:
        # Linger for no time: TCP sends a reset.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
