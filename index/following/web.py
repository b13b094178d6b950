"""One look at a followed address: a feed, a sitemap or a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index.article import Refusal
from index.catalogue.following import FollowedItem, FollowedSource
from index.following.feeds import Entry, entries_of
from index.following.tally import Tally
from index.indexer import Indexer, Taken
from index.readers.fetching import Fetcher, Page
from index.readers.origin import UnreadableError
from index.readers.web import read_page

# Pages taken in one look; the rest of a long list waits for the next one.
_PAGES = 50
_TRIES = 3
# No site may make us wait longer than this between two pages.
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class Look:
    """What came of it, and the validators of the list for the next time."""

    tally: Tally
    etag: str | None
    last_modified: str | None


def look(source: FollowedSource, indexer: Indexer, pause: Callable[[float], object]) -> Look:
    """Takes the pages that are new or changed. Raises `UnreadableError` when the list is not read.

    `pause` waits so many seconds between two pages of the site.
    """
    reading = indexer.options.reading
    fetcher = Fetcher(reading)
    page = fetcher.fetch_changed(source.location, source.etag, source.last_modified)
    if page is None:
        return Look(Tally(), source.etag, source.last_modified)
    entries = entries_of(page, fetcher.fetch)
    with indexer.followed() as sources:
        kept = sources.items(source.key)
    fresh = [entry for entry in entries if _is_wanted(entry, kept.get(entry.url))]
    tally = Tally(waiting=max(len(fresh) - _PAGES, 0))
    again = tally.waiting > 0
    for entry in fresh[:_PAGES]:
        pause(min(max(reading.fetch_pause, fetcher.crawl_delay(entry.url)), _LONGEST_PAUSE))
        item = _taken(entry, page, fetcher, indexer, tally, kept.get(entry.url))
        with indexer.change_followed() as sources:
            sources.put_item(source.key, item)
        again = again or _is_wanted(entry, item)
    # With something left to do, an unchanged list has to be read again.
    return Look(tally, *((None, None) if again else (page.etag, page.last_modified)))


def _is_wanted(entry: Entry, item: FollowedItem | None) -> bool:
    return item is None or item.version != entry.version or 0 < item.failures < _TRIES


def _taken(
    entry: Entry,
    listing: Page,
    fetcher: Fetcher,
    indexer: Indexer,
    tally: Tally,
    before: FollowedItem | None,
) -> FollowedItem:
    article_ids: list[str] = []

    def on_result(result: Taken | Refusal) -> None:
        tally.count(result)
        if isinstance(result, Taken):
            article_ids.append(result.article_id)

    try:
        page = listing if entry.url == listing.url else fetcher.fetch(entry.url)
        indexer.add(read_page(entry.url, page), on_result)
    except UnreadableError as error:
        on_result(Refusal(entry.url, str(error)))
    if article_ids:
        return FollowedItem(entry.url, entry.version, tuple(article_ids))
    failures = before.failures if before and before.version == entry.version else 0
    held = before.article_ids if before else ()
    return FollowedItem(entry.url, entry.version, held, failures + 1)
