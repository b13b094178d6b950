"""OpenAI's own client, unchanged, with Footnote as its model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from tests.e2e.conftest import QUESTION, serving


@pytest.fixture(scope="module")
def client(sample: Path) -> Iterator[openai.OpenAI]:
    with serving(sample, FOOTNOTE_ANSWER_THRESHOLD="0.05") as api:
        yield openai.OpenAI(base_url=f"{api.base_url}/v1", api_key="none", max_retries=0)


def test_the_answer_comes_with_its_footnotes(client: openai.OpenAI) -> None:
    asked: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": QUESTION},
    ]
    reply = client.chat.completions.create(model="footnote", messages=asked, temperature=0)
    (choice,) = reply.choices
    text = choice.message.content or ""
    assert choice.finish_reason == "stop"
    assert "nearly 80 percent" in text
    whole = reply.model_extra["footnote"]  # type: ignore[index]
    for citation in whole["citations"]:
        assert f"[{citation['number']}] {citation['title']}" in text
        assert f"“{' '.join(citation['quote'].split())}”" in text


def test_streamed_pieces_make_the_same_text(client: openai.OpenAI) -> None:
    asked: list[ChatCompletionMessageParam] = [
        {"role": "user", "content": [{"type": "text", "text": QUESTION}]}
    ]
    whole = client.chat.completions.create(model="footnote", messages=asked)
    chunks = list(client.chat.completions.create(model="footnote", messages=asked, stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == whole.choices[0].message.content
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[-1].model_extra["footnote"]["status"] == "answered"  # type: ignore[index]


def test_a_stream_ends_with_its_usage_where_that_is_asked_for(client: openai.OpenAI) -> None:
    asked: list[ChatCompletionMessageParam] = [{"role": "user", "content": QUESTION}]
    *_, last = client.chat.completions.create(
        model="footnote", messages=asked, stream=True, stream_options={"include_usage": True}
    )
    assert last.choices == []
    assert last.usage is not None
    assert last.usage.total_tokens == 0


def test_earlier_messages_are_the_conversation(client: openai.OpenAI) -> None:
    first = "Where did China get most of its imported corn from in 2018-19?"
    reply = client.chat.completions.create(
        model="footnote", messages=[{"role": "user", "content": first}]
    )
    told = reply.choices[0].message.content or ""
    follow_up = client.chat.completions.create(
        model="footnote",
        messages=[
            {"role": "user", "content": first},
            {"role": "assistant", "content": told},
            {"role": "user", "content": "How much of it?"},
        ],
    )
    standalone = follow_up.model_extra["footnote"]["standalone_question"]  # type: ignore[index]
    assert standalone != "How much of it?"


def test_what_cannot_be_asked_is_explained(client: openai.OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as refused:
        client.chat.completions.create(
            model="footnote", messages=[{"role": "assistant", "content": "Hello."}]
        )
    assert "ask something" in refused.value.response.json()["detail"]


def test_the_one_model_is_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["footnote"]
    assert client.models.retrieve("footnote").id == "footnote"
    assert httpx.get(f"{client.base_url}models/other").status_code == 404
