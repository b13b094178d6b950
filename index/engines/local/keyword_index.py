"""The Tantivy index on disk, and what it is known to hold.

A passage is written before the catalogue commits it and deleted after its removal is committed,
so the index always holds at least what any reader's generation has. One marker document, written
in the same commit, says for which generations of which collection that is true.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import tantivy

from index.engines.base import GenerationGoneError, IndexedText, PassageSource
from index.engines.local.keyword_files import (
    SUFFIXES,
    TEMPORARY,
    DamagedIndexError,
    check,
    check_all,
    contents,
    panics_as_damage,
)
from index.engines.local.keywords import KeywordSearcher, configured, document, schema
from index.engines.local.verified import Verified
from index.errors import CollectionError
from storage.unfinished import unfinished

_LOGGER = logging.getLogger(__name__)
_WRITER_BYTES = 30_000_000
_LOCK_SECONDS = 60.0
_DAMAGE = (DamagedIndexError, FileNotFoundError, ValueError)


@dataclass(frozen=True, slots=True)
class Marker:
    """What the index holds: every passage of the generations `cleaned` to `generation`.

    `stamp` is that of the generation `cleaned`, which was committed when the marker was written:
    a catalogue that says otherwise has another history (it came from a backup, say).
    """

    collection_id: str = ""
    generation: int = 0
    cleaned: int = 0
    stamp: str = ""

    def is_of(self, source: PassageSource) -> bool:
        """Whether the source continues the history that the index was written from."""
        same = self.collection_id == source.collection_id()
        return same and self.stamp == source.stamp(self.cleaned)

    def is_ahead_of(self, source: PassageSource) -> bool:
        """Whether passages of the source's generation may be deleted already."""
        same = self.collection_id == source.collection_id()
        return same and self.cleaned > source.generation()

    def covers(self, source: PassageSource, generation: int) -> bool:
        """Whether every passage of a generation of the source is in the index."""
        return self.is_of(source) and self.cleaned <= generation <= self.generation


class KeywordIndex:
    """The index in one folder; what is damaged or missing is made anew.

    Raises `CollectionError` when the folder cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._checked: frozenset[str] = frozenset()
        self._verified = Verified(folder.parent)
        self._index = self._opened()

    def searcher(self, source: PassageSource) -> KeywordSearcher:
        """A searcher over a state that holds all of the source's generation.

        Raises `GenerationGoneError` when a later generation has been cleaned up already.
        """
        while True:
            searcher, marker = self._state()
            if marker.covers(source, source.generation()):
                return KeywordSearcher(self._index.schema, searcher)
            if marker.is_ahead_of(source):
                raise GenerationGoneError(marker.cleaned)
            self._catch_up(source)

    def prepare(self, source: PassageSource, added: Iterable[IndexedText]) -> None:
        """Writes passages that the running transaction is about to commit.

        An index that was not complete before stays marked as it is, and catches up when it is
        next searched.
        """
        before = source.generation() - 1
        self._state()  # a damaged index is made anew before a writer opens it
        with self._writing() as writer:
            marker = self._marker_or_empty(writer)
            if before == 0 and not marker.is_of(source):
                # The collection begins here: an index of another one is worth nothing to it.
                writer.delete_all_documents()
                marker = Marker(source.collection_id(), 0, 0, source.stamp(0))
            if marker.covers(source, before):
                # Readers still need what the running transaction itself removes.
                own = set(source.removed_after(before))
                _delete(writer, set(source.removed_after(marker.cleaned)) - own)
                marker = Marker(
                    source.collection_id(), source.generation(), before, source.stamp(before)
                )
            _add(writer, added)
            _mark(writer, marker)

    def clean(self, source: PassageSource) -> None:
        """Deletes what the source's generation has no more, once that is committed."""
        _, marker = self._state()
        if not _can_clean(marker, source) or not source.removed_after(marker.cleaned):
            return
        with self._writing() as writer:
            marker = self._marker_or_empty(writer)
            if _can_clean(marker, source):
                _delete(writer, source.removed_after(marker.cleaned))
                generation = source.generation()
                stamp = source.stamp(generation)
                marker = replace(marker, cleaned=generation, stamp=stamp)
            _mark(writer, marker)

    def discard(self) -> None:
        """Empties the index, to be filled from the catalogue again."""
        self._put_empty_list()
        self._index = self._opened()

    def problems(self) -> list[str]:
        """One sentence for the first file that is damaged; all are compared, also known ones."""
        if not (self.folder / "meta.json").exists():
            return []  # deleted: it is made anew when it is next needed
        try:
            check_all(self.folder)
        except DamagedIndexError as error:
            self._verified.forget(f"{self.folder.name}/")
            self._checked = frozenset()
            return [
                f"The keyword index {self.folder} is damaged ({error}); run `footnote rebuild`."
            ]
        return []

    def _catch_up(self, source: PassageSource) -> None:
        with self._writing() as writer:
            marker = self._marker_or_empty(writer)
            if marker.covers(source, source.generation()) or marker.is_ahead_of(source):
                _mark(writer, marker)  # another process was quicker
                return
            if marker.is_of(source) and marker.generation:
                _delete(writer, source.removed_after(marker.cleaned))
            else:
                marker = Marker()
                writer.delete_all_documents()
            _add(writer, source.texts_of(source.added_after(marker.generation)))
            now = source.generation()
            _mark(writer, Marker(source.collection_id(), now, now, source.stamp(now)))

    def _state(self) -> tuple[tantivy.Searcher, Marker]:
        """The newest committed state and its marker; a damaged index is made anew first."""
        try:
            try:
                return self._read()
            except _DAMAGE as error:
                self.discard()
                self._tell(error)
            return self._read()
        except (*_DAMAGE, OSError) as error:
            raise self._unusable(error) from error

    def _read(self) -> tuple[tantivy.Searcher, Marker]:
        while True:
            listed = contents(self.folder)
            try:
                # Before anything is read from them: Tantivy may panic over a damaged file.
                check(self.folder, listed.files - self._checked, self._verified)
                with panics_as_damage():
                    self._index.reload()
                    searcher = self._index.searcher()
                    marker = self._marker(searcher, listed.documents)
            except _DAMAGE:
                if contents(self.folder) == listed:
                    raise
                continue  # a writer has just replaced the files
            if contents(self.folder) == listed:
                self._checked = listed.files
                return searcher, marker

    def _marker(self, searcher: tantivy.Searcher, documents: int) -> Marker:
        """The marker, once the counts of `meta.json`, which has no checksum, are seen to agree."""
        kinds = {
            kind: tantivy.Query.term_query(self._index.schema, "kind", kind)
            for kind in ("passage", "marker")
        }
        alive = sum(_count(searcher, query) for query in kinds.values())
        written = sum(searcher.doc_freq("kind", kind) for kind in kinds)
        if (alive, written) != (searcher.num_docs, documents):
            raise DamagedIndexError("meta.json")
        markers = searcher.search(kinds["marker"], 2).hits
        if len(markers) > 1:
            raise DamagedIndexError("meta.json")
        if not markers:
            return Marker()
        stored = searcher.doc(markers[0][1])["marker"][0]
        try:
            return Marker(**json.loads(stored))
        except TypeError:
            return Marker()  # of another version

    def _marker_or_empty(self, writer: tantivy.IndexWriter) -> Marker:
        """The marker while the lock is held; a damaged index is emptied."""
        try:
            return self._read()[1]
        except _DAMAGE:
            writer.delete_all_documents()
            return Marker()

    def _put_empty_list(self) -> None:
        """Replaces the list of segments; Tantivy removes their files at its next commit.

        Another process may be writing: then its commit puts its own list in place again. Either
        is whole, and the marker in it says what it holds.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with unfinished(self.folder.parent) as fresh:
                tantivy.Index(schema(), path=str(fresh))
                (fresh / "meta.json").replace(self.folder / "meta.json")
        except (OSError, ValueError) as error:
            raise self._unusable(error) from error

    def _opened(self) -> tantivy.Index:
        """The index, made anew where it is damaged or of another schema."""
        try:
            for repair in (self._put_empty_list, self._remove):
                try:
                    return self._open()
                except _DAMAGE as error:
                    repair()
                    self._tell(error)
            return self._open()
        except (*_DAMAGE, OSError) as error:
            raise self._unusable(error) from error

    def _tell(self, damage: Exception) -> None:
        _LOGGER.warning(
            "The keyword index %s was damaged (%s); it is made anew from the catalogue.",
            self.folder,
            damage,
        )

    def _remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _open(self) -> tantivy.Index:
        if not (self.folder / "meta.json").exists():
            # Tantivy would make it without its lock, and `_sweep` takes its temporary files away.
            self._put_empty_list()
        check_all(self.folder, self._checked, self._verified)
        with panics_as_damage():
            return configured(tantivy.Index(schema(), path=str(self.folder)))

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        """The one writer of all processes; what was written is committed at the end."""
        writer = self._writer()
        try:
            self._sweep()
            yield writer
            writer.commit()
        except (OSError, ValueError) as error:
            raise self._unusable(error) from error
        finally:
            with suppress(OSError, ValueError, RuntimeError):
                writer.wait_merging_threads()  # lets go of the lock, too

    def _sweep(self) -> None:
        """Removes what a writer that was killed left behind; the lock is held.

        Tantivy numbers its lists of deleted passages by its commits: a list of the commit that was
        never finished would stand in the way of the next one. Whoever writes a file of Tantivy's
        that is replaced as a whole, through a temporary one, holds the lock, too.
        """
        with suppress(DamagedIndexError):
            listed = contents(self.folder).files
            for file in self.folder.iterdir():
                is_part = file.suffix.removeprefix(".") in SUFFIXES and file.name not in listed
                if is_part or file.name.startswith(TEMPORARY):
                    file.unlink(missing_ok=True)

    def _writer(self) -> tantivy.IndexWriter:
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                return self._index.writer(_WRITER_BYTES, 1)
            except ValueError as error:
                if "lock" not in str(error).lower() or time.monotonic() > deadline:
                    raise self._unusable(error) from error
                time.sleep(0.05)

    def _unusable(self, error: Exception) -> CollectionError:
        return CollectionError(
            f"Cannot use the keyword index in {self.folder} ({error}); "
            "make room on the disk or check the folder's permissions."
        )


def _can_clean(marker: Marker, source: PassageSource) -> bool:
    return marker.is_of(source) and marker.cleaned < source.generation() <= marker.generation


def _count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    found = searcher.search(query, 1, count=True)
    return int(found.count)  # type: ignore[attr-defined]  # the library's stubs leave it out


def _add(writer: tantivy.IndexWriter, entries: Iterable[IndexedText]) -> None:
    for entry in entries:
        # The key may be that of a passage whose transaction was never committed.
        writer.delete_documents_by_term("key", entry.key)
        writer.add_document(document(entry))


def _delete(writer: tantivy.IndexWriter, keys: Iterable[int]) -> None:
    for key in keys:
        writer.delete_documents_by_term("key", key)


def _mark(writer: tantivy.IndexWriter, marker: Marker) -> None:
    writer.delete_documents_by_term("kind", "marker")
    writer.add_document(tantivy.Document(kind="marker", marker=json.dumps(asdict(marker))))
