"""Spelling variants that an archive shows to be the same word: Überlingen and Ueberlingen."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

from search.related.similarity import Similarity
from search.text.folding import fold, folded_word
from search.text.terms import Terms

_READ: Final = 20  # newest events with a spelling; one of them must show the variant

_WORD: Final = re.compile(r"\w+")


def other_spellings(
    word: str, terms: Terms, similarity: Similarity, text_of: Callable[[int], str]
) -> tuple[str, ...]:
    """Folded spellings that are other terms but mean the same as a typed word.

    A typed "ü" also means "ue". A typed "ue" means "ü" only if an event writes the word with "ü".
    ``text_of`` gives the text of an event by ordinal; it may be "" if the text is all ASCII.
    """
    folded, out = folded_word(word), spelled_out(word)
    found = [out] if out != folded and _is_other(out, folded, terms, similarity) else []
    for other in alike(folded):
        if other not in found and _is_other(other, folded, terms, similarity):
            longer, shorter = sorted((folded, other), key=len, reverse=True)
            if _shown(longer, shorter, terms, similarity, text_of):
                found.append(other)
    return tuple(found)


def _is_other(word: str, folded: str, terms: Terms, similarity: Similarity) -> bool:
    """Whether the archive has a word that is no form of the typed one."""
    term = terms.word_term(word)
    return similarity.matrix.number_of(term) is not None and term != terms.word_term(folded)


def _shown(
    longer: str, shorter: str, terms: Terms, similarity: Similarity, text_of: Callable[[int], str]
) -> bool:
    """Whether an event writes a folded word with a letter that the longer one spells out."""
    events, _ = similarity.column(terms.word_term(shorter))
    texts = map(text_of, events[-_READ:].tolist())
    return any(
        spelled_out(word) == longer and folded_word(word) == shorter
        for text in texts
        if not text.isascii()
        for word in _WORD.findall(unicodedata.normalize("NFC", text))
    )


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
