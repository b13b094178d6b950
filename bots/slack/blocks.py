"""An answer as Block Kit (https://docs.slack.dev/reference/block-kit/blocks), within its limits."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote as percent_encoded

from qa.answer import Answer, Citation

Block = dict[str, Any]

MAX_SECTION = 3_000
MAX_BLOCKS = 50
_MAX_QUOTE = 700
_MAX_TITLE = 150
_FRAGMENT_WORDS = 8
FEEDBACK = "footnote_feedback"
PASSAGE = "footnote_passage"


def escaped(text: str) -> str:
    """Text that cannot mention, link or format (https://docs.slack.dev/messaging/formatting-text).

    A zero-width space behind the characters of mrkdwn keeps them what they are.
    """
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, entity)
    for character in "*_~`":
        text = text.replace(character, f"{character}\u200b")
    return text


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, an ellipsis where some are missing."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def reply_blocks(answer: Answer) -> list[Block]:
    """The answer with its footnotes, or the nearest articles; then what readers can do."""
    if answer.status == "answered":
        blocks = [_section(_answer_text(answer))]
        blocks += [_footnote(answer, one) for one in answer.citations]
    else:
        blocks = [_section(f"{_understood(answer)}{escaped(answer.answer)}{_nearest(answer)}")]
    return [*blocks[: MAX_BLOCKS - 1], _feedback(answer)]


def fallback_text(answer: Answer) -> str:
    """What notifications show."""
    return cut(escaped(answer.answer), MAX_SECTION)


def passage_modal(citation: Citation, before: str, after: str) -> Block:
    """A view with a quote and what stands around it."""
    text = f"{escaped(before)}*{escaped(citation.quote).strip()}*{escaped(after)}"
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Passage"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": cut(citation.title, 150)}},
            {"type": "context", "elements": [_mrkdwn(_facts(citation) or "No source is named.")]},
            _section(text),
        ],
    }


def _answer_text(answer: Answer) -> str:
    parts = []
    for sentence in answer.sentences:
        dated = f"{sentence.published_at}: " if sentence.published_at else ""
        numbers = "".join(f" [{number}]" for number in sentence.citations)
        parts.append(f"{dated}{escaped(sentence.text)}{numbers}")
    return _understood(answer) + " ".join(parts)


def _understood(answer: Answer) -> str:
    if answer.standalone_question == answer.question:
        return ""
    return f"_Understood as: {escaped(answer.standalone_question)}_\n"


def _footnote(answer: Answer, citation: Citation) -> Block:
    facts = _facts(citation)
    quoted = escaped(cut(" ".join(citation.quote.split()), _MAX_QUOTE))
    lines = f"[{citation.number}] {_linked(citation)}{f' · {facts}' if facts else ''}\n> {quoted}"
    return {
        **_section(lines),
        "accessory": {
            "type": "button",
            "action_id": PASSAGE,
            "text": {"type": "plain_text", "text": "Show passage"},
            "value": f"{answer.id} {citation.number}",
        },
    }


def _nearest(answer: Answer) -> str:
    names = [_linked(one) for one in {one.article_id: one for one in answer.citations}.values()]
    return f" The nearest articles are {', '.join(names)}." if names else ""


def _linked(citation: Citation) -> str:
    title = escaped(cut(" ".join(citation.title.split()), _MAX_TITLE)).replace("|", "¦")
    url = citation.url or ""
    if not url.lower().startswith(("http://", "https://")):
        return f"*{title}*"
    return f"<{_with_fragment(url, citation.quote)}|{title}>"


def _with_fragment(url: str, quote: str) -> str:
    """The address that jumps to the quote (https://wicg.github.io/scroll-to-text-fragment)."""
    words = quote.split()
    first = percent_encoded(" ".join(words[:_FRAGMENT_WORDS]), safe="").replace("-", "%2D")
    last = percent_encoded(" ".join(words[-_FRAGMENT_WORDS:]), safe="").replace("-", "%2D")
    span = first if len(words) <= 2 * _FRAGMENT_WORDS else f"{first},{last}"
    joint = "" if "#" in url else "#"
    safe = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"{safe}{joint}:~:text={span}"


def _facts(citation: Citation) -> str:
    day = (citation.published_at or "")[:10]
    return " · ".join(escaped(one) for one in (citation.source, citation.author, day) if one)


def _feedback(answer: Answer) -> Block:
    """https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element."""
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": FEEDBACK,
                "positive_button": _button("Helpful", f"{answer.id} yes"),
                "negative_button": _button("Not helpful", f"{answer.id} no"),
            }
        ],
    }


def _button(label: str, value: str) -> Block:
    return {"text": {"type": "plain_text", "text": label}, "value": value}


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(cut(text, MAX_SECTION))}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
