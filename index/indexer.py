"""The one writer: articles are added, updated and removed, generation by generation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from index.article import Document, Refusal
from index.catalogue.catalogue import Catalogue
from index.catalogue.following import FollowedSources
from index.catalogue.verifying import problems
from index.embedding import Embedder, load_embedder
from index.engines.base import Engine
from index.engines.local.engine import LocalEngine
from index.indexing import PreparedDocument, prepared
from index.model_check import check_model, model_of
from index.newest_view import newest_view
from index.options import DERIVED, IndexOptions
from index.readers import document_from_fields, read_sources, read_upload
from index.rebuilding import rebuild
from index.reports import AddReport, OnResult, RemoveReport, Results, Status, Taken
from index.searcher import Searcher
from index.storing import store, unchanged
from index.vector_keeping import complete_vectors, embedded, missing_vectors
from storage.unfinished import sweep

__all__ = ["AddReport", "Indexer", "OnResult", "RemoveReport", "Status", "Taken", "open_indexer"]

# A generation is committed when this much waits for it: passages, and articles without any.
_BATCH = 256


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
        with self._catalogue.read() as snapshot:
            check_model(snapshot, self._embedder)
        results = Results(on_result)
        waiting: list[PreparedDocument] = []
        size = 0
        for document in documents:
            if isinstance(document, Refusal):
                results.put(document)
            elif (known := self._unchanged(document)) is not None:
                results.put(known)
            else:
                waiting.append(prepared(document))
                size += max(len(waiting[-1].passages), 1)
            if size >= _BATCH:
                self._flush(waiting, results)
                waiting, size = [], 0
        self._flush(waiting, results)
        return AddReport(tuple(results.taken), tuple(results.refused), self._settle())

    def remove(self, article_ids: Sequence[str]) -> RemoveReport:
        """Removes articles; later searches do not find them."""
        removed: list[str] = []
        unknown: list[str] = []
        with self._catalogue.write("remove") as transaction:
            for article_id in dict.fromkeys(article_ids):
                found = transaction.remove_article(article_id)
                (unknown if found is None else removed).append(article_id)
        return RemoveReport(tuple(removed), tuple(unknown), self._settle())

    def move(self, article_ids: Sequence[str], path: str) -> None:
        """Notes that the file of these articles has another path now."""
        with self._catalogue.write("move") as transaction:
            for article_id in article_ids:
                transaction.move_article(article_id, path)
        self._settle()

    @contextmanager
    def followed(self) -> Iterator[FollowedSources]:
        """The sources that the collection keeps in step with, to read."""
        with self._catalogue.followed() as sources:
            yield sources

    @contextmanager
    def change_followed(self) -> Iterator[FollowedSources]:
        """The same, to change, in one transaction."""
        with self._catalogue.change_followed() as sources:
            yield sources

    @property
    def options(self) -> IndexOptions:
        """What the indexer was opened with."""
        return self._options

    def rebuild(self, on_progress: Callable[[int, int], None] = lambda _done, _all: None) -> int:
        """Cuts and embeds every article anew with the current model; the new generation.

        Vectors are kept as they are made, so a rebuild that was stopped goes on where it was.
        Until its last transaction commits, the collection answers as before.
        """
        rebuild(self._catalogue, self._engine, self._embedder, on_progress)
        return self._settle()

    def verify(self) -> tuple[str, ...]:
        """One plain sentence for each stored thing that is not as it should be."""
        with self._catalogue.read() as snapshot:
            found = tuple(problems(snapshot))
        if found:
            return found
        with newest_view(self._catalogue, self._engine) as (snapshot, _):
            return tuple(self._engine.problems(snapshot))

    def status(self) -> Status:
        """Counts, model and sizes."""
        with self._catalogue.read() as snapshot:
            model = snapshot.model() or model_of(self._embedder)
            articles, passages, vectors = snapshot.counts()
            return Status(
                snapshot.generation(),
                articles,
                passages,
                vectors,
                model.name,
                model.fingerprint,
                self._engine.vector_search(),
                self._catalogue.sizes() | self._engine.sizes(),
            )

    def _settle(self) -> int:
        """Tidies up after a commit; the newest generation."""
        sweep(self._options.data_dir)
        with self._catalogue.read() as snapshot:
            self._engine.settle(snapshot)
            return snapshot.generation()

    def _unchanged(self, document: Document) -> Taken | None:
        with self._catalogue.read() as snapshot:
            return unchanged(snapshot, document)

    def _flush(self, waiting: Sequence[PreparedDocument], results: Results) -> None:
        if not waiting:
            return
        wanted = [passage for one in waiting for passage in one.passages]
        with self._catalogue.read() as snapshot:
            missing = missing_vectors(snapshot, self._embedder, wanted)
        fresh = embedded(self._embedder, missing)  # slow, so before the lock is taken
        taken: list[Taken] = []
        with self._catalogue.write("add") as transaction:
            check_model(transaction.snapshot, self._embedder)
            keys: list[int] = []
            for one in waiting:
                result, new_keys = store(transaction, one, set(fresh))
                taken.append(result)
                keys += new_keys
            complete_vectors(transaction, self._embedder, wanted, fresh)
            if transaction.snapshot.model() is None:
                transaction.set_model(model_of(self._embedder))
            if keys:
                self._engine.prepare(transaction.snapshot, transaction.snapshot.texts_of(keys))
        for result in taken:
            results.put(result)


def open_indexer(options: IndexOptions, searcher: Searcher | None = None) -> Indexer:
    """The indexer of a data folder, which is made if it is not there.

    `searcher` shares what is open already.
    """
    if searcher is not None:
        return Indexer(*searcher.parts, options)
    catalogue = Catalogue(options.data_dir)
    engine = LocalEngine(options.data_dir / DERIVED)
    return Indexer(catalogue, engine, load_embedder(options.embedding_model), options)
