"""Who may import what, beyond what import-linter's contracts can say."""

from __future__ import annotations

import ast
import itertools
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PACKAGES = ("bots", "index", "inference", "qa", "storage")
INDEX_DOORS = {
    "index.article",
    "index.dates",
    "index.errors",
    "index.following",
    "index.indexer",
    "index.options",
    "index.restoring",
    "index.searcher",
    "index.sentences",
}
# Costly to load or large to know: each has one module, or one folder, that knows it.
HEAVY = (
    "docx",
    "feedparser",
    "filelock",
    "ir_measures",
    "jinja2",
    "matplotlib",
    "onnxruntime",
    "prometheus_client",
    "pypdf",
    "sentence_transformers",
    "sklearn",
    "tokenizers",
    "torch",
    "trafilatura",
    "uvicorn",
    "watchfiles",
)
FOLDERS = {
    "faiss": ("index/engines/local/",),
    "fastapi": ("qa/http/", "bots/model_context/http_mode.py", "bots/slack/http_mode.py"),
    "mcp": ("bots/model_context/",),
    "slack_bolt": ("bots/slack/",),
    "slack_sdk": ("bots/slack/",),
    "sqlalchemy": ("index/catalogue/", "qa/", "storage/"),
    "tantivy": ("index/engines/local/",),
}


def imports(root: Path) -> Iterator[tuple[str, str]]:
    """(file, imported module), wherever in the file the import stands."""
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((name, alias.name) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module == "index":
                    yield from ((name, f"index.{alias.name}") for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    yield name, node.module or ""


def declared(root: Path) -> set[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *itertools.chain(*project["optional-dependencies"].values())]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def users(root: Path, library: str) -> set[str]:
    return {file for file, module in imports(root) if module.partition(".")[0] == library}


def test_every_library_that_ships_with_footnote_is_declared(root: Path) -> None:
    providers = packages_distributions()
    known = declared(root)
    tops = {module.partition(".")[0] for _, module in imports(root)}
    missing = {
        top
        for top in tops - sys.stdlib_module_names - {*PACKAGES, ""}
        if not known & {canonicalize_name(name) for name in providers.get(top, ())}
    }
    assert missing == set()


@pytest.mark.parametrize("library", HEAVY)
def test_a_heavy_library_is_imported_in_one_module(root: Path, library: str) -> None:
    assert len(users(root, library)) <= 1, users(root, library)


@pytest.mark.parametrize("library", FOLDERS)
def test_a_framework_stays_in_its_folder(root: Path, library: str) -> None:
    assert [file for file in users(root, library) if not file.startswith(FOLDERS[library])] == []


def test_qa_reaches_the_index_through_its_doors(root: Path) -> None:
    strays = [
        f"{file} imports {module}"
        for file, module in imports(root)
        if file.startswith("qa/") and module.startswith("index.") and module not in INDEX_DOORS
    ]
    assert strays == []
