"""`POST /articles`, and the jobs that come of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from qa.http.bodies import JSON_PROBLEMS
from qa.http.events import MEDIA_TYPE as EVENTS
from qa.http.events import event, streamed, wants_events
from qa.http.jobs import Job
from qa.http.problems import (
    BUSY,
    NOT_FOUND,
    NOTHING_TAKEN,
    UNAVAILABLE,
    Mistake,
    ProblemError,
    documented,
    not_found,
)
from qa.http.service import Collection, Open
from qa.http.submissions import OPENAPI, submitted

router = APIRouter(tags=["articles"])

_SECONDS_BETWEEN_EVENTS = 0.2


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
        **documented(*JSON_PROBLEMS, NOTHING_TAKEN, BUSY, UNAVAILABLE),
    },
)
async def add(
    request: Request,
    response: Response,
    collection: Open,
    wait: Annotated[bool, Query(description="Answer when the articles can be found.")] = False,
) -> Job:
    """Takes one article, `{"articles": [...]}`, `{"url": "..."}` to fetch, or files (multipart).

    Answers at once with a job. With `wait=true` it answers with the finished job as soon as its
    articles can be found: 200 when any source was taken, 422 when every one was refused, each
    with the reason.
    """
    work = await submitted(request, collection.indexer)
    job, ended = await run_in_threadpool(collection.jobs.submit, work)
    response.headers["Location"] = f"/jobs/{job.id}"
    if not wait:
        return job
    # Shielded: when the client goes away, the job goes on.
    job = await asyncio.shield(asyncio.wrap_future(ended))
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
        200: {"content": {EVENTS: {"schema": {"type": "string"}}}},
        **documented(NOT_FOUND, UNAVAILABLE),
    },
)
async def state(job_id: str, request: Request, collection: Open) -> Job | Response:
    """How a job stands, with every source that was taken or refused so far.

    With `Accept: text/event-stream` as events: `job` whenever it has gone on, until it has ended.
    """
    job = await _found(job_id, collection)
    return streamed(_until_it_ends(job, collection)) if wants_events(request) else job


async def _until_it_ends(job: Job, collection: Collection) -> AsyncIterator[bytes]:
    yield event("job", job)
    while job.status in ("queued", "running"):
        await asyncio.sleep(_SECONDS_BETWEEN_EVENTS)
        now = await _found(job.id, collection)
        if now != job:
            job = now
            yield event("job", job)


async def _found(job_id: str, collection: Collection) -> Job:
    job = await run_in_threadpool(collection.jobs.find, job_id)
    if job is None:
        raise not_found("job", job_id, "POST /articles answers with the id")
    return job


def _nothing_taken(job: Job) -> ProblemError:
    mistakes = [Mistake(where="source", field=one.source, detail=one.reason) for one in job.refused]
    reason = f"{mistakes[0].field}: {mistakes[0].detail}" if mistakes else "it holds no article"
    more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
    return ProblemError(NOTHING_TAKEN, f"Nothing was taken: {reason}{more}.", mistakes=mistakes)
