"""Spans as a collector of OpenTelemetry's protocol (OTLP over HTTP) receives them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.e2e.collector import Collector, collecting
from tests.e2e.conftest import QUESTION, log_of, serving

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


def test_each_question_is_a_trace_inside_its_callers(sample: Path, collector: Collector) -> None:
    named = collector.settings | {"OTEL_SERVICE_NAME": "our-articles"}
    with serving(sample, FOOTNOTE_LOG_FORMAT="json", **named) as api:
        headers = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
        api.post("/ask", json={"question": QUESTION}, headers=headers).raise_for_status()
    # Stopped, the server has sent everything.
    (resource,) = {str(one.resource) for got in collector.received for one in got.resource_spans}
    assert "our-articles" in resource
    assert {span.trace_id.hex() for span in collector.spans()} == {TRACE}
    assert set(collector.paths()) == {
        "POST /ask",
        "POST /ask > ask",
        "POST /ask > ask > retrieve",
        "POST /ask > ask > retrieve > embed",
        "POST /ask > ask > rerank",
        "POST /ask > ask > answer",
        "POST /ask > ask > keep",
    }
    (request,) = [span for span in collector.spans() if span.name == "POST /ask"]
    assert (request.parent_span_id.hex(), request.kind) == (CALLER, Span.SPAN_KIND_SERVER)
    known = {one.key: one.value for one in request.attributes}
    assert known["http.response.status_code"].int_value == 200
    assert known["http.route"].string_value == "/ask"
    assert f'"trace_id": "{TRACE}"' in log_of(sample).read_text()
    assert "imported corn" not in str(collector.received)


def test_a_search_is_a_trace_too(sample: Path, collector: Collector) -> None:
    with serving(sample, **collector.settings) as api:
        api.post("/search", json={"query": "imported corn"}).raise_for_status()
    assert {"POST /search > search > retrieve", "POST /search > search > rerank"} < set(
        collector.paths()
    )


def test_without_a_collector_nothing_is_sent(sample: Path, collector: Collector) -> None:
    with serving(sample, OTEL_SDK_DISABLED="true") as api:
        api.post("/ask", json={"question": QUESTION}).raise_for_status()
    assert collector.received == []
