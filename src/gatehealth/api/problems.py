"""Errors on the wire: RFC 9457 problem+json, one clear line in `detail`."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import compile_path

from gatehealth.api.schemas.shared import Problem
from gatehealth.store import DatabaseError

RETRY_AFTER = "5"  # seconds, in the header Retry-After


def not_found(what: str) -> HTTPException:
    """The error for something that the database does not hold."""
    return HTTPException(HTTPStatus.NOT_FOUND, what)


def bad_request(why: str) -> HTTPException:
    """The error for a request that cannot be carried out as it stands."""
    return HTTPException(HTTPStatus.BAD_REQUEST, why)


def too_large(why: str) -> HTTPException:
    """The error for what a limit of the settings forbids; `why` names it."""
    return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, why)


def answer(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """An error as it goes over the wire."""
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return JSONResponse(problem.model_dump(), status, headers, "application/problem+json")


def try_later(why: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """The answer to what cannot be done now, but soon."""
    return answer(HTTPStatus.SERVICE_UNAVAILABLE, why, {"Retry-After": RETRY_AFTER, **(headers or {})})


def install(app: FastAPI) -> None:
    """Makes every error of the app a problem+json answer."""

    @app.exception_handler(StarletteHTTPException)
    async def _http_error(request: Request, error: StarletteHTTPException) -> JSONResponse:
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers |= _allowed(app, request.url.path)
        return answer(error.status_code, str(error.detail), headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid_request(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part not in ("query", "path", "body"))
        return answer(HTTPStatus.BAD_REQUEST, f"{where or 'request'}: {_why(first)}")

    @app.exception_handler(Exception)
    async def _defect(_request: Request, _error: Exception) -> JSONResponse:
        return answer(HTTPStatus.INTERNAL_SERVER_ERROR, "the server failed at this; its log says why")

    @app.exception_handler(DatabaseError)
    async def _not_stored(_request: Request, error: DatabaseError) -> JSONResponse:
        return try_later(str(error))


def _why(error: Mapping[str, Any]) -> str:
    """What is wrong with a parameter or a field, without the words that are pydantic's own."""
    if error["type"] == "extra_forbidden":
        return "there is no such field; /api/docs names them all"
    if error["loc"][:2] == ("body", "file"):
        return "this is text and not a file; curl sends a file as `-F file=@NAME`"
    return str(error["msg"]).removeprefix("Value error, ")


def _allowed(app: FastAPI, path: str) -> dict[str, str]:
    """The header Allow: Starlette's own names the methods of only one of the routes that a path has."""
    for template, methods in app.openapi()["paths"].items():
        if compile_path(template)[0].match(path):
            return {"Allow": ", ".join(method.upper() for method in methods)}
    return {}
