"""Outcomes made by hand."""

from __future__ import annotations

from typing import Any

from qa.evaluating.judging import Outcome


def outcome(name: str = "q", **changed: Any) -> Outcome:
    """A rightly answered question, but for what is `changed`."""
    return Outcome(
        **{
            "id": name,
            "question": f"Question {name}?",
            "standalone_question": f"Question {name}?",
            "answerable": True,
            "answered": True,
            "right": True,
            "rank": 1,
            "expected": ("1874",),
            "said": "It was built in 1874.",
            "span": "1874",
            "exact_match": 1.0,
            "f1": 1.0,
            "span_in_citations": True,
            "verbatim": 1.0,
            "relevant_citations": 1.0,
            "confidence": 0.9,
            "milliseconds": {"total": 20.0, "retrieve": 5.0, "rerank": 14.0, "answer": 1.0},
            **changed,
        }
    )
