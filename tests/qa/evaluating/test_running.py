"""Measuring on a data set: what counts as found, and as a broken data set."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from index.article import ArticleMetadata, Passage
from index.errors import CollectionError
from index.searcher import Hit
from qa.conversation import Turn
from qa.evaluating.dataset import Evidence, Query, read_queries, spread
from qa.evaluating.judging import first_hit
from qa.evaluating.report import Report
from qa.evaluating.running import evaluate
from qa.settings import Settings

Rows = Sequence[Mapping[str, object]]

CORPUS: Rows = [
    {
        "id": "lighthouse",
        "title": "The lighthouse",
        "text": "The lighthouse of Karvel Point was built in 1874 by Ada Lindqvist.",
    },
    {
        "id": "bread",
        "title": "Rye bread",
        "text": "Rye bread bakes for 90 minutes in a falling oven.",
    },
]
QUERIES: Rows = [
    {"id": "1", "question": "Who built the lighthouse of Karvel Point?", "answerable": True},
    {
        "id": "2",
        "question": "How long does rye bread bake?",
        "answerable": True,
        "answers": ["90 minutes"],
    },
    {"id": "3", "question": "What is the capital of Mongolia?", "answerable": False},
]
EVIDENCE: Rows = [{"query_id": "1", "article_id": "lighthouse", "quote": "BUILT in 1874  by Ada"}]


def write(folder: Path, corpus: Rows, queries: Rows, evidence: Rows) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in (("corpus", corpus), ("queries", queries), ("evidence", evidence)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return folder


def hit(text: str, article_id: str = "a") -> Hit:
    passage = Passage(article_id, 0, len(text), text)
    return Hit(passage, ArticleMetadata(article_id, "Title"), score=1.0, dense=1.0, lexical=1.0)


def values(report: Report, group: str) -> dict[str, float]:
    return {name: figure.value for name, figure in report.figures[group].items()}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write(tmp_path / "small", CORPUS, QUERIES, EVIDENCE)


@pytest.fixture(scope="module")
def progress() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The user's own data folder, empty."""
    return tmp_path_factory.mktemp("own")


@pytest.fixture(scope="module")
def report(
    tmp_path_factory: pytest.TempPathFactory, untouched: Path, progress: list[tuple[int, int]]
) -> Report:
    """One whole evaluation with the bundled model."""
    folder = write(tmp_path_factory.mktemp("sets") / "small", CORPUS, QUERIES, EVIDENCE)
    settings = Settings(data_dir=untouched)
    return evaluate(folder, settings, on_progress=lambda *done: progress.append(done))


def test_the_report_counts_the_data_set(report: Report) -> None:
    assert (report.dataset, report.articles, report.passages, report.queries) == ("small", 2, 2, 3)


def test_retrieval_is_measured_on_the_queries_with_evidence(report: Report) -> None:
    assert set(values(report, "retrieval").values()) == {1.0}
    assert [one.rank for one in report.outcomes] == [1, None, None]


def test_an_answer_is_right_by_its_evidence_or_else_by_an_expected_answer(report: Report) -> None:
    assert values(report, "answers")["answered rightly (of answerable)"] == 1


def test_silence_where_the_articles_do_not_say_is_right(report: Report) -> None:
    assert values(report, "answers")["declined (of unanswerable)"] == 1


@pytest.mark.usefixtures("report")
def test_evaluating_leaves_the_users_collection_alone(untouched: Path) -> None:
    assert list(untouched.iterdir()) == []


@pytest.mark.usefixtures("report")
def test_every_query_is_reported_as_it_is_done(progress: list[tuple[int, int]]) -> None:
    assert progress == [(1, 3), (2, 3), (3, 3)]


def test_a_report_survives_its_json(report: Report) -> None:
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_every_citation_of_a_report_is_verbatim(report: Report) -> None:
    assert values(report, "answers")["citations verbatim"] == 1


def test_the_interval_of_a_figure_holds_it(report: Report) -> None:
    for named in report.figures.values():
        assert all(figure.low <= figure.value <= figure.high for figure in named.values())


def test_follow_ups_are_asked_with_the_turns_before_them(tmp_path: Path) -> None:
    rows = [{**QUERIES[0], "question": "And who built it?", "history": [QUERIES[0]["question"]]}]
    rows[0]["history"] = [["What stands at Karvel Point?", "The lighthouse of Karvel Point."]]
    folder = write(tmp_path / "talk", CORPUS, rows, EVIDENCE)
    (outcome,) = evaluate(folder, Settings(data_dir=tmp_path)).outcomes
    assert "Karvel Point" in outcome.standalone_question
    assert outcome.right


def test_a_quote_from_elsewhere_makes_no_answer_right(tmp_path: Path) -> None:
    elsewhere = [{"query_id": "1", "article_id": "bread", "quote": "built in 1874"}]
    folder = write(tmp_path / "elsewhere", CORPUS, QUERIES[:1], elsewhere)
    report = evaluate(folder, Settings(data_dir=tmp_path))
    assert values(report, "answers")["answered (of answerable)"] == 1
    assert values(report, "answers")["answered rightly (of answerable)"] == 0
    assert values(report, "retrieval")["recall@10"] == 0


def test_a_refused_article_ends_the_evaluation_by_its_line(tmp_path: Path) -> None:
    folder = write(tmp_path / "refused", [*CORPUS, {"title": "No text"}], QUERIES, EVIDENCE)
    with pytest.raises(CollectionError, match=r"corpus\.jsonl line 3 was refused"):
        evaluate(folder, Settings(data_dir=tmp_path))


def test_queries_come_in_order_with_their_evidence(dataset: Path) -> None:
    first, second, third = read_queries(dataset)
    quote = Evidence("lighthouse", "BUILT in 1874  by Ada")
    assert first == Query("1", str(QUERIES[0]["question"]), True, (), (quote,), ())
    assert (second.answers, second.evidence) == (("90 minutes",), ())
    assert third.answerable is False


def test_fields_that_are_null_or_unknown_are_passed_over(dataset: Path) -> None:
    rows = [{**QUERIES[0], "history": None, "answers": None, "author": "somebody"}]
    write(dataset, CORPUS, rows, EVIDENCE)
    assert [(query.answers, query.earlier) for query in read_queries(dataset)] == [((), ())]


def test_turns_come_as_questions_pairs_or_objects(dataset: Path) -> None:
    history = ["Who?", ["Who?", "She."], {"question": "Who?", "answer": "She."}]
    write(dataset, CORPUS, [{**QUERIES[0], "history": history}], EVIDENCE)
    (query,) = read_queries(dataset)
    assert query.earlier == (Turn("Who?"), Turn("Who?", "She."), Turn("Who?", "She."))


def test_a_limit_spreads_over_the_whole_file(dataset: Path) -> None:
    rows = [{**QUERIES[0], "id": str(number)} for number in range(10)]
    write(dataset, CORPUS, rows, EVIDENCE)
    assert [query.id for query in spread(read_queries(dataset), 3)] == ["0", "3", "6"]
    assert len(spread(read_queries(dataset), 99)) == 10


def test_blank_lines_are_passed_over(dataset: Path) -> None:
    queries = dataset / "queries.jsonl"
    queries.write_text("\n" + queries.read_text().replace("\n", "\n\n"))
    assert len(list(read_queries(dataset))) == len(QUERIES)


@pytest.mark.parametrize("name", ["queries.jsonl", "evidence.jsonl"])
def test_a_missing_file_is_named(dataset: Path, name: str) -> None:
    (dataset / name).unlink()
    with pytest.raises(CollectionError, match=f"Cannot read .*{name}"):
        list(read_queries(dataset))


@pytest.mark.parametrize(
    "line",
    [
        b"{not json",
        b'["a list"]',
        b'{"id": "4", "answerable": true}',
        b'{"id": "4", "question": "Why?"}',
        b'{"id": "4", "question": "  ", "answerable": true}',
        b'{"id": "4", "question": "Why?", "answerable": true, "answers": "one"}',
        b'{"id": "4", "question": "Wh\xff?", "answerable": true}',
    ],
)
def test_a_wrong_query_is_named_by_its_line(dataset: Path, line: bytes) -> None:
    with (dataset / "queries.jsonl").open("ab") as queries:
        queries.write(line + b"\n")
    with pytest.raises(CollectionError, match=r"queries\.jsonl line 4"):
        list(read_queries(dataset))


@pytest.mark.parametrize(
    "row", [{"query_id": "1"}, {"quote": "a quote"}, {"query_id": "1", "quote": ""}]
)
def test_a_wrong_piece_of_evidence_is_named_by_its_line(
    dataset: Path, row: Mapping[str, object]
) -> None:
    write(dataset, CORPUS, QUERIES, [*EVIDENCE, row])
    with pytest.raises(CollectionError, match=r"evidence\.jsonl line 2"):
        list(read_queries(dataset))


def test_the_rank_is_that_of_the_first_passage_with_a_quote() -> None:
    hits = [hit("Nothing."), hit("The river rose."), hit("The river rose again.")]
    assert first_hit(hits, [Evidence("a", "river rose")]) == 2


def test_no_passage_with_a_quote_has_rank_nought() -> None:
    assert first_hit([hit("Nothing.")], [Evidence("a", "river rose")]) == 0
    assert first_hit([], [Evidence("a", "river rose")]) == 0


def test_any_of_several_quotes_counts() -> None:
    quotes = [Evidence("a", "not there"), Evidence("a", "river rose")]
    assert first_hit([hit("The river rose.")], quotes) == 1


def test_white_space_and_case_do_not_hide_a_quote() -> None:
    assert first_hit([hit("The\n River   rose.")], [Evidence("a", "river ROSE")]) == 1


def test_the_same_words_in_another_article_are_no_hit() -> None:
    assert first_hit([hit("The river rose.", "b")], [Evidence("a", "river rose")]) == 0


def test_evidence_without_an_article_counts_in_any() -> None:
    assert first_hit([hit("The river rose.", "b")], [Evidence(None, "river rose")]) == 1
