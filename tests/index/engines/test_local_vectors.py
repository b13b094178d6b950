"""Vector sets, against a plain table of vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.engines.key_set import KeySet
from index.engines.local import vector_file
from index.engines.local.derived_file import Origin
from index.engines.local.vectors import Segment, VectorSet, empty_segment
from index.errors import CollectionError

DIMENSION = 8


def vectors_for(keys: list[int]) -> Segment:
    """A unit vector for each key, always the same one."""
    rows = [np.random.default_rng(key).normal(size=DIMENSION) for key in keys]
    matrix = np.array(rows, np.float32).reshape(len(keys), DIMENSION)
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return Segment(np.array(keys, np.int64), (matrix / np.maximum(norms, 1e-9)).astype(np.float32))


def brute_force(keys: set[int], query: NDArray[np.float32], limit: int) -> list[int]:
    """The nearest keys by a loop over everything."""
    table = vectors_for(sorted(keys))
    order = np.argsort(-(table.matrix @ query), kind="stable")[:limit]
    return [int(table.keys[row]) for row in order]


@given(data=st.data())
def test_changes_leave_exactly_what_a_plain_table_has(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, 30))
    have = VectorSet(vectors_for(list(range(start))), empty_segment(DIMENSION), frozenset())
    alive, next_key = set(range(start)), start
    query = vectors_for([10_000]).matrix[0]
    for _ in range(data.draw(st.integers(0, 4))):
        added = list(range(next_key, next_key + data.draw(st.integers(0, 10))))
        next_key += len(added)
        removed = data.draw(st.sets(st.integers(0, next_key + 3))) - set(added)
        have = have.changed(vectors_for(added), removed)
        alive = (alive | set(added)) - removed
        if data.draw(st.booleans()):
            have = have.compacted()
        limit = data.draw(st.integers(1, 12))
        allowed = data.draw(st.none() | st.frozensets(st.integers(0, next_key + 3)))
        wanted = alive if allowed is None else alive & allowed
        assert len(have) == len(alive)
        chosen = None if allowed is None else KeySet(allowed)
        found = [match.key for match in have.nearest(query, limit, chosen)]
        assert found == brute_force(wanted, query, limit)
        keys = np.array(sorted(alive), np.int64)
        assert np.array_equal(have.rows(keys), vectors_for(sorted(alive)).matrix)


ORIGIN = Origin("collection", 7, "stamp of 7")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A file of five vectors."""
    path = tmp_path / "derived" / "vectors.bin"
    vector_file.save(path, ORIGIN, DIMENSION, [vectors_for([2, 3, 5]), vectors_for([7, 11])])
    return path


def test_a_saved_file_holds_what_was_saved(saved: Path) -> None:
    loaded = vector_file.load(saved)
    assert loaded is not None
    header, segment = loaded
    assert (header.generation, header.stamp) == (7, "stamp of 7")
    assert segment.keys.tolist() == [2, 3, 5, 7, 11]
    assert np.array_equal(segment.matrix, vectors_for([2, 3, 5, 7, 11]).matrix)
    assert [file.name for file in saved.parent.iterdir()] == ["vectors.bin"]


def test_any_flipped_bit_is_noticed(saved: Path) -> None:
    """In the header it changes a field, which is compared with the catalogue, or is refused."""
    whole = saved.read_bytes()
    original = vector_file.load(saved)
    assert original is not None
    body = whole.index(b"\n") + 1
    for place in range(0, len(whole) * 8, 7):
        data = bytearray(whole)
        data[place // 8] ^= 1 << place % 8
        saved.write_bytes(data)
        loaded = vector_file.load(saved)
        if place // 8 >= body:
            assert loaded is None
        elif loaded is not None:
            header = loaded[0]
            said = (header.collection_id, header.generation, header.stamp)
            first = original[0]
            same = said == (first.collection_id, first.generation, first.stamp)
            assert not same or header == first


def test_any_shorter_file_is_noticed(saved: Path) -> None:
    whole = saved.read_bytes()
    for length in range(0, len(whole), 5):
        saved.write_bytes(whole[:length])
        assert vector_file.load(saved) is None


def test_a_file_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "derived").write_text("a file where the folder should be")
    path = tmp_path / "derived" / "vectors.bin"
    with pytest.raises(CollectionError, match=r"Cannot write .*vectors\.bin"):
        vector_file.save(path, ORIGIN, DIMENSION, [vectors_for([1])])
