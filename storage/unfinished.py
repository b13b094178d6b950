"""Places for what is not finished yet; what a killed process left in one is swept by the next."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.locking import ProcessLock

PREFIX = ".unfinished-"
_LOCK = "in-use"
_TRIES = 20


@contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """A new folder in `folder` to make something in; whatever is still in it afterwards goes.

    It is locked for as long as it is used, and the lock goes with its process, however that ends:
    so what lies in a folder without one belongs to nobody, and is swept first. Raises OSError
    when there is no room or no permission.
    """
    sweep(folder)
    place, lock = _new(folder)
    try:
        yield place
    finally:
        lock.release()
        shutil.rmtree(place, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Removes what processes that are no more left unfinished in `folder`, as far as it can.

    What a living process is at stays, whoever sees its process number: another container's, say.
    """
    with suppress(OSError):
        for place in folder.glob(f"{PREFIX}*"):
            lock = ProcessLock(place / _LOCK)
            with suppress(OSError):
                if lock.take():
                    # Not after the release: whoever makes a folder takes the lock to see it kept.
                    shutil.rmtree(place, ignore_errors=True)
                    lock.release()


def _new(folder: Path) -> tuple[Path, ProcessLock]:
    """A new folder and its lock; another name where a sweep came in between the two."""
    for _ in range(_TRIES):
        place = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
        lock = ProcessLock(place / _LOCK)
        with suppress(FileNotFoundError, FileExistsError):
            if lock.take():
                if place.exists():
                    return place, lock
                lock.release()
    raise OSError(errno.EAGAIN, "unfinished files are swept again and again", str(folder))
