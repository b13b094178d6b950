"""The bundled reader model: a question and a text in, judgements out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import CollectionError
from inference.model import BundledModel
from inference.model_files import ModelError
from qa.reading.spans import FoundSpan, best_spans

BUNDLED_READER = Path(__file__).parents[1] / "models" / "footnote-reader"
_SPANS = 4


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the model says of one text beside one question.

    `relevance` and `answerable` are logits. `spans` are offsets in the text without its title,
    best first.
    """

    relevance: float
    answerable: float
    spans: tuple[FoundSpan, ...]

    @property
    def margin(self) -> float:
        """How far the best span is ahead of "no answer"."""
        return self.spans[0].margin if self.spans else 0.0


class ReaderModel:
    """A cross-encoder with heads for span, relevance and answerability. Threads may share it."""

    def __init__(self, folder: Path = BUNDLED_READER, threads: int | None = None) -> None:
        """Loads the model in `folder`. Raises CollectionError when it is missing or damaged."""
        try:
            self._model = BundledModel(folder, threads)
        except ModelError as error:
            raise CollectionError(str(error)) from error

    @property
    def name(self) -> str:
        """The model's name, for people."""
        return self._model.files.name

    @property
    def facts(self) -> Mapping[str, Any]:
        """The manifest: how its judgements become probabilities, among others."""
        return self._model.files.facts

    @property
    def threads(self) -> int:
        """How many texts are read at once."""
        return self._model.threads

    def read(self, question: str, texts: Sequence[tuple[str, str]]) -> list[Judgement]:
        """One judgement for each `(title, text)`, in their order."""
        return self._model.each(lambda pair: self._judge(question, *pair), texts)

    def _judge(self, question: str, title: str, text: str) -> Judgement:
        lead = f"{title}\n" if title else ""
        tokens = self._model.pair_tokens(question, lead + text)
        spans, judgements = self._model.run({"token_ids": tokens.ids, "segments": tokens.segments})
        places = tokens.spans - len(lead)
        readable = tokens.own & (places[:, 0] >= 0) & (tokens.spans[:, 1] > tokens.spans[:, 0])
        return Judgement(
            relevance=float(judgements[0, 0]),
            answerable=float(judgements[0, 1]),
            spans=tuple(best_spans(spans, places, readable, text, _SPANS)),
        )
