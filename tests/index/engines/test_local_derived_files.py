"""Derived files: deleted, cut short or with a flipped bit, they never answer wrongly."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.catalogue.catalogue import Catalogue
from index.engines.local import verified
from index.engines.local.engine import LocalEngine
from index.engines.local.vector_store import Rules
from index.indexer import Indexer
from index.options import DERIVED, IndexOptions
from tests.index.samples import document, long_text
from tests.index.word_embedder import WordEmbedder

FILED_FROM_THE_START = Rules(file_from=10)
QUERIES = ("north3 river mill", "south11 was seen", "bridge council")
Answers = list[list[tuple[str, float, float]]]


def opened(folder: Path) -> Indexer:
    """The collection as a new process sees it."""
    catalogue, engine = Catalogue(folder), LocalEngine(folder / DERIVED, FILED_FROM_THE_START)
    return Indexer(catalogue, engine, WordEmbedder(), IndexOptions(folder))


def answers(indexer: Indexer) -> Answers:
    """Everything that the queries find, with both scores."""
    searcher = indexer.searcher()
    return [
        [
            (hit.passage.id, round(hit.dense, 5), round(hit.lexical, 5))
            for hit in searcher.search(query, top_k=20).hits
        ]
        for query in QUERIES
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection with a vector file and keyword segments, some passages deleted."""
    folder = tmp_path_factory.mktemp("whole") / "data"
    indexer = opened(folder)
    indexer.add([document(name, long_text(name, 40)) for name in ("north", "south", "gone")])
    indexer.remove(["gone"])
    indexer.add([document("east", long_text("east", 20))])
    return folder


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """The collection, to be spoilt."""
    return Path(shutil.copytree(whole, tmp_path / "data"))


def derived_files(folder: Path) -> list[Path]:
    """All derived files that hold something."""
    found = [file for file in (folder / DERIVED).rglob("*") if file.is_file()]
    return sorted(file for file in found if file.stat().st_size)


def test_the_collection_has_derived_files_of_every_kind(whole: Path) -> None:
    suffixes = {file.suffix or file.name for file in derived_files(whole)}
    assert {".bin", ".json", ".idx", ".term", ".fast", ".fieldnorm", ".store"} <= suffixes


def test_all_derived_files_may_be_deleted(whole: Path, copy: Path) -> None:
    shutil.rmtree(copy / DERIVED)
    assert ranking(answers(opened(copy))) == ranking(answers(opened(whole)))
    assert opened(copy).verify() == ()
    assert (copy / DERIVED / "vectors.bin").exists()


def ranking(found: Answers) -> list[list[str]]:
    """The passages alone: the BM25 score of an index made anew differs a little, as deleted
    passages count in the frequencies of words until they are merged away."""
    return [sorted(passage for passage, _, _ in one) for one in found]


def spoil(file: Path, how: Callable[[bytes], bytes]) -> None:
    """Changes a file's bytes."""
    file.write_bytes(how(file.read_bytes()))


def test_each_derived_file_may_be_deleted_or_cut_short(whole: Path, tmp_path: Path) -> None:
    expected = ranking(answers(opened(whole)))
    names = [file.relative_to(whole) for file in derived_files(whole)]
    for number, name in enumerate(names):
        for half in (False, True):
            folder = Path(shutil.copytree(whole, tmp_path / f"{number}-{half}"))
            if half:
                spoil(folder / name, lambda data: data[: len(data) // 2])
            else:
                (folder / name).unlink()
            indexer = opened(folder)
            assert ranking(answers(indexer)) == expected, name
            assert indexer.verify() == (), name


def test_a_flipped_bit_anywhere_never_changes_what_is_found(whole: Path, tmp_path: Path) -> None:
    exact = answers(opened(whole))
    expected = ranking(exact)
    order = random.Random(0)  # noqa: S311 - the same places every time
    names = [file.relative_to(whole) for file in derived_files(whole)]
    for number, name in enumerate(names * 4):
        folder = Path(shutil.copytree(whole, tmp_path / f"{number}"))
        data = bytearray((folder / name).read_bytes())
        place = order.randrange(len(data) * 8)
        data[place // 8] ^= 1 << place % 8
        (folder / name).write_bytes(data)
        found = answers(opened(folder))
        assert found == exact or ranking(found) == expected, (name, place)
        assert opened(folder).verify() == (), (name, place)
        shutil.rmtree(folder)


def test_every_digit_of_the_keyword_index_s_own_list_is_checked(
    whole: Path, tmp_path: Path
) -> None:
    """Tantivy keeps no checksum for this one file, and its counts go into the scores."""
    exact = answers(opened(whole))
    listing = Path(DERIVED) / "keywords" / "meta.json"
    text = (whole / listing).read_text()
    anew = opened(Path(shutil.copytree(whole, tmp_path / "anew")))
    anew._engine.discard()
    made_anew = answers(anew)
    segments = text[: text.index('"schema"')]
    digits = [place for place, character in enumerate(segments) if character.isdigit()]
    for place in digits[::6]:
        folder = Path(shutil.copytree(whole, tmp_path / str(place)))
        digit = str((int(text[place]) + 1) % 10)
        (folder / listing).write_text(text[:place] + digit + text[place + 1 :])
        assert answers(opened(folder)) in (exact, made_anew), text[place - 30 : place + 1]
        shutil.rmtree(folder)


@pytest.mark.parametrize(("name", "told"), [("vectors.bin", "vector file"), (".idx", "keyword")])
def test_a_damaged_file_is_told_in_one_line(
    copy: Path, caplog: pytest.LogCaptureFixture, name: str, told: str
) -> None:
    file = next(file for file in derived_files(copy) if file.name.endswith(name))
    spoil(file, lambda data: data[: len(data) // 2])
    answers(opened(copy))
    (line,) = caplog.messages
    assert told in line
    assert line.endswith("it is made anew from the catalogue.")
    assert str(copy) in line


@pytest.mark.parametrize(("name", "place"), [("vectors.bin", 1_100), (".fieldnorm", 0)])
def test_a_change_that_the_file_system_does_not_tell_of_is_found_by_verify(
    copy: Path, monkeypatch: pytest.MonkeyPatch, name: str, place: int
) -> None:
    """And then the file is made anew by whoever opens it next."""
    monkeypatch.setattr(verified, "_WORTH_NOTING", 0)
    file = next(file for file in derived_files(copy) if file.name.endswith(name))
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
    monkeypatch.setattr(verified, "_CLOCK_NS", 0)
    noted = file.relative_to(copy / DERIVED).as_posix()
    verified.Verified(copy / DERIVED).note({noted: verified.facts_of(file.stat())})
    (problem,) = opened(copy).verify()
    assert "is damaged" in problem
    assert "run `footnote rebuild`" in problem
    assert opened(copy).verify() == ()


def test_files_of_another_collection_are_not_used(whole: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    opened(other).add([document("alien", long_text("alien", 80))])
    expected = ranking(answers(opened(other)))
    shutil.rmtree(other / DERIVED)
    shutil.copytree(whole / DERIVED, other / DERIVED)
    assert ranking(answers(opened(other))) == expected
    assert opened(other).verify() == ()


def test_a_backup_put_back_under_newer_derived_files_answers_from_the_backup(
    copy: Path, tmp_path: Path
) -> None:
    expected = ranking(answers(opened(copy)))
    backup = Path(shutil.copytree(copy, tmp_path / "backup"))
    newer = opened(copy)
    newer.remove(["north"])
    newer.add([document("west", long_text("west", 60))])
    shutil.rmtree(backup / DERIVED)
    shutil.copytree(copy / DERIVED, backup / DERIVED)
    restored = opened(backup)
    assert ranking(answers(restored)) == expected
    # Another history with generations of the same numbers.
    restored.add([document("else", long_text("else", 60))])
    restored.add([document("more", long_text("more", 5))])
    clean = Path(shutil.copytree(backup, tmp_path / "clean"))
    shutil.rmtree(clean / DERIVED)
    assert ranking(answers(opened(backup))) == ranking(answers(opened(clean)))
    assert opened(backup).verify() == ()


def test_a_server_survives_the_loss_of_its_derived_files(copy: Path) -> None:
    server = opened(copy)
    expected = ranking(answers(server))
    shutil.rmtree(copy / DERIVED)
    assert ranking(answers(server)) == expected
    opened(copy).add([document("west", long_text("west", 20))])
    hits = server.searcher().search("west7 seen").hits
    assert "west7 " in hits[0].passage.text
