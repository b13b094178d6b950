"""The app's Home tab: what a channel is answered from, and whether unasked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from slack_bolt import App, BoltContext
from slack_sdk import WebClient

from bots.slack.adding import may_add
from bots.slack.blocks import Block, mrkdwn, plain_text, section
from bots.slack.channels import Channels, ChannelSettings
from bots.slack.markup import cut
from qa.desk import Desk
from qa.settings import Settings

CHANNEL = "footnote_home_channel"
TAGS = "footnote_home_tags"
SOURCES = "footnote_home_sources"
UNASKED = "footnote_home_unasked"
# https://docs.slack.dev/reference/block-kit/composition-objects/option-object
_MAX_OPTION = 75
_MAX_OPTIONS = 100
_INTRODUCTION = (
    "*Ask me anything the articles may know.* Mention me in a channel, write to me here, or use "
    "`/ask`. Every sentence I answer with carries its quote; when the articles do not say, so do I."
)
_READ_ONLY = (
    "Only editors may change this. Whoever runs Footnote can name you (`{user}`) or the channel in "
    "FOOTNOTE_SLACK_EDITORS."
)

Ack = Callable[..., None]
Body = Mapping[str, Any]


class Home:
    """Shows and changes the settings of channels."""

    def __init__(self, settings: Settings, desk: Desk) -> None:
        self._settings = settings
        self._searcher = desk.searcher
        self._channels = Channels(desk.records.choices())

    def view(self, team: str, user: str, channel: str | None) -> Block:
        """The tab as this person sees it, with the settings of the channel that was chosen."""
        blocks = [section(_INTRODUCTION), {"type": "divider"}, _channel_choice(channel)]
        if channel is not None:
            chosen = self._channels.settings(team, channel)
            if may_add(self._settings, user, channel):
                blocks += _choices(chosen)
            else:
                note = mrkdwn(_READ_ONLY.format(user=user))
                blocks += [section(_described(chosen)), {"type": "context", "elements": [note]}]
        return {"type": "home", "private_metadata": channel or "", "blocks": blocks}

    def options(self, action: str, typed: str) -> list[Block]:
        """Tags or sources that contain what was typed."""
        articles = self._searcher.every_article()
        if action == TAGS:
            known = {tag for article in articles for tag in article.tags}
        else:
            known = {article.source for article in articles if article.source}
        fitting = (one for one in sorted(known) if typed.lower() in one.lower())
        return [_option(one) for one in fitting if len(one) <= _MAX_OPTION][:_MAX_OPTIONS]

    def change(self, team: str, user: str, channel: str, action: Body) -> None:
        """Keeps what an editor chose; of others nothing."""
        if not may_add(self._settings, user, channel):
            return
        chosen = self._channels.settings(team, channel)
        values = tuple(option["value"] for option in action.get("selected_options") or ())
        if action["action_id"] == UNASKED:
            chosen.unasked = bool(values)
        elif action["action_id"] == TAGS:
            chosen.tags = values
        else:
            chosen.sources = values
        self._channels.keep(team, channel, chosen)


def take_home(app: App, home: Home) -> None:
    """Lets the app show the tab and take what is chosen in it."""

    @app.event("app_home_opened")
    def on_opened(event: Body, context: BoltContext, client: WebClient) -> None:
        if event.get("tab") == "home":
            _show(home, client, context, event["user"], _shown(event.get("view")))

    @app.action(CHANNEL)
    def on_channel(
        ack: Ack, action: Body, body: Body, context: BoltContext, client: WebClient
    ) -> None:
        ack()
        _show(home, client, context, body["user"]["id"], action["selected_conversation"])

    @app.action(re.compile("|".join((TAGS, SOURCES, UNASKED))))
    def on_choice(
        ack: Ack, action: Body, body: Body, context: BoltContext, client: WebClient
    ) -> None:
        user, channel = body["user"]["id"], _shown(body.get("view"))
        if channel is not None:
            home.change(str(context.team_id), user, channel, action)
        ack()
        _show(home, client, context, user, channel)

    @app.options(re.compile(f"{TAGS}|{SOURCES}"))
    def on_options(ack: Ack, payload: Body) -> None:
        ack(options=home.options(payload["action_id"], str(payload.get("value") or "")))


def _show(
    home: Home, client: WebClient, context: BoltContext, user: str, channel: str | None
) -> None:
    client.views_publish(user_id=user, view=home.view(str(context.team_id), user, channel))


def _shown(view: Body | None) -> str | None:
    """The channel whose settings a view shows."""
    return str((view or {}).get("private_metadata") or "") or None


def _channel_choice(channel: str | None) -> Block:
    select: Block = {
        "type": "conversations_select",
        "action_id": CHANNEL,
        "placeholder": plain_text("Choose a channel"),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if channel is not None:
        select["initial_conversation"] = channel
    return {**section("*Settings of a channel*"), "accessory": select}


def _choices(chosen: ChannelSettings) -> list[Block]:
    unasked = {
        "text": plain_text("Answer questions that nobody put to me, when I am sure"),
        "value": "unasked",
    }
    checkboxes: Block = {"type": "checkboxes", "action_id": UNASKED, "options": [unasked]}
    if chosen.unasked:
        checkboxes["initial_options"] = [unasked]
    return [
        _multi_select("Answer from articles with these tags only", TAGS, chosen.tags),
        _multi_select("Answer from these sources only", SOURCES, chosen.sources),
        {"type": "actions", "elements": [checkboxes]},
    ]


def _multi_select(label: str, action_id: str, values: Iterable[str]) -> Block:
    select: Block = {
        "type": "multi_external_select",
        "action_id": action_id,
        "min_query_length": 0,
        "placeholder": plain_text("All"),
    }
    options = [_option(one) for one in values]
    if options:
        select["initial_options"] = options
    return {**section(label), "accessory": select}


def _option(value: str) -> Block:
    return {"text": plain_text(cut(value, _MAX_OPTION)), "value": value}


def _described(chosen: ChannelSettings) -> str:
    unasked = "Questions that nobody put to me are answered, too." if chosen.unasked else ""
    narrowed = "Answers come from some of the articles." if chosen.tags or chosen.sources else ""
    return f"{narrowed or 'Answers come from all articles.'} {unasked}".strip()
