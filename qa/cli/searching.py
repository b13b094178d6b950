"""`footnote search`."""

from __future__ import annotations

from typing import Annotated

import typer

from index.errors import CollectionError
from qa.cli import options
from qa.cli.output import safe, say, say_json


def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    data_dir: options.DataDir = None,
    top_k: options.TopK = 8,
    article: options.ArticleIds = None,
    source: options.Sources = None,
    tag: options.Tags = None,
    after: options.After = None,
    before: options.Before = None,
    as_json: options.AsJson = False,
) -> None:
    """Print the best passages, without an answer."""
    from index.searcher import Filters, open_searcher
    from qa.found import found

    if not query.strip():
        raise typer.BadParameter("the query is empty; say what to look for.")
    filters = options.filters_for(article, source, tag, after, before)
    searcher = open_searcher(options.settings_for(data_dir).index_options())
    if not searcher.articles(limit=1):
        raise CollectionError("There are no articles yet: add some with `footnote add PATH`.")
    chosen = Filters(**filters.model_dump())
    result = found(searcher.search(query, top_k=top_k, filters=chosen))
    if as_json:
        say_json(result.model_dump(mode="json"))
        return
    for number, passage in enumerate(result.passages, 1):
        say(f"{number}. {passage.score:.2f}  {safe(passage.title)} ({safe(passage.passage_id)})")
        say(f"    {safe(passage.text)}")
