"""Articles given as JSON: one object with the contract's fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from index.article import Document, Refusal
from index.dates import moments
from index.readers.encoding import decoded
from index.readers.origin import Facts, Origin, UnreadableError, document, storable

_MAX_ID = 200
_MAX_SHORT = 2_000
_OPTIONAL = ("url", "source", "author", "published_at")


def document_from_fields(source_name: str, fields: Mapping[str, object]) -> Document | Refusal:
    """One article from its JSON object, or why it cannot be taken.

    An article without `id` and `url` is known by its title.
    """
    try:
        return _document(source_name, fields)
    except UnreadableError as error:
        return Refusal(source_name, str(error))


def parse_json(data: bytes, source_name: str) -> Iterator[Document | Refusal]:
    """A JSON file: one article, a list of them, or `{"articles": [...]}`."""
    try:
        value = json.loads(decoded(data))
    except (json.JSONDecodeError, RecursionError) as error:
        raise UnreadableError(f"it is not valid JSON ({error}); correct it") from error
    if isinstance(value, dict) and "articles" in value:
        value = value["articles"]
    items = value if isinstance(value, list) else [value]
    for number, item in enumerate(items, 1):
        yield from_json(f"{source_name} article {number}", item)


def from_json(source_name: str, item: object) -> Document | Refusal:
    """One article from any JSON value."""
    if not isinstance(item, dict):
        return Refusal(source_name, "it is not a JSON object; write one article as {...}")
    return document_from_fields(source_name, item)


def _document(source_name: str, fields: Mapping[str, object]) -> Document:
    text = fields.get("text")
    if not isinstance(text, str):
        raise UnreadableError('it has no "text"; give the article\'s text as a string')
    given = given_id(fields)
    stated = {name: _short(fields, name) for name in _OPTIONAL}
    if stated["published_at"] is not None:
        try:
            moments(stated["published_at"])
        except ValueError as error:
            raise UnreadableError(f'its "published_at" is wrong: {error}') from error
    title = _short(fields, "title") or _first_words(text) or given
    if given is None and stated["url"] is None:
        given = _known_by(title or "article")
    facts = Facts(
        title=title,
        author=stated["author"],
        source=stated["source"],
        published_at=stated["published_at"],
        url=stated["url"],
        given_id=given,
        tags=_tags(fields),
    )
    return document(Origin(source_name), storable(text), facts)


def given_id(fields: Mapping[str, object]) -> str | None:
    """The `id` of an article's fields, or None; raises `UnreadableError` for one that is wrong."""
    value = fields.get("id")
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or len(value) > _MAX_ID:
        raise UnreadableError(f'its "id" must be a string of 1 to {_MAX_ID} characters')
    if storable(value) != value:
        raise UnreadableError('its "id" has characters that cannot be stored; choose another')
    return value


def _short(fields: Mapping[str, object], name: str) -> str | None:
    value = fields.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > _MAX_SHORT:
        raise UnreadableError(f'its "{name}" must be a string of at most {_MAX_SHORT} characters')
    return value


def _tags(fields: Mapping[str, object]) -> tuple[str, ...]:
    value = fields.get("tags")
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(isinstance(tag, str) for tag in value):
        raise UnreadableError('its "tags" must be a list of strings')
    return tuple(value)


def _first_words(text: str) -> str | None:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= 100 else f"{first[:80].rsplit(' ', 1)[0]}…"


def _known_by(title: str) -> str:
    return re.sub(r"[^\w]+", "-", title.casefold()).strip("-_")[:80] or "article"
