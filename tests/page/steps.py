"""What tests of the page do again and again."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

WHO = "Who built the lighthouse of Karvel Point?"
CITED = "The lighthouse of Karvel Point was built in 1874 by the engineer Ada Lindqvist."
UNKNOWN = "What is the boiling point of tungsten?"


def ask(page: Page, question: str = WHO) -> Locator:
    """Asks as people do; the turn, once its answer is whole."""
    before = page.locator(".turn").count()
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")
    turn = page.locator(".turn").nth(before)
    expect(turn.get_by_role("button", name="Helpful", exact=True)).to_be_visible()
    return turn


def footnote(page: Page, number: int = 1) -> Locator:
    """The number of a footnote in the newest answer."""
    return page.locator(".turn").last.get_by_role("button", name=f"Footnote {number}:")


def serious(page: Page) -> list[str]:
    """What axe finds to keep people out, with where it is."""
    # What is still fading in has less contrast than it will have.
    page.evaluate("() => Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
