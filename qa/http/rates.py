"""How often one caller may call: counted over all workers, since the counts lie in one file."""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from fastapi.concurrency import run_in_threadpool
from limits import RateLimitItem, parse_many
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from index.errors import CollectionError
from qa.http.asgi import App, Message, Receive, Scope, Send, is_loopback
from qa.http.callers import caller_of
from qa.http.problems import TOO_MANY, ProblemError
from qa.settings import Settings

COUNTS_FILE = "rates.sqlite"
# Where others than this machine can call and nothing else is set.
_DEFAULT = "120/minute"
_OFF = "off"
# Probes must not be turned away; the page's parts cost nothing.
_FREE = ("/healthz", "/readyz", "/page/")
_SECONDS_TO_WAIT = 5.0


class CountsFile(Storage):
    """Counters in a SQLite file that lives as long as the server, so nothing of it is flushed."""

    STORAGE_SCHEME = None

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._file = sqlite3.connect(
            path, timeout=_SECONDS_TO_WAIT, isolation_level=None, check_same_thread=False
        )
        for statement in (
            "PRAGMA synchronous=OFF",
            "PRAGMA journal_mode=MEMORY",
            "CREATE TABLE IF NOT EXISTS counts (key TEXT PRIMARY KEY, count INTEGER, until REAL)",
        ):
            self._file.execute(statement)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What can go wrong with the file."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Adds to a counter, which begins anew when `expiry` seconds are over; the new count."""
        now = time.time()
        row = self._row(
            "INSERT INTO counts VALUES (:key, :amount, :until) ON CONFLICT (key) DO UPDATE SET "
            "count = iif(until < :now, 0, count) + :amount, "
            "until = iif(until < :now, :until, until) RETURNING count",
            {"key": key, "amount": amount, "until": now + expiry, "now": now},
        )
        return int(row[0]) if row else amount

    def get(self, key: str) -> int:
        """A counter; 0 when it is not there or over."""
        row = self._row("SELECT count FROM counts WHERE key = ? AND until >= ?", (key, time.time()))
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        """When a counter begins anew, in seconds since 1970."""
        row = self._row("SELECT until FROM counts WHERE key = ?", (key,))
        return float(row[0]) if row else time.time()

    def check(self) -> bool:
        """Whether the file can be read."""
        return self._row("SELECT 1", ()) is not None

    def reset(self) -> int | None:
        """Forgets all counters."""
        self._row("DELETE FROM counts", ())
        return None

    def clear(self, key: str) -> None:
        """Forgets one counter."""
        self._row("DELETE FROM counts WHERE key = ?", (key,))

    def _row(self, statement: str, values: object) -> tuple[float, ...] | None:
        with self._lock:
            row: tuple[float, ...] | None = self._file.execute(statement, values).fetchone()  # type: ignore[arg-type] # a mapping or a sequence
            return row


def rate_limits(settings: Settings) -> Sequence[RateLimitItem]:
    """What `settings.rate_limit` says; empty for no limit, as it is on loopback by default.

    Raises `CollectionError` when it cannot be understood.
    """
    stated = settings.rate_limit
    if stated is None:
        stated = _OFF if is_loopback(settings.host) else _DEFAULT
    if stated.strip().lower() == _OFF:
        return []
    try:
        return parse_many(stated)
    except ValueError as error:
        raise CollectionError(
            f"FOOTNOTE_RATE_LIMIT is {stated!r}; write it as `120/minute`, "
            "`10/second; 1000/hour` or `off`."
        ) from error


class RateLimits:
    """Answers 429 to a caller, by key or else by address, that calls more often than it may.

    Says how much is left in the headers of
    https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/.
    """

    def __init__(self, app: App, limits: Sequence[RateLimitItem], folder: Path) -> None:
        self._app = app
        self._limits = limits
        self._limiter = FixedWindowRateLimiter(CountsFile(folder / COUNTS_FILE))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what may come in, with what is left."""
        if scope["type"] != "http" or scope["path"].startswith(_FREE):
            await self._app(scope, receive, send)
            return
        wait, left = await run_in_threadpool(self._count, caller_of(scope))

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self._policies(), left]
            await send(message)

        if wait is None:
            await self._app(scope, receive, send_counted)
            return
        detail = f"This caller has asked too often; try again in {wait} seconds."
        problem = ProblemError(TOO_MANY, detail, headers={"Retry-After": str(wait)})
        await problem.response(scope)(scope, receive, send_counted)

    def _count(self, caller: str) -> tuple[int | None, tuple[bytes, bytes]]:
        """Seconds to wait, None where none are; and the header of what is left."""
        wait = None
        left = []
        for limit in self._limits:
            may = self._limiter.hit(limit, caller)
            stats = self._limiter.get_window_stats(limit, caller)
            seconds = max(math.ceil(stats.reset_time - time.time()), 1)
            if not may:
                wait = max(wait or 0, seconds)
            left.append(f'"{_name(limit)}";r={stats.remaining};t={seconds}')
        return wait, (b"ratelimit", ", ".join(left).encode())

    def _policies(self) -> list[tuple[bytes, bytes]]:
        stated = [f'"{_name(one)}";q={one.amount};w={one.get_expiry()}' for one in self._limits]
        return [(b"ratelimit-policy", ", ".join(stated).encode())]


def _name(limit: RateLimitItem) -> str:
    return f"{limit.multiples}-{limit.GRANULARITY.name}"
