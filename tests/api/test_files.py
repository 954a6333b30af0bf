"""The files that pages are made of, as a browser gets them."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest
from helpers import Server

from gatehealth.api.app import STATIC

needs_pages = pytest.mark.skipif(not (STATIC / "index.html").is_file(), reason="the front end is not built (make web)")


def largest_script() -> Path:
    return max((STATIC / "assets").glob("*.js"), key=lambda file: file.stat().st_size)


@needs_pages
def test_a_script_is_sent_as_the_build_compressed_it(empty: Server) -> None:
    script = largest_script()
    address = f"{empty.url}/assets/{script.name}"
    with httpx.stream("GET", address, headers={"Accept-Encoding": "gzip, br"}) as answer:
        sent = b"".join(answer.iter_raw())
        headers = answer.headers
    assert sent == script.with_name(f"{script.name}.gz").read_bytes()
    assert gzip.decompress(sent) == script.read_bytes()
    assert (headers["content-encoding"], int(headers["content-length"])) == ("gzip", len(sent))
    assert headers["content-type"].startswith("text/javascript")
    assert (headers["vary"], headers["cache-control"]) == ("Accept-Encoding", "public, max-age=31536000, immutable")


@needs_pages
def test_whoever_takes_no_gzip_gets_the_script_as_it_is(empty: Server) -> None:
    script = largest_script()
    answer = httpx.get(f"{empty.url}/assets/{script.name}", headers={"Accept-Encoding": "identity"})
    assert answer.content == script.read_bytes()
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


@needs_pages
def test_a_file_that_is_known_is_not_sent_again(empty: Server) -> None:
    address = f"{empty.url}/assets/{largest_script().name}"
    for encoding in ("gzip", "identity"):
        first = httpx.head(address, headers={"Accept-Encoding": encoding})
        known = {"Accept-Encoding": encoding, "If-None-Match": first.headers["etag"]}
        again = httpx.get(address, headers=known)
        assert (again.status_code, again.content) == (304, b"")
