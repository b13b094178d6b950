"""A folder that may not be written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.conftest import ROOT, opened
from tests.faults.writing import documents

# Root may write everywhere; without its capabilities it is a user like any other.
_AS_A_USER = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.getuid() == 0 else []

pytestmark = pytest.mark.skipif(
    bool(_AS_A_USER) and shutil.which("setpriv") is None, reason="root needs setpriv for this"
)


def add_three(folder: Path) -> subprocess.CompletedProcess[str]:
    """Adds three articles without the right to write everywhere."""
    return subprocess.run(
        [*_AS_A_USER, sys.executable, "-m", "tests.faults.writing", str(folder), "new", "3"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_collection_that_may_only_be_read_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    opened(folder).add(documents("old", 3))
    try:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        told = add_three(folder)
    finally:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert told.returncode == 1, told.stderr
    assert told.stderr.startswith("CollectionError: Cannot ")
    assert "permissions" in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert opened(folder).status().articles == 3


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    parent = tmp_path / "closed"
    parent.mkdir()
    parent.chmod(0o555)
    told = add_three(parent / "data")
    parent.chmod(0o755)
    assert told.returncode == 1, told.stderr
    assert told.stderr.startswith(f"CollectionError: Cannot create {parent / 'data'}")
    assert len(told.stderr.splitlines()) == 1
