"""Answers, conversations and feedback, kept."""

from qa.records.choices import Choices
from qa.records.inbox import HeldUp, Inbox, InboxItem
from qa.records.jobs import JobQueue
from qa.records.keys import Scope
from qa.records.outbox import Outbox, Posting
from qa.records.records import Records, open_records

__all__ = [
    "Choices",
    "HeldUp",
    "Inbox",
    "InboxItem",
    "JobQueue",
    "Outbox",
    "Posting",
    "Records",
    "Scope",
    "open_records",
]
