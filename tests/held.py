"""A question that is counted and held up, and clients that have sent something and wait for the answer."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from helpers import Server


class Asked:
    """The question behind /values of one server: counted, and held up for a while."""

    def __init__(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        self.error: Exception | None = None  # of the next one that ends
        self._begun = threading.Semaphore(0)
        self._going_on = threading.Event()
        self._going_on.set()
        original = server.store.reader.values

        def values(filters: Any) -> Any:
            self.times += 1
            self._begun.release()
            assert self._going_on.wait(60)
            if self.error:
                error, self.error = self.error, None
                raise error
            return original(filters)

        monkeypatch.setattr(server.store.reader, "values", values)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody gets an answer until the end of this."""
        self._going_on.clear()
        try:
            yield
        finally:
            self._going_on.set()

    def wait(self) -> None:
        """Returns when the question has been asked once more than at the last call."""
        assert self._begun.acquire(timeout=60)


class Waiting:
    """A client that has sent a request and waits for the answer."""

    def __init__(self, server: Server, method: str, path: str, body: bytes | None = None, **headers: str) -> None:
        """Returns when the server has begun with the request."""
        address = httpx.URL(server.url)
        self._connection = http.client.HTTPConnection(address.host, address.port, timeout=60)
        self._connection.request(method, f"/api/v1{path}", body, headers)
        # What was sent before this was received before this.
        assert httpx.get(f"{server.url}/api/openapi.json").status_code == 200

    def answer(self) -> httpx.Response:
        """The answer, once it is there."""
        answer = self._connection.getresponse()
        content = answer.read()
        self._connection.close()
        return httpx.Response(answer.status, headers=answer.getheaders(), content=content)

    def send(self, more: bytes) -> None:
        """Sends more of the body."""
        self._connection.send(more)

    def leave(self) -> None:
        """Gives up."""
        self._connection.close()


def asking(server: Server, path: str, **query: Any) -> Waiting:
    """A client that has asked a question."""
    return Waiting(server, "GET", f"{path}?{urlencode(query, doseq=True)}")
