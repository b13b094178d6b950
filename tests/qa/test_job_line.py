"""A job that the process keeps dying with does not keep it from the others."""

from __future__ import annotations

import time
from pathlib import Path

from index.indexer import open_indexer
from qa.http.job_line import JobLine
from qa.job_shapes import Job
from qa.records import open_records
from qa.records.jobs import QueueLimits, Submission
from qa.settings import Settings

ROOMY = QueueLimits(jobs=10, bytes=10_000)


def ended(line: JobLine, job_id: str) -> Job:
    deadline = time.monotonic() + 60
    while (job := line.find(job_id)) is None or not job.has_ended:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return job


def test_after_three_deaths_a_job_is_given_up_and_the_next_one_done(tmp_path: Path) -> None:
    queue = open_records(tmp_path).jobs()
    for name in ("deadly", "harmless"):
        submission = Submission("files", ((f"{name}.txt", b"The pier is long."),))
        queue.put(name, Job(id=name).model_dump_json(), submission, None, ROOMY)
    for _ in range(3):
        assert queue.claim() is not None  # by processes that died of it
    indexer = open_indexer(Settings(data_dir=tmp_path).index_options())
    line = JobLine(indexer, queue, ROOMY)
    try:
        deadly, harmless = ended(line, "deadly"), ended(line, "harmless")
    finally:
        line.close()
    assert (deadly.status, deadly.taken) == ("failed", [])
    assert "stopped 3 times" in (deadly.error or "")
    assert (harmless.status, harmless.counts.added) == ("done", 1)
    assert queue.waiting() == (0, 0)
