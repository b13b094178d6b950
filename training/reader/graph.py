"""The trained reader written as an ONNX graph, with its linear layers in float32 or int8."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx

from training.minilm_graph import Floats, GraphParts, Linear, encoder, finished, float_linear

# What the model reads at most; positions beyond the lengths of training keep their first training.
MAX_TOKENS = 384


def reader_graph(
    weights: Mapping[str, Floats], linear: Linear, *, int8_words: bool
) -> onnx.ModelProto:
    """One question and passage in, the reader's judgements out.

    Inputs `token_ids` and `segments`, int64 (1, tokens). Outputs `spans` float32 (tokens, 2),
    the logits of the answer's first and last token (the first token of all stands for "no
    answer"), and `judgements` float32 (1, 2), the logits of relevance and answerability.
    `weights` are the network's (`training.reader.network`), by name.
    """
    parts = GraphParts()
    own = {k.removeprefix("encoder."): v for k, v in weights.items() if k.startswith("encoder.")}
    hidden = encoder(
        parts,
        own,
        linear,
        own["embeddings.position_embeddings.weight"][:MAX_TOKENS],
        int8_words=int8_words,
        segments=own["embeddings.token_type_embeddings.weight"],
    )
    tokens = parts.node(
        "Squeeze", [hidden, parts.constant("batch_axis", np.array([0]))], "all_tokens"
    )
    first = parts.node(
        "Gather", [tokens, parts.constant("first_place", np.array([0]))], "first_token"
    )
    # The heads are small and decide: they stay in float32.
    pooled = parts.node("Tanh", [_head(parts, weights, "pooling", first)], "pooled_token")
    parts.node("Identity", [_head(parts, weights, "span", tokens)], "spans")
    parts.node("Identity", [_head(parts, weights, "judgement", pooled)], "judgements")
    return finished(
        parts,
        "footnote-reader",
        {"token_ids": "tokens", "segments": "tokens"},
        {"spans": ["tokens", 2], "judgements": [1, 2]},
    )


def _head(parts: GraphParts, weights: Mapping[str, Floats], name: str, x: str) -> str:
    return float_linear(parts, name, x, weights[f"{name}.weight"].T, weights[f"{name}.bias"])
