"""`footnote chat`."""

from __future__ import annotations

import sys
import uuid

from index.errors import CollectionError
from qa.cli.options import AsJson, DataDir, settings_for
from qa.cli.output import say, warn


def chat(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Ask one question after another; /quit or Ctrl-D ends it. --json prints a line an answer."""
    from qa.answer import MAX_QUESTION_CHARACTERS, Question
    from qa.cli.rendering import render
    from qa.desk import open_desk

    desk = open_desk(settings_for(data_dir))
    if not desk.searcher.articles(limit=1):
        raise CollectionError("There are no articles yet: add some with `footnote add PATH`.")
    conversation = uuid.uuid4().hex
    if sys.stdin.isatty():
        import readline  # noqa: F401 - importing it gives input() a history and line editing

        say("Ask about the articles; /quit ends.")
    while (words := _next_words()) is not None:
        if len(words) > MAX_QUESTION_CHARACTERS:
            warn(f"The question is longer than {MAX_QUESTION_CHARACTERS:,} characters; shorten it.")
        elif words:
            answer = desk.ask(Question(question=words, conversation_id=conversation))
            if as_json:
                say(answer.model_dump_json())
            else:
                render(answer)
                say("")
            sys.stdout.flush()


def _next_words() -> str | None:
    """The next line; None at the end."""
    try:
        words = input("> " if sys.stdin.isatty() else "").strip()
    except EOFError:
        return None
    return None if words in ("/quit", "/exit") else words
