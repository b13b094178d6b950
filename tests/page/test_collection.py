"""An editor tends the collection."""

from __future__ import annotations

import subprocess
from pathlib import Path

import httpx
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.e2e.conftest import FOOTNOTE, serving
from tests.e2e.site import PIER, PRIVATE, site


def test_an_editor_adds_finds_and_removes_an_article(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "harbour.txt"
    file.write_text("The harbour of Nordby froze in 1987.")
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"\x89PNG")
    page.goto("/collection")
    page.get_by_label("Choose files").set_input_files([file, photo])
    expect(page.get_by_text("1 added, 1 refused")).to_be_visible()
    outcomes = page.locator("#outcomes li")
    expect(outcomes.filter(has_text="photo.png")).to_contain_text("not known")
    outcomes.get_by_role("button", name="harbour.txt").click()
    expect(page.get_by_role("dialog")).to_contain_text("froze in 1987")
    page.keyboard.press("Escape")
    page.get_by_label("Find by title").fill("harbour")
    expect(page.locator("#articles li")).to_have_count(1)
    page.get_by_role("button", name="Remove Harbour").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#articles li")).to_have_count(1)
    page.get_by_role("button", name="Remove Harbour").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("“Harbour” was removed.")).to_be_visible()
    expect(page.locator("#articles li")).to_have_count(0)


def test_who_cancels_and_at_once_thinks_better_of_it_is_heard(page: Page) -> None:
    page.goto("/collection")
    page.get_by_label("Choose files").set_input_files(
        {"name": "weir.txt", "mimeType": "text/plain", "buffer": b"The weir of Nordby has a gate."}
    )
    expect(page.get_by_text("1 added")).to_be_visible()
    page.get_by_role("button", name="Remove Weir").evaluate(
        "remove => [remove, document.getElementById('asking-no'), remove].forEach((b) => b.click())"
    )
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("“Weir” was removed.")).to_be_visible()


def test_many_files_are_sent_in_portions_and_each_is_told(desktop: Page, api: httpx.Client) -> None:
    photos: list[FilePayload] = [
        {"name": f"photo{n}.png", "mimeType": "image/png", "buffer": b"\x89PNG"} for n in range(24)
    ]
    note: FilePayload = {
        "name": "note.txt", "mimeType": "text/plain", "buffer": b"The note of Nordby."
    }  # fmt: skip
    sent: list[str] = []
    desktop.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    desktop.goto("/collection")
    desktop.get_by_label("Choose files").set_input_files([*photos, note])
    expect(desktop.get_by_text("1 added, 24 refused")).to_be_visible()
    expect(desktop.locator("#outcomes li")).to_have_count(25)
    assert len(sent) == 2
    api.delete("/articles/note").raise_for_status()


def test_a_page_that_cannot_be_fetched_is_refused_with_the_reason(desktop: Page) -> None:
    desktop.goto("/collection")
    desktop.get_by_label("or the address of a page").fill("http://127.0.0.1:1/story")
    desktop.get_by_role("button", name="Add", exact=True).click()
    expect(desktop.locator("#outcomes li")).to_contain_text("http://127.0.0.1:1/story")
    expect(desktop.get_by_text("1 refused")).to_be_visible()


def test_files_can_be_dropped(desktop: Page, api: httpx.Client) -> None:
    desktop.goto("/collection")
    expect(desktop.locator("#drop")).to_be_visible()
    desktop.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["The pier of Nordby is new."], "pier.txt"));
          document.querySelector("#drop").dispatchEvent(
            new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(desktop.locator("#outcomes")).to_contain_text("pier.txt added")
    api.delete("/articles/pier").raise_for_status()


def test_articles_are_found_by_their_words_and_their_source(desktop: Page) -> None:
    desktop.goto("/collection")
    expect(desktop.locator("#state")).to_contain_text("ready to answer")
    desktop.get_by_label("Find by title").fill("POINT lighthouse")
    expect(desktop.locator("#articles li")).to_have_count(1)
    desktop.get_by_label("Find by title").fill("")
    desktop.get_by_label("Source", exact=True).select_option(label="Coast Gazette (1)")
    expect(desktop.locator("#articles li")).to_have_count(1)
    desktop.get_by_label("Find by title").fill("nowhere")
    expect(desktop.get_by_text("No article fits")).to_be_visible()


def test_texts_are_searched_and_opened_at_the_passage(page: Page) -> None:
    page.goto("/collection")
    page.get_by_label("Find by title").fill("electrified lamp")
    page.get_by_role("button", name="Search the texts").click()
    page.locator("#passages").get_by_role("button").first.click()
    expect(page.locator("#cited")).to_be_visible()
    expect(page.get_by_role("dialog").locator("mark").last).to_contain_text("electrified in 1932")


def test_a_long_list_comes_page_by_page(desktop: Page, api: httpx.Client) -> None:
    articles = [{"id": f"many-{n:02}", "title": f"Many {n:02}", "text": "One."} for n in range(60)]
    api.post("/articles?wait=true", json={"articles": articles}).raise_for_status()
    desktop.goto("/collection")
    desktop.get_by_label("Find by title").fill("many")
    expect(desktop.locator("#articles li").first).to_contain_text("Many 00")
    expect(desktop.locator("#articles li")).to_have_count(50)
    desktop.get_by_role("button", name="Show more").click()
    expect(desktop.locator("#articles li")).to_have_count(60)
    expect(desktop.get_by_role("button", name="Many 50", exact=True)).to_be_focused()
    for n in range(60):
        api.delete(f"/articles/many-{n:02}")


def test_an_editor_follows_an_address_sees_how_it_goes_and_leaves_it(page: Page) -> None:
    address = "http://127.0.0.1:1/feed.xml"
    page.goto("/collection")
    entry = page.get_by_label("Address of a feed, sitemap or page")
    page.get_by_label("Look at it every").select_option(label="hour")
    entry.fill(address)
    entry.press("Enter")
    expect(page.get_by_text(f"Following {address}.")).to_be_visible()
    followed = page.locator("#followed li")
    expect(followed).to_contain_text(address)
    expect(followed).to_contain_text("Every hour")
    expect(followed).to_contain_text("which is not on the public internet")
    page.get_by_role("button", name=f"Remove {address}").click()
    page.get_by_role("button", name="Cancel").click()
    expect(followed).to_contain_text(address)
    page.get_by_role("button", name=f"Remove {address}").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).press("Enter")
    expect(page.get_by_text(f"{address} is not followed any more.")).to_be_visible()
    expect(followed).to_contain_text("None yet")
    expect(entry).to_be_focused()


def test_a_source_that_cannot_be_followed_is_told_and_stays_in_the_form(desktop: Page) -> None:
    desktop.goto("/collection")
    entry = desktop.get_by_label("Address of a feed, sitemap or page")
    entry.fill("ftp://example.org/feed.xml")
    desktop.get_by_role("button", name="Follow", exact=True).click()
    expect(desktop.get_by_role("alert")).to_contain_text("http")
    expect(entry).to_have_value("ftp://example.org/feed.xml")
    expect(desktop.locator("#followed li")).to_contain_text("None yet")


def test_a_row_keeps_the_focus_while_the_looks_go_on(desktop: Page, api: httpx.Client) -> None:
    address = "http://127.0.0.1:1/feed.xml"
    api.post("/sources", json={"location": address, "every_seconds": 5}).raise_for_status()
    desktop.goto("/collection")
    remove = desktop.get_by_role("button", name=f"Remove {address}")
    remove.focus()
    expect(desktop.locator("#followed li")).to_contain_text("times in a row")
    expect(remove).to_be_focused()
    api.delete("/sources", params={"location": address}).raise_for_status()


def test_what_a_look_finds_is_listed_without_loading_the_page_again(
    browser: Browser, tmp_path: Path
) -> None:
    with site({"/pier": PIER}) as address, serving(tmp_path / "data", **PRIVATE) as api:
        page = browser.new_page(base_url=str(api.base_url))
        page.goto("/collection")
        expect(page.get_by_text("No articles yet.")).to_be_visible()
        page.get_by_label("Address of a feed, sitemap or page").fill(f"{address}/pier")
        page.get_by_role("button", name="Follow", exact=True).click()
        expect(page.locator("#followed li")).to_contain_text("1 added")
        expect(page.locator("#articles li")).to_contain_text("The pier of Nordby")
        expect(page.locator("#state")).to_contain_text("1 article")
        page.close()


def test_followed_sources_are_shown_with_their_last_look(browser: Browser, tmp_path: Path) -> None:
    folder, data = tmp_path / "in", tmp_path / "data"
    folder.mkdir()
    (folder / "pier.txt").write_text("The pier is 508 metres long.")
    place: list[str | Path] = [folder, "--every", "2h", "--data-dir", data]
    subprocess.run([FOOTNOTE, "sources", "add", *place], check=True, capture_output=True)
    with serving(data) as api:
        page = browser.new_page(base_url=str(api.base_url))
        page.goto("/collection")
        followed = page.locator("#followed li")
        expect(followed).to_contain_text(str(folder))
        expect(followed).to_contain_text("Every 2 hours")
        for _ in range(100):
            if api.get("/sources").json()["sources"][0]["last_run_at"]:
                break
            page.wait_for_timeout(100)
        page.reload()
        expect(followed).to_contain_text("1 added")
        page.close()
