"""Finds names that the archive knows in text typed without capitals.

In an event capitals mark names, and "white house" is not one. A query may be typed in small
letters: "islamic state in deir ez-zor" means these names.
"""

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from search.text.english import CALENDAR, KINDS, TITLES
from search.text.names.name_words import Name, folded_words, name_term
from search.text.terms import Analysis, Kind, Token

LONGEST: Final = 8  # words of a name that is looked for
_MOST_TOKENS: Final = 2_000  # of a text, which may be of any length
_JOINTS: Final = (" ", "-", "\u00a0", "\u2010", "\u2011")
# Parts of names that make none by themselves.
_PARTS: Final = frozenset(CALENDAR) | frozenset(KINDS) | frozenset(TITLES)

IsKnown = Callable[[str], bool]  # whether the archive has a term of several words as a name


def known_runs(words: Sequence[str], is_known: IsKnown) -> Iterator[tuple[int, int, str]]:
    """All runs of two words or more that are known: where they begin and end, and their term."""
    folded = [folded_words(word) for word in words] if len(words) > 1 else []
    for start in range(len(folded) - 1):
        run = list(folded[start])
        for end in range(start + 2, min(len(folded), start + LONGEST) + 1):
            run += folded[end - 1]
            name = name_term(run) if run else ""
            if is_known(name):
                yield start, end, name


def with_known_names(text: str, analysis: Analysis, is_known: IsKnown) -> Analysis:
    """The analysis of a text with the names in it that are typed in small letters.

    Of overlapping names the longest is kept; of equal ones the first.
    """
    tokens = analysis.tokens[:_MOST_TOKENS]
    found = [name for run in _runs(text, tokens) for name in _names(text, run, is_known)]
    kept: list[Name] = []  # by where they start; none overlaps another, so only neighbours can
    for name in sorted([*analysis.names, *found], key=lambda name: (name.start - name.end, name)):
        at = bisect(kept, name.start, key=lambda other: other.start)
        follows = not at or kept[at - 1].end <= name.start
        if follows and (at == len(kept) or name.end <= kept[at].start):
            kept.insert(at, name)
    return Analysis(analysis.tokens, tuple(kept))


def _runs(text: str, tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Words in lower case with only a connector between them."""
    run: list[Token] = []
    for token in tokens:
        if run and text[run[-1].end : token.start] not in _JOINTS:
            yield run
            run = []
        if text[token.start : token.end].islower():
            run.append(token)
        elif run:
            yield run
            run = []
    yield run


def _names(text: str, run: Sequence[Token], is_known: IsKnown) -> Iterator[Name]:
    words = [text[token.start : token.end] for token in run]
    for start, end, term in known_runs(words, is_known):
        yield Name(term, run[start].start, run[end - 1].end, end - start)
    for word, token in zip(words, run, strict=True):
        if token.kind is Kind.NAME and not token.stop and len(word) > 1 and word not in _PARTS:
            yield Name(token.term, token.start, token.end, 1)
