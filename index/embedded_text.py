"""What a passage's vector is made from."""

from __future__ import annotations


def embedded_text(title: str, heading: str, passage_text: str) -> str:
    """The passage with its article's title and the heading it stands under.

    The title tells the model what a passage such as "He was born in 1954." is about; it is no
    part of the passage's own text.
    """
    context = dict.fromkeys(part for part in (title, heading) if part)
    return "\n".join([*context, passage_text])
