"""`POST /articles`, and the jobs that come of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from qa.http.bodies import JSON_PROBLEMS
from qa.http.events import DESCRIBED, event, streamed, wants_events
from qa.http.events import MEDIA_TYPE as EVENTS
from qa.http.problems import (
    BUSY,
    KEY_REUSED,
    NOT_FOUND,
    NOTHING_TAKEN,
    UNAVAILABLE,
    Mistake,
    ProblemError,
    documented,
    not_found,
)
from qa.http.service import Collection, Open, TheService
from qa.http.submissions import OPENAPI, idempotency_key, submitted
from qa.job_shapes import Job

router = APIRouter(tags=["articles"])

# A short job is over after the first looks; a long one is looked at less often.
_FIRST_LOOK = 0.02
_LONGEST_BETWEEN_LOOKS = 0.2


@router.post(
    "/articles",
    summary="Add or update articles",
    status_code=202,
    openapi_extra=OPENAPI,
    responses={
        200: {"model": Job, "description": "With `wait=true`: the finished job."},
        202: {
            "description": "The job, which goes on.",
            "headers": {"Location": {"description": "The job.", "schema": {"type": "string"}}},
        },
        **documented(*JSON_PROBLEMS, KEY_REUSED, NOTHING_TAKEN, BUSY, UNAVAILABLE),
    },
)
async def add(
    request: Request,
    response: Response,
    collection: Open,
    service: TheService,
    wait: Annotated[bool, Query(description="Answer when the articles can be found.")] = False,
) -> Job:
    """Takes one article, `{"articles": [...]}`, `{"url": "..."}` to fetch, or files (multipart).

    Answers at once with a job, which is done even if the server is stopped meanwhile: then after
    its next start. With `wait=true` it answers with the finished job as soon as its articles can
    be found: 200 when any source was taken, 422 when every one was refused, each with the reason.
    With an `Idempotency-Key` the same request may be sent again: it gives the same job.
    """
    submission, key = await submitted(request), idempotency_key(request)
    job = await run_in_threadpool(collection.jobs.submit, submission, key)
    response.headers["Location"] = f"/jobs/{job.id}"
    if not wait:
        return job
    async for state in _states(job, collection):
        job = state
        if service.is_stopping or await request.is_disconnected():
            break  # the job goes on
    if not job.has_ended:
        return job
    if job.error is not None:
        raise ProblemError(UNAVAILABLE, job.error)
    if not job.taken:
        raise _nothing_taken(job)
    response.status_code = 200
    return job


@router.get(
    "/jobs/{job_id}",
    summary="Follow a job",
    response_model=Job,
    responses={
        200: {"content": {EVENTS: DESCRIBED}},
        **documented(NOT_FOUND, UNAVAILABLE),
    },
)
async def state(
    job_id: str, request: Request, collection: Open, service: TheService
) -> Job | Response:
    """How a job stands, with every source that was taken or refused so far.

    With `Accept: text/event-stream` as events: `job` whenever it has gone on, until it has ended
    or the server stops; ask again then, the job goes on after the next start.
    """
    job = await run_in_threadpool(collection.jobs.find, job_id)
    if job is None:
        raise not_found("job", job_id, "POST /articles answers with the id")
    if not wants_events(request):
        return job
    return streamed(_events(job, collection, service))


async def _events(job: Job, collection: Collection, service: TheService) -> AsyncIterator[bytes]:
    told = None
    async for state in _states(job, collection):
        if state != told:
            told = state
            yield event("job", state)
        if service.is_stopping:
            return


async def _states(job: Job, collection: Collection) -> AsyncIterator[Job]:
    """How the job stands, again and again, until it has ended."""
    yield job
    wait = _FIRST_LOOK
    while not job.has_ended:
        await asyncio.sleep(wait)
        wait = min(2 * wait, _LONGEST_BETWEEN_LOOKS)
        now = await run_in_threadpool(collection.jobs.find, job.id)
        job = job if now is None else now
        yield job


def _nothing_taken(job: Job) -> ProblemError:
    mistakes = [Mistake(where="source", field=one.source, detail=one.reason) for one in job.refused]
    reason = f"{mistakes[0].field}: {mistakes[0].detail}" if mistakes else "it holds no article"
    more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
    return ProblemError(NOTHING_TAKEN, f"Nothing was taken: {reason}{more}.", mistakes=mistakes)
