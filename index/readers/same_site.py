"""Which URL a page is kept under."""

from __future__ import annotations

from urllib.parse import urlsplit


def canonical(stated: str | None, fetched: str | None) -> str | None:
    """The URL that a page states for itself, if it is of the site that it was fetched from.

    A file on disk may state any URL; a fetched page must not claim another site's.
    """
    if not stated or urlsplit(stated).scheme not in ("http", "https"):
        return fetched
    if fetched is None:
        return stated
    return stated if _site(stated) == _site(fetched) else fetched


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
