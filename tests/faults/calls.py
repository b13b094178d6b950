"""Stops a process at the n-th system call by which it changes a file, whichever thread makes it.

The kernel asks a supervisor before every such call (seccomp's user notifications, Linux 5.5:
https://docs.kernel.org/userspace-api/seccomp_filter.html#userspace-notification). The supervisor
lets the call through, kills the process, or answers in the kernel's place that the disk is full.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import select
import signal
import socket
import struct
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Fault = Literal["killed", "full", "broken"]

# The numbers of the calls, from the kernel's tables for each kind of processor.
_NUMBERS = {
    "x86_64": {
        "write": 1,
        "pwrite64": 18,
        "writev": 20,
        "fsync": 74,
        "fdatasync": 75,
        "ftruncate": 77,
        "rename": 82,
        "mkdir": 83,
        "rmdir": 84,
        "unlink": 87,
        "openat": 257,
        "unlinkat": 263,
        "renameat2": 316,
        "open": 2,
        "fallocate": 285,
    },
    "aarch64": {
        "write": 64,
        "pwrite64": 68,
        "writev": 66,
        "fsync": 82,
        "fdatasync": 83,
        "ftruncate": 46,
        "mkdirat": 34,
        "unlinkat": 35,
        "renameat": 38,
        "openat": 56,
        "renameat2": 276,
        "fallocate": 47,
    },
}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_MODE_FILTER, _NEW_LISTENER = 1, 1 << 3
_PR_SET_NO_NEW_PRIVS = 38
_ALLOW, _NOTIFY = 0x7FFF0000, 0x7FC00000
_LOAD_WORD, _JUMP_EQUAL, _JUMP_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_ARGUMENTS = 16  # where the call's arguments begin in struct seccomp_data
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_NOTIFICATION = struct.Struct("=QIIiIQ6Q")
_RESPONSE = struct.Struct("=QqiI")
_CONTINUE = 1
_STDERR = 2
# What a full disk refuses: whatever needs room. What a broken one refuses: to keep it for good.
_NEEDS_ROOM = {"write", "pwrite64", "writev", "openat", "open", "mkdir", "mkdirat", "fallocate"}
_KEEPS = {"fsync", "fdatasync"}


def is_possible() -> bool:
    """Whether this machine's kernel can do it."""
    try:
        with open("/proc/sys/kernel/seccomp/actions_avail") as actions:  # noqa: PTH123
            return "user_notif" in actions.read() and platform.machine() in _NUMBERS
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a process: how many calls it made, the last one, how it ended, what it said.

    `exit_code` is negative for a signal; `said` is what it wrote to stdout and stderr.
    """

    calls: int
    last: str
    exit_code: int
    said: str


def run(work: Callable[[], None], stop_at: int, fault: Fault) -> Run:
    """Runs `work` in a child process, and lets `fault` happen to it from call `stop_at` on.

    `killed`: SIGKILL in place of the call. `full`: from there on no call that needs room
    succeeds (ENOSPC). `broken`: from there on nothing is kept for good (EIO).
    """
    with tempfile.TemporaryFile() as output:
        ours, theirs = socket.socketpair()
        child = os.fork()
        if child == 0:
            ours.close()
            for place in (1, 2):
                os.dup2(output.fileno(), place)
            _in_child(work, theirs)
        theirs.close()
        _, (listener,), _, _ = socket.recv_fds(ours, 1, 1)
        ours.close()
        calls, last, exit_code = _supervised(child, listener, stop_at, fault)
        output.seek(0)
        return Run(calls, last, exit_code, output.read().decode())


def _supervised(child: int, listener: int, stop_at: int, fault: Fault) -> tuple[int, str, int]:
    """Answers a child's calls until its end: their number, the last one, its exit code."""
    names = {number: name for name, number in _NUMBERS[platform.machine()].items()}
    calls, last = 0, ""
    while (asked := _next_call(listener)) is not None:
        calls, last = calls + 1, names[asked.number]
        if calls >= stop_at and fault == "killed":
            os.kill(child, signal.SIGKILL)
            break
        _answer(listener, asked, _error(asked, last, fault) if calls >= stop_at else 0)
    os.close(listener)
    _, status = os.waitpid(child, 0)
    return calls, last, os.waitstatus_to_exitcode(status)


@dataclass(frozen=True, slots=True)
class _Call:
    """A call that is asked about; `first` is its first argument."""

    notification: int
    number: int
    first: int


def _error(call: _Call, name: str, fault: Fault) -> int:
    if name == "write" and call.first <= _STDERR:
        return 0
    if fault == "full" and name in _NEEDS_ROOM:
        return errno.ENOSPC
    return errno.EIO if fault == "broken" and name in _KEEPS else 0


def _in_child(work: Callable[[], None], supervisor: socket.socket) -> None:
    code = 70
    try:
        listener = _listened()
        socket.send_fds(supervisor, [b"x"], [listener])
        os.close(listener)
        supervisor.close()
        work()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 70
    finally:
        os._exit(code)


def _listened() -> int:
    """From now on every thread's calls are asked about; the descriptor to be asked at."""
    filter_ = b"".join(_program())
    buffer = ctypes.create_string_buffer(filter_, len(filter_))
    program = struct.pack("HxxxxxxP", len(filter_) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    call = _SECCOMP[platform.machine()]
    listener = libc.syscall(call, _SET_MODE_FILTER, _NEW_LISTENER, program)
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return int(listener)


def _program() -> list[bytes]:
    """The filter: writes, syncs, renames and removals are asked about, and files being made."""
    numbers = dict(_NUMBERS[platform.machine()])
    opens = [(numbers.pop(name), place) for name, place in _OPENS if name in numbers]
    lines = [_line(_LOAD_WORD, 0)]
    for number, place in opens:
        # Not this call: past the next four. O_CREAT among its flags: asked about.
        lines += [
            _line(_JUMP_EQUAL, number, 0, 4),
            _line(_LOAD_WORD, _ARGUMENTS + 8 * place),
            _line(_JUMP_SET, os.O_CREAT, 0, 1),
            _line(_RETURN, _NOTIFY),
            _line(_RETURN, _ALLOW),
        ]
    for number in numbers.values():
        lines += [_line(_JUMP_EQUAL, number, 0, 1), _line(_RETURN, _NOTIFY)]
    return [*lines, _line(_RETURN, _ALLOW)]


# The calls that open files, and which of their arguments holds the flags.
_OPENS = (("openat", 2), ("open", 1))


def _line(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _next_call(listener: int) -> _Call | None:
    """The next call that is asked about; None after the process's end."""
    waiting = select.poll()
    waiting.register(listener, select.POLLIN)
    while True:
        events = waiting.poll()[0][1]
        if not events & select.POLLIN:
            return None
        buffer = bytearray(_NOTIFICATION.size)
        try:
            fcntl.ioctl(listener, _RECEIVE, buffer)
        except OSError as error:
            if error.errno == errno.ENOENT:  # its thread ended meanwhile
                continue
            raise
        found = _NOTIFICATION.unpack(buffer)
        return _Call(found[0], found[3], found[6])


def _answer(listener: int, call: _Call, error: int) -> None:
    response = _RESPONSE.pack(call.notification, 0, -error, 0 if error else _CONTINUE)
    try:
        fcntl.ioctl(listener, _SEND, response)
    except OSError as gone:
        if gone.errno != errno.ENOENT:
            raise
