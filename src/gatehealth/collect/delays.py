"""Waiting: how long before something that failed is tried again, and for whatever comes first."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from typing import Any, TypeVar, cast

LONGEST = 3600.0  # seconds
T = TypeVar("T")


def delay_after(tries: int, retry_after: float | None = None, *, first: float = 1.0, longest: float = LONGEST) -> float:
    """Seconds until the next try after so many that failed: doubled with each, half of it by chance, so that not all come at
    once. What the other side asked for is done, and a little more.
    """
    if retry_after is not None and retry_after >= 0:
        return min(retry_after, LONGEST) * random.uniform(1.0, 1.1)
    return min(longest, first * 2.0 ** min(max(tries, 1) - 1, 32)) * random.uniform(0.5, 1.0)


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Waits until an event is set, or for so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def closing(answers: AsyncIterator[T]) -> aclosing[Any]:
    """A context that ends with an iterator that is left early: a generator gives its connections up then, not some day."""
    return aclosing(cast(Any, answers))


def line_of(error: BaseException) -> str:
    """An error as one line."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
