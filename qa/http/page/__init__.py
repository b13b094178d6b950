"""The web page: one document, a style sheet and a few modules, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from qa.http.problems import not_found

router = APIRouter(include_in_schema=False)

_FOLDER = Path(__file__).parent
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_FILES = {file.name: file for file in _FOLDER.iterdir() if file.suffix in _KINDS}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
    "Vary": "Accept",
}


def document() -> Response:
    """The page itself, whichever view of it is asked for."""
    return FileResponse(_FOLDER / "index.html", media_type="text/html", headers=_HEADERS)


@router.get("/")
async def page() -> Response:
    """The page on which people ask."""
    return document()


@router.get("/page/{name}")
async def part(name: str) -> Response:
    """A part of the page."""
    file = _FILES.get(name)
    if file is None:
        raise not_found("part of the page called", name, "open /")
    headers = {"Cache-Control": "no-cache"}
    return FileResponse(file, media_type=_KINDS[file.suffix], headers=headers)
