"""The bot inside `footnote serve`: Slack sends its events to `/slack/events`, signed."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from qa.desk import Desk
from qa.http.mounts import Details
from qa.settings import Settings

if TYPE_CHECKING:
    from slack_bolt import App

    from bots.slack.worker import Worker

_LOGGER = logging.getLogger(__name__)


class SlackOverHttp:
    """Bolt checks every request's signature and age.

    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """

    def __init__(self, settings: Settings) -> None:
        self.router = APIRouter(include_in_schema=False)
        self.router.add_api_route("/slack/events", self._take, methods=["POST"])
        self._settings = settings
        self._app: App | None = None
        self._worker: Worker | None = None

    def start(self, desk: Desk) -> None:
        """Asks Slack who the bot is. What goes wrong is logged; Slack's events are not taken."""
        # Here and below: a server without the bot does not load Slack's libraries.
        from bots.slack.app import create_app, slack_client
        from bots.slack.worker import Worker

        client = slack_client(self._settings)
        worker = Worker(desk, client)
        try:
            self._app = create_app(self._settings, desk, client, worker)
        except Exception:
            _LOGGER.exception("the Slack bot cannot start; check FOOTNOTE_SLACK_BOT_TOKEN")
            return
        worker.start()
        self._worker = worker

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """At the end, finishes the replies that are being written."""
        yield
        if self._worker is not None:
            await run_in_threadpool(self._worker.close)

    def details(self) -> Details:
        """Whether Slack's events are taken."""
        return {"state": "not started" if self._app is None else "ready"}

    async def _take(self, request: Request) -> Response:
        if self._app is None:
            return Response(status_code=503, headers={"Retry-After": "1"})
        from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response

        bolt_request = to_bolt_request(request, await request.body())
        reply = await run_in_threadpool(self._app.dispatch, bolt_request)
        return to_starlette_response(reply)


def mount(settings: Settings) -> SlackOverHttp | None:
    """The bot, if a signing secret says that Slack may send events here."""
    return None if settings.slack_signing_secret is None else SlackOverHttp(settings)
