"""Names that a text spells out with their acronym in brackets: "World Health Organization (WHO)".

The acronym tells where the name begins: each of its letters begins a word.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from search.text.english import LINKS, PARTICLES
from search.text.words import Piece, pieces

_BRACKETED: Final = re.compile(
    r"""[ \u00a0]\(["'\u201c]?([^\W\d_](?:[^\W_]|[.-]){1,11})["'\u201d]?[),;]"""
)
_SMALL: Final = LINKS | PARTICLES | {"at", "by", "on", "to", "with"}
_LONGEST: Final = 160  # characters before a bracket that are examined
_WORDS: Final = 12
_MOST_BRACKETS: Final = 1_000  # of one text
# Letters of an acronym that one word may give: TEPCO is Tokyo Electric Power *Co*mpany.
_LETTERS: Final = 4


class SpelledOut(NamedTuple):
    """A name with its acronym, as folded words, and its form in the text."""

    long: str
    short: str
    start: int
    end: int
    words: tuple[str, ...]


def spelled_out(text: str) -> Iterator[SpelledOut]:
    """All names in ``text`` that are followed by their acronym in brackets."""
    if "(" not in text:
        return
    for match in islice(_BRACKETED.finditer(text), _MOST_BRACKETS):
        found = pieces(match[1])
        if len(found) != 1 or sum(map(str.isupper, match[1])) < 2:
            continue
        short = found[0].folded
        before = _words_before(text, match.start())
        for size in range(2, min(len(before), _WORDS) + 1):
            words = before[-size:]
            if words[0][1].capitalised and _matches(short, words):
                at, first = words[0]
                folded = tuple(piece.folded for _, piece in words)
                yield SpelledOut(" ".join(folded), short, at + first.start, match.start(), folded)
                break


def _words_before(text: str, end: int) -> list[tuple[int, Piece]]:
    at = max(0, end - _LONGEST)
    found: list[tuple[int, Piece]] = []
    for chunk in text[at:end].split(" "):
        parts = pieces(chunk)
        # Punctuation before a word: the name cannot reach further back.
        if parts and parts[0].start > 0:
            found.clear()
        found += [(at, piece) for piece in parts]
        if parts and parts[-1].end < len(chunk):
            found.clear()
        at += len(chunk) + 1
    return found


def _matches(short: str, words: Sequence[tuple[int, Piece]]) -> bool:
    """Whether ``short`` takes its letters from all words; small ones ("of") may be passed over."""
    needed = []
    chunk = -1
    for at, piece in words:
        continued, chunk = at == chunk, at  # Co-operation
        if not (piece.capitalised or continued or piece.folded in _SMALL):
            return False
        needed.append(piece.capitalised or piece.group != "word")
    return letters_match(short, [piece.folded for _, piece in words], needed)


def letters_match(short: str, words: Sequence[str], needed: Sequence[bool]) -> bool:
    """Whether ``short`` is made of beginnings of the folded ``words``, of all that are needed."""
    ends = {0}  # how many letters the words so far can account for
    for word, must in zip(words, needed, strict=True):
        after = set() if must else set(ends)
        for done in ends:
            for length in range(1, _LETTERS + 1):
                if word[:length] != short[done : done + length] or len(word) < length:
                    break
                after.add(done + length)
        ends = after
        if not ends:
            return False
    return len(short) in ends
