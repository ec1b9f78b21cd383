"""Collects the terms of an archive and their positions, for postings and vectors.

Texts are split at blanks. Each *chunk* between two blanks is analysed once and gets a number. Only
these numbers are kept of an event. Postings and term rows are computed from them with array
operations.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.arrays import are_among, begins, distinct, ranges
from search.index.fields import (
    ALSO,
    ANYTHING,
    GAP,
    LAST_POSITION,
    POSITION_BITS,
    TEXT_FIELDS,
    forms,
    spelling_code,
)
from search.index.term_counts import (
    KIND_OF,
    LONG_NAME,
    MOST_COUNTED,
    ONLY_REPEATED,
    TermRows,
)
from search.model.event import Event
from search.text.addresses import urls_in
from search.text.names.name_words import Name
from search.text.terms import Kind, Terms, Token, address_tokens
from search.text.words import chunks

_REMEMBERED: Final = 40  # characters; longer chunks, such as lines of Chinese, hardly recur
_STOP: Final = 1 << 7  # beside the kind of a token
_LOW: Final = np.uint64(32)


class Postings(NamedTuple):
    """The postings of one field.

    ``terms`` ascend in the order of their UTF-8 bytes. ``events``, ``counts`` and ``positions``
    hold, term after term, the events with the term, how often each has it, and at which positions.
    ``ends`` and ``position_ends`` [terms] are the offsets where a term's events and positions end.
    Spellings have no positions.
    """

    terms: list[str]
    ends: NDArray[np.int64]
    events: NDArray[np.uint32]
    counts: NDArray[np.uint32]
    position_ends: NDArray[np.int64]
    positions: NDArray[np.uint32]


class _Texts:
    """The texts of one field: the event of each, its number of chunks, and its chunks."""

    def __init__(self) -> None:
        self.events = array("I")
        self.sizes = array("I")
        self.chunks = array("I")

    def add(self, event: int, chunks: Sequence[int]) -> None:
        self.events.append(event)
        self.sizes.append(len(chunks))
        self.chunks.extend(chunks)


class _Tokens(NamedTuple):
    """The tokens of one field: the event and position of each, and its row in the token table.

    ``with_tokens`` are the events of the texts that have a token.
    """

    events: NDArray[np.uint32]
    positions: NDArray[np.uint32]
    tokens: NDArray[np.int64]
    with_tokens: NDArray[np.uint32]


class Occurrences:
    """The terms of all events. Events are added in the order of their ordinals."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._count = 0
        self._texts: dict[str, _Texts] = {}
        self._strings: dict[str, int] = {ANYTHING: 0}
        self._repeated = _Texts()  # the boilerplate of summaries
        self._named = array("I")  # the events of long names, and these
        self._names = array("I")
        self._chunks: dict[str, int] = {}
        # For each chunk its tokens; for each token its term, kind, code of its spelling, other
        # terms and other spellings.
        self._token_ends = array("I")
        self._token_terms = array("I")
        self._token_kinds = array("B")
        self._spelling_codes = array("B")
        self._also_ends = array("I")
        self._also = array("I")
        self._form_ends = array("I")
        self._forms = array("I")

    @classmethod
    def of(cls, terms: Terms, events: Iterable[Event]) -> "Occurrences":
        """The terms of these events."""
        occurrences = cls(terms)
        for event in events:
            occurrences.add(event, terms.names(event.text))
        return occurrences

    def __len__(self) -> int:
        return self._count

    def add(self, event: Event, names: Iterable[Name]) -> None:
        """Add the next event, with the names in its text."""
        for name in names:
            if name.words > 1:
                self._named.append(self._count)
                self._names.append(self._number(name.term))
        for field, texts in (
            ("title", (event.title,)),
            ("summary", (event.summary,)),
            ("source", event.sources),
            ("term", event.terms),
            ("field", [f"{name} {text}" for name, text in event.fields.items()]),
        ):
            of = self._texts.get(field) or self._texts.setdefault(field, _Texts())
            for text in texts:
                self._add_text(of, text)
        links = self._texts.get("link") or self._texts.setdefault("link", _Texts())
        for link in dict.fromkeys([*event.links, *urls_in(event.text)]):
            links.add(self._count, [self._add_tokens(address_tokens(link))])
        boilerplate = self._terms.lexicon.boilerplate
        for part in boilerplate.parts(event.text) if boilerplate and event.summary else ():
            if part.is_boilerplate:
                self._add_text(self._repeated, part.text)
        self._count += 1

    def _add_text(self, texts: _Texts, text: str) -> None:
        known = self._chunks
        found = [known[c] if c in known else self._add_chunk(c) for c in chunks(text)]
        texts.add(self._count, found)

    def _add_chunk(self, chunk: str) -> int:
        """Analyse a chunk that was not seen before, and give it a number."""
        number = self._add_tokens(self._terms.tokens(chunk))
        if len(chunk) <= _REMEMBERED:
            self._chunks[chunk] = number
        return number

    def _add_tokens(self, tokens: Iterable[Token]) -> int:
        """Add the tokens of a chunk, and give it a number."""
        number = len(self._token_ends)
        for token in tokens:
            self._token_terms.append(self._number(token.term))
            is_left_out = token.stop or token.kind is Kind.ADDRESS
            self._token_kinds.append(KIND_OF[token.kind] | _STOP * is_left_out)
            self._spelling_codes.append(spelling_code(token))
            self._also.extend(map(self._number, token.also))
            self._also_ends.append(len(self._also))
            self._forms.extend(map(self._number, forms(token)))
            self._form_ends.append(len(self._forms))
        self._token_ends.append(len(self._token_terms))
        return number

    def _number(self, string: str) -> int:
        return self._strings.setdefault(string, len(self._strings))

    def postings(self) -> Iterator[tuple[str, bool, Postings]]:
        """For each field that any event has, by name, the postings of its terms and then those of
        its spellings (True), if there are any."""
        strings, rank = self._ranked
        form_ends = _numbers(self._form_ends)
        for field in sorted(self._texts):
            texts = self._texts[field]
            if not len(texts.events):
                continue
            found = self._tokens(texts)
            yield field, False, self._postings(found)
            _, carriers, spelled = _spread(form_ends, found.tokens)
            keys = np.concatenate([
                rank[_numbers(self._forms)[spelled]] << _LOW | found.events[carriers],
                rank[0] << _LOW | found.with_tokens.astype(np.uint64),
            ])  # fmt: skip
            if len(keys):
                yield field, True, _spellings(distinct(keys), strings)

    def _postings(self, found: _Tokens) -> Postings:
        """The terms of the tokens of a field, and the other terms at their positions."""
        strings, rank = self._ranked
        _, carriers, also = _spread(_numbers(self._also_ends), found.tokens)
        ranks = np.concatenate([
            rank[_numbers(self._token_terms)[found.tokens]], rank[_numbers(self._also)[also]]
        ])  # fmt: skip
        at = np.concatenate([np.arange(len(found.tokens)), carriers])
        codes = _numbers(self._spelling_codes)[found.tokens].astype(np.uint32)
        codes = np.concatenate([codes, np.full(len(carriers), ALSO, np.uint32)])
        return _postings(ranks, at, codes << np.uint32(POSITION_BITS), found, strings)

    def lengths(self) -> NDArray[np.uint32]:
        """How many words, without stop words, each event has in each of ``TEXT_FIELDS``:
        [events, fields]."""
        kinds = _numbers(self._token_kinds)
        lengths = np.zeros((self._count, len(TEXT_FIELDS)), np.uint32)
        for column, field in enumerate(TEXT_FIELDS):
            found = self._tokens(self._texts.get(field, _Texts()))
            counted = found.events[kinds[found.tokens] < _STOP]
            lengths[:, column] = np.bincount(counted, minlength=self._count)
        return lengths

    def term_rows(self) -> TermRows:
        """The terms of all titles and summaries with how often each event has them."""
        strings, rank = self._ranked
        kinds = _numbers(self._token_kinds)
        by_field = [self._cells(self._texts.get(field, _Texts())) for field in TEXT_FIELDS]
        all_cells = np.concatenate([cells for cells, _ in by_field])
        tokens = np.concatenate([tokens for _, tokens in by_field])
        kind_of = self._kinds_of(all_cells, kinds[tokens], len(strings))
        title = by_field[TEXT_FIELDS.index("title")][0]
        del by_field, tokens
        all_cells.sort()
        firsts = begins(all_cells)
        cells, counts = all_cells[firsts], np.diff(np.append(firsts, len(all_cells)))
        del all_cells
        weighted, titled = self._weighted(cells, counts, title)
        counts = np.minimum(counts, MOST_COUNTED)
        events = (cells >> _LOW).astype(np.int64)
        words = np.bincount(events, counts, self._count).astype(np.uint32)
        # A long name is a term beside its words, unless one of them is spelled so.
        named = _numbers(self._named).astype(np.uint64) << _LOW | rank[_numbers(self._names)]
        named = distinct(named)
        named = named[~are_among(named, cells)]
        every = np.concatenate([cells, named])
        order = np.argsort(every, kind="stable")
        every = every[order]
        counts = np.concatenate([counts, np.zeros(len(named), np.int64)])[order]
        weighted = np.concatenate([weighted, np.zeros(len(named), np.int64)])[order]
        titled = np.concatenate([titled, np.zeros(len(named), np.int64)])[order]
        starts = np.searchsorted(every >> _LOW, np.arange(self._count + 1, dtype=np.uint64))
        ranks = every.astype(np.uint32)
        used = distinct(ranks)
        return TermRows(
            [strings[rank] for rank in used.tolist()],
            kind_of[used],
            starts,
            np.searchsorted(used, ranks).astype(np.uint32),
            counts.astype(np.uint8),
            weighted.astype(np.uint8),
            titled.astype(np.uint8),
            words,
        )

    def _cells(self, texts: _Texts) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """For each token that is no stop word: its event and term, packed, and the token."""
        _, rank = self._ranked
        terms, also_terms = rank[_numbers(self._token_terms)], rank[_numbers(self._also)]
        found = self._tokens(texts)
        is_counted = _numbers(self._token_kinds)[found.tokens] < _STOP
        tokens, events = found.tokens[is_counted], found.events[is_counted].astype(np.uint64)
        _, carriers, also = _spread(_numbers(self._also_ends), tokens)
        also_cells = events[carriers] << _LOW | also_terms[also]
        cells = np.concatenate([events << _LOW | terms[tokens], also_cells])
        return cells, np.concatenate([tokens, tokens[carriers]])

    def _weighted(
        self, cells: NDArray[np.uint64], counts: NDArray[np.int64], title: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The counts for relatedness, nothing of boilerplate, and those of titles above a body."""
        in_title = _counted(cells, title)
        repeated = _counted(cells, self._cells(self._repeated)[0])
        has_body = np.zeros(self._count, np.bool_)
        has_body[(cells[counts > in_title + repeated] >> _LOW).astype(np.int64)] = True
        titled = np.where(has_body[(cells >> _LOW).astype(np.int64)], in_title, 0)
        weighted = np.minimum(counts - repeated, MOST_COUNTED)
        return np.where(weighted > 0, weighted, ONLY_REPEATED), np.minimum(titled, MOST_COUNTED)

    @staticmethod
    def _kinds_of(
        cells: NDArray[np.uint64], kinds: NDArray[np.uint8], strings: int
    ) -> NDArray[np.uint8]:
        """The least kind of each term. In an event it has the kind of its last token."""
        terms = cells.astype(np.uint32)
        least, most = np.full(strings, LONG_NAME, np.uint8), np.zeros(strings, np.uint8)
        np.minimum.at(least, terms, kinds)
        np.maximum.at(most, terms, kinds)
        both = np.flatnonzero((least != most)[terms])  # of hardly any term
        both = both[np.argsort(cells[both], kind="stable")]
        last = both[np.append(begins(cells[both])[1:], len(both)) - 1] if len(both) else both
        least[terms[last]] = LONG_NAME
        np.minimum.at(least, terms[last], kinds[last])
        return least

    @cached_property
    def _ranked(self) -> tuple[list[str], NDArray[np.uint64]]:
        """All strings, ascending, and the rank of each number among them. Nothing may be added
        after this."""
        strings = sorted(self._strings)
        rank = np.empty(len(strings), np.uint64)
        numbers = [self._strings[string] for string in strings]
        rank[numbers] = np.arange(len(strings), dtype=np.uint64)
        return strings, rank

    def _tokens(self, texts: _Texts) -> _Tokens:
        """The tokens of a field. A gap of positions keeps phrases within one text."""
        owners = _numbers(texts.events).astype(np.int64)
        chunk_of, _, tokens = _spread(_numbers(self._token_ends), _numbers(texts.chunks))
        sizes = np.diff(_bounds(chunk_of)[_bounds(_numbers(texts.sizes))])
        before = np.cumsum(sizes + GAP) - (sizes + GAP)
        first = before - before[np.searchsorted(owners, owners)]
        starts = np.cumsum(sizes) - sizes
        positions = np.repeat(first - starts, sizes) + np.arange(len(tokens))
        events = np.repeat(owners, sizes)
        near = positions < LAST_POSITION
        with_tokens = owners[(sizes > 0) & (first < LAST_POSITION)]
        if not near.all():
            events, positions, tokens = events[near], positions[near], tokens[near]
        return _Tokens(
            events.astype(np.uint32),
            positions.astype(np.uint32),
            tokens,
            with_tokens.astype(np.uint32),
        )


def _numbers(numbers: "array[int]") -> NDArray[Any]:
    kind = {"I": np.uint32, "B": np.uint8}[numbers.typecode]
    return np.frombuffer(numbers, kind) if numbers else np.zeros(0, kind)


def _counted(cells: NDArray[np.uint64], some: NDArray[np.uint64]) -> NDArray[np.int64]:
    """How often each of the cells, which ascend, is among ``some``."""
    return np.bincount(np.searchsorted(cells, some), minlength=len(cells)).astype(np.int64)


def _bounds(sizes: NDArray[Any]) -> NDArray[np.int64]:
    """The offsets where consecutive groups of these sizes begin, and where the last ends."""
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])


def _spread(
    ends: NDArray[np.uint32], which: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The members of some of the groups that end at ``ends``: the size of each group in ``which``,
    and for each member the index of its group in ``which`` and its own offset."""
    starts = np.concatenate([[0], ends]).astype(np.int64)
    sizes = np.diff(starts)[which]
    owners = np.repeat(np.arange(len(which)), sizes)
    return sizes, owners, ranges(starts[:-1][which], sizes)


def _postings(
    ranks: NDArray[np.uint64],
    tokens: NDArray[np.int64],
    codes: NDArray[np.uint32],
    found: _Tokens,
    strings: list[str],
) -> Postings:
    """``ranks``, ``tokens`` and ``codes`` [postings]: the term of each posting, the index of the
    token that has it, and the code of how that is spelled."""
    # No term is twice at one position; the sort is by term, then by event and position.
    order = np.argsort(ranks << _LOW | tokens.astype(np.uint64), kind="stable")
    keys, tokens = ranks[order], tokens[order]
    events, positions = found.events[tokens], found.positions[tokens] | codes[order]
    term_begins = begins(keys)
    is_new = np.diff(events.astype(np.int64), prepend=-1) != 0
    is_new[term_begins] = True
    firsts = np.flatnonzero(is_new)
    counts = np.diff(np.append(firsts, len(keys)))
    position_ends = np.append(term_begins, len(keys))[1:]
    return Postings(
        [strings[rank] for rank in keys[term_begins].tolist()],
        np.searchsorted(firsts, position_ends),
        events[firsts],
        counts.astype(np.uint32),
        position_ends,
        positions,
    )


def _spellings(keys: NDArray[np.uint64], strings: list[str]) -> Postings:
    ranks = (keys >> _LOW).astype(np.int64)
    firsts = begins(ranks)
    none = np.zeros(0, np.uint32)
    return Postings(
        [strings[rank] for rank in ranks[firsts].tolist()],
        np.append(firsts, len(keys))[1:],
        keys.astype(np.uint32),
        none,
        np.zeros(len(firsts), np.int64),
        none,
    )
