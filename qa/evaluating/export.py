"""Judged answers as a data set for `footnote eval`: what readers found right must stay right."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import CollectionError
from index.searcher import Searcher
from qa.answer import Answer
from qa.records import Records


@dataclass(frozen=True, slots=True)
class Exported:
    """How many questions of each kind were written."""

    answerable: int
    unanswerable: int


def export_feedback(searcher: Searcher, records: Records, folder: Path) -> Exported:
    """Writes the answers that readers last called helpful as a new data set in `folder`.

    A helpful answer becomes an answerable query with its quotes as evidence; a helpful "the
    articles do not say" becomes an unanswerable one. The corpus is the whole collection, so that
    finding the evidence is as hard as it was. Raises `CollectionError` when the folder is there
    already or nothing was judged helpful.
    """
    if folder.exists():
        raise CollectionError(f"{folder} is there already; name a folder that is not.")
    helpful = list(records.helpful_answers())
    if not helpful:
        raise CollectionError("No answer was judged helpful yet; there is nothing to export.")
    answerable = [one for one in helpful if one.status == "answered"]
    folder.mkdir(parents=True)
    _write(folder / "corpus.jsonl", _articles(searcher))
    _write(folder / "queries.jsonl", (_query(one) for one in helpful))
    _write(
        folder / "evidence.jsonl",
        (
            {"query_id": one.id, "article_id": cited.article_id, "quote": cited.quote}
            for one in answerable
            for cited in one.citations
        ),
    )
    return Exported(len(answerable), len(helpful) - len(answerable))


def _query(answer: Answer) -> dict[str, object]:
    return {
        "id": answer.id,
        "question": answer.standalone_question,
        "answerable": answer.status == "answered",
    }


def _articles(searcher: Searcher) -> Iterable[dict[str, object]]:
    for metadata in searcher.every_article():
        article = searcher.article(metadata.id)
        if article is not None:
            facts = {name: value for name, value in asdict(metadata).items() if value}
            yield facts | {"text": article.text}


def _write(file: Path, rows: Iterable[dict[str, object]]) -> None:
    with file.open("x", encoding="utf-8") as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
