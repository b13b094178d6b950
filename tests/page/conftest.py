"""The page in Debian's Chromium, over a real server and index."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.conftest import ROOT, serving

SCREENSHOTS = ROOT / "build" / "screenshots"
_OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

LIGHTHOUSE = {
    "id": "lighthouse",
    "title": "The lighthouse of Karvel Point",
    "source": "Coast Gazette",
    "published_at": "2020-05-01",
    "url": "https://example.org/lighthouse",
    "text": "Out to sea 🌊.\n\nThe lighthouse of Karvel Point was built in 1874 by the engineer "
    "Ada Lindqvist. It stands 41 metres above the sea.\n\nThe lamp was electrified in 1932.",
}
HOSTILE = {
    "id": "hostile/../<b>",
    "title": "<img src=x onerror=\"document.title='broken'\"> Bogwater",
    "source": "<script>document.title='broken'</script>",
    "url": "javascript:document.title='broken'",
    "text": "The mayor of Bogwater is <script>document.title='broken'</script> Olga Brandt. "
    "<img src=x onerror=\"document.title='broken'\">",
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed (Debian's package is called chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    data: Path = tmp_path_factory.mktemp("page") / "data"
    with serving(data, FOOTNOTE_ANSWER_THRESHOLD="0.05") as client:
        articles = {"articles": [LIGHTHOUSE, HOSTILE]}
        client.post("/articles?wait=true", json=articles).raise_for_status()
        yield client


@pytest.fixture(params=["desktop", "phone"])
def page(browser: Browser, api: httpx.Client, request: pytest.FixtureRequest) -> Iterator[Page]:
    size = {"desktop": (1280, 800), "phone": (360, 740)}[request.param]
    dark = "dark" if request.param == "phone" else "light"
    context = browser.new_context(
        base_url=str(api.base_url),
        viewport={"width": size[0], "height": size[1]},
        color_scheme=dark,  # type: ignore[arg-type] # a plain string is one of its literals
    )
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = request.node.name.replace("[", "-").replace("]", "")
    opened.screenshot(path=SCREENSHOTS / f"{name}.png")
    width = opened.evaluate("document.documentElement.scrollWidth - innerWidth")
    context.close()
    assert faults == []
    assert width <= 0, "the page scrolls sideways"
