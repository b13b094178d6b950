"""A reader asks: the answer as it comes, its footnotes, what else there is to ask."""

from __future__ import annotations

import httpx
from playwright.sync_api import Page, Route, expect

from tests.page.conftest import NEWER, OLDER
from tests.page.steps import CITED, UNKNOWN, WHO, ask, footnote

# Notes what the page shows while an answer is on its way.
_WATCH = """() => {
  window.seen = [];
  new MutationObserver(() => {
    const turn = [...document.querySelectorAll(".turn")].pop();
    if (turn) window.seen.push([turn.querySelector(".status")?.textContent, turn.querySelector(".answer").textContent]);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""  # noqa: E501


def test_the_answer_appears_as_it_comes(desktop: Page) -> None:
    desktop.goto("/")
    desktop.evaluate(_WATCH)
    ask(desktop)
    seen: list[tuple[str | None, str]] = desktop.evaluate("window.seen")
    statuses = [status for status, _ in seen if status]
    assert statuses[0] == "Searching …"
    assert "Reading The lighthouse of Karvel Point" in statuses[-1]
    assert any(0 < len(text) < len(CITED) and CITED.startswith(text) for _, text in seen)


def test_a_pointer_on_a_footnote_shows_its_quote_and_a_click_opens_the_article(
    desktop: Page,
) -> None:
    desktop.goto("/")
    ask(desktop)
    quote = desktop.locator("#quote")
    expect(quote).to_be_hidden()
    footnote(desktop).hover()
    expect(quote.locator("blockquote")).to_have_text(CITED)
    quote.hover()
    expect(quote).to_be_visible()
    desktop.mouse.move(5, 400)
    expect(quote).to_be_hidden()
    footnote(desktop).click()
    expect(desktop.locator("#cited")).to_have_text(CITED)


def test_a_tap_on_a_footnote_shows_its_quote_and_a_second_one_opens_the_article(
    phone: Page,
) -> None:
    phone.goto("/")
    ask(phone)
    footnote(phone).tap()
    expect(phone.locator("#quote blockquote")).to_have_text(CITED)
    expect(phone.get_by_role("dialog")).to_be_hidden()
    footnote(phone).tap()
    expect(phone.locator("#cited")).to_be_in_viewport()


def test_the_quote_leads_a_finger_to_the_article(phone: Page) -> None:
    phone.goto("/")
    ask(phone)
    footnote(phone).tap()
    phone.get_by_role("button", name="Open the article here").tap()
    expect(phone.locator("#cited")).to_be_in_viewport()


def test_keys_alone_reach_the_quote_and_the_article_and_lead_back(desktop: Page) -> None:
    desktop.goto("/")
    expect(desktop.get_by_label("Your question")).to_be_focused()
    ask(desktop)
    footnote(desktop).focus()
    expect(desktop.locator("#quote")).to_be_visible()
    described = footnote(desktop).get_attribute("aria-describedby")
    expect(desktop.locator(f"#{described}")).to_have_text(CITED)
    desktop.keyboard.press("Escape")
    expect(desktop.locator("#quote")).to_be_hidden()
    desktop.keyboard.press("Enter")
    expect(desktop.locator("#article-body")).to_be_focused()
    desktop.keyboard.press("Escape")
    expect(desktop.locator("#article")).to_be_hidden()
    expect(footnote(desktop)).to_be_focused()
    desktop.keyboard.press("/")
    expect(desktop.get_by_label("Your question")).to_be_focused()


def test_a_quote_that_keys_reach_stays_while_the_page_moves_under_it(page: Page) -> None:
    page.goto("/")
    ask(page)
    ask(page, UNKNOWN)  # its passages push the first answer out of the window
    number = page.get_by_role("button", name="Footnote 1:").first
    expect(number).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    number.focus()
    expect(number).to_be_in_viewport()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 400)))")
    expect(page.locator("#quote")).to_be_visible()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator("#quote")).to_be_hidden()


def test_the_answer_is_told_to_people_who_listen(desktop: Page) -> None:
    desktop.goto("/")
    ask(desktop)
    expect(desktop.locator("#announcer")).to_contain_text("Ada Lindqvist")


def test_a_suggested_question_is_asked_with_one_click(page: Page) -> None:
    page.goto("/")
    ask(page)
    page.get_by_role("button", name="When was the harbour of Karvel Point dredged?").click()
    expect(page.locator(".turn").last.locator(".answer")).to_contain_text("1987")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.get_by_role("button", name="When was the harbour")).to_have_count(0)


def test_a_follow_up_says_how_it_was_understood(desktop: Page) -> None:
    desktop.goto("/")
    ask(desktop)
    expect(ask(desktop, "When was it built?")).to_contain_text(
        "Understood as When was the lighthouse"
    )


def test_articles_that_disagree_stand_apart_each_with_its_day(desktop: Page) -> None:
    desktop.goto("/")
    answer = ask(desktop, "How long is the Osterby bridge?").locator(".answer p")
    expect(answer).to_have_count(2)
    assert "14 September 2023" in answer.nth(0).inner_text()
    assert NEWER["text"] in answer.nth(0).inner_text()
    assert OLDER["text"] in answer.nth(1).inner_text()


def test_what_the_articles_do_not_say_is_marked_as_no_answer(page: Page) -> None:
    page.goto("/")
    turn = ask(page, UNKNOWN)
    expect(turn.locator(".answer")).to_have_text("The articles do not say.")
    nearest = turn.get_by_role("region", name="Nearest passages, not an answer")
    expect(nearest).to_contain_text("not an answer")
    nearest.get_by_role("button").first.click()
    expect(page.locator("#cited")).to_be_visible()


def test_an_unsure_answer_says_so(desktop: Page, api: httpx.Client) -> None:
    answer = api.post("/ask", json={"question": WHO}).json()
    unsure = answer | {"confidence": 0.3}

    def answering(route: Route) -> None:
        is_page = route.request.resource_type == "document"
        route.fallback() if is_page else route.fulfill(json=unsure)

    desktop.route("**/answers/*", answering)
    desktop.goto(f"/answers/{answer['id']}")
    expect(desktop.get_by_text("Not sure: this may not be what you asked")).to_be_visible()


def test_a_server_that_is_gone_is_told_plainly_and_the_question_kept(page: Page) -> None:
    page.goto("/")
    page.route("**/ask", lambda route: route.abort())
    page.get_by_label("Your question").fill(WHO)
    page.get_by_role("button", name="Ask", exact=True).click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The server cannot be reached")
    expect(alert).to_be_in_viewport()
    page.unroute("**/ask")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".answer")).to_contain_text("Ada Lindqvist")
    expect(page.locator(".turn")).to_have_count(1)


def test_a_verdict_and_its_comment_are_kept(page: Page) -> None:
    page.goto("/")
    turn = ask(page)
    turn.get_by_role("button", name="Not helpful").click()
    expect(turn.get_by_text("Thank you.")).to_be_visible()
    comment = turn.get_by_label("What was wrong or missing?")
    expect(comment).to_be_in_viewport()
    comment.fill("The year is missing.")
    with page.expect_request("**/feedback") as sent:
        turn.get_by_role("button", name="Send").click()
    assert sent.value.post_data_json == {"helpful": False, "comment": "The year is missing."}
    expect(turn.get_by_text("Thank you for the comment.")).to_be_visible()
    expect(turn.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")


def test_the_page_can_be_used_at_twice_the_size(desktop: Page) -> None:
    desktop.set_viewport_size({"width": 640, "height": 400})  # 1280 x 800 at 200 %
    desktop.goto("/")
    ask(desktop)
    expect(desktop.get_by_role("button", name="Ask", exact=True)).to_be_in_viewport()
    expect(desktop.locator(".answer")).to_be_in_viewport()
    footnote(desktop).click()
    expect(desktop.locator("#cited")).to_be_in_viewport()
    expect(desktop.get_by_role("button", name="Close the article")).to_be_in_viewport()
