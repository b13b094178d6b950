"""The Python client against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from qa.answer import Answer, QuestionFilters
from qa.client import Client, ProblemError, Token
from qa.found import FoundPassages
from tests.e2e.conftest import QUESTION


@pytest.fixture
def client(api: httpx.Client) -> Iterator[Client]:
    with Client(str(api.base_url)) as client:
        yield client


def test_questions_are_answered_with_their_citations(client: Client) -> None:
    answer = client.ask(QUESTION)
    assert answer.status == "answered"
    for citation in answer.citations:
        text = client.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.quote
    assert client.answer(answer.id) == answer
    client.judge(answer.id, helpful=True, comment="just so")
    other = client.ask(QUESTION, filters=QuestionFilters(sources=("nobody's",)))
    assert other.status == "not_found"


def test_an_answer_may_be_watched_as_it_comes(client: Client) -> None:
    passages, *tokens, answer = client.ask_streaming(QUESTION)
    assert isinstance(passages, FoundPassages)
    assert isinstance(answer, Answer)
    assert "".join(one.text for one in tokens if isinstance(one, Token)) == answer.answer


def test_articles_are_added_followed_listed_found_and_removed(
    client: Client, tmp_path: Path
) -> None:
    file = tmp_path / "own-client-file.txt"
    file.write_text("Grebnik is a cape with a beacon.")
    jobs = [client.add([{"id": "own/client", "text": "Ostrow is a cape."}])]
    jobs.append(client.add_files([file]))
    ended = [list(client.follow(job.id))[-1] for job in jobs]
    assert [job.status for job in ended] == ["done", "done"]
    assert client.job(jobs[0].id) == ended[0]
    assert client.search("Grebnik beacon", top_k=1).passages[0].text == file.read_text()
    assert "own/client" in [article.id for article in client.articles()]
    client.remove("own/client")
    assert "own/client" not in [article.id for article in client.articles()]


def test_sources_are_followed_listed_and_left(client: Client) -> None:
    address = "http://127.0.0.1:9/feed.xml"
    added = client.add_source(address, every_seconds=3600)
    assert (added.location, added.every_seconds) == (address, 3600)
    assert [one.location for one in client.sources()] == [address]
    client.remove_source(address)
    assert client.sources() == ()
    with pytest.raises(ProblemError, match="GET /sources"):
        client.remove_source(address)


def test_a_problem_says_what_is_wrong_and_what_to_do(client: Client) -> None:
    with pytest.raises(ProblemError, match="GET /articles lists the ids") as raised:
        client.article("nothing/here")
    assert (raised.value.status, raised.value.type) == (404, "urn:footnote:problem:not-found")
    with pytest.raises(ProblemError, match="question"):
        list(client.ask_streaming(" "))
