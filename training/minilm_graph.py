"""all-MiniLM-L6-v2 written as an ONNX graph, with its linear layers in float32 or int8.

The graph is written by hand rather than traced: it takes one text at a time (no padding, so no
mask), uses ONNX Runtime's fused attention, and ends in the pooled, unit-length vector.
Architecture: BERT (Devlin et al., 2019), post-layer-norm, with mean pooling (Reimers and
Gurevych, 2019).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Floats = NDArray[np.float32]

LAYERS = 6
HEADS = 12
DIMENSION = 384
MAX_TOKENS = 256
LAYER_NORM_EPSILON = 1e-12
RUNTIME_DOMAIN = "com.microsoft"


class GraphParts:
    """Nodes and constants of a graph being written."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """Adds a constant and returns its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(
        self,
        operator: str,
        inputs: list[str],
        output: str,
        domain: str = "",
        **attributes: int | float,
    ) -> str:
        """Adds a node with one output and returns the output's name."""
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output


class Linear(Protocol):
    """Writes `x @ weight + bias`; `weight` is (inputs, outputs), `name` is its place."""

    def __call__(self, parts: GraphParts, name: str, x: str, weight: Floats, bias: Floats) -> str:
        """Adds the layer's nodes and returns its output's name."""


def float_linear(parts: GraphParts, name: str, x: str, weight: Floats, bias: Floats) -> str:
    """A linear layer in float32."""
    product = parts.node("MatMul", [x, parts.constant(f"{name}.weight", weight)], f"{name}.product")
    return parts.node("Add", [product, parts.constant(f"{name}.bias", bias)], f"{name}.output")


def minilm_graph(
    weights: Mapping[str, Floats], linear: Linear, *, int8_words: bool
) -> onnx.ModelProto:
    """The model: `token_ids` int64 (1, tokens) to `vector` float32 (1, 384), unit length.

    `int8_words` keeps the word table as int8 with one scale a word: a quarter of the size.
    """
    parts = GraphParts()
    # Every token is of the first segment, so its type vector belongs to the positions.
    first_segment = weights["embeddings.token_type_embeddings.weight"][0]
    positions = weights["embeddings.position_embeddings.weight"][:MAX_TOKENS] + first_segment
    hidden = encoder(parts, weights, linear, positions, int8_words=int8_words)
    pooled = parts.node(
        "ReduceMean", [hidden, parts.constant("token_axis", np.array([1]))], "pooled", keepdims=0
    )
    parts.node("LpNormalization", [pooled], "vector", axis=1, p=2)
    return finished(parts, "all-MiniLM-L6-v2", {"token_ids": "tokens"}, {"vector": [1, DIMENSION]})


def finished(
    parts: GraphParts,
    name: str,
    inputs: Mapping[str, str],
    outputs: Mapping[str, list[int | str]],
) -> onnx.ModelProto:
    """The model of the written parts; `inputs` are int64 (1, its named axis), outputs float32."""
    graph = helper.make_graph(
        parts.nodes,
        name,
        [
            helper.make_tensor_value_info(given, TensorProto.INT64, [1, axis])
            for given, axis in inputs.items()
        ],
        [
            helper.make_tensor_value_info(made, TensorProto.FLOAT, shape)
            for made, shape in outputs.items()
        ],
        parts.constants,
    )
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid(RUNTIME_DOMAIN, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def encoder(
    parts: GraphParts,
    weights: Mapping[str, Floats],
    linear: Linear,
    positions: Floats,
    *,
    int8_words: bool,
    segments: Floats | None = None,
) -> str:
    """Writes the encoder over the input `token_ids`; the name of its last hidden states.

    `positions` float32 (positions, 384). With `segments` (2, 384) there is a second input,
    `segments`: which of the two texts a token is of.
    """
    total = _embed_tokens(parts, weights, positions, int8_words=int8_words)
    if segments is not None:
        kinds = parts.node(
            "Gather", [parts.constant("kinds", segments), "segments"], "kind_vectors"
        )
        total = parts.node("Add", [total, kinds], "embedding_total")
    hidden = _layer_norm(parts, weights, "embeddings.LayerNorm", total, "embedding_norm")
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}."
        own = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
        hidden = _layer(parts, own, hidden, f"{layer}", linear)
    return hidden


def _embed_tokens(
    parts: GraphParts, weights: Mapping[str, Floats], positions: Floats, *, int8_words: bool
) -> str:
    table = weights["embeddings.word_embeddings.weight"]
    if int8_words:
        scales = (np.abs(table).max(axis=1, keepdims=True) / 127).astype(np.float32)
        rounded = parts.constant("words", np.rint(table / scales).astype(np.int8))
        levels = parts.node("Gather", [rounded, "token_ids"], "word_levels")
        levels = parts.node("Cast", [levels], "word_floats", to=TensorProto.FLOAT)
        scale = parts.node(
            "Gather", [parts.constant("word_scales", scales), "token_ids"], "word_scale"
        )
        words = parts.node("Mul", [levels, scale], "word_vectors")
    else:
        words = parts.node("Gather", [parts.constant("words", table), "token_ids"], "word_vectors")
    count = parts.node("Shape", ["token_ids"], "token_count", start=1, end=2)
    first = parts.constant("first", np.array([0]))
    place = parts.node(
        "Slice", [parts.constant("positions", positions), first, count, first], "position_vectors"
    )
    return parts.node("Add", [words, place], "embedding_sum")


def _layer(
    parts: GraphParts, own: Mapping[str, Floats], hidden: str, name: str, linear: Linear
) -> str:
    names = ["query", "key", "value"]
    joined = linear(
        parts,
        f"{name}.attention_input",
        hidden,
        np.concatenate([own[f"attention.self.{n}.weight"] for n in names]).T,
        np.concatenate([own[f"attention.self.{n}.bias"] for n in names]),
    )
    split = [f"{name}.{n}" for n in names]
    parts.nodes.append(helper.make_node("Split", [joined], split, axis=2, num_outputs=3))
    attended = parts.node(
        "MultiHeadAttention", split, f"{name}.attended", RUNTIME_DOMAIN, num_heads=HEADS
    )
    hidden = _residual(
        parts, own, linear, name, ("attention_output", "attention.output"), attended, hidden
    )
    widened = linear(
        parts,
        f"{name}.widening",
        hidden,
        own["intermediate.dense.weight"].T,
        own["intermediate.dense.bias"],
    )
    active = parts.node("Gelu", [widened], f"{name}.active")
    return _residual(parts, own, linear, name, ("narrowing", "output"), active, hidden)


def _residual(
    parts: GraphParts,
    own: Mapping[str, Floats],
    linear: Linear,
    name: str,
    place: tuple[str, str],
    x: str,
    residual: str,
) -> str:
    # Add and LayerNormalization: on CPU the fused SkipLayerNormalization is several times slower.
    ours, theirs = place
    output = linear(
        parts, f"{name}.{ours}", x, own[f"{theirs}.dense.weight"].T, own[f"{theirs}.dense.bias"]
    )
    total = parts.node("Add", [output, residual], f"{name}.{ours}_sum")
    return _layer_norm(parts, own, f"{theirs}.LayerNorm", total, f"{name}.{ours}_norm")


def _layer_norm(
    parts: GraphParts, weights: Mapping[str, Floats], place: str, x: str, output: str
) -> str:
    scale = parts.constant(f"{output}.scale", weights[f"{place}.weight"])
    bias = parts.constant(f"{output}.bias", weights[f"{place}.bias"])
    return parts.node("LayerNormalization", [x, scale, bias], output, epsilon=LAYER_NORM_EPSILON)
