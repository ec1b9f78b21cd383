"""Where the words of a text are: the one pass over its characters that everything else shares.

A text is taken apart by its spaces first, since no word holds one; what is between two spaces, a
*chunk*, comes again and again in an archive, so its pieces are found once and remembered.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from search.text.english import ABBREVIATIONS
from search.text.folding import APOSTROPHE, LONGEST_WORD, fold, fold_unspaced, folded_word

# Han, kana, hangul, Thai, Lao, Burmese, Khmer and their extensions.
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
# Marks that Python does not count as parts of words, among them the vowels of Indic scripts.
_MARKS: Final = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0dff\u200c\u200d"
)
_LETTERS: Final = rf"(?:[^\W_{_UNSPACED}]+|[{_MARKS}]+)+"
_PIECE: Final = re.compile(
    rf"(?P<unspaced>[{_UNSPACED}]+)"
    rf"|(?P<acronym>(?<!\w)(?:[^\W\d_]\.){{2,}}(?:[^\W\d_](?!\w))?|(?<!\w)[^\W\d_]\.[^\W\d_](?!\w))"
    rf"|(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\w)|\d+(?:\.\d+)*(?!\w))"
    rf"|(?P<numbered>(?<!\w)[A-Za-z]{{1,8}}-\d{{1,3}}(?!\w))"
    rf"|(?P<word>{_LETTERS}(?:{APOSTROPHE}{_LETTERS})*)"
)
_POSSESSIVES: Final = ("'s", "\u2019s", "'S", "\u2019S")
UNSPACED: Final = re.compile(f"[{_UNSPACED}]")
_SENTENCE_ENDS: Final = re.compile(r"[!?:;\u2014\u2022\u2026。！？|\n]|\.(?!\w)")
# Longer chunks are not remembered.
LONGEST_CHUNK: Final = 200


class Piece(NamedTuple):
    """A word, a number, an acronym, or a run of a script without spaces: its place in its chunk.

    ``group`` is the kind: "word", "number", "acronym" (U.N.), "numbered" (G-20) or "unspaced";
    ``folded`` the folded word.
    """

    start: int
    end: int
    group: str
    surface: str
    folded: str

    @property
    def capitalised(self) -> bool:
        return self.surface[:1].isalpha() and not self.surface.islower()

    @property
    def possessive(self) -> bool:
        return self.surface.endswith(_POSSESSIVES)


def pieces(chunk: str) -> tuple[Piece, ...]:
    """The pieces of a text without spaces, in its order."""
    return _remembered(chunk) if len(chunk) <= LONGEST_CHUNK else _pieces(chunk)


def _pieces(chunk: str) -> tuple[Piece, ...]:
    if chunk.isascii() and chunk.isalpha():  # as most are: one word, as below
        return (Piece(0, len(chunk), "word", chunk, folded_word(chunk)),)
    found = []
    for match in _PIECE.finditer(chunk):
        group, surface = match.lastgroup or "", match.group()
        if group == "word":
            folded = folded_word(surface)
        elif group == "unspaced":
            folded = fold_unspaced(surface)
        else:
            folded = fold(surface.translate(_SEPARATORS[group]))[:LONGEST_WORD]
        if folded:
            found.append(Piece(*match.span(), group, surface, folded))
    return tuple(found)


_SEPARATORS: Final = {
    "acronym": str.maketrans("", "", "."),
    "number": str.maketrans("", "", ","),
    "numbered": str.maketrans("", "", "-"),
}
_remembered = lru_cache(maxsize=1 << 17)(_pieces)


def ends_sentence(before: str, gap: str) -> bool:
    """Whether a sentence ends in ``gap``, after the word ``before``: the next capital is free."""
    if gap in (" ", "-") or not _SENTENCE_ENDS.search(gap):
        return False
    return not (gap == ". " and (len(before) == 1 or before in ABBREVIATIONS))
