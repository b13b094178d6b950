"""Sets of keys, against Python's own."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.engines.key_set import KeySet

KEYS = st.lists(st.integers(0, 60), max_size=40)


@given(keys=KEYS, asked=KEYS)
def test_a_key_set_holds_what_a_set_holds(keys: list[int], asked: list[int]) -> None:
    made = KeySet(keys)
    assert made.keys.tolist() == sorted(set(keys))
    assert len(made) == len(set(keys))
    held = made.holds(np.array(asked, np.int64))
    assert held.tolist() == [key in set(keys) for key in asked]


@given(keys=KEYS)
def test_its_bitmap_has_a_bit_for_each_key(keys: list[int]) -> None:
    bits = np.unpackbits(KeySet(keys).bitmap, bitorder="little")
    assert set(np.flatnonzero(bits).tolist()) == set(keys)
