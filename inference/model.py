"""A bundled model on ONNX Runtime: no torch, ready in a fraction of a second."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from inference.model_files import REMEDY, ModelError, ModelFiles, read_model_files

Item = TypeVar("Item")
Result = TypeVar("Result")
# Items are handed to the threads in blocks, so that memory and the wait after Ctrl-C are bounded.
BLOCK = 512


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text, or a pair of texts, as the model reads it.

    `ids` and `segments` int64 (1, tokens). `spans` (tokens, 2): where each token stands in its
    text, in characters. `own` (tokens,): whether it belongs to the last text (not to the first
    of a pair, and not one of the marks around them).
    """

    ids: NDArray[np.int64]
    segments: NDArray[np.int64]
    spans: NDArray[np.int64]
    own: NDArray[np.bool_]


class BundledModel:
    """One model and its tokenizer. Safe to share between threads.

    Each call computes on the calling thread alone: for many texts that is faster than sharing
    one text's work, and a result never depends on the company a text is computed in.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        """Loads the model in `folder`; `threads` defaults to the processors we may use.

        Raises ModelError when a file of the model is missing or damaged.
        """
        self.files: ModelFiles = read_model_files(folder)
        self.threads = threads or _usable_processors()
        try:
            self._tokenizer = Tokenizer.from_buffer(self.files.tokenizer)
            self._session = _session(self.files.graph)
        except Exception as error:  # Both libraries raise bare Exception subclasses of their own.
            raise ModelError(f"The model in {folder} cannot be loaded; {REMEDY}.") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.files.max_tokens)
        self._pairs = Tokenizer.from_buffer(self.files.tokenizer)
        self._pairs.no_padding()
        self._pairs.enable_truncation(self.files.max_tokens, strategy="only_second")

    def token_ids(self, text: str) -> NDArray[np.int64]:
        """The tokens of one text, (1, tokens), cut at the most the model reads."""
        return np.array([self._tokenizer.encode(text).ids], np.int64)

    def pair_tokens(self, first: str, second: str) -> Tokens:
        """The tokens of two texts; the second is cut where both are too long together."""
        return _tokens(self._pairs.encode(first, second))

    def run(self, inputs: Mapping[str, NDArray[np.int64]]) -> list[NDArray[np.float32]]:
        """The graph's outputs, in its order."""
        outputs: list[NDArray[np.float32]] = self._session.run(None, dict(inputs))
        return outputs

    def each(self, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """`work` on every item, on all threads; results in the order of `items`."""
        if self.threads == 1 or len(items) < 2:
            return [work(item) for item in items]
        found: list[Result] = []
        with ThreadPoolExecutor(self.threads, "inference") as threads:
            for start in range(0, len(items), BLOCK):
                found += threads.map(work, items[start : start + BLOCK])
        return found


def _tokens(encoding: Encoding) -> Tokens:
    return Tokens(
        ids=np.array([encoding.ids], np.int64),
        segments=np.array([encoding.type_ids], np.int64),
        spans=np.array(encoding.offsets, np.int64),
        own=np.array([number == 1 for number in encoding.sequence_ids], np.bool_),
    )


def _session(graph: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _usable_processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
