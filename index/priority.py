"""Taking many articles in is never as urgent as answering a question."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

# Of two threads that both want a processor, one of this niceness gets a tenth.
_NICENESS = 10


def yield_to_questions() -> None:
    """From now on the calling thread, and those it starts, make way for others that compute.

    On an idle machine nothing is slower. Elsewhere than on Linux, where threads have no niceness
    of their own, it does nothing.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with suppress(OSError):
            now = os.getpriority(os.PRIO_PROCESS, thread)
            os.setpriority(os.PRIO_PROCESS, thread, max(now, _NICENESS))
