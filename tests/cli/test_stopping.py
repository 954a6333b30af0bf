"""Stopping a server: what was accepted is finished and answered, what was acknowledged is stored whatever happens."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from commands import Command, Serve, Served
from helpers import result, stream

FILE = "gatehealth.duckdb.server"
# What httpx says when the server has closed the connection before it took the request: nothing of an answer came.
NOT_ACCEPTED = (httpx.ConnectError, httpx.ReadError, httpx.WriteError)


class Clients:
    """Clients that send until the server is gone; what each request came to."""

    def __init__(self, server: Served, token: str) -> None:
        self.stored: set[str] = set()
        self.answers = 0
        self.broken: list[str] = []
        self._server = server
        self._token = token
        self._enough = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []

    def start(self, requests: Callable[[httpx.Client], Iterator[httpx.Response]]) -> None:
        thread = threading.Thread(target=self._work, args=(requests,))
        self._threads.append(thread)
        thread.start()

    def _work(self, requests: Callable[[httpx.Client], Iterator[httpx.Response]]) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        with httpx.Client(base_url=f"{self._server.url}/api/v1", headers=headers, timeout=60) as client:
            try:
                for answer in requests(client):
                    self.answers += 1
                    if answer.status_code == 201:
                        self.stored.add(answer.json()["uuid"])
                    elif answer.status_code != 200:
                        self.broken.append(answer.text)
                    self._enough.release()
            except NOT_ACCEPTED:
                pass
            except httpx.RemoteProtocolError as error:
                if str(error) != "Server disconnected without sending a response.":
                    self.broken.append(str(error))

    def wait_for(self, answers: int) -> None:
        for _ in range(answers):
            assert self._enough.acquire(timeout=60)

    def join(self) -> None:
        for thread in self._threads:
            thread.join()


def uploads(name: str, tests: int) -> Callable[[httpx.Client], Iterator[httpx.Response]]:
    def requests(client: httpx.Client) -> Iterator[httpx.Response]:
        for count in range(100_000):
            content = stream(*[result(f"{name} {count} {test}") for test in range(tests)])
            yield client.post("/runs", files=[("file", ("a", content))])

    return requests


def questions(client: httpx.Client) -> Iterator[httpx.Response]:
    for count in range(100_000):
        yield client.get("/groups", params={"resolution": "hour", "q": str(count)})
        yield client.get("/status")


def owner_token(folder: Path) -> str:
    token: str = json.loads((folder / FILE).read_text())["token"]
    return token


@contextmanager
def half_an_upload(server: Served, token: str) -> Iterator[Callable[[], bytes]]:
    """A client that has sent half of its upload; gives what the server answers."""
    address = httpx.URL(server.url)
    with socket.create_connection((address.host, address.port or 80), timeout=60) as connection:
        connection.sendall(
            f"POST /api/v1/runs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000\r\n\r\n--x\r\n".encode()
        )
        assert httpx.get(f"{server.url}/api/v1/status").status_code == 200  # the server has begun to read the upload
        yield lambda: b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_whatever_was_accepted_is_answered_and_exactly_what_was_answered_is_stored(
    serve: Serve, gatehealth: Command, folder: Path, number: signal.Signals
) -> None:
    server = serve()
    clients = Clients(server, owner_token(folder))
    for client in range(4):
        clients.start(uploads(f"small {client}", 1))
    clients.start(uploads("large", 3000))
    for _ in range(2):
        clients.start(questions)
    clients.wait_for(100)
    server.process.send_signal(number)
    assert server.process.wait() == 0
    clients.join()
    assert clients.broken == []
    assert not (folder / FILE).exists()
    assert gatehealth("status", "--json").facts["runs"] == len(clients.stored) > 0
    for uuid in sorted(clients.stored)[:: 1 + len(clients.stored) // 5]:
        assert gatehealth("export", uuid).raw


def test_an_idle_connection_keeps_no_server_from_stopping(serve: Serve, folder: Path) -> None:
    server = serve(GATEHEALTH_STOP_SECONDS="3600")
    with httpx.Client() as client:
        assert client.get(f"{server.url}/api/v1/status").status_code == 200
        server.process.terminate()
        assert server.process.wait() == 0
        with pytest.raises(httpx.HTTPError):
            client.get(f"{server.url}/api/v1/status")


def test_what_does_not_end_in_time_is_told_so_and_the_server_ends_well(serve: Serve, gatehealth: Command, folder: Path) -> None:
    server = serve(GATEHEALTH_STOP_SECONDS="1")
    gatehealth("ingest", "-", stdin=stream(result("a")))
    with half_an_upload(server, owner_token(folder)) as answer:
        server.process.terminate()
        said = answer()
    assert said.startswith(b"HTTP/1.1 503 ")
    assert b"the server is stopping" in said
    assert b"retry-after: " in said.lower()
    assert server.process.wait() == 0
    assert not (folder / FILE).exists()
    assert gatehealth("status", "--json").facts["runs"] == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_the_server_at_once_and_nothing_acknowledged_is_lost(
    serve: Serve, gatehealth: Command, folder: Path, number: signal.Signals
) -> None:
    server = serve(GATEHEALTH_STOP_SECONDS="3600")
    gatehealth("ingest", "-", stdin=stream(result("a")))
    address = httpx.URL(server.url)
    with half_an_upload(server, owner_token(folder)) as answer:
        server.process.send_signal(number)
        while listening(address):
            time.sleep(0.05)
        assert server.process.poll() is None  # it waits for the upload
        os.kill(server.process.pid, number)
        assert server.process.wait() == -number
        assert answer() == b""
    assert gatehealth("status", "--json").facts["runs"] == 1


def listening(address: httpx.URL) -> bool:
    try:
        socket.create_connection((address.host, address.port or 80), timeout=60).close()
    except OSError:
        return False
    return True


STUCK = """\
import socket, time
from fastapi import FastAPI
from gatehealth.api import server
server.LAST_SECONDS = 0.1
app = FastAPI()
app.get("/")(lambda: time.sleep(3600))
with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    server.serve(app, listener, 1)
"""


def test_a_question_that_never_ends_keeps_no_server_from_ending() -> None:
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", STUCK], **streams, text=True) as process:
        assert process.stdout is not None
        address = ("127.0.0.1", int(process.stdout.readline()))
        with socket.create_connection(address, timeout=60) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(0.5)  # until the thread is stuck; were it not, the server would end by itself
            process.terminate()
            _, said = process.communicate()
    assert process.returncode == 1
    assert said.splitlines()[-1] == "gatehealth: what was not finished 1.1 s after the signal is cut off"
