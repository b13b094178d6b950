"""The assistant pane (https://docs.slack.dev/ai/developing-agents): questions to begin with."""

from __future__ import annotations

import threading

from slack_bolt import Assistant, SetSuggestedPrompts

from qa.desk import Desk
from qa.opening_questions import suggested_questions

# As many as Slack shows.
_PROMPTS = 4
_PROMPTS_TITLE = "The articles know, for example"


class _Suggestions:
    """What to ask first, found anew when the collection has changed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._found: tuple[int, tuple[str, ...]] | None = None

    def questions(self) -> tuple[str, ...]:
        """Up to four questions that the articles answer."""
        with self._lock:
            generation = self._desk.searcher.generation
            if self._found is None or self._found[0] != generation:
                self._found = generation, suggested_questions(self._desk, _PROMPTS)
            return self._found[1]


def create_assistant(desk: Desk) -> Assistant:
    """The pane's own events; questions in it come as messages and are answered as all are."""
    assistant = Assistant()
    suggestions = _Suggestions(desk)

    @assistant.thread_started
    def on_thread_started(set_suggested_prompts: SetSuggestedPrompts) -> None:
        questions = suggestions.questions()
        if questions:
            set_suggested_prompts(prompts=list(questions), title=_PROMPTS_TITLE)

    @assistant.thread_context_changed
    def on_context_changed() -> None:
        """Which channel is open beside the pane makes no difference.

        Bolt would write it into the metadata of our first reply, where its mark is.
        """

    return assistant
