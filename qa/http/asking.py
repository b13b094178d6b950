"""`POST /ask`, kept answers, verdicts and conversations."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import Field

from index.searcher import SearchResult
from qa.answer import Answer, Correction, Question, Shape
from qa.desk import Desk
from qa.found import FoundPassages, found
from qa.http.answering import Answering
from qa.http.asgi import wants_page
from qa.http.bodies import JSON_PROBLEMS, is_json
from qa.http.events import DESCRIBED, event, pieces, streamed, wants_events
from qa.http.events import MEDIA_TYPE as EVENTS
from qa.http.page import document
from qa.http.problems import (
    BUSY,
    INVALID,
    NOT_FOUND,
    UNAVAILABLE,
    as_problem,
    documented,
    not_found,
    request_id,
)
from qa.http.service import Open, TheService

router = APIRouter(tags=["questions"])

_LOGGER = logging.getLogger(__name__)
# The largest number that the database can hold.
MAX_NUMBER = 2**63 - 1
_EXAMPLE = {"question": "Why does China buy Ukrainian corn?"}
_NARROWED_EXAMPLE = {
    "question": "Why does China buy Ukrainian corn?",
    "filters": {"sources": ["Reuters"], "published_after": "2022-01-01"},
    "top_k": 8,
    "stream": True,
}


class Verdict(Shape):
    """What a reader thinks of an answer."""

    helpful: bool
    comment: str | None = Field(default=None, max_length=5_000)


class FollowUps(Shape):
    """Questions to go on with; often none."""

    follow_up_questions: tuple[str, ...]


class Corrections(Shape):
    """The next corrections, and the number to ask for more with."""

    corrections: tuple[Correction, ...]
    next: int


class Conversation(Shape):
    """The turns of a conversation, oldest first."""

    id: str
    turns: tuple[Answer, ...]


@router.post(
    "/ask",
    summary="Ask a question",
    response_model=Answer,
    dependencies=[Depends(is_json)],
    responses={
        200: {
            "content": {
                EVENTS: DESCRIBED | {"example": 'event: token\ndata: {"text": "China "}\n\n'}
            }
        },
        **documented(*JSON_PROBLEMS, BUSY, UNAVAILABLE),
    },
)
async def ask(
    question: Annotated[Question, Body(examples=[_EXAMPLE, _NARROWED_EXAMPLE])],
    request: Request,
    service: TheService,
) -> Answer | Response:
    """Answers in the articles' own words, every sentence with its citations.

    `status` is `not_found` when the articles do not say. With `"stream": true` or
    `Accept: text/event-stream` the same arrives as server-sent events: `retrieved` with the
    passages, `token` with pieces of the answer's text, `answer` with the whole, or `error` with
    a problem.
    """
    desk = (await service.collection()).desk
    if question.stream or wants_events(request):
        return await _streamed(service.answering, desk, question, request)
    return await service.answering.answer(request, lambda: desk.ask(question))


@router.get(
    "/answers/{answer_id}",
    summary="Read a kept answer",
    response_model=Answer,
    responses={
        200: {"content": {"text/html": {"schema": {"type": "string"}}}},
        **documented(NOT_FOUND, UNAVAILABLE),
    },
)
async def kept_answer(
    answer_id: str, request: Request, response: Response, collection: Open
) -> Answer | Response:
    """An answer as it was given.

    `corrections` names the articles that have been corrected or withdrawn since, so that what the
    answer quotes is no longer in them. Browsers get it as a page.
    """
    if wants_page(request.scope):
        return document()
    response.headers["Vary"] = "Accept"
    answer = await run_in_threadpool(collection.desk.kept, answer_id)
    if answer is None:
        raise _no_answer(answer_id)
    return answer


@router.get(
    "/answers/{answer_id}/follow-ups",
    summary="Find questions to go on with",
    responses=documented(NOT_FOUND, BUSY, UNAVAILABLE),
)
async def follow_ups(
    answer_id: str, request: Request, service: TheService, collection: Open
) -> FollowUps:
    """Up to three questions that the articles behind an answer answer too, with confidence.

    Each was asked to make sure, which takes as long as asking; so they do not hold up the answer.
    """
    desk = collection.desk
    answer = await run_in_threadpool(desk.records.answer, answer_id)
    if answer is None:
        raise _no_answer(answer_id)
    found = await service.answering.run(request, lambda: desk.follow_up_questions(answer))
    return FollowUps(follow_up_questions=found)


@router.get(
    "/corrections",
    summary="List the corrections of kept answers",
    responses=documented(INVALID, UNAVAILABLE),
)
async def corrections(
    collection: Open, after: Annotated[int, Query(ge=0, le=MAX_NUMBER)] = 0
) -> Corrections:
    """Kept answers whose articles were corrected or withdrawn, oldest first.

    Ask again with `after` set to `next` to learn what is new.
    """
    found = await run_in_threadpool(collection.desk.corrections, after)
    return Corrections(corrections=found, next=found[-1].number if found else after)


@router.post(
    "/answers/{answer_id}/feedback",
    summary="Judge an answer",
    status_code=204,
    dependencies=[Depends(is_json)],
    responses=documented(*JSON_PROBLEMS, NOT_FOUND, UNAVAILABLE),
)
async def judge(answer_id: str, verdict: Verdict, collection: Open) -> None:
    """Keeps a reader's verdict on an answer."""
    records = collection.desk.records
    known = await run_in_threadpool(
        records.judge, answer_id, helpful=verdict.helpful, comment=verdict.comment
    )
    if not known:
        raise _no_answer(answer_id)


@router.get(
    "/conversations/{conversation_id:path}",
    summary="Read a conversation",
    response_model=Conversation,
    responses={
        200: {"content": {"text/html": {"schema": {"type": "string"}}}},
        **documented(NOT_FOUND, UNAVAILABLE),
    },
)
async def conversation(
    conversation_id: str, request: Request, response: Response, collection: Open
) -> Conversation | Response:
    """The turns of a conversation, oldest first. Browsers get it as a page."""
    if wants_page(request.scope):
        return document()
    response.headers["Vary"] = "Accept"
    turns = await run_in_threadpool(collection.desk.kept_conversation, conversation_id)
    if not turns:
        raise not_found("conversation", conversation_id, "an answer names its `conversation_id`")
    return Conversation(id=conversation_id, turns=turns)


async def _streamed(
    answering: Answering, desk: Desk, question: Question, request: Request
) -> StreamingResponse:
    """What goes wrong up to the passages is still answered with a plain problem."""
    loop = asyncio.get_running_loop()
    first: asyncio.Future[SearchResult] = loop.create_future()

    def on_found(result: SearchResult) -> None:
        loop.call_soon_threadsafe(first.set_result, result)

    answer = asyncio.ensure_future(
        answering.answer(request, lambda: desk.ask(question, on_found=on_found))
    )
    await asyncio.wait((first, answer), return_when=asyncio.FIRST_COMPLETED)
    if not first.done():
        answer.result()  # raises what went wrong
    return streamed(_events(found(await first), answer, request))


async def _events(
    passages: FoundPassages, answering: asyncio.Future[Answer], request: Request
) -> AsyncIterator[bytes]:
    yield event("retrieved", passages)
    try:
        answer = await answering
    except Exception as error:  # the status is sent already: tell it as an event
        name = request_id(request.scope)
        _LOGGER.exception("request %s: the answer failed", name)
        yield event("error", as_problem(error).problem(name))
        return
    for text in pieces(answer.answer):
        yield event("token", Token(text=text))
    yield event("answer", answer)


class Token(Shape):
    """A piece of the answer's text; all of them together are the whole text."""

    text: str


def _no_answer(answer_id: str) -> Exception:
    return not_found("answer", answer_id, "check the `id` that came with it")
