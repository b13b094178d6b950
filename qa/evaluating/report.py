"""What an evaluation found: the shape of its JSON file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import CollectionError
from qa.evaluating.judging import Outcome

FORMAT = 1


class Value(BaseModel):
    """A figure and the middle 95 % of its bootstrap."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float


class Report(BaseModel):
    """Counts, figures by group and name, and every query's outcome.

    `threshold` is the confidence from which answers were given.
    """

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    dataset: str
    articles: int
    passages: int
    queries: int
    threshold: float
    figures: Mapping[str, Mapping[str, Value]]
    outcomes: tuple[Outcome, ...]


def read_report(path: Path) -> Report:
    """An earlier report. Raises `CollectionError` when it is none of this format."""
    try:
        report = Report.model_validate_json(path.read_bytes())
    except OSError as error:
        raise CollectionError(f"Cannot read {path}: {error.strerror}.") from error
    except ValidationError as error:
        raise CollectionError(
            f"{path} is not a report of this version; make one with `footnote eval --output`."
        ) from error
    if report.format != FORMAT:
        raise CollectionError(
            f"{path} has the format {report.format}, this version compares {FORMAT}; "
            "make a new one with `footnote eval --output`."
        )
    return report


def check_writable(path: Path) -> None:
    """Raises `CollectionError` before long work whose result could not be kept at `path`."""
    try:
        unfinished = _unfinished(path)
        unfinished.touch()
        unfinished.unlink()
    except OSError as error:
        raise CollectionError(f"Cannot write {path}: {error.strerror}.") from error


def write_whole(path: Path, text: str) -> None:
    """Writes a file that is there whole or not at all. Raises `CollectionError`."""
    try:
        unfinished = _unfinished(path)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise CollectionError(f"Cannot write {path}: {error.strerror}.") from error


def _unfinished(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")
