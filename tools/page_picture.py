"""Takes the picture of the page for the README: an answer, and its article at the quote.

python tools/page_picture.py docs/images/page.png

Needs Chromium (Debian's package is called chromium). The letters are the machine's own: the
picture in the repository was taken with P052 (Debian's fonts-urw-base35) and DejaVu Sans.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOOTNOTE = Path(sys.executable).parent / "footnote"
QUESTION = "How much of China's imported corn came from Ukraine in 2018-19?"
SIZE = {"width": 1280, "height": 680}
_SECONDS_TO_START = 60
_STILL = "one => Promise.all(one.getAnimations().map((moving) => moving.finished))"


def main() -> None:
    """Asks the sample question on the page and writes the picture."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as address:
        take(address, Path(sys.argv[1]))


def take(address: str, picture: Path) -> None:
    """The page with an answer and its article beside it, as a PNG."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type] # a dict of this shape
        page.goto(address)
        page.get_by_label("Your question").fill(QUESTION)
        page.get_by_label("Your question").press("Enter")
        page.get_by_role("button", name="Footnote").last.click()
        page.locator("#cited").wait_for()
        page.mouse.move(0, 0)
        page.locator("#article").evaluate(_STILL)
        shot = page.screenshot()
        browser.close()
    # So few colours are there that a palette shows them all, in a quarter of the bytes.
    Image.open(BytesIO(shot)).convert("RGB").quantize(96).save(picture, optimize=True)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of `footnote serve` over the sample article."""
    log = folder / "serve.log"
    place = ["--data-dir", str(folder / "data")]
    subprocess.run(  # noqa: S603 - our own command
        [FOOTNOTE, "add", ROOT / "articles", *place], check=True, capture_output=True
    )
    with log.open("w") as told:
        process = subprocess.Popen(  # noqa: S603
            [FOOTNOTE, "serve", "--port", "0", *place], stderr=told, env=os.environ
        )
    try:
        yield _address(log)
    finally:
        process.terminate()
        process.wait()


def _address(log: Path) -> str:
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline:
        if found := re.search(r"http://\S+", log.read_text()):
            return found[0]
        time.sleep(0.1)
    raise SystemExit(f"footnote serve did not start: {log.read_text()}")


if __name__ == "__main__":
    main()
