"""One prepared document into one transaction: what is new is stored, what is the same is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Literal

from index.article import Document
from index.catalogue.entities import PlacedPassage
from index.catalogue.reading import Snapshot
from index.catalogue.verifying import is_intact
from index.catalogue.writing import Transaction
from index.indexing import PreparedDocument, PreparedPassage, suggested_id
from index.reports import Taken


def unchanged(snapshot: Snapshot, document: Document) -> Taken | None:
    """The report on a document that the collection holds exactly so already, else None.

    A stored article that is not as it was stored counts as changed: adding it again mends it.
    """
    stored = snapshot.find(document)
    if stored is None:
        return None
    kept = snapshot.document(stored.key)
    if not is_intact(stored, kept) or not _says_the_same(kept, stored.completed(document)):
        return None
    count = len(snapshot.passages_of(stored.key))
    return Taken(document.source_name, stored.id, "unchanged", count, 0)


def store(
    transaction: Transaction, one: PreparedDocument, embedded: Collection[bytes]
) -> tuple[Taken, list[int]]:
    """Adds or updates an article; the report on it and the keys of its new passages.

    `embedded` are the content hashes whose vectors had to be made for it.
    """
    document = one.document
    known = unchanged(transaction.snapshot, document)
    if known is not None:  # twice in one batch, or another process was quicker
        return known, []
    stored = transaction.snapshot.find(document)
    if stored is None:
        article_id = _free_id(transaction, suggested_id(document))
        key = transaction.add_article(article_id, document)
    else:
        article_id, key = stored.id, stored.key
        transaction.update_article(stored, stored.completed(document))
    keys = _exchange(transaction, key, one.passages)
    count = sum(passage.content_hash in embedded for passage in one.passages)
    outcome: Literal["added", "updated"] = "added" if stored is None else "updated"
    return Taken(document.source_name, article_id, outcome, len(one.passages), count), keys


def replace_passages(
    transaction: Transaction, key: int, passages: Sequence[PreparedPassage]
) -> list[int]:
    """Stores all passages of an article under new keys, and returns these."""
    transaction.remove_passages(transaction.snapshot.passages_of(key))
    return transaction.add_passages(key, [_place(passage) for passage in passages])


def _exchange(transaction: Transaction, key: int, passages: Sequence[PreparedPassage]) -> list[int]:
    """Keeps the passages whose content is the same, removes the rest and adds what is new."""
    old: defaultdict[bytes, list[PlacedPassage]] = defaultdict(list)
    for placed in transaction.snapshot.passages_of(key):
        old[placed.content_hash].append(placed)
    new = []
    for passage in passages:
        if not old[passage.content_hash]:
            new.append(_place(passage))
            continue
        placed = old[passage.content_hash].pop(0)
        if (placed.start, placed.end) != (passage.start, passage.end):
            transaction.move_passage(placed.key, passage.start, passage.end)
    transaction.remove_passages(placed for rest in old.values() for placed in rest)
    return transaction.add_passages(key, new)


def _says_the_same(kept: Document, other: Document) -> bool:
    return kept == replace(other, source_name=kept.source_name, given_id=kept.given_id)


def _place(passage: PreparedPassage) -> tuple[int, int, str, bytes]:
    return passage.start, passage.end, passage.heading, passage.content_hash


def _free_id(transaction: Transaction, wanted: str) -> str:
    """The wanted id, or with a number that makes it free.

    Found by doubling, then halving: ten thousand articles may share one title.
    """
    if not transaction.is_taken(wanted):
        return wanted
    taken, free = 1, 2
    while transaction.is_taken(f"{wanted}-{free}"):
        taken, free = free, free * 2
    while free - taken > 1:
        middle = (taken + free) // 2
        if transaction.is_taken(f"{wanted}-{middle}"):
            taken = middle
        else:
            free = middle
    return f"{wanted}-{free}"
