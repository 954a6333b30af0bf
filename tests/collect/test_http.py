"""The polite client asks only whom it may, no more than it may, again where that helps, and says in one line what failed."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import ssl
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from loops import run
from serving import answer, answering, serving
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from gatehealth.collect.hosts import AllowedHosts
from gatehealth.collect.http import (
    AddressError,
    Answer,
    Client,
    ForeignHostError,
    HttpError,
    RefusedError,
    TooLargeError,
    UnreachableError,
)
from gatehealth.config import SettingsError, ZuulSettings


def settings(url: str, **said: Any) -> ZuulSettings:
    return ZuulSettings(**{"kind": "zuul", "name": "sim", "url": url, "timeout_seconds": 5, "per_second": 10_000, **said})


def get(base: str, url: str, *, limit: int = 10_000, **said: Any) -> Answer:
    """What a client of `base` gets from an address."""

    async def ask() -> Answer:
        client = Client(settings(base, **said), backoff=0.001)
        try:
            return await client.get(url, limit=limit)
        finally:
            await client.close()

    return run(ask())


def get_json(base: str, url: str, **said: Any) -> Any:
    async def ask() -> Any:
        client = Client(settings(base, **said), backoff=0.001)
        try:
            return (await client.json(url)).value
        finally:
            await client.close()

    return run(ask())


@pytest.mark.parametrize(
    "failing",
    [
        answer(status="500 Internal Server Error"),
        answer(status="502 Bad Gateway"),
        answer(status="429 Too Many Requests"),
        answer(status="408 Request Timeout"),
        answer(b"half", content_length="8"),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"",
        b"not HTTP at all\r\n\r\n",
    ],
)
def test_what_may_pass_is_asked_again(failing: bytes) -> None:
    with answering(failing, failing, answer(b"whole")) as (url, requests):
        assert get(url, f"{url}/x").body == b"whole"
    assert len(requests) == 3


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone"])
def test_what_is_refused_is_not_asked_again(status: str) -> None:
    with answering(answer(b"no", status=status), answer(b"yes")) as (url, requests):
        with pytest.raises(RefusedError, match=f"/x answers {status}") as caught:
            get(url, f"{url}/x?token=secret")
        assert caught.value.status == int(status[:3])
        assert "secret" not in str(caught.value)
    assert len(requests) == 1


def test_whoever_fails_for_long_is_told_of_in_one_line() -> None:
    with answering(answer(status="503 Service Unavailable"), forever=True) as (url, requests):
        with pytest.raises(UnreachableError, match=r"/x answers 503 Service Unavailable$"):
            get(url, f"{url}/x")
        assert len(requests) == 4


def test_nobody_there() -> None:
    with answering() as (url, _):
        pass
    with pytest.raises(UnreachableError, match="cannot be reached"):
        get(url, f"{url}/x")


def test_silence_is_not_waited_out() -> None:
    async def silent(request: Request) -> Response:
        await asyncio.sleep(30)
        return Response()

    with serving(Starlette(routes=[Route("/x", silent)])) as url, pytest.raises(UnreachableError, match=r"within 0\.2 s"):
        get(url, f"{url}/x", timeout_seconds=0.2)


@pytest.mark.parametrize("dated", [False, True])
def test_retry_after_is_waited_for(dated: bool) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=2)
    after = format_datetime(soon, usegmt=True) if dated else "1"
    with answering(answer(status="429 Too Many Requests", retry_after=after), answer(b"now")) as (url, requests):
        begun = time.monotonic()
        assert get(url, f"{url}/x").body == b"now"
        if dated:
            assert datetime.now(UTC) >= soon.replace(microsecond=0)
        else:
            assert time.monotonic() - begun >= 1
    assert len(requests) == 2


def test_a_long_pause_is_left_to_whoever_asked_and_spares_the_host() -> None:
    with answering(answer(status="503 Service Unavailable", retry_after="600"), forever=True) as (url, requests):

        async def twice() -> list[HttpError]:
            client = Client(settings(url))
            errors = []
            for _ in range(2):
                with pytest.raises(UnreachableError) as caught:
                    await client.get(f"{url}/x", limit=10)
                errors.append(caught.value)
            await client.close()
            return errors

        first, second = run(twice())
        assert isinstance(first, UnreachableError)
        assert first.retry_after == 600
        assert "left alone" in str(second)
    assert len(requests) == 1


@pytest.mark.parametrize("after", ["-5", "soon", "1e9", "9" * 30, "Mon, 99 Foo 2026 00:00:00 GMT", "\x80"])
def test_a_retry_after_that_says_nothing_is_none(after: str) -> None:
    failing = answer(status="503 Service Unavailable", retry_after=after)
    with answering(failing, answer(b"now")) as (url, _):
        assert get(url, f"{url}/x").body == b"now"


def test_githubs_used_up_limit_is_a_pause() -> None:
    reset = str(int(time.time()) + 900)
    used_up = answer(status="403 Forbidden", x_ratelimit_remaining="0", x_ratelimit_reset=reset)
    with answering(used_up, forever=True) as (url, requests), pytest.raises(UnreachableError) as caught:
        get(url, f"{url}/x")
    assert caught.value.retry_after is not None
    assert 600 < caught.value.retry_after <= 900
    assert len(requests) == 1


def test_only_named_hosts_are_asked() -> None:
    with answering(answer(b"secret"), forever=True) as (other, requests), answering() as (url, _):
        with pytest.raises(ForeignHostError, match="is not among log_hosts"):
            get(url, f"{other}/x")
        assert requests == []
        host = other.removeprefix("http://")
        assert get(url, f"{other}/x", log_hosts=[host]).body == b"secret"


def test_a_redirect_is_followed_to_named_hosts_only() -> None:
    with answering(answer(b"there"), forever=True) as (other, requests):
        leads = answer(status="302 Found", location=f"{other}/there")
        with answering(leads, forever=True) as (url, _):
            with pytest.raises(ForeignHostError):
                get(url, f"{url}/x")
            assert requests == []
            found = get(url, f"{url}/x", log_hosts=[other.removeprefix("http://")])
            assert (found.body, found.url) == (b"there", f"{other}/there")


def test_redirects_end() -> None:
    app = Starlette(routes=[Route("/{path:path}", lambda request: RedirectResponse("/again"))])
    with serving(app) as url, pytest.raises(RefusedError, match="redirects more than"):
        get(url, f"{url}/x")


@pytest.mark.parametrize("location", ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://[", "//\x7f", "http://a:b@c/"])
def test_a_redirect_to_what_is_no_address_is_an_error(location: str) -> None:
    with answering(answer(status="302 Found", location=location), forever=True) as (url, _), pytest.raises(AddressError):
        get(url, f"{url}/x")


def test_the_token_goes_to_its_own_origin_only() -> None:
    with answering(answer(b"there"), forever=True) as (other, theirs):
        with answering(answer(status="302 Found", location=f"{other}/there"), forever=True) as (url, ours):
            get(url, f"{url}/x", token="secret", log_hosts=[other.removeprefix("http://")])
        assert b"authorization: bearer secret" in ours[0].lower()
        assert b"secret" not in theirs[0]


@pytest.mark.parametrize("announced", [True, False])
def test_an_answer_has_bounds(announced: bool) -> None:
    body = b"x" * 10_001
    whole = answer(body) if announced else b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + body
    with answering(whole, forever=True) as (url, requests):
        with pytest.raises(TooLargeError, match="more than 10,000 bytes"):
            get(url, f"{url}/x")
        assert len(get(url, f"{url}/x", limit=10_001).body) == 10_001
        assert len(requests) == 2


def test_json_has_bounds_also_inside_compression() -> None:
    bomb = gzip.compress(json.dumps("x" * 80_000_000).encode())
    with answering(answer(bomb, content_encoding="gzip"), forever=True) as (url, _), pytest.raises(TooLargeError):
        get_json(url, f"{url}/x")


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", ""])
def test_json_is_read_through_gzip_whatever_the_header_says(encoding: str) -> None:
    with answering(answer(gzip.compress(b'{"a": 1}'), content_encoding=encoding)) as (url, _):
        assert get_json(url, f"{url}/x") == {"a": 1}
    with answering(answer(b'{"a": 1}', content_encoding=encoding)) as (url, _):
        assert get_json(url, f"{url}/x") == {"a": 1}


def test_an_encoding_that_was_not_asked_for_is_said() -> None:
    with answering(answer(b"?", content_encoding="br")) as (url, _), pytest.raises(RefusedError, match="encoding 'br'"):
        get(url, f"{url}/x")


@pytest.mark.parametrize(
    "body", [b"", b"<html>down for maintenance</html>", b'[{"uuid":', b"[" * 100_000, b"1" * 5_000, b"\xff\xfe"]
)
def test_what_is_no_json_counts_as_cut_short(body: bytes) -> None:
    with answering(answer(body), answer(b"[1]")) as (url, _):
        assert get_json(url, f"{url}/x") == [1]
    with answering(answer(body), forever=True) as (url, _), pytest.raises(UnreachableError, match="is not JSON; begins with"):
        get_json(url, f"{url}/x")


def test_no_more_at_once_than_allowed() -> None:
    under_way: list[int] = [0, 0]  # now, at most

    async def slow(request: Request) -> Response:
        under_way[0] += 1
        under_way[1] = max(under_way)
        await asyncio.sleep(0.02)
        under_way[0] -= 1
        return JSONResponse({})

    async def many(url: str) -> None:
        client = Client(settings(url, at_once=3))
        await asyncio.gather(*(client.get(f"{url}/x", limit=100) for _ in range(30)))
        await client.close()

    with serving(Starlette(routes=[Route("/x", slow)])) as url:
        run(many(url))
    assert under_way == [0, 3]


def test_no_more_a_second_than_allowed() -> None:
    async def many(url: str) -> float:
        client = Client(settings(url, at_once=4, per_second=20))
        begun = time.monotonic()
        await asyncio.gather(*(client.get(f"{url}/x", limit=100) for _ in range(24)))
        await client.close()
        return time.monotonic() - begun

    with serving(Starlette(routes=[Route("/x", lambda request: JSONResponse({}))])) as url:
        assert run(many(url)) >= 0.95  # 24 requests: 4 may come at once after idling, 20 take a second


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with answering(answer(b"direct")) as (url, _):
        assert get(url, f"{url}/x").body == b"direct"


@pytest.mark.parametrize(
    "url", ["", "x", "/logs/x", "ftp://a/b", "http://", "http://a b/", "http://\x00/", "http://u:p@127.0.0.1/"]
)
def test_what_is_no_address_is_an_error(url: str) -> None:
    with pytest.raises(AddressError):
        get("http://127.0.0.1:1", url)


@pytest.mark.parametrize(
    ("names", "url", "allowed"),
    [
        (["logs.example.org"], "https://logs.example.org/x", True),
        (["logs.example.org"], "http://logs.example.org/x", True),
        (["logs.example.org"], "https://LOGS.example.org./x", True),
        (["Logs.Example.org"], "https://logs.example.org/x", True),
        (["logs.example.org"], "https://logs.example.org:8443/x", False),
        (["logs.example.org:8443"], "https://logs.example.org:8443/x", True),
        (["logs.example.org:8443"], "https://logs.example.org/x", False),
        (["logs.example.org"], "https://logs.example.org.evil.org/x", False),
        (["logs.example.org"], "https://evil.org/logs.example.org", False),
        (["logs.example.org"], "https://logs.example.org@evil.org/x", False),
        (["*.example.org"], "https://a.b.example.org/x", True),
        (["*.example.org"], "https://example.org/x", False),
        (["*.example.org"], "https://evilexample.org/x", False),
        (["*.example.org"], "https://a.example.org:22/x", False),
        (["*.example.org:22"], "https://a.example.org:22/x", True),
        (["[::1]:8000"], "http://[::1]:8000/x", True),
        ([], "http://169.254.169.254/latest/meta-data", False),
    ],
)
def test_hosts(names: list[str], url: str, allowed: bool) -> None:
    assert AllowedHosts(names).allow(httpx.URL(url)) is allowed


@pytest.mark.parametrize("name", ["", "*", "*.", "https://logs.example.org", "logs.example.org/x", "a:b", "u@h", "a*.b"])
def test_what_is_no_host_is_said_at_once(name: str) -> None:
    with pytest.raises(SettingsError, match="is not a host"):
        AllowedHosts([name])


@pytest.mark.parametrize("url", ["https://", "https://user:secret@zuul.example.org"])
def test_a_url_that_is_none_is_said_at_once(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^url: ") as caught:
        Client(settings(url))
    assert "secret" not in str(caught.value)


def test_a_certificate_file_that_is_none_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "missing.pem"):
        with pytest.raises(SettingsError, match=rf"ca_file .*{name} cannot be read"):
            Client(settings("https://zuul.example.org", ca_file=str(tmp_path / name)))


def test_tls_by_the_given_certificates_and_never_from_there_to_plain_http(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not here")
    key, certificate = tmp_path / "key.pem", tmp_path / "ca.pem"
    make = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    named = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*make, *named], check=True, capture_output=True)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            leads = self.path == "/leads"
            self.send_response(302 if leads else 200)
            if leads:
                self.send_header("location", f"http://127.0.0.1:{self.server.server_address[1]}/plain")
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        url = f"https://127.0.0.1:{server.server_address[1]}"
        assert get(url, f"{url}/x", ca_file=str(certificate)).body == b"ok"
        with pytest.raises(UnreachableError, match=r"(?i)certificate"):
            get(url, f"{url}/x")
        with pytest.raises(ForeignHostError, match="which is not https"):
            get(url, f"{url}/leads", ca_file=str(certificate))
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
