"""Another model's opinion on which passages come first."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index.errors import CollectionError
from index.searcher import Hit
from inference.model_files import ModelError
from inference.named_models import find_model, load_cross_encoder


class Reranker:
    """A sentence-transformers cross-encoder, by name or folder; never downloads."""

    def __init__(self, model: str) -> None:
        """Raises CollectionError when the model or its library is not on this machine."""
        try:
            self._model = load_cross_encoder(model, find_model(model, "reranking"))
        except ModelError as error:
            raise CollectionError(str(error)) from error
        self._turn = threading.Lock()

    def rerank(self, question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """`hits` by the model's relevance, best first, scored 0..1."""
        if not hits:
            return ()
        pairs = [(question, f"{hit.article.title}\n{hit.passage.text}") for hit in hits]
        with self._turn:
            raw = self._model.predict(pairs, show_progress_bar=False)
        scores = np.asarray(raw, np.float64).reshape(len(hits), -1)[:, -1]
        low, width = scores.min(), max(np.ptp(scores), 1e-9)
        scored = [
            replace(hit, score=float((score - low) / width))
            for hit, score in zip(hits, scores, strict=True)
        ]
        return tuple(sorted(scored, key=lambda hit: -hit.score))
