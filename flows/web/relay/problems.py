"""Errors as answers: a status, a code, nothing of what was sent and nothing of the program."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from flows.web.relay.desk import BatchRefusedError
from flows.web.relay.forms import Problem
from flows.web.relay.members import QuotaSpentError
from pipeline.errors import DepositRefusedError, RouterError, UsageError

ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "Not readable: no JSON, or a cursor that is not ours."},
    401: {"model": Problem, "description": "Token missing, unknown or revoked."},
    413: {"model": Problem, "description": "Body too large."},
    422: {"model": Problem, "description": "Understood and refused, with reason codes."},
    429: {"model": Problem, "description": "Quota spent; Retry-After says when to come back."},
    503: {"model": Problem, "description": "The storage behind the relay cannot be reached now."},
}
"""What every operation may answer beside its success, for the OpenAPI document."""


def unauthorised() -> HTTPException:
    """The one answer to a missing, unknown or revoked token."""
    return HTTPException(401, "token missing, unknown or revoked", {"WWW-Authenticate": "Bearer"})


def install(app: FastAPI) -> None:
    """Answer all errors of an application in this form."""

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        codes = sorted({str(item["type"]) for item in error.errors()})
        status = 400 if codes == ["json_invalid"] else 422
        return _answer(status, "request not understood", [(0, code) for code in codes])

    @app.exception_handler(BatchRefusedError)
    async def batch(_request: Request, error: BatchRefusedError) -> JSONResponse:
        return _answer(422, "refused", error.refused)

    @app.exception_handler(DepositRefusedError)
    async def deposit(_request: Request, _error: DepositRefusedError) -> JSONResponse:
        return _answer(422, "refused", [(0, "json_form")])

    @app.exception_handler(QuotaSpentError)
    async def quota(_request: Request, error: QuotaSpentError) -> JSONResponse:
        return _answer(429, f"quota spent: {error.what}", headers={"Retry-After": str(error.retry_after_s)})

    @app.exception_handler(UsageError)
    async def usage(_request: Request, _error: UsageError) -> JSONResponse:
        return _answer(400, "cursor is not one of ours")

    @app.exception_handler(RouterError)
    async def storage(_request: Request, _error: RouterError) -> JSONResponse:
        return _answer(503, "storage not reached, try again", headers={"Retry-After": "5"})

    @app.exception_handler(StarletteHTTPException)
    async def http(_request: Request, error: StarletteHTTPException) -> JSONResponse:
        return _answer(error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(Exception)
    async def unexpected(_request: Request, _error: Exception) -> JSONResponse:
        return _answer(500, "internal error")


def _answer(status: int, error: str, refused: Any = (), headers: Any = None) -> JSONResponse:
    listed = [{"index": index, "reason": reason} for index, reason in refused]
    return JSONResponse({"error": error, "refused": listed}, status, headers=headers)
