"""How the parts of the records get at their database."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import Connection

Transaction = Callable[[], AbstractContextManager[Connection]]
