"""How the server logs: lines for people, or JSON lines for programs."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from qa.settings import Settings

_OURS = ("bots", "index", "qa")


class JsonLines(logging.Formatter):
    """Each record as one JSON object: `time`, `level`, `logger`, `message`, and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def logging_config(servers: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The server's own configuration and ours, for `logging.config.dictConfig`."""
    config: dict[str, Any] = deepcopy(dict(servers))
    if settings.log_format == "json":
        config["formatters"]["default"] = {"()": f"{__name__}.{JsonLines.__name__}"}
    config["loggers"] |= {
        name: {"handlers": ["default"], "level": "INFO", "propagate": False} for name in _OURS
    }
    return config
