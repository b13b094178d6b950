"""Everything people do in Slack goes into the inbox before Slack is answered."""

from __future__ import annotations

from collections.abc import Callable

from bots.slack.channels import Channels
from bots.slack.events import Asked, Deleted, Event, Reader, ToAdd
from qa.desk import Desk


class Taking:
    """Puts what was asked into the inbox and wakes the worker."""

    def __init__(self, desk: Desk, wake: Callable[[], None]) -> None:
        self._records = desk.records
        self._inbox = desk.records.inbox()
        self._channels = Channels(desk.records.choices())
        self._wake = wake

    def put(self, key: str, kind: str, item: Asked | Deleted | ToAdd) -> None:
        """Once, however often it is put."""
        if self._inbox.put(key, kind, item.model_dump_json()):
            self._wake()

    def put_event(self, event: Event, reader: Reader) -> None:
        """What an event asks, if it asks us: by name, directly, in our thread, or of anybody."""
        found = reader.read(event)
        if isinstance(found, Deleted):
            self.put(f"{found.key}:deleted", "delete", found)
        elif isinstance(found, ToAdd):
            self.put(found.key, "add", found)
        elif found is not None:
            kind = self._kind(found)
            if kind is not None:
                self.put(found.inbox_key, kind, found)

    def _kind(self, asked: Asked) -> str | None:
        if asked.mentioned or self._records.has_conversation(asked.conversation_id):
            return "message"
        opens_thread = asked.thread_ts == asked.ts and not asked.edited_ts
        if opens_thread and asked.question.endswith("?"):
            return "unasked" if self._answers_unasked(asked) else None
        return None

    def _answers_unasked(self, asked: Asked) -> bool:
        return self._channels.settings(asked.team, asked.channel).unasked
