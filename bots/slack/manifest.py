"""The app manifest: what a workspace has to allow (https://docs.slack.dev/reference/app-manifest)."""

from __future__ import annotations

from typing import Any

COMMAND = "/ask"
ASK_SHORTCUT = "footnote_ask"
ADD_SHORTCUT = "footnote_add"
# What each is for; the bot asks for no more.
SCOPES = (
    "app_mentions:read",  # mentions
    "assistant:write",  # prompts, status and title in the assistant pane
    "channels:history",  # follow-ups in threads, and finding our own replies after a crash
    "chat:write",  # replies
    "commands",  # the slash command and the shortcuts
    "files:read",  # files to add
    "groups:history",  # as channels:history, in private channels
    "im:history",  # direct messages
    "mpim:history",  # direct messages of several people
)
_EVENTS = (
    "app_home_opened",
    "app_mention",
    "assistant_thread_context_changed",
    "assistant_thread_started",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
)
# Who removes the app is forgotten.
_EVENTS_OF_SEVERAL = ("app_uninstalled", "tokens_revoked")


def manifest(address: str | None) -> dict[str, Any]:
    """The manifest for Socket Mode, or for events sent to `address`, exactly the scopes needed."""
    base = address.rstrip("/") if address else None
    events = {"request_url": f"{base}/slack/events"} if base else {}
    oauth: dict[str, Any] = {"scopes": {"bot": list(SCOPES)}}
    if base:
        oauth["redirect_urls"] = [f"{base}/slack/oauth_redirect"]
    return {
        "display_information": {
            "name": "Footnote",
            "description": "Answers from your articles, every sentence with its quote",
        },
        "features": _features(base),
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": {
                "bot_events": sorted([*_EVENTS, *(_EVENTS_OF_SEVERAL if base else ())]),
                **events,
            },
            "interactivity": {
                "is_enabled": True,
                **events,
                **({"message_menu_options_url": f"{base}/slack/events"} if base else {}),
            },
            "socket_mode_enabled": base is None,
            "org_deploy_enabled": False,
            "token_rotation_enabled": False,
        },
    }


def _features(base: str | None) -> dict[str, Any]:
    url = {"url": f"{base}/slack/events"} if base else {}
    return {
        "bot_user": {"display_name": "Footnote", "always_online": True},
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "assistant_view": {
            "assistant_description": "Answers from your articles, every sentence with its quote"
        },
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
                "callback_id": ASK_SHORTCUT,
                "description": "Answers the message in its thread",
            },
            {
                "name": "Add to Footnote",
                "type": "message",
                "callback_id": ADD_SHORTCUT,
                "description": "Adds the message's links and files",
            },
        ],
    }
