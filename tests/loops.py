"""Coroutines in tests: each in an event loop of its own, in a thread of its own.

A browser that playwright's synchronous API started earlier in the same process keeps a loop running in the main thread, and
asyncio lets no second one run there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives; what it raises is raised."""
    with ThreadPoolExecutor(1, "test loop") as executor:
        return executor.submit(asyncio.run, coroutine).result()


async def listed(items: AsyncIterator[T]) -> list[T]:
    """All that an iterator gives."""
    return [item async for item in items]
