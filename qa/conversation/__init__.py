"""Follow-up questions into questions that stand on their own."""

from __future__ import annotations

from qa.conversation.standalone import Turn, standalone_candidates

__all__ = ["Turn", "standalone_candidates"]
