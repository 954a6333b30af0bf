"""The polite client: every request to a CI system or its log servers goes through it."""

from __future__ import annotations

import asyncio
import json
import random
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, Protocol, TypeVar

import httpx

from gatehealth import __version__, formats
from gatehealth.absent import remember_if_absent
from gatehealth.collect.hosts import AllowedHosts, Turns, host_of, port_of
from gatehealth.config import SettingsError

remember_if_absent("sniffio")

TRIES = 4  # of one request; whoever asked tries again later, and less often
BACKOFF = 0.5  # seconds before the second try, doubled for each further one; less by chance, so that not all come at once
LONGEST_BACKOFF = 8.0
LONGEST_WAIT = 30.0  # seconds that a request waits here because a host wants to be left alone; for longer it fails
LONGEST_PAUSE = 3600.0  # seconds that any host can ask for
MOST_REDIRECTS = 5
JSON_BYTES = 64 * 2**20
IDLE_SECONDS = 4.0  # after which an unused connection is closed: before servers do it, most of them after 5 seconds
WHOLE_REQUEST = 10  # times `timeout_seconds`: a server that sends a byte now and then holds a place no longer
_DRAINED = 2**16  # bytes of an answer that is not wanted which are read, so that its connection can be used again
_LARGE_JSON = 2**18  # bytes from which JSON is read in a thread
_SHOWN = 200  # characters of an address in a message
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429})  # beside 5xx: answers that are worth asking again
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "zstd"})  # formats.decompress sees through these by content
_HEADERS = {"User-Agent": f"gatehealth/{__version__}", "Accept": "*/*", "Accept-Encoding": "gzip"}

T = TypeVar("T")
Params = Sequence[tuple[str, str | int]]  # of a query; a name may come several times


class HttpError(Exception):
    """An address could not be fetched; the message is one line that says which and why."""


class AddressError(HttpError):
    """What was given is no address that can be fetched."""


class ForeignHostError(AddressError):
    """The address, or one that it leads to, lies on a host that the settings do not name."""


class RefusedError(HttpError):
    """The server answered that there is nothing, or nothing for us; asking again would not help."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class TooLargeError(HttpError):
    """The answer has more bytes than were allowed."""


class UnreachableError(HttpError):
    """No whole answer came, although it was asked for several times; it may come later."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds, when the server said so


class Answer(NamedTuple):
    """An answer of status 200."""

    url: str  # after redirects
    headers: Mapping[str, str]  # names in any case
    body: bytes  # as sent: perhaps compressed, which formats.decompress sees through


class JsonAnswer(NamedTuple):
    """An answer of status 200 that is JSON."""

    value: Any
    headers: Mapping[str, str]


class HttpSettings(Protocol):
    """The settings of a source that is asked over HTTP, as far as they matter here."""

    @property
    def url(self) -> str: ...  # noqa: D102
    @property
    def token(self) -> str: ...  # noqa: D102
    @property
    def ca_file(self) -> str: ...  # noqa: D102
    @property
    def at_once(self) -> int: ...  # noqa: D102
    @property
    def per_second(self) -> float: ...  # noqa: D102
    @property
    def timeout_seconds(self) -> float: ...  # noqa: D102
    @property
    def log_hosts(self) -> list[str]: ...  # noqa: D102


class Client:
    """Fetches addresses on the hosts that the settings name, no more at once and a second from each than they allow.

    Connection errors, timeouts, answers that end too early, 429 and 5xx are tried again, with exponential back-off and
    full jitter, or when the server says. Other answers are final. Redirects are followed to named hosts only, never from
    https to http. The token goes to the origin of `url` and to no other.
    """

    def __init__(self, settings: HttpSettings, *, backoff: float = BACKOFF) -> None:
        try:
            self._origin = _origin(_address(settings.url))
        except AddressError as error:
            raise SettingsError(f"url: {error}") from None
        self._allowed = AllowedHosts([httpx.URL(settings.url).netloc.decode(), *settings.log_hosts])
        self._token = settings.token
        self._at_once, self._per_second = settings.at_once, settings.per_second
        self._timeout = settings.timeout_seconds
        self._backoff = backoff
        self._turns: dict[tuple[str, int], Turns] = {}
        self._timeouts = dict.fromkeys(("connect", "read", "write"), settings.timeout_seconds)
        # Not an httpx.AsyncClient, which would keep cookies and look into redirects: they are followed here. No proxies and no
        # passwords that only the environment knows.
        self._transport = httpx.AsyncHTTPTransport(
            verify=_certificates(settings.ca_file),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=256, keepalive_expiry=IDLE_SECONDS),
            trust_env=False,
        )

    async def get(
        self,
        url: str,
        *,
        limit: int,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The bytes at an address, at most `limit` of them as sent. Raises HttpError, each of its kinds."""

        async def once() -> Answer:
            return await self._follow(_address(url, params), limit, headers or {})

        return await self._persist(once)

    async def json(
        self,
        url: str,
        *,
        limit: int = JSON_BYTES,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> JsonAnswer:
        """The JSON at an address, of at most `limit` bytes once decompressed. An answer that is no JSON counts as cut short."""

        async def once() -> JsonAnswer:
            answer = await self._follow(_address(url, params), limit, headers or {})
            if len(answer.body) < _LARGE_JSON:
                return JsonAnswer(_json(answer, limit), answer.headers)
            return JsonAnswer(await asyncio.to_thread(_json, answer, limit), answer.headers)

        return await self._persist(once)

    async def close(self) -> None:
        """Closes all connections."""
        await self._transport.aclose()

    async def _persist(self, once: Callable[[], Awaitable[T]]) -> T:
        for tried in range(TRIES):
            try:
                return await once()
            except UnreachableError as error:
                if tried == TRIES - 1 or (error.retry_after or 0) > LONGEST_WAIT:
                    raise
            await asyncio.sleep(random.uniform(0, min(LONGEST_BACKOFF, self._backoff * 2**tried)))
        raise AssertionError

    async def _follow(self, url: httpx.URL, limit: int, headers: Mapping[str, str]) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._ask(url, limit, headers)
            if isinstance(answer, Answer):
                return answer
            if url.scheme == "https" and answer.scheme != "https":
                raise ForeignHostError(f"{_shown(url)} leads to {_shown(answer)}, which is not https")
            url = answer
        raise RefusedError(f"{_shown(url)} redirects more than {MOST_REDIRECTS} times", 310)

    async def _ask(self, url: httpx.URL, limit: int, headers: Mapping[str, str]) -> Answer | httpx.URL:
        """One request: the answer, or where it leads to."""
        if not self._allowed.allow(url):
            name = host_of(url) if url.port is None else f"{host_of(url)}:{url.port}"
            raise ForeignHostError(f"{name} is not among log_hosts of this source: {_shown(url)} is not fetched")
        turns = self._turns.setdefault((host_of(url), port_of(url)), Turns(self._at_once, self._per_second))
        if turns.pause_left > LONGEST_WAIT:
            raise UnreachableError(f"{host_of(url)} wants to be left alone for {turns.pause_left:.0f} s", turns.pause_left)
        if self._token and _origin(url) == self._origin:
            headers = {"Authorization": f"Bearer {self._token}", **headers}
        async with turns.turn():
            try:
                async with asyncio.timeout(self._timeout * WHOLE_REQUEST):
                    return await self._send(url, limit, headers, turns)
            except httpx.TimeoutException:
                why = f"does not answer within {self._timeout:g} s"
            except TimeoutError:
                why = f"does not end its answer within {self._timeout * WHOLE_REQUEST:g} s"
            except httpx.RemoteProtocolError as error:
                why = f"ends its answer too early ({_line(error)})"
            except (httpx.HTTPError, OSError, UnicodeError) as error:
                why = f"cannot be reached ({_line(error)})"
        raise UnreachableError(f"{_shown(url)} {why}")

    async def _send(self, url: httpx.URL, limit: int, headers: Mapping[str, str], turns: Turns) -> Answer | httpx.URL:
        request = httpx.Request("GET", url, headers={**_HEADERS, **headers}, extensions={"timeout": self._timeouts})
        response = await self._transport.handle_async_request(request)
        try:
            status = response.status_code
            if status == 200:
                return Answer(str(url), response.headers, await _body(response, url, limit))
            await _drain(response)
        finally:
            await response.aclose()
        if status in _REDIRECTS and "location" in response.headers:
            return _address(response.headers["location"], base=url)
        said = f"{_shown(url)} answers {status} {response.reason_phrase}".rstrip()
        pause = _pause(response)
        if status in _PASSING or status >= 500 or (status == 403 and pause is not None):
            if pause is not None:
                turns.pause(pause)
            raise UnreachableError(said, pause)
        raise RefusedError(said, status)


async def _body(response: httpx.Response, url: httpx.URL, limit: int) -> bytes:
    """The body as sent: not decoded by httpx, which knows no bound, and which fails where the header tells an untruth."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise RefusedError(f"{_shown(url)} answers in the encoding {encoding[:20]!r}, which was not asked for", 415)
    announced = response.headers.get("content-length", "")
    pieces: list[bytes] = []
    size = 0
    if not (announced.isascii() and announced.isdigit() and len(announced) < 19 and int(announced) > limit):
        async for piece in response.aiter_raw():
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                break
        else:
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)
    raise TooLargeError(f"{_shown(url)} has more than {limit:,} bytes")


async def _drain(response: httpx.Response) -> None:
    size = 0
    async for piece in response.aiter_raw():
        size += len(piece)
        if size > _DRAINED:
            break


def _json(answer: Answer, limit: int) -> Any:
    where = _shown(httpx.URL(answer.url))
    try:
        content, damage = formats.decompress(answer.body, limit)
    except formats.FormatError as error:
        raise TooLargeError(f"{where}: {error}") from None
    if damage:
        raise UnreachableError(f"{where}: {damage[0]}")
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        shown = repr(content[:40])[1:]
        raise UnreachableError(f"{where} answers what is not JSON; begins with {shown}") from None


def _address(text: str, params: Params | None = None, base: httpx.URL | None = None) -> httpx.URL:
    try:
        url = httpx.URL(text) if base is None else base.join(text)
        if params is not None:
            url = url.copy_with(params=list(params))
    except (httpx.InvalidURL, ValueError, TypeError):
        raise AddressError(f"{text[:_SHOWN]!r} is no address") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise AddressError(f"{text[:_SHOWN]!r} is no address of http or https")
    if url.userinfo:
        raise AddressError(f"{_shown(url)} has a user name in front of its host: such addresses are not fetched")
    return url


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, host_of(url), port_of(url)


def _shown(url: httpx.URL) -> str:
    """An address in a message: without its query, which may be long, and without what may be secret."""
    return f"{url.scheme}://{url.host}{'' if url.port is None else f':{url.port}'}{url.path}"[:_SHOWN]


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:_SHOWN]


def _pause(response: httpx.Response) -> float | None:
    """Seconds for which the server wants no further request: Retry-After as seconds or date, or GitHub's limit used up."""
    given = response.headers.get("retry-after", "").strip()
    if not given and response.headers.get("x-ratelimit-remaining") == "0":
        given = response.headers.get("x-ratelimit-reset", "")
        seconds = float(given) - time.time() if given.isascii() and given.isdigit() and len(given) < 19 else None
    elif given.isascii() and given.isdigit() and len(given) < 19:
        seconds = float(given)
    else:
        seconds = _seconds_until(given)
    return None if seconds is None else min(max(seconds, 0.0), LONGEST_PAUSE)


def _seconds_until(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError):
        return None
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def _certificates(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ValueError) as error:
        raise SettingsError(f"ca_file {ca_file} cannot be read as certificates: {error}") from None
