"""The lock files are whole, agree with each other and with pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ENTRY = re.compile(r"^(?P<pin>[^\s#].*?)(?: \\)?\n(?P<hashes>(?:[ ]+.*\n?)*)", re.MULTILINE)
LOCKS = (
    "runtime.txt",
    "build.txt",
    "dev.txt",
    "torch-cpu.txt",
    "torch.txt",
    "torch-cuda.txt",
)


def pins(root: Path, lock: str) -> dict[str, list[Requirement]]:
    text = (root / "requirements" / lock).read_text(encoding="utf-8")
    found: dict[str, list[Requirement]] = {}
    for entry in ENTRY.finditer(text):
        requirement = Requirement(entry["pin"])
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def version(pin: Requirement) -> str:
    return str(pin.specifier).removeprefix("==")


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_is_one_version_with_hashes(root: Path, lock: str) -> None:
    text = (root / "requirements" / lock).read_text(encoding="utf-8")
    entries = list(ENTRY.finditer(text))
    assert entries
    for entry in entries:
        assert re.fullmatch(r"==[^,*]+", str(Requirement(entry["pin"]).specifier)), entry["pin"]
        assert "--hash=sha256:" in entry["hashes"], entry["pin"]


def test_the_runtime_lock_covers_every_dependency(root: Path, project: dict[str, Any]) -> None:
    locked = pins(root, "runtime.txt")
    for line in project["project"]["dependencies"]:
        wanted = Requirement(line)
        found = locked[canonicalize_name(wanted.name)]
        assert all(wanted.specifier.contains(version(pin)) for pin in found), line


def test_the_development_lock_covers_every_group(root: Path, project: dict[str, Any]) -> None:
    locked = pins(root, "dev.txt")
    groups = [*project["dependency-groups"].values()]
    models = project["project"]["optional-dependencies"]["models"]
    for line in [line for group in (*groups, models) for line in group]:
        wanted = Requirement(line)
        if wanted.name == "torch":
            continue
        found = locked[canonicalize_name(wanted.name)]
        assert all(wanted.specifier.contains(version(pin)) for pin in found), line


@pytest.mark.parametrize("part", ["runtime.txt", "build.txt"])
def test_the_development_lock_holds_the_same_versions(root: Path, part: str) -> None:
    development = pins(root, "dev.txt")
    for name, requirements in pins(root, part).items():
        assert {str(pin) for pin in requirements} == {str(pin) for pin in development[name]}


def test_footnote_itself_needs_no_torch(root: Path) -> None:
    heavy = {"torch", "sentence-transformers", "transformers", "triton"}
    assert not heavy & pins(root, "runtime.txt").keys()


def test_the_development_lock_holds_nothing_for_graphics_cards(root: Path) -> None:
    names = pins(root, "dev.txt")
    assert not [name for name in names if re.match(r"nvidia-|cuda-|triton$|torch$", name)]


def test_both_builds_of_torch_are_the_version_that_the_extra_names(
    root: Path, project: dict[str, Any]
) -> None:
    models = project["project"]["optional-dependencies"]["models"]
    wanted = next(line for line in models if line.startswith("torch=="))
    assert [str(pin) for pin in pins(root, "torch.txt")["torch"]] == [wanted]
    assert [str(pin) for pin in pins(root, "torch-cpu.txt")["torch"]] == [f"{wanted}+cpu"]
