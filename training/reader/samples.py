"""What the reader learns from: a question, a passage, and where the passage answers it."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from index.sentences import sentence_spans
from training.squad_files import TrainingQuestion, TrainingSet

Item = TypeVar("Item")
Kind = Literal["answered", "adversarial", "altered", "removed", "mined"]

# Words a passage is cut to; the running system's passages have 90 to 120.
_WORD_BUDGETS = (60, 130)
# As many answered samples keep their whole paragraph: other systems' passages are longer.
_WHOLE_SHARE = 0.5
_TITLE_SHARE = 0.6
# Of the texts without a title, this share begins with a headline made of their first words.
_HEADLINE_SHARE = 0.3
_HEADLINE_WORDS = (4, 9)
_HELD_ASIDE = 0.04
_HELD_ASIDE_SQUAD2 = frozenset({"squad2-Harvard University"})


@dataclass(frozen=True, slots=True)
class ReadingSample:
    """A question beside a passage of an article called `title` ("" for none).

    `spans` are the annotators' answers as offsets in `passage`; none when it does not answer.
    `kind` says how the sample was made: `answered`; `adversarial`, a question written to look
    answerable; `altered`, a name, number or word of the question exchanged; `removed`, the
    sentences with the answer taken out; `mined`, a passage that search ranks high.
    """

    kind: Kind
    source: str
    question: str
    title: str
    passage: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class MinedPassage:
    """A highly ranked passage that does not hold the answer of question number `question`."""

    question: int
    title: str
    text: str


def is_held_aside(article_id: str) -> bool:
    """Whether an article's questions serve calibration and development, never training."""
    if article_id.startswith("squad2-"):
        return article_id in _HELD_ASIDE_SQUAD2
    return zlib.crc32(article_id.encode()) / 2**32 < _HELD_ASIDE


def answered_samples(data: TrainingSet, chance: random.Random) -> Iterator[ReadingSample]:
    """Each answerable question once, on its paragraph or whole sentences of it around an answer."""
    for question in data.questions:
        if question.answers:
            yield _cut(data, question, question.text, chance)


def adversarial_samples(data: TrainingSet, chance: random.Random) -> Iterator[ReadingSample]:
    """The questions that people wrote to look answerable, on their paragraph."""
    for question in data.questions:
        if not question.answers:
            title = _title(data, question, chance)
            yield ReadingSample(
                "adversarial", question.source, question.text, title, _paragraph(data, question), ()
            )


def altered_samples(data: TrainingSet, chance: random.Random) -> Iterator[ReadingSample]:
    """Questions with a name, a number or a telling word exchanged, on their paragraph."""
    names = sorted({name for q in data.questions for name in _NAME.findall(q.text)})
    for question in _shuffled(data.questions, chance):
        text = altered_question(question.text, _paragraph(data, question), names, chance)
        if question.answers and text:
            sample = _cut(data, question, text, chance)
            yield ReadingSample("altered", sample.source, text, sample.title, sample.passage, ())


def removed_samples(data: TrainingSet, chance: random.Random) -> Iterator[ReadingSample]:
    """Questions on their paragraph without the sentences that hold an annotator's answer."""
    for question in _shuffled(data.questions, chance):
        paragraph = _paragraph(data, question)
        answers = {_text(data, question, answer).casefold() for answer in question.answers}
        kept = [
            paragraph[span.start : span.end]
            for span in sentence_spans(paragraph, 0, len(paragraph))
            if not any(a in paragraph[span.start : span.end].casefold() for a in answers)
        ]
        if question.answers and sum(len(sentence.split()) for sentence in kept) >= 30:
            title = _title(data, question, chance)
            yield ReadingSample(
                "removed", question.source, question.text, title, " ".join(kept), ()
            )


def mined_samples(
    data: TrainingSet, mined: Sequence[MinedPassage], chance: random.Random
) -> Iterator[ReadingSample]:
    """Questions beside highly ranked passages that do not answer them."""
    for found in _shuffled(mined, chance):
        question = data.questions[found.question]
        low, high = _WORD_BUDGETS
        words = found.text.split(" ")
        text = " ".join(words[: chance.randint(low, high)])
        title = found.title if chance.random() < _TITLE_SHARE else ""
        yield ReadingSample("mined", question.source, question.text, title, text, ())


def whole_samples(data: TrainingSet) -> Iterator[ReadingSample]:
    """Every question on its whole paragraph, with its title: for measuring."""
    for question in data.questions:
        start = question.paragraph[0]
        spans = tuple((a - start, b - start) for a, b in question.answers)
        yield ReadingSample(
            "answered" if spans else "adversarial",
            question.source,
            question.text,
            data.articles[question.article_id].title,
            _paragraph(data, question),
            spans,
        )


def _paragraph(data: TrainingSet, question: TrainingQuestion) -> str:
    start, end = question.paragraph
    return data.articles[question.article_id].text[start:end]


def _text(data: TrainingSet, question: TrainingQuestion, answer: tuple[int, int]) -> str:
    return data.articles[question.article_id].text[answer[0] : answer[1]]


def _title(data: TrainingSet, question: TrainingQuestion, chance: random.Random) -> str:
    title = data.articles[question.article_id].title
    if title:
        return title if chance.random() < _TITLE_SHARE else ""
    words = _paragraph(data, question).split()[: chance.randint(*_HEADLINE_WORDS)]
    return " ".join(words) if chance.random() < _HEADLINE_SHARE else ""


def _cut(
    data: TrainingSet, question: TrainingQuestion, text: str, chance: random.Random
) -> ReadingSample:
    """The paragraph's sentences around one answer, up to a random number of words."""
    paragraph, offset = _paragraph(data, question), question.paragraph[0]
    answers = [(a - offset, b - offset) for a, b in question.answers]
    start, end = 0, len(paragraph)
    if chance.random() >= _WHOLE_SHARE:
        budget = chance.randint(*_WORD_BUDGETS)
        start, end = window(paragraph, chance.choice(answers), budget, chance)
    spans = tuple((a - start, b - start) for a, b in answers if start <= a and b <= end)
    title = _title(data, question, chance)
    return ReadingSample("answered", question.source, text, title, paragraph[start:end], spans)


def window(
    paragraph: str, answer: tuple[int, int], budget: int, chance: random.Random
) -> tuple[int, int]:
    """Whole sentences around `answer`, grown to either side by chance up to `budget` words."""
    sentences = sentence_spans(paragraph, 0, len(paragraph))
    held = [i for i, s in enumerate(sentences) if s.start < answer[1] and answer[0] < s.end]
    if not held:
        return 0, len(paragraph)
    first, last = held[0], held[-1]
    lengths = [len(paragraph[s.start : s.end].split()) for s in sentences]
    total = sum(lengths[first : last + 1])
    while True:
        sides = [side for side in (first - 1, last + 1) if 0 <= side < len(sentences)]
        fitting = [side for side in sides if total + lengths[side] <= budget]
        if not fitting:
            return sentences[first].start, max(sentences[last].end, answer[1])
        side = chance.choice(fitting)
        total += lengths[side]
        first, last = min(first, side), max(last, side)


_NUMBER = re.compile(r"\b\d{1,4}(?:st|nd|rd|th|s)?\b")
_NAME = re.compile(r"(?<=[a-z'] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*\b")
_OPPOSITES = (
    "first last", "before after", "largest smallest", "most least", "north south", "east west",
    "northern southern", "eastern western", "increase decrease", "increased decreased",
    "more fewer", "highest lowest", "oldest youngest", "early late", "earliest latest",
    "began ended", "begin end", "start stop", "started stopped", "won lost", "win lose",
    "male female", "men women", "man woman", "father mother", "son daughter", "brother sister",
    "husband wife", "buy sell", "bought sold", "above below", "inside outside", "best worst",
    "good bad", "like dislike", "liked disliked", "love hate", "hot cold", "old new", "long short",
    "high low", "big small", "large small", "easy difficult", "support oppose",
    "supported opposed", "allowed banned", "legal illegal", "true false", "common rare",
    "north south", "left right", "upper lower", "public private", "arrive leave",
    "open closed", "opened closed", "join leave", "joined left", "internal external",
    "minimum maximum", "strong weak", "rich poor", "positive negative", "recommend avoid",
    "accepted rejected", "friend enemy", "heavier lighter", "faster slower", "gain lose",
    "added removed", "founded abolished", "create destroy", "created destroyed", "rise fall",
    "can can't", "did didn't", "does doesn't", "was wasn't", "is isn't", "are aren't",
)  # fmt: skip
_OPPOSITE = {
    one: other
    for pair in _OPPOSITES
    for one, other in (pair.split(), pair.split()[::-1])
    if "'" not in one
}
_OPPOSED = re.compile(rf"\b(?:{'|'.join(_OPPOSITE)})\b")


def altered_question(
    text: str, paragraph: str, names: Sequence[str], chance: random.Random
) -> str | None:
    """The question with one thing exchanged so that its paragraph no longer answers it.

    A name gives way to another of the same paragraph (or, where there is none, of any question),
    a number to another, a word to its opposite.
    """
    places = [
        (match, kind)
        for kind, pattern in (("name", _NAME), ("number", _NUMBER), ("word", _OPPOSED))
        for match in pattern.finditer(text)
    ]
    if not places:
        return None
    match, kind = chance.choice(places)
    old = match.group()
    if kind == "word":
        new = _OPPOSITE[old]
    else:
        pattern = _NAME if kind == "name" else _NUMBER
        near = [x for x in set(pattern.findall(paragraph)) if x not in text and old not in x]
        if kind == "number" and not near:
            digits = re.sub(r"\D", "", old)
            near = [str(int(digits) + chance.choice([-21, -7, -3, 4, 9, 33])).lstrip("-")]
        new = chance.choice(sorted(near) if near and chance.random() < 0.7 else names)
        if kind == "number":
            new = chance.choice(sorted(near))
    if new in text:
        return None
    return text[: match.start()] + new + text[match.end() :]


def _shuffled(items: Sequence[Item], chance: random.Random) -> list[Item]:
    return chance.sample(list(items), len(items))
