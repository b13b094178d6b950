"""What Prometheus reads from a running server."""

from __future__ import annotations

import os
import signal
import sqlite3
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import QUESTION, log_of, server, serving
from tests.e2e.figures import questions, value
from tests.e2e.processes import workers_of
from tests.waiting import wait_for

PIER = {"id": "pier", "title": "The pier", "text": "The pier of Nordby is 508 metres long."}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_questions_and_requests_are_counted_over_all_workers(sample: Path, workers: str) -> None:
    with serving(sample, "--workers", workers) as api:
        for _ in range(6):
            with httpx.Client(base_url=api.base_url, timeout=60) as other:
                other.post("/ask", json={"question": QUESTION}).raise_for_status()
        api.get("/nothing/here")
        assert sum(questions(api).values()) == 6
        assert questions(api).keys() <= {"answered", "not_found"}
        assert value(api, 'footnote_stage_seconds_count{stage="total"}') == 6
        assert value(api, 'footnote_model_seconds_count{model="embedder"}') >= 6
        assert value(api, 'footnote_model_seconds_count{model="reader"}') >= 6
        asked = 'footnote_http_request_seconds_count{method="POST",route="/ask",status="200"}'
        assert value(api, asked) == 6
        lost = 'footnote_http_request_seconds_count{method="GET",route="none",status="404"}'
        assert value(api, lost) == 1
        assert value(api, "footnote_articles") == 1
        assert value(api, "footnote_index_generation") >= 1
        assert value(api, "footnote_questions_waiting") == 0


def test_time_in_the_models_is_part_of_the_time_of_their_stages(sample: Path) -> None:
    with serving(sample) as api:
        api.post("/ask", json={"question": QUESTION}).raise_for_status()
        for model, stage in (("embedder", "retrieve"), ("reader", "rerank")):
            in_model = value(api, f'footnote_model_seconds_sum{{model="{model}"}}')
            assert 0 < in_model <= value(api, f'footnote_stage_seconds_sum{{stage="{stage}"}}')


def test_a_question_that_fails_is_counted_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data, FOOTNOTE_ANSWER_THRESHOLD="0") as api:
        api.post("/articles?wait=true", json=PIER).raise_for_status()
        unkeepable(data)
        reply = api.post("/ask", json={"question": "How long is the pier of Nordby?"})
        assert reply.status_code == 503
        assert questions(api) == {"failed": 1}


def unkeepable(data: Path) -> None:
    """From now on no answer can be kept."""
    with sqlite3.connect(data / "records.sqlite") as records:
        records.execute("DROP TABLE quotes")


def test_a_worker_that_is_behind_is_told_until_it_has_caught_up_or_ended(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with server(data, "--workers", "2") as (api, process):

        def told(name: str) -> float:
            with alone(api) as own:
                return value(own, f"footnote_{name}")

        wait_for(lambda: log_of(data).read_text().count("Application startup complete") == 2)
        with alone(api) as own:
            own.post("/articles?wait=true", json=PIER).raise_for_status()
        wait_for(lambda: told("loaded_generation") == told("index_generation") == 1)
        behind = workers_of(process.pid)[0]
        os.kill(behind, signal.SIGSTOP)
        with alone(api) as own:
            own.delete("/articles/pier").raise_for_status()
        assert (told("index_generation"), told("index_lag_generations")) == (2, 1)
        os.kill(behind, signal.SIGCONT)
        wait_for(lambda: told("index_lag_generations") == 0)
        os.kill(behind, signal.SIGKILL)
        wait_for(lambda: behind not in workers_of(process.pid))
        wait_for(lambda: len(workers_of(process.pid)) == 2)
        with alone(api) as own:
            own.post("/articles?wait=true", json=PIER).raise_for_status()
        wait_for(lambda: told("index_generation") == 3 and told("index_lag_generations") == 0)
        assert told("articles") == 1


def alone(api: httpx.Client) -> httpx.Client:
    """A connection of its own, which a worker takes that runs."""
    return httpx.Client(base_url=api.base_url, timeout=60)
