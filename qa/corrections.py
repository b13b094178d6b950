"""Corrections reach people: which kept answers quote what their articles no longer say."""

from __future__ import annotations

from contextlib import suppress

from index.errors import DamagedArticleError
from index.searcher import Searcher
from qa.records import Records


def notice_corrections(searcher: Searcher, records: Records) -> None:
    """Marks the kept answers whose quotes are gone since the last time this was asked.

    Quick when nothing changed. Any number of processes may do so at once: a correction is noted
    once. Raises `CollectionError` when the collection or the records cannot be used.
    """
    generation, compared = searcher.generation, records.compared_generation()
    if generation == compared:
        return
    # A lower one: a backup was put back, so everything is compared again.
    changed = set(searcher.changed_articles(compared if compared < generation else 0))
    with records.quotes() as quotes:
        quoted = quotes.articles()
        gone = quoted - searcher.known_articles(quoted)
        for quote in quotes.of(gone):
            quotes.correct(quote, "withdrawn")
        for quote in quotes.of(changed & quoted):
            with suppress(DamagedArticleError):  # what it said is not known
                article = searcher.article(quote.article_id)
                if article is not None and quote.quote not in article.text:
                    quotes.correct(quote, "corrected")
        quotes.note_compared(generation)
