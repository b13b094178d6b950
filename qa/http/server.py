"""Running the API with uvicorn."""

from __future__ import annotations

import os
import socket

import uvicorn
from fastapi import FastAPI

from index.errors import CollectionError
from qa.http.app import create_app
from qa.settings import Settings

_SETTINGS = "FOOTNOTE_SERVED_SETTINGS"


def serve(settings: Settings) -> None:
    """Serves until it is stopped. Raises `CollectionError` when the port is taken."""
    _check_port(settings)
    # Workers are processes of their own; they take the settings from the environment.
    os.environ[_SETTINGS] = settings.model_dump_json()
    uvicorn.run(
        "qa.http.server:app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        timeout_graceful_shutdown=30,
        server_header=False,
    )


def app() -> FastAPI:
    """The application of one worker process."""
    return create_app(Settings.model_validate_json(os.environ[_SETTINGS]))


def _check_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CollectionError(
                f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
                "choose another with --port or --host."
            ) from error
