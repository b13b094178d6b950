"""`footnote ask`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from index.errors import CollectionError
from qa.cli import options
from qa.cli.output import say_json


def ask(
    question: Annotated[str, typer.Argument(help="The question; - reads it from stdin.")],
    data_dir: options.DataDir = None,
    top_k: options.TopK = 8,
    article: options.ArticleIds = None,
    source: options.Sources = None,
    tag: options.Tags = None,
    after: options.After = None,
    before: options.Before = None,
    conversation: Annotated[
        str | None, typer.Option("--conversation", help="Go on with the conversation of this id.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Ask a question; print the answer with its numbered footnotes."""
    from qa.answer import Question
    from qa.cli.rendering import render
    from qa.desk import open_desk

    asked = Question(
        question=sys.stdin.read() if question == "-" else question,
        conversation_id=conversation,
        filters=options.filters_for(article, source, tag, after, before),
        top_k=top_k,
    )
    desk = open_desk(options.settings_for(data_dir))
    if not desk.searcher.articles(limit=1):
        raise CollectionError("There are no articles yet: add some with `footnote add PATH`.")
    answer = desk.ask(asked)
    if as_json:
        say_json(answer.model_dump(mode="json"))
    else:
        render(answer)
