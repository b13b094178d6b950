"""Linear layers with int8 weights that keep their outputs close to the float32 layers'.

Activations are quantised at run time to 8 bits, weights ahead to 7 (-63 to 63): processors
without VNNI add two 8-bit products into 16 bits, which 8-bit weights would overflow.
Two published methods keep the error small, both fed by activations of real texts:

- outlier channels of the activations are divided by a factor that their weights are multiplied
  by (SmoothQuant, Xiao et al., 2023);
- weights are rounded one input at a time and the rest makes up for each rounding error
  (GPTQ, Frantar et al., 2023).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper

from training.minilm_graph import RUNTIME_DOMAIN, Floats, GraphParts

WEIGHT_LEVELS = 63
# Channels beyond this many times the median channel are smoothed (2, 3, 4 and 6 were tried).
OUTLIER = 4.0
DAMPING = 0.01


@dataclass(frozen=True, slots=True)
class InputStatistics:
    """What a linear layer's input looks like on real texts.

    `peaks` float32 (inputs,): mean over texts of each channel's largest magnitude.
    `products` float64 (inputs, inputs): the sum of x xᵀ over all tokens.
    """

    peaks: Floats
    products: NDArray[np.float64]


def input_statistics(
    float_model: onnx.ModelProto, texts: Iterable[Mapping[str, NDArray[np.int64]]]
) -> dict[str, InputStatistics]:
    """What each linear layer's input looks like on `texts` (each the graph's inputs), by name."""
    observed = onnx.ModelProto()
    observed.CopyFrom(float_model)
    layers = {
        node.input[1].removesuffix(".weight"): node.input[0]
        for node in observed.graph.node
        if node.op_type == "MatMul"
    }
    tensors = dict.fromkeys(layers.values())
    del observed.graph.output[:]
    observed.graph.output.extend(
        helper.make_tensor_value_info(tensor, TensorProto.FLOAT, None) for tensor in tensors
    )
    session = onnxruntime.InferenceSession(observed.SerializeToString())
    peaks: dict[str, list[Floats]] = {layer: [] for layer in layers}
    products: dict[str, NDArray[np.float64]] = {}
    for inputs in texts:
        seen = dict(zip(tensors, session.run(list(tensors), dict(inputs)), strict=True))
        for layer, tensor in layers.items():
            values = seen[tensor].reshape(-1, seen[tensor].shape[-1])
            peaks[layer].append(np.abs(values).max(axis=0))
            products.setdefault(layer, np.zeros((values.shape[1],) * 2))
            products[layer] += values.T @ values
    return {
        layer: InputStatistics(np.mean(peaks[layer], axis=0), products[layer]) for layer in layers
    }


class Int8Linear:
    """Writes linear layers as int8; `statistics` by layer name."""

    def __init__(self, statistics: Mapping[str, InputStatistics]) -> None:
        self._statistics = statistics

    def __call__(self, parts: GraphParts, name: str, x: str, weight: Floats, bias: Floats) -> str:
        """The layer `name` as a product of integers, its input smoothed before."""
        seen = self._statistics[name]
        factors = np.maximum(1, seen.peaks / (OUTLIER * np.median(seen.peaks)))
        products = seen.products / np.outer(factors, factors)
        levels, scales = rounded_weights(weight * factors[:, None], products)
        inverse = parts.constant(f"{name}.smoothing", (1 / factors).astype(np.float32))
        smoothed = parts.node("Mul", [x, inverse], f"{name}.smoothed")
        inputs = [
            smoothed,
            parts.constant(f"{name}.levels", levels),
            parts.constant(f"{name}.scales", scales),
            parts.constant(f"{name}.zeros", np.zeros(len(scales), np.int8)),
            parts.constant(f"{name}.bias", bias),
        ]
        return parts.node("DynamicQuantizeMatMul", inputs, f"{name}.output", RUNTIME_DOMAIN)


def rounded_weights(
    weight: Floats, products: NDArray[np.float64]
) -> tuple[NDArray[np.int8], Floats]:
    """`weight` (inputs, outputs) as int8 levels of the same shape and one scale an output.

    `products` (inputs, inputs) weighs the rounding errors, as in GPTQ.
    """
    scales = _scales(weight)
    damped = products + DAMPING * np.diag(products).mean() * np.eye(len(products))
    order = np.argsort(-np.diag(damped))
    # The upper Cholesky factor of the inverse: row i says how later inputs make up for input i.
    inverse = np.linalg.inv(damped[np.ix_(order, order)])
    upper = np.linalg.cholesky(inverse).T
    left = weight[order].astype(np.float64)
    levels = np.empty(weight.shape, np.int8)
    for row, place in enumerate(order):
        levels[place] = np.clip(np.rint(left[row] / scales), -WEIGHT_LEVELS, WEIGHT_LEVELS)
        error = (left[row] - levels[place] * scales) / upper[row, row]
        left[row + 1 :] -= np.outer(upper[row, row + 1 :], error)
    return levels, scales


def _scales(weight: Floats) -> Floats:
    """One scale an output: the one of 16 clippings with the least squared rounding error."""
    widest = np.maximum(np.abs(weight).max(axis=0), 1e-9) / WEIGHT_LEVELS
    candidates = [widest * share for share in np.linspace(0.7, 1.0, 16)]
    errors = []
    for scales in candidates:
        levels = np.clip(np.rint(weight / scales), -WEIGHT_LEVELS, WEIGHT_LEVELS)
        errors.append(np.square(levels * scales - weight).sum(axis=0))
    best = np.argmin(errors, axis=0)
    chosen: Floats = np.stack(candidates)[best, np.arange(weight.shape[1])].astype(np.float32)
    return chosen
