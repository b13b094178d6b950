"""A collection under everything at once: who asks, who writes, who follows, and SIGKILL.

    python -m benchmarks.soak [--minutes 10] [--json FILE]

Eight askers question a running `footnote serve`. Articles come, change and go by `footnote add`
and `footnote articles remove`, by POST and DELETE, and by a folder that `footnote follow` keeps in
step. Every few seconds one of the processes is killed, and started again. At the end everything
that was reported as taken or removed must be so, every answer must still be kept, every quote must
have been in its article when it was given, and no request may have failed but those during which
the server was killed or started.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.measure import write_json
from benchmarks.soak_truth import Truth, Version, question_about, text_of

_FOOTNOTE = Path(sys.executable).parent / "footnote"
_ASKERS = 8
_BATCH = 4
_LONGEST_WAIT = 300.0
_LONGEST_START = 300.0


class Server:
    """`footnote serve` with two workers, killed and started again on the same port."""

    def __init__(self, data: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._data = data
        self._windows: list[tuple[float, float]] = []
        self._down_since: float | None = time.monotonic()
        self._start()

    def client(self) -> httpx.Client:
        """A client of its own for each thread."""
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=_LONGEST_WAIT)

    def was_down(self, start: float) -> bool:
        """Whether the server was killed or started at some moment since `start`."""
        return self._down_since is not None or any(end >= start for _, end in self._windows)

    def kill(self) -> None:
        """SIGKILL to all its processes; back when it is ready again."""
        self._down_since = time.monotonic()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._start()

    def stop(self) -> int:
        """SIGTERM, as an administrator would; the exit code."""
        self._process.terminate()
        return self._process.wait(60)

    def end(self) -> None:
        """Leaves nothing behind, however the soak ended."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    def _start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [_FOOTNOTE, "serve", "--workers", "2", "--port", str(self.port)],
            env=os.environ
            | {"FOOTNOTE_DATA_DIR": str(self._data), "FOOTNOTE_ANSWER_THRESHOLD": "0"},
            stdout=subprocess.DEVNULL,
            stderr=(self._data.parent / "serve.log").open("ab"),
            start_new_session=True,
        )
        deadline = time.monotonic() + _LONGEST_START
        with self.client() as client:
            while not _is_ready(client):
                if time.monotonic() > deadline:
                    raise SystemExit("footnote serve is not ready after minutes; its log is above")
                time.sleep(0.1)
        if self._down_since is not None:
            self._windows.append((self._down_since, time.monotonic()))
        self._down_since = None


def _environment(data: Path) -> dict[str, str]:
    """Answers whatever is asked: the soak is about what is cited, not about silence."""
    return os.environ | {"FOOTNOTE_DATA_DIR": str(data), "FOOTNOTE_ANSWER_THRESHOLD": "0"}


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").is_success
    except httpx.HTTPError:
        return False


class Soak:
    """The threads of one soak, and what they saw."""

    def __init__(self, home: Path) -> None:
        self.truth = Truth()
        self.failed: list[str] = []
        self.excused = 0
        self.lost: list[str] = []
        self.kills = {"server": 0, "writer": 0, "follower": 0}
        self.asked: list[float] = []
        self.searched: list[float] = []
        self.seen_after: list[float] = []
        self.answers: list[dict[str, Any]] = []
        self._data, self._folder, self._home = home / "data", home / "followed", home
        self._folder.mkdir()
        self._server = Server(self._data)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = threading.Event()

    def run(self, seconds: float) -> None:
        """Everything at once, then the last look."""
        try:
            self._everything(seconds)
            self._last_look()
        finally:
            self._server.end()

    def _everything(self, seconds: float) -> None:
        self._command("sources", "add", str(self._folder), "--every", "1h")
        threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(_ASKERS)]
        work = self._write_by_command, self._write_over_http, self._edit_folder, self._follow
        threads += [threading.Thread(target=one) for one in (*work, self._kill)]
        for thread in threads:
            thread.start()
        self._stop.wait(seconds)
        self._stop.set()
        for thread in threads:
            thread.join()

    def _ask(self, number: int) -> None:
        order = random.Random(number)  # noqa: S311 - any order will do
        with self._server.client() as client:
            while not self._stop.is_set():
                articles = self.truth.articles()
                if not articles:
                    time.sleep(0.5)
                    continue
                words = question_about(order.choice(articles))
                is_search = order.random() < 0.3
                start, least = time.monotonic(), self.truth.generation()
                path, body = ("/search", "query") if is_search else ("/ask", "question")
                reply = self._tried(partial(client.post, path, json={body: words}))
                if reply is None:
                    continue
                found = reply.json()
                (self.searched if is_search else self.asked).append(time.monotonic() - start)
                self.truth.check_reply(found, start, least)
                if not is_search:
                    self.answers.append(found)

    def _write_by_command(self) -> None:
        order, number = random.Random("command"), 0  # noqa: S311 - any order will do
        while not self._stop.is_set():
            number += 1
            if number % 5 == 0:
                gone = self._begin_removals("command", order, 2)
                names = [version.article_id for version in gone]
                self._until_done("articles", "remove", *names)
                self.truth.know(gone)
                continue
            versions = self._begin_versions("command", order, number)
            file = self._home / "batch.jsonl"
            lines = [
                json.dumps({"id": one.article_id, "title": one.article_id, "text": one.text})
                for one in versions
            ]
            file.write_text("\n".join(lines))
            self._until_done("add", str(file))
            self.truth.know(versions)

    def _write_over_http(self) -> None:
        order, number = random.Random("http"), 0  # noqa: S311 - any order will do
        with self._server.client() as client:
            while not self._stop.wait(1.0):
                number += 1
                if number % 7 == 0:
                    for version in self._begin_removals("http", order, 1):
                        place = f"/articles/{version.article_id}"
                        self._insisted(partial(client.delete, place), also=404)
                        self.truth.know([version])
                    continue
                for version in self._begin_versions("http", order, number)[:2]:
                    fields = {"id": version.article_id, "title": "K", "text": version.text}
                    self._insisted(partial(client.post, "/articles?wait=true", json=fields))
                    self.truth.know([version])

    def _edit_folder(self) -> None:
        order, number = random.Random("folder"), 0  # noqa: S311 - any order will do
        with self._server.client() as client:
            while not self._stop.wait(1.0):
                number += 1
                name = f"folder-{order.randrange(40)}"
                path = self._folder / f"{name}.txt"
                text = None if path.exists() and order.random() < 0.3 else text_of(name, number)
                version = self.truth.begin(name, text)
                saved = time.monotonic()
                if text is None:
                    path.unlink()
                else:
                    path.with_suffix(".part").write_text(text)
                    path.with_suffix(".part").replace(path)
                if self._is_seen(client, version):
                    self.truth.know([version])
                    self.seen_after.append(time.monotonic() - saved)
                else:
                    self.lost.append(f"{name} was saved {_LONGEST_WAIT:.0f} s ago and is not there")

    def _is_seen(self, client: httpx.Client, version: Version) -> bool:
        deadline = time.monotonic() + _LONGEST_WAIT
        while time.monotonic() < deadline:
            reply = self._tried(partial(client.get, f"/articles/{version.article_id}"), also=404)
            if reply is not None:
                text = reply.json()["text"] if reply.is_success else None
                if text == version.text:
                    return True
            time.sleep(0.2)
        return False

    def _follow(self) -> None:
        """`footnote follow`; it ends at once while the server does the same."""
        while not self._stop.is_set():
            self._command("follow", name="follower")
            self._stop.wait(2.0)

    def _kill(self) -> None:
        order = random.Random()  # noqa: S311 - other moments each time
        while not self._stop.wait(order.uniform(3.0, 9.0)):
            name = order.choice(["server", "writer", "writer", "follower"])
            if name == "server":
                self._server.kill()
                self.kills[name] += 1
            elif (process := self._running.get(name)) and process.poll() is None:
                process.kill()
                self.kills[name] += 1
        if (process := self._running.get("follower")) and process.poll() is None:
            process.terminate()

    def _begin_versions(self, name: str, order: random.Random, number: int) -> list[Version]:
        """New articles, and new texts for old ones."""
        most = 10 + number * 2
        places = order.sample(range(most), _BATCH)
        return [
            self.truth.begin(f"{name}-{place}", text_of(f"{name}-{place}", number))
            for place in places
        ]

    def _begin_removals(self, name: str, order: random.Random, count: int) -> list[Version]:
        there = [one for one in self.truth.articles() if one.startswith(name)]
        return [self.truth.begin(one, None) for one in order.sample(there, count)]

    def _command(self, *arguments: str, name: str = "other") -> int:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [_FOOTNOTE, *arguments],
            env=_environment(self._data),
            stdout=subprocess.DEVNULL,
            stderr=(self._home / "commands.log").open("ab"),
        )
        self._running[name] = process
        return process.wait()

    def _until_done(self, *arguments: str) -> None:
        """A command, again until it is not killed; what is removed already is named with a 1."""
        while (code := self._command(*arguments, name="writer")) != 0:
            if code == 1 and arguments[0] == "articles":
                return
            if code > 0:
                self.failed.append(f"footnote {' '.join(arguments[:2])} ended with {code}")
                return

    def _insisted(self, send: Callable[[], httpx.Response], also: int = 0) -> None:
        while self._tried(send, also) is None:
            time.sleep(0.2)

    def _tried(self, send: Callable[[], httpx.Response], also: int = 0) -> httpx.Response | None:
        """A reply, or None: excused while the server is down, noted as failed otherwise."""
        start = time.monotonic()
        try:
            reply = send()
            if reply.is_success or reply.status_code == also:
                return reply
            reason = f"{reply.status_code} {reply.text[:300]}"
        except httpx.HTTPError as error:
            reason = repr(error)
        if self._server.was_down(start):
            self.excused += 1
            time.sleep(0.1)
        else:
            self.failed.append(reason)
        return None

    def _last_look(self) -> None:
        """Nothing lost, nothing wrong, every answer kept and marked where its quote is gone."""
        now = time.monotonic()
        with self._server.client() as client:
            for article_id in self.truth.articles():
                reply = client.get(f"/articles/{article_id}")
                text = reply.json()["text"] if reply.is_success else None
                if text not in self.truth.possible(article_id, now, now):
                    self.lost.append(f"{article_id} is not as it was last reported")
            for answer in self.answers:
                self._check_kept(client, answer)
        if self._server.stop() != 0:
            self.failed.append("footnote serve did not stop in good order")
        if self._command("verify") != 0:
            self.lost.append("footnote verify found something")

    def _check_kept(self, client: httpx.Client, answer: dict[str, Any]) -> None:
        reply = client.get(f"/answers/{answer['id']}")
        if not reply.is_success:
            self.lost.append(f"answer {answer['id']} is gone")
            return
        marked = {one["article_id"] for one in reply.json()["corrections"]}
        now = time.monotonic()
        for one in answer["citations"]:
            (text, *_) = self.truth.possible(one["article_id"], now, now)
            gone = text is None or one["quote"] not in text
            if gone and one["supports"] and one["article_id"] not in marked:
                self.lost.append(f"answer {answer['id']} is not marked as corrected")


def report(soak: Soak, minutes: float) -> dict[str, Any]:
    """The figures; the lists hold the first of each kind of fault."""
    return {
        "minutes": minutes,
        "kills": soak.kills,
        "answers": len(soak.asked),
        "searches": len(soak.searched),
        "generation": soak.truth.generation(),
        "articles": len(soak.truth.articles()),
        "ask_seconds": _spread(soak.asked),
        "search_seconds": _spread(soak.searched),
        "saved_file_seen_after_seconds": _spread(soak.seen_after),
        "requests_excused_while_the_server_was_down": soak.excused,
        "requests_failed_otherwise": len(soak.failed),
        "wrong_citations": len(soak.truth.wrong),
        "lost": len(soak.lost),
        "faults": [*soak.failed[:20], *soak.truth.wrong[:20], *soak.lost[:20]],
    }


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    p50, p95, most = np.percentile(seconds, [50, 95, 100]) if seconds else (0, 0, 0)
    return {"p50": round(float(p50), 3), "p95": round(float(p95), 3), "max": round(float(most), 3)}


def main() -> None:
    """Soaks, prints the figures, and ends with 1 when anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="footnote-soak-") as name:
        soak = Soak(Path(name))
        soak.run(60 * arguments.minutes)
        figures = report(soak, arguments.minutes)
        logs = [Path(name, f"{one}.log").read_text()[-4_000:] for one in ("serve", "commands")]
    print(json.dumps(figures, indent=2))
    if figures["faults"]:
        print(*logs, sep="\n", file=sys.stderr)
        raise SystemExit(1)
    if arguments.json:
        write_json(arguments.json, figures)


if __name__ == "__main__":
    main()
