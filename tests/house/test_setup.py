"""Making .venv: finding a Python, healing after an interruption, doing nothing twice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# A build backend as small as can be, so that these tests need no registry.
BACKEND = """
import zipfile

def build_editable(folder, settings=None, metadata=None):
    info = "footnote-0.dist-info"
    with zipfile.ZipFile(f"{folder}/footnote-0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: footnote\\nVersion: 0\\n")
        tags = "Root-Is-Purelib: true\\nTag: py3-none-any"
        wheel.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\\n{tags}\\n")
        wheel.writestr(f"{info}/RECORD", "")
        wheel.writestr(f"{info}/entry_points.txt", "[console_scripts]\\nfootnote = site:main\\n")
    return "footnote-0-py3-none-any.whl"
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "footnote"
version = "0"
"""


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A project with nothing to download, set up by the real script."""
    (tmp_path / "tools").mkdir()
    shutil.copy(root / "tools" / "setup.py", tmp_path / "tools")
    (tmp_path / "requirements").mkdir()
    for lock in (root / "requirements").glob("*.txt"):
        (tmp_path / "requirements" / lock.name).touch()
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (tmp_path / "backend.py").write_text(BACKEND, encoding="utf-8")
    return tmp_path


def _set_up(project: Path, level: str = "runtime") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "tools/setup.py", level],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_environment_is_made_once_and_healed_after_an_interruption(project: Path) -> None:
    first = _set_up(project)
    assert (first.returncode, first.stderr) == (0, "")
    script = project / ".venv" / "bin" / "footnote"
    assert os.access(script, os.X_OK)

    second = _set_up(project)
    assert (second.returncode, second.stdout) == (0, "")

    # As an interrupted run leaves it: files half there, and no stamp yet.
    (project / ".venv" / "footnote-stamp").unlink()
    shutil.rmtree(next((project / ".venv" / "lib").glob("*/site-packages/pip")))
    script.unlink()
    healed = _set_up(project)
    assert (healed.returncode, healed.stderr) == (0, "")
    assert os.access(script, os.X_OK)


def test_a_changed_lock_makes_the_environment_afresh(project: Path) -> None:
    _set_up(project)
    left_over = project / ".venv" / "left-over"
    left_over.touch()
    (project / "requirements" / "runtime.txt").write_text("# changed\n", encoding="utf-8")
    assert _set_up(project).returncode == 0
    assert not left_over.exists()


def test_a_failed_install_says_so_and_leaves_no_stamp(project: Path) -> None:
    pin = f"nothing-of-this-name==1 --hash=sha256:{'0' * 64}\n"
    (project / "requirements" / "runtime.txt").write_text(f"--no-index\n{pin}", encoding="utf-8")
    failed = _set_up(project)
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1].startswith("Could not install Footnote's libraries")
    assert not (project / ".venv" / "footnote-stamp").exists()


def test_an_unknown_level_is_wrong_usage(project: Path) -> None:
    assert _set_up(project, "everything").returncode == 2


def _find(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", root / "tools" / "python.sh"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _python(folder: Path, name: str, *, new_enough: bool) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {0 if new_enough else 1}\n", encoding="utf-8")
    path.chmod(0o755)


def test_a_newer_python_is_found_beside_an_old_python3(root: Path, tmp_path: Path) -> None:
    _python(tmp_path, "python3", new_enough=False)
    _python(tmp_path, "python3.12", new_enough=True)
    assert _find(root, PATH=str(tmp_path)).stdout == "python3.12\n"


def test_a_named_python_is_taken(root: Path) -> None:
    assert _find(root, PYTHON=sys.executable, PATH="").stdout == f"{sys.executable}\n"


def test_a_named_python_that_is_too_old_is_refused(root: Path, tmp_path: Path) -> None:
    _python(tmp_path, "old", new_enough=False)
    refused = _find(root, PYTHON=str(tmp_path / "old"), PATH="")
    assert refused.returncode == 1
    assert "is not a Python 3.11 or newer" in refused.stderr


def test_without_a_python_one_sentence_says_what_is_needed(root: Path, tmp_path: Path) -> None:
    missing = _find(root, PATH=str(tmp_path))
    assert missing.returncode == 1
    assert missing.stderr.startswith("Footnote needs Python 3.11 or newer")
    assert missing.stderr.count("\n") == 1
