"""Questions that are asked behind the answers: one after another, and half of the time none, so that they hold up nobody."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from starlette.types import Scope

_Key = TypeVar("_Key", bound=Hashable)


class Renewals(Generic[_Key]):
    """Kept answers that somebody wants anew. Used within one event loop."""

    def __init__(self, renew: Callable[[_Key, Scope], Awaitable[None]]) -> None:
        self._renew = renew
        self._wanted: dict[_Key, Scope] = {}  # in the order in which they were wanted
        self._task: asyncio.Task[None] | None = None

    def want(self, key: _Key, scope: Scope) -> None:
        """Has an answer asked anew some time soon, once however many want it. The scope is that of somebody who may read it."""
        self._wanted.setdefault(key, dict(scope))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        while self._wanted:
            key = next(iter(self._wanted))
            scope = self._wanted.pop(key)
            began = time.monotonic()
            try:
                await self._renew(key, scope)
            except Exception:  # whoever asks next in their own name is told
                logging.getLogger(__name__).debug("an answer could not be renewed", exc_info=True)
            await asyncio.sleep(time.monotonic() - began)
