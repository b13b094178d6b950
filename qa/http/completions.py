"""`POST /v1/chat/completions`: any chat client that speaks OpenAI's protocol can ask.

https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from qa.answer import MAX_QUESTION_CHARACTERS, Answer, Citation, Question
from qa.conversation import Turn
from qa.http.bodies import JSON_PROBLEMS, is_json
from qa.http.events import DESCRIBED, HEADERS, pieces
from qa.http.events import MEDIA_TYPE as EVENTS
from qa.http.problems import BUSY, NOT_FOUND, UNAVAILABLE, Mistake, documented, invalid, not_found
from qa.http.service import TheService

router = APIRouter(prefix="/v1", tags=["chat completions"])

MODEL = "footnote"
_MAX_MESSAGES = 200
# There are no tokens to pay for.
_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
_LISTED = {"id": MODEL, "object": "model", "created": 0, "owned_by": "footnote"}


class Part(BaseModel):
    """A piece of a message; only text is read."""

    model_config = ConfigDict(extra="allow")

    type: str
    text: str = ""


class ChatMessage(BaseModel):
    """One message of the conversation."""

    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def text(self) -> str:
        """The words of the message."""
        if isinstance(self.content, list):
            return " ".join(part.text for part in self.content if part.type == "text").strip()
        return (self.content or "").strip()


class StreamOptions(BaseModel):
    """What a stream is to carry besides."""

    model_config = ConfigDict(extra="allow")

    include_usage: bool = False


class ChatRequest(BaseModel):
    """What clients send. Everything that steers a language model is accepted and has no effect."""

    model_config = ConfigDict(extra="allow")

    messages: list[ChatMessage] = Field(min_length=1, max_length=_MAX_MESSAGES)
    model: str = MODEL
    stream: bool = False
    stream_options: StreamOptions | None = None


class ChatReply(BaseModel):
    """The completion; `footnote` is the whole answer as `POST /ask` gives it."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str = MODEL
    choices: list[dict[str, Any]]
    usage: dict[str, int] = _USAGE
    footnote: Answer


class ChatChunk(BaseModel):
    """A piece of a streamed completion; the last one carries the whole answer."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str = MODEL
    choices: list[dict[str, Any]]
    usage: dict[str, int] | None = None
    footnote: Answer | None = None


@router.get("/models", summary="List the one model")
async def models() -> dict[str, Any]:
    """Footnote, as the one model that there is."""
    return {"object": "list", "data": [_LISTED]}


@router.get("/models/{name}", summary="Read the one model", responses=documented(NOT_FOUND))
async def model(name: str) -> dict[str, Any]:
    """Footnote, by its name."""
    if name != MODEL:
        raise not_found("model", name, f"the one model is called {MODEL}")
    return _LISTED


@router.post(
    "/chat/completions",
    summary="Ask as a chat completion",
    response_model=ChatReply,
    dependencies=[Depends(is_json)],
    responses={
        200: {"content": {EVENTS: DESCRIBED}},
        **documented(*JSON_PROBLEMS, BUSY, UNAVAILABLE),
    },
)
async def complete(
    chat: ChatRequest, request: Request, service: TheService
) -> ChatReply | StreamingResponse:
    """Answers the last user message; the messages before it are the conversation.

    The text carries numbered quotes; `footnote` is the answer with all its citations.
    """
    question, turns = _asked(chat.messages)
    desk = (await service.collection()).desk
    answer = await service.answering.answer(request, lambda: desk.ask(question, turns))
    if chat.stream:
        with_usage = chat.stream_options is not None and chat.stream_options.include_usage
        return StreamingResponse(_chunks(answer, with_usage), headers=HEADERS, media_type=EVENTS)
    message = {"role": "assistant", "content": cited_text(answer), "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return ChatReply(id=_name(answer), created=int(time.time()), choices=[choice], footnote=answer)


def cited_text(answer: Answer) -> str:
    """The answer and below it its footnotes, as plain text."""
    if answer.status == "not_found":
        return answer.answer
    return "\n\n".join([answer.answer, *(_footnote(one) for one in answer.citations)])


def _footnote(citation: Citation) -> str:
    facts = [citation.title, citation.source, citation.published_at, citation.url]
    quote = " ".join(citation.quote.split())
    return f"[{citation.number}] {', '.join(fact for fact in facts if fact)}: “{quote}”"


def _asked(messages: Sequence[ChatMessage]) -> tuple[Question, list[Turn]]:
    spoken = [one for one in messages if one.role in ("user", "assistant")]
    if not spoken or spoken[-1].role != "user" or not spoken[-1].text():
        detail = "the last message must be the user's and ask something"
        raise invalid([Mistake(where="body", field="messages", detail=detail)])
    turns: list[Turn] = []
    for one in spoken[:-1]:
        if one.role == "user":
            turns.append(Turn(one.text()))
        elif turns:
            turns[-1] = Turn(turns[-1].question, one.text().partition("\n\n")[0])
    text = spoken[-1].text()
    if len(text) > MAX_QUESTION_CHARACTERS:
        detail = f"the question is longer than {MAX_QUESTION_CHARACTERS:,} characters; shorten it"
        raise invalid([Mistake(where="body", field="messages", detail=detail)])
    return Question(question=text), turns


async def _chunks(answer: Answer, with_usage: bool) -> AsyncIterator[str]:
    created = int(time.time())

    def chunk(choices: list[dict[str, Any]], **more: Any) -> str:  # noqa: ANN401 - further fields
        made = ChatChunk(id=_name(answer), created=created, choices=choices, **more)
        left_out = {"usage", "footnote"} - more.keys()
        return f"data: {made.model_dump_json(exclude=left_out)}\n\n"

    def delta(text: dict[str, str], reason: str | None = None) -> list[dict[str, Any]]:
        return [{"index": 0, "delta": text, "finish_reason": reason, "logprobs": None}]

    yield chunk(delta({"role": "assistant", "content": ""}))
    for piece in pieces(cited_text(answer)):
        yield chunk(delta({"content": piece}))
    yield chunk(delta({}, "stop"), footnote=answer)
    if with_usage:
        yield chunk([], usage=_USAGE)
    yield "data: [DONE]\n\n"


def _name(answer: Answer) -> str:
    return f"chatcmpl-{answer.id}"
