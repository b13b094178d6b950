"""Collections in folders of their own, over the real database and search engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.catalogue.catalogue import Catalogue
from index.embedding import Embedder
from index.engines.local.engine import LocalEngine
from index.indexer import Indexer
from index.options import DERIVED, IndexOptions
from tests.index.word_embedder import WordEmbedder

Open = Callable[..., Indexer]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder that is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def embedder() -> WordEmbedder:
    """Counts what it is given."""
    return WordEmbedder()


@pytest.fixture
def reopen(folder: Path, embedder: WordEmbedder) -> Open:
    """Opens the collection as another process would; another embedder may be named."""

    def open_again(other: Embedder | None = None) -> Indexer:
        catalogue, engine = Catalogue(folder), LocalEngine(folder / DERIVED)
        return Indexer(catalogue, engine, other or embedder, IndexOptions(folder))

    return open_again


@pytest.fixture
def indexer(reopen: Open) -> Indexer:
    """An empty collection."""
    return reopen()
