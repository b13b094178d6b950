"""Nothing unverified leaves: quotes against the stored text, sentences against their quotes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from qa.answerers.base import Draft, DraftSentence, Quote

_WORD = re.compile(r"\w+")


def verify(draft: Draft, article_texts: Mapping[str, str]) -> Draft:
    """The part of `draft` that the stored texts bear out.

    `article_texts` maps article ids to their stored texts. A quote stays when it lies inside its
    hit's passage and is the stored text at its offsets; a sentence stays when it keeps a quote
    and its words are an unbroken run of its quotes' words. A draft that loses all its sentences
    has confidence 0.
    """
    kept = tuple(
        checked
        for sentence in draft.sentences
        if (checked := _checked(sentence, article_texts)) is not None
    )
    lost_all = bool(draft.sentences) and not kept
    return replace(draft, sentences=kept, confidence=0.0 if lost_all else draft.confidence)


def _checked(sentence: DraftSentence, article_texts: Mapping[str, str]) -> DraftSentence | None:
    quotes = tuple(quote for quote in sentence.quotes if _is_verbatim(quote, article_texts))
    if not quotes or not _borne_out(sentence.text, quotes):
        return None
    return replace(sentence, quotes=quotes)


def _is_verbatim(quote: Quote, article_texts: Mapping[str, str]) -> bool:
    passage = quote.hit.passage
    stored = article_texts.get(passage.article_id)
    inside = passage.start <= quote.start < quote.end <= passage.end
    lit = all(quote.start <= span.start < span.end <= quote.end for span in quote.highlights)
    return stored is not None and inside and lit and stored[quote.start : quote.end] == quote.text


def _borne_out(text: str, quotes: tuple[Quote, ...]) -> bool:
    """Whether the words of `text` are an unbroken run of its quotes' words.

    Leaving out a word inside ("not") would change what the article says.
    """
    said = _WORD.findall(text)
    source = [word for quote in quotes for word in _WORD.findall(quote.text)]
    runs = range(len(source) - len(said) + 1)
    return bool(said) and any(source[first : first + len(said)] == said for first in runs)
