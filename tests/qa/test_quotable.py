"""What can be quoted of a passage."""

from __future__ import annotations

from qa.quotable import MAX_WORDS, quotable_spans


def quotable(text: str) -> list[str]:
    return [text[span.start : span.end] for span in quotable_spans(text)]


def test_remarks_behind_a_sentence_are_not_quoted() -> None:
    assert quotable("The law holds.[12] It was signed [in haste]. [citation needed] He left.") == [
        "The law holds.",
        "It was signed [in haste].",
        "He left.",
    ]


def test_a_very_long_sentence_comes_in_parts_cut_at_its_commas() -> None:
    clause = "the council heard what the engineers of the harbour had to say of it"
    parts = quotable(", ".join([clause] * 8) + ".")
    assert len(parts) > 1
    assert all(len(part.split()) <= MAX_WORDS for part in parts)
    assert all(part.endswith((",", ".")) for part in parts)
