"""Which hosts may be asked, and how often: requests at once and a second, and pauses that a host asks for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx

from gatehealth.config import SettingsError

DEFAULT_PORTS = {"http": 80, "https": 443}


class AllowedHosts:
    """The hosts that the settings name. A name without a port stands for 80 and 443, `*.example.org` for all below it."""

    def __init__(self, names: Sequence[str]) -> None:
        self._exact: set[tuple[str, int | None]] = set()
        self._below: list[tuple[str, int | None]] = []
        for name in names:
            try:
                parts = urlsplit(f"//{name.strip()}")
                host, port = parts.hostname or "", parts.port
            except ValueError:
                host, port = "", None
            wildcard = host.startswith("*.")
            host = host.removeprefix("*").rstrip(".")
            if not host or "*" in host or name.strip() != parts.netloc or "@" in name:
                raise SettingsError(f"{name!r} is not a host: give a name as logs.example.org, name:port, or *.example.org")
            if wildcard:
                self._below.append((host, port))
            else:
                self._exact.add((host, port))

    def allow(self, url: httpx.URL) -> bool:
        """Whether this address lies on one of them."""
        host, port = host_of(url), port_of(url)
        usual = None if port in DEFAULT_PORTS.values() else port
        if (host, port) in self._exact or (host, usual) in self._exact:
            return True
        return any(host.endswith(end) and only in (port, usual) for end, only in self._below)


def host_of(url: httpx.URL) -> str:
    """The host's name as it is compared: lower case, without the dot that may end it."""
    return url.host.lower().rstrip(".")


def port_of(url: httpx.URL) -> int:
    """The port that an address means."""
    return url.port or DEFAULT_PORTS.get(url.scheme, 0)


class Turns:
    """The turns that requests to one host take."""

    def __init__(self, at_once: int, per_second: float) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._interval = 1 / per_second
        self._burst = at_once * self._interval  # what was not used for a while may be used at once, up to this
        self._next_at = 0.0
        self._paused_until = 0.0

    def pause(self, seconds: float) -> None:
        """The host asked to be left alone for so long."""
        self._paused_until = max(self._paused_until, time.monotonic() + seconds)

    @property
    def pause_left(self) -> float:
        """Seconds for which the host wants to be left alone; 0 when it does not."""
        return max(0.0, self._paused_until - time.monotonic())

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A place among those at once, taken when the rate allows it."""
        async with self._places:
            now = time.monotonic()
            at = max(self._next_at, now - self._burst, self._paused_until)
            self._next_at = at + self._interval
            if at > now:
                await asyncio.sleep(at - now)
            yield
