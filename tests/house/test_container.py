"""The container's files agree with each other and with the package."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture(scope="module")
def dockerfile(root: Path) -> str:
    return (root / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def service(root: Path) -> dict[str, Any]:
    compose = yaml.safe_load((root / "docker-compose.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = compose["services"]["footnote"]
    return found


def test_everything_that_the_image_copies_exists_and_reaches_the_build(
    root: Path, dockerfile: str
) -> None:
    ignore = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    sources = [source for line in copies for source in line.split()]
    assert sources
    for source in sources:
        assert (root / source).exists(), source
        assert f"!{source.split('/')[0]}" in ignore, source


def test_the_image_installs_only_from_the_locks_with_hashes(dockerfile: str) -> None:
    installs = re.findall(r"pip install ((?:[^&\\\n]|\\\n)*)", dockerfile)
    assert installs
    for arguments in installs:
        assert "--require-hashes" in arguments or "--no-index" in arguments
    assert "torch" not in "".join(re.findall(r"requirements/\S+", dockerfile))


def test_the_program_runs_as_an_ordinary_user(dockerfile: str) -> None:
    users = re.findall(r"^USER (\d+)$", dockerfile, re.MULTILINE)
    assert users
    assert users[-1] != "0"


def test_the_port_is_open_to_this_machine_only(service: dict[str, Any]) -> None:
    assert service["ports"] == ["127.0.0.1:8000:8000"]


def test_only_the_volume_and_tmp_can_be_written(service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - a folder inside the container
    writable = [volume for volume in service["volumes"] if not volume.endswith(":ro")]
    assert writable == ["data:/data"]
