"""An answer as Block Kit (https://docs.slack.dev/reference/block-kit/blocks), within its limits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bots.slack.markup import cut, escaped, escaped_markdown, linked
from qa.answer import Answer, Citation, Sentence

Block = dict[str, Any]

MAX_SECTION = 3_000
MAX_BLOCKS = 50
_MAX_SENTENCE = 2_700
_MAX_QUOTE = 900
_MAX_FACT = 100
_MAX_BUTTON = 75
_MAX_VALUE = 2_000
_MAX_FOLLOW_UPS = 5
_MAX_NEAREST = 3
_MAX_NAMES = MAX_SECTION - 100
FEEDBACK = "footnote_feedback"
PASSAGE = "footnote_passage"
FOLLOW_UP = "footnote_follow_up"


def reply_blocks(answer: Answer, asked: str = "") -> list[Block]:
    """A whole reply: the answer with its footnotes, or the nearest articles; then what to do.

    `asked` is shown above it, mrkdwn of our own.
    """
    if answer.status == "answered":
        texts = [asked + _understood(answer), *(_sentence_text(one) for one in answer.sentences)]
        return [*map(section, _packed(texts)), *below(answer)]
    texts = [asked + _understood(answer), not_found_line(answer)]
    return [*map(section, _packed(texts)), _feedback(answer)]


def below(answer: Answer) -> list[Block]:
    """What stands below the text of an answer: footnotes, follow-up questions, verdicts."""
    ends = [*_follow_ups(answer), _feedback(answer)]
    # The text above takes up to as many blocks as it has sentences.
    room = MAX_BLOCKS - len(ends) - len(answer.sentences) - 1
    return [*[_footnote(answer, one) for one in answer.citations][:room], *ends]


def streamed_pieces(answer: Answer, asked: str = "") -> list[str]:
    """The text of an answer in markdown, sentence by sentence; `asked` is markdown of our own."""
    first = asked
    if answer.standalone_question != answer.question:
        first += f"_Understood as: {escaped_markdown(answer.standalone_question)}_\n\n"
    pieces = []
    for sentence in answer.sentences:
        dated = f"{sentence.published_at}: " if sentence.published_at else ""
        text = escaped_markdown(sentence.text, _MAX_SENTENCE)
        pieces.append(f"{first}{dated}{text}{_numbers(sentence)}")
        first = " "
    return pieces


def fallback_text(answer: Answer) -> str:
    """What notifications show."""
    return escaped(answer.answer, MAX_SECTION)


def not_found_line(answer: Answer) -> str:
    """That the articles do not say, and which come nearest, in one line of mrkdwn."""
    names: list[str] = []
    for one in {one.article_id: one for one in answer.citations}.values():
        name = linked(one.title, one.url, one.quote)
        if len(names) < _MAX_NEAREST and len(", ".join([*names, name])) <= _MAX_NAMES:
            names.append(name)
    nearest = f" Nearest: {', '.join(names)}." if names else ""
    return f"I looked, but the articles do not say.{nearest}"


def passage_modal(citation: Citation, before: str, after: str) -> Block:
    """A view with a quote and what stands around it."""
    parts = [escaped(before, MAX_SECTION), f"*{escaped(citation.quote, 2_900).strip()}*"]
    parts.append(escaped(after, MAX_SECTION))
    whole = "".join(parts)
    texts = [whole] if len(whole) <= MAX_SECTION else [one for one in parts if one.strip()]
    title = " ".join(citation.title.split()) or "Untitled"
    return {
        "type": "modal",
        "title": plain_text("Passage"),
        "close": plain_text("Close"),
        "blocks": [
            {"type": "header", "text": plain_text(cut(title, 150))},
            {"type": "context", "elements": [mrkdwn(_facts(citation) or "No source is named.")]},
            *map(section, texts),
        ],
    }


def section(text: str) -> Block:
    """A block of mrkdwn that makes no links of its own."""
    return {"type": "section", "text": mrkdwn(text)}


def mrkdwn(text: str) -> Block:
    """A text object."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain_text(text: str) -> Block:
    """A text object without any markup."""
    return {"type": "plain_text", "text": text, "emoji": False}


def _packed(texts: Iterable[str]) -> list[str]:
    """The texts joined by spaces, in as few pieces as fit into sections."""
    pieces: list[str] = []
    for text in filter(None, texts):
        joint = "" if not pieces or pieces[-1].endswith("\n") else " "
        if pieces and len(pieces[-1]) + len(joint) + len(text) <= MAX_SECTION:
            pieces[-1] += joint + text
        else:
            pieces.append(text)
    return pieces


def _sentence_text(sentence: Sentence) -> str:
    dated = f"{sentence.published_at}: " if sentence.published_at else ""
    return f"{dated}{escaped(sentence.text, _MAX_SENTENCE)}{_numbers(sentence)}"


def _numbers(sentence: Sentence) -> str:
    return "".join(f" [{number}]" for number in sentence.citations)


def _understood(answer: Answer) -> str:
    if answer.standalone_question == answer.question:
        return ""
    return f"_Understood as: {escaped(answer.standalone_question, 1_000)}_\n"


def _footnote(answer: Answer, citation: Citation) -> Block:
    facts = _facts(citation)
    title = linked(citation.title, citation.url, citation.quote)
    quoted = escaped(" ".join(citation.quote.split()), _MAX_QUOTE)
    lines = f"[{citation.number}] {title}{f' · {facts}' if facts else ''}\n> {quoted}"
    return {
        **section(lines),
        "accessory": {
            "type": "button",
            "action_id": PASSAGE,
            "text": plain_text("Show passage"),
            "value": f"{answer.id} {citation.number}",
        },
    }


def _facts(citation: Citation) -> str:
    day = (citation.published_at or "")[:10]
    known = (one for one in (citation.source, citation.author, day) if one)
    return " · ".join(escaped(" ".join(one.split()), _MAX_FACT) for one in known)


def _follow_ups(answer: Answer) -> list[Block]:
    questions = [one for one in answer.follow_up_questions if one.split()][:_MAX_FOLLOW_UPS]
    buttons = [
        {
            "type": "button",
            "action_id": f"{FOLLOW_UP}_{number}",
            "text": plain_text(cut(" ".join(question.split()), _MAX_BUTTON)),
            "value": cut(f"{answer.id} {number} {question}", _MAX_VALUE),
        }
        for number, question in enumerate(questions)
    ]
    return [{"type": "actions", "elements": buttons}] if buttons else []


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
    return {"text": plain_text(label), "value": value}
