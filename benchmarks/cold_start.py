"""`footnote ask` as a cold process, against the same program with sentence-transformers.

    python -m benchmarks.cold_start [--rounds 7] [--json FILE]

Both answer the sample question from the same collection and take turns. The second embeds the
question with the original all-MiniLM-L6-v2 through sentence-transformers, as the setting
FOOTNOTE_EMBEDDING_MODEL makes it: the difference is what importing that library costs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import Spread, original_model, table, write_json

ARTICLES = Path(__file__).parents[1] / "articles"
QUESTION = "Why does China buy Ukrainian corn?"


def main() -> None:
    """Reads the command line, measures, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    results = measure(arguments.rounds)
    print(table(rows(results)))
    if arguments.json:
        write_json(arguments.json, results)


def measure(rounds: int) -> dict[str, Any]:
    """Alternating cold runs of both programs; seconds and peak memory."""
    with tempfile.TemporaryDirectory(prefix="footnote-benchmark-") as name:
        bundled = ("", Path(name) / "bundled")
        original = (original_model(), Path(name) / "original")
        for model, folder in (bundled, original):
            run("add", model, folder, str(ARTICLES))
            run("ask", model, folder, QUESTION)
        seconds = [
            (run("ask", *bundled, QUESTION), run("ask", *original, QUESTION)) for _ in range(rounds)
        ]
    return {
        "rounds": rounds,
        "ratio": Spread.of([slow / fast for fast, slow in seconds]),
        "bundled_seconds": Spread.of([fast for fast, _ in seconds]),
        "sentence_transformers_seconds": Spread.of([slow for _, slow in seconds]),
    }


def rows(results: dict[str, Any]) -> list[tuple[str, str]]:
    """The results as table rows, ratios first."""
    return [
        ("times faster than with sentence-transformers", f"{results['ratio']:.1f}×"),
        ("footnote ask, cold, s", f"{results['bundled_seconds']:.2f}"),
        ("with sentence-transformers, s", f"{results['sentence_transformers_seconds']:.2f}"),
    ]


def run(command: str, model: str, folder: Path, argument: str) -> float:
    """Seconds that one cold `footnote` takes from start to exit."""
    program = Path(sys.executable).parent / "footnote"
    environment = os.environ | ({"FOOTNOTE_EMBEDDING_MODEL": model} if model else {})
    start = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own command
        [program, command, "--data-dir", folder, argument],
        env=environment,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
