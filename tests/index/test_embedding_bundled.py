"""The bundled embedding model."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.embedding import Embedder, load_embedder
from index.embedding.bundled import BUNDLED_MODEL, BundledEmbedder
from index.errors import CollectionError

PASSAGES = [
    "China buys Ukrainian corn because it is cheap and plentiful.",
    "The band released its third album in the spring and toured Europe.",
    "Protests over fuel prices spread through Kazakhstan in January.",
    "",
    "Ça coûte 3 €, n'est-ce pas? 数学はおもしろい 😀",
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(None)


@pytest.fixture
def model_copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED_MODEL, tmp_path / "model"))


def test_vectors_are_of_unit_length_and_the_stated_shape(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(PASSAGES)
    assert vectors.shape == (len(PASSAGES), embedder.dimension) == (5, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_question_is_nearest_to_the_passage_that_answers_it(embedder: Embedder) -> None:
    similarity = embedder.embed_passages(PASSAGES) @ embedder.embed_query(
        "Why does China import maize from Ukraine?"
    )
    assert similarity.argmax() == 0


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    vectors = embedder.embed_passages([])
    assert vectors.shape == (0, 384)
    assert vectors.dtype == np.float32


def test_a_text_has_the_same_vector_in_any_company(embedder: Embedder) -> None:
    together = embedder.embed_passages(PASSAGES)
    for text, vector in zip(PASSAGES, together, strict=True):
        assert np.array_equal(embedder.embed_passages([text])[0], vector)
        assert np.array_equal(embedder.embed_query(text), vector)


def test_vectors_come_in_the_order_of_texts_beyond_one_block(embedder: Embedder) -> None:
    texts = [f"Number {number}." for number in range(1100)]
    vectors = embedder.embed_passages(texts)
    for place in (0, 511, 512, 1099):
        assert np.array_equal(vectors[place], embedder.embed_query(texts[place]))


def test_the_number_of_threads_changes_no_vector(embedder: Embedder) -> None:
    alone = BundledEmbedder(BUNDLED_MODEL, threads=1).embed_passages(PASSAGES)
    assert np.array_equal(alone, embedder.embed_passages(PASSAGES))


def test_threads_may_share_an_embedder(embedder: Embedder) -> None:
    expected = embedder.embed_passages(PASSAGES)
    with ThreadPoolExecutor(4) as callers:
        for vectors in callers.map(lambda _: embedder.embed_passages(PASSAGES), range(8)):
            assert np.array_equal(vectors, expected)


def test_text_beyond_256_tokens_is_not_read(embedder: Embedder) -> None:
    start = "word " * 254
    assert np.array_equal(
        embedder.embed_query(start + "corn"), embedder.embed_query(start + "music album")
    )
    assert not np.array_equal(
        embedder.embed_query("word " * 253 + "corn"), embedder.embed_query(start)
    )


def test_neither_torch_nor_sentence_transformers_is_imported() -> None:
    program = (
        "import json, sys\n"
        "from index.embedding import load_embedder\n"
        "load_embedder(None).embed_query('corn')\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    loaded = set(json.loads(done.stdout))
    assert "onnxruntime" in loaded
    assert not loaded & {"torch", "sentence_transformers", "transformers"}


@pytest.mark.parametrize("name", ["model.int8.onnx", "tokenizer.json"])
def test_a_changed_model_file_is_refused_by_name(model_copy: Path, name: str) -> None:
    content = bytearray((model_copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (model_copy / name).write_bytes(content)
    with pytest.raises(CollectionError, match=rf"{name} is damaged; install footnote again"):
        BundledEmbedder(model_copy)


@pytest.mark.parametrize("name", ["manifest.json", "model.int8.onnx", "tokenizer.json"])
def test_a_missing_model_file_is_named(model_copy: Path, name: str) -> None:
    (model_copy / name).unlink()
    with pytest.raises(CollectionError, match=rf"{name} cannot be read; install footnote again"):
        BundledEmbedder(model_copy)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"files": {"graph": 1, "tokenizer": 2}}'])
def test_a_broken_manifest_is_refused(model_copy: Path, content: str) -> None:
    (model_copy / "manifest.json").write_text(content)
    with pytest.raises(CollectionError, match=r"manifest\.json is damaged"):
        BundledEmbedder(model_copy)


def test_the_fingerprint_changes_with_the_model_files(embedder: Embedder, model_copy: Path) -> None:
    manifest = json.loads((model_copy / "manifest.json").read_text())
    manifest["max_tokens"] = 128
    (model_copy / "manifest.json").write_text(json.dumps(manifest))
    assert BundledEmbedder(model_copy).fingerprint != embedder.fingerprint
    assert BundledEmbedder(BUNDLED_MODEL).fingerprint == embedder.fingerprint


def test_the_model_fits_into_a_clone() -> None:
    assert sum(path.stat().st_size for path in BUNDLED_MODEL.iterdir()) < 25_000_000
