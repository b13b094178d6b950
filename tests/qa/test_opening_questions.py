"""Questions to begin with are such that the collection answers them."""

from __future__ import annotations

import pytest

from index.indexer import open_indexer
from qa.answer import Question
from qa.desk import Desk, open_desk
from qa.opening_questions import suggested_questions
from qa.settings import Settings

LIGHTHOUSE = {
    "id": "lighthouse",
    "title": "The lighthouse of Karvel Point",
    "text": "The lighthouse of Karvel Point was built in 1874 by the engineer Ada Lindqvist. It "
    "stands 41 metres above the sea.\n\nThe lamp was electrified in 1932.",
}
STRIKE = {
    "id": "strike",
    "title": "Harbour workers of Karvel strike over the price of bread",
    "text": "Harbour workers of Karvel went on strike on Monday over the price of bread, which has "
    "doubled since spring.",
}
ROTA = {"id": "rota", "title": "Kitchen rota", "text": "Mon: Ana. Tue: Bo. Wed: Cy."}
WHEN = "When was the lamp of the lighthouse electrified?"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    settings = Settings(data_dir=tmp_path_factory.mktemp("suggesting"))
    indexer = open_indexer(settings.index_options())
    indexer.add_fields([LIGHTHOUSE, STRIKE, ROTA])
    return open_desk(settings, indexer.searcher())


def test_titles_become_questions_when_the_articles_answer_them(desk: Desk) -> None:
    assert suggested_questions(desk, 4) == (
        "What is known about the lighthouse of Karvel Point?",
        "What is “Harbour workers of Karvel strike over the price of bread” about?",
    )


def test_what_several_conversations_asked_comes_first_and_what_one_asked_never(desk: Desk) -> None:
    desk.ask(Question(question="Who built the lighthouse?", conversation_id="only"))
    for talk in ("one", "two"):
        desk.ask(Question(question=WHEN, conversation_id=talk))
    assert WHEN not in suggested_questions(desk, 4)
    desk.ask(Question(question=WHEN, conversation_id="three"))
    assert suggested_questions(desk, 4)[0] == WHEN
    assert "Who built the lighthouse?" not in suggested_questions(desk, 4)
