"""Whatever articles and questions hold, the page shows it as text."""

from __future__ import annotations

import httpx
from playwright.sync_api import Page, expect

from tests.page.conftest import IMAGE, SCRIPT
from tests.page.steps import ask, footnote, serious


def broken(page: Page) -> list[str]:
    """What a text became that should have stayed one."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("body img, main script, dialog script, [onerror]")]
             .concat([...document.querySelectorAll("a")].filter((a) => /^(?!https?:)/.test(a.href)))
             .map((one) => one.outerHTML)"""
    )
    return found


def test_markup_in_articles_and_questions_is_only_text(page: Page) -> None:
    page.goto("/")
    turn = ask(page, f"Who is the mayor of Bogwater {IMAGE}?")
    expect(turn.get_by_role("heading").first).to_contain_text(IMAGE)
    expect(turn.locator(".answer")).to_contain_text(SCRIPT)
    footnote(page).focus()
    expect(page.locator("#quote")).to_contain_text(SCRIPT)
    assert broken(page) == []
    page.keyboard.press("Escape")
    turn.locator(".sources").get_by_role("button").first.click()
    expect(page.locator("#article-text")).to_contain_text("Olga Brandt")
    expect(page.locator("#article-title")).to_contain_text(IMAGE)
    assert broken(page) == []
    page.goto("/collection")
    expect(page.locator("#articles")).to_contain_text(IMAGE)
    page.get_by_role("button", name=f"Remove {IMAGE} Bogwater").click()
    expect(page.get_by_role("dialog")).to_contain_text(IMAGE)
    assert broken(page) == []
    assert "broken" not in page.title()


def test_other_addresses_than_the_webs_are_no_links(desktop: Page) -> None:
    desktop.goto("/collection")
    row = desktop.locator("#articles li").filter(has_text="Bogwater")
    expect(row).to_be_visible()
    expect(row.get_by_role("link")).to_have_count(0)
    lighthouse = desktop.locator("#articles li").filter(has_text="lighthouse")
    link = lighthouse.get_by_role("link", name="original")
    expect(link).to_have_attribute("href", "https://example.org/lighthouse")
    expect(link).to_have_attribute("rel", "noreferrer noopener")


def test_scripts_from_right_to_left_run_their_way(page: Page) -> None:
    page.goto("/")
    turn = ask(page, "من بناها في عهد بطليموس الثاني؟")
    answer = turn.locator(".answer")
    expect(answer).to_contain_text("سوستراتوس")
    assert answer.evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert turn.locator("h2").evaluate("one => getComputedStyle(one).direction") == "rtl"
    footnote(page).focus()
    page.keyboard.press("Enter")
    text = page.locator("#cited").locator("xpath=..")
    assert text.evaluate("one => getComputedStyle(one).direction") == "rtl"


def test_a_title_that_turns_the_direction_does_not_turn_the_page(
    desktop: Page, api: httpx.Client
) -> None:
    article = {"id": "turned", "title": "\u202eTurned", "text": "The turned gate is red."}
    api.post("/articles?wait=true", json=article).raise_for_status()
    desktop.goto("/collection")
    row = desktop.locator("#articles li").filter(has_text="Turned")
    remove = row.get_by_role("button", name="Remove")
    title, button = row.get_by_role("button").first.bounding_box(), remove.bounding_box()
    assert title
    assert button
    assert title["x"] < button["x"]
    api.delete("/articles/turned").raise_for_status()


def test_hostile_texts_keep_nobody_out(phone: Page) -> None:
    phone.goto("/")
    ask(phone, "Who is the mayor of Bogwater?")
    assert serious(phone) == []
