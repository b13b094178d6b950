"""Files that were compared with their checksums once are not read again until they change."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from index.engines.local import keyword_files, vector_file, verified
from index.engines.local.derived_file import Origin
from index.engines.local.vectors import Segment
from index.engines.local.verified import FILE_NAME, Facts, Verified, facts_of

ORIGIN = Origin("collection", 1, "stamp")
COUNT = 5


@pytest.fixture(autouse=True)
def _small_files_are_worth_noting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verified, "_WORTH_NOTING", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of derived files, all of them old enough to be noted."""
    matrix = np.eye(COUNT, dtype=np.float32)
    vector_file.save(tmp_path / "vectors.bin", ORIGIN, COUNT, [Segment(np.arange(COUNT), matrix)])
    settle(tmp_path / "vectors.bin")
    return tmp_path


def settle(file: Path) -> None:
    """Waits until the clock of the file system has gone on since the file changed."""
    while time.time_ns() - file.stat().st_ctime_ns < 2 * verified._CLOCK_NS:
        time.sleep(0.01)


def facts(file: Path) -> Facts:
    return facts_of(file.stat())


def is_loaded(folder: Path) -> bool:
    return vector_file.load(folder / "vectors.bin", Verified(folder)) is not None


def flip_unseen(file: Path) -> None:
    """Changes a byte as a failing disk does: neither size nor times of the file tell of it."""
    before = file.stat()
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def note_as_it_is(folder: Path, name: str) -> None:
    """Notes a file again: the one time that a test cannot put back is when it was changed."""
    settle(folder / name)
    Verified(folder).note({name: facts(folder / name)})


def test_a_file_that_was_compared_is_noted(folder: Path) -> None:
    assert is_loaded(folder)
    assert Verified(folder).known() == {"vectors.bin": facts(folder / "vectors.bin")}


def test_a_file_that_is_noted_is_not_compared_again(folder: Path) -> None:
    flip_unseen(folder / "vectors.bin")
    assert not is_loaded(folder)
    note_as_it_is(folder, "vectors.bin")
    assert is_loaded(folder)
    assert vector_file.load(folder / "vectors.bin") is None  # as `footnote verify` looks at it


@pytest.mark.parametrize("how", ["a flipped bit", "the same times", "cut short", "a copy"])
def test_a_file_that_changed_since_is_compared_again(folder: Path, how: str) -> None:
    assert is_loaded(folder)
    file = folder / "vectors.bin"
    data = bytearray(file.read_bytes())
    if how == "a flipped bit":
        data[-1] ^= 1
        file.write_bytes(data)
    elif how == "the same times":
        flip_unseen(file)
    elif how == "cut short":
        file.write_bytes(data[:-8])
    else:
        data[-1] ^= 1
        (folder / "copy").write_bytes(data)
        (folder / "copy").replace(file)
    assert not is_loaded(folder)


def test_a_file_changed_a_moment_ago_is_not_noted_yet(folder: Path) -> None:
    """It could change once more without any of its times telling."""
    os.utime(folder / "vectors.bin")
    assert is_loaded(folder)
    assert Verified(folder).known() == {}


def test_a_note_with_a_flipped_bit_is_none(folder: Path) -> None:
    assert is_loaded(folder)
    whole = (folder / FILE_NAME).read_bytes()
    noted = Verified(folder).known()
    for place in range(len(whole) * 8):
        data = bytearray(whole)
        data[place // 8] ^= 1 << place % 8
        (folder / FILE_NAME).write_bytes(data)
        assert Verified(folder).known() in ({}, noted), place
    for length in range(len(whole)):
        (folder / FILE_NAME).write_bytes(whole[:length])
        assert Verified(folder).known() == {}


def test_what_was_found_damaged_is_forgotten(folder: Path) -> None:
    notes = Verified(folder)
    assert is_loaded(folder)
    (folder / "keywords").mkdir()
    (folder / "keywords" / "a.idx").write_bytes(b"x")
    settle(folder / "keywords" / "a.idx")
    notes.note({"keywords/a.idx": facts(folder / "keywords" / "a.idx")})
    notes.forget("keywords/")
    assert list(notes.known()) == ["vectors.bin"]
    notes.forget("vectors.bin")
    assert notes.known() == {}


def test_notes_on_files_that_are_gone_go_too(folder: Path) -> None:
    assert is_loaded(folder)
    (folder / "other").write_bytes(b"x")
    settle(folder / "other")
    (folder / "vectors.bin").unlink()
    Verified(folder).note({"other": facts(folder / "other")})
    assert list(Verified(folder).known()) == ["other"]


def test_files_of_the_keyword_index_are_noted_too(folder: Path) -> None:
    import tantivy

    from index.engines.local.keywords import configured, schema

    (folder / "keywords").mkdir()
    writer = configured(tantivy.Index(schema(), path=str(folder / "keywords"))).writer()
    writer.add_document(tantivy.Document(kind="passage", key=1, text="words"))
    writer.commit()
    listed = keyword_files.contents(folder / "keywords").files
    for name in listed:
        settle(folder / "keywords" / name)
    keyword_files.check_all(folder / "keywords", verified=Verified(folder))
    assert set(Verified(folder).known()) == {f"keywords/{name}" for name in listed}
    spoilt = folder / "keywords" / min(listed)
    flip_unseen(spoilt)
    with pytest.raises(keyword_files.DamagedIndexError):
        keyword_files.check_all(folder / "keywords", verified=Verified(folder))


def test_where_nothing_can_be_noted_every_file_is_compared(folder: Path) -> None:
    (folder / FILE_NAME).mkdir()
    assert is_loaded(folder)
    flip_unseen(folder / "vectors.bin")
    assert not is_loaded(folder)
