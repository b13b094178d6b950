"""Makes the shipped reader from trained weights: ONNX, int8, with checksums.

    python -m training.reader.export --trained FILE... --weights FOLDER --data FOLDER

`--trained` is what `training.reader.train` wrote (or one of its checkpoints); of several that began
alike the mean is taken, which errs less than each (Wortsman et al. 2022,
https://arxiv.org/abs/2203.05482). `--weights` is the folder with the tokenizer, `--data` the
training sets, of which samples show the quantiser what activations look like. `--float32` writes
the model unquantised, to compare.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.int8_layers import Int8Linear, input_statistics
from training.minilm_graph import Floats, float_linear
from training.reader.batches import passage_text
from training.reader.graph import MAX_TOKENS, reader_graph
from training.reader.samples import answered_samples, is_held_aside
from training.squad_files import TrainingSet, load_training_set
from training.written import with_written

NAME = "footnote-reader"
OUTPUT = Path(__file__).parents[2] / "qa" / "models" / NAME
_CALIBRATION_TEXTS = 300


def main() -> None:
    """Reads the command line and writes the model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trained", type=Path, nargs="+", required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--float32", action="store_true")
    arguments = parser.parse_args()
    weights = trained_weights(arguments.trained)
    tokenizer = Tokenizer.from_file(str(arguments.weights / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = reader_graph(weights, float_linear, int8_words=False)
    if not arguments.float32:
        texts = _sample(with_written(load_training_set(arguments.data)), tokenizer)
        model = reader_graph(weights, Int8Linear(input_statistics(model, texts)), int8_words=True)
    write(arguments.output, model, tokenizer)


def trained_weights(files: Sequence[Path]) -> dict[str, Floats]:
    """The mean of the networks' weights by name."""
    states = [_state(file) for file in files]
    return {
        name: np.mean([state[name] for state in states], axis=0, dtype=np.float32)
        for name in states[0]
    }


def _state(file: Path) -> dict[str, Floats]:
    """The weights in a `trained.pt` or a checkpoint."""
    state = torch.load(file, weights_only=True)
    state = state.get("network", state)
    return {name: values.numpy() for name, values in state.items() if values.is_floating_point()}


def _sample(data: TrainingSet, tokenizer: Tokenizer) -> Iterator[dict[str, NDArray[np.int64]]]:
    """Questions with their passages as the graph takes them, the same ones every time."""
    questions = [q for q in data.questions if not is_held_aside(q.article_id)]
    chance = random.Random(0)  # noqa: S311 - repeatable choice, no secret
    drawn = TrainingSet(data.articles, chance.sample(questions, 2 * _CALIBRATION_TEXTS))
    samples = list(answered_samples(drawn, chance))[:_CALIBRATION_TEXTS]
    for sample in samples:
        encoding = tokenizer.encode(sample.question, passage_text(sample.title, sample.passage)[0])
        yield {
            "token_ids": np.array([encoding.ids[:MAX_TOKENS]], np.int64),
            "segments": np.array([encoding.type_ids[:MAX_TOKENS]], np.int64),
        }


def write(folder: Path, model: onnx.ModelProto, tokenizer: Tokenizer) -> None:
    """Writes graph, tokenizer and the manifest that states their checksums.

    What an earlier manifest says of calibration and figures belongs to an earlier model: it goes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "graph": ("model.onnx", model.SerializeToString()),
        "tokenizer": ("tokenizer.json", tokenizer.to_str().encode()),
    }
    files = {}
    for role, (name, content) in contents.items():
        (folder / name).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        files[role] = {"name": name, "bytes": len(content), "sha256": digest}
    manifest = {"name": NAME, "max_tokens": MAX_TOKENS, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
