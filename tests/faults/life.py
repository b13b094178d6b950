"""A collection's life, change by change, with a fault at one of its system calls.

`python -m tests.faults.life FOLDER FAULT START STEP` lives it again and again, each time in a
folder of its own below FOLDER, with FAULT (see `tests.faults.calls`) from call START on, then from
call START + STEP on, and so forth until a life comes to its end without one. After each it opens
the collection as a new process does and prints a line of JSON: the call, and what is wrong or null.
"""

from __future__ import annotations

import json
import shutil
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from index.article import Document
from index.engines.local import vector_store
from index.errors import CollectionError
from index.indexer import Indexer
from storage.unfinished import PREFIX
from tests.faults import calls
from tests.faults.writing import opened
from tests.index.samples import document, long_text

Texts = dict[str, str]
_COMPLETED_EVERY = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """A life with a fault at call `at`, and what was wrong after it, if anything."""

    at: int
    fault: str
    last: str
    exit_code: int
    changes: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the collection, in one transaction, and the articles as they are after it."""

    make: Callable[[Indexer], object]
    texts: Texts


def changes() -> list[Change]:
    """New articles, corrected ones, moved and removed ones, a rebuild, a source to follow."""
    found: list[Change] = []
    texts: Texts = {}

    def then(make: Callable[[Indexer], object], **new: str | None) -> None:
        nonlocal texts
        texts = {name: text for name, text in (texts | new).items() if text is not None}
        found.append(Change(make, texts))

    def then_add(**new: str) -> None:
        documents = [_document(name, text) for name, text in new.items()]
        then(lambda indexer: indexer.add(documents), **new)

    first = {name: long_text(name, 12) for name in ("north", "south", "east")}
    then_add(**first)
    then_add(west=long_text("west", 16), centre=long_text("centre", 5))
    then_add(south=first["south"].replace("In south3 the", "In south3 no"), harbour="A harbour.")
    then(lambda indexer: indexer.remove(["north", "harbour"]), north=None, harbour=None)
    then(lambda indexer: indexer.move(["east"], "far/east.txt"))
    then(_follow)
    then(lambda indexer: indexer.rebuild())
    then_add(north=long_text("northern", 12))
    then(lambda indexer: indexer.remove(["west"]), west=None)
    return found


def _document(name: str, text: str) -> Document:
    return document(name, text, given_id=name)


def _follow(indexer: Indexer) -> None:
    with indexer.change_followed() as sources:
        sources.put("/articles", 60, datetime.now(UTC))


def live(folder: Path) -> None:
    """Makes every change, and says the number of each when it is done, with its generation."""
    try:
        indexer = opened(folder)
        for number, change in enumerate(changes(), 1):
            change.make(indexer)
            sys.stdout.write(f"{number} {indexer.searcher().generation}\n")
            sys.stdout.flush()
    except CollectionError as error:
        sys.stderr.write(f"CollectionError: {error}\n")
        sys.stderr.flush()
        raise SystemExit(1) from error


def look(folder: Path, said: str, *, complete: bool) -> None:
    """Raises AssertionError when the collection is not as the one who lived last said."""
    lines = [line.split() for line in said.splitlines() if line[:1].isdigit()]
    done, generation = (int(lines[-1][0]), int(lines[-1][1])) if lines else (0, 0)
    every = changes()
    states: Sequence[Texts] = [{}, *(change.texts for change in every)]
    indexer = opened(folder)
    kept = _texts(indexer)
    assert kept in states[done : done + 2], f"{sorted(kept)} after change {done}"
    searcher = indexer.searcher()
    assert searcher.generation >= generation
    problems = indexer.verify()
    assert problems == (), problems
    _check_found(indexer, kept)
    if complete:
        for change in every[done:]:
            change.make(indexer)
        assert _texts(indexer) == states[-1]
        _check_found(indexer, states[-1])
        assert indexer.verify() == ()
        left = [path.name for path in folder.rglob("*") if path.name.startswith((PREFIX, ".tmp"))]
        assert left == [], left


def _texts(indexer: Indexer) -> Texts:
    searcher = indexer.searcher()
    found = [searcher.article(one.id) for one in searcher.articles()]
    return {one.metadata.id: one.text for one in found if one}


def _check_found(indexer: Indexer, texts: Texts) -> None:
    """Every passage is found and every found passage is in its article, word for word."""
    hits = indexer.searcher().search("what was seen again?", top_k=500).hits
    assert {hit.article.id for hit in hits} == set(texts)
    for hit in hits:
        passage = hit.passage
        assert texts[hit.article.id][passage.start : passage.end] == passage.text


def lived(folder: Path, fault: calls.Fault, at: int, *, complete: bool) -> Outcome:
    """Lives a life with a fault, and looks at what is left of it."""
    run = calls.run(lambda: live(folder), at, fault)
    seen = calls.run(lambda: _looked(folder, run.said, complete=complete), sys.maxsize, "killed")
    problem = seen.said if seen.exit_code else _mistold(run, fault, at)
    shutil.rmtree(folder, ignore_errors=True)
    done = sum(line[:1].isdigit() for line in run.said.splitlines())
    return Outcome(at, fault, run.last, run.exit_code, done, problem)


def _looked(folder: Path, said: str, *, complete: bool) -> None:
    try:
        look(folder, said, complete=complete)
    except Exception as error:
        traceback.print_exc()
        raise SystemExit(1) from error


def _mistold(run: calls.Run, fault: calls.Fault, at: int) -> str | None:
    """Whoever runs out of room is told so in one line; whoever is killed says nothing."""
    told = [line for line in run.said.splitlines() if not line[:1].isdigit()]
    if run.calls < at or fault == "killed":
        expected = -9 if run.calls >= at else 0
        return None if run.exit_code == expected and not told else f"{run}"
    if run.exit_code == 0:  # what failed was nothing that the collection needs
        return None
    one_line = len(told) == 1 and told[0].startswith("CollectionError: Cannot ")
    return None if run.exit_code == 1 and one_line else f"{run}"


def main() -> None:
    """Lives as often as the command line asks for."""
    folder, name, start, step = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    fault = next(one for one in get_args(calls.Fault) if one == name)
    vector_store.RULES = vector_store.Rules(file_from=10)  # so that there is a vector file, too
    at, number = start, 0
    while True:
        complete = number % _COMPLETED_EVERY == 0
        outcome = lived(folder / str(at), fault, at, complete=complete)
        sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
        sys.stdout.flush()
        if outcome.exit_code == 0 and outcome.changes == len(changes()):
            return
        at, number = at + step, number + 1


if __name__ == "__main__":
    main()
