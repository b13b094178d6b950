"""Questions to go on with: what else the quoted articles answer.

Questions made from sentences around the quotes are kept only if the reader, asked them, finds the
very words again that each was made to ask for ("roundtrip consistency": Alberti et al. 2019,
https://aclanthology.org/P19-1620/). Few sentences can be asked for; where none can, nothing is
suggested.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index.article import Passage, Span
from qa.answerers.base import Quote
from qa.conversation.mentions import content_words
from qa.quotable import quotable_spans
from qa.reader import Reader
from qa.sentence_questions import question_from

MOST = 3
# Questions that are put to the reader at most; each costs it one short passage.
_MOST_READ = 4
_SURE = 0.6
_ALIKE = 0.7
# Characters on either side of a quote that are looked through.
_AROUND = 4_000


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A question, the place of the words that answer it, and the sentences around to read."""

    question: str
    told: Span
    around: Span


class Suggester:
    """Finds questions to go on with. Safe to share between threads."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def suggest(
        self, question: str, quotes: Sequence[Quote], texts: Mapping[str, str]
    ) -> tuple[str, ...]:
        """Up to three questions that the quoted articles answer with confidence.

        `texts` are those articles' by their ids. No question asks what was asked, or what the
        quotes tell.
        """
        read, found = 0, [question]
        for quote in quotes:
            text = texts.get(quote.hit.article.id, "")
            for one in _candidates(quote, quotes, text):
                if read == _MOST_READ or len(found) > MOST:
                    break
                if any(_alike(_bag(one.question), _bag(other)) for other in found):
                    continue
                read += 1
                if self._is_answered(one, quote, text):
                    found.append(one.question)
        return tuple(found[1:])

    def _is_answered(self, one: _Candidate, quote: Quote, text: str) -> bool:
        start, end = one.around.start, one.around.end
        passage = Passage(quote.hit.article.id, start, end, text[start:end])
        reading = self._reader.read(one.question, [replace(quote.hit, passage=passage)])
        if reading.answerability < _SURE:
            return False
        lit = reading.evidence[0].highlights
        return bool(lit) and _overlap(lit[0], one.told)


def _candidates(quote: Quote, quotes: Sequence[Quote], text: str) -> Iterator[_Candidate]:
    """Those from the sentences around a quote that no quote shows, the nearest first."""
    first, last = max(quote.start - _AROUND, 0), min(quote.end + _AROUND, len(text))
    sentences = [
        Span(first + one.start, first + one.end) for one in quotable_spans(text[first:last])
    ]
    shown = [Span(q.start, q.end) for q in quotes if q.hit.article.id == quote.hit.article.id]
    by_distance = sorted(
        range(len(sentences)), key=lambda index: abs(sentences[index].start - quote.start)
    )
    for index in by_distance:
        sentence = sentences[index]
        if any(_overlap(sentence, other) for other in shown):
            continue
        before, after = sentences[max(index - 1, 0)], sentences[min(index + 1, len(sentences) - 1)]
        around = Span(before.start, after.end)
        made = question_from(quote.hit.article.title, text, sentence)
        if made is not None:
            yield _Candidate(*made, around)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _bag(question: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in content_words(question))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * max(min(len(one), len(other)), 1)
