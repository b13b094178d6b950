"""`POST /ask`, kept answers, verdicts and conversations."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import Field
from starlette.exceptions import HTTPException

from index.errors import CollectionError
from qa.answer import Answer, Question, Shape
from qa.found import found
from qa.http.problems import documented
from qa.http.service import Open, Service

router = APIRouter(tags=["questions"])


class Verdict(Shape):
    """What a reader thinks of an answer."""

    helpful: bool
    comment: str | None = Field(default=None, max_length=5_000)


class Conversation(Shape):
    """The turns of a conversation, oldest first."""

    id: str
    turns: tuple[Answer, ...]


@router.post("/ask", response_model=Answer, responses=documented(400, 413, 422, 503))
async def ask(question: Question, request: Request, service: Open) -> Answer | Response:
    """Answers a question in the articles' own words, every sentence with its citations.

    With `"stream": true` or `Accept: text/event-stream`, server-sent events: `retrieved` with
    the passages, `token` with the answer's text, `answer` with the whole, or `error`.
    """
    if question.stream or "text/event-stream" in request.headers.get("accept", ""):
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(
            _events(service, question), media_type="text/event-stream", headers=headers
        )
    return await service.run(lambda: service.desk.ask(question))


@router.get("/answers/{answer_id}", responses=documented(404))
async def kept_answer(answer_id: str, service: Open) -> Answer:
    """An answer that was given before."""
    answer = await service.run(lambda: service.desk.records.answer(answer_id))
    if answer is None:
        raise HTTPException(404, f"There is no answer {answer_id!r}; check its id.")
    return answer


@router.post("/answers/{answer_id}/feedback", status_code=204, responses=documented(404, 422))
async def judge(answer_id: str, verdict: Verdict, service: Open) -> None:
    """Keeps a verdict on an answer."""
    records = service.desk.records
    known = await service.run(
        lambda: records.judge(answer_id, helpful=verdict.helpful, comment=verdict.comment)
    )
    if not known:
        raise HTTPException(404, f"There is no answer {answer_id!r}; check its id.")


@router.get("/conversations/{conversation_id}", responses=documented(404))
async def conversation(conversation_id: str, service: Open) -> Conversation:
    """The turns of a conversation."""
    turns = await service.run(lambda: service.desk.records.conversation(conversation_id))
    if not turns:
        raise HTTPException(404, f"There is no conversation {conversation_id!r}; check its id.")
    return Conversation(id=conversation_id, turns=turns)


async def _events(service: Service, question: Question) -> AsyncIterator[bytes]:
    desk = service.desk
    try:
        result = await service.run(
            lambda: desk.search(question.question, question.filters, question.top_k)
        )
        yield _event("retrieved", found(result).model_dump(mode="json"))
        answer = await service.run(lambda: desk.ask(question))
    except CollectionError as error:
        yield _event("error", {"status": 503, "detail": str(error)})
        return
    for word in answer.answer.split(" "):
        yield _event("token", {"text": f"{word} "})
    yield _event("answer", answer.model_dump(mode="json"))


def _event(name: str, data: object) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False))
