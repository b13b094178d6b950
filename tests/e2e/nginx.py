"""A real nginx in front of a server, set up as docs/operations.md has it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import ROOT

NAME = "articles.example.org"
_AROUND = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


@contextmanager
def behind_nginx(
    address: str, folder: Path, *, read_timeout: str = "60s", local_address: str = "127.0.0.1"
) -> Iterator[httpx.Client]:
    """A client of the proxy, whose requests come from `local_address`."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed (Debian's package is called nginx-light)")
    port = _free_port()
    server = _documented()
    for stated, ours in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("http://127.0.0.1:8000", address),
        ("proxy_read_timeout 60s;", f"proxy_read_timeout {read_timeout};"),
    ):
        assert stated in server
        server = server.replace(stated, ours)
    settings, log = folder / "nginx.conf", folder / "nginx.log"
    settings.write_text(_AROUND.format(folder=folder, server=server))
    process = subprocess.Popen([program, "-p", folder, "-c", settings, "-e", log])
    try:
        _wait_for(port, process, log)
        transport = httpx.HTTPTransport(local_address=local_address)
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Host": NAME},
            transport=transport,
            timeout=60,
        ) as client:
            yield client
    finally:
        process.terminate()
        process.wait(timeout=30)


def _documented() -> str:
    found = re.search(r"```nginx\n(.*?)```", (ROOT / "docs" / "operations.md").read_text(), re.S)
    assert found
    return found[1]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        else:
            return
