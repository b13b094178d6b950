"""Which derived files were compared with their checksums already, and have not changed since.

A file of a gigabyte takes a second to compare. So whoever has compared one notes its inode, size
and times in a small file beside it, which carries its own checksum, and whoever opens it next
takes that for an answer. What a disk changes under a file that nobody touches shows in none of
these: `footnote verify` compares everything, whatever is noted.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

FILE_NAME = "verified.json"
# A smaller file is compared more quickly than it is noted.
_WORTH_NOTING = 1 << 20
# A clock of a file system may stand still for so long: a change within it would not show.
_CLOCK_NS = 100_000_000

Facts = tuple[int, int, int, int]


def facts_of(status: os.stat_result) -> Facts:
    """What another file, or the same one after any change, has otherwise."""
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


class Verified:
    """What is noted of the files in `folder`, by their paths below it.

    Where it cannot be read or written, every file counts as unknown. Two processes that note
    something at once may lose one note: a file is compared once more then.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / FILE_NAME

    def known(self) -> dict[str, Facts]:
        """The files that were found sound, as they were then."""
        try:
            kept = json.loads(self._path.read_bytes())
            if kept["digest"] != _digest(kept["files"]):
                return {}
            return {str(name): _facts(facts) for name, facts in kept["files"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def note(self, sound: Mapping[str, Facts]) -> None:
        """These files were found sound while they were so."""
        now = time.time_ns()
        worth = {
            name: facts
            for name, facts in sound.items()
            if facts[1] >= _WORTH_NOTING and facts[3] < now - _CLOCK_NS
        }
        if worth:
            self._keep(self.known() | worth)

    def forget(self, beginning: str) -> None:
        """A file whose path begins so was found damaged, whatever was noted."""
        known = self.known()
        others = {name: facts for name, facts in known.items() if not name.startswith(beginning)}
        if len(others) < len(known):
            self._keep(others)

    def _keep(self, known: Mapping[str, Facts]) -> None:
        there = {name: facts for name, facts in known.items() if (self._folder / name).exists()}
        # Written in place: a half-written one fails its checksum, and is none.
        with suppress(OSError):
            self._path.write_text(json.dumps({"digest": _digest(there), "files": there}))


def is_sound(
    verified: Verified | None, name: str, facts: Facts, compare: Callable[[], bool]
) -> bool:
    """Whether a file is sound: as noted of it, else as `compare` says, which is noted if it is."""
    if verified is None:
        return compare()
    if verified.known().get(name) == facts:
        return True
    if not compare():
        return False
    verified.note({name: facts})
    return True


def _digest(files: object) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def _facts(kept: Iterable[int]) -> Facts:
    inode, size, modified, changed = kept
    return int(inode), int(size), int(modified), int(changed)
