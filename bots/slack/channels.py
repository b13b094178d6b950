"""What people chose for a channel, kept in the records."""

from __future__ import annotations

from pydantic import BaseModel

from qa.answer import QuestionFilters
from qa.records import Choices


class ChannelSettings(BaseModel):
    """Which articles answer in a channel (none named: all), and whether unasked, too."""

    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    unasked: bool = False

    def filters(self) -> QuestionFilters:
        """The filters of every question asked in the channel."""
        return QuestionFilters(tags=self.tags, sources=self.sources)


class Channels:
    """The settings of every channel of every workspace."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices

    def settings(self, team: str, channel: str) -> ChannelSettings:
        """What was chosen, or nothing."""
        body = self._choices.find(_key(team, channel))
        return ChannelSettings() if body is None else ChannelSettings.model_validate_json(body)

    def keep(self, team: str, channel: str, settings: ChannelSettings) -> None:
        """Chooses for a channel from now on."""
        self._choices.keep(_key(team, channel), settings.model_dump_json())


def _key(team: str, channel: str) -> str:
    return f"slack:{team}:{channel}"
