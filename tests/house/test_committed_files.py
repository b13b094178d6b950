"""What is committed speaks of the project alone: no machine's paths, no registry's names."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

# Written in pieces, so that this file does not name what it looks for.
FOREIGN = re.compile(
    "|".join(
        (
            r"(?<![\w.])/work" + r"/",
            r"(?<![\w.])/opt" + r"/(?:wheels|pypi)",
            r"(?<![\w.])/root" + r"/",
            r"pypi\." + r"org",
            r"python" + r"hosted\.org",
            r"download[\w-]*\.py" + r"torch\.org",
            r"registry\." + r"npmjs",
        )
    )
)
SAMPLE = "articles/kazakhstan-crackdown.txt"
SAMPLE_SHA256 = "2a1f3b825e42805e0e53d206e51d9f701c535e23d9dd2cb6647f06975aa2ef98"


@pytest.fixture(scope="module")
def committed(root: Path) -> list[Path]:
    if not (root / ".git").exists():
        pytest.skip("not a clone")
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True)
    return [root / name for name in listing.stdout.decode().split("\0") if name]


def test_no_file_names_a_machine_or_a_registry(root: Path, committed: list[Path]) -> None:
    found = [
        f"{path.relative_to(root)}: {match[0]}"
        for path in committed
        if path.is_file()
        and b"\0" not in (content := path.read_bytes())
        and (match := FOREIGN.search(content.decode("utf-8", errors="replace")))
    ]
    assert found == []


def test_the_sample_article_is_the_users_own_byte_for_byte(root: Path) -> None:
    assert hashlib.sha256((root / SAMPLE).read_bytes()).hexdigest() == SAMPLE_SHA256
