"""Errors that a person can act on."""

from __future__ import annotations


class CollectionError(Exception):
    """Something the user can act on; the message is one plain sentence with the remedy."""


class DamagedArticleError(CollectionError):
    """An article is not as it was stored, so it is not shown to anybody."""

    def __init__(self, article_id: str) -> None:
        super().__init__(
            f"Article {article_id} is not as it was stored; add it again, or restore a backup."
        )
