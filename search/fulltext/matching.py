"""Boolean matching: which events match a clause, as exact set operations on ordinals.

A plain word matches an event that has it in its title, its summary, its terms or its sources, in
any form, spelling or name. A word of several tokens ("al-Assad", a run of Chinese) must occur as a
whole. Quoted words match only as they are written. A word, or what is quoted, also matches the
event whose id or address it is, and the events that link to an address of which it is a part, if it
looks like one ("gsa.gov/hiring").
``word*`` and ``word~`` look at spellings as well as at terms. No phrase crosses a field. NOT is the
exact complement.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.fulltext.query import tree
from search.index.fields import ANYTHING, POSITION_BITS, TEXT_FIELDS, spelling, spelling_code
from search.model import limits
from search.model.event import FIRST_DAY, day_number
from search.text.addresses import may_be_address, shortened
from search.text.edit_distance import edits_allowed
from search.text.english import COUNTRIES, LONG_NAMES_OF
from search.text.names.lower_case_names import known_runs
from search.text.terms import Kind, Terms, Token, address_tokens
from search.text.words import is_one_word

if TYPE_CHECKING:
    from search.index.postings.reader import InvertedIndex

NAMED_WORDS: Final = 32  # of a query are looked through for names

# Where plain words are looked for.
PLAIN_FIELDS: Final = (*TEXT_FIELDS, "term", "source")
_LINK: Final = ("link",)

Mask = NDArray[np.bool_]
# The ordinals, ascending, of the events that have a name by any of its aliases.
EventsNamed = Callable[[str], NDArray[np.int64]]
_NOTHING: Final = np.zeros(0, np.int64)


class Meanings(NamedTuple):
    """What an archive knows about the words of a query besides its terms.

    ``events_named``: the events that have a name by any of its aliases. ``other_spellings``: see
    ``spelling_variants``. ``events_meant``: the events whose id or address a word is.
    ``events_with``: the events that match a plain word, if they are found already.
    """

    events_named: EventsNamed = lambda term: _NOTHING
    other_spellings: Callable[[str], tuple[str, ...]] = lambda word: ()
    events_meant: EventsNamed = lambda word: _NOTHING
    events_with: Callable[[tree.Word], NDArray[np.uint32]] | None = None


NO_MEANINGS: Final = Meanings()


class Matches(NamedTuple):
    """``ordinals``: uint32, ascending. ``notes``: sentences about what was cut."""

    ordinals: NDArray[np.uint32]
    notes: tuple[str, ...] = ()


def matching(
    clause: tree.Clause | None,
    keywords: "InvertedIndex",
    terms: Terms,
    days: NDArray[np.int32] | None = None,
    meanings: Meanings = NO_MEANINGS,
) -> Matches:
    """The live events of an open index that match.

    ``days`` are the dates of all events by ordinal (see ``day_number``); without them dates in the
    clause are ignored.

    Raises:
        IndexDamaged: a file contradicts itself.
    """
    evaluation = _Evaluation(keywords, terms, days, meanings)
    mask = None if clause is None else evaluation.mask(clause, PLAIN_FIELDS)
    ordinals = np.empty(0, np.uint32) if mask is None else np.flatnonzero(mask).astype(np.uint32)
    return Matches(keywords.live(ordinals), tuple(dict.fromkeys(evaluation.notes)))


def in_span(
    days: NDArray[np.int32], first: datetime.date | None, last: datetime.date | None
) -> Mask:
    """Which of the days are in a span; None is an open end. An event without a date is in a span
    only if both ends are open."""
    mask = np.ones(len(days), np.bool_)
    if first or last:
        mask &= days >= (day_number(first) if first else FIRST_DAY)
    if last:
        mask &= days <= day_number(last)
    return mask


class _Evaluation:
    """Evaluates one query as masks over all events; None is a clause without a condition."""

    def __init__(
        self,
        keywords: "InvertedIndex",
        terms: Terms,
        days: NDArray[np.int32] | None,
        meanings: Meanings,
    ) -> None:
        self.meanings = meanings
        self.keywords = keywords
        self.terms = terms
        self.days = days
        self.notes: list[str] = []
        self.positions_left = limits.PHRASE_POSITIONS

    def mask(self, clause: tree.Clause, fields: Sequence[str]) -> Mask | None:
        match clause:
            case tree.Field(name, inner):
                return self.mask(inner, (name,))
            case tree.Not(inner):
                mask = self.mask(inner, fields)
                return None if mask is None else ~mask
            case tree.And(clauses):
                return _all(self.masks(clauses, fields))
            case tree.Or(clauses):
                return _any(self.masks(clauses, fields))
            case tree.Boolean():
                return self.boolean(clause, fields)
            case _:
                return self.leaf(clause, fields)

    def masks(self, clauses: Sequence[tree.Clause], fields: Sequence[str]) -> list[Mask]:
        return [mask for c in clauses if (mask := self.mask(c, fields)) is not None]

    def boolean(self, clause: tree.Boolean, fields: Sequence[str]) -> Mask | None:
        must = self.masks(clause.must, fields)
        # A date beside words is a condition of its own.
        if all(isinstance(demanded, tree.DateSpan | tree.Period) for demanded in clause.must):
            wanted = self.wanted(clause.should, fields)
            must += [] if wanted is None else [wanted]
        mask = _all(must)
        without = _any(self.masks(clause.must_not, fields))
        if without is None:
            return mask
        return ~without if mask is None else mask & ~without

    def wanted(self, clauses: Sequence[tree.Clause], fields: Sequence[str]) -> Mask | None:
        """Events with any of the clauses. Beside other words, stop words and times do not count:
        "war in Syria 2015" matches every event that has war or Syria."""
        periods = [clause for clause in clauses if isinstance(clause, tree.Period)]
        words = [clause for clause in clauses if not isinstance(clause, tree.Period)]
        masks = self.masks([c for c in words if not is_stop(c, self.terms)], fields)
        masks = masks or self.masks(periods, fields) or self.masks(words, fields)
        if masks and tuple(fields) == PLAIN_FIELDS:
            masks += [self.union([events]) for events in self.named_by_several(words)]
        return _any(masks)

    def named_by_several(self, clauses: Sequence[tree.Clause]) -> list[NDArray[Any]]:
        """The events of names of several words ("islamic state") that have other names, or are
        of a country."""
        words = [clause.text for clause in clauses if isinstance(clause, tree.Word)][:NAMED_WORDS]
        events_named = self.meanings.events_named
        runs = known_runs(words, lambda name: name in COUNTRIES or len(events_named(name)) > 0)
        found = [name for _, _, name in runs]
        # The token of a short name, such as "UK", has the name of the country as its term.
        return [
            *map(events_named, found),
            *(self.keywords.events_with(f, n) for n in found for f in PLAIN_FIELDS),
        ]

    def leaf(self, leaf: tree.Leaf, fields: Sequence[str]) -> Mask | None:
        match leaf:
            case tree.DateSpan() | tree.Period():
                return None if self.days is None else in_span(self.days, leaf.first, leaf.last)
            case tree.Everything():
                return self.everything(fields)
            case tree.Word(text):
                events_with = self.meanings.events_with
                if events_with and is_one_word(text) and tuple(fields) == PLAIN_FIELDS:
                    return self.union([events_with(leaf)])
                return self.word(text, fields)
            case tree.Phrase(text, slop):
                return self.exactly(text, slop, fields)
            case tree.Prefix(text):
                return self.prefix(text, fields)
            case tree.Fuzzy(text, edits):
                return self.fuzzy(text, edits, fields)

    def word(self, text: str, fields: Sequence[str]) -> Mask | None:
        """Events with a word in any form, spelling or name. A compound must occur as a whole, or
        written together."""
        if tuple(fields) == _LINK:
            return self.linking(text)
        masks: list[Mask | None] = []
        for tokens in self.terms.readings(text):
            masks.append(self.in_order(tokens, 0, fields))
            if len(tokens) == 1:
                masks += [
                    self.in_order(self.terms.tokens(name), 0, fields)
                    for name in LONG_NAMES_OF.get(tokens[0].term, ())
                ]
                if tuple(fields) == PLAIN_FIELDS and not (tokens[0].stop and text.islower()):
                    masks.append(self.union([self.meanings.events_named(tokens[0].term)]))
        for other in self.meanings.other_spellings(text):
            masks.append(self.in_order(self.terms.tokens(other), 0, fields))
        if joined := self.terms.joined(text):
            masks.append(self.union(self.keywords.events_with(field, joined) for field in fields))
        if tuple(fields) == PLAIN_FIELDS and len(meant := self.meanings.events_meant(text)):
            masks.append(self.union([meant]))
        masks.append(self.linked(text, fields))
        return _any([mask for mask in masks if mask is not None])

    def exactly(self, text: str, slop: int, fields: Sequence[str]) -> Mask | None:
        """Events with these words exactly as written, whatever the case, and the event whose id,
        link, slug or title they are."""
        tokens = self.tokens(text, fields)
        if not tokens:
            return None
        parts = [self.phrase(tokens, slop, field, exact=True) for field in fields]
        if tuple(fields) == PLAIN_FIELDS:
            parts.append(self.meanings.events_meant(text))
        masks = (self.union(parts), self.linked(text, fields))
        return _any([mask for mask in masks if mask is not None])

    def linked(self, text: str, fields: Sequence[str]) -> Mask | None:
        """Events that link to an address with this part, if a plain word or quotation looks so."""
        if tuple(fields) != PLAIN_FIELDS or not may_be_address(text):
            return None
        return self.linking(text)

    def linking(self, address: str) -> Mask | None:
        """Events that link to an address with this part, with as many of its parameters as any
        link has."""
        mask = None
        for part in shortened(address):
            mask = self.in_order(address_tokens(part), 0, _LINK)
            if mask is not None and len(self.keywords.live(np.flatnonzero(mask).astype(np.uint32))):
                break
        return mask

    def tokens(self, text: str, fields: Sequence[str]) -> list[Token]:
        """The tokens of a text as the fields have them."""
        return address_tokens(text) if tuple(fields) == _LINK else self.terms.tokens(text)

    def everything(self, fields: Sequence[str]) -> Mask:
        if tuple(fields) == PLAIN_FIELDS:
            return np.ones(self.keywords.documents, np.bool_)
        return self.union(self.keywords.events_with(f, ANYTHING, True) for f in fields)

    def union(self, parts: Iterable[NDArray[Any]]) -> Mask:
        mask = np.zeros(self.keywords.documents, np.bool_)
        for part in parts:
            mask[part] = True
        return mask

    def in_order(self, tokens: Sequence[Token], slop: int, fields: Sequence[str]) -> Mask | None:
        """Events with these tokens in this order."""
        if not tokens:
            return None
        if len(tokens) > 1:
            return self.union(self.phrase(tokens, slop, field) for field in fields)
        token = tokens[0]
        if token.kind is Kind.UNSPACED and len(token.term) == 1:
            return self.character(token.term, fields)
        return self.union(self.keywords.events_with(field, token.term) for field in fields)

    def character(self, term: str, fields: Sequence[str]) -> Mask:
        """Events with one character of a script whose tokens are pairs of characters."""
        return self.union(
            self.keywords.events_with(field, term, form)
            for field in fields
            for form in (False, True)
        )

    def phrase(
        self, tokens: Sequence[Token], slop: int, field: str, *, exact: bool = False
    ) -> NDArray[np.int64]:
        """The events with these tokens side by side in a field, unordered and with repeats."""
        if len(tokens) > limits.PHRASE_TOKENS:
            self.notes.append(
                f"Only the first {limits.PHRASE_TOKENS} words of a phrase were looked for."
            )
            tokens = tokens[: limits.PHRASE_TOKENS]
        if len(tokens) == 1 and tokens[0].kind is Kind.UNSPACED and len(tokens[0].term) == 1:
            return np.flatnonzero(self.character(tokens[0].term, (field,)))
        events = [self.keywords.events_with(field, token.term) for token in tokens]
        if exact:
            events += [
                self.keywords.events_with(field, form, True)
                for form, term in {(spelling(token), token.term) for token in tokens}
                if form != term
            ]
        if not all(map(len, events)):
            return np.empty(0, np.int64)
        if self.positions_left <= 0:
            self.notes.append(
                "There are too many phrases of common words: the words of the last ones may be "
                "anywhere in a text."
            )
            return np.flatnonzero(reduce(np.logical_and, [self.union([e]) for e in events]))
        places: dict[tuple[str, int | None], NDArray[np.int64]] = {}
        wanted = [(token.term, spelling_code(token) if exact else None) for token in tokens]
        for term, code in wanted:
            if (term, code) not in places:
                places[term, code] = self.keywords.packed_positions(field, term, code)
                self.positions_left -= len(places[term, code])
        rows = [places[term] for term in wanted]
        if not all(map(len, rows)):
            return np.empty(0, np.int64)
        found, walked = _loose(rows, slop) if slop else adjacent(rows)
        self.positions_left -= walked
        return found >> POSITION_BITS

    def prefix(self, text: str, fields: Sequence[str]) -> Mask | None:
        tokens = self.tokens(text, fields)
        if not tokens or tokens[-1].kind is Kind.UNSPACED:
            return self.in_order(tokens, 0, fields)
        start = spelling(tokens[-1])
        parts = (p for field in fields for p in self.keywords.events_beginning(field, start))
        whole = [self.in_order([token], 0, fields) for token in tokens[:-1]]
        return _all([self.union(parts), *(mask for mask in whole if mask is not None)])

    def fuzzy(self, text: str, edits: int | None, fields: Sequence[str]) -> Mask | None:
        masks = []
        for token in self.tokens(text, fields):
            exact = self.in_order([token], 0, fields)
            if exact is not None and token.kind in (Kind.WORD, Kind.NAME):
                exact |= self.neighbours(spelling(token), edits, fields)
            if exact is not None:
                masks.append(exact)
        return _all(masks)

    def neighbours(self, word: str, edits: int | None, fields: Sequence[str]) -> Mask:
        allowed = edits_allowed(word, edits)
        return self.union(
            self.keywords.events_with(field, other, form)
            for field in fields
            if allowed
            for other in self.keywords.spellings(field, word[0]).within(word, allowed)
            for form in (False, True)
        )


def is_stop(clause: tree.Clause, terms: Terms) -> bool:
    """Whether a clause is a stop word such as "the", which would match every event."""
    return isinstance(clause, tree.Word) and all(t.stop for t in terms.readings(clause.text)[0])


def _all(masks: list[Mask]) -> Mask | None:
    return reduce(np.logical_and, masks) if masks else None


def _any(masks: list[Mask]) -> Mask | None:
    return reduce(np.logical_or, masks) if masks else None


def adjacent(rows: list[NDArray[np.int64]]) -> tuple[NDArray[np.int64], int]:
    """The places of the first row that one of each other row follows, and the steps taken."""
    rarest = min(range(len(rows)), key=lambda i: len(rows[i]))
    starts = rows[rarest] - rarest
    walked = 0
    for i, row in enumerate(rows):
        if i != rarest and len(starts):
            walked += len(starts)
            wanted = starts + i
            at = np.searchsorted(row, wanted)
            at[at == len(row)] = 0
            starts = starts[row[at] == wanted]
    return starts, walked


def _loose(rows: list[NDArray[np.int64]], slop: int) -> tuple[NDArray[np.int64], int]:
    """``adjacent`` with up to ``slop`` other words in between. The nearest next place is always the
    best, so one pass over the rows is enough."""
    starts = here = rows[0]
    walked = 0
    for i, row in enumerate(rows[1:], 1):
        walked += len(here)
        at = np.searchsorted(row, here, side="right")
        there = row[np.minimum(at, len(row) - 1)]
        good = (at < len(row)) & (there >> 24 == starts >> 24) & (there - starts - i <= slop)
        starts, here = starts[good], there[good]
    return starts, walked
