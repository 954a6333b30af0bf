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
from gatehealth.collect.collector import Collector
from gatehealth.config import Settings
from gatehealth.store import Store
from gatehealth.store.tokens import Holder, Scope

NEEDS_TOKEN = "writing needs a token: gatehealth token create NAME"  # noqa: S105  # a sentence
UNKNOWN_TOKEN = "this token is not known here"  # noqa: S105  # a sentence
# Uploads that have a thread: they are read two at a time, and committed together. One takes a place for each of so many bytes
# as sent, which may be fifty times as many in memory until the commit.
STORED_AT_ONCE = 16
PLACE_BYTES = 1_000_000
OWNER = Holder("owner", frozenset(Scope))  # whoever may read the file that `gatehealth serve` leaves beside its database


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of a running server."""

    store: Store
    settings: Settings
    owner_token: str  # new at every start; the CLI on this machine finds it beside the database
    collector: Collector | None = None  # where sources are configured
    # Uploads that are unpacked and read at the same time: each may take some times `content_limit` of memory.
    reading: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(2))
    storing: Places = field(default_factory=lambda: Places(STORED_AT_ONCE))
    traffic: Traffic = field(default_factory=Traffic)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def holder(self, token: str) -> Holder | None:
        """Whose token this is, None when nobody knows it."""
        if hmac.compare_digest(token.encode(), self.owner_token.encode()):
            return OWNER
        return self.store.tokens.holder(token)

    def lets_read(self, holder: Holder) -> bool:
        """Whether this holder may read."""
        return self.settings.public or Scope.READ in holder.scopes


def lacks(holder: Holder, scope: Scope) -> str | None:
    """Why a token may not do this, None when it may."""
    if scope in holder.scopes:
        return None
    has = ", ".join(sorted(holder.scopes))
    return f"the token {holder.name} has no scope `{scope}`, only {has}; gatehealth token create NAME --scope {scope}"


async def context_of(request: Request) -> Context:
    """The context of the app that a request came to."""
    context: Context = request.app.state.context
    return context


InContext = Annotated[Context, Depends(context_of)]
_bearer = HTTPBearer(auto_error=False, description="A token from `gatehealth token create NAME`.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def who(context: InContext, credentials: Credentials) -> Holder | None:
    """Whose token a request carries, None when it carries none; 401 when nobody knows it."""
    if credentials is None:
        return None
    holder = context.holder(credentials.credentials)
    if holder is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED, UNKNOWN_TOKEN, {"WWW-Authenticate": "Bearer"})
    return holder


Who = Annotated[Holder | None, Depends(who)]


async def may_read(context: InContext, holder: Who) -> None:
    """Where reading is closed (`public = false`): 401 without a token, 403 with one that may not read."""
    if not context.settings.public:
        _needs(holder, Scope.READ, "reading needs a token here")


async def may_upload(holder: Who) -> None:
    """401 without a token, 403 with one that may not upload."""
    _needs(holder, Scope.UPLOAD, NEEDS_TOKEN)


def _needs(holder: Holder | None, scope: Scope, without: str) -> None:
    if holder is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED, without, {"WWW-Authenticate": "Bearer"})
    why_not = lacks(holder, scope)
    if why_not:
        raise HTTPException(HTTPStatus.FORBIDDEN, why_not)


async def only_owner(holder: Who) -> None:
    """403 for everybody but the CLI on the server's own machine."""
    if holder is not OWNER:
        raise HTTPException(HTTPStatus.FORBIDDEN, "only the command line on the server's machine may do this")


async def turn_to_store(request: Request, context: InContext) -> AsyncIterator[None]:
    """Lets an upload wait, once its body is there, until it may have one of the threads for uploads.

    Those that wait have their files on disk and no thread, so that neither memory nor the thread pool ends with them.
    """
    form = await request.form()  # read already, for the route
    size = sum(part.size or 0 for _, part in form.multi_items() if isinstance(part, UploadFile))
    async with context.storing.taken(1 + size // PLACE_BYTES):
        yield
