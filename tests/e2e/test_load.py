"""Many ask at once, and none is lost."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from qa.answer import Answer
from qa.client import Client, ProblemError
from tests.e2e.conftest import QUESTION, serving
from tests.e2e.figures import questions

CLIENTS = 32
BUSY = "urn:footnote:problem:busy"


class Asker:
    """A client that asks again when it is told to."""

    def __init__(self, address: str, *, streaming: bool) -> None:
        self._client = Client(address, timeout=120)
        self._streaming = streaming
        self.turned_away = 0

    def ask(self) -> Answer:
        while True:
            try:
                return self._answer()
            except ProblemError as problem:
                if (problem.type, problem.retry_after) != (BUSY, 1):
                    raise
                self.turned_away += 1
                time.sleep(1)

    def _answer(self) -> Answer:
        if not self._streaming:
            return self._client.ask(QUESTION)
        *_, answer = self._client.ask_streaming(QUESTION)
        assert isinstance(answer, Answer)
        return answer


def test_thirty_two_clients_get_every_answer(sample: Path) -> None:
    with serving(sample, "--workers", "2") as api:
        address = str(api.base_url)
        askers = [Asker(address, streaming=bool(number % 2)) for number in range(CLIENTS)]
        with ThreadPoolExecutor(CLIENTS) as threads:
            answers = list(threads.map(Asker.ask, askers))
        assert len({answer.id for answer in answers}) == CLIENTS
        assert {answer.status for answer in answers} == {"answered"}
        with Client(address) as client:
            assert all(client.answer(one.id).answer == one.answer for one in answers)
        turned_away = sum(asker.turned_away for asker in askers)
        counted = questions(api)
        assert counted.pop("answered") == CLIENTS
        assert counted == ({"refused": turned_away} if turned_away else {})
