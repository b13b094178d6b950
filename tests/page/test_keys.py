"""What people see where the server demands keys."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import FOOTNOTE, serving


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keyed") / "data"


@pytest.fixture(scope="module")
def keys(data: Path) -> dict[str, str]:
    made = {}
    for scope in ("ask", "edit", "admin"):
        place: list[str | Path] = ["--scope", scope, "--data-dir", data]
        add = [FOOTNOTE, "keys", "add", scope, *place]
        done = subprocess.run(add, capture_output=True, text=True, check=True)
        made[scope] = done.stdout.strip()
    return made


@pytest.fixture(scope="module")
def keyed(data: Path, keys: dict[str, str]) -> Iterator[str]:
    assert keys
    with serving(data, FOOTNOTE_REQUIRE_KEYS="true") as api:
        yield str(api.base_url)


def test_a_reader_enters_a_key_and_goes_on(page: Page, keyed: str, keys: dict[str, str]) -> None:
    page.goto(keyed)
    page.get_by_label("Your question").fill("Who?")
    page.get_by_label("Your question").press("Enter")
    dialog = page.get_by_role("dialog", name="This server asks for an API key")
    expect(dialog).to_contain_text("footnote keys add")
    dialog.get_by_label("API key").fill("fn_wrong")
    dialog.get_by_role("button", name="Use this key").click()
    expect(dialog).to_contain_text("not known or was revoked")
    dialog.get_by_label("API key").fill(keys["ask"])
    dialog.get_by_label("API key").press("Enter")
    expect(page.locator(".answer")).to_have_text("The articles do not say.")
    expect(page.get_by_text("Nothing in the collection comes near.")).to_be_visible()
    page.reload()
    expect(page.locator(".answer")).to_have_text("The articles do not say.")


def test_without_a_key_the_question_is_kept(desktop: Page, keyed: str) -> None:
    desktop.goto(keyed)
    desktop.get_by_label("Your question").fill("Who?")
    desktop.get_by_label("Your question").press("Enter")
    desktop.get_by_role("button", name="Cancel").click()
    expect(desktop.get_by_role("alert")).to_contain_text("This needs an API key.")
    desktop.get_by_role("button", name="Try again").click()
    expect(desktop.get_by_label("API key", exact=True)).to_be_visible()


def test_only_who_may_edit_can_add(desktop: Page, keyed: str, keys: dict[str, str]) -> None:
    desktop.goto(f"{keyed}/collection")
    desktop.get_by_label("API key", exact=True).fill(keys["ask"])
    desktop.get_by_label("API key", exact=True).press("Enter")
    expect(desktop.get_by_text("Your key may ask and read.")).to_be_visible()
    expect(desktop.get_by_label("Choose files")).to_be_hidden()
    expect(desktop.get_by_role("heading", name="Followed sources")).to_be_hidden()
    desktop.get_by_role("button", name="Use another key").click()
    desktop.get_by_label("API key", exact=True).fill(keys["edit"])
    desktop.get_by_label("API key", exact=True).press("Enter")
    expect(desktop.get_by_label("Choose files")).to_be_visible()
    expect(desktop.get_by_role("heading", name="Followed sources")).to_be_visible()
    desktop.get_by_role("button", name="Forget it").click()
    expect(desktop.get_by_label("API key", exact=True)).to_be_visible()


def test_an_editor_is_told_that_folders_are_the_admins(
    desktop: Page, keyed: str, keys: dict[str, str], tmp_path: Path
) -> None:
    admin = {"Authorization": f"Bearer {keys['admin']}"}
    with httpx.Client(base_url=keyed, headers=admin) as client:
        client.post("/sources", json={"location": str(tmp_path)}).raise_for_status()
        desktop.goto(f"{keyed}/collection")
        desktop.get_by_label("API key", exact=True).fill(keys["edit"])
        desktop.get_by_label("API key", exact=True).press("Enter")
        desktop.get_by_role("button", name=f"Remove {tmp_path}").click()
        desktop.get_by_role("button", name="Remove", exact=True).click()
        expect(desktop.get_by_role("alert")).to_contain_text("needs a key that may admin")
        expect(desktop.locator("#followed li")).to_contain_text(str(tmp_path))
        client.delete("/sources", params={"location": str(tmp_path)}).raise_for_status()
