"""An answer on the terminal: its text, then its numbered footnotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.cli.output import console, is_rich, safe, say

if TYPE_CHECKING:
    from rich.text import Text

    from qa.answer import Answer, Citation

_NEAREST = "Nearest passages (not an answer):"


def render(answer: Answer) -> None:
    """Coloured on a terminal, plain and with stable lines when piped."""
    if is_rich():
        _render_rich(answer)
    else:
        _render_plain(answer)


def _render_plain(answer: Answer) -> None:
    say(safe(answer.answer))
    if answer.citations:
        say("")
        if answer.status == "not_found":
            say(_NEAREST)
    for citation in answer.citations:
        say(f"[{citation.number}] {_about(citation)}")
        say(f"    “{safe(citation.quote)}”")
        if citation.url:
            say(f"    {safe(citation.url)}")


def _render_rich(answer: Answer) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    found = answer.status == "answered"
    out.print(Text(safe(answer.answer), style="bold" if found else "yellow"))
    if answer.citations:
        out.print()
        if not found:
            out.print(Text(_NEAREST, style="dim"))
    for citation in answer.citations:
        title = Text(f"[{citation.number}] ", style="cyan")
        link = f"link {safe(citation.url)}" if citation.url else ""
        title.append(_about(citation), style=link)
        out.print(title)
        out.print(Padding(_quote(citation, dim=not found), (0, 4)))


def _quote(citation: Citation, *, dim: bool) -> Text:
    """The quote with the decisive words in bold; offsets are taken before words are cleaned."""
    from rich.text import Text

    quote = Text("“", style="dim" if dim else "")
    position = 0
    for start, end in sorted(citation.highlights):
        if start < position:
            continue
        quote.append(_clean(citation.quote[position:start]))
        quote.append(_clean(citation.quote[start:end]), style="bold yellow")
        position = end
    quote.append(_clean(citation.quote[position:]))
    return quote.append("”")


def _clean(piece: str) -> str:
    """Like `safe`, but the spaces at both ends of a piece stay."""
    words = safe(piece)
    before = " " if piece[:1].isspace() and words else ""
    after = " " if piece[-1:].isspace() else ""
    return f"{before}{words}{after}"


def _about(citation: Citation) -> str:
    facts = (citation.title, citation.source, citation.author, citation.published_at)
    return " · ".join(safe(fact) for fact in facts if fact)
