"""Which of a question's words a passage lacks: what it leaves unsaid, as far as words tell."""

from __future__ import annotations

from qa.conversation.mentions import content_words

# Words are alike that begin with so many same letters: "import", "imported", "imports".
_STEM = 5
# Who answers "how many" need not write "many"; these name the kind of answer, not the matter.
_KINDS = frozenset(
    """
    year years time date day month place person people name kind type number amount percent
    percentage called named word term main first
    """.split()  # noqa: SIM905 - a list of so many words is for reading
)


def unmatched(question: str, text: str) -> tuple[float, float]:
    """The share of the question's topic words that `text` lacks, 0..1, and how many names.

    Names are words with a capital or a digit, the first of the question aside.
    """
    words = [word for word in content_words(question) if word.casefold() not in _KINDS]
    known = {_stem(word) for word in content_words(text)}
    lacking = [word for word in words if _stem(word) not in known]
    opener = question.lstrip().split(" ", 1)[0]
    names = [w for w in lacking if (w[:1].isupper() or w[:1].isdigit()) and w != opener]
    return len(lacking) / max(len(words), 1), float(min(len(names), 3))


def _stem(word: str) -> str:
    plain = word.casefold()
    return plain if plain[:1].isdigit() else plain[:_STEM]
