"""A command and a server on one database: they find each other, and what is left behind by a killed one is no trouble."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from commands import MAIN, Command, Serve, environment
from helpers import JUNIT, result, stream

XML = JUNIT.encode()
FILE = "gatehealth.duckdb.server"
ODD = ['{"url": 5, "token": "x"}', '{"url": "http://x:abc", "token": "x"}', '{"url": "http://127.0.0.1:1", "token": 5}']


def test_a_server_leaves_its_address_beside_the_database_for_its_owner_only(serve: Serve, folder: Path) -> None:
    server = serve()
    known = json.loads((folder / FILE).read_text())
    assert (known["url"], known["pid"]) == (server.url, server.process.pid)
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    answer = httpx.post(
        f"{server.url}/api/v1/tokens", data={"name": "x"}, headers={"Authorization": f"Bearer {known['token']}"}
    )
    assert answer.status_code == 201


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_and_takes_its_file_along(
    serve: Serve, gatehealth: Command, folder: Path, number: signal.Signals
) -> None:
    server = serve()
    gatehealth("ingest", "-", stdin=XML)
    server.process.send_signal(number)
    assert server.process.wait() == 0
    assert not (folder / FILE).exists()
    assert gatehealth("status", "--json").facts["runs"] == 1


def test_what_a_killed_server_left_does_not_disturb(serve: Serve, gatehealth: Command, folder: Path) -> None:
    server = serve()
    gatehealth("ingest", "-", stdin=XML)
    server.process.kill()
    server.process.wait()
    assert (folder / FILE).exists()
    assert gatehealth("status", "--json").facts["runs"] == 1
    assert gatehealth("ingest", "-", stdin=stream(result("a"))).status == 0
    again = serve()
    assert json.loads((folder / FILE).read_text())["url"] == again.url
    assert gatehealth("status", "--json").facts["runs"] == 2


def test_another_server_on_the_port_of_a_killed_one_is_not_mistaken(serve: Serve, gatehealth: Command, folder: Path) -> None:
    """The port of a killed server may be another's by now: here the server of another database."""
    other = serve("--database", "other.duckdb")
    (folder / FILE).write_text(json.dumps({"url": other.url, "token": "of before", "pid": 1}))
    assert gatehealth("ingest", "-", stdin=XML).status == 0
    assert gatehealth("status", "--json").facts["runs"] == 1
    assert gatehealth("status", "--json", "--database", "other.duckdb").facts["runs"] == 0


@pytest.mark.parametrize("content", ["", "{", "[]", '{"url": 1}', '{"url": "nonsense", "token": "x"}', *ODD])
def test_a_server_file_that_says_nothing_does_not_disturb(gatehealth: Command, folder: Path, content: str) -> None:
    (folder / FILE).write_text(content)
    assert gatehealth("ingest", "-", stdin=XML).status == 0


def test_a_server_without_standard_output_serves(folder: Path) -> None:
    command = ["sh", "-c", 'exec "$@" >&-', "sh", *MAIN, "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, env=environment({}), stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not (answered := answers(folder / FILE)) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        process.terminate()
        _, err = process.communicate()
    assert (answered, process.returncode, err) == (True, 0, "")


def answers(file: Path) -> bool:
    """Whether the server answers that this file tells of."""
    try:
        url = json.loads(file.read_text())["url"]
        return httpx.get(f"{url}/api/v1/status").is_success
    except (OSError, ValueError, httpx.HTTPError):
        return False


def test_a_second_server_on_the_same_database_is_told(serve: Serve, gatehealth: Command, folder: Path) -> None:
    server = serve()
    said = gatehealth("serve", "--port", "0")
    assert said.status == 1
    assert f"gatehealth: gatehealth.duckdb is in use by process {server.process.pid}; " in said.err
    assert json.loads((folder / FILE).read_text())["url"] == server.url


def test_a_port_that_is_taken_is_told(gatehealth: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = gatehealth("serve", "--port", taken.getsockname()[1])
    assert said.status == 1
    assert "Address already in use; choose another with --port" in said.err


def test_a_token_made_at_the_command_line_works_at_once_at_the_server_and_from_elsewhere(
    serve: Serve, gatehealth: Command, folder: Path
) -> None:
    before = gatehealth("token", "create", "before").out.strip()
    server = serve()
    during = gatehealth("token", "create", "during", "--json").facts
    assert during["name"] == "during"
    elsewhere = ["--server", server.url, "--database", "elsewhere.duckdb"]
    assert "1 stored" in gatehealth("ingest", "-", *elsewhere, "--token", before, stdin=XML).out
    assert "1 unchanged" in gatehealth("ingest", "-", *elsewhere, stdin=XML, GATEHEALTH_TOKEN=during["token"]).out
    refused = gatehealth("ingest", "-", *elsewhere, "--token", "gth_x", stdin=XML)
    assert (refused.status, refused.err) == (1, f"gatehealth: the server {server.url} says: this token is not known here\n")
    unsigned = gatehealth("ingest", "-", *elsewhere, stdin=XML)
    assert unsigned.status == 1
    assert "writing needs a token" in unsigned.err
    assert not (folder / "elsewhere.duckdb").exists()
    again = gatehealth("token", "create", "during")
    assert again.status != 0
    assert "there is a token named during already" in again.err


def test_closed_reading_is_open_to_the_commands_of_its_own_machine(serve: Serve, gatehealth: Command) -> None:
    server = serve(GATEHEALTH_PUBLIC="false")
    assert gatehealth("status").status == 0
    said = gatehealth("status", "--server", server.url)
    assert (said.status, said.err) == (1, f"gatehealth: the server {server.url} says: reading needs a token here\n")


def test_the_status_is_for_people_and_for_programs(gatehealth: Command) -> None:
    gatehealth("ingest", "-", "--job", "unit", stdin=XML)
    said = gatehealth("status")
    facts = dict(line.split() for line in said.out.splitlines() if len(line.split()) == 2)
    assert (facts["runs"], facts["results"], facts["failures"], facts["jobs"]) == ("1", "2", "1", "1")
    assert "2026-11-22 12:00:00 UTC" in said.out
    assert gatehealth("status", "--json").facts["results"] == 2


def test_an_upload_in_flight_when_the_server_stops_is_stored_if_it_is_answered(serve: Serve, gatehealth: Command) -> None:
    server = serve()
    token = gatehealth("token", "create", "x").out.strip()
    address = httpx.URL(server.url)
    content = stream(*[result(f"t{number}", start=number) for number in range(5000)])
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    body = head + content + b"\r\n--x--\r\n"
    with socket.create_connection((address.host, address.port or 80)) as connection:
        connection.sendall(
            f"POST /api/v1/runs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
            f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body[:1000]
        )
        assert httpx.get(f"{server.url}/api/v1/status").status_code == 200  # the server has begun to read the upload
        server.process.send_signal(signal.SIGTERM)
        try:
            connection.sendall(body[1000:])
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        except ConnectionError:
            answer = b""
    assert server.process.wait() == 0
    answered = answer.startswith(b"HTTP/1.1 201")
    assert answered or b" 201 " not in answer
    stored = gatehealth("status", "--json").facts
    assert (stored["runs"], stored["results"]) == ((1, 5000) if answered else (stored["runs"], stored["runs"] * 5000))


def test_uploads_that_a_server_answered_are_stored_whatever_ends_it(serve: Serve, gatehealth: Command, folder: Path) -> None:
    """Clients send until the server is gone; it is ended once by SIGTERM and once by SIGKILL."""
    answered: set[str] = set()
    for number in (signal.SIGTERM, signal.SIGKILL):
        server = serve()
        token = json.loads((folder / FILE).read_text())["token"]
        enough = threading.Event()

        def send(name: str, url: str = server.url, token: str = token, enough: threading.Event = enough) -> None:
            with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
                for count in range(10_000):
                    content = stream(result(f"{name} {count}"))
                    try:
                        answer = client.post(f"{url}/api/v1/runs", files=[("file", ("a", content))])
                    except httpx.HTTPError:
                        return
                    if answer.status_code != 201:
                        return
                    answered.add(answer.json()["uuid"])
                    if count == 20:
                        enough.set()

        clients = [threading.Thread(target=send, args=(f"{number.name} {client}",)) for client in range(3)]
        for client in clients:
            client.start()
        enough.wait()
        os.kill(server.process.pid, number)
        server.process.wait()
        for client in clients:
            client.join()
    stored = gatehealth("status", "--json").facts
    assert len(answered) <= stored["runs"] == stored["results"]
    for uuid in sorted(answered)[:: len(answered) // 5]:
        assert gatehealth("export", uuid).raw


class _Elsewhere(BaseHTTPRequestHandler):
    """A server that is not Gatehealth: it answers everything with a page."""

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>It works!</html>")

    do_GET = do_POST = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("words", [["status"], ["export", "1" * 32, "-o", "x"], ["ingest", "-"]])
def test_a_server_that_is_not_gatehealth_is_told(gatehealth: Command, folder: Path, words: list[str]) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere) as elsewhere:
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{elsewhere.server_port}"
        said = gatehealth(*words, "--server", url, stdin=XML)
        elsewhere.shutdown()
    assert (said.status, said.err) == (1, f"gatehealth: what answers at {url} is not Gatehealth\n")
    assert not (folder / "x").exists()


def test_a_demo_does_not_take_the_database_of_one_that_runs(serve: Serve, gatehealth: Command, folder: Path) -> None:
    (folder / "demo").mkdir()
    (folder / "demo" / "truth.json").write_text("{}")
    server = serve("--database", "demo/gatehealth.duckdb")

    said = gatehealth("demo", "--port", "0")

    assert said.status == 1
    assert f"a demo runs in demo already, at {server.url}" in said.err
    assert httpx.get(f"{server.url}/api/v1/status").status_code == 200
    assert (folder / "demo" / "gatehealth.duckdb").exists()


def test_a_demo_leaves_a_database_that_is_none_alone(gatehealth: Command, folder: Path) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "gatehealth.duckdb").write_bytes(b"mine")
    said = gatehealth("demo", "--folder", "mine", "--port", "0")
    assert (said.status, "is not known as a demo's" in said.err) == (1, True)
    assert (folder / "mine" / "gatehealth.duckdb").read_bytes() == b"mine"


def test_backup_and_restore_work_with_the_server_running_and_without(serve: Serve, gatehealth: Command, folder: Path) -> None:
    gatehealth("ingest", "-", stdin=XML)
    assert gatehealth("backup", "cold").status == 0
    server = serve()
    gatehealth("ingest", "-", stdin=stream(result("a")))
    warm = gatehealth("backup", "warm", "--json")
    assert warm.facts["bytes"] == (folder / "warm").stat().st_size
    again = gatehealth("backup", "warm")
    assert (again.status, "exists already" in again.err) == (1, True)
    server.process.terminate()
    server.process.wait()

    for name, runs in (("cold", 1), ("warm", 2)):
        assert gatehealth("restore", name, "--database", f"{name}.duckdb").status == 0
        assert gatehealth("status", "--json", "--database", f"{name}.duckdb").facts["runs"] == runs
