"""Two ranked lists into one."""

from __future__ import annotations

from collections.abc import Mapping

from index.engines.base import Match

DENSE_WEIGHT = 0.45


def fused(dense: Mapping[int, float], lexical: Mapping[int, float], limit: int) -> list[Match]:
    """The weighted sum of min-max normalised scores, best first, each score in 0..1.

    `dense` holds every candidate's cosine, `lexical` the BM25 scores of those that share a word
    with the query; the others count as 0. Scores that are all the same become 1, or 0 when there
    is nothing to them (no word matched). A convex combination of normalised scores keeps more of
    what the scores say than reciprocal rank fusion, which sees ranks only (Bruch, Gai and Ingber,
    "An Analysis of Fusion Functions for Hybrid Retrieval", 2023, arXiv:2210.11934).
    """
    cosine = _normalised(dense)
    words = _normalised({key: lexical.get(key, 0.0) for key in dense})
    scores = {key: DENSE_WEIGHT * cosine[key] + (1 - DENSE_WEIGHT) * words[key] for key in dense}
    ranked = sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))
    return [Match(key, score) for key, score in ranked[:limit]]


def _normalised(scores: Mapping[int, float]) -> dict[int, float]:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    width = high - low
    if width <= 0:
        return dict.fromkeys(scores, 1.0 if high > 0 else 0.0)
    return {key: (score - low) / width for key, score in scores.items()}
