"""Errors that a person can act on."""

from __future__ import annotations


class CollectionError(Exception):
    """Something the user can act on; the message is one plain sentence with the remedy."""
