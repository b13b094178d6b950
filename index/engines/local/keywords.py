"""BM25 in a Tantivy index on disk.

A passage is written before the catalogue commits it and deleted after its removal is committed,
so the index always holds at least what any reader's generation has. One marker document says
for which collection, and up to which generation, that is true.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import tantivy

from index.engines.base import IndexedText, Match, PassageSource
from index.engines.local.terms import analyzer, pairs, query_words, spaced
from index.errors import CollectionError

# Measured on training questions, beside a weight of 1 for the words of the passage itself.
TITLE_WEIGHT = 0.3
PAIR_WEIGHT = 0.5
_WRITER_BYTES = 30_000_000
_LOCK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Marker:
    """What the index holds.

    All passages of generations up to `generation`, without those removed up to `cleaned`.
    """

    collection_id: str = ""
    generation: int = 0
    cleaned: int = 0


class Keywords:
    """The index in one folder, opened or made; in memory where the folder cannot be written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index = _opened(folder)

    @classmethod
    def made_anew(cls, folder: Path) -> Keywords:
        """An empty index in place of the one in `folder`."""
        shutil.rmtree(folder, ignore_errors=True)
        return cls(folder)

    def marker(self) -> Marker:
        """What the index holds now, as last committed by any process."""
        self._index.reload()
        searcher = self._index.searcher()
        query = tantivy.Query.term_query(self._index.schema, "kind", "marker")
        hits = searcher.search(query, 1).hits
        if not hits:
            return Marker()
        return Marker(**json.loads(searcher.doc(hits[0][1])["marker"][0]))

    def write(self, texts: Iterable[IndexedText], removed: Iterable[int], marker: Marker) -> None:
        """Adds or replaces passages, deletes others and moves the marker, all at once."""
        writer = self._writer()
        try:
            for key in removed:
                writer.delete_documents_by_term("key", key)
            for entry in texts:
                writer.delete_documents_by_term("key", entry.key)
                writer.add_document(
                    tantivy.Document(
                        kind="passage",
                        key=entry.key,
                        title=spaced(entry.title),
                        text=spaced(entry.text),
                        pairs=" ".join(pairs(entry.text)),
                    )
                )
            writer.delete_documents_by_term("kind", "marker")
            writer.add_document(tantivy.Document(kind="marker", marker=json.dumps(asdict(marker))))
            writer.commit()
            writer.wait_merging_threads()
        except (OSError, ValueError) as error:
            raise CollectionError(
                f"Cannot write the keyword index in {self.folder} ({error}); "
                "make room on the disk or check the folder's permissions."
            ) from error

    def catch_up(self, source: PassageSource) -> None:
        """Makes sure that everything of the source's generation is in the index."""
        marker = self.marker()
        if marker.collection_id != source.collection_id():
            marker = Marker()
        elif marker.generation >= source.generation():
            return
        if marker.generation == 0:
            self._clear()
        new = Marker(source.collection_id(), source.generation(), marker.cleaned)
        self.write(source.texts_of(source.added_after(marker.generation)), (), new)

    def searcher(self) -> KeywordSearcher:
        """A point-in-time searcher over what is committed now."""
        self._index.reload()
        return KeywordSearcher(self._index.schema, self._index.searcher())

    def _clear(self) -> None:
        writer = self._writer()
        writer.delete_all_documents()
        writer.commit()
        writer.wait_merging_threads()

    def _writer(self) -> tantivy.IndexWriter:
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                return self._index.writer(_WRITER_BYTES, 1)
            except ValueError as error:
                if "lock" not in str(error).lower() or time.monotonic() > deadline:
                    raise CollectionError(
                        f"Cannot write the keyword index in {self.folder} ({error}); "
                        "check the folder's permissions, or wait for the other writer."
                    ) from error
                time.sleep(0.05)


class KeywordSearcher:
    """Searches one committed state of the index; safe to share between threads."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def search(self, query: str, limit: int) -> list[Match]:
        """Passages that share a word with the query, best BM25 score first."""
        words = query_words(query)
        if not words:
            return []
        parsed = self._query(words, pairs(query))
        found = self._searcher.search(parsed, limit, count=False).hits
        keys = self._searcher.fast_field_values("key", [address for _, address in found])
        return [
            Match(int(key), float(score))
            for key, (score, _) in zip(keys, found, strict=True)
            if key is not None
        ]

    def count(self) -> int:
        """How many documents there are, the marker among them."""
        return self._searcher.num_docs

    def _query(self, words: list[str], word_pairs: list[str]) -> tantivy.Query:
        parts = [self._term("text", word, 1.0) for word in words]
        parts += [self._term("title", word, TITLE_WEIGHT) for word in words]
        parts += [self._term("pairs", pair, PAIR_WEIGHT) for pair in dict.fromkeys(word_pairs)]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])

    def _term(self, field: str, term: str, weight: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, field, term)
        return tantivy.Query.boost_query(query, weight)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("marker", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("key", indexed=True, fast=True)
    for name in ("title", "text"):
        builder.add_text_field(name, tokenizer_name="words", index_option="freq")
    builder.add_text_field("pairs", tokenizer_name="pairs", index_option="freq")
    return builder.build()


def _opened(folder: Path) -> tantivy.Index:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _configured(tantivy.Index(_schema(), path=str(folder)))
    except PermissionError:
        return _configured(tantivy.Index(_schema()))
    except (OSError, ValueError):
        # Damaged, or of another schema: it is derived, so it is made anew.
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return _configured(tantivy.Index(_schema(), path=str(folder)))
        except (OSError, ValueError):
            return _configured(tantivy.Index(_schema()))


def _whitespace() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


def _configured(index: tantivy.Index) -> tantivy.Index:
    index.register_tokenizer("words", analyzer())
    index.register_tokenizer("pairs", _whitespace())
    index.config_reader("manual")
    return index
