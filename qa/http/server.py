"""Running the API with uvicorn."""

from __future__ import annotations

import logging
import os
import socket
from contextlib import suppress
from copy import deepcopy
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

from uvicorn import Config, Server
from uvicorn.config import LOGGING_CONFIG
from uvicorn.supervisors import Multiprocess

from index.errors import CollectionError
from qa.http.app import create_app
from qa.http.keys import needs_keys
from qa.http.metrics import SHARED_FOLDER
from qa.records import open_records
from qa.settings import Settings

_LOGGER = logging.getLogger(__name__)
_BACKLOG = 2_048
# How long answers in flight may take to finish when the server is told to stop.
_SECONDS_TO_FINISH = 30
# How long a worker may not answer its supervisor before another one takes its place. On a busy
# machine it takes many seconds to start; the library's own five would kill it again and again.
_SECONDS_OF_SILENCE = 120


def serve(settings: Settings) -> None:
    """Serves until it is told to stop (SIGINT or SIGTERM), with `settings.workers` processes.

    Port 0 takes a free one; the log names it. Raises `CollectionError` when the data folder
    cannot be used or the port is taken.
    """
    open_records(settings.data_dir)  # a folder that cannot be used should be told now
    listening = _listen(settings.host, settings.port)
    config = Config(
        # A partial of a module's function: the workers are new processes that unpickle it.
        partial(create_app, settings),
        factory=True,
        workers=settings.workers,
        log_config=_logging(),
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        timeout_worker_healthcheck=_SECONDS_OF_SILENCE,
    )
    host, port = listening.getsockname()[:2]
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    _LOGGER.info("Footnote is at http://%s (stop it with Ctrl+C)", address)
    if needs_keys(settings):
        _LOGGER.info("Callers need an API key: footnote keys add NAME --scope ask|edit|admin")
    with suppress(KeyboardInterrupt), listening, TemporaryDirectory("footnote-metrics") as shared:
        if settings.workers > 1:
            # Read by the workers' metrics: any of them can tell what all of them did.
            os.environ[SHARED_FOLDER] = shared
            Multiprocess(config, sockets=[listening]).run()
        else:
            Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        # Without it a reply may wait 40 ms for the client's acknowledgement of its headers.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        raise CollectionError(
            f"Cannot listen on {host}:{port} ({error.strerror}); "
            "choose another with --port or --host."
        ) from error
    listening.set_inheritable(True)
    return listening


def _logging() -> dict[str, Any]:
    """Uvicorn's own, and what this package has to say."""
    config = deepcopy(LOGGING_CONFIG)
    config["loggers"]["qa.http"] = {"handlers": ["default"], "level": "INFO", "propagate": False}
    return config
