"""Whatever goes wrong becomes one plain line on stderr and an exit code."""

from __future__ import annotations

import errno
import os
import sys
import tomllib
import traceback
from collections.abc import Sequence
from typing import Any

import typer

from index.errors import CollectionError
from qa.cli.interrupts import INTERRUPTED, STOPPED

DONE, FAILED, WRONG_USAGE = 0, 1, 2


def run(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Runs the commands and returns the exit code: 0 done, 1 could not be done, 2 wrong usage.

    Raises KeyboardInterrupt where an interrupt came before the commands began.
    """
    try:
        code = app(args=list(arguments), standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _not_read()
    except SystemExit as stopped:
        # Typer's way to end when the reader of our output has gone.
        return _not_read() if isinstance(stopped.__context__, OSError) else FAILED
    except Exception as error:  # noqa: BLE001 - a person sees a line, never a traceback
        return _explained(error)
    if code == INTERRUPTED:
        return _say(STOPPED, INTERRUPTED)
    return code if isinstance(code, int) else DONE


def _not_read() -> int:
    """Whoever read our output has seen enough; keeps the interpreter from writing more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _explained(error: Exception) -> int:
    if isinstance(error, CollectionError):
        return _say(str(error), FAILED)
    if isinstance(error, typer.Abort):
        return _say(STOPPED, INTERRUPTED)
    if isinstance(error, typer.exceptions.TyperException) and hasattr(error, "format_message"):
        return _say(f"{error.format_message()} See --help.", WRONG_USAGE)
    if type(error).__name__ == "ValidationError":
        return _say(_wrong_settings(error), WRONG_USAGE)
    if isinstance(error, tomllib.TOMLDecodeError):
        return _say(f"footnote.toml is no valid TOML ({error}); correct that place.", WRONG_USAGE)
    if os.environ.get("FOOTNOTE_DEBUG"):
        traceback.print_exc()
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _say("The disk is full; make room and try again. Nothing kept is lost.", FAILED)
    kind = type(error).__name__
    return _say(
        f"Something unexpected went wrong ({kind}: {error}); "
        "set FOOTNOTE_DEBUG=1 and run it again to see where.",
        FAILED,
    )


def _wrong_settings(error: Exception) -> str:
    """A pydantic error in one line: which setting or argument, and what is wrong with it."""
    errors: list[dict[str, Any]] = getattr(error, "errors", list)()
    first = errors[0] if errors else {"loc": ("settings",), "msg": str(error)}
    name = ".".join(str(part) for part in first["loc"])
    is_setting = getattr(error, "title", "") == "Settings"
    label = f"FOOTNOTE_{name.upper()}" if is_setting else name
    message = str(first["msg"]).removeprefix("Value error, ")
    return f"{label}: {message}."


def _say(line: str, code: int) -> int:
    print(" ".join(line.split()), file=sys.stderr)  # noqa: T201 - the one place that prints errors
    return code
