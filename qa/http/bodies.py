"""Which bodies are read at all, and which words in them."""

from __future__ import annotations

import re

from fastapi import Request

from qa.http.problems import INVALID, MALFORMED, TOO_LARGE, TOO_SLOW, UNSUPPORTED, ProblemError

JSON_PROBLEMS = (MALFORMED, TOO_SLOW, TOO_LARGE, UNSUPPORTED, INVALID)


def media_type(request: Request) -> str:
    """What the sender says the body is, without parameters; empty when nothing is said."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def is_json(request: Request) -> None:
    """Raises a 415 problem when the body is not sent as JSON."""
    if media_type(request) != "application/json":
        raise unsupported(request, "Content-Type: application/json")


def without_controls(value: str) -> str:
    """The value, if it fits into a URL and a line. Raises ValueError for control characters."""
    if re.search(r"[\x00-\x1f\x7f]", value):
        raise ValueError("it has control characters; leave them out")
    return value


def unsupported(request: Request, wanted: str) -> ProblemError:
    """The 415 problem; `wanted` is what to send instead."""
    sent = media_type(request) or "a body of no stated type"
    return ProblemError(UNSUPPORTED, f"This was sent as {sent}; send it with {wanted}.")
