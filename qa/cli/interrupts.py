"""Ctrl-C ends a command, whatever it is at.

An interrupt arrives as an exception in whatever runs just then. In a library's callback it may be
swallowed, and what has begun may take long to come to an end; so a second thread insists. That is
safe at any moment: what was reported is committed, and nothing else is promised.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import time
from types import FrameType

INTERRUPTED = 130
STOPPED = "Stopped. Everything finished before is kept."
_SECONDS_TO_END = 5.0
_CURSOR_SHOWN = "\x1b[?25h"


def end_on_interrupt() -> None:
    """From now on Ctrl-C raises KeyboardInterrupt, and ends the process if that does not.

    A command that was started with interrupts ignored goes on ignoring them.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _on_interrupt)


def _on_interrupt(_number: int, _frame: FrameType | None) -> None:
    # Not `threading`: the interrupted code may hold the locks that it takes to start a thread.
    _thread.start_new_thread(_insist, ())
    raise KeyboardInterrupt


def _insist() -> None:
    time.sleep(_SECONDS_TO_END)
    shown = _CURSOR_SHOWN if sys.stderr.isatty() else ""  # a progress bar had hidden it
    os.write(2, f"{shown}{STOPPED}\n".encode())
    os._exit(INTERRUPTED)
