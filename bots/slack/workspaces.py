"""The workspaces that the bot serves, and how each is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore

from qa.settings import Settings

_RATE_LIMIT_RETRIES = 8


class NotInstalledError(Exception):
    """The workspace has taken the bot away."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace: a client with its token, and the bot's user there."""

    team: str
    client: WebClient
    own_user: str


class Workspaces(Protocol):
    """Finds a workspace by its id."""

    def find(self, team: str) -> Workspace:
        """The workspace. Raises `NotInstalledError` when it has none of the bot."""


def slack_client(settings: Settings, token: str | None = None) -> WebClient:
    """A client that waits out rate limits.

    It does not try again by itself when a connection breaks, as the SDK's own would: the message
    may stand there already. The worker looks first.
    """
    return WebClient(
        token=token,
        base_url=settings.slack_api_url,
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=_RATE_LIMIT_RETRIES)],
    )


class OneWorkspace:
    """The workspace of the token in the settings. Asks Slack who the bot is."""

    def __init__(self, client: WebClient) -> None:
        found = client.auth_test()
        self._workspace = Workspace(str(found["team_id"]), client, str(found["user_id"]))

    def find(self, team: str) -> Workspace:  # noqa: ARG002 - there is only this one
        """The one workspace."""
        return self._workspace


class InstalledWorkspaces:
    """Every workspace that installed the app."""

    def __init__(self, settings: Settings, store: SQLAlchemyInstallationStore) -> None:
        self._settings = settings
        self._store = store

    def find(self, team: str) -> Workspace:
        """The workspace as it was installed last."""
        bots = self._store.bots
        query = (
            bots.select()
            .where(bots.c.client_id == self._store.client_id, bots.c.team_id == team)
            .order_by(bots.c.installed_at.desc())
            .limit(1)
        )
        with self._store.engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotInstalledError(team)
        client = slack_client(self._settings, row["bot_token"])
        return Workspace(team, client, str(row["bot_user_id"]))
