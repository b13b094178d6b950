"""Front ends that other packages bring into `footnote serve`.

They name a function in the entry point group `footnote.http`
(https://packaging.python.org/en/latest/specifications/entry-points/), so that nothing here has to
know them.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from importlib.metadata import entry_points
from typing import Protocol

from fastapi import APIRouter

from qa.desk import Desk
from qa.http.answering import Answering
from qa.settings import Settings

GROUP = "footnote.http"

# What a part of the server says of itself at /readyz: plain names and values, nothing secret.
Details = Mapping[str, str | int | float | bool | None]


class Mount(Protocol):
    """A front end that is reached over HTTP."""

    @property
    def router(self) -> APIRouter:
        """Its routes."""

    def start(self, desk: Desk, answering: Answering) -> None:
        """Called once when questions can be answered, on a thread that may wait.

        What is answered within a request belongs on the threads of `answering`.
        """

    def running(self) -> AbstractAsyncContextManager[None]:
        """Holds as long as the server runs; its end finishes what the front end is at."""

    def details(self) -> Details:
        """How it stands right now, for /readyz: quick, never raises, never waits.

        `state` comes first, in one or two words ("ready", "connected"). Questions over HTTP are
        answered whatever it says, so it does not decide whether the server is ready.
        """


def mounts(settings: Settings) -> dict[str, Mount]:
    """The front ends that the settings switch on, by the names of their entry points."""
    made = {entry.name: entry.load()(settings) for entry in entry_points(group=GROUP)}
    return {name: one for name, one in made.items() if one is not None}
