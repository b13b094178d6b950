"""Small articles with words of their own."""

from __future__ import annotations

import random
from typing import Any

from index.article import Document

_WORDS = ("barley", "harvest", "river", "mill", "ferry", "market", "winter", "bridge", "council")


def document(name: str, text: str, **stated: Any) -> Document:
    """A document from the file `name`.txt, unless an identity is stated."""
    fields: dict[str, Any] = {"title": name.capitalize(), **stated}
    if not {"path", "url", "given_id"} & set(fields):
        fields["path"] = f"{name}.txt"
    return Document(source_name=name, text=text, **fields)


def long_text(name: str, sentences: int) -> str:
    """Sentences of twelve words, each with a word that is in no other: 6 to 10 make a passage."""
    order = random.Random(name)  # noqa: S311 - the same text every time
    return " ".join(
        f"In {name}{number} the {' '.join(order.choices(_WORDS, k=7))} was seen again."
        for number in range(sentences)
    )
