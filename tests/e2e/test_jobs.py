"""Jobs outlive the server; a request that is sent again is known by its key."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import httpx

from tests.e2e.conftest import server, serving

# More than the indexer commits at once, so that a job can be stopped in its midst.
MANY = 900


def articles(count: int) -> dict[str, object]:
    made = [{"title": f"Number {n}", "text": f"Article {n} of many."} for n in range(count)]
    return {"articles": made}


def wait_for(api: httpx.Client, job_id: str, *, taken: int = 0) -> dict[str, object]:
    """The job once so many of its sources are taken, with 0 once it has ended."""
    deadline = time.monotonic() + 60
    while True:
        job: dict[str, object] = api.get(f"/jobs/{job_id}").json()
        has_ended = job["status"] in ("done", "failed")
        if has_ended or (taken and len(job["taken"]) >= taken):  # type: ignore[arg-type]
            return job
        assert time.monotonic() < deadline, job
        time.sleep(0.02)


def ids(api: httpx.Client) -> list[str]:
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = api.get("/articles", params={"limit": "500", **cursor}).json()
        found += [one["id"] for one in page["articles"]]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


def test_a_killed_server_goes_on_with_its_jobs_and_doubles_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with server(data) as (api, process):
        begun = api.post("/articles", json=articles(MANY)).json()
        queued = api.post("/articles", files=[("file", ("pier.txt", b"The pier."))]).json()
        stopped_at = wait_for(api, begun["id"], taken=1)
        process.kill()
    assert stopped_at["status"] == "running"
    with serving(data) as api:
        job = wait_for(api, begun["id"])
        names = [one["source"] for one in job["taken"]]  # type: ignore[attr-defined]
        assert (job["status"], sorted(names)) == ("done", sorted({*names}))
        assert len(names) == MANY
        assert wait_for(api, queued["id"])["status"] == "done"
        assert len(ids(api)) == MANY + 1


def test_a_stopped_server_ends_its_streams_and_goes_on_later(tmp_path: Path) -> None:
    data = tmp_path / "data"
    events = {"Accept": "text/event-stream"}
    with server(data) as (api, process):
        job_id = api.post("/articles", json=articles(MANY)).json()["id"]
        with api.stream("GET", f"/jobs/{job_id}", headers=events) as stream:
            lines = stream.iter_lines()
            assert next(lines) == "event: job"
            process.send_signal(signal.SIGTERM)
            told = "\n".join(lines)  # ends although the job has not
        assert process.wait(timeout=30) in (0, -signal.SIGTERM)
    assert '"status":"done"' not in told
    with serving(data) as api, api.stream("GET", f"/jobs/{job_id}", headers=events) as stream:
        last = [line for line in stream.iter_lines() if line.startswith("data: ")][-1]
        assert '"status":"done"' in last
        assert len(ids(api)) == MANY


def test_each_job_is_done_by_one_of_two_workers(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--workers", "2") as api:
        jobs = []
        for number in range(6):
            with httpx.Client(base_url=api.base_url, timeout=60) as other:
                body = {"id": "same", "title": "Same", "text": f"Words of version {number}."}
                jobs.append(other.post("/articles", json=body).json()["id"])
        ended = [wait_for(api, job) for job in jobs]
        outcomes = [job["taken"][0]["outcome"] for job in ended]  # type: ignore[index]
        assert outcomes == ["added", *["updated"] * 5]
        # In the order in which they came: the last one's words are there.
        assert api.get("/articles/same").json()["text"] == "Words of version 5."


def test_a_request_sent_again_with_its_key_is_the_same_job(api: httpx.Client) -> None:
    body = {"id": "own-key", "title": "Key", "text": "Sent twice."}
    key = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
    first = api.post("/articles", json=body, headers=key)
    again = api.post("/articles?wait=true", json=body, headers=key)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["id"] == again.json()["id"]
    other = api.post("/articles", json=body | {"text": "Changed."}, headers=key)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:footnote:problem:idempotency-key-reused"


def test_uploaded_files_are_the_same_whatever_separates_them(api: httpx.Client) -> None:
    key = {"Idempotency-Key": "own-upload"}
    files = [("file", (f"own-{n}.txt", f"File {n}.".encode())) for n in range(30)]
    first = api.post("/articles?wait=true", files=files, headers=key).json()
    again = api.post("/articles?wait=true", files=files, headers=key).json()
    assert first == again
    assert first["counts"]["added"] == 30


def test_a_key_that_cannot_be_one_is_a_problem(api: httpx.Client) -> None:
    reply = api.post("/articles", json={"text": "x"}, headers={"Idempotency-Key": '""'})
    assert reply.status_code == 422
    assert "Idempotency-Key" in reply.json()["detail"]


def test_more_than_may_wait_is_turned_away_at_once(tmp_path: Path) -> None:
    with serving(tmp_path / "data", FOOTNOTE_MAX_QUEUED_BYTES="200000") as api:
        first = api.post("/articles", json=articles(MANY))
        reply = api.post("/articles", json=articles(MANY))
        assert (first.status_code, reply.status_code) == (202, 503)
        assert reply.headers["retry-after"] == "5"
        assert wait_for(api, first.json()["id"])["status"] == "done"
        assert api.post("/articles?wait=true", json=articles(2)).status_code == 200


def test_uploads_may_be_larger_than_other_bodies(tmp_path: Path) -> None:
    limits = {"FOOTNOTE_MAX_BODY_BYTES": "1000", "FOOTNOTE_MAX_UPLOAD_BYTES": "3000"}
    with serving(tmp_path / "data", **limits) as api:

        def status(size: int) -> int:
            file = ("file", ("f.txt", b"word " * (size // 5)))
            return api.post("/articles?wait=true", files=[file]).status_code

        assert api.post("/articles", json={"text": "x" * 2000}).status_code == 413
        assert (status(2000), status(4000)) == (200, 413)
