"""Files and folders on disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from index.article import Document, Refusal
from index.options import ReadingOptions
from index.readers.jsonl import parse_lines
from index.readers.kinds import KNOWN, LINES, is_known, parsed, suffix_of, unknown
from index.readers.origin import Origin, UnreadableError


def read_path(path: Path, options: ReadingOptions) -> Iterator[Document | Refusal]:
    """The articles of a file, or of all files below a folder in the order of their paths.

    Hidden files and folders are skipped, links to folders are not followed.
    """
    if path.is_dir():
        yield from _read_folder(path, options)
    elif path.exists():
        yield from read_file(path, path.name, options)
    else:
        yield Refusal(str(path), "there is no such file or folder; check the path")


def _read_folder(folder: Path, options: ReadingOptions) -> Iterator[Document | Refusal]:
    found = False
    unreadable: list[OSError] = []
    for relative, path in folder_files(folder, unreadable.append):
        found = True
        yield from read_file(path, relative, options)
    for error in unreadable:
        yield Refusal(str(error.filename), f"it cannot be opened ({error.strerror})")
    if not found and not unreadable:
        yield Refusal(str(folder), f"the folder has no files; put {KNOWN} into it")


def folder_files(folder: Path, on_error: Callable[[OSError], None]) -> Iterator[tuple[str, Path]]:
    """All files below a folder that are not hidden: their path in it, and where they are."""
    for parent, folders, names in os.walk(folder, onerror=on_error):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                path = Path(parent, name)
                yield path.relative_to(folder).as_posix(), path


def read_file(path: Path, relative: str, options: ReadingOptions) -> Iterator[Document | Refusal]:
    """The articles of one file, which its folder knows by its `relative` path."""
    name, suffix = str(path), suffix_of(path.name)
    try:
        _check_regular(path)
        if suffix in LINES:
            with path.open("rb") as lines:
                yield from parse_lines(lines, name)
            return
        data = _contents(path, suffix, options)
    except OSError as error:
        yield Refusal(name, f"it cannot be opened ({error.strerror}); check its permissions")
    except UnreadableError as error:
        yield Refusal(name, str(error))
    else:
        yield from parsed(suffix, data, Origin(name, path=relative))


def _check_regular(path: Path) -> None:
    """Opening a pipe would wait for its other end."""
    if not path.is_file():
        raise UnreadableError("it is not a regular file; add files and folders")


def _contents(path: Path, suffix: str, options: ReadingOptions) -> bytes:
    if not is_known(suffix):
        raise unknown(suffix)
    size = path.stat().st_size
    if size > options.max_file_bytes:
        raise UnreadableError(
            f"it is {size / 1e6:,.0f} MB, more than the limit of "
            f"{options.max_file_bytes / 1e6:,.0f} MB; split it, or raise FOOTNOTE_MAX_FILE_BYTES"
        )
    return path.read_bytes()
