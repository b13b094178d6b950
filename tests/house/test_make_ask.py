"""`make ask q="…"` hands the question over as it was typed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

DEFAULT = "Why does China buy Ukrainian corn?"


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """The real Makefile over a program that prints what it is asked."""
    shutil.copy(root / "Makefile", tmp_path)
    _script(tmp_path / "tools" / "python.sh", "echo true")
    _script(tmp_path / ".venv" / "bin" / "footnote", '[ "$1" = add ] || printf "%s" "$5"')
    return tmp_path


def _script(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def _make(project: Path, *arguments: str, **environment: str) -> str:
    outer = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        ["make", "--no-print-directory", "ask", *arguments],
        cwd=project,
        env={**outer, **environment},
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


@pytest.mark.parametrize(
    "question",
    [
        "Who is the author's teacher?",
        'What does "stability" mean?',
        "It cost $5, $$6 or ${HOME}?",
        "What is `touch made` and $(touch made)?",
        "$(shell touch made)",
        "Is 100% # of it true; or \\ not & why | how > made",
        "-h --help",
        "Чому Китай купує кукурудзу?",
        "two\nlines",
    ],
)
def test_a_question_arrives_unchanged(project: Path, question: str) -> None:
    before = set(project.iterdir())
    assert _make(project, f"q={question}") == question
    assert set(project.iterdir()) == before


def test_a_question_may_come_from_the_environment(project: Path) -> None:
    assert _make(project, q="Who's $there?") == "Who's $there?"


def test_without_a_question_the_sample_question_is_asked(project: Path) -> None:
    assert _make(project) == DEFAULT


@pytest.mark.parametrize(("refusals", "answered"), [(1, True), (2, False)])
def test_a_refused_article_does_not_stop_the_answer_but_wrong_usage_does(
    project: Path, refusals: int, answered: bool
) -> None:
    body = f'[ "$1" = ask ] && printf "%s" "$5" || exit {refusals}'
    (project / ".venv" / "bin" / "footnote").write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    if answered:
        assert _make(project) == DEFAULT
    else:
        with pytest.raises(subprocess.CalledProcessError):
            _make(project)
