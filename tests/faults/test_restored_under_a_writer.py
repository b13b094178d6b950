"""A backup put in the place of a collection that others read and write at that moment."""

from __future__ import annotations

import itertools
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from index.catalogue.catalogue import FILE_NAME
from index.restoring import put_in_place
from storage.copying import copy_database
from tests.faults.conftest import is_whole, opened
from tests.faults.writing import documents

TIMES = 4
Seen = list[tuple[int, str, frozenset[str]]]  # generation, collection, ids of the articles found


def read(folder: Path, done: threading.Event, seen: Seen) -> None:
    """Searches as a process of its own does; what was found while the collection was replaced
    may be of either, and is not counted."""
    searcher = opened(folder).searcher()
    while not done.is_set():
        before = collection_of(folder)
        result = searcher.search("what was seen again?", top_k=2_000)
        if collection_of(folder) == before:
            found = frozenset(hit.article.id for hit in result.hits)
            seen.append((result.generation, before, found))


def write(folder: Path, done: threading.Event) -> None:
    """Adds one article after the other, each in a generation of its own."""
    indexer = opened(folder)
    for number in itertools.count():
        if done.is_set():
            return
        indexer.add(documents(f"new{number}", 1))


def collection_of(folder: Path) -> str:
    indexer = opened(folder)
    with indexer._catalogue.read() as snapshot:
        name = snapshot.collection_id()
    indexer._catalogue.close()
    return name


def test_no_generation_has_two_contents(folder: Path, tmp_path: Path) -> None:
    opened(folder).add(documents("old", 6))
    backup = tmp_path / "backup"
    backup.mkdir()
    copy_database(folder / FILE_NAME, backup / FILE_NAME)
    seen: Seen = []
    done = threading.Event()
    with ThreadPoolExecutor(3) as pool:
        works = [pool.submit(read, folder, done, seen) for _ in range(2)]
        works.append(pool.submit(write, folder, done))
        for number in range(TIMES):
            enough = len(seen) + 4
            while len(seen) < enough and not any(work.done() for work in works):
                done.wait(0.01)
            copied = Path(shutil.copytree(backup, tmp_path / f"copied {number}"))
            put_in_place(copied, folder)
        done.set()
        for work in works:
            work.result()
    contents: dict[int, set[tuple[str, frozenset[str]]]] = {}
    for generation, name, found in seen:
        contents.setdefault(generation, set()).add((name, found))
    assert all(len(different) == 1 for different in contents.values())
    assert len({name for _, name, _ in seen}) > TIMES // 2
    assert is_whole(opened(folder))
