"""One answer held against what the data set expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from index.searcher import Hit
from qa.answer import Answer, Citation
from qa.evaluating.dataset import Evidence, Query
from qa.evaluating.span_measures import exact_match, token_f1

# How far down the ranking recall and reciprocal rank look.
DEPTH = 10


class Outcome(BaseModel):
    """What became of one query. None where the data set does not say what is right.

    `rank` is the first hit's, from 1; 0 when there is none among the first ten. `span` is the
    highlighted piece that was given as the answer. `right`: a citation overlaps the evidence
    (or, without evidence, holds an expected answer). All of it also where the confidence is
    below the threshold, so that other thresholds can be judged; `answered` says what was shown.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    standalone_question: str
    answerable: bool
    answered: bool
    right: bool
    rank: int | None
    expected: tuple[str, ...]
    said: str
    span: str
    exact_match: float | None
    f1: float | None
    span_in_citations: bool | None
    verbatim: float | None
    relevant_citations: float | None
    confidence: float
    milliseconds: Mapping[str, float]


def judge(
    query: Query, answer: Answer, texts: Mapping[str, str], rank: int | None, threshold: float
) -> Outcome:
    """`answer` was made without a threshold; `texts` are the cited articles' stored texts."""
    cited = [citation for citation in answer.citations if citation.supports]
    answered = bool(answer.sentences) and answer.confidence >= threshold
    span = _span(cited)
    has_answers = query.answerable and bool(query.answers)
    overlapping = [_overlaps(citation, query.evidence) for citation in cited]
    holds_span = any(folded(text) in folded(c.quote) for text in query.answers for c in cited)
    return Outcome(
        id=query.id,
        question=query.question,
        standalone_question=answer.standalone_question,
        answerable=query.answerable,
        answered=answered,
        right=query.answerable and (any(overlapping) if query.evidence else holds_span),
        rank=rank,
        expected=query.answers or tuple(one.quote for one in query.evidence),
        said=" ".join(sentence.text for sentence in answer.sentences),
        span=span,
        exact_match=exact_match(span, query.answers) * answered if has_answers else None,
        f1=token_f1(span, query.answers) * answered if has_answers else None,
        span_in_citations=holds_span and answered if has_answers else None,
        verbatim=_share([texts.get(c.article_id, "")[c.start : c.end] == c.quote for c in cited]),
        relevant_citations=_share(overlapping) if query.evidence and answered else None,
        confidence=answer.confidence,
        milliseconds=answer.timings_ms.model_dump(),
    )


def first_hit(hits: Sequence[Hit], evidence: Sequence[Evidence]) -> int:
    """The rank, from 1, of the first passage that holds a quote; 0 when none does."""
    for rank, hit in enumerate(hits, 1):
        text = folded(hit.passage.text)
        if any(
            one.article_id in (None, hit.article.id) and folded(one.quote) in text
            for one in evidence
        ):
            return rank
    return 0


def folded(text: str) -> str:
    """White space folded and case ignored, for comparing quotes."""
    return " ".join(text.split()).casefold()


def _span(cited: Sequence[Citation]) -> str:
    for citation in cited:
        if citation.highlights:
            start, end = citation.highlights[0]
            return citation.quote[start:end]
    return cited[0].quote if cited else ""


def _overlaps(citation: Citation, evidence: Sequence[Evidence]) -> bool:
    quote = folded(citation.quote)
    return any(
        one.article_id in (None, citation.article_id)
        and (folded(one.quote) in quote or quote in folded(one.quote))
        for one in evidence
    )


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None
