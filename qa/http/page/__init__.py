"""The web page: one document, a style sheet and a few modules, nothing from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response

from qa.http.problems import not_found

router = APIRouter(include_in_schema=False)

_FOLDER = Path(__file__).parent
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
    "Vary": "Accept",
}


@dataclass(frozen=True, slots=True)
class _Part:
    body: bytes
    kind: str
    tag: str


def _part(file: Path) -> _Part:
    body = file.read_bytes()
    return _Part(body, _KINDS[file.suffix], f'"{sha256(body).hexdigest()[:32]}"')


_PARTS = {file.name: _part(file) for file in _FOLDER.iterdir() if file.suffix in _KINDS}
_DOCUMENT = (_FOLDER / "index.html").read_bytes()


def document() -> Response:
    """The page itself, whichever view of it is asked for."""
    return Response(_DOCUMENT, media_type="text/html", headers=_HEADERS)


@router.get("/")
async def page() -> Response:
    """The page on which people ask."""
    return document()


@router.get("/page/{name}")
async def part(name: str, request: Request) -> Response:
    """A part of the page; a browser that has it already is told so (RFC 9110, section 13.1.2)."""
    found = _PARTS.get(name)
    if found is None:
        raise not_found("part of the page called", name, "open /")
    headers = {"Cache-Control": "no-cache", "ETag": found.tag}
    if request.headers.get("if-none-match") == found.tag:
        return Response(status_code=304, headers=headers)
    return Response(found.body, media_type=found.kind, headers=headers)
