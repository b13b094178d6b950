"""What readers and editors do on the page."""

from __future__ import annotations

import subprocess
from pathlib import Path

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import FOOTNOTE, serving

WHO = "Who built the lighthouse of Karvel Point?"


def ask(page: Page, question: str = WHO) -> None:
    page.get_by_label("Ask the articles").fill(question)
    page.get_by_label("Ask the articles").press("Enter")
    expect(page.get_by_role("button", name="Helpful", exact=True).last).to_be_visible()


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def test_a_footnote_shows_its_quote_and_opens_the_article_at_it(page: Page) -> None:
    page.goto("/")
    ask(page)
    expect(page.locator(".answer").last).to_contain_text("Ada Lindqvist")
    number = page.get_by_role("button", name="Footnote 1").last
    number.focus()
    expect(page.get_by_role("tooltip")).to_contain_text("Ada Lindqvist")
    number.click()
    cited = page.locator("#cited")
    expect(cited).to_be_in_viewport()
    expect(cited).to_have_text(
        "The lighthouse of Karvel Point was built in 1874 by the engineer Ada Lindqvist."
    )
    page.keyboard.press("Escape")
    expect(cited).to_be_hidden()
    expect(number).to_be_focused()


def test_nothing_serious_stands_in_the_way_of_assistive_technology(page: Page) -> None:
    page.goto("/")
    assert serious(page) == []
    ask(page)
    page.get_by_role("button", name="Footnote 1").last.click()
    expect(page.locator("#cited")).to_be_visible()
    assert serious(page) == []
    page.goto("/#collection")
    expect(page.get_by_role("button", name="The lighthouse of Karvel Point").first).to_be_visible()
    assert serious(page) == []


def test_what_the_articles_do_not_say_is_marked_as_no_answer(page: Page) -> None:
    page.goto("/")
    ask(page, "What is the boiling point of tungsten?")
    expect(page.locator(".answer")).to_have_text("The articles do not say.")
    expect(page.get_by_text("They are not an answer")).to_be_visible()


def test_a_permalink_shows_the_answer_to_people_and_to_programs(
    page: Page, api: httpx.Client
) -> None:
    answer = api.post("/ask", json={"question": WHO}).json()
    page.goto(f"/answers/{answer['id']}")
    expect(page.locator(".answer")).to_contain_text("Ada Lindqvist")
    assert api.get(f"/answers/{answer['id']}").json()["answer"] == answer["answer"]


def test_a_conversation_can_be_opened_again(page: Page) -> None:
    page.goto("/")
    ask(page)
    page.reload()
    page.get_by_text("Earlier conversations").click()
    page.get_by_role("button", name=WHO).click()
    expect(page.locator(".answer")).to_contain_text("Ada Lindqvist")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)


def test_a_verdict_is_kept(page: Page) -> None:
    page.goto("/")
    ask(page)
    page.get_by_role("button", name="Not helpful").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    page.get_by_label("Comment").fill("The year is missing.")
    page.get_by_label("Comment").press("Enter")
    expect(page.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")


def test_an_editor_adds_finds_and_removes_an_article(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "harbour.txt"
    file.write_text("The harbour of Osterby froze in 1987.")
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"\x89PNG")
    page.goto("/#collection")
    page.get_by_label("Files").set_input_files([file, photo])
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("1 added, 1 refused")).to_be_visible()
    expect(page.get_by_text("photo.png:")).to_be_visible()
    page.get_by_label("Find an article").fill("harb")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove Harbour").click()
    expect(page.get_by_text("No article of that name.")).to_be_visible()


def test_markup_in_articles_and_questions_is_only_text(page: Page) -> None:
    page.goto("/")
    ask(page, "Who is the mayor of Bogwater <img src=x onerror=\"document.title='broken'\">?")
    expect(page.locator(".turn")).to_contain_text("<script>")
    page.get_by_role("button", name="Bogwater").first.click()
    expect(page.locator("#article-body")).to_contain_text("Olga Brandt")
    assert page.locator("main img, main script, aside img, aside script").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    expect(page).to_have_title("Footnote")


def test_a_server_that_is_gone_is_told_plainly(page: Page) -> None:
    page.goto("/")
    page.route("**/ask", lambda route: route.abort())
    page.get_by_label("Ask the articles").fill(WHO)
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("The server cannot be reached")).to_be_visible()


def test_the_page_can_be_used_at_twice_the_size(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 400})  # 640 pixels wide at 200 %
    page.goto("/")
    ask(page)
    expect(page.get_by_role("button", name="Ask")).to_be_in_viewport()


def test_nothing_comes_from_elsewhere(page: Page, api: httpx.Client) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    ask(page)
    assert all(url.startswith(str(api.base_url)) for url in asked)
    policy = api.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_server_with_keys_asks_for_one(page: Page, tmp_path: Path) -> None:
    data = tmp_path / "data"
    command: list[str | Path] = [FOOTNOTE, "keys", "add", "reader", "--data-dir", data]
    secret = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    with serving(data, FOOTNOTE_REQUIRE_KEYS="true") as api:
        page.on("dialog", lambda dialog: dialog.accept(secret))
        page.goto(f"{api.base_url}/")
        ask(page)
        expect(page.locator(".answer")).to_have_text("The articles do not say.")
