"""The worker processes of a running server."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from tests.e2e.conftest import server
from tests.e2e.processes import workers_of
from tests.waiting import wait_for


def test_a_worker_that_is_killed_when_it_owes_a_sign_of_life_is_replaced_at_once(
    sample: Path,
) -> None:
    with server(sample, "--workers", "2") as (api, process):
        wait_for(lambda: len(workers_of(process.pid)) == 2)
        hung, other = workers_of(process.pid)
        os.kill(hung, signal.SIGSTOP)
        time.sleep(2)  # all are asked for one twice a second
        os.kill(hung, signal.SIGKILL)
        wait_for(lambda: len(set(workers_of(process.pid)) - {hung, other}) == 1)
        api.get("/healthz").raise_for_status()
