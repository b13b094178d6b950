"""The one writer: articles are added, updated and removed, generation by generation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.article import Document, Refusal
from index.catalogue.catalogue import FILE_NAME, Catalogue
from index.catalogue.checksums import checksum_of
from index.catalogue.entities import PlacedPassage
from index.catalogue.verifying import problems
from index.catalogue.writing import Transaction
from index.embedding import Embedder, load_embedder
from index.engines.base import Engine
from index.engines.local.engine import LocalEngine
from index.indexing import PreparedDocument, PreparedPassage, prepared, suggested_id
from index.model_check import check_model, model_of
from index.options import DERIVED, IndexOptions
from index.readers import document_from_fields, read_sources, read_upload
from index.searcher import Searcher

# A generation is committed when this many passages wait for it.
_BATCH_PASSAGES = 256


@dataclass(frozen=True, slots=True)
class Taken:
    """A source that was taken: its article, and how much of it had to be embedded."""

    source_name: str
    article_id: str
    outcome: Literal["added", "updated", "unchanged"]
    passages: int
    embedded: int


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of every source, and the generation in which the taken ones can be found."""

    taken: tuple[Taken, ...]
    refused: tuple[Refusal, ...]
    generation: int


@dataclass(frozen=True, slots=True)
class RemoveReport:
    """Which articles were removed, which ids no article has, and the generation after."""

    removed: tuple[str, ...]
    unknown: tuple[str, ...]
    generation: int


@dataclass(frozen=True, slots=True)
class Status:
    """How the collection stands; sizes in bytes."""

    generation: int
    articles: int
    passages: int
    vectors: int
    model_name: str
    model_fingerprint: str
    bytes_by_part: Mapping[str, int]


OnResult = Callable[[Taken | Refusal], None]


def _ignore(_result: Taken | Refusal) -> None:
    return


class Indexer:
    """Takes documents into one collection.

    Every flush is one transaction that ends in a new generation: killing the process at any
    moment loses at most the documents that were not reported yet. Raises `CollectionError` when
    the collection belongs to another embedding model or cannot be written.
    """

    def __init__(
        self, catalogue: Catalogue, engine: Engine, embedder: Embedder, options: IndexOptions
    ) -> None:
        self._catalogue = catalogue
        self._engine = engine
        self._embedder = embedder
        self._options = options

    def searcher(self) -> Searcher:
        """A searcher that shares this indexer's open parts."""
        return Searcher(self._catalogue, self._engine, self._embedder)

    def add_sources(self, sources: Sequence[str], on_result: OnResult = _ignore) -> AddReport:
        """Adds files, folders and addresses, as `footnote add` is given them."""
        return self.add(read_sources(sources, self._options.reading), on_result)

    def add_upload(self, name: str, data: bytes, on_result: OnResult = _ignore) -> AddReport:
        """Adds the articles of one uploaded file."""
        return self.add(read_upload(name, data, self._options.reading), on_result)

    def add_fields(
        self, items: Iterable[Mapping[str, object]], on_result: OnResult = _ignore
    ) -> AddReport:
        """Adds articles given as JSON objects; messages name them by their place, from 1."""
        documents = (
            document_from_fields(f"article {number}", fields)
            for number, fields in enumerate(items, 1)
        )
        return self.add(documents, on_result)

    def add(
        self, documents: Iterable[Document | Refusal], on_result: OnResult = _ignore
    ) -> AddReport:
        """Adds or updates articles, and reports each one as soon as it can be found."""
        report = _Report(on_result)
        waiting: list[PreparedDocument] = []
        for document in documents:
            if isinstance(document, Refusal):
                report.put(document)
            elif (known := self._unchanged(document)) is not None:
                report.put(known)
            else:
                waiting.append(prepared(document))
            if sum(len(one.passages) for one in waiting) >= _BATCH_PASSAGES:
                self._flush(waiting, report)
                waiting = []
        self._flush(waiting, report)
        with self._catalogue.read() as snapshot:
            self._engine.settle(snapshot)
            return AddReport(tuple(report.taken), tuple(report.refused), snapshot.generation())

    def remove(self, article_ids: Sequence[str]) -> RemoveReport:
        """Removes articles; later searches do not find them."""
        removed: list[str] = []
        unknown: list[str] = []
        with self._catalogue.write("remove") as transaction:
            for article_id in dict.fromkeys(article_ids):
                found = transaction.remove_article(article_id)
                (unknown if found is None else removed).append(article_id)
        with self._catalogue.read() as snapshot:
            self._engine.settle(snapshot)
            return RemoveReport(tuple(removed), tuple(unknown), snapshot.generation())

    def rebuild(self, on_progress: Callable[[int, int], None] = lambda _done, _all: None) -> int:
        """Cuts and embeds every article anew with the current model; the new generation.

        Vectors are kept as they are made, so a rebuild that was stopped goes on where it was.
        Until its last transaction commits, the collection answers as before.
        """
        with self._catalogue.read() as snapshot:
            if self._engine.problems(snapshot):
                self._engine.discard()
            total = snapshot.counts()[0]
            for done, (_stored, document) in enumerate(snapshot.documents(), 1):
                self._keep_vectors(prepared(document).passages)
                on_progress(done, total)
        with self._catalogue.write("rebuild") as transaction:
            keys: list[int] = []
            for stored, document in transaction.snapshot.documents():
                transaction.remove_passages(transaction.snapshot.passages_of(stored.key))
                passages = prepared(document).passages
                places = [_place(passage) for passage in passages]
                keys += transaction.add_passages(stored.key, places)
                self._complete_vectors(transaction, passages, {})
            transaction.set_model(model_of(self._embedder))
            self._engine.prepare(transaction.snapshot, transaction.snapshot.texts_of(keys))
        with self._catalogue.read() as snapshot:
            self._engine.settle(snapshot)
            return snapshot.generation()

    def verify(self) -> tuple[str, ...]:
        """One plain sentence for each stored thing that is not as it should be."""
        with self._catalogue.read() as snapshot:
            found = list(problems(snapshot))
            check = self._engine.problems(snapshot) if not found else []
            return (*found, *check)

    def status(self) -> Status:
        """Counts, model and sizes."""
        with self._catalogue.read() as snapshot:
            model = snapshot.model() or model_of(self._embedder)
            articles, passages, vectors = snapshot.counts()
            sizes = {FILE_NAME: self._catalogue.path.stat().st_size} | self._engine.sizes()
            return Status(
                snapshot.generation(),
                articles,
                passages,
                vectors,
                model.name,
                model.fingerprint,
                sizes,
            )

    def _unchanged(self, document: Document) -> Taken | None:
        with self._catalogue.read() as snapshot:
            stored = snapshot.find(document)
            if stored is None or stored.checksum != checksum_of(document):
                return None
            count = len(snapshot.passages_of(stored.key))
        return Taken(document.source_name, stored.id, "unchanged", count, 0)

    def _flush(self, waiting: Sequence[PreparedDocument], report: _Report) -> None:
        if not waiting:
            return
        with self._catalogue.read() as snapshot:
            check_model(snapshot, self._embedder)
            self._engine.view(snapshot)  # keywords complete up to here before more are added
            wanted = [passage for one in waiting for passage in one.passages]
            known = snapshot.known_hashes(
                {passage.content_hash for passage in wanted}, self._embedder.fingerprint
            )
        fresh = self._embedded([one for one in wanted if one.content_hash not in known])
        results = []
        with self._catalogue.write("add") as transaction:
            check_model(transaction.snapshot, self._embedder)
            if transaction.snapshot.model() is None:
                transaction.set_model(model_of(self._embedder))
            keys: list[int] = []
            for one in waiting:
                result, new_keys = self._store(transaction, one, set(fresh))
                results.append(result)
                keys += new_keys
            self._complete_vectors(transaction, wanted, fresh)
            if keys:
                self._engine.prepare(transaction.snapshot, transaction.snapshot.texts_of(keys))
        for result in results:
            report.put(result)

    def _store(
        self, transaction: Transaction, one: PreparedDocument, fresh: set[bytes]
    ) -> tuple[Taken, list[int]]:
        document, outcome = one.document, "added"
        stored = transaction.snapshot.find(document)
        if stored is None:
            article_id = _free_id(transaction, suggested_id(document))
            key = transaction.add_article(article_id, document, one.checksum)
        else:
            article_id, key, outcome = stored.id, stored.key, "updated"
            transaction.update_article(key, document, one.checksum)
        new = self._exchange(transaction, key, one.passages)
        embedded = sum(passage.content_hash in fresh for passage in one.passages)
        name = document.source_name
        count = len(one.passages)
        if outcome == "added":
            return Taken(name, article_id, "added", count, embedded), new
        return Taken(name, article_id, "updated", count, embedded), new

    def _exchange(
        self, transaction: Transaction, key: int, passages: Sequence[PreparedPassage]
    ) -> list[int]:
        """Keeps the passages whose content is the same, removes the rest and adds what is new."""
        old: defaultdict[bytes, list[PlacedPassage]] = defaultdict(list)
        for placed in transaction.snapshot.passages_of(key):
            old[placed.content_hash].append(placed)
        new = []
        for passage in passages:
            if not old[passage.content_hash]:
                new.append(_place(passage))
                continue
            placed = old[passage.content_hash].pop(0)
            if (placed.start, placed.end) != (passage.start, passage.end):
                transaction.move_passage(placed.key, passage.start, passage.end)
        transaction.remove_passages(placed for rest in old.values() for placed in rest)
        return transaction.add_passages(key, new)

    def _embedded(self, passages: Sequence[PreparedPassage]) -> dict[bytes, NDArray[np.float32]]:
        texts = {passage.content_hash: passage.embedded_text for passage in passages}
        vectors = self._embedder.embed_passages(list(texts.values()))
        return dict(zip(texts, vectors, strict=True))

    def _complete_vectors(
        self,
        transaction: Transaction,
        passages: Sequence[PreparedPassage],
        fresh: Mapping[bytes, NDArray[np.float32]],
    ) -> None:
        """Stores new vectors, and those that another writer dropped in between."""
        fingerprint = self._embedder.fingerprint
        transaction.put_vectors(fresh, fingerprint)
        hashes = {passage.content_hash for passage in passages}
        known = transaction.snapshot.known_hashes(hashes, fingerprint)
        missing = [passage for passage in passages if passage.content_hash not in known]
        if missing:
            transaction.put_vectors(self._embedded(missing), fingerprint)

    def _keep_vectors(self, passages: Sequence[PreparedPassage]) -> None:
        with self._catalogue.write("embed") as transaction:
            self._complete_vectors(transaction, passages, {})


class _Report:
    """Results as they come, passed on one by one."""

    def __init__(self, on_result: OnResult) -> None:
        self.taken: list[Taken] = []
        self.refused: list[Refusal] = []
        self._on_result = on_result

    def put(self, result: Taken | Refusal) -> None:
        """Keeps a result and tells whoever listens."""
        if isinstance(result, Taken):
            self.taken.append(result)
        else:
            self.refused.append(result)
        self._on_result(result)


def open_indexer(options: IndexOptions) -> Indexer:
    """The indexer of a data folder, which is made if it is not there."""
    catalogue = Catalogue(options.data_dir)
    engine = LocalEngine(options.data_dir / DERIVED)
    return Indexer(catalogue, engine, load_embedder(options.embedding_model), options)


def _place(passage: PreparedPassage) -> tuple[int, int, str, bytes]:
    return passage.start, passage.end, passage.heading, passage.content_hash


def _free_id(transaction: Transaction, wanted: str) -> str:
    """The wanted id, or with the first number that makes it free."""
    article_id, number = wanted, 2
    while transaction.is_taken(article_id):
        article_id, number = f"{wanted}-{number}", number + 1
    return article_id
