"""Nothing serious stands in the way of assistive technology, on any view, dark or light."""

from __future__ import annotations

import httpx
from playwright.sync_api import Page, expect

from tests.page.steps import UNKNOWN, ask, footnote, serious


def test_asking_and_reading(page: Page) -> None:
    page.goto("/")
    assert serious(page) == []
    ask(page, UNKNOWN)
    turn = ask(page)
    turn.get_by_role("button", name="Helpful", exact=True).click()
    expect(turn.get_by_label("Anything to add?")).to_be_visible()
    page.keyboard.press("Tab")  # only who goes by keys is shown the quote on focus
    footnote(page).focus()
    expect(page.locator("#quote")).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#cited")).to_be_visible()
    assert serious(page) == []


def test_what_goes_wrong_and_what_was_corrected(page: Page, api: httpx.Client) -> None:
    mill = {"id": "mill", "title": "The mill", "text": "The mill of Velden has 4 sails."}
    api.post("/articles?wait=true", json=mill).raise_for_status()
    page.goto("/")
    ask(page, "How many sails has the mill of Velden?")
    api.delete("/articles/mill").raise_for_status()
    page.reload()
    expect(page.get_by_text("Correction.")).to_be_visible()
    page.get_by_role("button", name="Earlier").click()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.route("**/ask", lambda route: route.abort())
    page.get_by_label("Your question").fill("Who?")
    page.get_by_label("Your question").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert serious(page) == []


def test_the_collection(page: Page) -> None:
    page.goto("/collection")
    page.get_by_label("Choose files").set_input_files(
        {"name": "photo.png", "mimeType": "image/png", "buffer": b"\x89PNG"}
    )
    expect(page.get_by_text("1 refused")).to_be_visible()
    page.get_by_label("Find by title").fill("lighthouse")
    page.get_by_role("button", name="Search the texts").click()
    expect(page.get_by_role("heading", name="In the texts")).to_be_visible()
    expect(page.locator("#articles li")).to_have_count(1)
    page.get_by_label("Address of a feed, sitemap or page").fill("http://127.0.0.1:1/feed.xml")
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.locator("#followed li")).to_contain_text("Last look")
    assert serious(page) == []
    page.get_by_role("button", name="Remove http://127.0.0.1:1/feed.xml").click()
    assert serious(page) == []
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator("#followed li")).to_contain_text("None yet")
    page.get_by_role("button", name="Remove The lighthouse").click()
    assert serious(page) == []


def test_a_finger_has_room(phone: Page) -> None:
    phone.goto("/")
    ask(phone)
    phone.goto("/collection")
    expect(phone.locator("#articles li").first).to_be_visible()
    small = phone.evaluate(
        """() => [...document.querySelectorAll("main button, nav :is(a, button), input, select")]
             .filter((one) => one.checkVisibility() && !one.classList.contains("plain"))
             .filter((one) => one.getBoundingClientRect().height < 32)
             .map((one) => one.outerHTML)"""
    )
    assert small == []


def test_people_who_want_no_motion_get_none(desktop: Page) -> None:
    desktop.emulate_media(reduced_motion="reduce")
    desktop.goto("/")
    ask(desktop)
    footnote(desktop).click()
    expect(desktop.locator("#cited")).to_be_visible()
    assert desktop.evaluate("document.getAnimations().length") == 0
