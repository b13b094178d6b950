"""Fits boosted trees with scikit-learn and writes them as plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from qa.evidence.trees import Trees

SEED = 7


def fit(rows: NDArray[np.float32], labels: NDArray[np.int8], trees: int, leaves: int) -> Trees:
    """`labels` are 0 or 1. Same data, same trees."""
    model = HistGradientBoostingClassifier(
        max_iter=trees,
        max_leaf_nodes=leaves,
        max_depth=8,
        learning_rate=0.08,
        min_samples_leaf=60,
        l2_regularization=2.0,
        early_stopping=False,
        random_state=SEED,
    )
    return _as_trees(model.fit(rows, labels))


def _as_trees(model: HistGradientBoostingClassifier) -> Trees:
    """The fitted model's nodes (their layout is that of scikit-learn 1.9)."""
    roots, parts, offset, depth = [], [], 0, 0
    for (predictor,) in model._predictors:  # noqa: SLF001 - no public access to the nodes
        nodes = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        own = np.arange(len(nodes)) + offset
        left = np.where(leaf, own, nodes["left"] + offset)
        right = np.where(leaf, own, nodes["right"] + offset)
        value = np.where(leaf, nodes["value"], 0.0)
        roots.append(offset)
        parts.append((nodes["feature_idx"], nodes["num_threshold"], left, right, value))
        offset += len(nodes)
        depth = max(depth, int(nodes["depth"].max()))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Trees(
        baseline=float(model._baseline_prediction.ravel()[0]),  # noqa: SLF001
        roots=np.array(roots, dtype=np.int32),
        feature=columns[0].astype(np.int32),
        threshold=columns[1].astype(np.float32),
        left=columns[2].astype(np.int32),
        right=columns[3].astype(np.int32),
        value=columns[4].astype(np.float32),
        depth=depth,
    )


def write(models: Mapping[str, Trees], target: Path) -> None:
    """All models' arrays in one archive, as `qa.evidence.scoring.load_scorer` reads it."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, trees in models.items():
        arrays[f"{name}_baseline"] = np.array(trees.baseline)
        arrays[f"{name}_depth"] = np.array(trees.depth)
        arrays[f"{name}_roots"] = trees.roots
        arrays[f"{name}_feature"] = trees.feature.astype(np.uint8)
        arrays[f"{name}_threshold"] = trees.threshold
        arrays[f"{name}_left"] = trees.left
        arrays[f"{name}_right"] = trees.right
        arrays[f"{name}_value"] = trees.value
    np.savez_compressed(target, allow_pickle=False, **arrays)
