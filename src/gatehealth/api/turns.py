"""Turns and places: so many at once, and the others wait in the order in which they came. Waiting costs no thread.

The threads of the pool are so for whoever does something. Both are used within one event loop.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio


class NoTurnError(Exception):
    """There is no turn to be had; the message is one line that says why and what to do."""


class Turns:
    """So many wait at most, for so long at most; whoever comes then is told to come again later."""

    def __init__(self, at_once: int, waiting: int, seconds: float, refusal: str) -> None:
        """At most `waiting` wait, each at most `seconds`; `refusal` is the message for everybody else."""
        self._limiter = anyio.CapacityLimiter(at_once)
        self._waiting = waiting
        self._seconds = seconds
        self._refusal = refusal

    @property
    def taken(self) -> int:
        """How many have a turn now."""
        return self._limiter.borrowed_tokens

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Waits for a turn, in the order of coming, and has it. Raises NoTurnError."""
        if self._limiter.available_tokens < 1 and self._limiter.statistics().tasks_waiting >= self._waiting:
            raise NoTurnError(self._refusal)
        holder = object()
        try:
            with anyio.fail_after(self._seconds):
                await self._limiter.acquire_on_behalf_of(holder)
        except TimeoutError:
            raise NoTurnError(self._refusal) from None
        try:
            yield
        finally:
            self._limiter.release_on_behalf_of(holder)


class Places:
    """So many places, of which the large take several. Everybody gets theirs in the end."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._limiter = anyio.CapacityLimiter(places)
        self._next = anyio.Lock()

    @asynccontextmanager
    async def taken(self, places: int) -> AsyncIterator[None]:
        """Waits for so many places, or for all there are, and has them."""
        holders: list[object] = []
        try:
            async with self._next:  # nobody overtakes who still waits for some of theirs
                while len(holders) < min(places, self._places):
                    holder = object()
                    await self._limiter.acquire_on_behalf_of(holder)
                    holders.append(holder)
            yield
        finally:
            for holder in holders:
                self._limiter.release_on_behalf_of(holder)
