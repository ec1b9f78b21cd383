"""Did you mean: corrects the spelling of a query with words of the archive.

A word is looked up if no event has it, or, where little is found, if hardly any event has it and
it is no name. Its correction is the word of the archive, one or two typos away, with the highest

    log2(1 + events) + 2 · log2(1 + events that have another word of the query)
        + length / 2 + surprise / 5 − cost of the typo

if that is at least 9.2, or 14.2 if an event has the typed word: a correction must be much likelier.
Words of small archives have fewer events each, so below 450,000 words log2(450,000 / words) less
is needed, at most 2 less. Long words have few neighbours. ``surprise`` is how little the typed word
looks like those of the archive (see ``letter_model``). A lost letter, or two swapped, costs 0; an
added or changed one 3, a second typo 12.4, and a plural or singular 9 more: those are words, even
if no event has them. Quoted, excluded and numeric words, words with a star or a tilde, and scripts
without spaces are never corrected. The figures behind the constants are in
benchmarks/search/README.md.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from math import log2
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.fulltext.bm25 import QueryTerm
from search.fulltext.query.parser import Query
from search.fulltext.query.tree import Word
from search.fulltext.searcher import Searcher
from search.index.arrays import distinct
from search.index.fields import TEXT_FIELDS, spelling
from search.text.edit_distance import LOOSEST_FUZZY
from search.text.folding import LONGEST_WORD
from search.text.terms import Kind

_MOST_WORDS: Final = 4  # of a query that are looked up
_LITTLE: Final = 10  # events found; with fewer, words that the archive has may be typos, too
_SHORTEST: Final = 3  # letters of a word that may be a typo
_SHORTEST_ACRONYM: Final = 4
_RARE: Final = 2  # events
_COMMONER: Final = 100  # times
_LOOKED_AT: Final = 20  # of the best words by themselves; by the other words, too
_READ: Final = 3  # events, to see how a word is written

_LOOKED_UP: Final = (None, *TEXT_FIELDS)

_ENOUGH: Final = 9.2
_KNOWN: Final = 5.0
_MANY_WORDS: Final = 450_000  # of an archive: in one of fewer, each word has fewer events
_MOST_LESS: Final = 2.0  # that an archive of fewer words takes off what a correction needs
_TOGETHER: Final = 2.0
_LENGTH: Final = 0.5
_SURPRISE: Final = 0.2
_WRONG_LETTER: Final = 3.0
_SECOND_TYPO: Final = 12.4
_NUMBER: Final = 9.0  # singular and plural
_ENDINGS: Final = ("s", "es")
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
_QUOTED: Final = '[„“”«»"][^„“”«»"]*[„“”«»"]'


class _Typo(NamedTuple):
    """A word of the query that may be spelled wrong. ``events``: how many have it."""

    surface: str
    word: str
    fields: Sequence[str]
    events: int


def suggestion(
    searcher: Searcher, query: Query, query_terms: Sequence[QueryTerm], found: int
) -> str | None:
    """The query with its typos corrected, all else as it was typed; None if it seems right.

    ``query_terms`` are those of the query, and ``found`` is how many events it finds.
    """
    typos = list(_typos(searcher, query, found))[:_MOST_WORDS]
    if not typos:
        return None
    others = np.zeros(len(searcher.snapshot.events.days), np.bool_)
    for query_term in query_terms:
        others[query_term.events] = True
    mended = {
        typo.surface: better
        for typo in typos
        if (better := _better(searcher, typo, others)) is not None
    }
    replaced = _replaced(query.text, mended) if mended else query.text
    return replaced if replaced != query.text else None


def _typos(searcher: Searcher, query: Query, found: int) -> Iterator[_Typo]:
    for field, leaf in query.positive:
        if not isinstance(leaf, Word) or field not in _LOOKED_UP:
            continue
        most = _RARE if found < _LITTLE else 0
        if len(searcher.events_with(leaf, field)) > most:
            continue  # by another form or name, too
        fields = (field,) if field else TEXT_FIELDS
        for token in searcher.snapshot.terms.tokens(leaf.text):
            if token.kind not in (Kind.WORD, Kind.NAME) or token.stop:
                continue
            if field is None and _is_common(searcher, token.term, found):
                continue
            word = spelling(token)
            surface = leaf.text[token.start : token.end]
            shortest = _SHORTEST_ACRONYM if surface.isupper() else _SHORTEST
            if not shortest <= len(word) < LONGEST_WORD or not word.isalpha():
                continue
            if searcher.other_spellings(surface) or searcher.snapshot.has_aliases(token.term):
                continue
            events = _events(searcher, fields, token.term)
            if not events and word in searcher.snapshot.terms.lexicon.prior:
                continue  # good English; the archive just does not say it
            rare = found < _LITTLE and token.kind is Kind.WORD and events <= _RARE
            if not events or rare:
                yield _Typo(surface, word, fields, events)


def _is_common(searcher: Searcher, term: str, found: int) -> bool:
    """Whether enough events have a term, in any field, that it cannot be a typo."""
    _, counts = searcher.similarity.column(term)
    return int(np.count_nonzero(counts)) > (_RARE if found < _LITTLE else 0)


def _events(searcher: Searcher, fields: Sequence[str], word: str) -> int:
    """The number of events, by field, with a term or a spelling."""
    keywords = searcher.snapshot.inverted_index
    return sum(
        len(keywords.events_with(field, word, form)) for field in fields for form in (False, True)
    )


def _better(searcher: Searcher, typo: _Typo, others: NDArray[np.bool_]) -> str | None:
    """The probable spelling of a word, as the archive writes it."""
    known = []
    for word, typos in _near(searcher, typo):
        events = _events(searcher, typo.fields, word)
        if events > typo.events * _COMMONER:
            known.append((log2(1 + events) - _cost(typo.word, word, typos), word))
    if not known:
        return None
    model = searcher.letter_model(typo.word[0])
    unlikely = _LENGTH * len(typo.word) + _SURPRISE * model.surprise(typo.word)
    least = _ENOUGH - _less_to_see(searcher)
    if typo.events:
        least += _KNOWN
    best = []
    for alone, word in sorted(known, reverse=True)[:_LOOKED_AT]:
        together = int(others[_ordinals(searcher, typo.fields, word)].sum())
        worth = alone + unlikely + _TOGETHER * log2(1 + together)
        if worth >= least:
            best.append((-worth, word))
    if not best:
        return None
    written = _written(searcher, typo.fields, min(best)[1])
    if typo.surface.isupper():
        return written.upper()
    return written[0].upper() + written[1:] if typo.surface[0].isupper() else written


def _less_to_see(searcher: Searcher) -> float:
    """How much less a correction needs in a small archive, whose words have fewer events."""
    words = max(1, int(searcher.snapshot.inverted_index.lengths.sum()))
    return min(max(0.0, log2(_MANY_WORDS / words)), _MOST_LESS)


def _cost(typed: str, word: str, typos: int) -> float:
    """The cost of typing this word instead of the other one."""
    shorter, longer = sorted((typed, word), key=len)
    cost = _NUMBER if longer in [shorter + ending for ending in _ENDINGS] else 0.0
    if typos > 1:
        return cost + _SECOND_TYPO
    changed = sum(one != other for one, other in zip(typed, word, strict=False))
    wrong = len(typed) > len(word) or (len(typed) == len(word) and changed == 1)
    return cost + _WRONG_LETTER if wrong else cost


def _near(searcher: Searcher, typo: _Typo) -> Iterator[tuple[str, int]]:
    """Words of the archive within a few typos, with the number of typos."""
    word = typo.word
    most = 1 if typo.events or len(word) < LOOSEST_FUZZY else 2
    near: dict[str, int] = {}
    for field in typo.fields:
        spellings = searcher.snapshot.inverted_index.spellings(field, word[0])
        for typos in range(most, 0, -1):
            near.update(dict.fromkeys(spellings.within(word, typos), typos))
    near.update(dict.fromkeys(_other_beginnings(word), 1))
    lexicon = searcher.snapshot.terms.lexicon
    for other, typos in near.items():
        # Stems are terms, too, but nobody writes them.
        if other != word and (other in lexicon.names or other in lexicon.common):
            yield other, typos


def _other_beginnings(word: str) -> Iterator[str]:
    """The words that are one typo away in the first letter."""
    yield word[1] + word[0] + word[2:]
    yield word[1:]
    if word[0] in _ALPHABET:
        for letter in _ALPHABET:
            yield letter + word
            yield letter + word[1:]


def _ordinals(searcher: Searcher, fields: Sequence[str], word: str) -> NDArray[np.int64]:
    keywords = searcher.snapshot.inverted_index
    parts = [keywords.events_with(field, word, form) for field in fields for form in (False, True)]
    return distinct(*parts).astype(np.int64)


def _written(searcher: Searcher, fields: Sequence[str], word: str) -> str:
    """A word as an event writes it, if it is a name."""
    if searcher.snapshot.terms.lexicon.is_name(word):
        for ordinal in _ordinals(searcher, fields, word)[-_READ:].tolist():
            analysed = searcher.snapshot.analysed(ordinal)
            text = analysed.event.text
            for token in analysed.analysis.tokens:
                if spelling(token) == word:
                    return text[token.start : token.end].removesuffix("'s").removesuffix("’s")
    return word


def _replaced(text: str, mended: Mapping[str, str]) -> str:
    """The text with these words replaced, except inside quotes."""
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in mended))
    parts = re.split(f"({_QUOTED})", text)
    parts[::2] = [pattern.sub(lambda found: mended[found[0]], part) for part in parts[::2]]
    return "".join(parts)
