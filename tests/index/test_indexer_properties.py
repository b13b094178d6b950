"""Any sequence of changes, against a plain dict and a brute-force search."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from index.catalogue.catalogue import Catalogue
from index.chunking import chunk
from index.engines.fusion import fused
from index.engines.local.engine import LocalEngine
from index.engines.local.terms import query_words
from index.indexer import Indexer
from index.options import DERIVED, IndexOptions
from index.searcher import Filters, Searcher
from tests.index.samples import document, long_text
from tests.index.word_embedder import WordEmbedder

NAMES = st.sampled_from(["ash", "birch", "cedar", "elm"])
TEXTS = st.builds(
    lambda names, size: "\n\n".join(long_text(name, size) for name in names),
    st.lists(st.sampled_from(["one", "two", "three"]), min_size=1, max_size=3),
    st.integers(1, 14),
)
TAGS = st.sampled_from([(), ("x",), ("x", "y")])
QUERIES = ("the river mill in one3", "elm two5 winter")


class Collection(RuleBasedStateMachine):
    """A collection, and what it ought to hold."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="footnote-test-"))
        self.embedder = WordEmbedder()
        self.indexer = self.opened()
        self.watching: Searcher = self.opened().searcher()
        self.expected: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.generation = 0

    def opened(self) -> Indexer:
        catalogue, engine = Catalogue(self.folder), LocalEngine(self.folder / DERIVED)
        return Indexer(catalogue, engine, self.embedder, IndexOptions(self.folder))

    @rule(name=NAMES, text=TEXTS, tags=TAGS)
    def add(self, name: str, text: str, tags: tuple[str, ...]) -> None:
        before = self.expected.get(name)
        report = self.indexer.add([document(name, text, tags=tags)])
        changed = "updated" if before != (text, tags) else "unchanged"
        assert report.taken[0].outcome == ("added" if before is None else changed)
        self.expected[name] = (text, tags)

    @rule(names=st.lists(NAMES, max_size=3), texts=st.lists(TEXTS, min_size=3, max_size=3))
    def add_several(self, names: list[str], texts: list[str]) -> None:
        pairs = list(zip(names, texts, strict=False))
        self.indexer.add(document(name, text) for name, text in pairs)
        self.expected |= {name: (text, ()) for name, text in pairs}

    @rule(names=st.lists(NAMES, min_size=1, max_size=2))
    def remove(self, names: list[str]) -> None:
        report = self.indexer.remove(names)
        assert set(report.removed) == set(names) & set(self.expected)
        for name in report.removed:
            del self.expected[name]

    @rule()
    def reopen(self) -> None:
        self.indexer = self.opened()

    @rule()
    def rebuild(self) -> None:
        self.indexer.rebuild()

    @rule()
    def lose_derived_files(self) -> None:
        shutil.rmtree(self.folder / DERIVED, ignore_errors=True)

    @invariant()
    def articles_are_as_expected(self) -> None:
        searcher = self.indexer.searcher()
        metadata = {article.id: article for article in searcher.articles()}
        assert set(metadata) == set(self.expected)
        for name, (text, tags) in self.expected.items():
            article = searcher.article(name)
            assert article is not None
            assert (article.text, metadata[name].tags) == (text, tags)
        assert searcher.generation >= self.generation
        self.generation = searcher.generation

    @invariant()
    def searches_agree_with_brute_force(self) -> None:
        places = {
            f"{name}:{piece.start}-{piece.end}": text[piece.start : piece.end]
            for name, (text, _) in self.expected.items()
            for piece in chunk(text)
        }
        for query in QUERIES:
            hits = self.indexer.searcher().search(query, top_k=1_000).hits
            seen = self.watching.search(query, top_k=1_000).hits
            assert {hit.passage for hit in seen} == {hit.passage for hit in hits}
            assert {hit.passage.id: hit.passage.text for hit in hits} == places
            self.check_scores(query)
        tagged = {name for name, (_, tags) in self.expected.items() if "x" in tags}
        found = self.indexer.searcher().search("mill", top_k=99, filters=Filters(tags=("x",))).hits
        assert {hit.article.id for hit in found} == tagged

    def check_scores(self, query: str) -> None:
        with self.indexer._catalogue.read() as snapshot:
            keys = snapshot.added_after(0)
            cosines: list[float] = []
            if keys:
                cosines = (snapshot.vectors_of(keys) @ self.embedder.embed_query(query)).tolist()
            texts = {entry.key: entry for entry in snapshot.texts_of(keys)}
            passages = snapshot.passages(keys)
            names = {article.key: article.id for article, _ in snapshot.documents()}
        dense: dict[str, float] = {}
        wanted = set(query_words(query))
        shares: dict[str, bool] = {}
        for key, cosine in zip(keys, cosines, strict=True):
            passage = passages[key]
            place = f"{names[passage.article_key]}:{passage.start}-{passage.end}"
            dense[place] = cosine
            stems = set(query_words(f"{texts[key].title} {texts[key].text}"))
            shares[place] = bool(stems & wanted)
        hits = self.indexer.searcher().search(query, top_k=1_000).hits
        assert {hit.passage.id: hit.dense for hit in hits} == pytest.approx(dense, abs=1e-5)
        assert {hit.passage.id: hit.lexical > 0 for hit in hits} == shares
        numbered = dict(enumerate(hits))
        again = fused(
            {number: hit.dense for number, hit in numbered.items()},
            {number: hit.lexical for number, hit in numbered.items() if hit.lexical},
            len(hits),
        )
        assert [hit.score for hit in hits] == pytest.approx([match.score for match in again])

    @invariant()
    def nothing_is_damaged(self) -> None:
        assert self.indexer.verify() == ()

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


TestCollection = Collection.TestCase
# Without shrinking, which would go through minutes of whole collections.
TestCollection.settings = settings(
    max_examples=6, stateful_step_count=10, deadline=None, phases=(Phase.explicit, Phase.generate)
)
