"""What the tests of sources have in common: a source is listed and fetched as the collector does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import loops
from hypothesis import strategies as st
from serving import serving
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gatehealth.collect.source import Build, Fetched, NotYet, Page, Source

T = TypeVar("T")

# What may stand in a field of an answer, whatever the documentation says.
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("2026-11-22T12:00:00Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def within(make: Callable[[], Source], work: Callable[[Source], Awaitable[T]]) -> T:
    """Does something with a source of its own, in an event loop of its own, and closes it."""

    async def run() -> T:
        source = make()
        try:
            return await work(source)
        finally:
            await source.close()

    return loops.run(run())


def polled(make: Callable[[], Source], cursor: str | None = None) -> tuple[list[Build], str | None]:
    """All that one poll lists, and the cursor that it leaves."""

    async def work(source: Source) -> tuple[list[Build], str | None]:
        pages = [page async for page in source.poll(cursor)]
        return [build for page in pages for build in page.builds], next(
            (page.cursor for page in reversed(pages) if page.cursor is not None), cursor
        )

    return within(make, work)


def listed_between(make: Callable[[], Source], since: datetime, until: datetime, cursor: str | None = None) -> list[Page]:
    async def work(source: Source) -> list[Page]:
        return [page async for page in source.between(since, until, cursor)]

    return within(make, work)


def fetched(make: Callable[[], Source], builds: list[Build], extra: Any = None) -> dict[Any, Fetched | NotYet]:
    """What became of each build, by uuid; each comes once."""

    async def work(source: Source) -> list[Fetched | NotYet]:
        return [each async for each in source.fetch(builds, extra or {})]

    found = within(make, work)
    assert sorted(each.build.uuid.hex for each in found) == sorted(build.uuid.hex for build in builds)
    return {each.build.uuid: each for each in found}


def whole(made: Fetched | NotYet) -> Fetched:
    assert isinstance(made, Fetched), made
    return made


class Site:
    """A real HTTP server that answers what a test says: by path, JSON or bytes or what a function makes of the request."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[Request] = []
        self.url = ""

    def paths(self) -> list[str]:
        return [request.url.path for request in self.asked]

    async def _answer(self, request: Request) -> Response:
        self.asked.append(request)
        answer = self.answers.get(request.url.path)
        if callable(answer) and not isinstance(answer, Response):
            answer = answer(request)
        if answer is None:
            return JSONResponse({"message": "Not Found"}, 404)
        if isinstance(answer, Response):
            return answer
        return Response(answer) if isinstance(answer, bytes) else JSONResponse(answer)

    @contextmanager
    def serving(self) -> Iterator[Site]:
        app = Starlette(routes=[Route("/{path:path}", self._answer)])
        with serving(app) as self.url:
            yield self


def pages(items: list[Any], name: str | None = None) -> Callable[[Request], Any]:
    """A list as both GitHub (`name` is its key) and GitLab give it: by `page` and `per_page`."""

    def answer(request: Request) -> Any:
        size, page = int(request.query_params["per_page"]), int(request.query_params["page"])
        some = items[(page - 1) * size : page * size]
        return some if name is None else {"total_count": len(items), name: some}

    return answer
