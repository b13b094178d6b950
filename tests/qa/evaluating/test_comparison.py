"""Two reports side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import CollectionError
from qa.evaluating.comparison import Change, Comparison, compare
from qa.evaluating.judging import Outcome
from qa.evaluating.page import html_page, worst_cases
from qa.evaluating.report import Report, check_writable, read_report, write_whole
from tests.qa.evaluating.outcomes import outcome

MANY = 200


def report(*outcomes: Outcome) -> Report:
    return Report(
        dataset="small",
        articles=2,
        passages=2,
        queries=len(outcomes),
        threshold=0.3,
        figures={},
        outcomes=outcomes,
    )


def answers(right: int, *, milliseconds: float = 20.0) -> Report:
    """A report of `MANY` questions, the first `right` of them answered rightly."""
    times = {"total": milliseconds, "retrieve": 5.0, "rerank": 14.0, "answer": 1.0}
    return report(
        *(outcome(str(n), right=n < right, milliseconds=times) for n in range(MANY)),
    )


def change(comparison: Comparison, name: str) -> Change:
    return next(one for one in comparison.changes if one.name == name)


RIGHTLY = "answered rightly (of answerable)"


def test_a_report_compared_with_itself_shows_noise_alone() -> None:
    comparison = compare(answers(100), answers(100))
    assert {one.verdict for one in comparison.changes} == {"noise"}
    assert (comparison.lost, comparison.won) == ((), ())


def test_many_more_right_answers_are_better() -> None:
    assert change(compare(answers(100), answers(150)), RIGHTLY).verdict == "better"
    assert change(compare(answers(150), answers(100)), RIGHTLY).verdict == "worse"


def test_one_more_right_answer_is_noise() -> None:
    assert change(compare(answers(100), answers(101)), RIGHTLY).verdict == "noise"


def test_less_time_is_better() -> None:
    comparison = compare(answers(100, milliseconds=40), answers(100, milliseconds=20))
    assert change(comparison, "total ms p50").verdict == "better"


def test_questions_that_turned_are_named() -> None:
    comparison = compare(answers(100), answers(102))
    assert comparison.won == ("Question 100?", "Question 101?")
    assert compare(answers(102), answers(100)).lost == comparison.won


def test_only_questions_that_both_asked_are_compared() -> None:
    old, new = report(outcome("1"), outcome("2")), report(outcome("2"), outcome("3"))
    assert compare(old, new).queries == 1


def test_reports_of_different_data_sets_are_not_compared() -> None:
    with pytest.raises(CollectionError, match="shares no query"):
        compare(report(outcome("1")), report(outcome("2")))


def test_a_kept_report_is_read_back_as_it_was(tmp_path: Path) -> None:
    kept = answers(3)
    write_whole(tmp_path / "old.json", kept.model_dump_json())
    assert read_report(tmp_path / "old.json") == kept


@pytest.mark.parametrize("content", ["", "[]", '{"dataset": "x"}', "\x00"])
def test_a_file_that_is_no_report_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "old.json").write_text(content)
    with pytest.raises(CollectionError, match=r"old\.json is not a report"):
        read_report(tmp_path / "old.json")


def test_a_report_of_another_format_is_refused(tmp_path: Path) -> None:
    other = answers(1).model_copy(update={"format": 99})
    (tmp_path / "old.json").write_text(other.model_dump_json())
    with pytest.raises(CollectionError, match="format 99"):
        read_report(tmp_path / "old.json")


def test_a_place_that_cannot_be_written_is_named_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="Cannot write"):
        check_writable(tmp_path / "absent" / "new.json")


def test_checking_a_place_leaves_what_is_there(tmp_path: Path) -> None:
    kept = tmp_path / "old.json"
    kept.write_text("precious")
    check_writable(kept)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["precious"]


def test_the_page_shows_every_plot_and_the_comparison() -> None:
    old, new = answers(100), answers(150)
    page = html_page(new, compare(old, new))
    assert page.count("<svg") == 4
    assert "Compared with the earlier report" in page


def test_the_page_escapes_what_comes_from_the_data_set() -> None:
    hostile = outcome("1", question="<script>alert(1)</script>", said="<b>x", right=False)
    page = html_page(report(hostile, outcome("2")), None)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_worst_cases_are_those_most_wrongly_sure() -> None:
    sure = outcome("sure", right=False, confidence=0.99)
    unsure = outcome("unsure", right=False, confidence=0.4)
    wrong = worst_cases([unsure, sure, outcome("fine")])[0]
    assert (wrong.count, wrong.outcomes) == (2, (sure, unsure))
