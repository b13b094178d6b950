"""Every error as RFC 9457 `application/problem+json`: what is wrong, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field

from qa.errors import BusyError, CollectionError
from qa.http.asgi import Scope

MEDIA_TYPE = "application/problem+json"
_MAX_MISTAKES = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its stable name, status and title."""

    name: str
    status: int
    title: str

    @property
    def type(self) -> str:
        """The stable identifier that programs compare."""
        return f"urn:footnote:problem:{self.name}"


MALFORMED = Kind("malformed-body", 400, "The body cannot be read")
UNAUTHORIZED = Kind("key-required", 401, "An API key is required")
FORBIDDEN = Kind("scope-required", 403, "The API key may not do this")
CROSS_SITE = Kind("cross-site", 403, "Requests from other sites are refused")
NOT_FOUND = Kind("not-found", 404, "Not found")
METHOD_NOT_ALLOWED = Kind("method-not-allowed", 405, "Method not allowed")
TOO_SLOW = Kind("body-too-slow", 408, "The body did not come in time")
TOO_LARGE = Kind("body-too-large", 413, "The body is too large")
UNSUPPORTED = Kind("unsupported-media-type", 415, "This kind of body is not understood")
MISDIRECTED = Kind("misdirected-request", 421, "This server does not answer for that host")
INVALID = Kind("invalid-request", 422, "The request has mistakes")
KEY_REUSED = Kind("idempotency-key-reused", 422, "The idempotency key came with another body")
NOTHING_TAKEN = Kind("nothing-taken", 422, "No article could be taken")
ABANDONED = Kind("abandoned", 499, "The client went away")
TOO_MANY = Kind("rate-limited", 429, "Too many requests from this caller")
INTERNAL = Kind("internal-error", 500, "Something unexpected went wrong")
UNAVAILABLE = Kind("collection-unavailable", 503, "The collection cannot be used")
LOADING = Kind("not-ready", 503, "Still getting ready")
BUSY = Kind("busy", 503, "Too many requests at once")


class Mistake(BaseModel):
    """One thing that is wrong with a request."""

    where: str = Field(
        description="`body`, `query`, `path` or `header`; `source` for a refused source."
    )
    field: str = Field(description="The field, with dots for levels; empty for the whole.")
    detail: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="The kind of problem; stable, for programs to compare.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What went wrong this time, and what to do about it.")
    instance: str = Field(description="This request's id, as the server's log names it.")
    errors: list[Mistake] | None = Field(
        default=None, description="Each mistake, where there can be several."
    )


class ProblemError(HTTPException):
    """Answers the request with a problem."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        mistakes: Sequence[Mistake] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind.status, detail, dict(headers or {}))
        self.kind = kind
        self.sentence = detail
        self.mistakes = mistakes

    def problem(self, request_id: str) -> Problem:
        """The problem as it is sent for the request of this id."""
        return Problem(
            type=self.kind.type,
            title=self.kind.title,
            status=self.kind.status,
            detail=self.sentence,
            instance=f"urn:footnote:request:{request_id}",
            errors=list(self.mistakes) or None,
        )

    def response(self, scope: Scope) -> Response:
        """The problem as a response to the request of this scope."""
        body = self.problem(request_id(scope)).model_dump(exclude_none=True)
        # ASCII: a request may have put half of a surrogate pair into a field's name.
        return Response(json.dumps(body), self.status_code, self.headers, MEDIA_TYPE)


def documented(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """The problems that an operation may answer with, for its OpenAPI description."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    statuses = dict.fromkeys(kind.status for kind in kinds)
    return {
        status: {
            "description": "; ".join(
                f"{kind.title} (`{kind.type}`)" for kind in kinds if kind.status == status
            ),
            "content": content,
        }
        for status in statuses
    }


def request_id(scope: Scope) -> str:
    """The id that this request goes by in problems and in the log."""
    return str(scope["state"]["request_id"])


def not_found(what: str, name: str, remedy: str) -> ProblemError:
    """The problem of asking for something that is not there."""
    return ProblemError(NOT_FOUND, f"There is no {what} {name!r}; {remedy}.")


def as_problem(error: Exception) -> ProblemError:
    """What a caller is told of an exception."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, BusyError):
        return ProblemError(BUSY, str(error), headers={"Retry-After": "1"})
    if isinstance(error, CollectionError):
        return ProblemError(UNAVAILABLE, str(error))
    return ProblemError(
        INTERNAL, "The server made a mistake and wrote it into its log under this instance's id."
    )


def handle_problems(app: FastAPI) -> None:
    """Lets the app answer every error with a problem."""

    async def on_http_error(request: Request, error: Exception) -> Response:
        return _from_http(app, request, error).response(request.scope)

    async def on_invalid(request: Request, error: Exception) -> Response:
        return _from_validation(error).response(request.scope)

    async def on_collection_error(request: Request, error: Exception) -> Response:
        return as_problem(error).response(request.scope)

    # By status as well: the framework raises its own 400, 404 and 405 with a base class of ours.
    for key in (HTTPException, 400, 404, 405):
        app.add_exception_handler(key, on_http_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(CollectionError, on_collection_error)


def _from_http(app: FastAPI, request: Request, error: Exception) -> ProblemError:
    if isinstance(error, ProblemError):
        return error
    status = int(getattr(error, "status_code", 500))
    if status == HTTPStatus.NOT_FOUND:
        detail = f"There is nothing at {request.url.path}; /openapi.json describes what there is."
        return ProblemError(NOT_FOUND, detail)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(_methods_at(app, request))
        return ProblemError(
            METHOD_NOT_ALLOWED,
            f"{request.url.path} does not take {request.method}; it takes {allowed}.",
            headers={"Allow": allowed},
        )
    if status == HTTPStatus.BAD_REQUEST:
        return ProblemError(MALFORMED, f"{getattr(error, 'detail', 'The body cannot be read')}.")
    return as_problem(error)


def _methods_at(app: FastAPI, request: Request) -> list[str]:
    """The methods that the request's path takes (RFC 9110 section 10.2.1)."""
    found = []
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0].name == "FULL" for route in app.router.routes):
            found.append(method)
    return found


def _from_validation(error: Exception) -> ProblemError:
    found: Sequence[Mapping[str, Any]] = getattr(error, "errors", list)()
    if any(one["type"] == "json_invalid" for one in found):
        reason = found[0].get("ctx", {}).get("error", "a mistake in its syntax")
        place = found[0]["loc"][-1]
        detail = f"The body is not valid JSON: {reason} at character {place}; correct it."
        return ProblemError(MALFORMED, detail)
    return invalid([mistake_of(one) for one in found[:_MAX_MISTAKES]])


def invalid(mistakes: Sequence[Mistake]) -> ProblemError:
    """The problem of a request whose fields are wrong."""
    first = mistakes[0]
    more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
    named = f"{first.where} {first.field}".strip()
    detail = f"Correct the request: {named}: {first.detail}{more}."
    return ProblemError(INVALID, detail, mistakes=mistakes)


def mistake_of(found: Mapping[str, Any]) -> Mistake:
    """A mistake that validation found, in words for whoever sent it."""
    where, *path = (str(part) for part in found["loc"])
    words = {
        "missing": "it is required",
        "extra_forbidden": "no such field is known here; remove it or correct its spelling",
    }
    said = str(found["msg"]).removeprefix("Value error, ").rstrip(".")
    return Mistake(where=where, field=".".join(path), detail=words.get(str(found["type"]), said))
