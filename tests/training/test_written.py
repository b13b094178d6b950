"""The questions written for this project lie where they say, on texts that are there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.squad_files import TrainingArticle, TrainingQuestion, TrainingSet
from training.written import with_written

NOTHING = TrainingSet({}, [])
WRITTEN = with_written(NOTHING)
ON_OWN_PASSAGES = [q for q in WRITTEN.questions if q.article_id in WRITTEN.articles]


def test_every_passage_has_a_title_a_text_and_questions() -> None:
    asked = {question.article_id for question in ON_OWN_PASSAGES}
    assert WRITTEN.articles.keys() == asked
    assert all(article.title and article.text for article in WRITTEN.articles.values())


def test_every_answer_is_whole_words_of_its_paragraph() -> None:
    def is_whole(question: TrainingQuestion, start: int, end: int) -> bool:
        text = WRITTEN.articles[question.article_id].text
        around = f" {text} "[start : end + 2]
        return not around[0].isalnum() and not around[-1].isalnum()

    for question in ON_OWN_PASSAGES:
        first, last = question.paragraph
        for start, end in question.answers:
            assert first <= start < end <= last
            assert is_whole(question, start, end), question


def test_as_many_questions_are_answered_as_only_look_it() -> None:
    answered = sum(bool(question.answers) for question in WRITTEN.questions)
    assert answered / len(WRITTEN.questions) == pytest.approx(0.5, abs=0.1)


def test_no_question_is_there_twice() -> None:
    asked = [(q.article_id, q.paragraph, q.text.casefold()) for q in WRITTEN.questions]
    assert len(asked) == len(set(asked))


def test_what_was_there_before_keeps_its_number(tmp_path: Path) -> None:
    question = TrainingQuestion("new_wiki", "Who built the pier?", "pier", (0, 20), ((4, 9),))
    row = {"article": "pier", "paragraph": [0, 20], "question": "Who paid for it?", "answer": None}
    (tmp_path / "passages.jsonl").touch()
    (tmp_path / "questions.jsonl").write_text(json.dumps(row))
    both = with_written(TrainingSet({}, [question]), tmp_path)
    assert both.questions[0] is question
    assert both.questions[1].text == "Who paid for it?"
    assert both.questions[1].answers == ()


def test_an_article_of_another_edition_is_told(tmp_path: Path) -> None:
    article = TrainingArticle("pier", "The pier", "The old pier fell in 1911.")
    answer = {"start": 17, "text": "1911"}
    row = {"article": "pier", "paragraph": [0, 26], "question": "When?", "answer": answer}
    (tmp_path / "passages.jsonl").touch()
    (tmp_path / "questions.jsonl").write_text(json.dumps(row))
    with pytest.raises(ValueError, match="article pier has no '1911' at 17"):
        with_written(TrainingSet({"pier": article}, []), tmp_path)
