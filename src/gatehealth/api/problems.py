"""Errors on the wire: RFC 9457 problem+json, one clear line in `detail`."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from gatehealth.api.schemas import Problem

# What every route may answer with, for the OpenAPI document.
RESPONSES: dict[int | str, dict[str, object]] = {
    code: {"description": HTTPStatus(code).phrase, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for code in (400, 401)
}


def not_found(what: str) -> HTTPException:
    """The error for something that the database does not hold."""
    return HTTPException(HTTPStatus.NOT_FOUND, what)


def bad_request(why: str) -> HTTPException:
    """The error for a request that cannot be carried out as it stands."""
    return HTTPException(HTTPStatus.BAD_REQUEST, why)


def _answer(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return JSONResponse(problem.model_dump(), status, headers, "application/problem+json")


def install(app: FastAPI) -> None:
    """Makes every error of the app a problem+json answer."""

    @app.exception_handler(StarletteHTTPException)
    async def _http_error(_request: Request, error: StarletteHTTPException) -> JSONResponse:
        return _answer(error.status_code, str(error.detail), dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def _invalid_request(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"] if part not in ("query", "path", "body"))
        return _answer(HTTPStatus.BAD_REQUEST, f"{where or 'request'}: {first['msg']}")
