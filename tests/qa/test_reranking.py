"""A cross-encoder named in the settings, made on the spot: its weights are chance."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import CollectionError
from index.indexer import open_indexer
from qa.answer import Question, QuestionFilters
from qa.desk import open_desk
from qa.reranking import Reranker
from qa.settings import Settings
from tests.qa.evidence import hit_on

# There in development only, with the extra `models`.
transformers = pytest.importorskip("transformers")

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "who", "built", "the", "dam", "river", "."]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("cross-encoder")
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    tokenizer = transformers.BertTokenizerFast(vocab=str(folder / "vocab.txt"))
    tokenizer.save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=1,
    )
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


def test_every_passage_is_kept_and_scored_best_first(model: str) -> None:
    hits = [hit_on(text, text) for text in ("the dam", "the river the river", "who built .")]
    ranked = Reranker(model).rerank("who built the dam", hits)
    assert {hit.article.id for hit in ranked} == {hit.article.id for hit in hits}
    scores = [hit.score for hit in ranked]
    assert scores == sorted(scores, reverse=True)
    assert (scores[0], scores[-1]) == (1.0, 0.0)


def test_nothing_to_rank_is_nothing_ranked(model: str) -> None:
    assert Reranker(model).rerank("who", []) == ()


def test_the_named_model_takes_part_in_answers_and_searches(model: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, reranking_model=model)
    article = {"id": "dam", "title": "Dam", "text": "Ana Lopez built the dam in 1931."}
    assert not open_indexer(settings.index_options()).add_fields([article]).refused
    desk = open_desk(settings)
    assert desk.ask(Question(question="Who built the dam?")).status == "answered"
    assert len(desk.search("dam", QuestionFilters(), 3).hits) == 1


def test_a_model_that_is_not_here_is_named(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="no/such-reranker"):
        open_desk(Settings(data_dir=tmp_path, reranking_model="no/such-reranker"))
