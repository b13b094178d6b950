"""The Bolt app: what people do in Slack, taken and acknowledged."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App, BoltContext
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore

from bots.slack.adding import NOTHING_TO_ADD, may_add, not_allowed
from bots.slack.assistant import create_assistant
from bots.slack.blocks import FEEDBACK, FOLLOW_UP, PASSAGE, passage_modal
from bots.slack.events import Asked, Reader, ToAdd
from bots.slack.home import Home, take_home
from bots.slack.installing import authorize, oauth_flow
from bots.slack.links import links_in, plain
from bots.slack.manifest import ADD_SHORTCUT, ASK_SHORTCUT, COMMAND
from bots.slack.taking import Taking
from qa.desk import Desk
from qa.settings import Settings

_USAGE = (
    f"Ask the articles something: `{COMMAND} Why does China buy Ukrainian corn?`\n"
    f"Add an article: `{COMMAND} add https://example.org/story`"
)
_ADDING = "I am adding it and say here when it can be asked about."
_ADD = re.compile(r"add\s", re.IGNORECASE)
_AROUND = 900

Ack = Callable[..., None]
Body = Mapping[str, Any]


def create_app(
    settings: Settings,
    desk: Desk,
    client: WebClient,
    taking: Taking,
    installed: SQLAlchemyInstallationStore | None,
) -> App:
    """The app; `installed` is the installation store where it serves several workspaces."""
    secret = settings.slack_signing_secret
    several: dict[str, Any] = {}
    if installed is not None:
        several["oauth_flow"] = oauth_flow(settings, desk.records, client, installed)
        several["authorize"] = authorize(settings, installed)
    app = App(
        client=client,
        signing_secret=secret.get_secret_value() if secret else None,
        request_verification_enabled=secret is not None,
        **several,
    )
    if installed is not None:
        app.enable_token_revocation_listeners()
    _take_events(app, taking)
    app.assistant(create_assistant(desk))
    _take_command(app, taking, settings)
    _take_shortcuts(app, taking, settings)
    _take_actions(app, taking, desk)
    take_home(app, Home(settings, desk))
    return app


def _take_events(app: App, taking: Taking) -> None:
    @app.middleware
    def keep(body: Body, context: BoltContext, next_: Callable[[], None]) -> None:
        """Runs before Bolt acknowledges: what is not kept here, Slack sends again."""
        if body.get("type") == "event_callback":
            taking.put_event(body.get("event") or {}, _reader(context))
        next_()

    @app.event("app_mention")
    @app.event("message")
    def on_message() -> None:
        """The middleware has kept it."""


def _take_command(app: App, taking: Taking, settings: Settings) -> None:
    @app.command(COMMAND)
    def on_command(body: Body, context: BoltContext, ack: Ack) -> None:
        text = str(body.get("text") or "").strip()
        addresses = links_in(text) if _ADD.match(text) else ()
        if addresses and not may_add(settings, body["user_id"], body["channel_id"]):
            ack(not_allowed(body["user_id"], body["channel_id"]))
        elif addresses:
            taking.put(f"{_command_key(body)}:add", "add", _add_command(body, context, addresses))
            ack(_ADDING)
        elif question := plain(text):
            taking.put(_command_key(body), "command", _ask_command(body, context, question))
            ack()
        else:
            ack(_USAGE)


def _command_key(body: Body) -> str:
    return f"slack:command:{body['trigger_id']}"


def _ask_command(body: Body, context: BoltContext, question: str) -> Asked:
    return Asked(
        team=str(context.team_id),
        author_team=body["team_id"],
        channel=body["channel_id"],
        user=body["user_id"],
        ts="",
        thread_ts="",
        question=question,
        response_url=body.get("response_url"),
    )


def _add_command(body: Body, context: BoltContext, addresses: tuple[str, ...]) -> ToAdd:
    return ToAdd(
        key=f"{_command_key(body)}:add",
        team=str(context.team_id),
        channel=body["channel_id"],
        thread_ts="",
        user=body["user_id"],
        addresses=addresses,
        response_url=body.get("response_url"),
    )


def _take_shortcuts(app: App, taking: Taking, settings: Settings) -> None:
    @app.shortcut(ASK_SHORTCUT)
    def on_ask(body: Body, context: BoltContext, ack: Ack) -> None:
        message = body["message"]
        question = plain(str(message.get("text") or ""), str(context.bot_user_id))
        if question:
            asked = Asked(
                team=str(context.team_id),
                author_team=body["team"]["id"],
                channel=body["channel"]["id"],
                user=body["user"]["id"],
                ts=message["ts"],
                thread_ts=message.get("thread_ts") or message["ts"],
                question=question,
                response_url=body.get("response_url"),
            )
            taking.put(f"{asked.key}:shortcut", "message", asked)
        ack()

    @app.shortcut(ADD_SHORTCUT)
    def on_add(body: Body, context: BoltContext, ack: Ack, respond: Callable[..., Any]) -> None:
        channel, user = body["channel"]["id"], body["user"]["id"]
        wanted = _reader(context).to_add(body["message"], channel, user)
        if wanted is None or not may_add(settings, user, channel):
            ack()
            why = NOTHING_TO_ADD if wanted is None else not_allowed(user, channel)
            respond(text=why, response_type="ephemeral", replace_original=False)
            return
        wanted = wanted.model_copy(update={"response_url": body.get("response_url")})
        taking.put(wanted.key, "add", wanted)
        ack()


def _take_actions(app: App, taking: Taking, desk: Desk) -> None:
    @app.action(FEEDBACK)
    def on_feedback(ack: Ack, action: Body) -> None:
        answer_id, verdict = str(action["value"]).split(" ")
        desk.records.judge(answer_id, helpful=verdict == "yes", comment=None)
        ack()

    @app.action(re.compile(f"{FOLLOW_UP}_\\d+"))
    def on_follow_up(ack: Ack, action: Body, body: Body, context: BoltContext) -> None:
        answer_id, number, question = str(action["value"]).split(" ", 2)
        message = body["message"]
        asked = Asked(
            team=str(context.team_id),
            author_team=body["user"].get("team_id") or str(context.team_id),
            channel=body["channel"]["id"],
            user=body["user"]["id"],
            ts=f"{answer_id}.{number}",
            thread_ts=message.get("thread_ts") or message["ts"],
            question=question,
            shown=True,
        )
        taking.put(asked.key, "message", asked)
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


def _reader(context: BoltContext) -> Reader:
    return Reader(str(context.team_id), str(context.bot_user_id))
