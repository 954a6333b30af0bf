"""What a request can reach: the store, the settings, and whether it may read or write."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import UploadFile

from gatehealth.api.traffic import Traffic
from gatehealth.api.turns import Places
from gatehealth.config import Settings
from gatehealth.store import Store

NEEDS_TOKEN = "writing needs a token: gatehealth token create NAME"  # noqa: S105  # a sentence
UNKNOWN_TOKEN = "this token is not known here"  # noqa: S105  # a sentence
# Uploads that have a thread: they are read two at a time, and committed together. One takes a place for each of so many bytes
# as sent, which may be fifty times as many in memory until the commit.
STORED_AT_ONCE = 16
PLACE_BYTES = 1_000_000
OWNER = "owner"  # whoever may read the file that `gatehealth serve` leaves beside its database


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of a running server."""

    store: Store
    settings: Settings
    owner_token: str  # new at every start; the CLI on this machine finds it beside the database
    # Uploads that are unpacked and read at the same time: each may take some times `content_limit` of memory.
    reading: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(2))
    storing: Places = field(default_factory=lambda: Places(STORED_AT_ONCE))
    traffic: Traffic = field(default_factory=Traffic)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def name_of(self, token: str) -> str | None:
        """Whose token this is, None when nobody knows it."""
        if hmac.compare_digest(token.encode(), self.owner_token.encode()):
            return OWNER
        return self.store.tokens.name_of(token)


async def context_of(request: Request) -> Context:
    """The context of the app that a request came to."""
    context: Context = request.app.state.context
    return context


InContext = Annotated[Context, Depends(context_of)]
_bearer = HTTPBearer(auto_error=False, description="A token from `gatehealth token create NAME`.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def who(context: InContext, credentials: Credentials) -> str | None:
    """The name of the token that a request carries, None when it carries none; 401 when nobody knows it."""
    if credentials is None:
        return None
    name = context.name_of(credentials.credentials)
    if name is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED, UNKNOWN_TOKEN, {"WWW-Authenticate": "Bearer"})
    return name


Who = Annotated[str | None, Depends(who)]


async def may_read(context: InContext, name: Who) -> None:
    """401 when reading is closed (`public = false`) and the request carries no token."""
    if name is None and not context.settings.public:
        raise HTTPException(HTTPStatus.UNAUTHORIZED, "reading needs a token here", {"WWW-Authenticate": "Bearer"})


async def may_write(name: Who) -> str:
    """The name of the token; 401 without one."""
    if name is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED, NEEDS_TOKEN, {"WWW-Authenticate": "Bearer"})
    return name


async def only_owner(name: Who) -> None:
    """403 for everybody but the CLI on the server's own machine."""
    if name != OWNER:
        raise HTTPException(HTTPStatus.FORBIDDEN, "only the command line on the server's machine may do this")


async def turn_to_store(request: Request, context: InContext) -> AsyncIterator[None]:
    """Lets an upload wait, once its body is there, until it may have one of the threads for uploads.

    Those that wait have their files on disk and no thread, so that neither memory nor the thread pool ends with them.
    """
    form = await request.form()  # read already, for the route
    size = sum(part.size or 0 for _, part in form.multi_items() if isinstance(part, UploadFile))
    async with context.storing.taken(1 + size // PLACE_BYTES):
        yield
