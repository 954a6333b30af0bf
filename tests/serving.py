"""Servers that really listen, for what is asked over HTTP: any ASGI application, in a thread, on a free port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


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


@contextmanager
def answering(*answers: bytes, forever: bool = False) -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives each connection the next of these bytes and hangs up; the requests that it got.

    Without a further answer it hangs up at once; with `forever`, the last is given again and again.
    """
    requests: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(10)
                    try:
                        requests.append(connection.recv(65536))
                        at = min(len(requests), len(answers)) - 1 if forever else len(requests) - 1
                        if at < len(answers):
                            connection.sendall(answers[at])
                            connection.shutdown(socket.SHUT_WR)
                            connection.recv(1)  # until the client has hung up too: it must not see a reset
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", requests
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """An HTTP answer as bytes; `headers` with _ for -. Content-Length is the body's, unless it is given."""
    given = {"content-length": str(len(body)), "connection": "close", **{k.replace("_", "-"): v for k, v in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body
