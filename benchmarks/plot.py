"""Draws figures from the results of the other benchmarks.

    python -m benchmarks.plot RESULTS_FOLDER OUTPUT.svg
    python -m benchmarks.plot --growth RESULTS_FOLDER OUTPUT.svg

RESULTS_FOLDER holds cold_start.json, indexing.json and search.json, as their `--json` writes them,
for the README's figure; scale.json for how vector search grows with the collection.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

OURS, THEIRS = "#1f6feb", "#b6bcc4"
GROWTH = {
    "vector search, ms": {
        "p50": "search_ms.p50",
        "p95": "search_ms.p95",
        "exact, p50": "exact_search_ms.p50",
    },
    "seconds": {"build": "build_seconds", "open": "open_seconds", "update": "update_seconds"},
    "bytes": {
        "own memory of a process": "private_bytes",
        "on disk, a passage": "disk_bytes_per_passage",
    },
}


def main() -> None:
    """Reads the command line and draws."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--growth", action="store_true")
    arguments = parser.parse_args()
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "footnote", "font.size": 9})
    draw = growth if arguments.growth else comparison
    draw(arguments.results).savefig(arguments.output, metadata={"Date": None})


def comparison(results: Path) -> Figure:
    """Footnote beside sentence-transformers."""
    read = {
        name: json.loads((results / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("cold_start", "indexing", "search")
    }
    figure = Figure(figsize=(9, 2.6), layout="constrained")
    first, second, third = figure.subplots(1, 3)
    draw_cold_start(first, read["cold_start"])
    draw_indexing(second, read["indexing"])
    draw_search(third, read["search"])
    figure.legend(["Footnote", "sentence-transformers"], loc="outside lower center", ncols=2)
    return figure


def growth(results: Path) -> Figure:
    """Vector search from small collections to large ones, on logarithmic axes."""
    read = json.loads((results / "scale.json").read_text(encoding="utf-8"))
    sizes = sorted(read, key=int)
    places = [int(size) for size in sizes]
    figure = Figure(figsize=(9, 2.6), layout="constrained")
    for axes, title, lines in zip(figure.subplots(1, 3), GROWTH, GROWTH.values(), strict=True):
        for label, path in lines.items():
            axes.loglog(places, [at(read[size], path) for size in sizes], "o-", label=label)
        axes.set_title(title)
        axes.set_xlabel("passages")
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def at(results: dict[str, Any], path: str) -> float:
    """The figure at `path`, its steps parted by dots."""
    found: Any = results
    for step in path.split("."):
        found = found[step]
    return float(found)


def draw_cold_start(axes: Axes, results: dict[str, Any]) -> None:
    """Seconds from a cold start to the answer."""
    ours, theirs = results["bundled_seconds"], results["sentence_transformers_seconds"]
    bars(axes, [""], [ours["median"]], [theirs["median"]], "{:.1f} s")
    axes.set_title("`footnote ask`, cold start, s")


def draw_indexing(axes: Axes, results: dict[str, Any]) -> None:
    """Passages embedded a second."""
    ours = results["footnote_passages_per_second"]["median"]
    theirs = results["sentence_transformers_passages_per_second"]["median"]
    bars(axes, [""], [ours], [theirs], "{:.0f}")
    axes.set_title("embedding, passages a second")


def draw_search(axes: Axes, results: dict[str, Any]) -> None:
    """Median milliseconds of a search at every size."""
    sizes = sorted(results, key=int)
    medians = [results[size]["milliseconds"] for size in sizes]
    bars(
        axes,
        [f"{int(size):,} passages" for size in sizes],
        [one["in_process"]["p50"] for one in medians],
        [one["semantic_search"]["p50"] for one in medians],
        "{:.0f} ms",
    )
    axes.set_title("search, median ms")


def bars(axes: Axes, labels: list[str], ours: list[float], theirs: list[float], form: str) -> None:
    """Two bars side by side for every label."""
    for shift, values, colour in ((-0.2, ours, OURS), (0.2, theirs, THEIRS)):
        drawn = axes.bar(
            [place + shift for place in range(len(labels))], values, 0.36, color=colour
        )
        axes.bar_label(drawn, [form.format(value) for value in values], padding=2)
    axes.set_xticks(range(len(labels)), labels)
    axes.set_yticks([])
    axes.margins(x=0.15, y=0.2)
    axes.spines[["top", "right", "left"]].set_visible(False)


if __name__ == "__main__":
    main()
