"""Running the API with uvicorn."""

from __future__ import annotations

import logging
import os
import socket
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from uvicorn import Config, Server
from uvicorn.config import LOGGING_CONFIG
from uvicorn.supervisors import Multiprocess

from index.errors import CollectionError
from qa.http.app import create_app
from qa.http.keys import needs_keys
from qa.http.logs import logging_config
from qa.http.metrics import SHARED_FOLDER
from qa.http.rates import rate_limits
from qa.records import open_records
from qa.settings import Settings

_LOGGER = logging.getLogger(__name__)
_BACKLOG = 2_048
# How long answers in flight may take to finish when the server is told to stop.
_SECONDS_TO_FINISH = 30
# On a busy machine a worker may need that long to load; the default of 5 would end it before.
_SECONDS_TO_SHOW_LIFE = 120


def serve(settings: Settings) -> None:
    """Serves until it is told to stop (SIGINT or SIGTERM), with `settings.workers` processes.

    Port 0 takes a free one; the log names it. Raises `CollectionError` when the data folder
    cannot be used or the port is taken.
    """
    # What cannot be used should be told now, not by each worker.
    open_records(settings.data_dir)
    rate_limits(settings)
    listening = _listen(settings.host, settings.port)
    host, port = listening.getsockname()[:2]
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    with suppress(KeyboardInterrupt), listening, TemporaryDirectory("footnote") as shared:
        config = _config(settings, Path(shared))
        _LOGGER.info("Footnote is at http://%s (stop it with Ctrl+C)", address)
        if needs_keys(settings):
            _LOGGER.info("Callers need an API key: footnote keys add NAME --scope ask|edit|admin")
        if settings.workers > 1:
            # Read by the workers' metrics: any of them can tell what all of them did.
            os.environ[SHARED_FOLDER] = shared
            _Workers(config, sockets=[listening]).run()
        else:
            Server(config).run(sockets=[listening])


class _Workers(Multiprocess):
    """uvicorn's worker processes, of which one that was killed is replaced at once."""

    def keep_subprocess_alive(self) -> None:
        """Replaces the workers that ended or do not show life."""
        for worker in self.processes:
            # While this process has the worker's end of their pipe open too, a worker that is
            # killed when it owes a sign of life is waited for as if it still ran.
            worker.child_conn.close()
        super().keep_subprocess_alive()


def _config(settings: Settings, shared: Path) -> Config:
    """Sets up the log as well."""
    return Config(
        # A partial of a module's function: the workers are new processes that unpickle it.
        partial(create_app, settings, shared),
        factory=True,
        workers=settings.workers,
        log_config=logging_config(LOGGING_CONFIG, settings),
        access_log=False,  # ours says more
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        timeout_worker_healthcheck=_SECONDS_TO_SHOW_LIFE,
    )


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
