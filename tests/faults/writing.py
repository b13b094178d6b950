"""A process that adds articles and says each one as soon as it is told that it is taken.

`python -m tests.faults.writing DATA_DIR NAME COUNT [FILE_LIMIT]`: adds COUNT small articles named
NAME-0, NAME-1, …; no file may grow over FILE_LIMIT bytes, as on a disk that is full.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from pathlib import Path

from index.article import Document, Refusal
from index.catalogue.catalogue import Catalogue
from index.engines.local.engine import LocalEngine
from index.errors import CollectionError
from index.indexer import Indexer
from index.options import DERIVED, IndexOptions
from index.reports import Taken
from tests.index.samples import document, long_text
from tests.index.word_embedder import WordEmbedder


def documents(name: str, count: int) -> Iterator[Document]:
    """Articles of one to four passages."""
    for number in range(count):
        yield document(f"{name}-{number}", long_text(f"{name}{number}x", 4 + number * 7 % 30))


def opened(folder: Path) -> Indexer:
    """The collection as a new process opens it."""
    catalogue, engine = Catalogue(folder), LocalEngine(folder / DERIVED)
    return Indexer(catalogue, engine, WordEmbedder(), IndexOptions(folder))


def say(result: Taken | Refusal) -> None:
    """One line for each article taken."""
    if isinstance(result, Taken):
        sys.stdout.write(f"{result.article_id} {result.outcome}\n")
        sys.stdout.flush()


def main() -> None:
    """Adds what the command line asks for; a `CollectionError` is one line and exit code 1."""
    folder, name, count, *limit = sys.argv[1:]
    try:
        indexer = opened(Path(folder))
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit[0]), int(limit[0])))
        indexer.add(documents(name, int(count)), say)
    except CollectionError as error:
        sys.stderr.write(f"CollectionError: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
