"""The app manifest: what a workspace has to allow (https://docs.slack.dev/reference/app-manifest)."""

from __future__ import annotations

from typing import Any

from bots.slack.app import COMMAND, SHORTCUT


def manifest(address: str | None) -> dict[str, Any]:
    """The manifest for Socket Mode, or for events sent to `address`, exactly the scopes needed."""
    events = f"{address.rstrip('/')}/slack/events" if address else None
    url = {"url": events} if events else {}
    request = {"request_url": events} if events else {}
    return {
        "display_information": {
            "name": "Footnote",
            "description": "Answers from your articles, every sentence with its quote",
        },
        "features": {
            "bot_user": {"display_name": "Footnote", "always_online": True},
            "app_home": {"messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "Ask the articles",
                    "usage_hint": "Why does China buy Ukrainian corn?",
                    **url,
                }
            ],
            "shortcuts": [
                {
                    "name": "Ask Footnote about this",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "Answers the message in its thread",
                }
            ],
        },
        "oauth_config": {
            "scopes": {
                "bot": [
                    "app_mentions:read",
                    "channels:history",
                    "chat:write",
                    "commands",
                    "groups:history",
                    "im:history",
                ]
            }
        },
        "settings": {
            "event_subscriptions": {
                "bot_events": ["app_mention", "message.channels", "message.groups", "message.im"],
                **request,
            },
            "interactivity": {"is_enabled": True, **request},
            "socket_mode_enabled": not address,
            "org_deploy_enabled": False,
            "token_rotation_enabled": False,
        },
    }
