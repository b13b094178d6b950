"""The whole bot over one data folder: the app that takes, the worker that answers."""

from __future__ import annotations

from slack_bolt import App

from bots.slack.app import create_app
from bots.slack.installing import installation_store
from bots.slack.taking import Taking
from bots.slack.worker import Worker
from bots.slack.workspaces import InstalledWorkspaces, OneWorkspace, Workspaces, slack_client
from qa.desk import Desk
from qa.http.mounts import Details
from qa.records import Inbox
from qa.settings import Settings


class SlackBot:
    """One workspace by its token, or, with a client id, all that installed the app.

    Asks Slack who the bot is. Raises `SlackApiError` when Slack refuses the token, `OSError` when
    it cannot be reached.
    """

    def __init__(self, settings: Settings, desk: Desk) -> None:
        token = settings.slack_bot_token
        self._inbox: Inbox = desk.records.inbox()
        workspaces: Workspaces
        if settings.slack_client_id is None:
            client = slack_client(settings, token.get_secret_value() if token else None)
            workspaces, store = OneWorkspace(client), None
        else:
            client = slack_client(settings)
            store = installation_store(settings, desk.records)
            workspaces = InstalledWorkspaces(settings, store)
        self.worker = Worker(settings, desk, workspaces)
        taking = Taking(desk, self.worker.wake)
        self.app: App = create_app(settings, desk, client, taking, store)

    def details(self) -> Details:
        """How it stands: whether replies wait, and for what."""
        held_up = self._inbox.held_up()
        if held_up is None:
            return {"state": "ready", "waiting": 0}
        return {"state": "waiting", "waiting": held_up.count, "problem": held_up.problem}
