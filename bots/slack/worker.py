"""From the inbox to exactly one reply, whatever is interrupted when."""

from __future__ import annotations

import logging
import threading
from typing import Any

from pydantic import BaseModel
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bots.slack.blocks import escaped, fallback_text, reply_blocks
from bots.slack.events import Asked, Deleted
from qa.answer import MAX_QUESTION_CHARACTERS, Correction, Question
from qa.desk import Desk
from qa.records import InboxItem

_LOGGER = logging.getLogger(__name__)
_SECONDS_BETWEEN_LOOKS = 0.1
_SECONDS_BETWEEN_TRIES = 1.0
_REPLY = "footnote_reply"
_HEADER = "footnote_question"
_NOTE = "footnote_correction"
# slack, team, channel, thread: see `Asked.conversation_id`.
_PARTS_OF_A_THREAD = 4
# Errors that no later attempt mends (https://docs.slack.dev/reference/methods/chat.postMessage).
_FINAL = {
    "channel_not_found", "is_archived", "message_not_found", "not_in_channel", "no_permission",
    "restricted_action", "thread_not_found", "cant_update_message", "cant_delete_message",
}  # fmt: skip


class Note(BaseModel):
    """A correction to tell in a thread."""

    channel: str
    thread_ts: str
    correction: Correction


class Worker:
    """Answers what is in the inbox, on threads of its own."""

    def __init__(self, desk: Desk, client: WebClient, threads: int = 2) -> None:
        self._desk = desk
        self._client = client
        self._inbox = desk.records.inbox()
        self._stop = threading.Event()
        self._new = threading.Event()
        self._count = threads
        self._leader = threading.Thread(target=self._lead, name="slack")

    def start(self) -> None:
        """Begins with what was left over the last time."""
        self._leader.start()

    def wake(self) -> None:
        """There is something new."""
        self._new.set()

    def close(self) -> None:
        """Finishes the replies that are being written."""
        self._stop.set()
        self._new.set()
        self._leader.join()

    def _lead(self) -> None:
        """Waits until no other process works on the inbox, then does."""
        while not self._inbox.take_over():
            if self._stop.wait(_SECONDS_BETWEEN_TRIES):
                return
        threads = [
            threading.Thread(target=self._run, name=f"slack-{number}")
            for number in range(self._count)
        ]
        for thread in threads:
            thread.start()
        self._watch_corrections()
        for thread in threads:
            thread.join()
        self._inbox.release()

    def _watch_corrections(self) -> None:
        """Puts each correction of an answer that stands in Slack into the inbox, until the end."""
        after = 0
        while not self._stop.wait(_SECONDS_BETWEEN_TRIES):
            try:
                for one in self._desk.corrections(after):
                    if self._put_correction(one):
                        self.wake()
                    after = one.number
            except Exception:
                _LOGGER.exception("corrections cannot be read")

    def _put_correction(self, correction: Correction) -> bool:
        answer = self._desk.records.answer(correction.answer_id)
        place = answer.conversation_id.split(":") if answer else []
        if len(place) != _PARTS_OF_A_THREAD or place[0] != "slack":
            return False
        note = Note(channel=place[2], thread_ts=place[3], correction=correction)
        return self._inbox.put(
            f"slack:correction:{correction.number}", "note", note.model_dump_json()
        )

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                item = self._inbox.claim()
            except Exception:
                _LOGGER.exception("the inbox cannot be read")
                item = None
            if item is None:
                self._new.wait(_SECONDS_BETWEEN_LOOKS)
                self._new.clear()
            else:
                self._attempt(item)

    def _attempt(self, item: InboxItem) -> None:
        try:
            self._do(item)
            self._inbox.finish(item.key)
        except SlackApiError as error:
            reason = str(error.response.get("error"))
            if reason in _FINAL:
                _LOGGER.warning("%s is given up: Slack says %s", item.key, reason)
                self._inbox.finish(item.key)
            else:
                _LOGGER.warning("%s is tried again: Slack says %s", item.key, reason)
                self._inbox.put_off(item)
        except Exception:
            _LOGGER.exception("%s is tried again", item.key)
            self._inbox.put_off(item)

    def _do(self, item: InboxItem) -> None:
        if item.kind == "note":
            self._tell(item, Note.model_validate_json(item.body))
            return
        if item.kind == "delete":
            self._take_back(Deleted.model_validate_json(item.body))
            return
        asked = Asked.model_validate_json(item.body)
        if item.kind == "command":
            ts = self._header(item, asked)
            asked = asked.model_copy(update={"ts": ts, "thread_ts": ts})
        self._reply(item, asked)

    def _reply(self, item: InboxItem, asked: Asked) -> None:
        question = Question(
            question=asked.question[:MAX_QUESTION_CHARACTERS],
            conversation_id=asked.conversation_id,
        )
        answer = self._desk.ask(question)
        if self._inbox.is_cancelled(asked.key) or self._inbox.is_cancelled(item.key):
            return
        message: dict[str, Any] = {
            "channel": asked.channel,
            "text": fallback_text(answer),
            "blocks": reply_blocks(answer),
            "metadata": _mark(_REPLY, asked.key),
        }
        posted = self._posted(item, asked)
        if posted is not None and asked.edited_ts:
            self._client.chat_update(ts=posted, **message)
        elif posted is None:
            reply = self._client.chat_postMessage(
                thread_ts=asked.thread_ts, unfurl_links=False, unfurl_media=False, **message
            )
            posted = str(reply["ts"])
        self._inbox.note_reply(item.key, f"{asked.channel} {posted}")

    def _posted(self, item: InboxItem, asked: Asked) -> str | None:
        """Where the reply stands already: known here, or found in the thread after a crash."""
        known = self._inbox.reply_to(asked.key)
        if known is not None and item.kind != "command":
            return known.split(" ")[1]
        if not item.attempts:
            return None
        return self._in_thread(asked.channel, asked.thread_ts, _REPLY, asked.key)

    def _in_thread(self, channel: str, thread_ts: str, kind: str, key: str) -> str | None:
        """The message of a thread that our metadata marks so."""
        found = self._client.conversations_replies(
            channel=channel, ts=thread_ts, include_all_metadata=True, limit=200
        )
        return _marked(found["messages"], kind, key)

    def _header(self, item: InboxItem, asked: Asked) -> str:
        """The message under which a command's reply stands, for others to see what was asked."""
        if item.reply is not None:
            return item.reply.split(" ")[1]
        ts = None
        if item.attempts:
            recent = self._client.conversations_history(
                channel=asked.channel, include_all_metadata=True, limit=100
            )
            ts = _marked(recent["messages"], _HEADER, item.key)
        if ts is None:
            text = f"<@{asked.user}> asked: {escaped(asked.question)}"
            sent = self._client.chat_postMessage(
                channel=asked.channel, text=text, metadata=_mark(_HEADER, item.key)
            )
            ts = str(sent["ts"])
        self._inbox.note_reply(item.key, f"{asked.channel} {ts}")
        return ts

    def _tell(self, item: InboxItem, note: Note) -> None:
        """Says below an answer that an article it quotes was corrected or withdrawn."""
        place = note.channel, note.thread_ts
        if item.attempts and self._in_thread(*place, _NOTE, item.key) is not None:
            return
        one = note.correction
        self._client.chat_postMessage(
            channel=note.channel,
            thread_ts=note.thread_ts,
            text=f"*{escaped(one.title)}* was {one.change} on {one.noticed_at[:10]}: "
            "a quote in the answer above is no longer in it. Ask again for what it says now.",
            metadata=_mark(_NOTE, item.key),
        )

    def _take_back(self, deleted: Deleted) -> None:
        reply = self._inbox.cancel(deleted.key)
        if reply is not None:
            channel, ts = reply.split(" ")
            self._client.chat_delete(channel=channel, ts=ts)


def _mark(kind: str, key: str) -> dict[str, Any]:
    """The metadata by which a message is found again."""
    return {"event_type": kind, "event_payload": {"question": key}}


def _marked(messages: list[dict[str, Any]], kind: str, question: str) -> str | None:
    """The message that our metadata marks as belonging to a question."""
    for message in messages:
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        if metadata.get("event_type") == kind and payload.get("question") == question:
            return str(message["ts"])
    return None
