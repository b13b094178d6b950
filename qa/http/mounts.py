"""Front ends that other packages bring into `footnote serve`.

They name a function in the entry point group `footnote.http`
(https://packaging.python.org/en/latest/specifications/entry-points/), so that nothing here has to
know them.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from importlib.metadata import entry_points
from typing import Protocol

from fastapi import APIRouter

from qa.desk import Desk
from qa.settings import Settings

GROUP = "footnote.http"


class Mount(Protocol):
    """A front end that is reached over HTTP."""

    @property
    def router(self) -> APIRouter:
        """Its routes."""

    def start(self, desk: Desk) -> None:
        """Called once when questions can be answered, on a thread that may wait."""

    def running(self) -> AbstractAsyncContextManager[None]:
        """Holds as long as the server runs; its end finishes what the front end is at."""


def mounts(settings: Settings) -> list[Mount]:
    """The front ends that the settings switch on."""
    made = [entry.load()(settings) for entry in entry_points(group=GROUP)]
    return [one for one in made if one is not None]
