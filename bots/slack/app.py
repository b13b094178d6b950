"""The Bolt app: everything people do in Slack goes into the inbox before Slack is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bots.slack.blocks import FEEDBACK, PASSAGE, passage_modal
from bots.slack.events import Asked, Deleted, asked_in, plain
from bots.slack.worker import Worker
from qa.desk import Desk
from qa.settings import Settings

COMMAND = "/ask"
SHORTCUT = "footnote_ask"
_USAGE = f"Ask the articles something: `{COMMAND} Why does China buy Ukrainian corn?`"
_RATE_LIMIT_RETRIES = 8
_AROUND = 900

Ack = Callable[..., None]
Body = Mapping[str, Any]


def slack_client(settings: Settings) -> WebClient:
    """A client that waits out rate limits.

    It does not try again by itself when a connection breaks, as the SDK's own would: the message
    may stand there already. The worker looks first.
    """
    token = settings.slack_bot_token
    return WebClient(
        token=token.get_secret_value() if token else None,
        base_url=settings.slack_api_url,
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=_RATE_LIMIT_RETRIES)],
    )


def create_app(settings: Settings, desk: Desk, client: WebClient, worker: Worker) -> App:
    """The app for one workspace. Asks Slack who it is, so the token must be right."""
    secret = settings.slack_signing_secret
    app = App(
        client=client,
        signing_secret=secret.get_secret_value() if secret else None,
        request_verification_enabled=secret is not None,
    )
    own_user = str(client.auth_test()["user_id"])
    taking = _Taking(desk, worker)
    _take_events(app, taking, own_user)
    _take_requests(app, taking, own_user)
    _take_actions(app, desk)
    return app


class _Taking:
    """Puts what was asked into the inbox and wakes the worker."""

    def __init__(self, desk: Desk, worker: Worker) -> None:
        self._records = desk.records
        self._inbox = desk.records.inbox()
        self._worker = worker

    def put(self, key: str, kind: str, item: Asked | Deleted) -> None:
        """Once, however often it is put."""
        if self._inbox.put(key, kind, item.model_dump_json()):
            self._worker.wake()

    def put_event(self, found: Asked | Deleted | None) -> None:
        """What an event asks, if it asks us: by name, directly, or in a thread we take part in."""
        if isinstance(found, Deleted):
            self.put(f"{found.key}:deleted", "delete", found)
        elif found is not None and (
            found.mentioned or self._records.has_conversation(found.conversation_id)
        ):
            self.put(found.inbox_key, "message", found)


def _take_events(app: App, taking: _Taking, own_user: str) -> None:
    @app.middleware
    def keep(body: Body, next_: Callable[[], None]) -> None:
        """Runs before Bolt acknowledges: what is not kept here, Slack sends again."""
        if body.get("type") == "event_callback":
            taking.put_event(asked_in(body, own_user))
        next_()

    @app.event("app_mention")
    @app.event("message")
    def on_message() -> None:
        """The middleware has kept it."""


def _take_requests(app: App, taking: _Taking, own_user: str) -> None:
    @app.command(COMMAND)
    def on_command(body: Body, ack: Ack) -> None:
        question = plain(str(body.get("text") or ""))
        if not question:
            ack(_USAGE)
            return
        asked = Asked(
            team=body["team_id"],
            channel=body["channel_id"],
            user=body["user_id"],
            ts="",
            thread_ts="",
            question=question,
        )
        taking.put(f"slack:command:{body['trigger_id']}", "command", asked)
        ack()

    @app.shortcut(SHORTCUT)
    def on_shortcut(body: Body, ack: Ack) -> None:
        message = body["message"]
        question = plain(str(message.get("text") or ""), own_user)
        if question:
            asked = Asked(
                team=body["team"]["id"],
                channel=body["channel"]["id"],
                user=body["user"]["id"],
                ts=message["ts"],
                thread_ts=message.get("thread_ts") or message["ts"],
                question=question,
            )
            taking.put(asked.key, "message", asked)
        ack()


def _take_actions(app: App, desk: Desk) -> None:
    @app.action(FEEDBACK)
    def on_feedback(ack: Ack, action: Body) -> None:
        answer_id, verdict = str(action["value"]).split(" ")
        desk.records.judge(answer_id, helpful=verdict == "yes", comment=None)
        ack()

    @app.action(PASSAGE)
    def on_passage(ack: Ack, action: Body, body: Body, client: WebClient) -> None:
        answer_id, number = str(action["value"]).split(" ")
        answer = desk.kept(answer_id)
        cited = [one for one in answer.citations if one.number == int(number)] if answer else []
        ack()
        if not cited:
            return
        article = desk.searcher.article(cited[0].article_id)
        text = article.text if article else ""
        if text[cited[0].start : cited[0].end] != cited[0].quote:
            before = after = ""  # the article has changed since
        else:
            before = text[max(cited[0].start - _AROUND, 0) : cited[0].start]
            after = text[cited[0].end : cited[0].end + _AROUND]
        view = passage_modal(cited[0], before, after)
        client.views_open(trigger_id=body["trigger_id"], view=view)
