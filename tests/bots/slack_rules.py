"""What Slack refuses to show, as it documents it.

Blocks and their limits: https://docs.slack.dev/reference/block-kit, views:
https://docs.slack.dev/reference/views, metadata: https://docs.slack.dev/messaging/message-metadata.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]

MAX_TEXT = 40_000
MAX_CHUNK = 12_000


def refused_message(fields: Json) -> str:
    """Why Slack refuses a message, "" when it does not."""
    blocks = fields.get("blocks") or []
    if not blocks and not fields.get("text"):
        return "no_text"
    if len(fields.get("text") or "") > MAX_TEXT:
        return "msg_too_long"
    return refused_metadata(fields) or refused_blocks(blocks, 50)


def refused_metadata(fields: Json) -> str:
    """Why Slack refuses the metadata of a message."""
    metadata = fields.get("metadata")
    if metadata is None or {"event_type", "event_payload"} == metadata.keys():
        return ""
    return "invalid_metadata_format"


def refused_blocks(blocks: list[Json], most: int) -> str:
    """Why Slack refuses blocks."""
    named = [block["block_id"] for block in blocks if "block_id" in block]
    right = len(blocks) <= most and len(set(named)) == len(named)
    return "" if right and all(_is_block(one) for one in blocks) else "invalid_blocks"


def refused_view(view: Json) -> str:
    """Why Slack refuses a view."""
    kinds = {"modal": {"title", "close", "submit", "callback_id"}, "home": {"callback_id"}}
    known = {"type", "blocks", "private_metadata"}
    if view.get("type") not in kinds or not view.keys() <= known | kinds[view["type"]]:
        return "invalid_arguments"
    if len(view.get("private_metadata", "")) > 3_000:
        return "invalid_arguments"
    labels = [view[name] for name in ("title", "close", "submit") if name in view]
    if view["type"] == "modal" and ("title" not in view or not all(_plain(24)(x) for x in labels)):
        return "invalid_arguments"
    return refused_blocks(view["blocks"], 100)


def _plain(limit: int) -> Callable[[Json], bool]:
    def is_right(text: Json) -> bool:
        return text["type"] == "plain_text" and _is_text(text, limit)

    return is_right


def _is_text(text: Json, limit: int) -> bool:
    known = {"mrkdwn": {"type", "text", "verbatim"}, "plain_text": {"type", "text", "emoji"}}
    return text.keys() <= known[text["type"]] and 0 < len(text["text"]) <= limit


def _is_block(block: Json) -> bool:
    return block["type"] in _BLOCKS and _BLOCKS[block["type"]](block)


def _is_section(block: Json) -> bool:
    accessory = block.get("accessory")
    return (
        block.keys() <= {"type", "text", "accessory", "block_id"}
        and _is_text(block["text"], 3_000)
        and (accessory is None or _is_element(accessory))
    )


def _holds(most: int, kinds: set[str]) -> Callable[[Json], bool]:
    def is_right(block: Json) -> bool:
        elements = block["elements"]
        actions = [one["action_id"] for one in elements if "action_id" in one]
        return (
            0 < len(elements) <= most
            and len(set(actions)) == len(actions)
            and all(one["type"] in kinds and _is_element(one) for one in elements)
        )

    return is_right


def _is_element(element: Json) -> bool:
    if not 0 < len(element.get("action_id", "-")) <= 255:
        return False
    return element["type"] in _ELEMENTS and _ELEMENTS[element["type"]](element)


def _is_button(button: Json) -> bool:
    known = {"type", "action_id", "text", "value", "url", "style"}
    right = _plain(75)(button["text"]) and len(button.get("value", "")) <= 2_000
    return button.keys() <= known and right and len(button.get("url", "")) <= 3_000


def _is_feedback(element: Json) -> bool:
    buttons = element["positive_button"], element["negative_button"]
    return all(
        button.keys() <= {"text", "value", "accessibility_label"}
        and _plain(75)(button["text"])
        and len(button["value"]) <= 2_000
        for button in buttons
    )


def is_option(option: Json) -> bool:
    """Whether a menu may hold it."""
    return _plain(75)(option["text"]) and 0 < len(option["value"]) <= 150


def _is_select(element: Json) -> bool:
    options = [*element.get("options", []), *element.get("initial_options", [])]
    placeholder = element.get("placeholder")
    return all(map(is_option, options)) and (placeholder is None or _plain(150)(placeholder))


def _is_checkboxes(element: Json) -> bool:
    initial = element.get("initial_options", [])
    known = element["options"]
    return 0 < len(known) <= 10 and _is_select(element) and all(one in known for one in initial)


_ELEMENTS: dict[str, Callable[[Json], bool]] = {
    "button": _is_button,
    "feedback_buttons": _is_feedback,
    "conversations_select": _is_select,
    "multi_external_select": _is_select,
    "checkboxes": _is_checkboxes,
    "mrkdwn": lambda text: _is_text(text, 3_000),
    "plain_text": lambda text: _is_text(text, 3_000),
}
_BLOCKS: dict[str, Callable[[Json], bool]] = {
    "section": _is_section,
    "header": lambda block: _plain(150)(block["text"]),
    "divider": lambda block: block.keys() <= {"type", "block_id"},
    "context": _holds(10, {"mrkdwn", "plain_text", "image"}),
    "actions": _holds(25, {"button", "checkboxes", "conversations_select"}),
    "context_actions": _holds(5, {"feedback_buttons", "icon_button"}),
}
