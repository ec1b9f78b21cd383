"""A query against an open index: what it asks for, which events match, and what time it means."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search import query
from search.clauses import Clause, DateSpan, Everything, Field, Leaf, Phrase, Word, demands
from search.folding import folded_word
from search.keywords import Keywords
from search.matching import day_number
from search.periods import Period, period_in
from search.query import Query
from search.search_ranking import Wish, wish_for
from search.terms import Kind, Terms
from search.vectors import Vectors
from search.weighing import LONG_NAME, NAME

_LONGEST_NAME: Final = 8  # words of a name that is looked for in a query
_ENOUGH: Final = 10  # events; whatever the limit, so that a short list begins a longer one
_ENDS: Final = " \t\n,;?!."


@dataclass(frozen=True, slots=True)
class Question:
    """A query, without the words that say a time, and that time."""

    query: Query
    period: Period | None
    notes: tuple[str, ...]


def question_of(text: str, first: datetime.date, last: datetime.date) -> Question:
    """Read a query; a time in it between ``first`` and ``last`` is a preference and no word.

    Only plain words are read as a time: what is quoted, required, excluded or in a field is meant.
    """
    period = period_in(text)
    if period is not None and _is_plain(text, period) and _overlaps(period, first, last):
        rest = query.parse(text[: period.start] + " " + text[period.end :])
        if rest.clause is not None:
            said = text[period.start : period.end].strip()
            note = f"“{said}” is taken as a time: events of that time come first."
            return Question(rest, period, (*rest.notes, note))
    parsed = query.parse(text)
    return Question(parsed, None, parsed.notes)


def _is_plain(text: str, period: Period) -> bool:
    before, after = text[: period.start], text[period.end : period.end + 1]
    quotes = sum(before.count(quote) for quote in '"“”')
    alone = not before or before[-1] in _ENDS or not before[-1].isascii()
    closed = not after or after in _ENDS or not after.isascii()
    return alone and closed and quotes % 2 == 0


def _overlaps(period: Period, first: datetime.date, last: datetime.date) -> bool:
    return (period.first or first) <= last and (period.last or last) >= first


def outside(period: Period, days: NDArray[np.int32]) -> NDArray[np.float64]:
    """How many days each event lies outside of a period: [events]."""
    distance = np.zeros(len(days))
    if period.first is not None:
        distance = np.maximum(distance, day_number(period.first) - days)
    if period.last is not None:
        distance = np.maximum(distance, days - day_number(period.last))
    return distance


def wishes_of(
    asked: Query, terms: Terms, keywords: Keywords, vectors: Vectors, days: NDArray[np.int32]
) -> list[Wish]:
    """What speaks for an event: each term of the query once, and what else a leaf of it matches."""
    wishes: dict[str, Wish] = {}
    for field, leaf in asked.positive:
        if isinstance(leaf, Word | Phrase) and field in (None, "title", "summary"):
            for token in terms.tokens(leaf.text):
                if not token.stop and token.term not in wishes:
                    surface = leaf.text[token.start : token.end]
                    kind = NAME if token.kind is Kind.NAME else 0
                    wishes[token.term] = wish_for(vectors, token.term, surface, kind)
        elif not isinstance(leaf, DateSpan | Everything):
            wish = _matched(field, leaf, terms, keywords, days)
            wishes[wish.term] = wish
    for name, surface in _names(asked, vectors):
        if name not in wishes:
            wishes[name] = wish_for(vectors, name, surface, LONG_NAME)
    return list(wishes.values())


def _matched(
    field: str | None, leaf: Leaf, terms: Terms, keywords: Keywords, days: NDArray[np.int32]
) -> Wish:
    clause: Clause = Field(field, leaf) if field else leaf
    events = keywords.matching(clause, terms, days).ordinals.astype(np.int64)
    return Wish(str(clause), str(clause), "keywords", 1.0, events, np.ones(len(events)))


def _names(asked: Query, vectors: Vectors) -> Iterator[tuple[str, str]]:
    """Runs of words in the query that the archive knows as a name, in whatever case."""
    texts = [*asked.phrases, " ".join(asked.words)]
    for words in (text.split() for text in texts):
        folded = [folded_word(word) for word in words]
        for start in range(len(words)):
            for end in range(start + 2, min(len(words), start + _LONGEST_NAME) + 1):
                name = " ".join(folded[start:end])
                if vectors.number_of(name) is not None:
                    yield name, " ".join(words[start:end])


def candidates_of(
    asked: Query,
    wishes: Sequence[Wish],
    matching: NDArray[np.uint32],
) -> NDArray[np.int64]:
    """The events to rank: those that match, and where they are few, those that match in part.

    "In part" is for plain words only, such as a run of Chinese that no event has as a whole.
    """
    found = matching.astype(np.int64)
    if len(found) >= _ENOUGH or asked.clause is None or demands(asked.clause):
        return found
    if any(not isinstance(leaf, Word) for _, leaf in asked.positive):
        return found
    return reduce(np.union1d, (wish.events for wish in wishes), found)
