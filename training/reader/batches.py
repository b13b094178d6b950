"""Samples → batches of token ids with targets, alike in length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer
from torch import Tensor

from training.reader.samples import ReadingSample

MAX_TOKENS = 288
# So many batches are drawn at once and sorted by length, so that padding stays small.
_POOL = 40
# Samples that say nothing about relevance: the passage speaks of the matter, the question is off.
_NO_RELEVANCE = {"adversarial", "altered"}


@dataclass(frozen=True, slots=True)
class Batch:
    """A padded batch; targets beside it.

    `token_ids`, `segments`, `mask` int64 (batch, tokens). `starts`, `ends` float32
    (batch, tokens): 1 where the annotators' answer begins and ends; on the first token where
    there is none. `answerable` float32 (batch,); `relevance` likewise, with
    `weighs` 0 where the sample says nothing about it.
    """

    token_ids: Tensor
    segments: Tensor
    mask: Tensor
    starts: Tensor
    ends: Tensor
    answerable: Tensor
    relevance: Tensor
    weighs: Tensor


def passage_text(title: str, passage: str) -> tuple[str, int]:
    """What the reader sees of a passage, and where the passage begins in it."""
    lead = f"{title}\n" if title else ""
    return lead + passage, len(lead)


def batches(
    samples: Sequence[ReadingSample], tokenizer: Tokenizer, size: int, chance: random.Random
) -> Iterator[Batch]:
    """All samples once, in batches of `size`."""
    order = chance.sample(range(len(samples)), len(samples))
    for first in range(0, len(order), size * _POOL):
        pool = [samples[i] for i in order[first : first + size * _POOL]]
        texts = [(s.question, passage_text(s.title, s.passage)[0]) for s in pool]
        encoded = list(zip(pool, tokenizer.encode_batch(texts), strict=True))
        encoded.sort(key=lambda pair: len(pair[1].ids))
        groups = [encoded[start : start + size] for start in range(0, len(encoded), size)]
        for group in chance.sample(groups, len(groups)):
            yield _batch(group)


def _batch(group: Sequence[tuple[ReadingSample, Encoding]]) -> Batch:
    longest = max(len(encoding.ids) for _, encoding in group)
    ids, segments, mask = (np.zeros((len(group), longest), np.int64) for _ in range(3))
    starts, ends = (np.zeros((len(group), longest), np.float32) for _ in range(2))
    for row, (sample, encoding) in enumerate(group):
        length = len(encoding.ids)
        ids[row, :length] = encoding.ids
        segments[row, :length] = encoding.type_ids
        mask[row, :length] = 1
        _mark(sample, encoding, starts[row], ends[row])
    answerable = starts[:, 0] == 0
    weighs = np.array([sample.kind not in _NO_RELEVANCE for sample, _ in group])
    return Batch(
        token_ids=torch.from_numpy(ids),
        segments=torch.from_numpy(segments),
        mask=torch.from_numpy(mask),
        starts=torch.from_numpy(starts),
        ends=torch.from_numpy(ends),
        answerable=torch.from_numpy(answerable.astype(np.float32)),
        relevance=torch.from_numpy(answerable.astype(np.float32)),
        weighs=torch.from_numpy(weighs.astype(np.float32)),
    )


def _mark(
    sample: ReadingSample,
    encoding: Encoding,
    starts: NDArray[np.float32],
    ends: NDArray[np.float32],
) -> None:
    """Marks the answer that most annotators gave, of several the shortest.

    Only one, so that the beginning of one is not paired with the end of another.
    """
    offset = passage_text(sample.title, sample.passage)[1]
    places = []
    for start, end in sample.spans:
        first = encoding.char_to_token(offset + start, 1)
        last = encoding.char_to_token(offset + end - 1, 1)
        if first is not None and last is not None:
            places.append((first, last))
    first, last = min(
        places, key=lambda place: (-places.count(place), place[1] - place[0]), default=(0, 0)
    )
    starts[first] = 1
    ends[last] = 1
