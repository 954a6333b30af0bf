"""The application: routers under /api/v1, the OpenAPI document, the pages."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import FileResponse, Response
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Scope

from gatehealth import __version__
from gatehealth.api import problems
from gatehealth.api.answers import Answers, questions_at_once
from gatehealth.api.context import STORED_AT_ONCE, Context, may_read, turn_to_store
from gatehealth.api.entrance import Entrance
from gatehealth.api.filters import only_known_words
from gatehealth.api.origins import OpenReads
from gatehealth.api.routers import collecting, failures, find, jobs, metrics, overview, runs, status, tests
from gatehealth.api.schemas.shared import Problem
from gatehealth.api.traffic import CountTraffic, Routes

STATIC = Path(__file__).parent / "static"
PREFIX = "/api/v1"
OTHER_THREADS = 16  # of the pool, for all that is short: tokens, pages, parts of uploads that go to a temporary file


def create_app(context: Context | None = None) -> FastAPI:
    """The ASGI application over a store; without a context it can only describe itself (`/api/openapi.json`)."""
    app = FastAPI(
        title="Gatehealth",
        version=__version__,
        description="The health of a CI system: every run, every test, every queue. Errors are problem+json (RFC 9457).",
        docs_url=None,  # FastAPI's page loads its script from elsewhere; ours is built with the front end
        redoc_url=None,
        openapi_url="/api/openapi.json",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        generate_unique_id_function=_operation_id,
        lifespan=_with_threads,
    )
    app.state.context = context
    # Jobs before runs: /runs/times is no uuid.
    reading = [resource.router for resource in (overview, find, jobs, tests, failures, runs, status)]
    # From the inside to the outside.
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    if context is not None:
        app.add_middleware(Answers, context=context, prefix=PREFIX)
        if context.settings.public:
            app.add_middleware(OpenReads, prefix="/api/")
        app.add_middleware(Entrance, context=context)
        app.add_middleware(CountTraffic, traffic=context.traffic, routes=_routes([*reading, runs.writing, status.owner]))
    problems.install(app)
    for router in reading:
        app.include_router(router, prefix=PREFIX, dependencies=[Depends(may_read), Depends(only_known_words)])
    app.include_router(runs.writing, prefix=PREFIX, dependencies=[Depends(turn_to_store, scope="function")])
    app.include_router(status.owner, prefix=PREFIX)
    app.include_router(collecting.owner, prefix=PREFIX)
    app.include_router(metrics.router)
    _describe_errors(app)
    _serve_pages(app)
    return app


@asynccontextmanager
async def _with_threads(app: FastAPI) -> AsyncIterator[None]:
    """Gives the thread pool as many threads as questions and uploads can have at once, and some."""
    context: Context | None = app.state.context
    if context is not None:
        threads = questions_at_once(context.settings) + STORED_AT_ONCE + OTHER_THREADS
        current_default_thread_limiter().total_tokens = threads
    yield


def _routes(routers: Iterable[APIRouter]) -> Routes:
    """All that requests are counted by."""
    below = [PREFIX + route.path for router in routers for route in router.routes if isinstance(route, APIRoute)]
    return Routes([*below, metrics.PATH, "/api/openapi.json", "/api/docs"])


def _operation_id(route: APIRoute) -> str:
    return route.name


def _describe_errors(app: FastAPI) -> None:
    """Writes into the OpenAPI document which errors there are, and that each is a Problem, in place of FastAPI's own shape."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema:  # made before
            return app.openapi_schema
        document = original()
        parts = document["components"]["schemas"]
        parts.pop("HTTPValidationError", None)
        parts.pop("ValidationError", None)
        parts["Problem"] = Problem.model_json_schema(mode="serialization")
        for path in document["paths"].values():
            for method, operation in path.items():
                _describe_errors_of(operation, reads=method == "get")
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _describe_errors_of(operation: dict[str, Any], *, reads: bool) -> None:
    responses = operation["responses"]
    responses.pop("422", None)  # what FastAPI says of invalid requests: here they are 400
    if reads or "parameters" in operation or "requestBody" in operation:
        responses["400"] = {"description": "The request cannot be carried out as it stands"}
    responses["401"] = {
        "description": "A token is needed, or the one sent is not known",
        "headers": {"WWW-Authenticate": {"required": True, "schema": {"type": "string", "const": "Bearer"}}},
    }
    responses["503"] = {
        "description": "Not now: too much is asked at once, the question took too long, or the server is stopping",
        "headers": {
            "Retry-After": {
                "description": "seconds after which to try again",
                "required": True,
                "schema": {"type": "integer", "minimum": 1},
            }
        },
    }
    if reads:
        operation["security"] = [{}, *operation["security"]]  # a token is needed only where `public` is false
    else:
        responses["403"] = {"description": "The token may not upload"}
        responses["413"] = {"description": "The upload, or all that could be used of it, is larger than the settings allow"}
    for code, response in responses.items():
        if code >= "400":
            response["content"] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation["responses"] = dict(sorted(responses.items()))


def _serve_pages(app: FastAPI) -> None:
    """Serves the built front end; every path that is not a file is the single page, whose router knows it."""
    if not (STATIC / "index.html").is_file():
        return
    app.mount("/assets", _HashedFiles(directory=STATIC / "assets"))

    # Only these are served by name, whatever a path says.
    files = frozenset(entry.name for entry in STATIC.iterdir() if entry.is_file() and not entry.name.startswith("."))

    @app.api_route("/api/docs", methods=["GET", "HEAD"], include_in_schema=False)
    def api_docs() -> FileResponse:
        return FileResponse(STATIC / "api-docs.html")

    @app.api_route("/{path:path}", methods=["GET", "HEAD"], include_in_schema=False)
    def page(path: str) -> FileResponse:
        if path == "api" or path.startswith("api/"):
            raise problems.not_found(f"there is no /{path}")
        if path in files:
            return FileResponse(STATIC / path)
        return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})


class _HashedFiles(StaticFiles):
    """Files whose names change with their content: a browser may keep them for ever. The build compressed them."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Called by StaticFiles for each file."""
        packed = Path(f"{full_path}.gz")
        takes_packed = "gzip" in Headers(scope=scope).get("accept-encoding", "") and packed.is_file()
        if takes_packed:
            full_path, stat_result = packed, packed.stat()
        response = super().file_response(full_path, stat_result, scope, status_code)
        if takes_packed:
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Vary"] = "Accept-Encoding"  # else the middleware that would compress says so
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
