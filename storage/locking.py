"""One process at a time."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout


class ProcessLock:
    """A lock that goes with the process that holds it, however that ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(str(path), thread_local=False)

    def take(self) -> bool:
        """Whether this process has it from now on. Raises OSError where it cannot be kept."""
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        """Lets another process have it."""
        self._lock.release()
