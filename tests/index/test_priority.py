"""Threads that take articles in make way for those that answer."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from index.priority import yield_to_questions


@pytest.mark.skipif(sys.platform != "linux", reason="only there have threads their own niceness")
def test_a_thread_and_those_it_starts_make_way_and_no_other() -> None:
    before = niceness()
    seen: list[int] = []

    def begin() -> None:
        yield_to_questions()
        seen.append(niceness())
        inner = threading.Thread(target=lambda: seen.append(niceness()))
        inner.start()
        inner.join()

    outer = threading.Thread(target=begin)
    outer.start()
    outer.join()
    assert seen == [max(before, 10)] * 2
    assert niceness() == before


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
