"""Errors as RFC 9457 problem documents (`application/problem+json`)."""

from __future__ import annotations

import logging
import uuid
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from index.errors import CollectionError

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("footnote.http")


class Problem(BaseModel):
    """What went wrong and what to do. `errors` names each wrong field of a request."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    errors: list[dict[str, str]] | None = None


def problem(
    status: int,
    detail: str,
    instance: str,
    *,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """A problem response; `detail` is a sentence with the remedy."""
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=instance,
        errors=errors,
    )
    content = body.model_dump(exclude_none=True)
    return JSONResponse(content, status, headers=headers, media_type=MEDIA_TYPE)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem responses of a route, for the OpenAPI document."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: schema}}
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Makes every error of the app a problem document."""
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(CollectionError, _on_collection_error)
    app.add_exception_handler(Exception, _on_unexpected)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return problem(400, "The body is not valid JSON; correct it.", request.url.path)
    errors = [
        {
            "field": ".".join(str(part) for part in one["loc"]),
            "message": str(one["msg"]).removeprefix("Value error, "),
        }
        for one in found
    ]
    named = "; ".join(f"{one['field']}: {one['message']}" for one in errors)
    return problem(422, f"The request is not valid: {named}.", request.url.path, errors=errors)


async def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    detail = error.detail
    if error.status_code == HTTPStatus.NOT_FOUND and detail == HTTPStatus.NOT_FOUND.phrase:
        detail = f"There is nothing at {request.url.path}; /docs lists what there is."
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"{request.method} is not allowed here; /docs lists what is."
    headers = dict(error.headers) if error.headers else None
    return problem(error.status_code, detail, request.url.path, headers=headers)


async def _on_collection_error(request: Request, error: Exception) -> JSONResponse:
    return problem(503, str(error), request.url.path)


async def _on_unexpected(request: Request, error: Exception) -> JSONResponse:
    reference = uuid.uuid4().hex[:12]
    _log.error("Request %s to %s failed", reference, request.url.path, exc_info=error)
    detail = f"Something unexpected went wrong; the server's log has it under {reference}."
    return problem(500, detail, request.url.path)
