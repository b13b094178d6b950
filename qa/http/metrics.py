"""`/metrics`: what Prometheus asks for (https://prometheus.io/docs/instrumenting/exposition_formats)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from qa.answer import Answer
from qa.http.asgi import App, Message, Receive, Scope, Send

# Where processes that serve together keep their counts; the library reads it when it is imported.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)
_MODEL_SECONDS = (0.001, 0.0025, *_SECONDS)
# The stages of `qa.stages` in which a model works and nothing else.
_MODELS = {"embed": "embedder", "rerank": "reader"}
_GAUGES = {
    "index_generation": "The newest committed generation.",
    "index_lag_generations": "How far the search is behind it, in the worker furthest behind.",
    "answered_generation": "The generation that the newest answer comes from.",
    "articles": "Articles in the collection.",
    "passages": "Passages in the collection.",
    "jobs_waiting": "Jobs that are queued or running.",
    "job_bytes_waiting": "Bytes of what was sent for those jobs.",
    "oldest_job_seconds": "Since the oldest of those jobs came.",
    "questions_waiting": "Questions that are being answered or wait for it.",
    "loaded_generation": "The generation that searches see, in the worker furthest behind.",
}
# What each process knows of itself alone; the others are the collection's, whoever told them last.
_OF_EACH_PROCESS: dict[str, Literal["livesum", "livemin"]] = {
    "questions_waiting": "livesum",
    "loaded_generation": "livemin",
}


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
        self._models = Histogram(
            "footnote_model_seconds",
            "Seconds in a model at a time.",
            ["model"],
            buckets=_MODEL_SECONDS,
            registry=registry,
        )
        self._gauges = {
            name: Gauge(
                f"footnote_{name}",
                what,
                registry=registry,
                multiprocess_mode=_OF_EACH_PROCESS.get(name, "mostrecent"),
            )
            for name, what in _GAUGES.items()
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

    def set_generation(self, newest: int) -> None:
        """The newest committed generation, and how far searches are behind it."""
        loaded = self._together().get_sample_value("footnote_loaded_generation") or 0
        self.set("index_generation", newest)
        self.set("index_lag_generations", max(0, newest - loaded))

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Takes in how long a stage of answering took that is a model's alone."""
        started = time.perf_counter()
        yield
        if stage in _MODELS:
            self._models.labels(_MODELS[stage]).observe(time.perf_counter() - started)

    def text(self) -> bytes:
        """Everything in Prometheus's text format, that of the processes beside this one too."""
        return generate_latest(self._together())

    def _together(self) -> CollectorRegistry:
        folder = os.environ.get(SHARED_FOLDER)
        if folder is None:
            return self._registry
        _forget_ended_processes(Path(folder))
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call] # it ships no types
        return together


def _forget_ended_processes(folder: Path) -> None:
    """Their questions wait no more, and nobody searches in them."""
    for pid in {int(file.stem.rpartition("_")[2]) for file in folder.glob("gauge_live*.db")}:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):  # another process forgets it as well
                mark_process_dead(pid)  # type: ignore[no-untyped-call] # as above


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
