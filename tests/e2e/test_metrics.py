"""What Prometheus reads from a running server."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import QUESTION, serving


def value(api: httpx.Client, name: str) -> float:
    reply = api.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = re.search(rf"^{re.escape(name)} (\S+)$", reply.text, re.MULTILINE)
    return float(found[1]) if found else 0.0


@pytest.mark.parametrize("workers", ["1", "2"])
def test_questions_and_requests_are_counted_over_all_workers(sample: Path, workers: str) -> None:
    with serving(sample, "--workers", workers) as api:
        for _ in range(6):
            with httpx.Client(base_url=api.base_url, timeout=60) as other:
                other.post("/ask", json={"question": QUESTION}).raise_for_status()
        api.get("/nothing/here")
        answered = 'footnote_questions_total{status="answered"}'
        not_found = 'footnote_questions_total{status="not_found"}'
        assert value(api, answered) + value(api, not_found) == 6
        assert value(api, 'footnote_stage_seconds_count{stage="total"}') == 6
        asked = 'footnote_http_request_seconds_count{method="POST",route="/ask",status="200"}'
        assert value(api, asked) == 6
        lost = 'footnote_http_request_seconds_count{method="GET",route="none",status="404"}'
        assert value(api, lost) == 1
        assert value(api, "footnote_articles") == 1
        assert value(api, "footnote_index_generation") >= 1
        assert value(api, "footnote_questions_waiting") == 0
