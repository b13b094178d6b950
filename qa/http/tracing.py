"""Traces for OpenTelemetry, where the standard `OTEL_…` variables name a collector.

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ and, for the
names in the spans, https://opentelemetry.io/docs/specs/semconv/http/http-spans/.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from qa.http.access_log import add_facts
from qa.http.asgi import App, Message, Receive, Scope, Send
from qa.http.problems import request_id

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_LOGGER = logging.getLogger(__name__)
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_FREE = ("/healthz", "/readyz", "/metrics")
_CONTEXT = ("traceparent", "tracestate")
_FIRST_FAULT = 500


class NoTraces:
    """Where no collector is named."""

    @contextmanager
    def span(self, _name: str) -> Iterator[None]:
        """Nothing is noted."""
        yield

    def close(self) -> None:
        """Nothing is left to send."""


class Traces:
    """Spans on their way to the collector, sent in the background."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self.tracer = provider.get_tracer("footnote", version("footnote"))

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """A span inside the one that the context is in."""
        with self.tracer.start_as_current_span(name):
            yield

    def close(self) -> None:
        """Sends what is left."""
        self._provider.shutdown()


def open_traces() -> Traces | NoTraces:
    """The traces of this process; none where no collector is named or the library is missing."""
    if not any(os.environ.get(name) for name in _ENDPOINTS) or _is_switched_off():
        return NoTraces()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        _LOGGER.warning(
            "no traces are sent: OTEL_… names a collector, but the library is missing; "
            'install it with: pip install "footnote[telemetry]"'
        )
        return NoTraces()
    ours = Resource({"service.name": "footnote", "service.version": version("footnote")})
    # What the environment says of the service wins.
    provider = TracerProvider(resource=ours.merge(OTELResourceDetector().detect()))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Traces(provider)


def _is_switched_off() -> bool:
    exporter = os.environ.get("OTEL_TRACES_EXPORTER", "otlp")
    return os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or exporter != "otlp"


class RequestSpans:
    """Each request as a span, inside the caller's (https://www.w3.org/TR/trace-context/)."""

    def __init__(self, app: App, traces: Traces) -> None:
        self._app = app
        self._traces = traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        if scope["type"] != "http" or scope["path"] in _FREE:
            await self._app(scope, receive, send)
            return
        from opentelemetry.trace import SpanKind, format_trace_id
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        headers = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
        }
        parent = TraceContextTextMapPropagator().extract(headers)
        with self._traces.tracer.start_as_current_span(
            scope["method"], parent, SpanKind.SERVER, _attributes(scope)
        ) as span:
            add_facts(scope, trace_id=format_trace_id(span.get_span_context().trace_id))

            async def send_noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _note(span, scope, message["status"])
                await send(message)

            await self._app(scope, receive, send_noted)


def _attributes(scope: Scope) -> dict[str, Any]:
    return {
        "http.request.method": scope["method"],
        "url.path": scope["path"],
        "url.scheme": scope["scheme"],
        "footnote.request_id": request_id(scope),
    }


def _note(span: Any, scope: Scope, status: int) -> None:  # noqa: ANN401 - the library is optional
    from opentelemetry.trace import StatusCode

    span.set_attribute("http.response.status_code", status)
    route = getattr(scope.get("route"), "path", None)
    if route is not None:
        span.set_attribute("http.route", route)
        span.update_name(f"{scope['method']} {route}")
    if status >= _FIRST_FAULT:
        span.set_status(StatusCode.ERROR)
