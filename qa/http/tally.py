"""What became of each source of a job, counted."""

from __future__ import annotations

from collections import Counter

from index.article import Refusal
from index.indexer import Taken
from qa.job_shapes import Job, RefusedSource, TakenSource


class Tally:
    """Counts results into a job, those that it has from before a restart only once."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._before = Counter((one.source, one.article_id) for one in job.taken)
        self._before.update((one.source, one.reason) for one in job.refused)

    def count(self, result: Taken | Refusal) -> None:
        """Takes in what became of one source."""
        if isinstance(result, Refusal):
            self._refuse(RefusedSource(source=result.source_name, reason=result.reason))
            return
        self._take(
            TakenSource(
                source=result.source_name,
                article_id=result.article_id,
                outcome=result.outcome,
                passages=result.passages,
            )
        )

    def _take(self, one: TakenSource) -> None:
        if self._is_known(one.source, one.article_id):
            return
        self._job.taken.append(one)
        counts = self._job.counts
        setattr(counts, one.outcome, getattr(counts, one.outcome) + 1)

    def _refuse(self, one: RefusedSource) -> None:
        if self._is_known(one.source, one.reason):
            return
        self._job.refused.append(one)
        self._job.counts.refused += 1

    def _is_known(self, source: str, end: str) -> bool:
        known = self._before[source, end] > 0
        if known:
            self._before[source, end] -= 1
        return known
