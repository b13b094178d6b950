"""Works on the inbox until everything in it is done, whatever fails in between."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from http.client import HTTPException

import httpx
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bots.slack.adding import ArticlesFromSlack
from bots.slack.answering import Answering
from bots.slack.events import Asked, Deleted, InThread, ToAdd
from bots.slack.markup import escaped
from bots.slack.posting import Place, Poster
from bots.slack.workspaces import NotInstalledError, Workspaces
from qa.answer import Correction
from qa.desk import Desk
from qa.records import InboxItem
from qa.settings import Settings

_LOGGER = logging.getLogger(__name__)
_SECONDS_BETWEEN_LOOKS = 0.1
_SECONDS_BETWEEN_TRIES = 1.0
_THREADS = 8
_LANES = 64
_NOTE = "footnote_correction"
# slack, team, channel, thread: see `InThread.conversation_id`.
_PARTS_OF_A_THREAD = 4
# Errors that no later attempt mends (https://docs.slack.dev/reference/methods/chat.postMessage).
_FINAL = {
    "channel_not_found", "is_archived", "message_not_found", "not_in_channel", "no_permission",
    "restricted_action", "thread_not_found", "cant_update_message", "cant_delete_message",
}  # fmt: skip
_UNINVITED = {"channel_not_found", "not_in_channel"}
_INVITE = "I am not in this channel yet: `/invite` me, then ask again."


class Note(InThread):
    """A correction to tell in a thread."""

    correction: Correction


class Worker:
    """Does what is in the inbox, on threads of its own."""

    def __init__(self, settings: Settings, desk: Desk, workspaces: Workspaces) -> None:
        self._desk = desk
        self._workspaces = workspaces
        self._inbox = inbox = desk.records.inbox()
        self._poster = poster = Poster(desk.records.outbox())
        sure = settings.slack_unasked_confidence
        self._answering = Answering(desk, workspaces, inbox, poster, sure)
        self._articles = ArticlesFromSlack(settings, desk, workspaces, poster)
        self._stop = threading.Event()
        self._new = threading.Event()
        self._slack_is_away = threading.Event()
        # What belongs to one thread is done one after the other.
        self._lanes = [threading.Lock() for _ in range(_LANES)]
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
            threading.Thread(target=self._run, name=f"slack-{number}") for number in range(_THREADS)
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
        _, team, channel, thread_ts = place
        note = Note(team=team, channel=channel, thread_ts=thread_ts, correction=correction)
        key = f"slack:correction:{correction.number}"
        return self._inbox.put(key, "note", note.model_dump_json())

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
        wanted: InThread | None = None
        try:
            shape, do = self._ways()[item.kind]
            wanted = shape.model_validate_json(item.body)
            with self._lanes[hash(wanted.conversation_id) % _LANES]:
                do(wanted, item)
            self._inbox.finish(item.key)
        except SlackApiError as error:
            self._refused(item, wanted, str(error.response.get("error")))
        except NotInstalledError:
            _LOGGER.warning("%s is given up: the workspace has removed the bot", item.key)
            self._inbox.finish(item.key)
        except (OSError, HTTPException, httpx.TransportError) as error:
            _LOGGER.warning("%s waits: Slack cannot be reached (%s)", item.key, error)
            self._inbox.put_off(item, f"Slack cannot be reached ({error})")
            self._slack_is_away.set()
        except Exception as error:
            _LOGGER.exception("%s is tried again", item.key)
            self._inbox.put_off(item, f"something unexpected went wrong ({error})")
        else:
            self._note_that_slack_is_back()

    def _ways(self) -> dict[str, tuple[type[InThread], Callable[..., None]]]:
        """What is done with each kind of item: its shape, and the way."""
        answering = self._answering
        return {
            "message": (Asked, lambda asked, item: answering.answer(asked, item.key)),
            "unasked": (Asked, lambda asked, item: answering.answer_if_sure(asked, item.key)),
            "command": (Asked, lambda asked, item: answering.answer_command(asked, item.key)),
            "delete": (Deleted, lambda deleted, _item: answering.take_back(deleted)),
            "add": (ToAdd, lambda wanted, _item: self._articles.add(wanted)),
            "note": (Note, self._tell),
        }

    def _refused(self, item: InboxItem, wanted: InThread | None, reason: str) -> None:
        if reason not in _FINAL:
            _LOGGER.warning("%s is tried again: Slack says %s", item.key, reason)
            self._inbox.put_off(item, f"Slack says {reason}")
            return
        _LOGGER.warning("%s is given up: Slack says %s", item.key, reason)
        address = getattr(wanted, "response_url", None)
        if address is not None and reason in _UNINVITED:
            WebhookClient(address).send(text=_INVITE, response_type="ephemeral")
        self._inbox.finish(item.key)

    def _note_that_slack_is_back(self) -> None:
        if self._slack_is_away.is_set():
            self._slack_is_away.clear()
            self._inbox.retry_now()
            self.wake()

    def _tell(self, note: Note, item: InboxItem) -> None:
        """Says below an answer that an article it quotes was corrected or withdrawn."""
        place = Place(self._workspaces.find(note.team), note.channel, note.thread_ts)
        one = note.correction
        text = (
            f"*{escaped(one.title, 300)}* was {one.change} on {one.noticed_at[:10]}: "
            "a quote in the answer above is no longer in it. Ask again for what it says now."
        )
        self._poster.post_once(item.key, _NOTE, place, {"text": text})
