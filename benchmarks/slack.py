"""How long people in Slack wait: from the event to the first words, and to the whole reply.

    python -m benchmarks.slack --dataset FOLDER [--questions 100] [--json FILE]

FOLDER is a data set as `footnote eval` takes it: its articles become the collection, and its
questions are asked of `footnote slack`, a process of its own, by one asker and by twenty at once,
each asking again when the reply is whole. Slack is the double that the tests use, on this machine:
what the network adds, and Slack itself, is not in the figures.
"""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.collections import collection_of, read_questions
from benchmarks.measure import table, write_json
from benchmarks.search import latencies
from tests.bots.slack_double import APP_TOKEN, BOT, BOT_TOKEN, Message, SlackDouble

ASKERS = (1, 20)
WARM_UP = 5
_SECONDS_TO_WAIT = 60


def main() -> None:
    """Reads the command line, measures, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    questions = read_questions(arguments.dataset, arguments.questions + WARM_UP)
    with collection_of(arguments.dataset) as folder:
        results = measure(folder, questions)
    print(table(rows(results)))
    if arguments.json:
        write_json(arguments.json, results)


class Clock(SlackDouble):
    """A double that notes when words appear in a thread, and when a reply is whole."""

    def __init__(self) -> None:
        super().__init__()
        self.first: dict[str, float] = {}
        self.whole: dict[str, float] = {}
        self.streamed: set[str] = set()
        self.is_whole: defaultdict[str, threading.Event] = defaultdict(threading.Event)
        self._threads: dict[str, str] = {}

    def call(self, method: str, fields: Message, token: str) -> Message:
        """What a method answers; the moment is noted when it is done."""
        reply = super().call(method, fields, token)
        now = time.perf_counter()
        if method in ("chat.startStream", "chat.postMessage") and reply["ok"]:
            self.first[fields["thread_ts"]] = now
            self._threads[reply["ts"]] = fields["thread_ts"]
        if method in ("chat.stopStream", "chat.postMessage") and reply["ok"]:
            thread = self._threads[reply["ts"]]
            self.whole[thread] = now
            if method == "chat.stopStream":
                self.streamed.add(thread)
            self.is_whole[thread].set()
        return reply


def measure(folder: Path, questions: list[str]) -> dict[str, Any]:
    """Milliseconds to the first words and to the whole reply, for each number of askers."""
    settings = {
        "FOOTNOTE_SLACK_BOT_TOKEN": BOT_TOKEN,
        "FOOTNOTE_SLACK_APP_TOKEN": APP_TOKEN,
    }
    with Clock().running() as slack:
        footnote = Path(sys.executable).parent / "footnote"
        bot = subprocess.Popen(  # noqa: S603 - our own command
            [footnote, "slack", "--data-dir", folder],
            env=os.environ | settings | {"FOOTNOTE_SLACK_API_URL": slack.api_url},
            stdout=subprocess.DEVNULL,
        )
        try:
            while not slack.is_connected:
                if bot.poll() is not None:
                    raise SystemExit("footnote slack ended early; its error is above")
                time.sleep(0.05)
            for question in questions[:WARM_UP]:
                asked(slack, question)
            return {
                "questions": len(questions) - WARM_UP,
                "askers": {
                    str(count): of(slack, questions[WARM_UP:], count, folder) for count in ASKERS
                },
            }
        finally:
            bot.send_signal(signal.SIGTERM)
            bot.wait()


def of(slack: Clock, questions: list[str], askers: int, folder: Path) -> dict[str, Any]:
    """The figures where so many people ask at once; what the desk took, among them."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(askers) as people:
        took = list(people.map(lambda question: asked(slack, question), questions))
    seconds = time.perf_counter() - begun
    return {
        "first_words_ms": latencies([1000 * first for first, _whole, _streamed in took]),
        "whole_reply_ms": latencies([1000 * whole for _first, whole, _streamed in took]),
        "desk_ms": latencies(desk_times(folder, len(took))),
        "streamed": sum(streamed for _first, _whole, streamed in took),
        "replies_a_second": len(took) / seconds,
    }


def desk_times(folder: Path, count: int) -> list[float]:
    """Milliseconds from a question to its answer, without Slack, of the newest answers."""
    query = "SELECT json_extract(body, '$.timings_ms.total') FROM answers ORDER BY key DESC LIMIT ?"
    with closing(sqlite3.connect(folder / "records.sqlite")) as records:
        return [float(row[0]) for row in records.execute(query, (count,))]


def asked(slack: Clock, question: str) -> tuple[float, float, bool]:
    """Seconds until the first words and the whole reply, and whether it was streamed."""
    begun = time.perf_counter()
    event = slack.say(f"C{threading.get_ident()}", f"<@{BOT}> {question}")
    slack.send(event)
    if not slack.is_whole[event["ts"]].wait(_SECONDS_TO_WAIT):
        raise SystemExit(f"no reply within {_SECONDS_TO_WAIT} seconds: {question}")
    thread = event["ts"]
    first, whole = slack.first[thread] - begun, slack.whole[thread] - begun
    return first, whole, thread in slack.streamed


def rows(results: dict[str, Any]) -> list[tuple[str, str]]:
    """The results as table rows."""
    found = [("questions", str(results["questions"]))]
    for count, figures in results["askers"].items():
        who = "1 asker" if count == "1" else f"{count} askers"
        ways = {
            "first_words_ms": "event to first words",
            "whole_reply_ms": "event to whole reply",
            "desk_ms": "answering alone",
        }
        for name, label in ways.items():
            spread = figures[name]
            text = f"{spread['p50']:.0f} / {spread['p95']:.0f} ms"
            found.append((f"{who}: {label}, p50 / p95", text))
        found.append((f"{who}: streamed", f"{figures['streamed']}"))
        found.append((f"{who}: replies a second", f"{figures['replies_a_second']:.1f}"))
    return found


if __name__ == "__main__":
    main()
