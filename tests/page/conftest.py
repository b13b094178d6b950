"""The page in Debian's Chromium, over a real server and index."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.conftest import ROOT, serving

SCREENSHOTS = ROOT / "build" / "screenshots"
# Long enough for the busiest machine; what is awaited comes at once on others.
_PATIENCE = 30_000
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
    "Ada Lindqvist. It stands 41 metres above the sea.\n\nThe harbour of Karvel Point was dredged "
    "in 1987.\n\n" + "Gulls came and went. " * 150 + "\n\nThe lamp was electrified in 1932.",
}
OLDER = {
    "id": "bridge-2021",
    "title": "Osterby opens its bridge",
    "published_at": "2021-05-02",
    "text": "The Osterby bridge is 412 metres long.",
}
NEWER = {
    "id": "bridge-2023",
    "title": "Osterby bridge measured anew",
    "published_at": "2023-09-14",
    "text": "The Osterby bridge is 409 metres long.",
}
ARABIC = {
    "id": "منارة",
    "title": "منارة الإسكندرية",
    "text": "بناها سوستراتوس في عهد بطليموس الثاني حوالي عام 280 قبل الميلاد.",
}
SCRIPT = "<script>document.title='broken'</script>"
IMAGE = "<img src=x onerror=\"document.title='broken'\">"
HOSTILE = {
    "id": "hostile/../<b>",
    "title": f"{IMAGE} Bogwater",
    "source": SCRIPT,
    "author": IMAGE,
    "url": "javascript:document.title='broken'",
    "tags": [SCRIPT],
    "text": f"The mayor of Bogwater is {SCRIPT} Olga Brandt. {IMAGE}\n\n{'W' * 300}\n\n"
    "\u202eturned around\u202c and ze\u200bro wi\u200bdth and \x07 and \ufffd.",
}

Device = Literal["desktop", "phone"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed (Debian's package is called chromium)")
    with sync_playwright() as playwright:
        expect.set_options(timeout=_PATIENCE)
        browser = playwright.chromium.launch(executable_path=program, args=_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    data: Path = tmp_path_factory.mktemp("page") / "data"
    with serving(data, FOOTNOTE_ANSWER_THRESHOLD="0.05") as client:
        articles = {"articles": [LIGHTHOUSE, OLDER, NEWER, ARABIC, HOSTILE]}
        client.post("/articles?wait=true", json=articles).raise_for_status()
        yield client


@pytest.fixture
def opened(
    browser: Browser, api: httpx.Client, request: pytest.FixtureRequest
) -> Iterator[Callable[[Device], Page]]:
    """Opens a page on a device; at the test's end nothing on it may be broken or too wide."""
    with _pages(browser, str(api.base_url), request.node.name) as opening:
        yield opening


@pytest.fixture(params=["desktop", "phone"])
def page(opened: Callable[[Device], Page], request: pytest.FixtureRequest) -> Page:
    return opened(request.param)


@pytest.fixture
def desktop(opened: Callable[[Device], Page]) -> Page:
    return opened("desktop")


@pytest.fixture
def phone(opened: Callable[[Device], Page]) -> Page:
    return opened("phone")


@contextmanager
def _pages(browser: Browser, address: str, test: str) -> Iterator[Callable[[Device], Page]]:
    pages: list[Page] = []
    faults: list[str] = []

    def opening(device: Device) -> Page:
        is_phone = device == "phone"
        context = browser.new_context(
            base_url=address,
            viewport={"width": 390, "height": 844} if is_phone else {"width": 1280, "height": 800},
            color_scheme="dark" if is_phone else "light",
            has_touch=is_phone,
            is_mobile=is_phone,
        )
        context.set_default_timeout(_PATIENCE)
        made = context.new_page()
        made.on("pageerror", lambda error: faults.append(str(error)))
        pages.append(made)
        return made

    yield opening
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = test.replace("[", "-").replace("]", "")
    for number, one in enumerate(pages):
        one.screenshot(path=SCREENSHOTS / f"{name}{f'-{number}' if number else ''}.png")
        width = one.evaluate("document.documentElement.scrollWidth - innerWidth")
        one.context.close()
        assert width <= 0, "the page scrolls sideways"
    assert faults == []
