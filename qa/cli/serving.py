"""`footnote serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from qa.cli.options import DataDir, settings_for


def serve(
    data_dir: DataDir = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on.", min=0, max=65_535, show_default="8000")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Worker processes.", min=1, show_default="1")
    ] = None,
) -> None:
    """Serve the HTTP API."""
    from qa.http.server import serve as run

    stated = settings_for(data_dir)
    given = {"host": host, "port": port, "workers": workers}
    run(stated.model_copy(update={name: v for name, v in given.items() if v is not None}))
