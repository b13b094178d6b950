"""Reading `/metrics`."""

from __future__ import annotations

import re

import httpx


def value(api: httpx.Client, name: str) -> float:
    """One figure; 0 where it is not told (yet)."""
    reply = api.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = re.search(rf"^{re.escape(name)} (\S+)$", reply.text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def questions(api: httpx.Client) -> dict[str, float]:
    """How many questions came to each end."""
    found = re.findall(
        r'^footnote_questions_total\{status="(\w+)"\} (\S+)$',
        api.get("/metrics").text,
        re.MULTILINE,
    )
    return {status: float(count) for status, count in found}
