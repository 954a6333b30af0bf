"""Servers that really listen, for what is asked over HTTP: any ASGI application, in a thread, on a free port."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import uvicorn

T = TypeVar("T")


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The address of a server that answers with this application."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


async def listed(items: AsyncIterator[T]) -> list[T]:
    """All that an iterator gives."""
    return [item async for item in items]


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives, in a loop of its own."""
    return asyncio.run(coroutine)
