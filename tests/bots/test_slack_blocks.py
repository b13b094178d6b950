"""Whatever an answer holds, Slack takes it, and nothing in it mentions, links or formats."""

from __future__ import annotations

import json
import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bots.slack.blocks import below, passage_modal, reply_blocks, streamed_pieces
from bots.slack.links import links_in, plain
from bots.slack.markup import escaped, escaped_markdown
from qa.answer import Answer, Citation, Sentence, Timings
from tests.bots.slack_rules import MAX_CHUNK, refused_blocks, refused_view

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
LONG = st.builds(lambda text, times: text * times, TEXTS, st.integers(1, 100))
URLS = st.none() | TEXTS.map("https://example.org/{}".format) | LONG.map("http://{}".format)
HOSTILE = (
    "<!channel> <@U1> [x](https://evil.example) [1]: https://evil.example @here :skull: *b* _i_"
)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    count = draw(st.integers(0, 3))
    citations = [
        Citation(
            number=number, article_id=f"a{number}", title=draw(LONG), url=draw(URLS),
            source=draw(st.none() | LONG), author=draw(st.none() | TEXTS), published_at=None,
            passage_id="p", start=0, end=1, quote=draw(LONG), highlights=(), score=0.5,
        )
        for number in range(1, draw(st.integers(1, 60)) + 1)
    ]  # fmt: skip
    return Answer(
        id="a" * 32, conversation_id="c", question="Why?", standalone_question=draw(LONG),
        status="answered" if count else "not_found", answer=draw(LONG),
        sentences=tuple(Sentence(text=draw(LONG), citations=(1,)) for _ in range(count)),
        citations=tuple(citations), confidence=0.5,
        follow_up_questions=tuple(draw(st.lists(LONG, max_size=8))), generation=1,
        answerer="test", timings_ms=Timings(retrieve=0, rerank=0, answer=0, total=0),
    )  # fmt: skip


@settings(max_examples=40)
@given(answers())
def test_slack_takes_every_reply(answer: Answer) -> None:
    assert refused_blocks(reply_blocks(answer), 50) == ""
    assert refused_blocks(below(answer), 50) == ""
    assert all(0 < len(piece) <= MAX_CHUNK for piece in streamed_pieces(answer))


@settings(max_examples=20)
@given(answers(), LONG, LONG)
def test_slack_takes_every_passage(answer: Answer, before: str, after: str) -> None:
    assert refused_view(passage_modal(answer.citations[0], before, after)) == ""


@given(LONG)
@example(HOSTILE)
def test_escaped_text_has_no_markup_of_slacks(text: str) -> None:
    for safe in (escaped(text), escaped_markdown(text)):
        assert "<" not in safe
        assert ">" not in safe
        assert not re.search(r"&(?!amp;|lt;|gt;)", safe)
        assert not re.search(r"[*_~`](?!\u200b)", safe)
    assert not re.search(r"[\[\]()!#@|:](?!\u200b)", escaped_markdown(text))


@given(LONG, st.integers(10, 3_000))
def test_a_text_is_cut_to_its_limit_between_what_stands_for_a_character(
    text: str, limit: int
) -> None:
    cut = escaped(text, limit)
    assert len(cut) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;)", cut)


@given(LONG)
def test_what_is_shown_is_what_the_article_says(text: str) -> None:
    shown = escaped(text).replace("\u200b", "")
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        shown = shown.replace(entity, character)
    assert shown == text.replace("\u200b", "")


def test_an_address_that_is_too_long_for_slack_is_left_out() -> None:
    answer = json.dumps(reply_blocks(_with_url("https://example.org/" + "x" * 4_000)))
    assert "https://" not in answer
    assert "https://example.org/a#:~:text=" in json.dumps(
        reply_blocks(_with_url("https://example.org/a"))
    )


def _with_url(url: str) -> Answer:
    citation = Citation(
        number=1, article_id="a", title="Rain", url=url, source=None, author=None,
        published_at=None, passage_id="p", start=0, end=12, quote="Rain on Monday.",
        highlights=(), score=0.5,
    )  # fmt: skip
    return Answer(
        id="a", conversation_id="c", question="Why?", standalone_question="Why?",
        status="answered", answer="Rain [1]", sentences=(Sentence(text="Rain", citations=(1,)),),
        citations=(citation,), confidence=0.5, follow_up_questions=(), generation=1,
        answerer="test", timings_ms=Timings(retrieve=0, rerank=0, answer=0, total=0),
    )  # fmt: skip


def test_a_message_is_read_without_slacks_markup() -> None:
    text = "<@UBOT> see <https://example.org/a?b=1&amp;c=2|this> &amp; <#C1|general>"
    assert plain(text, "UBOT") == "see this & general"


def test_links_are_found_in_marked_and_in_bare_text() -> None:
    text = "<https://a.example/x?b=1&amp;c=2|https://a.example> http://b.example/y <mailto:a@b.c>"
    assert links_in(text) == ("https://a.example/x?b=1&c=2", "http://b.example/y")
