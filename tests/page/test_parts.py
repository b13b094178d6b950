"""What the page is made of, and that nothing of it comes from elsewhere."""

from __future__ import annotations

import httpx
from playwright.sync_api import Page, expect

from tests.page.steps import ask


def test_nothing_comes_from_elsewhere(desktop: Page, api: httpx.Client) -> None:
    asked: list[str] = []
    desktop.on("request", lambda request: asked.append(request.url))
    desktop.goto("/")
    ask(desktop)
    desktop.get_by_role("link", name="Collection").click()
    expect(desktop.locator("#articles li").first).to_be_visible()
    assert asked
    assert all(url.startswith(str(api.base_url)) for url in asked)
    policy = api.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_every_view_is_the_page_for_a_browser_and_data_for_a_program(api: httpx.Client) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for path in ("/", "/collection", "/answers/x", "/conversations/x/y"):
        page = api.get(path, headers=browser)
        assert page.headers["content-type"].startswith("text/html"), path
        assert "Accept" in page.headers["vary"], path
    assert api.get("/collection").json()["articles"] >= 5
    assert api.get("/conversations/x/y").status_code == 404


def test_a_part_that_the_browser_has_is_not_sent_again(api: httpx.Client) -> None:
    first = api.get("/page/main.js")
    assert first.headers["content-type"].startswith("text/javascript")
    again = api.get("/page/main.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert api.get("/page/nothing.js").status_code == 404
    assert api.get("/page/index.html").status_code == 404


def test_every_module_is_fetched_at_once(api: httpx.Client) -> None:
    document = api.get("/").text
    for name in ("dom", "api", "answer", "article", "collection", "following"):
        assert f'rel="modulepreload" href="/page/{name}.js"' in document
