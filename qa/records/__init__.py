"""Answers, conversations and feedback, kept."""

from qa.records.records import Records, open_records

__all__ = ["Records", "open_records"]
