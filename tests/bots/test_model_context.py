"""The protocol's own client, unchanged, over both transports."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from tests.e2e.conftest import FOOTNOTE, serving

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
