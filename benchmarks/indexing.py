"""Passages a second: the bundled embedder against sentence-transformers as users call it.

    python -m benchmarks.indexing [--articles PATH] [--json FILE]

Each embedder runs in a process of its own and embeds the same passages, taking
turns, so that a machine's busy moments strike both; the ratio is that of each pair of turns.
Passages of about 110 words are made from the text files under PATH.
"""

from __future__ import annotations

import argparse
import itertools
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import Spread, Worker, original_model, table, write_json

ARTICLES = Path(__file__).parents[1] / "articles"
WORDS = 110


def main() -> None:
    """Reads the command line, measures, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=Path, default=ARTICLES)
    parser.add_argument("--passages", type=int, default=64, help="passages in a turn")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    passages = make_passages(arguments.articles, arguments.passages)
    results = measure(original_model(), passages, arguments.rounds)
    print(table(rows(results)))
    if arguments.json:
        write_json(arguments.json, results)


def make_passages(source: Path, count: int) -> list[str]:
    """`count` passages of 110 words: the text under `source`, its sentences shuffled over again."""
    files = [source] if source.is_file() else sorted(source.rglob("*.txt"))
    sentences = [s for file in files for s in file.read_text(encoding="utf-8").split(". ") if s]
    if not sentences:
        message = f"There is no text in {source}; name a .txt file or a folder that holds some."
        raise SystemExit(message)
    order = random.Random(0)  # noqa: S311
    words = (
        word
        for _ in itertools.count()
        for sentence in order.sample(sentences, len(sentences))
        for word in f"{sentence}.".split()
    )
    return [" ".join(itertools.islice(words, WORDS)) for _ in range(count)]


def measure(model: str, passages: list[str], rounds: int) -> dict[str, Any]:
    """Alternating turns of both embedders; seconds, passages a second and peak memory."""
    with Worker(bundled) as ours, Worker(sentence_transformers, model) as theirs:
        for worker in (ours, theirs):
            worker.call(passages[:8])
        seconds = [(ours.call(passages), theirs.call(passages)) for _ in range(rounds)]
        memory = (ours.peak_bytes(), theirs.peak_bytes())
    return {
        "passages": len(passages),
        "rounds": rounds,
        "ratio": Spread.of([slow / fast for fast, slow in seconds]),
        "footnote_passages_per_second": Spread.of([len(passages) / fast for fast, _ in seconds]),
        "sentence_transformers_passages_per_second": Spread.of(
            [len(passages) / slow for _, slow in seconds]
        ),
        "footnote_peak_bytes": memory[0],
        "sentence_transformers_peak_bytes": memory[1],
    }


def rows(results: dict[str, Any]) -> list[tuple[str, str]]:
    """The results as table rows, ratios first."""
    ours, theirs = results["footnote_peak_bytes"], results["sentence_transformers_peak_bytes"]
    return [
        ("speed against SentenceTransformer.encode", f"{results['ratio']:.2f}×"),
        ("peak memory against it", f"{ours / theirs:.2f}×"),
        ("footnote, passages/s", f"{results['footnote_passages_per_second']:.1f}"),
        (
            "sentence-transformers, passages/s",
            f"{results['sentence_transformers_passages_per_second']:.1f}",
        ),
        ("footnote, peak memory", f"{ours / 1e6:.0f} MB"),
        ("sentence-transformers, peak memory", f"{theirs / 1e6:.0f} MB"),
    ]


def bundled() -> Callable[[list[str]], object]:
    """Footnote's embedder."""
    from index.embedding import load_embedder

    return load_embedder(None).embed_passages


def sentence_transformers(model: str) -> Callable[[list[str]], object]:
    """`SentenceTransformer.encode` with its defaults."""
    from sentence_transformers import SentenceTransformer

    encode: Callable[[list[str]], object] = SentenceTransformer(model).encode
    return encode


if __name__ == "__main__":
    main()
