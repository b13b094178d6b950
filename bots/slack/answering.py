"""From a question in Slack to its one reply."""

from __future__ import annotations

from collections.abc import Callable

from slack_sdk.errors import SlackApiError

from bots.slack import streaming
from bots.slack.blocks import below, fallback_text, reply_blocks, streamed_pieces
from bots.slack.channels import Channels
from bots.slack.events import Asked, Deleted
from bots.slack.markup import cut, escaped, escaped_markdown
from bots.slack.posting import REPLY, Message, Place, Poster
from bots.slack.streaming import Streams
from bots.slack.workspaces import Workspaces
from qa.answer import MAX_QUESTION_CHARACTERS, Answer, Question
from qa.desk import Desk
from qa.records import Inbox, Posting

HEADER = "footnote_question"
_STATUS = "is reading the articles…"
_MAX_SHOWN = 1_000
_MAX_TITLE = 80


class Answering:
    """Answers questions in their threads, and takes answers back.

    `sure` is the confidence from which a question is answered that was not put to the bot.
    """

    def __init__(
        self, desk: Desk, workspaces: Workspaces, inbox: Inbox, poster: Poster, sure: float
    ) -> None:
        self._desk = desk
        self._workspaces = workspaces
        self._inbox = inbox
        self._poster = poster
        self._sure = sure
        self._channels = Channels(desk.records.choices())
        self._streams = Streams()

    def answer(self, asked: Asked, item_key: str) -> None:
        """Replies in the thread, or changes the reply where the question was edited."""
        place = self._place(asked)
        known = self._poster.outbox.find(asked.key)
        if known is not None and _is_settled(known, asked):
            return
        if known is None and asked.channel.startswith("D"):
            self._prepare_pane(place, asked)
        answer = self._answer(asked, known)
        if not self._is_cancelled(asked, item_key):
            self._deliver(answer, asked, place)

    def answer_if_sure(self, asked: Asked, item_key: str) -> None:
        """Replies to what was not put to the bot, if the articles clearly say it."""
        known = self._poster.outbox.find(asked.key)
        if known is not None:
            self.answer(asked, item_key)
            return
        answer = self._ask(asked, self._is_sure)
        if self._is_sure(answer) and not self._is_cancelled(asked, item_key):
            self._deliver(answer, asked, self._place(asked))

    def answer_command(self, asked: Asked, item_key: str) -> None:
        """Shows the channel what was asked, and answers below it."""
        text = f"<@{asked.user}> asked: {escaped(asked.question, _MAX_SHOWN)}"
        channel = Place(self._workspaces.find(asked.team), asked.channel)
        ts = self._poster.post_once(f"{item_key}:header", HEADER, channel, {"text": text})
        below_it = {"ts": ts, "thread_ts": ts, "shown": False}
        self.answer(asked.model_copy(update=below_it), item_key)

    def take_back(self, deleted: Deleted) -> None:
        """Removes the reply to a question that its author deleted, or prevents it."""
        self._inbox.cancel(deleted.key)
        posting = self._poster.outbox.find(deleted.key)
        if posting is None:
            return
        place = Place(self._workspaces.find(deleted.team), deleted.channel, deleted.thread_ts)
        ts = self._poster.standing(posting, REPLY, place)
        if ts is not None:
            place.workspace.client.chat_delete(channel=deleted.channel, ts=ts)

    def _prepare_pane(self, place: Place, asked: Asked) -> None:
        """Says that the bot is at work and names the thread, where Slack shows that.

        The status goes away with the reply.
        """
        client, thread_ts = place.workspace.client, asked.thread_ts
        is_new = not self._desk.records.has_conversation(asked.conversation_id)
        try:
            client.assistant_threads_setStatus(
                channel_id=place.channel, thread_ts=thread_ts, status=_STATUS
            )
            if is_new and thread_ts != asked.ts:
                title = cut(asked.question, _MAX_TITLE)
                client.assistant_threads_setTitle(
                    channel_id=place.channel, thread_ts=thread_ts, title=title
                )
        except SlackApiError:
            return

    def _place(self, asked: Asked) -> Place:
        return Place(self._workspaces.find(asked.team), asked.channel, asked.thread_ts)

    def _answer(self, asked: Asked, known: Posting | None) -> Answer:
        """The answer that was begun to be posted before a crash, else a new one."""
        if known is not None and known.answer_id and known.version == asked.edited_ts:
            kept = self._desk.records.answer(known.answer_id)
            if kept is not None:
                return kept
        return self._ask(asked, lambda _answer: True)

    def _ask(self, asked: Asked, keep_if: Callable[[Answer], bool]) -> Answer:
        question = Question(
            question=asked.question[:MAX_QUESTION_CHARACTERS],
            conversation_id=asked.conversation_id,
            filters=self._channels.settings(asked.team, asked.channel).filters(),
        )
        return self._desk.ask(question, keep_if=keep_if)

    def _is_sure(self, answer: Answer) -> bool:
        return answer.status == "answered" and answer.confidence >= self._sure

    def _is_cancelled(self, asked: Asked, item_key: str) -> bool:
        return self._inbox.is_cancelled(asked.key) or self._inbox.is_cancelled(item_key)

    def _deliver(self, answer: Answer, asked: Asked, place: Place) -> None:
        """Streams or posts a new reply; finishes or changes one that stands there already."""
        key, outbox = asked.key, self._poster.outbox
        posting = outbox.begin(key, answer.id, asked.edited_ts)
        if not posting.is_new and posting.version != asked.edited_ts:
            outbox.revise(key, answer.id, asked.edited_ts)
        ts = self._poster.standing(posting, REPLY, place)
        if ts is None:
            ts, is_whole = self._post(answer, asked, place)
        else:
            is_whole = False
        if not is_whole:
            streaming.close(place, ts, key)
            self._poster.update(key, REPLY, place, ts, _message(answer, asked))
        outbox.complete(key, f"{asked.channel} {ts}")

    def _post(self, answer: Answer, asked: Asked, place: Place) -> tuple[str, bool]:
        """Where the reply stands now, and whether it is whole."""
        key = asked.key
        pieces = streamed_pieces(answer, _shown_markdown(asked))
        if pieces:
            recipient = asked.author_team, asked.user
            stream = self._streams.start(place, recipient, pieces[0])
            if stream is not None:
                ts = str(stream.ts)
                self._poster.outbox.note_place(key, f"{asked.channel} {ts}")
                rest = below(self._with_follow_ups(answer))
                return ts, streaming.finish(stream, pieces[1:], rest, key)
        return self._poster.post(key, REPLY, place, _message(answer, asked)), True

    def _with_follow_ups(self, answer: Answer) -> Answer:
        """With questions to go on with: they take a moment, in which the text is read already."""
        found = self._desk.follow_up_questions(answer)
        return answer.model_copy(update={"follow_up_questions": found})


def _is_settled(known: Posting, asked: Asked) -> bool:
    """Whether the reply stands there already, for this version of the question or a later one."""
    if known.version > asked.edited_ts:
        return True
    return known.complete and known.version == asked.edited_ts


def _message(answer: Answer, asked: Asked) -> Message:
    shown = ""
    if asked.shown:
        shown = f"<@{asked.user}> asked: {escaped(asked.question, _MAX_SHOWN)}\n"
    return {"text": fallback_text(answer), "blocks": reply_blocks(answer, shown)}


def _shown_markdown(asked: Asked) -> str:
    if not asked.shown:
        return ""
    return f"<@{asked.user}> asked: {escaped_markdown(asked.question, _MAX_SHOWN)}\n\n"
