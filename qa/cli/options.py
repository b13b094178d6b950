"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from qa.answer import QuestionFilters
    from qa.settings import Settings

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Where the collection is kept.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
TopK = Annotated[int, typer.Option("--top-k", help="How many passages to look at.", min=1, max=50)]
ArticleIds = Annotated[
    list[str] | None, typer.Option("--article", help="Only the article of this id (repeatable).")
]
Sources = Annotated[
    list[str] | None, typer.Option("--source", help="Only articles of this source (repeatable).")
]
Tags = Annotated[
    list[str] | None, typer.Option("--tag", help="Only articles with this tag (repeatable).")
]
After = Annotated[
    str | None, typer.Option("--after", help="Only articles of this date or later (2022-01-19).")
]
Before = Annotated[
    str | None, typer.Option("--before", help="Only articles of this date or earlier.")
]


def settings_for(data_dir: Path | None) -> Settings:
    """The settings, with the data folder of the command line if it names one."""
    from qa.settings import Settings

    return Settings() if data_dir is None else Settings(data_dir=data_dir)


def filters_for(
    article_ids: list[str] | None,
    sources: list[str] | None,
    tags: list[str] | None,
    after: str | None,
    before: str | None,
) -> QuestionFilters:
    """The filters that the command line names."""
    from qa.answer import QuestionFilters

    return QuestionFilters(
        article_ids=tuple(article_ids or ()),
        sources=tuple(sources or ()),
        tags=tuple(tags or ()),
        published_after=after,
        published_before=before,
    )
