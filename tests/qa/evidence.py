"""Hits, evidence and readings made by hand, for tests of what comes after the reader."""

from __future__ import annotations

from collections.abc import Sequence

from index.article import ArticleMetadata, Passage, Span
from index.searcher import Hit
from qa.quotable import quotable_spans
from qa.reader import Evidence, Reading


def hit_on(
    text: str,
    article_id: str = "a",
    *,
    start: int = 0,
    end: int | None = None,
    published_at: str | None = None,
) -> Hit:
    """A hit on `text[start:end]` of an article that is `text`."""
    stop = len(text) if end is None else end
    passage = Passage(article_id, start, stop, text[start:stop])
    metadata = ArticleMetadata(article_id, "A title", published_at=published_at)
    return Hit(passage, metadata, score=1.0, dense=0.9, lexical=3.0)


def evidence_in(hit: Hit, answer: str, probability: float) -> Evidence:
    """The sentence of `hit` that holds `answer`, with it lit up."""
    first = hit.passage.start
    place = hit.passage.text.index(answer)
    sentence = next(
        span
        for span in quotable_spans(hit.passage.text)
        if span.start <= place and place + len(answer) <= span.end
    )
    return Evidence(
        hit,
        Span(first + sentence.start, first + sentence.end),
        (Span(first + place, first + place + len(answer)),),
        probability,
    )


def reading_of(*evidence: Evidence, hits: Sequence[Hit] = ()) -> Reading:
    """What a reader would give, the likeliest first."""
    ordered = sorted(evidence, key=lambda one: -one.probability)
    known = hits or tuple(dict.fromkeys(one.hit for one in ordered))
    return Reading(tuple(known), tuple(ordered))
