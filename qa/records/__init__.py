"""Answers, conversations and feedback, kept."""

from qa.records.inbox import Inbox, InboxItem
from qa.records.keys import Scope
from qa.records.records import Records, open_records

__all__ = ["Inbox", "InboxItem", "Records", "Scope", "open_records"]
