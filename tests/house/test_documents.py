"""What the documents say about the house is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement


def test_every_dependency_has_its_line_of_explanation(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        *project["dependency-groups"].values(),
    ]
    page = (root / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"[\w.-]+", "\n".join(re.findall(r"^\| ([^|]+) \|", page, re.M))))
    assert {Requirement(line).name for group in groups for line in group} <= explained
