"""How many requests come, what is answered, and how long that takes: counted by route for /metrics."""

from __future__ import annotations

import time
from collections.abc import Iterable
from http import HTTPMethod, HTTPStatus

from prometheus_client import Counter, Histogram
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# From an answer that is kept (below 1 ms) to one that waited for its turn and was stopped (setting question_seconds).
_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
# A label has few values, whatever is asked for: a scraper keeps a series for each for weeks.
PAGE, ASSET, UNKNOWN = "/{page}", "/assets/{file}", "unknown"
_METHODS = frozenset(HTTPMethod)


class Traffic:
    """Counts of requests since the start. Belongs to one server, and to no registry: /metrics registers what it tells."""

    def __init__(self) -> None:
        labels = ("method", "route")
        self.requests = Counter("gatehealth_http_requests", "Requests that were answered.", (*labels, "status"), registry=None)
        self.seconds = Histogram(
            "gatehealth_http_request_duration_seconds",
            "Seconds from a request until the last byte of its answer was sent.",
            labels,
            registry=None,
            buckets=_SECONDS,
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one request."""
        method = method if method in _METHODS else UNKNOWN
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)


class Routes:
    """Tells by a path which route it is of, also where a kept answer means that no route was called."""

    def __init__(self, templates: Iterable[str]) -> None:
        """`templates` are whole paths, as `/api/v1/runs/{uuid}`."""
        templates = tuple(templates)
        self._fixed = frozenset(each for each in templates if "{" not in each)
        self._patterns = tuple((compile_path(each)[0], each) for each in templates if "{" in each)

    def of(self, path: str) -> str:
        """The template; for everything else a word for its kind."""
        if path in self._fixed:
            return path
        for pattern, template in self._patterns:
            if pattern.match(path):
                return template
        if path == "/api" or path.startswith("/api/"):
            return UNKNOWN
        return ASSET if path.startswith("/assets/") else PAGE


class CountTraffic:
    """ASGI middleware, the outermost: counts every request with its answer."""

    def __init__(self, app: ASGIApp, traffic: Traffic, routes: Routes) -> None:
        self._app = app
        self._traffic = traffic
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on; counted when its answer has been sent, or its connection is gone."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR  # what an error becomes further out
        start = time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            self._traffic.count(scope["method"], self._routes.of(scope["path"]), status, time.perf_counter() - start)
