"""Addresses: conversations to come back to, answers to share, articles beside them."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import Page, expect

from tests.page.conftest import LIGHTHOUSE
from tests.page.steps import CITED, WHO, ask, footnote


def test_a_conversation_has_an_address_that_shows_it_again(page: Page) -> None:
    page.goto("/")
    ask(page)
    expect(page).to_have_url(re.compile("/conversations/"))
    page.reload()
    expect(page.locator(".answer")).to_contain_text("Ada Lindqvist")
    expect(page).to_have_title(f"{WHO} – Footnote")
    ask(page, "When was it built?")
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)


def test_earlier_conversations_can_be_opened_and_forgotten(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("button", name="Earlier")).to_be_hidden()
    ask(page)
    page.get_by_role("link", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    page.locator("#lately").get_by_role("link", name=WHO).click()
    expect(page.locator(".answer")).to_contain_text("Ada Lindqvist")
    page.get_by_role("button", name="Earlier").click()
    expect(page.locator("#earlier").get_by_role("link", name=WHO)).to_be_visible()
    page.get_by_role("button", name="Forget them").click()
    expect(page.get_by_role("button", name="Earlier")).to_be_hidden()


def test_back_leads_the_way_one_came(page: Page) -> None:
    page.goto("/")
    ask(page)
    page.get_by_role("link", name="Collection").click()
    expect(page.get_by_role("heading", name="The collection")).to_be_visible()
    page.go_back()
    expect(page.locator(".answer")).to_contain_text("Ada Lindqvist")
    page.locator(".sources").get_by_role("button").first.click()
    expect(page.locator("#cited")).to_be_visible()
    page.go_back()
    expect(page.locator("#cited")).to_be_hidden()
    expect(page.locator(".turn")).to_have_count(1)
    page.go_back()
    expect(page.get_by_role("heading", name="Ask the articles")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)


def test_the_view_one_left_is_still_there(desktop: Page) -> None:
    desktop.goto("/")
    ask(desktop)
    desktop.get_by_role("link", name="Collection").click()
    desktop.get_by_label("Views").get_by_role("link", name="Ask").click()
    expect(desktop.locator(".answer")).to_contain_text("Ada Lindqvist")


def test_an_address_opens_the_article_at_the_quote(page: Page, api: httpx.Client) -> None:
    answer = api.post("/ask", json={"question": WHO}).json()
    page.goto(f"/answers/{answer['id']}#footnote={answer['id']}.1")
    expect(page.locator("#cited")).to_have_text(CITED)
    expect(page.locator("#cited")).to_be_in_viewport()
    page.get_by_role("button", name="Close the article").click()
    expect(page).to_have_url(f"{api.base_url}/answers/{answer['id']}")


def test_a_long_article_is_scrolled_to_the_sentence(page: Page) -> None:
    page.goto("/")
    ask(page, "When was the lamp electrified?")
    page.locator(".sources").get_by_role("button").first.click()
    expect(page.locator("#cited")).to_have_text("The lamp was electrified in 1932.")
    expect(page.locator("#cited")).to_be_in_viewport()
    expect(page.get_by_role("heading", name=str(LIGHTHOUSE["title"]))).not_to_be_in_viewport()


def test_on_a_wide_screen_the_answer_stays_beside_the_article(desktop: Page) -> None:
    desktop.goto("/")
    ask(desktop)
    footnote(desktop).click()
    expect(desktop.locator("#cited")).to_be_in_viewport()
    expect(desktop.locator(".answer")).to_be_in_viewport()
    answer, article = desktop.locator(".answer").bounding_box(), desktop.locator("#article")
    beside = article.bounding_box()
    assert answer
    assert beside
    assert answer["x"] + answer["width"] <= beside["x"]


def test_a_permalink_shows_the_answer_to_people_and_to_programs(
    page: Page, api: httpx.Client
) -> None:
    answer = api.post("/ask", json={"question": WHO}).json()
    page.goto(f"/answers/{answer['id']}")
    expect(page.locator(".answer")).to_contain_text("Ada Lindqvist")
    assert api.get(f"/answers/{answer['id']}").json()["answer"] == answer["answer"]
    page.get_by_role("link", name="See the conversation it belongs to").click()
    expect(page).to_have_url(f"{api.base_url}/conversations/{answer['conversation_id']}")
    expect(page.locator(".answer")).to_contain_text("Ada Lindqvist")


def test_the_link_of_an_answer_is_copied(desktop: Page, api: httpx.Client) -> None:
    desktop.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desktop.goto("/")
    turn = ask(desktop)
    turn.get_by_role("button", name="Copy link").click()
    expect(turn.get_by_text("Link copied.")).to_be_visible()
    copied: str = desktop.evaluate("navigator.clipboard.readText()")
    assert api.get(copied).json()["question"] == WHO


def test_an_address_of_nothing_says_so(desktop: Page) -> None:
    desktop.goto("/answers/nothing")
    expect(desktop.get_by_role("alert")).to_contain_text("This is not kept here")


def test_a_correction_is_told_where_the_quote_is_no_longer_there(
    page: Page, api: httpx.Client
) -> None:
    tram = {"id": "tram", "title": "The tram", "text": "The tram of Velden has 14 stops."}
    ferry = {"id": "ferry", "title": "The ferry", "text": "The ferry of Velden carries 60 cars."}
    api.post("/articles?wait=true", json={"articles": [tram, ferry]}).raise_for_status()
    page.goto("/")
    ask(page, "How many stops has the tram of Velden?")
    ask(page, "How many cars does the ferry of Velden carry?")
    changed = tram | {"text": "The tram of Velden has 15 stops."}
    api.post("/articles?wait=true", json=changed).raise_for_status()
    api.delete("/articles/ferry").raise_for_status()
    page.reload()
    first, second = page.locator(".turn").nth(0), page.locator(".turn").nth(1)
    expect(first).to_contain_text("Correction. The tram was corrected")
    expect(second).to_contain_text("is no longer in the collection")
    first.locator(".sources").get_by_role("button").click()
    article = page.get_by_role("dialog")
    expect(article).to_contain_text("The article has changed since: this is no longer in it.")
    expect(article.locator("blockquote")).to_have_text(tram["text"])
    page.keyboard.press("Escape")
    second.locator(".sources").get_by_role("button").click()
    expect(article).to_contain_text("This article is no longer in the collection.")
    api.delete("/articles/tram").raise_for_status()


def test_a_quote_that_moved_is_found_where_it_is_now(desktop: Page, api: httpx.Client) -> None:
    well = {"id": "well", "title": "The well", "text": "The well of Velden is 30 metres deep."}
    api.post("/articles?wait=true", json=well).raise_for_status()
    desktop.goto("/")
    ask(desktop, "How deep is the well of Velden?")
    moved = well | {"text": f"Corrected 🌊 on Monday.\n\n{well['text']}"}
    api.post("/articles?wait=true", json=moved).raise_for_status()
    footnote(desktop).click()
    expect(desktop.locator("#cited")).to_have_text(well["text"])
    api.delete("/articles/well").raise_for_status()
