"""Reads a shipped reader's weights back, so that training can go on from them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from training.minilm_graph import LAYERS, Floats
from training.reader.graph import MAX_TOKENS

_LINEAR = {
    "attention_output": "attention.output.dense",
    "widening": "intermediate.dense",
    "narrowing": "output.dense",
}
_NORMS = {"attention_output": "attention.output", "narrowing": "output"}


def shipped_weights(file: Path, network: Mapping[str, Floats]) -> dict[str, Floats]:
    """`network`'s weights by name, with those that training changes taken from the model `file`.

    The int8 layers are turned back into floats (levels times scales, the smoothing undone): what
    rounding took stays lost. The word table and the positions that the file lacks are `network`'s.
    """
    constants = {one.name: numpy_helper.to_array(one) for one in onnx.load(file).graph.initializer}
    weights = dict(network)
    positions = weights["encoder.embeddings.position_embeddings.weight"].copy()
    positions[:MAX_TOKENS] = constants["positions"]
    weights["encoder.embeddings.position_embeddings.weight"] = positions
    weights["encoder.embeddings.token_type_embeddings.weight"] = constants["kinds"]
    _take_norm(weights, "encoder.embeddings.LayerNorm", constants, "embedding_norm")
    for layer in range(LAYERS):
        place = f"encoder.encoder.layer.{layer}"
        _take_attention(weights, place, constants, layer)
        for ours, theirs in _LINEAR.items():
            weight, bias = _linear(constants, f"{layer}.{ours}")
            weights[f"{place}.{theirs}.weight"] = weight
            weights[f"{place}.{theirs}.bias"] = bias
        for ours, theirs in _NORMS.items():
            _take_norm(weights, f"{place}.{theirs}.LayerNorm", constants, f"{layer}.{ours}_norm")
    for head in ("span", "pooling", "judgement"):
        weights[f"{head}.weight"] = constants[f"{head}.weight"].T
        weights[f"{head}.bias"] = constants[f"{head}.bias"]
    return weights


def _take_attention(
    weights: dict[str, Floats], place: str, constants: Mapping[str, NDArray[Any]], layer: int
) -> None:
    weight, bias = _linear(constants, f"{layer}.attention_input")
    names = ("query", "key", "value")
    parts = zip(names, np.split(weight, 3), np.split(bias, 3), strict=True)
    for name, own_weight, own_bias in parts:
        weights[f"{place}.attention.self.{name}.weight"] = own_weight
        weights[f"{place}.attention.self.{name}.bias"] = own_bias


def _take_norm(
    weights: dict[str, Floats], place: str, constants: Mapping[str, NDArray[Any]], name: str
) -> None:
    weights[f"{place}.weight"] = constants[f"{name}.scale"]
    weights[f"{place}.bias"] = constants[f"{name}.bias"]


def _linear(constants: Mapping[str, NDArray[Any]], name: str) -> tuple[Floats, Floats]:
    """A layer's weight (outputs, inputs) and bias as floats."""
    levels = constants[f"{name}.levels"].astype(np.float32) * constants[f"{name}.scales"]
    weight: Floats = (levels * constants[f"{name}.smoothing"][:, None]).T
    return np.ascontiguousarray(weight), constants[f"{name}.bias"]
