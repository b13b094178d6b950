"""`footnote mcp`."""

from __future__ import annotations

from qa.cli.options import DataDir, settings_for
from qa.errors import SetupError


def mcp(data_dir: DataDir = None) -> None:
    """Offer the collection to language models as tools, over standard input and output."""
    try:
        from bots.model_context.server import OwnThreads, Tools, create_server
    except ImportError as error:
        raise SetupError(
            "The Model Context Protocol needs a library; install it with: "
            'pip install "footnote[mcp]"'
        ) from error
    from qa.desk import open_desk

    tools = Tools()
    tools.start(open_desk(settings_for(data_dir)), OwnThreads())
    create_server(tools).run("stdio")
