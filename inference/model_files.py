"""A bundled model's files, read and checked against their manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REMEDY = "install footnote again to restore it"


class ModelError(Exception):
    """A bundled model cannot be used; the message is one plain sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """What the manifest states, and the bytes of the files it lists.

    `fingerprint` is the name with the start of the manifest's own SHA-256, so it changes with
    any of the files. `facts` is the whole manifest.
    """

    name: str
    max_tokens: int
    fingerprint: str
    facts: Mapping[str, Any]
    graph: bytes
    tokenizer: bytes


def read_model_files(folder: Path) -> ModelFiles:
    """Reads the model in `folder` and holds every file to its SHA-256 in `manifest.json`.

    Raises ModelError when a file is missing, unreadable or not the one the manifest names.
    """
    stated = _read(folder / "manifest.json")
    try:
        manifest = json.loads(stated)
        checksums = {role: manifest["files"][role] for role in ("graph", "tokenizer")}
        contents = {role: _checked(folder, entry) for role, entry in checksums.items()}
        return ModelFiles(
            name=str(manifest["name"]),
            max_tokens=int(manifest["max_tokens"]),
            fingerprint=f"{manifest['name']}:{hashlib.sha256(stated).hexdigest()[:16]}",
            facts=manifest,
            graph=contents["graph"],
            tokenizer=contents["tokenizer"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(folder / "manifest.json") from error


def _checked(folder: Path, entry: dict[str, str]) -> bytes:
    path = folder / entry["name"]
    content = _read(path)
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise _damaged(path)
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"The model's file {path} cannot be read; {REMEDY}.") from error


def _damaged(path: Path) -> ModelError:
    return ModelError(f"The model's file {path} is damaged; {REMEDY}.")
