"""The bot inside `footnote serve`: Slack sends its events to `/slack/events`, signed."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from qa.desk import Desk
from qa.errors import CollectionError
from qa.http.answering import Answering
from qa.http.mounts import Details
from qa.settings import Settings

if TYPE_CHECKING:
    from slack_bolt import BoltRequest, BoltResponse
    from slack_bolt.oauth import OAuthFlow

    from bots.slack.bot import SlackBot

_LOGGER = logging.getLogger(__name__)


class SlackOverHttp:
    """Bolt checks every request's signature and age.

    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """

    def __init__(self, settings: Settings) -> None:
        self.router = APIRouter(include_in_schema=False)
        self.router.add_api_route("/slack/events", self._take, methods=["POST"])
        if settings.slack_client_id is not None:
            self.router.add_api_route("/slack/install", self._install, methods=["GET"])
            self.router.add_api_route("/slack/oauth_redirect", self._installed, methods=["GET"])
        self._settings = settings
        self._bot: SlackBot | None = None

    def start(self, desk: Desk, _answering: Answering) -> None:
        """Asks Slack who the bot is. What goes wrong is logged; Slack's events are not taken."""
        # Here and below: a server without the bot does not load Slack's libraries.
        from bots.slack.bot import SlackBot

        try:
            bot = SlackBot(self._settings, desk)
        except Exception:
            _LOGGER.exception("the Slack bot cannot start; check FOOTNOTE_SLACK_BOT_TOKEN")
            return
        bot.worker.start()
        self._bot = bot

    def details(self) -> Details:
        """How it stands, for /readyz."""
        if self._bot is None:
            return {"state": "not started"}
        try:
            return self._bot.details()
        except CollectionError as error:
            return {"state": "failing", "problem": str(error)}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """At the end, finishes the replies that are being written."""
        yield
        if self._bot is not None:
            await run_in_threadpool(self._bot.worker.close)

    async def _take(self, request: Request) -> Response:
        return await self._answered(request, lambda bot, asked: bot.app.dispatch(asked))

    async def _install(self, request: Request) -> Response:
        return await self._answered(
            request, lambda bot, asked: _flow(bot).handle_installation(asked)
        )

    async def _installed(self, request: Request) -> Response:
        return await self._answered(request, lambda bot, asked: _flow(bot).handle_callback(asked))

    async def _answered(
        self, request: Request, answer: Callable[[SlackBot, BoltRequest], BoltResponse]
    ) -> Response:
        bot = self._bot
        if bot is None:
            return Response(status_code=503, headers={"Retry-After": "1"})
        from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response

        asked = to_bolt_request(request, await request.body())
        return to_starlette_response(await run_in_threadpool(answer, bot, asked))


def _flow(bot: SlackBot) -> OAuthFlow:
    flow = bot.app.oauth_flow
    assert flow is not None  # noqa: S101 - the routes are there only with a client id
    return flow


def mount(settings: Settings) -> SlackOverHttp | None:
    """The bot, if a signing secret says that Slack may send events here."""
    return None if settings.slack_signing_secret is None else SlackOverHttp(settings)
