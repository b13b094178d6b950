"""The few choices that the index layer needs from whoever opens it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# The folder inside the data folder for what can be rebuilt from the catalogue at any time.
DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """Limits on what is read from files and addresses. Sizes in bytes, times in seconds.

    `fetch_pause` is the least time between two pages that a followed source asks of one site.
    """

    max_file_bytes: int = 50_000_000
    max_download_bytes: int = 20_000_000
    download_timeout: float = 20.0
    fetch_pause: float = 1.0
    allow_private_addresses: bool = False
    user_agent: str = "FootnoteBot/1.0"


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """Where the data lives and which embedding model reads it (None: the bundled one)."""

    data_dir: Path
    embedding_model: str | None = None
    reading: ReadingOptions = ReadingOptions()
