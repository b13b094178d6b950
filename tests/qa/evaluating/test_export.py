"""What readers found helpful becomes a data set that `footnote eval` takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import CollectionError
from index.indexer import open_indexer
from qa.answer import Question
from qa.desk import Desk, open_desk
from qa.evaluating.dataset import read_queries
from qa.evaluating.export import Exported, export_feedback
from qa.settings import Settings

BRIDGE = {
    "id": "bridge",
    "title": "The Marten Bridge",
    "text": "The Marten Bridge was opened in 1931 by Mayor Ida Holm. It is 212 metres long.",
    "published_at": "2020-05-01",
}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    settings = Settings(data_dir=tmp_path / "data", answer_threshold=0)
    indexer = open_indexer(settings.index_options())
    indexer.add_fields([BRIDGE])
    return open_desk(settings, indexer.searcher())


def test_the_last_verdict_decides(desk: Desk, tmp_path: Path) -> None:
    kept = desk.ask(Question(question="Who opened the Marten Bridge?"))
    dropped = desk.ask(Question(question="How long is the Marten Bridge?"))
    for answer, verdicts in ((kept, [False, True]), (dropped, [True, False])):
        for helpful in verdicts:
            desk.records.judge(answer.id, helpful=helpful, comment=None)
    folder = tmp_path / "set"
    assert export_feedback(desk.searcher, desk.records, folder) == Exported(1, 0)
    (query,) = read_queries(folder)
    assert (query.question, query.answerable) == (kept.question, True)
    quotes = {one.quote for one in kept.citations}
    assert {evidence.quote for evidence in query.evidence} == quotes
    again = open_indexer(Settings(data_dir=tmp_path / "again").index_options())
    assert not again.add_sources([str(folder / "corpus.jsonl")]).refused


def test_nothing_judged_and_a_folder_in_use_are_told(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="nothing to export"):
        export_feedback(desk.searcher, desk.records, tmp_path / "set")
    with pytest.raises(CollectionError, match="is there already"):
        export_feedback(desk.searcher, desk.records, tmp_path)
