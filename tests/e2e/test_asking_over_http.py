from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import QUESTION, serving


def ask(api: httpx.Client, question: str, **more: object) -> dict[str, object]:
    reply = api.post("/ask", json={"question": question, **more})
    assert reply.status_code == 200, reply.text
    answer: dict[str, object] = reply.json()
    return answer


def test_an_answer_has_the_shape_of_the_contract(api: httpx.Client) -> None:
    answer = ask(api, QUESTION)
    assert answer.keys() == {
        "id", "conversation_id", "question", "standalone_question", "status", "answer",
        "sentences", "citations", "confidence", "follow_up_questions", "generation", "answerer",
        "timings_ms", "corrections",
    }  # fmt: skip
    assert answer["status"] == "answered"
    assert answer["answerer"] == "extractive"
    assert "nearly 80 percent" in str(answer["answer"])
    assert answer["timings_ms"].keys() == {"retrieve", "rerank", "answer", "total"}  # type: ignore[attr-defined]


def test_every_citation_is_verbatim_at_its_offsets(api: httpx.Client) -> None:
    reply = api.post("/ask", json={"question": "Why does China buy Ukrainian corn?"}).json()
    cited = {number for sentence in reply["sentences"] for number in sentence["citations"]}
    assert cited == {citation["number"] for citation in reply["citations"]} != set()
    assert all(sentence["citations"] for sentence in reply["sentences"])
    for citation in reply["citations"]:
        article = api.get(f"/articles/{citation['article_id']}").json()
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert citation["title"] == article["title"]
        assert citation["supports"] is True
        for start, end in citation["highlights"]:
            assert 0 <= start < end <= len(citation["quote"])


def test_the_answer_is_its_sentences_with_their_numbers(api: httpx.Client) -> None:
    reply = api.post("/ask", json={"question": QUESTION}).json()
    parts = [
        f"{one['text']} {' '.join(f'[{n}]' for n in one['citations'])}"
        for one in reply["sentences"]
    ]
    assert reply["answer"] == " ".join(parts)


@pytest.mark.parametrize(
    "question", ["Who won the 2024 US presidential election?", "What is the population of Peru?"]
)
def test_what_the_articles_do_not_say_is_not_found(api: httpx.Client, question: str) -> None:
    reply = api.post("/ask", json={"question": question}).json()
    assert reply["status"] == "not_found"
    assert reply["sentences"] == []
    assert reply["answer"]
    assert all(citation["supports"] is False for citation in reply["citations"])


def test_filters_narrow_what_may_answer(api: httpx.Client) -> None:
    reply = ask(api, QUESTION, filters={"article_ids": ["no-such-article"]})
    assert (reply["status"], reply["citations"]) == ("not_found", [])


def test_a_conversation_keeps_its_turns(api: httpx.Client) -> None:
    first = ask(api, QUESTION)
    second = ask(api, "Who is Doug Klain?", conversation_id=first["conversation_id"])
    turns = api.get(f"/conversations/{first['conversation_id']}").json()["turns"]
    assert [turn["id"] for turn in turns] == [first["id"], second["id"]]


def test_an_answer_is_kept_as_it_was_given(api: httpx.Client) -> None:
    answer = ask(api, QUESTION)
    assert api.get(f"/answers/{answer['id']}").json() == answer


def test_a_verdict_is_kept_for_a_known_answer_only(api: httpx.Client) -> None:
    answer = ask(api, QUESTION)
    verdict = {"helpful": True, "comment": None}
    assert api.post(f"/answers/{answer['id']}/feedback", json=verdict).status_code == 204
    assert api.post("/answers/nobody/feedback", json=verdict).status_code == 404


def test_a_streamed_answer_brings_passages_then_text_then_the_whole(api: httpx.Client) -> None:
    with api.stream("POST", "/ask", json={"question": QUESTION, "stream": True}) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        blocks = reply.read().decode().split("\n\n")
    events = [dict(line.split(": ", 1) for line in b.splitlines() if ": " in line) for b in blocks]
    events = [event for event in events if "event" in event]
    names = [event["event"] for event in events]
    assert names[0] == "retrieved"
    assert names[-1] == "answer"
    assert set(names[1:-1]) == {"token"}
    told = "".join(json.loads(e["data"])["text"] for e in events if e["event"] == "token")
    assert told == json.loads(events[-1]["data"])["answer"]


def test_search_brings_passages_without_an_answer(api: httpx.Client) -> None:
    found = api.post("/search", json={"query": "Ukrainian corn", "top_k": 3}).json()
    assert len(found["passages"]) == 3
    best = found["passages"][0]
    assert "corn" in best["text"]
    article = api.get(f"/articles/{best['article_id']}").json()
    assert article["text"][best["start"] : best["end"]] == best["text"]
    scores = [passage["score"] for passage in found["passages"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize(
    ("path", "body", "status", "named"),
    [
        ("/ask", {"question": ""}, 422, "question"),
        ("/ask", {"question": " \n\t"}, 422, "empty"),
        ("/ask", {}, 422, "question"),
        ("/ask", {"question": 7}, 422, "question"),
        ("/ask", {"question": "x" * 2001}, 422, "2000"),
        ("/ask", {"question": "x", "top_k": 0}, 422, "top_k"),
        ("/ask", {"question": "x", "top_k": 51}, 422, "top_k"),
        ("/ask", {"question": "x", "filters": {"published_after": "soon"}}, 422, "soon"),
        ("/ask", {"question": "x", "filter": {}}, 422, "filter"),
        ("/ask", ["question"], 422, "body"),
        ("/search", {"query": ""}, 422, "query"),
        ("/search", {"query": "x", "top_k": "many"}, 422, "top_k"),
    ],
)
def test_a_wrong_request_is_a_problem_that_names_the_mistake(
    api: httpx.Client, path: str, body: object, status: int, named: str
) -> None:
    reply = api.post(path, json=body)
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem["status"] == status
    assert named in problem["detail"]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b'{"question": ', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"question": "x"}', "text/plain", 415),
        (b"[" * 100_000, "application/json", 400),
        (b"x" * 10_000_001, "application/json", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(
    api: httpx.Client, content: bytes, kind: str, status: int
) -> None:
    reply = api.post("/ask", content=content, headers={"Content-Type": kind})
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "question", ["corn\x00?", "😀" * 500, 'title:"x" AND (', "' OR 1=1 --", "中国はなぜ?", "\u202e"]
)
def test_any_text_may_be_asked(api: httpx.Client, question: str) -> None:
    assert ask(api, question)["status"] in {"answered", "not_found"}


def test_unknown_places_and_methods_are_problems(api: httpx.Client) -> None:
    nowhere, wrong = api.get("/nowhere"), api.put("/ask")
    assert (nowhere.status_code, wrong.status_code) == (404, 405)
    assert wrong.headers["allow"] == "POST"
    for reply in (nowhere, wrong):
        assert reply.headers["content-type"] == "application/problem+json"


def test_another_sites_page_may_not_ask_for_changes(api: httpx.Client) -> None:
    reply = api.delete("/articles/x", headers={"Origin": "https://elsewhere.example"})
    assert reply.status_code == 403


def test_a_name_that_is_not_this_machine_is_not_served(api: httpx.Client) -> None:
    assert api.get("/healthz", headers={"Host": "elsewhere.example"}).status_code == 421


def test_the_description_names_every_operation_and_problem(api: httpx.Client) -> None:
    described = api.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert {"/ask", "/search", "/articles", "/healthz", "/readyz"} <= described["paths"].keys()
    problems = described["paths"]["/ask"]["post"]["responses"]["422"]["content"]
    assert "application/problem+json" in problems


def test_health_and_readiness(api: httpx.Client) -> None:
    assert api.get("/healthz").json() == {"status": "alive"}
    ready = api.get("/readyz").json()
    assert (ready["status"], ready["generation"] >= 1) == ("ready", True)
    assert ready["parts"]["collection"]["articles"] >= 1


def test_readiness_tells_of_the_front_ends_beside_the_api(sample: Path) -> None:
    with serving(sample, FOOTNOTE_SLACK_SIGNING_SECRET="s") as api:  # noqa: S106 - no secret
        parts = api.get("/readyz").json()["parts"]
    assert parts["mcp"] == {"state": "ready"}
    assert parts["slack"]["state"] == "not started"  # it has no token
