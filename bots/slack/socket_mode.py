"""The bot over Socket Mode (https://docs.slack.dev/apis/events-api/using-socket-mode)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError

from bots.slack.bot import SlackBot
from bots.slack.workspaces import slack_client
from qa.desk import Desk
from qa.errors import SetupError
from qa.settings import Settings


@contextmanager
def running(settings: Settings, desk: Desk) -> Iterator[None]:
    """The bot at work for as long as the block lasts.

    Raises `SetupError` when a token is missing or Slack refuses it, `CollectionError` when the
    collection cannot answer.
    """
    token = settings.slack_app_token
    if token is None or (settings.slack_bot_token is None and settings.slack_client_id is None):
        raise SetupError(
            "Set FOOTNOTE_SLACK_BOT_TOKEN (xoxb-…) and FOOTNOTE_SLACK_APP_TOKEN (xapp-…); "
            "docs/slack.md says where they come from."
        )
    desk.searcher.check_ready()
    try:
        bot = SlackBot(settings, desk)
        client = slack_client(settings)
        handler = SocketModeHandler(bot.app, token.get_secret_value(), web_client=client)
        handler.connect()  # type: ignore[no-untyped-call]
    except SlackApiError as error:
        reason = error.response.get("error")
        raise SetupError(f"Slack refused the token ({reason}); see docs/slack.md.") from error
    except OSError as error:
        raise SetupError(f"Slack cannot be reached ({error}); check the network.") from error
    bot.worker.start()
    try:
        yield
    finally:
        handler.close()  # type: ignore[no-untyped-call]
        bot.worker.close()
