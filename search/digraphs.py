"""Letters that people also write as two: ä, ö and ü as ae, oe and ue, å as aa, ø as oe.

Folding already makes Überlingen and Uberlingen one term. Ueberlingen is another one, and cannot be
the same: no rule about letters tells it from "blue", "poet" or Raphael. So it stays a term of its
own, and a search looks up the other spellings of a word in the archive, which shows what was meant:
"blu" is no other spelling of "blue" unless some event writes it "blü".
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from search.folding import fold

_DIGRAPHS: Final = {
    "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe",
    "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe",
}  # fmt: skip
_SPELLED_OUT: Final = str.maketrans(_DIGRAPHS)
_PAIR: Final = re.compile("[aou]e|aa")
_PAIRS: Final = {"a": ("ae", "aa"), "o": ("oe",), "u": ("ue",)}
_MOST: Final = 8  # places of a word that are tried


def spelled_out(word: str) -> str:
    """The word, folded, with two letters for each letter that is also written as two."""
    if word.isascii():
        return fold(word)
    return fold(unicodedata.normalize("NFC", word).translate(_SPELLED_OUT))


def alike(word: str) -> Iterator[str]:
    """What a folded word may be in another spelling, folded too: with one letter for a pair, or
    for all pairs ("goettingen": "gottingen"), and the other way round."""
    pairs = list(_PAIR.finditer(word))[:_MOST]
    for pair in pairs:
        yield word[: pair.start() + 1] + word[pair.end() :]
    if len(pairs) > 1:
        yield _PAIR.sub(lambda pair: pair[0][0], word)
    vowels = [at for at, letter in enumerate(word) if letter in _PAIRS][:_MOST]
    for at in vowels:
        for two in _PAIRS[word[at]]:
            yield word[:at] + two + word[at + 1 :]
