"""`/docs`: the API on one page, without anything from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    "code{background:#8882;padding:.1em .3em;border-radius:.3em}:root{color-scheme:light dark}"
)


@router.get("/docs", response_class=HTMLResponse)
async def docs(request: Request) -> str:
    """Every route with what it does; the whole is at /openapi.json."""
    schema: dict[str, Any] = request.app.openapi()
    routes = "".join(
        f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
        f"<p>{escape(operation.get('description', ''))}</p>"
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    )
    title = escape(f"{schema['info']['title']} {schema['info']['version']}")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1>"
        f'<p>The whole description for programs: <a href="/openapi.json">/openapi.json</a>.</p>'
        f"{routes}</html>"
    )
