"""A simulated Zuul that really listens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from gatehealth.simulate.zuul import Zuul


@contextmanager
def listening(zuul: Zuul) -> Iterator[httpx.Client]:
    """Serves it on a free port; gives a client of it."""
    server = uvicorn.Server(uvicorn.Config(zuul, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
