"""The reason for a hit: a short excerpt of an event's text, with the words that were asked for.

What is marked is what matched: the same tokens, spellings and distances decide as in ``matching``.
Where nothing stands in the text (an event found by association), the excerpt is its beginning.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from search.fulltext.matching import LONGEST_PHRASE
from search.fulltext.query.parser import Query
from search.fulltext.query.tree import Fuzzy, Leaf, Phrase, Prefix, Word
from search.index.fields import spelling
from search.model.event import Event
from search.text.edit_distance import edits_allowed, within_edits
from search.text.terms import Kind, Terms, Token

EXCERPT: Final = 200  # characters
_READ: Final = 20_000  # characters of a text that are searched for a reason
CUT: Final = "…"

# Parts of words that nobody sees: joiners of Persian and of Indic scripts, places to break a word.
JOINERS: Final = frozenset("\u00ad\u200b\u200c\u200d\u2060")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """An excerpt on one line. ``marks`` are offsets into ``text``: rising, not empty, apart."""

    text: str
    marks: tuple[Span, ...] = ()

    def marked(self, before: str = "**", after: str = "**") -> str:
        """The text with signs around its marks. A text that has such signs itself stays as it is:
        nobody could tell them apart."""
        if before in self.text or after in self.text:
            return self.text
        out = []
        edge = 0
        for start, end in self.marks:
            out += [self.text[edge:start], before, self.text[start:end], after]
            edge = end
        return "".join([*out, self.text[edge:]])


@dataclass(frozen=True, slots=True)
class _Reason:
    """One leaf of the query with its own text taken apart."""

    field: str | None
    leaf: Leaf
    text: str
    tokens: Sequence[Token]


class Marker:
    """Marks what one query asked for. Made once for a query, used on all its hits."""

    def __init__(self, query: Query, terms: Terms) -> None:
        self._terms = terms
        reasons = [
            _Reason(field, leaf, leaf.text, terms.tokens(leaf.text)[:LONGEST_PHRASE])
            for field, leaf in query.positive
            if field in (None, "title", "summary")
            if isinstance(leaf, Word | Phrase | Prefix | Fuzzy)
        ]
        telling = [reason for reason in reasons if not _is_stop(reason)]
        self._reasons = [reason for reason in telling or reasons if reason.tokens]

    def excerpt(
        self, event: Event, tokens: Sequence[Token] | None = None, length: int = EXCERPT
    ) -> Snippet:
        """At most ``length`` characters (and the signs of a cut) where most of the query stands
        together; of equal places the first. ``tokens`` are those of the event's text, if known."""
        text = event.text[:_READ]
        if tokens is None or len(text) == _READ:
            tokens = self._terms.tokens(text)
        marks = sorted(self._marks(text, tokens, len(event.title)))
        begin, end = _window(text, tokens, marks, length)
        before = CUT if begin else ""
        after = CUT if end < len(event.text) else ""
        shift = len(before) - begin
        inside = ((max(a, begin) + shift, min(b, end) + shift) for a, b, _ in marks)
        line = text[begin:end]
        if not line.isprintable():
            line = "".join(c if c.isprintable() or c in JOINERS else " " for c in line)
        return Snippet(before + line + after, _merged(a_b for a_b in inside if a_b[0] < a_b[1]))

    def _marks(
        self, text: str, tokens: Sequence[Token], title_end: int
    ) -> Iterator[tuple[int, int, int]]:
        """(start, end, which reason), in any order."""
        split = bisect_left(tokens, title_end, key=lambda token: token.start)
        for name, part in (("title", tokens[:split]), ("summary", tokens[split:])):
            for number, reason in enumerate(self._reasons):
                if reason.field in (None, name):
                    for start, end in _found(reason, text, part):
                        yield start, end, number


def _is_stop(reason: _Reason) -> bool:
    return isinstance(reason.leaf, Word) and all(token.stop for token in reason.tokens)


def _found(reason: _Reason, text: str, tokens: Sequence[Token]) -> Iterator[Span]:
    """Where a reason stands among the tokens of one field."""
    match reason.leaf:
        case Phrase(slop=slop) if slop:
            yield from _loose([token.term for token in reason.tokens], slop, tokens)
        case Prefix():
            last = reason.tokens[-1]
            if last.kind is Kind.UNSPACED:
                yield from _adjacent(reason.tokens, tokens)
                return
            for token in reason.tokens[:-1]:
                yield from _adjacent([token], tokens)
            start = spelling(last)
            for token in tokens:
                if token.term.startswith(start) or spelling(token).startswith(start):
                    yield token.start, token.end
        case Fuzzy(edits=edits):
            for asked in reason.tokens:
                yield from _adjacent([asked], tokens)
                if asked.kind in (Kind.WORD, Kind.NAME):
                    yield from _alike(spelling(asked), edits, text, tokens)
        case _:
            yield from _adjacent(reason.tokens, tokens)


def _adjacent(wanted: Sequence[Token], tokens: Sequence[Token]) -> Iterator[Span]:
    first = wanted[0]
    if len(wanted) == 1 and first.kind is Kind.UNSPACED and len(first.term) == 1:
        for token in tokens:
            if token.kind is Kind.UNSPACED:
                for place, character in enumerate(token.term, token.start):
                    if character == first.term:
                        yield place, place + 1
        return
    terms = [token.term for token in wanted]
    for i, token in enumerate(tokens[: len(tokens) - len(wanted) + 1]):
        if token.term == terms[0] and all(
            other.term == term for other, term in zip(tokens[i:], terms, strict=False)
        ):
            yield token.start, tokens[i + len(wanted) - 1].end


def _loose(terms: Sequence[str], slop: int, tokens: Sequence[Token]) -> Iterator[Span]:
    for i, token in enumerate(tokens):
        if token.term != terms[0]:
            continue
        places = [i]
        for term in terms[1:]:
            behind = range(places[-1] + 1, min(len(tokens), i + len(terms) + slop))
            place = next((j for j in behind if tokens[j].term == term), None)
            if place is None:
                break
            places.append(place)
        if len(places) == len(terms):
            yield from ((tokens[j].start, tokens[j].end) for j in places)


def _alike(word: str, edits: int | None, text: str, tokens: Sequence[Token]) -> Iterator[Span]:
    limit = edits_allowed(word, edits)
    for token in tokens if limit else ():
        for form in {token.term, spelling(token)}:
            if form[0] == word[0] and within_edits(word, form, limit):
                yield token.start, token.end


def _window(
    text: str, tokens: Sequence[Token], marks: Sequence[tuple[int, int, int]], length: int
) -> Span:
    """The part of the text to show."""
    if len(text) <= length:
        return 0, len(text)
    first, last = _densest(marks, length)
    if last <= length:
        begin = 0
    else:
        begin = first - max(0, length - (last - first)) // 2
        begin = min(begin, len(text) - length)
        begin = _next(sorted({token.start for token in tokens}), begin, first)
    end = begin + length
    if end >= len(text):
        return begin, len(text)
    ends = [token.end for token in tokens if begin < token.end <= end]
    return begin, max(ends, default=end)


def _next(starts: Sequence[int], begin: int, latest: int) -> int:
    """The first start of a word from ``begin`` on, but not behind ``latest``."""
    place = bisect_left(starts, begin)
    return min(starts[place], latest) if place < len(starts) else latest


def _densest(marks: Sequence[tuple[int, int, int]], length: int) -> Span:
    """Where within ``length`` most reasons stand, of equals most marks; (0, 0) without any."""
    best = (0, 0)
    found = (0, 0)
    inside: Counter[int] = Counter()
    left = 0
    for right, (_, end, reason) in enumerate(marks):
        inside[reason] += 1
        while left < right and end - marks[left][0] > length:
            inside[marks[left][2]] -= 1
            inside += Counter()  # drops what has fallen to nothing
            left += 1
        worth = (len(inside), right - left)
        if worth > best or not right:
            best = worth
            found = (marks[left][0], end)
    return found


def _merged(spans: Iterator[Span]) -> tuple[Span, ...]:
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)
