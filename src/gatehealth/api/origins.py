"""Lets pages from elsewhere read what everybody may read (CORS)."""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

READING = ("GET", "HEAD", "OPTIONS")


class OpenReads(CORSMiddleware):
    """ASGI middleware: reading below `prefix` is open to pages of any origin, without their cookies. Writing is not."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        super().__init__(
            app,
            allow_origins=("*",),
            allow_methods=("GET",),
            allow_headers=("If-None-Match",),  # whoever asks again may say what they have
            expose_headers=("ETag", "Retry-After", "Content-Disposition"),
        )
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and says with its answer who may read that."""
        reads = scope["type"] == "http" and scope["method"] in READING and scope["path"].startswith(self._prefix)
        await (super().__call__ if reads else self.app)(scope, receive, send)
