"""Evidence by the time asked for."""

from __future__ import annotations

from datetime import date

from qa.reader import Evidence
from qa.timeliness import timely, worth_reading
from qa.times import AskedTime
from tests.qa.evidence import evidence_in, hit_on, reading_of


def told(day: str | None, probability: float, text: str = "The rate is 5 percent.") -> Evidence:
    return evidence_in(hit_on(text, day or "undated", published_at=day), "5 percent", probability)


def order(asked: AskedTime, *evidence: Evidence) -> list[str]:
    return [one.hit.article.id for one in timely(reading_of(*evidence), asked).evidence]


def test_among_equals_the_newer_article_comes_first() -> None:
    asked = AskedTime()
    assert order(asked, told("2020-01-01", 0.81), told("2023-01-01", 0.8)) == [
        "2023-01-01",
        "2020-01-01",
    ]


def test_a_clearly_better_sentence_stays_first_however_old() -> None:
    asked = AskedTime()
    assert order(asked, told("2020-01-01", 0.9), told("2023-01-01", 0.6))[0] == "2020-01-01"


def test_where_the_latest_is_asked_for_the_newer_one_may_be_less_certain() -> None:
    latest = AskedTime(newest_first=True)
    assert order(latest, told("2020-01-01", 0.9), told("2023-01-01", 0.6))[0] == "2023-01-01"


def test_an_undated_article_is_older_than_any() -> None:
    asked = AskedTime()
    assert order(asked, told(None, 0.8), told("2001-01-01", 0.8)) == ["2001-01-01", "undated"]


def test_articles_of_the_named_year_go_before_others() -> None:
    asked = AskedTime(period=(date(2020, 1, 1), date(2020, 12, 31)))
    assert order(asked, told("2023-01-01", 0.8), told("2020-06-01", 0.7))[0] == "2020-06-01"


def test_an_article_that_speaks_of_the_named_year_is_as_good_as_one_of_it() -> None:
    asked = AskedTime(period=(date(2020, 1, 1), date(2020, 12, 31)))
    looking_back = told("2023-01-01", 0.8, "In 2020 the rate was 5 percent.")
    assert order(asked, looking_back, told("2020-06-01", 0.7))[0] == "2023-01-01"


def test_only_for_the_latest_do_newer_passages_take_the_last_places() -> None:
    hits = [hit_on("x", f"{year}", published_at=f"{year}-01-01") for year in range(2000, 2020)]
    assert worth_reading(hits, 10, AskedTime()) == tuple(hits[:10])
    latest = worth_reading(hits, 10, AskedTime(newest_first=True))
    assert latest[:6] == tuple(hits[:6])
    assert [hit.article.id for hit in latest[6:]] == ["2019", "2018", "2017", "2016"]
