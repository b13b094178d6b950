"""Spans as a collector of OpenTelemetry's protocol (OTLP over HTTP) receives them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.e2e.conftest import QUESTION, log_of, serving

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"


class Collector(ThreadingHTTPServer):
    """Keeps what is sent to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.received: list[ExportTraceServiceRequest] = []

    def spans(self) -> list[Span]:
        return [
            span
            for request in self.received
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


class Receiver(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        assert self.path == "/v1/traces"
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        return


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        thread = threading.Thread(target=collector.serve_forever)
        thread.start()
        yield collector
        collector.shutdown()
        thread.join()


def test_each_question_is_a_trace_inside_its_callers(sample: Path, collector: Collector) -> None:
    address = f"http://127.0.0.1:{collector.server_port}"
    named = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_SERVICE_NAME": "our-articles"}
    with serving(sample, FOOTNOTE_LOG_FORMAT="json", **named) as api:
        headers = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
        api.post("/ask", json={"question": QUESTION}, headers=headers).raise_for_status()
    # Stopped, the server has sent everything.
    (resource,) = {str(one.resource) for got in collector.received for one in got.resource_spans}
    assert "our-articles" in resource
    spans = {span.name: span for span in collector.spans() if span.trace_id.hex() == TRACE}
    assert spans.keys() == {"POST /ask", "retrieve", "rerank", "answer", "keep"}
    request = spans.pop("POST /ask")
    assert (request.parent_span_id.hex(), request.kind) == (CALLER, Span.SPAN_KIND_SERVER)
    assert {span.parent_span_id for span in spans.values()} == {request.span_id}
    known = {one.key: one.value for one in request.attributes}
    assert known["http.response.status_code"].int_value == 200
    assert known["http.route"].string_value == "/ask"
    assert f'"trace_id": "{TRACE}"' in log_of(sample).read_text()
    assert "imported corn" not in str(collector.received)


def test_without_a_collector_nothing_is_sent(sample: Path, collector: Collector) -> None:
    with serving(sample, OTEL_SDK_DISABLED="true") as api:
        api.post("/ask", json={"question": QUESTION}).raise_for_status()
    assert collector.received == []
