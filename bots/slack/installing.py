"""Several workspaces: each installs the app for itself.

https://docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import logging

from slack_bolt.authorization.authorize import InstallationStoreAuthorize
from slack_bolt.error import BoltError
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore

from bots.slack.manifest import SCOPES
from qa.records import Records
from qa.settings import Settings

INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
_SECONDS_TO_INSTALL = 600


class _Store(SQLAlchemyInstallationStore):
    """The SDK's store on our database, for the workspaces that may install the app."""

    allowed: tuple[str, ...] = ()

    def save(self, installation: Installation) -> None:
        """Keeps an installation. Raises `BoltError` where the workspace is not named."""
        if self.allowed and installation.team_id not in self.allowed:
            team = installation.team_id
            raise BoltError(f"{team} is not named in FOOTNOTE_SLACK_WORKSPACES")
        super().save(installation)


def installation_store(settings: Settings, records: Records) -> SQLAlchemyInstallationStore:
    """Who has installed the app."""
    store = _Store(str(settings.slack_client_id), records.engine())
    store.allowed = settings.slack_workspaces
    return store


def authorize(settings: Settings, store: SQLAlchemyInstallationStore) -> InstallationStoreAuthorize:
    """Finds the token of the workspace that an event comes from; asks Slack about each once."""
    return InstallationStoreAuthorize(
        logger=logging.getLogger(__name__),
        installation_store=store,
        client_id=settings.slack_client_id,
        client_secret=_secret(settings),
        bot_only=True,
        cache_enabled=True,
    )


def oauth_flow(
    settings: Settings, records: Records, client: WebClient, store: SQLAlchemyInstallationStore
) -> OAuthFlow:
    """The way on which a workspace installs the app."""
    return OAuthFlow(
        client=client,
        settings=OAuthSettings(
            client_id=settings.slack_client_id,
            client_secret=_secret(settings),
            scopes=SCOPES,
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            installation_store=store,
            installation_store_bot_only=True,
            state_store=SQLAlchemyOAuthStateStore(_SECONDS_TO_INSTALL, records.engine()),
            state_expiration_seconds=_SECONDS_TO_INSTALL,
        ),
    )


def _secret(settings: Settings) -> str | None:
    secret = settings.slack_client_secret
    return secret.get_secret_value() if secret else None
