"""The trained reader: question and passage together, in one look."""

from __future__ import annotations

from pathlib import Path

from qa.reading.model import BUNDLED_READER, ReaderModel
from qa.reading.reader import TrainedReader
from qa.reading.weighing import weighing_from


def open_reader(folder: Path = BUNDLED_READER) -> TrainedReader:
    """The bundled reader. Raises CollectionError when a file of it is missing or damaged."""
    model = ReaderModel(folder)
    return TrainedReader(model, weighing_from(model.facts))
