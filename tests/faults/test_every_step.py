"""A fault at any system call of a writer: the collection is whole, and can be written again.

The suite tries calls all over a collection's life, a different set each day; `FAULTS=every` tries
every single one of its 1,300 (an hour), `FAULTS=7` every seventh.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults import calls
from tests.faults.conftest import ROOT

pytestmark = pytest.mark.skipif(
    not calls.is_possible(), reason="needs Linux's seccomp user notifications"
)


def lives(folder: Path, fault: str, step: int) -> list[dict[str, object]]:
    """What came of a life with a fault at each `step`-th call."""
    asked = os.environ.get("FAULTS", "")
    step = {"": step, "every": 1}.get(asked) or int(asked)
    start = 1 + datetime.now(UTC).toordinal() * 7 % step
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.life", folder, fault, str(start), str(step)],
        cwd=ROOT,
        # The lives are forked: no threads before.
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.mark.parametrize(("fault", "step"), [("killed", 71), ("full", 191), ("broken", 251)])
def test_a_fault_at_any_step_loses_nothing_that_was_finished(
    tmp_path: Path, fault: str, step: int
) -> None:
    """Killed; or no room for anything any more; or no fsync that succeeds any more."""
    outcomes = lives(tmp_path, fault, step)
    assert [outcome for outcome in outcomes if outcome["problem"]] == []
    assert len({outcome["changes"] for outcome in outcomes}) >= 4
    *faulty, whole = outcomes
    if fault == "killed":
        assert {outcome["exit_code"] for outcome in faulty} == {-9}
    assert (whole["exit_code"], whole["changes"]) == (0, 9)
