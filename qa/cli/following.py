"""`footnote sources`, `footnote follow` and `footnote add --watch`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import CollectionError
from qa.cli.options import AsJson, DataDir, settings_for
from qa.cli.output import safe, say, say_json, say_table, warn

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

    from index.following import FollowedSource, Follower
    from index.indexer import Indexer

app = typer.Typer(help="Folders, feeds, sitemaps and pages to keep in step with.")

Every = Annotated[str, typer.Option("--every", help="How often to look at it: 90s, 15m, 2h, 1d.")]


@app.callback(invoke_without_command=True)
def sources(context: typer.Context, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the followed sources: last look, what came of it, next look."""
    if context.invoked_subcommand is not None:
        context.obj = data_dir
        return
    found = _follower(_indexer(data_dir)).book.all()
    if as_json:
        say_json([as_fields(one) for one in found])
        return
    rows = [
        (
            one.location,
            _moment(one.last_run_at) or "not yet",
            one.last_result or "",
            _moment(one.next_run_at),
        )
        for one in found
    ]
    say_table(("Source", "Last look", "Result", "Next look"), rows)


@app.command()
def add(
    context: typer.Context,
    locations: Annotated[
        list[str], typer.Argument(metavar="FOLDER_OR_URL...", help="What to follow.")
    ],
    every: Every = "15m",
    data_dir: DataDir = None,
) -> int:
    """Follow folders, feeds, sitemaps or pages; `footnote follow` and `serve` look at them."""
    from index.following import BadSourceError, seconds_of

    seconds = seconds_of(every)
    book = _follower(_indexer(data_dir or context.obj)).book
    refused = False
    for location in locations:
        try:
            say(f"Following {safe(book.add(location, seconds).location)}.")
        except BadSourceError as error:
            warn(safe(str(error)))
            refused = True
    return 1 if refused else 0


@app.command()
def remove(
    context: typer.Context,
    locations: Annotated[list[str], typer.Argument(metavar="FOLDER_OR_URL...")],
    data_dir: DataDir = None,
) -> int:
    """No longer follow sources; the articles that came from them stay."""
    book = _follower(_indexer(data_dir or context.obj)).book
    unknown = [location for location in locations if not book.remove(location)]
    for location in unknown:
        warn(f"{safe(location)} is not followed; `footnote sources` lists what is.")
    return 1 if unknown else 0


def follow(
    once: Annotated[bool, typer.Option("--once", help="Look at everything now, then end.")] = False,
    data_dir: DataDir = None,
) -> int:
    """Keep the collection in step with its sources, until Ctrl-C."""
    follower = _follower(_indexer(data_dir), tell)
    with stopping() as stop:
        done = follower.look_once(stop) if once else follower.follow(stop, take_over=False)
    if not done:
        raise CollectionError(
            "Another process (`footnote follow` or `footnote serve`) follows the sources of this "
            "data folder already; `footnote sources` shows how it goes."
        )
    return 0


def watch(indexer: Indexer, locations: list[str]) -> int:
    """Follows folders and addresses from now on, until Ctrl-C."""
    follower = _follower(indexer, tell)
    for location in locations:
        follower.book.add(location)
    say("Watching; stop it with Ctrl+C.")
    with stopping() as stop:
        if not follower.follow(stop, take_over=False):
            say("Another process follows the sources of this data folder; it keeps them in step.")
    return 0


def tell(source: FollowedSource) -> None:
    """One line for a look at a source that found something."""
    if source.last_result != "nothing new":
        say(f"{safe(source.location)}: {safe(source.last_result or '')}.")


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, so that the running look ends in good order.

    The second one does not wait for that.
    """
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {one: signal.signal(one, on_signal) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def as_fields(source: FollowedSource) -> dict[str, object]:
    """A source as JSON has it."""
    return {
        "location": source.location,
        "every_seconds": source.every_seconds,
        "last_run_at": source.last_run_at.isoformat() if source.last_run_at else None,
        "last_result": source.last_result,
        "next_run_at": source.next_run_at.isoformat(),
        "failures": source.failures,
    }


def _indexer(data_dir: Path | None) -> Indexer:
    from index.indexer import open_indexer

    return open_indexer(settings_for(data_dir).index_options())


def _follower(
    indexer: Indexer, on_look: Callable[[FollowedSource], None] | None = None
) -> Follower:
    from index.following import Follower

    return Follower(indexer, on_look) if on_look else Follower(indexer)


def _moment(moment: datetime | None) -> str:
    return moment.astimezone().isoformat(sep=" ", timespec="seconds") if moment else ""
