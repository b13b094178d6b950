"""The bundled model on ONNX Runtime: no torch, ready in a fraction of a second."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.embedding.model_files import REMEDY, read_model_files
from index.errors import CollectionError

BUNDLED_MODEL = Path(__file__).parents[1] / "models" / "all-MiniLM-L6-v2"
# Texts are handed to the threads in blocks, so that memory and the wait after Ctrl-C are bounded.
BLOCK = 512


class BundledEmbedder:
    """Embeds one text at a time on each of `threads` threads.

    One text at a time needs no padding, and a text's vector never depends on its company: the
    same text always gives the same bits. Texts longer than the model reads (256 tokens) are cut,
    as sentence-transformers does.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        """Loads the model in `folder`; `threads` defaults to the processors we may use.

        Raises CollectionError when a file of the model is missing or damaged.
        """
        files = read_model_files(folder)
        self.name = files.name
        self.fingerprint = files.fingerprint
        self.dimension = files.dimension
        self._threads = threads or _usable_processors()
        try:
            self._tokenizer = Tokenizer.from_buffer(files.tokenizer)
            self._session = _session(files.graph)
        except Exception as error:  # Both libraries raise bare Exception subclasses of their own.
            raise CollectionError(
                f"The embedding model in {folder} cannot be loaded; {REMEDY}."
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(files.max_tokens)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (len(texts), dimension), unit length, in the order of `texts`."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        if self._threads == 1 or len(texts) < 2:
            for place, text in enumerate(texts):
                vectors[place] = self.embed_query(text)
            return vectors
        with ThreadPoolExecutor(self._threads, "embedding") as threads:
            for start in range(0, len(texts), BLOCK):
                found = threads.map(self.embed_query, texts[start : start + BLOCK])
                for place, vector in enumerate(found, start):
                    vectors[place] = vector
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector (dimension,), unit length; this model treats queries as it does passages."""
        token_ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        (vectors,) = self._session.run(["vector"], {"token_ids": token_ids})
        vector: NDArray[np.float32] = vectors[0]
        return vector


def _session(graph: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # Each calling thread computes alone: faster for many texts than sharing one text's work.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _usable_processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
