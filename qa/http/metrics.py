"""`/metrics`: what Prometheus asks for (https://prometheus.io/docs/instrumenting/exposition_formats)."""

from __future__ import annotations

import os
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from qa.answer import Answer
from qa.http.asgi import App, Message, Receive, Scope, Send

# Where processes that serve together keep their counts; the library reads it when it is imported.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The counts and times of one process."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._questions = Counter(
            "footnote_questions", "Questions by what became of them.", ["status"], registry=registry
        )
        self._stages = Histogram(
            "footnote_stage_seconds",
            "Seconds that answering took, by stage.",
            ["stage"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._requests = Histogram(
            "footnote_http_request_seconds",
            "Seconds until a response began, by route.",
            ["method", "route", "status"],
            buckets=_SECONDS,
            registry=registry,
        )
        gauges = {
            "index_generation": "The newest committed generation.",
            "answered_generation": "The generation that the newest answer comes from.",
            "articles": "Articles in the collection.",
            "passages": "Passages in the collection.",
            "questions_waiting": "Questions that are being answered or wait for it.",
            "jobs_waiting": "Jobs that are queued or running.",
            "job_bytes_waiting": "Bytes of what was sent for those jobs.",
        }
        self._gauges = {
            name: Gauge(
                f"footnote_{name}",
                what,
                registry=registry,
                multiprocess_mode="livesum" if name == "questions_waiting" else "max",
            )
            for name, what in gauges.items()
        }

    def count(self, answer: Answer) -> None:
        """Takes in an answer that was given."""
        self._questions.labels(answer.status).inc()
        for stage, milliseconds in answer.timings_ms.model_dump().items():
            self._stages.labels(stage).observe(milliseconds / 1000)
        self._gauges["answered_generation"].set(answer.generation)

    def count_question(self, end: str) -> None:
        """Takes in a question that got no answer: `failed`, `refused` (too busy), `abandoned`."""
        self._questions.labels(end).inc()

    def observe_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Takes in a response that began."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def set(self, name: str, value: float) -> None:
        """How something stands now."""
        self._gauges[name].set(value)

    def text(self) -> bytes:
        """Everything in Prometheus's text format, that of the processes beside this one too."""
        if SHARED_FOLDER not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call] # it ships no types
        return generate_latest(together)


class RequestTimes:
    """Times every response by its route, not by its path, of which there may be any number."""

    def __init__(self, app: App, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on."""
        started = time.perf_counter()

        async def send_timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "none")
                seconds = time.perf_counter() - started
                self._metrics.observe_request(scope["method"], route, message["status"], seconds)
            await send(message)

        await self._app(scope, receive, send_timed if scope["type"] == "http" else send)
