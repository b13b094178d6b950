"""The protocol's own client, unchanged, over both transports."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import anyio
import httpx
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from tests.e2e.collector import collecting
from tests.e2e.conftest import FOOTNOTE, serving
from tests.e2e.figures import questions, value

WHO = "Who built the lighthouse of Karvel Point?"
LOOSE = {"FOOTNOTE_ANSWER_THRESHOLD": "0.05"}


@pytest.fixture(params=["stdio", "http"])
def client(request: pytest.FixtureRequest, filled: Path) -> Iterator[Client]:
    with ExitStack() as stack:
        if request.param == "http":
            api = stack.enter_context(serving(filled, **LOOSE))
            yield Client(streamable_http_client(f"{api.base_url}/mcp"))
        else:
            command = StdioServerParameters(
                command=str(FOOTNOTE),
                args=["mcp", "--data-dir", str(filled)],
                env=dict(os.environ) | LOOSE,
            )
            yield Client(stdio_client(command))


def test_the_tools_answer_search_and_read(client: Client) -> None:
    async def use() -> None:
        async with client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert tools.keys() == {"ask", "search", "get_article"}
            asked = await client.call_tool("ask", {"question": WHO})
            answer = asked.structured_content
            assert answer is not None
            assert "Ada Lindqvist" in answer["answer"]
            found = await client.call_tool("search", {"query": "lighthouse", "top_k": 1})
            assert found.structured_content is not None
            (passage,) = found.structured_content["passages"]
            read = await client.call_tool("get_article", {"article_id": passage["article_id"]})
            article = read.structured_content
            assert article is not None
            for citation in answer["citations"]:
                start, end = citation["start"], citation["end"]
                assert article["text"][start:end] == citation["quote"]

    anyio.run(use)


def test_a_mistake_is_told_to_the_model(client: Client) -> None:
    async def use() -> None:
        async with client:
            wrong = await client.call_tool("get_article", {"article_id": "nothing"})
            assert wrong.is_error
            assert "There is no article 'nothing'" in str(wrong.content)

    anyio.run(use)


def asked(api: httpx.Client, count: int) -> list[CallToolResult]:
    """So many questions at once, each by a client of its own."""
    results: list[CallToolResult] = []

    async def ask() -> None:
        async with Client(streamable_http_client(f"{api.base_url}/mcp")) as client:
            results.append(await client.call_tool("ask", {"question": WHO}))

    async def all_at_once() -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(count):
                tasks.start_soon(ask)

    anyio.run(all_at_once)
    return results


def test_questions_over_http_are_counted_and_traced(filled: Path) -> None:
    with collecting() as collector:
        with serving(filled, **LOOSE, **collector.settings) as api:
            assert not asked(api, 1)[0].is_error
            assert questions(api) == {"answered": 1}
            assert value(api, 'footnote_stage_seconds_count{stage="total"}') == 1
            assert value(api, 'footnote_model_seconds_count{model="embedder"}') == 1
            sent = 'footnote_http_request_seconds_count{method="POST",route="/mcp",status="200"}'
            assert value(api, sent) >= 1
        paths = set(collector.paths())
    stages = ("retrieve", "retrieve > embed", "rerank", "answer", "keep")
    assert {f"POST /mcp > ask > {stage}" for stage in stages} < paths


def test_more_questions_than_can_be_answered_are_told_to_come_again(filled: Path) -> None:
    with serving(filled, FOOTNOTE_MAX_WAITING="0", **LOOSE) as api:
        results = asked(api, 30)
        refused = [one for one in results if one.is_error]
        assert 0 < len(refused) < len(results)
        assert all("try again in a second" in str(one.content) for one in refused)
        counted = {"refused": len(refused), "answered": len(results) - len(refused)}
        assert questions(api) == counted
        assert value(api, "footnote_questions_waiting") == 0


def test_a_question_that_fails_is_counted_and_told_with_the_reason(
    filled: Path, tmp_path: Path
) -> None:
    data = shutil.copytree(filled, tmp_path / "data")
    with serving(data, **LOOSE) as api:
        with sqlite3.connect(data / "records.sqlite") as records:
            records.execute("DROP TABLE quotes")
        (failed,) = asked(api, 1)
        assert failed.is_error
        assert "records.sqlite" in str(failed.content)
        assert questions(api) == {"failed": 1}
