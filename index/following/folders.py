"""One look at a followed folder: what is new, changed, moved or gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from index.article import Document, Refusal
from index.catalogue.following import FollowedItem
from index.following.tally import Tally
from index.indexer import Indexer, Taken
from index.readers.files import folder_files, read_file
from index.readers.origin import UnreadableError

# What editors and downloads leave beside a file while it is being written.
_TEMPORARY_ENDS = ("~", ".swp", ".swx", ".tmp", ".temp", ".part", ".crdownload", ".bak")
_TEMPORARY_STARTS = ("~$", "#")


def look(folder: Path, key: int, indexer: Indexer) -> Tally:
    """Brings the collection in step with a folder.

    Raises `UnreadableError` when the folder is gone or cannot be read: then nothing is removed.
    """
    now = _files(folder)
    with indexer.followed() as sources:
        kept = sources.items(key)
    moved = _moved(kept, now)
    for old, new in moved.items():
        indexer.move(kept[old].article_ids, new)
        item = FollowedItem(new, "", kept[old].article_ids)
        with indexer.change_followed() as sources:
            sources.drop_item(key, old)
            sources.put_item(key, item)
        del kept[old]
        kept[new] = item
    changed = [name for name, version in now.items() if _version(kept, name) != version]
    tally = Tally(moved=len(moved))
    found = _take(folder, changed, indexer, tally)
    # New before gone: a passage that went from one file to another is not embedded again.
    gone = [name for name in kept if name not in now]
    fresh = {name: FollowedItem(name, now[name], tuple(found[name])) for name in changed}
    still = {
        i for item in (kept | fresh).values() if item.name not in gone for i in item.article_ids
    }
    left = {i for name in (*gone, *changed) for i in _articles(kept, name)} - still
    if left:
        tally.removed += len(indexer.remove(sorted(left)).removed)
    with indexer.change_followed() as sources:
        for name in gone:
            sources.drop_item(key, name)
        for item in fresh.values():
            sources.put_item(key, item)
    return tally


def is_temporary(name: str) -> bool:
    """Whether a file's name says that somebody is still writing it."""
    return name.endswith(_TEMPORARY_ENDS) or name.startswith(_TEMPORARY_STARTS)


def _files(folder: Path) -> dict[str, str]:
    """Every file's path in the folder, and what tells one version of it from the next."""
    if not folder.is_dir():
        raise UnreadableError("the folder is not there; bring it back or `footnote sources remove`")
    unreadable: list[OSError] = []
    found = {}
    for relative, path in folder_files(folder, unreadable.append):
        if is_temporary(path.name):
            continue
        try:
            facts = path.stat()
        except OSError:  # deleted a moment ago
            continue
        found[relative] = f"{facts.st_mtime_ns}:{facts.st_size}:{facts.st_ino}"
    if unreadable:
        error = unreadable[0]
        raise UnreadableError(f"{error.filename} cannot be opened ({error.strerror})")
    return found


def _moved(kept: Mapping[str, FollowedItem], now: Mapping[str, str]) -> dict[str, str]:
    """Files that are gone from one place and stand unchanged in another, old path to new."""
    new = {version: name for name, version in now.items() if name not in kept}
    return {
        item.name: new[item.version]
        for item in kept.values()
        if item.name not in now and item.version in new and len(item.article_ids) == 1
    }


def _take(
    folder: Path, names: Iterable[str], indexer: Indexer, tally: Tally
) -> defaultdict[str, list[str]]:
    """Adds files; the ids of their articles by file."""
    file_of: dict[str, str] = {}
    found: defaultdict[str, list[str]] = defaultdict(list)

    def documents() -> Iterator[Document | Refusal]:
        for name in names:
            for one in read_file(folder / name, name, indexer.options.reading):
                file_of[one.source_name] = name
                yield one

    def on_result(result: Taken | Refusal) -> None:
        tally.count(result)
        if isinstance(result, Taken):
            found[file_of[result.source_name]].append(result.article_id)

    indexer.add(documents(), on_result)
    return found


def _version(kept: Mapping[str, FollowedItem], name: str) -> str | None:
    return kept[name].version if name in kept else None


def _articles(kept: Mapping[str, FollowedItem], name: str) -> tuple[str, ...]:
    return kept[name].article_ids if name in kept else ()
