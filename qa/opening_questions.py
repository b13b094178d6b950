"""Questions to begin with: such that the collection really answers them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from qa.answer import Question, QuestionFilters
from qa.desk import Desk

_SURE = 0.5
# Articles whose titles are tried: each costs one question.
_MOST_TRIED = 12
_MAX_TITLE = 80
_MOST_WORDS_OF_A_NAME = 6


def suggested_questions(desk: Desk, count: int) -> tuple[str, ...]:
    """Up to `count` questions that the collection answers with confidence.

    First those that several conversations asked and that were answered well, then questions made
    from the titles of articles. Every one is put to the desk before it is suggested.
    """
    candidates = itertools.chain(desk.records.popular_questions(count), _from_titles(desk))
    tried = itertools.islice(dict.fromkeys(candidates), count + _MOST_TRIED)
    return tuple(itertools.islice((one for one in tried if _is_answered(desk, one)), count))


def _from_titles(desk: Desk) -> Iterator[str]:
    seen = set()
    for article in desk.searcher.articles(limit=_MOST_TRIED):
        title = " ".join(article.title.split()).rstrip(" .:;,")
        if not title or title in seen or len(title) > _MAX_TITLE:
            continue
        seen.add(title)
        yield _asked(title)


def _asked(title: str) -> str:
    """A title as a question: it names a thing, or, when it is long, it is a headline."""
    if title.endswith("?"):
        return title
    if len(title.split()) > _MOST_WORDS_OF_A_NAME:
        return f"What is “{title}” about?"
    return f"What is known about {_in_a_sentence(title)}?"


def _in_a_sentence(title: str) -> str:
    first, _, rest = title.partition(" ")
    return f"{first.lower()} {rest}" if first in {"A", "An", "The"} and rest else title


def _is_answered(desk: Desk, question: str) -> bool:
    asked = Question(question=question, filters=QuestionFilters())
    answer = desk.ask(asked, keep_if=lambda _answer: False)
    return answer.status == "answered" and answer.confidence >= _SURE
