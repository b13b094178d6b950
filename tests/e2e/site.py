"""A web site on this machine, for servers that may fetch from private addresses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PRIVATE = {"FOOTNOTE_ALLOW_PRIVATE_ADDRESSES": "true"}
PIER = (
    "<html><title>The pier of Nordby</title><article><p>The pier of Nordby is 508 metres long. "
    + "It was told at length. " * 12
    + "</p></article></html>"
)


@contextmanager
def site(pages: dict[str, str]) -> Iterator[str]:
    """The address of a site with these pages by path; whatever else is asked for is not there."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *_arguments: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
