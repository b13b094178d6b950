"""Jobs are kept with what was sent, done in order, once for each key."""

from __future__ import annotations

import json
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qa.records import JobQueue, open_records
from qa.records.jobs import (
    KEPT_DAYS,
    IdempotencyKey,
    KeyReusedError,
    QueueFullError,
    QueueLimits,
    Submission,
)
from tests.qa.older_records import older_records

ROOMY = QueueLimits(jobs=100, bytes=1_000_000)
KEY = IdempotencyKey("caller", "key")


@pytest.fixture
def queue(tmp_path: Path) -> JobQueue:
    return open_records(tmp_path).jobs()


def files(*texts: str) -> Submission:
    return Submission("files", tuple((f"{text}.txt", text.encode()) for text in texts))


def put(queue: JobQueue, name: str, key: IdempotencyKey | None = None, sent: str = "text") -> str:
    return queue.put(name, f'{{"id": "{name}"}}', files(sent), key, ROOMY)


def test_jobs_come_out_in_the_order_they_came_in_with_what_was_sent(queue: JobQueue) -> None:
    for name in "abc":
        queue.put(name, name, files(name, f"more {name}"), None, ROOMY)
    for name in "abc":
        claimed = queue.claim()
        assert claimed is not None
        assert (claimed.id, claimed.submission) == (name, files(name, f"more {name}"))
        queue.note(name, "done", name)
    assert queue.claim() is None


def test_what_was_begun_comes_first_and_its_attempts_are_counted(queue: JobQueue) -> None:
    put(queue, "a")
    put(queue, "b")
    for attempts in range(3):
        claimed = queue.claim()
        assert claimed is not None
        assert (claimed.id, claimed.attempts) == ("a", attempts)
    queue.put_back("a", "stopped")
    claimed = queue.claim()
    assert claimed is not None
    assert (claimed.body, claimed.attempts) == ("stopped", 2)


def test_a_job_stands_as_it_was_last_noted_and_lets_go_of_what_was_sent(
    queue: JobQueue, tmp_path: Path
) -> None:
    put(queue, "a")
    queue.note("a", "running", "half")
    assert (queue.find("a"), queue.waiting()) == ("half", (1, 4))
    queue.note("a", "done", "whole")
    assert (queue.find("a"), queue.waiting()) == ("whole", (0, 0))
    with sqlite3.connect(tmp_path / "records.sqlite") as records:
        assert records.execute("SELECT count(*) FROM job_inputs").fetchone() == (0,)
    assert queue.find("nobody's") is None


def test_the_same_key_and_submission_are_one_job(queue: JobQueue) -> None:
    assert put(queue, "first", KEY) == put(queue, "second", KEY) == '{"id": "first"}'
    assert queue.find("second") is None


def test_the_same_key_with_another_submission_is_refused(queue: JobQueue) -> None:
    put(queue, "first", KEY)
    with pytest.raises(KeyReusedError):
        put(queue, "second", KEY, sent="other")


def test_callers_may_choose_the_same_key(queue: JobQueue) -> None:
    put(queue, "first", KEY)
    other = IdempotencyKey("another caller", KEY.key)
    assert put(queue, "second", other, sent="other") == '{"id": "second"}'


def test_two_at_once_with_one_key_are_one_job(queue: JobQueue) -> None:
    got: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: got.append(put(queue, f"job-{n}", KEY)))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len(set(got)) == 1
    assert queue.waiting()[0] == 1


def test_no_more_waits_than_may(queue: JobQueue) -> None:
    tight = QueueLimits(jobs=2, bytes=10)
    queue.put("a", "", files("four"), None, tight)
    with pytest.raises(QueueFullError):
        queue.put("b", "", files("seven.."), None, tight)
    queue.put("b", "", files("b"), None, tight)
    with pytest.raises(QueueFullError):
        queue.put("c", "", files("c"), None, tight)
    queue.note("a", "done", "")
    queue.put("c", "", files("c"), None, tight)


def test_one_process_at_a_time_takes_over(tmp_path: Path) -> None:
    first, second = open_records(tmp_path).jobs(), open_records(tmp_path).jobs()
    assert first.take_over()
    assert not second.take_over()
    first.release()
    assert second.take_over()
    second.release()


def test_the_wait_of_the_oldest_job_is_known_until_it_is_done(
    queue: JobQueue, tmp_path: Path
) -> None:
    assert queue.oldest_seconds() == 0
    put(queue, "old")
    put(queue, "new")
    with sqlite3.connect(tmp_path / "records.sqlite") as records:
        records.execute("UPDATE jobs SET submitted_at = submitted_at - 3600 WHERE id = 'old'")
    assert queue.oldest_seconds() >= 3600
    queue.note("old", "running", "")
    assert queue.oldest_seconds() >= 3600
    queue.note("old", "done", "")
    assert 0 <= queue.oldest_seconds() < 3600
    queue.note("new", "failed", "")
    assert queue.oldest_seconds() == 0


def test_jobs_that_ended_long_ago_are_forgotten_when_new_ones_come(
    queue: JobQueue, tmp_path: Path
) -> None:
    put(queue, "ended long ago", KEY)
    put(queue, "waits since then")
    put(queue, "just ended")
    for name in ("ended long ago", "just ended"):
        queue.note(name, "done", name)
    then = datetime.now(UTC) - timedelta(days=KEPT_DAYS, minutes=1)
    with sqlite3.connect(tmp_path / "records.sqlite") as records:
        records.execute(
            "UPDATE jobs SET changed_at = ? WHERE id != 'just ended'", (then.isoformat(),)
        )
    assert queue.find("ended long ago") is not None
    put(queue, "new", KEY, sent="other")
    assert queue.find("ended long ago") is None
    assert all(queue.find(name) for name in ("waits since then", "just ended", "new"))


def test_when_jobs_of_an_older_version_came_is_taken_from_their_last_change(
    tmp_path: Path,
) -> None:
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    with sqlite3.connect(older_records(tmp_path, "0008")) as records:
        records.execute(
            "INSERT INTO jobs (id, kind, status, attempts, bytes, changed_at, body) "
            "VALUES ('a', 'files', 'queued', 0, 0, ?, '{}')",
            (hour_ago.isoformat(timespec="milliseconds"),),
        )
    assert 3600 <= open_records(tmp_path).jobs().oldest_seconds() < 7200


def test_jobs_of_an_older_version_are_kept_and_those_it_lost_have_failed(tmp_path: Path) -> None:
    with sqlite3.connect(older_records(tmp_path, "0004")) as records:
        for status in ("done", "running"):
            body = json.dumps({"id": status, "status": status})
            records.execute("INSERT INTO jobs VALUES (?, '2026-11-01', ?)", (status, body))
    queue = open_records(tmp_path).jobs()
    assert json.loads(queue.find("done") or "") == {"id": "done", "status": "done"}
    lost = json.loads(queue.find("running") or "")
    assert (lost["status"], "send again" in lost["error"]) == ("failed", True)
    assert queue.claim() is None
