"""What an upload may not do: be too large in any way, or reach the file system."""

from __future__ import annotations

import gzip
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import zstandard
from helpers import JUNIT, Server, problem, result, serving, settings_for, stream, uuid_number

LIMIT = 200_000


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with narrow limits."""
    limits = {"upload_limit": LIMIT, "content_limit": 1_000_000, "results_limit": 20}
    with serving(settings_for(tmp_path_factory.mktemp("small"), **limits)) as running:
        yield running


def post(server: Server, body: object, **headers: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "multipart/form-data; boundary=x", **headers}
    return httpx.post(f"{server.url}/api/v1/runs", content=body, headers=headers)  # type: ignore[arg-type]


def form(content: bytes, filename: str = "a.xml") -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'.encode()
    return head + content + b"\r\n--x--\r\n"


@pytest.mark.parametrize("size", [LIMIT + 1, 20 * LIMIT])
def test_a_body_that_announces_too_many_bytes_is_refused(small: Server, size: int) -> None:
    detail = problem(post(small, form(b" " * size)), 413)
    assert "200,000 bytes" in detail
    assert "upload_limit" in detail


@pytest.mark.parametrize("size", [LIMIT + 1, 20 * LIMIT])
def test_a_body_that_grows_too_large_without_announcing_it_is_refused(small: Server, size: int) -> None:
    def pieces() -> Iterator[bytes]:
        body = form(b" " * size)
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    assert "upload_limit" in problem(post(small, pieces()), 413)


def test_a_body_within_the_limit_is_taken_in_pieces_too(small: Server) -> None:
    body = form(JUNIT.encode())
    assert post(small, iter([body[:100], body[100:]])).status_code == 201


def test_a_run_with_too_many_results_is_refused(small: Server) -> None:
    many = stream(*[result(f"t{n}", start=n) for n in range(21)])
    detail = problem(small.upload(("many", many)), 413)
    assert "more than 20 results" in detail
    assert "setting results_limit" in detail
    assert small.uploaded(("fits", stream(*[result(f"t{n}", start=n) for n in range(20)])))["counts"]["total"] == 20


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, lambda data: gzip.compress(gzip.compress(data))])
def test_a_decompression_bomb_is_refused(small: Server, pack: object) -> None:
    bomb = pack(b"<testsuite>" + b" " * 50_000_000)  # type: ignore[operator]
    assert len(bomb) < LIMIT
    detail = problem(small.upload(("bomb.xml.gz", bomb)), 413)
    assert detail.startswith("bomb.xml.gz: ")
    assert "decompresses to more than 1000000 bytes (setting content_limit)" in detail


def test_a_file_that_is_too_large_costs_neither_the_other_files_nor_the_run(small: Server) -> None:
    bomb = gzip.compress(b"<testsuite>" + b" " * 50_000_000)
    answer = small.uploaded(("bomb.xml.gz", bomb), ("good.xml", JUNIT.encode()))
    assert [(file["results"], "content_limit" in (file["error"] or "")) for file in answer["files"]] == [(0, True), (2, False)]
    alone = small.upload(("bomb.xml.gz", bomb), uuid=uuid_number(9), result="FAILURE")
    assert alone.status_code == 201
    assert (alone.json()["outcome"], alone.json()["counts"]["total"]) == ("fail", 0)
    assert "content_limit" in alone.json()["files"][0]["error"]


def test_an_xml_entity_bomb_is_refused(small: Server) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    suite = '<testsuite><testcase name="a"><failure>&e11;</failure></testcase></testsuite>'
    bomb = f'<!DOCTYPE b [<!ENTITY e0 "ha">{entities}]>{suite}'
    assert "entity declaration" in problem(small.upload(("bomb.xml", bomb.encode())), 400)


def test_xml_reads_no_file_of_the_server(small: Server, folder: Path) -> None:
    (folder / "secret").write_text("the secret")
    xml = (
        f'<!DOCTYPE b [<!ENTITY e SYSTEM "file://{folder}/secret">]><testsuite><testcase name="a">'
        "<failure>&e;</failure></testcase></testsuite>"
    )
    assert "the secret" not in problem(small.upload(("x.xml", xml.encode())), 400)


def files_below(folder: Path) -> set[str]:
    return {os.path.relpath(path, folder) for path in folder.rglob("*")}


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/cron.d/x", "..\\..\\x", "a\0b", "gate.duckdb", ".", "~/.profile", "x" * 5000, "<b>&amp;"]
)
def test_a_files_name_never_reaches_the_file_system(folder: Path, name: str) -> None:
    (folder / "deep" / "deeper").mkdir(parents=True)
    with serving(settings_for(folder / "deep" / "deeper")) as running:
        before = files_below(folder)
        answer = running.upload((name, JUNIT.encode()))
        assert answer.status_code in (201, 400), answer.text
        assert files_below(folder) - before <= {"deep/deeper/gate.duckdb.wal"}
        if answer.status_code == 201:
            assert answer.json()["counts"]["total"] == 2
        assert running.get("/status").status_code == 200


def test_a_form_of_very_many_fields_is_refused(small: Server) -> None:
    field = b'--x\r\nContent-Disposition: form-data; name="meta"\r\n\r\na=b\r\n'
    assert problem(post(small, field * 2000 + b"--x--\r\n"), 400)


def test_who_has_no_token_is_refused_before_any_of_the_body_is_read(small: Server) -> None:
    host, port = small.url.removeprefix("http://").split(":")
    head = b"POST /api/v1/runs HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000\r\n"
    for credentials in (b"", b"Authorization: Bearer gth_wrong\r\n"):
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(head + credentials + b"\r\n")  # and nothing of the body
            assert connection.recv(4096).startswith(b"HTTP/1.1 401")
