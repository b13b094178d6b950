"""BM25 over one committed state of a Tantivy index."""

from __future__ import annotations

import tantivy

from index.engines.base import IndexedText, Match
from index.engines.key_set import KeySet
from index.engines.local.terms import analyzer, pairs, query_words, spaced

# Measured on training questions, beside a weight of 1 for the words of the passage itself.
TITLE_WEIGHT = 0.2
PAIR_WEIGHT = 0.4


class KeywordSearcher:
    """Searches one committed state of the index; safe to share between threads."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher

    def search(self, query: str, limit: int, allowed: KeySet | None = None) -> list[Match]:
        """Passages that share a word with the query, best BM25 score first.

        `allowed` restricts the search to these keys; it takes the longer the more there are.
        """
        words = query_words(query)
        limit = min(limit, self._searcher.num_docs)
        if not words or limit < 1:
            return []
        parsed = self._query(words, pairs(query))
        if allowed is not None:
            parsed = self._among(parsed, allowed)
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

    def _among(self, query: tantivy.Query, allowed: KeySet) -> tantivy.Query:
        """The query for passages of these keys, with the same scores."""
        among = tantivy.Query.term_set_query(self._schema, "key", allowed.keys.tolist())
        unscored = tantivy.Query.boost_query(tantivy.Query.const_score_query(among, 0.0), 0.0)
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, query), (tantivy.Occur.Must, unscored)]
        )

    def _term(self, field: str, term: str, weight: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._schema, field, term)
        return tantivy.Query.boost_query(query, weight)


def schema() -> tantivy.Schema:
    """The fields of a passage's document, and of the one document that marks the index."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("marker", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("key", indexed=True, fast=True)
    for name in ("title", "text"):
        builder.add_text_field(name, tokenizer_name="words", index_option="freq")
    builder.add_text_field("pairs", tokenizer_name="pairs", index_option="freq")
    return builder.build()


def configured(index: tantivy.Index) -> tantivy.Index:
    """The index with the tokenizers that its schema names."""
    index.register_tokenizer("words", analyzer())
    index.register_tokenizer(
        "pairs", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    )
    index.config_reader("manual")
    return index


def document(entry: IndexedText) -> tantivy.Document:
    """A passage as it is indexed."""
    return tantivy.Document(
        kind="passage",
        key=entry.key,
        title=spaced(entry.title),
        text=spaced(entry.text),
        pairs=" ".join(pairs(entry.text)),
    )
