"""Several processes on one data folder."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.faults.conftest import Start, is_whole, opened


def test_writers_take_turns_and_nothing_is_lost(folder: Path, start: Start) -> None:
    """Three start on a folder that is not there yet, so all of them want to make it."""
    processes = [start(name, 60) for name in ("first", "second", "third")]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, "")
    indexer = opened(folder)
    assert indexer.status().articles == 180
    assert is_whole(indexer)


def test_two_that_add_the_same_articles_store_them_once(folder: Path, start: Start) -> None:
    processes = [start("same", 80) for _ in range(2)]
    lines: list[str] = []
    for process in processes:
        out, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, "")
        lines += out.splitlines()
    assert len(lines) == 160
    assert sum(line.endswith(" added") for line in lines) == 80
    assert all(line.endswith((" added", " unchanged")) for line in lines)
    assert opened(folder).status().articles == 80


def test_readers_answer_from_one_generation_while_others_write(folder: Path, start: Start) -> None:
    opened(folder).add([])
    process = start("busy", 150)
    searcher = opened(folder).searcher()
    seen: list[tuple[int, int]] = []
    problems: list[BaseException] = []

    def read() -> None:
        try:
            while process.poll() is None:
                result = searcher.search("what was seen in busy7x0?", top_k=500)
                articles = {hit.article.id for hit in result.hits}
                seen.append((result.generation, len(articles)))
        except BaseException as error:  # noqa: BLE001 - reported by the main thread
            problems.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    process.communicate(timeout=120)
    for thread in threads:
        thread.join()
    assert problems == []
    assert process.returncode == 0
    counts: dict[int, set[int]] = {}
    for generation, articles in seen:
        counts.setdefault(generation, set()).add(articles)
    assert all(len(different) == 1 for different in counts.values())
    assert searcher.search("busy7x0").hits[0].article.id == "busy-7"
