"""A client of Footnote's HTTP API, with the shapes that the server has.

with Client("http://localhost:8000") as footnote:
    print(footnote.ask("Why does China buy Ukrainian corn?").answer)
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from qa.answer import Answer, QuestionFilters
from qa.article_shapes import ArticleShape, WholeArticle
from qa.found import FoundPassages
from qa.job_shapes import Job
from qa.source_shapes import Followed

_TIMEOUT = 60.0
_ANY = QuestionFilters()
_EVENTS = {"Accept": "text/event-stream"}


class ProblemError(Exception):
    """The server answered with a problem (RFC 9457); `retry_after` in seconds, where it says."""

    def __init__(self, problem: Mapping[str, Any], retry_after: int | None) -> None:
        super().__init__(problem.get("detail") or "The server answered with an error.")
        self.type = str(problem.get("type", "about:blank"))
        self.status = int(problem.get("status", 0))
        self.request = str(problem.get("instance", ""))
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an answer's text."""

    text: str


class Client:
    """Calls one server. Safe to share between threads; close it, or use it as a context.

    Every method raises `ProblemError` when the server answers with one, and `httpx.HTTPError`
    when it cannot be reached.
    """

    def __init__(self, address: str, key: str | None = None, timeout: float = _TIMEOUT) -> None:
        """`address` as in `http://localhost:8000`, `key` an API key, `timeout` in seconds."""
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self._http = httpx.Client(base_url=address, headers=headers, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def ask(
        self,
        question: str,
        *,
        conversation_id: str | None = None,
        filters: QuestionFilters = _ANY,
    ) -> Answer:
        """The answer; ask follow-up questions with its `conversation_id`."""
        body = _question(question, conversation_id, filters)
        return Answer.model_validate(self._json("POST", "/ask", json=body))

    def ask_streaming(
        self,
        question: str,
        *,
        conversation_id: str | None = None,
        filters: QuestionFilters = _ANY,
    ) -> Iterator[FoundPassages | Token | Answer]:
        """The passages as soon as they are found, then pieces of the text, then the answer."""
        body = _question(question, conversation_id, filters)
        for name, data in self._events("POST", "/ask", json=body):
            if name == "retrieved":
                yield FoundPassages.model_validate_json(data)
            elif name == "token":
                yield Token(json.loads(data)["text"])
            elif name == "answer":
                yield Answer.model_validate_json(data)
            elif name == "error":
                raise ProblemError(json.loads(data), None)

    def search(
        self, query: str, *, filters: QuestionFilters = _ANY, top_k: int = 8
    ) -> FoundPassages:
        """The best passages, without an answer."""
        body = {"query": query, "filters": filters.model_dump(), "top_k": top_k}
        return FoundPassages.model_validate(self._json("POST", "/search", json=body))

    def add(self, articles: Sequence[Mapping[str, Any]]) -> Job:
        """Adds or updates articles, each with `text` and what else is known; the job of it."""
        return self._submit(json={"articles": [dict(one) for one in articles]})

    def add_files(self, paths: Sequence[Path]) -> Job:
        """Uploads files; the job of it."""
        return self._submit(files=[("file", (path.name, path.read_bytes())) for path in paths])

    def add_page(self, url: str) -> Job:
        """Lets the server fetch a page of the web; the job of it."""
        return self._submit(json={"url": url})

    def job(self, job_id: str) -> Job:
        """How a job stands."""
        return Job.model_validate(self._json("GET", f"/jobs/{_part(job_id)}"))

    def follow(self, job_id: str) -> Iterator[Job]:
        """How a job stands whenever it has gone on, until it has ended or the server stops."""
        for _name, data in self._events("GET", f"/jobs/{_part(job_id)}"):
            yield Job.model_validate_json(data)

    def articles(self) -> Iterator[ArticleShape]:
        """Every article without its text, by id."""
        cursor: dict[str, str] = {}
        while True:
            page = self._json("GET", "/articles", params=cursor)
            yield from map(ArticleShape.model_validate, page["articles"])
            if page["next_cursor"] is None:
                return
            cursor = {"cursor": page["next_cursor"]}

    def article(self, article_id: str) -> WholeArticle:
        """One article with its text."""
        return WholeArticle.model_validate(self._json("GET", f"/articles/{_part(article_id)}"))

    def remove(self, article_id: str) -> None:
        """Removes an article."""
        self._reply("DELETE", f"/articles/{_part(article_id)}")

    def sources(self) -> tuple[Followed, ...]:
        """What the collection is kept in step with; needs a key that may edit."""
        found = self._json("GET", "/sources")["sources"]
        return tuple(map(Followed.model_validate, found))

    def add_source(self, location: str, *, every_seconds: int = 900) -> Followed:
        """Follows a feed, sitemap or page; with a key that may admin also a server's folder."""
        body = {"location": location, "every_seconds": every_seconds}
        return Followed.model_validate(self._json("POST", "/sources", json=body))

    def remove_source(self, location: str) -> None:
        """No longer follows a source; its articles stay."""
        self._reply("DELETE", "/sources", params={"location": location})

    def answer(self, answer_id: str) -> Answer:
        """A kept answer, with what became of its articles since."""
        return Answer.model_validate(self._json("GET", f"/answers/{_part(answer_id)}"))

    def judge(self, answer_id: str, *, helpful: bool, comment: str | None = None) -> None:
        """Keeps a verdict on an answer."""
        verdict = {"helpful": helpful, "comment": comment}
        self._reply("POST", f"/answers/{_part(answer_id)}/feedback", json=verdict)

    def _submit(self, **body: Any) -> Job:  # noqa: ANN401 - handed on to httpx
        """Once, even where the library sends it again."""
        key = {"Idempotency-Key": f'"{uuid.uuid4()}"'}
        return Job.model_validate(self._json("POST", "/articles", headers=key, **body))

    def _json(self, method: str, path: str, **options: Any) -> Any:  # noqa: ANN401 - any JSON
        return self._reply(method, path, **options).json()

    def _reply(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401
        reply = self._http.request(method, path, **options)
        _raise_problem(reply)
        return reply

    def _events(self, method: str, path: str, json: object = None) -> Iterator[tuple[str, str]]:
        with self._http.stream(method, path, headers=_EVENTS, json=json) as reply:
            if not reply.is_success:
                reply.read()
            _raise_problem(reply)
            yield from _parsed(reply.iter_lines())


def _parsed(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Names and data of server-sent events.

    https://html.spec.whatwg.org/multipage/server-sent-events.html
    """
    name = ""
    data: list[str] = []
    for line in lines:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line and data:
            yield name, "\n".join(data)
            name, data = "", []
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)


def _raise_problem(reply: httpx.Response) -> None:
    if reply.is_success:
        return
    stated = reply.headers.get("retry-after", "")
    try:
        problem = reply.json()
    except ValueError:  # not Footnote's own but a proxy's
        problem = {"status": reply.status_code, "detail": reply.text.strip()}
    raise ProblemError(problem, int(stated) if stated.isdecimal() else None)


def _question(
    question: str, conversation_id: str | None, filters: QuestionFilters
) -> dict[str, object]:
    return {
        "question": question,
        "conversation_id": conversation_id,
        "filters": filters.model_dump(),
    }


def _part(name: str) -> str:
    return quote(name, safe="")
