"""Folding: one spelling for variants of case, accents, width and script.

Folding is what makes two spellings the same term: "Überlingen", "uberlingen" and "ÜBERLINGEN";
"Ｔｗｉｔｔｅｒ" and "twitter"; "美國" and "美国"; Arabic with and without vowel marks.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

# Marks that readers leave out. Of Indic scripts that is the nukta of Hindi; the others are vowels.
_DROPPED_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u093c\u200b-\u200f\u2060\ufeff]"
)
_SHORT_I: Final = "и\u0306"  # й is a letter of its own, not an и with an ornament
_LETTERS: Final = str.maketrans(
    {
        "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
        "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
    }
)  # fmt: skip


def fold(word: str) -> str:
    """The folded spelling of a word. Idempotent."""
    if word.isascii():
        return word.lower()
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word).casefold())
    text = _DROPPED_MARKS.sub("", text.replace(_SHORT_I, "\0")).replace("\0", _SHORT_I)
    text = unicodedata.normalize("NFC", text.casefold()).translate(_LETTERS)
    return "".join(map(_ascii_digit, text))


# Longer words are cut, so that a word of a megabyte costs no more than others.
LONGEST_WORD: Final = 64
APOSTROPHE: Final = "['\u2019\u02bc\uff07]"
# Without re.IGNORECASE, which loads a table that takes longer than a question may.
_POSSESSIVE: Final = re.compile(rf"{APOSTROPHE}[sS]$")
_ELISION: Final = re.compile(
    rf"^(?:[lLdD]|[qQ][uU]|(?:[dD][eE]|[aA]|[nN][eE]|[sS][uU])[lL]{{2}}){APOSTROPHE}"
)
_APOSTROPHES: Final = re.compile(APOSTROPHE)


def folded_word(surface: str) -> str:
    """A word without case, accents, possessive and apostrophes: "Shi'ite's" is "shiite"."""
    if not surface.isalnum():
        surface = _APOSTROPHES.sub("", _ELISION.sub("", _POSSESSIVE.sub("", surface)))
    return fold(surface)[:LONGEST_WORD]


def _ascii_digit(character: str) -> str:
    digit = unicodedata.digit(character, None)
    return character if digit is None else str(digit)


@cache
def _simplified() -> dict[int, str]:
    table = Path(__file__).with_name("tables").joinpath("traditional_han.txt").read_text("utf-8")
    traditional, simplified = table.split("\n")[:2]
    return dict(zip(map(ord, traditional), simplified, strict=True))


def fold_unspaced(run: str) -> str:
    """Fold a run of a script without spaces, one character for one: offsets stay."""
    folded = run.translate(_simplified())
    if folded.isalnum() and unicodedata.is_normalized("NFKC", folded):
        return folded
    return "".join(_same_length(character) for character in folded)


def _same_length(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character
