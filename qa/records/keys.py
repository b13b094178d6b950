"""API keys: shown once, kept as hashes, revocable.

A key is 32 random bytes, so one round of SHA-256 keeps it as safe as a slow hash keeps a password.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from qa.records.tables import api_keys
from qa.records.transactions import Transaction

_PREFIX = "fn_"


class Scope(IntEnum):
    """What a key may do; each scope may do what the ones before it may."""

    ask = 1
    edit = 2
    admin = 3


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret."""

    name: str
    scope: Scope
    created_at: str
    revoked_at: str | None


class ApiKeys:
    """The keys of one data folder."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def add(self, name: str, scope: Scope) -> str | None:
        """The new key's secret, told only this once; None when the name is taken."""
        secret = _PREFIX + secrets.token_urlsafe(32)
        with self._reading() as connection:
            if connection.scalar(select(api_keys.c.name).where(api_keys.c.name == name)):
                return None
        try:
            with self._writing() as connection:
                connection.execute(
                    insert(api_keys).values(
                        name=name, scope=scope.name, hash=_hash(secret), created_at=_now()
                    )
                )
        except IntegrityError:  # two at once
            return None
        return secret

    def all(self) -> list[ApiKey]:
        """Every key, the revoked ones too, by name."""
        with self._reading() as connection:
            rows = connection.execute(select(api_keys).order_by(api_keys.c.name)).all()
        return [ApiKey(r.name, Scope[r.scope], r.created_at, r.revoked_at) for r in rows]

    def revoke(self, name: str) -> bool:
        """From now on the key is refused; False when no key in use has the name."""
        known = (api_keys.c.name == name) & api_keys.c.revoked_at.is_(None)
        with self._writing() as connection:
            changed = connection.execute(update(api_keys).where(known).values(revoked_at=_now()))
            return bool(changed.rowcount)

    def find(self, secret: str) -> ApiKey | None:
        """The key with this secret, unless it was revoked."""
        known = (api_keys.c.hash == _hash(secret)) & api_keys.c.revoked_at.is_(None)
        with self._reading() as connection:
            row = connection.execute(select(api_keys).where(known)).first()
        return None if row is None else ApiKey(row.name, Scope[row.scope], row.created_at, None)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
