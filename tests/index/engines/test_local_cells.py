"""Large collections: searched approximately, measured against the exact search, never less true.

"Large" begins at a few hundred passages here, so that every step is seen in a second.
"""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.catalogue.catalogue import FILE_NAME, Catalogue
from index.catalogue.entities import Model
from index.engines.base import Match
from index.engines.key_set import KeySet
from index.engines.local import cell_file, vector_file
from index.engines.local.engine import LocalEngine
from index.engines.local.vector_store import Rules, VectorStore
from index.engines.local.vectors import Segment, VectorSet
from index.restoring import put_in_place
from storage.copying import copy_database
from tests.index.samples import document

DIMENSION = 16
LARGE = 400
RULES = Rules(file_from=10, exact_up_to=LARGE, longest_tail=60)
EXACT = Rules(file_from=10)


class Collection:
    """Passages with random vectors in a real catalogue, and an engine of its own over them."""

    def __init__(self, folder: Path, rules: Rules = RULES) -> None:
        self.folder = folder
        self.catalogue = Catalogue(folder)
        self.engine = LocalEngine(folder / "derived", rules)

    def add(self, name: str, count: int, seed: int) -> None:
        """One article of `count` passages."""
        vectors = unit(np.random.default_rng(seed).normal(size=(count, DIMENSION)))
        hashes = [f"{name} {number}".encode() for number in range(count)]
        with self.catalogue.write("add") as transaction:
            if transaction.snapshot.model() is None:
                transaction.set_model(Model("random", "random", DIMENSION))
            key = transaction.add_article(name, document(name, f"All about {name}."))
            transaction.put_vectors(dict(zip(hashes, vectors, strict=True)), "random")
            keys = transaction.add_passages(key, [(0, 5, "", one) for one in hashes])
            self.engine.prepare(transaction.snapshot, transaction.snapshot.texts_of(keys))
        self.settle()

    def remove(self, name: str) -> None:
        """Removes an article."""
        with self.catalogue.write("remove") as transaction:
            transaction.remove_article(name)
        self.settle()

    def settle(self) -> None:
        """What a writer does after each commit; waits for the files."""
        with self.catalogue.read() as snapshot:
            self.engine.settle(snapshot)
        self.engine.wait()

    def nearest(
        self, query: NDArray[np.float32], limit: int = 10, allowed: KeySet | None = None
    ) -> list[Match]:
        """What a search of the newest generation finds."""
        with self.catalogue.read() as snapshot:
            return self.engine.view(snapshot).nearest(query, limit, allowed)

    def problems(self) -> list[str]:
        """What `footnote verify` would say of the derived files."""
        with self.catalogue.read() as snapshot:
            return self.engine.problems(snapshot)

    def opened_again(self, rules: Rules = RULES) -> Collection:
        """The collection as a new process sees it."""
        return Collection(self.folder, rules)


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    """The vectors with length 1."""
    rounded: NDArray[np.float32] = vectors.astype(np.float32)
    rounded /= np.linalg.norm(rounded, axis=1, keepdims=True)
    return rounded


QUERIES = unit(np.random.default_rng(99).normal(size=(40, DIMENSION)))


def recall(found: Collection, exact: Collection, allowed: KeySet | None = None) -> float:
    """The share of the exact search's ten nearest that are found."""
    shares = []
    for query in QUERIES:
        wanted = {match.key for match in exact.nearest(query, 10, allowed)}
        got = {match.key for match in found.nearest(query, 10, allowed)}
        shares.append(len(wanted & got) / len(wanted))
    return float(np.mean(shares))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A large collection of three articles, with its cells."""
    collection = Collection(tmp_path_factory.mktemp("large"))
    for number, count in enumerate((1000, 900, 800)):
        collection.add(f"article {number}", count, seed=number)
    return collection.folder


@pytest.fixture
def large(made: Path, tmp_path: Path) -> Collection:
    """A copy of it, to be changed."""
    return Collection(Path(shutil.copytree(made, tmp_path / "data")))


def test_a_small_collection_is_searched_exactly(tmp_path: Path) -> None:
    collection = Collection(tmp_path)
    collection.add("short", LARGE, seed=1)
    assert collection.engine.vector_search() == "exact"
    assert not (tmp_path / "derived" / "cells.bin").exists()


def test_a_large_collection_says_what_recall_its_search_reaches(large: Collection) -> None:
    said = cell_file.trailer_of(large.folder / "derived" / "cells.bin")
    assert said is not None
    assert said.measured.recall >= RULES.recall
    assert f"recall@10 against exact {said.measured.recall:.3f}" in large.engine.vector_search()
    assert recall(large, large.opened_again(EXACT)) >= 0.98


def test_scores_are_the_true_cosines(large: Collection) -> None:
    exact = {match.key: match.score for match in large.opened_again(EXACT).nearest(QUERIES[0])}
    for match in large.nearest(QUERIES[0]):
        assert match.score == pytest.approx(exact[match.key], abs=1e-5)


def test_an_added_passage_is_found_before_the_files_know_it(large: Collection) -> None:
    before = (large.folder / "derived" / "cells.bin").read_bytes()
    large.add("new", 1, seed=7)
    vector = unit(np.random.default_rng(7).normal(size=(1, DIMENSION)))[0]
    for process in (large, large.opened_again()):
        assert process.nearest(vector, 1)[0].score == pytest.approx(1.0, abs=1e-5)
    assert (large.folder / "derived" / "cells.bin").read_bytes() == before


def test_a_removed_article_is_never_found(large: Collection) -> None:
    with large.catalogue.read() as snapshot:
        gone = {match.key for match in large.engine.view(snapshot).nearest(QUERIES[0], 2700, None)}
    large.remove("article 1")
    with large.catalogue.read() as snapshot:
        gone -= set(snapshot.added_after(0))
    assert len(gone) == 900
    for process in (large, large.opened_again()):
        for query in QUERIES:
            assert not gone & {match.key for match in process.nearest(query, 50)}


def test_files_are_folded_when_much_has_changed(large: Collection) -> None:
    before = cell_file.trailer_of(large.folder / "derived" / "cells.bin")
    large.add("more", 100, seed=11)
    large.remove("article 2")
    after = cell_file.trailer_of(large.folder / "derived" / "cells.bin")
    assert before is not None
    assert after is not None
    assert after.generation > before.generation
    assert after.measured.laid_out_for == before.measured.laid_out_for
    assert recall(large, large.opened_again(EXACT)) >= 0.98
    assert large.problems() == []


def test_cells_are_laid_out_anew_when_the_collection_outgrows_them(large: Collection) -> None:
    large.add("huge", 4000, seed=12)
    said = cell_file.trailer_of(large.folder / "derived" / "cells.bin")
    assert said is not None
    assert said.measured.laid_out_for == 6700


@pytest.mark.parametrize("share", [0.005, 0.3, 0.9])
def test_a_filter_loses_nothing_to_the_approximation(
    large: Collection, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.engines.local import vectors

    monkeypatch.setattr(vectors, "_FILTERED_EXACTLY", 100)
    with large.catalogue.read() as snapshot:
        keys = snapshot.added_after(0)
    chosen = np.random.default_rng(3).permutation(keys)[: int(share * len(keys))].tolist()
    allowed = KeySet(chosen)
    found = large.nearest(QUERIES[0], 10, allowed)
    assert {match.key for match in found} <= set(allowed.keys.tolist())
    assert recall(large, large.opened_again(EXACT), allowed) >= 0.98


@pytest.mark.parametrize("how", ["missing", "cut short", "a flipped bit"])
@pytest.mark.parametrize("name", ["cells.bin", "vectors.bin"])
def test_a_damaged_file_is_made_anew_by_itself(large: Collection, name: str, how: str) -> None:
    file = large.folder / "derived" / name
    data = bytearray(file.read_bytes())
    if how == "missing":
        file.unlink()
    elif how == "cut short":
        file.write_bytes(data[: len(data) // 2])
    else:
        data[len(data) // 2] ^= 4
        file.write_bytes(data)
    process = large.opened_again()
    assert recall(process, large.opened_again(EXACT)) >= 0.98
    process.engine.wait()
    assert process.problems() == []
    assert process.engine.vector_search().startswith("approximate")


def test_another_process_takes_up_the_newer_files(large: Collection) -> None:
    other = large.opened_again()
    other.nearest(QUERIES[0])
    large.add("more", 100, seed=13)
    for _ in range(2):  # the first question has them loaded, the next is searched in them
        large.add(f"one more {_}", 1, seed=20 + _)
        other.nearest(QUERIES[0])
        other.engine.wait()
    view = other.engine._view
    assert view is not None
    assert len(view.vectors.recent.keys) < 100
    assert view.vectors.shortlist is not None


def test_files_of_a_collection_that_was_replaced_meanwhile_are_not_taken_up(
    large: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are being loaded in the background when a backup is put in the collection's place."""
    backup = tmp_path / "backup"
    backup.mkdir()
    copy_database(large.folder / FILE_NAME, backup / FILE_NAME)
    loaded, go_on = threading.Event(), threading.Event()
    with_cells = VectorStore._with_cells

    def with_cells_in_a_while(
        self: VectorStore, header: vector_file.Header, segment: Segment
    ) -> VectorSet:
        found = with_cells(self, header, segment)
        if threading.current_thread() is other.engine._vectors._worker:
            loaded.set()
            go_on.wait()
        return found

    other = large.opened_again()
    other.nearest(QUERIES[0])
    monkeypatch.setattr(VectorStore, "_with_cells", with_cells_in_a_while)
    large.add("more", 100, seed=13)
    large.add("one more", 1, seed=14)
    other.nearest(QUERIES[0])
    loaded.wait()
    put_in_place(backup, large.folder)
    other.nearest(QUERIES[0])
    go_on.set()
    other.engine.wait()
    other.add("after", 1, seed=15)
    with other.catalogue.read() as snapshot:
        there = set(snapshot.added_after(0))
    assert len(there) == 2701
    assert {match.key for match in other.nearest(QUERIES[0], 2_800)} <= there
    assert recall(other, large.opened_again(EXACT)) >= 0.98
