"""Markdown files: front matter, and the words without their markup."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import frontmatter
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.article import Document
from index.dates import moments
from index.readers.encoding import decoded
from index.readers.fields import given_id
from index.readers.layout import Layout
from index.readers.origin import Facts, Origin, UnreadableError, document


def parse(data: bytes, origin: Origin) -> Document:
    """The rendered words of a Markdown file; its first heading is the title if none is stated."""
    try:
        post = frontmatter.loads(decoded(data))
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise UnreadableError(
            f"its front matter is not valid YAML (line {line}); correct it"
        ) from error
    layout = Layout()
    _render(MarkdownIt("commonmark").enable("table").parse(post.content), layout)
    facts = _facts(post.metadata)
    if facts.title is None and layout.headings:
        first = layout.headings[0]
        facts = _facts({**post.metadata, "title": layout.text[first.start : first.end]})
    return document(origin, layout.text, facts, layout.headings)


def _render(tokens: Sequence[Token], layout: Layout) -> None:
    depth_kind: list[str] = []
    row: list[str] = []
    for token in tokens:
        if token.nesting == 1:
            depth_kind.append(token.type)
        elif token.nesting == -1:
            depth_kind.pop()
            if token.type == "tr_close":
                layout.add(" | ".join(row))
                row = []
        if token.type == "inline":
            words = _words(token)
            if "tr_open" in depth_kind:
                row.append(words)
            else:
                layout.add(words, heading=depth_kind[-1] == "heading_open")
        elif token.type in ("fence", "code_block"):
            layout.add(token.content)


def _words(token: Token) -> str:
    words = []
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            words.append("\n" if child.type == "hardbreak" else " ")
        elif child.type in ("text", "code_inline"):
            words.append(child.content)
        elif child.type == "image":
            words.append(_words(child))
    return "".join(words)


def _facts(metadata: dict[str, object]) -> Facts:
    stated = {name.casefold(): value for name, value in metadata.items()}
    return Facts(
        title=_text(stated.get("title")),
        author=", ".join(_list(stated.get("author") or stated.get("authors"))) or None,
        source=_text(stated.get("source") or stated.get("publisher")),
        published_at=_date(
            stated.get("published_at") or stated.get("date") or stated.get("published")
        ),
        url=_text(stated.get("url") or stated.get("canonical_url")),
        given_id=given_id(stated),
        tags=tuple(_list(stated.get("tags") or stated.get("keywords"))),
    )


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int | float) else None


def _list(value: object) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    if isinstance(value, list):
        return [words for item in value if (words := _text(item) or _name(item))]
    return []


def _name(value: object) -> str | None:
    return _text(value.get("name")) if isinstance(value, dict) else None


def _date(value: object) -> str | None:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        try:
            moments(value)
        except ValueError:
            return None
        return value
    return None
