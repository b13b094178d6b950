"""Answers, conversations and feedback, kept."""

from qa.records.inbox import Inbox, InboxItem
from qa.records.jobs import JobQueue
from qa.records.keys import Scope
from qa.records.records import Records, open_records

__all__ = ["Inbox", "InboxItem", "JobQueue", "Records", "Scope", "open_records"]
