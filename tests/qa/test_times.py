"""What questions say about time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.times import AskedTime, asked_time, published

TODAY = date(2024, 5, 15)  # a Wednesday


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest on the strike?",
        "What did the minister say most recently?",
        "Who is currently in charge?",
    ],
)
def test_some_questions_ask_for_the_newest(question: str) -> None:
    assert asked_time(question, TODAY).newest_first


@pytest.mark.parametrize(
    ("question", "since"),
    [
        ("What happened today?", date(2024, 5, 15)),
        ("What happened yesterday?", date(2024, 5, 14)),
        ("What happened last night?", date(2024, 5, 14)),
        ("What was decided last Friday?", date(2024, 5, 10)),
        ("What was decided last Wednesday?", date(2024, 5, 8)),
        ("What was decided this week?", date(2024, 5, 13)),
        ("What was decided last week?", date(2024, 5, 6)),
        ("What was decided this month?", date(2024, 5, 1)),
        ("What was decided last month?", date(2024, 4, 1)),
        ("What was decided last year?", date(2023, 1, 1)),
        ("What was decided in the last 3 days?", date(2024, 5, 12)),
        ("What was decided a week ago?", date(2024, 5, 5)),
    ],
)
def test_words_that_look_back_name_their_first_day(question: str, since: date) -> None:
    assert asked_time(question, TODAY).since == since


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("Who won in 2022?", (date(2022, 1, 1), date(2022, 12, 31))),
        ("What happened in February 2024?", (date(2024, 2, 1), date(2024, 2, 29))),
        ("What happened on 3 March 2021?", (date(2021, 3, 3), date(2021, 3, 3))),
        ("What happened on March 3, 2021?", (date(2021, 3, 3), date(2021, 3, 3))),
        ("What happened on 31 February 2021?", (date(2021, 2, 1), date(2021, 2, 28))),
    ],
)
def test_a_year_a_month_or_a_day_is_a_period(question: str, period: tuple[date, date]) -> None:
    assert asked_time(question, TODAY).period == period


@pytest.mark.parametrize("question", ["Who built the dam?", "What did it cost?", "Is 12345 prime?"])
def test_other_questions_say_nothing_about_time(question: str) -> None:
    assert asked_time(question, TODAY) == AskedTime()


@given(st.text(max_size=200), st.dates(min_value=date(2, 1, 1)))
def test_any_text_can_be_read_on_any_day(question: str, today: date) -> None:
    asked = asked_time(question, today)
    assert asked.since is None or asked.since <= today


@given(
    st.dates(min_value=date(1900, 1, 1)),
    st.sampled_from(["day", "week", "month", "year"]),
    st.integers(1, 999),
)
def test_counting_back_never_looks_ahead(today: date, unit: str, count: int) -> None:
    since = asked_time(f"What changed in the last {count} {unit}s?", today).since
    assert since is not None
    assert since <= today - timedelta(days=1)


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        (None, None),
        ("2022-01-19", date(2022, 1, 19)),
        ("2022-01-19T23:30:00-05:00", date(2022, 1, 20)),
    ],
)
def test_an_article_is_of_its_day_in_utc(stated: str | None, day: date | None) -> None:
    assert published(stated) == day
