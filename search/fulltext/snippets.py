"""Snippets: the best passage of an event's text, with what ``matching`` finds in it marked.

If nothing in the text matches, the snippet is its beginning.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

from search.fulltext.bm25 import QueryTerm
from search.fulltext.query.parser import Query
from search.fulltext.query.tree import Fuzzy, Leaf, Phrase, Prefix, Word
from search.fulltext.token_matches import Span, runs, special_spans
from search.model import limits
from search.model.event import Event
from search.model.printing import CUT
from search.text.english import LONG_NAMES_OF
from search.text.terms import Kind, Terms, Token
from search.text.words import split_at_spaces

EXCERPT: Final = 200  # characters
_LONGEST: Final = 400_000  # characters of a text that are looked through
_LONGEST_FOR_PHRASES: Final = 20_000  # where words must be compared with their neighbours
_POSSESSIVES: Final = ("'s", "’s", "'", "’")

# Invisible parts of words: joiners of Persian and Indic scripts, and soft breaks.
JOINERS: Final = frozenset("\u00ad\u200b\u200c\u200d\u2060")
Positions = tuple[Sequence[int], Sequence[int]]  # of tokens of a title and of a summary


class Snippet(NamedTuple):
    """An excerpt on one line. ``marks`` are offsets into ``text``: ascending, disjoint."""

    text: str
    marks: tuple[Span, ...] = ()

    def marked(self, before: str = "**", after: str = "**") -> str:
        """The text with signs around its marks; unmarked if the text has such signs itself."""
        if before in self.text or after in self.text:
            return self.text
        out = []
        edge = 0
        for start, end in self.marks:
            out += [self.text[edge:start], before, self.text[start:end], after]
            edge = end
        return "".join([*out, self.text[edge:]])


class _Mark(NamedTuple):
    """Where a text matches a reason, which is given by its number."""

    start: int
    end: int
    reason: int
    kind: Kind


class _Reason(NamedTuple):
    """One leaf of the query: the sequences of tokens that match it, and how much it weighs."""

    field: str | None
    leaf: Leaf
    sequences: tuple[tuple[Token, ...], ...]
    weight: float


class Marker:
    """Marks the matches of one query in any of its hits.

    ``weights`` are those of the query's terms: passages with rare words are better.
    """

    def __init__(
        self,
        query: Query,
        terms: Terms,
        other_spellings: Callable[[str], tuple[str, ...]] = lambda word: (),
        weights: Mapping[str, float] | None = None,
    ) -> None:
        self._terms = terms
        self._other_spellings = other_spellings
        reasons = [
            self._reason(field, leaf, weights or {})
            for field, leaf in query.positive
            if field in (None, "title", "summary")
            if isinstance(leaf, Word | Phrase | Prefix | Fuzzy)
        ]
        telling = [reason for reason in reasons if not _is_stop(reason)]
        self._reasons = [reason for reason in telling or reasons if reason.sequences]
        # Reasons that a token matches by itself, and those that need its neighbours.
        self._single: dict[str, list[int]] = {}
        self._special: list[int] = []
        self._several: list[int] = []
        for number, reason in enumerate(self._reasons):
            self._sort(number, reason)
        self._known_chunks: dict[str, tuple[_Mark, ...]] = {}

    @property
    def terms(self) -> Iterable[str]:
        """The terms that are marked wherever they occur, whatever is beside them."""
        return self._single

    def read(
        self, event: Event, length: int = EXCERPT, positions: Positions | None = None
    ) -> tuple[Snippet, dict[str, str]]:
        """The best passage of an event, and how its text writes what matched, by term.

        ``positions`` of the tokens with one of ``terms``, in the title and in the summary, save
        reading all other words.
        """
        text = event.text[:_LONGEST]
        title_end = len(event.title)
        found = self._marks(text, title_end, positions)
        marks = [mark for mark in found if self._may_mark(mark, title_end)]
        begin, end = self._window(text, marks, title_end, length)
        before, after = CUT if begin else "", CUT if end < len(event.text) else ""
        shift = len(before) - begin
        inside = ((max(m.start, begin) + shift, min(m.end, end) + shift) for m in marks)
        line = text[begin:end]
        if not line.isprintable():
            line = "".join(c if c.isprintable() or c in JOINERS else " " for c in line)
        merged = _merged(span for span in inside if span[0] < span[1])
        return Snippet(before + line + after, merged), self._surfaces(text, marks)

    def _reason(self, field: str | None, leaf: Leaf, weights: Mapping[str, float]) -> _Reason:
        assert isinstance(leaf, Word | Phrase | Prefix | Fuzzy)
        sequences: list[Sequence[Token]] = [self._terms.tokens(leaf.text)[: limits.PHRASE_TOKENS]]
        if isinstance(leaf, Word):
            sequences = list(self._terms.readings(leaf.text))
            for tokens in tuple(sequences):
                if len(tokens) == 1:
                    names = LONG_NAMES_OF.get(tokens[0].term, ())
                    sequences += [self._terms.tokens(name) for name in names]
            sequences += map(self._terms.tokens, self._other_spellings(leaf.text))
            if joined := self._terms.joined(leaf.text):
                sequences.append([sequences[0][0]._replace(term=joined)])
        found = tuple(tuple(tokens) for tokens in sequences if tokens)
        name = " ".join(token.term for token in found[0]) if found else ""
        return _Reason(field, leaf, found, weights.get(name, 1.0))

    def _sort(self, number: int, reason: _Reason) -> None:
        """File a reason under the kinds of look-up that find it."""
        unspaced = reason.sequences[0][-1].kind is Kind.UNSPACED
        if isinstance(reason.leaf, Fuzzy) or (isinstance(reason.leaf, Prefix) and not unspaced):
            self._special.append(number)
            return
        for tokens in reason.sequences:
            one = tokens[0]
            if len(tokens) > 1:
                self._several.append(number)
            elif isinstance(reason.leaf, Phrase) or (one.kind, len(one.term)) == (Kind.UNSPACED, 1):
                self._special.append(number)
            else:
                self._single.setdefault(one.term, []).append(number)

    def _marks(self, text: str, title_end: int, positions: Positions | None) -> list[_Mark]:
        """All matches, in the order of the text."""
        marks: list[_Mark] = []
        known = self._known_chunks
        if self._special or (self._single and positions is None):
            chunks = _chunks(text)
        elif self._single and positions is not None:
            title, summary = text[:title_end], text[title_end + 1 :]
            chunks = chain(
                self._chunks_at(title, positions[0], 0),
                self._chunks_at(summary, positions[1], title_end + 1),
            )
        else:
            chunks = iter(())
        for at, chunk in chunks:
            found = known.get(chunk)
            if found is None:
                found = known[chunk] = tuple(self._marks_of_chunk(chunk))
            for start, end, reason, kind in found:
                marks.append(_Mark(at + start, at + end, reason, kind))
        if self._several:
            text = text[:_LONGEST_FOR_PHRASES]
            tokens = self._terms.tokens(text)
            split = bisect_left(tokens, title_end, key=lambda token: token.start)
            for part in (tokens[:split], tokens[split:]):
                for number in dict.fromkeys(self._several):
                    marks += self._sequences(number, part)
            marks.sort()
        return marks

    def _chunks_at(
        self, text: str, positions: Sequence[int], begin: int
    ) -> Iterator[tuple[int, str]]:
        """The chunks of a text that begins at ``begin`` with a token at one of the positions."""
        which, position, at = 0, 0, begin
        for chunk in split_at_spaces(text):
            if which == len(positions):
                return
            if chunk.isalpha() and chunk.isascii():  # as most are
                position += 1
            else:
                position += sum(map(self._terms.count, chunk.split()))
            if positions[which] < position:
                yield at, chunk
                while which < len(positions) and positions[which] < position:
                    which += 1
            at += len(chunk) + 1

    def _marks_of_chunk(self, chunk: str) -> Iterator[_Mark]:
        """What is marked in a chunk, whatever is beside it."""
        for token in self._terms.tokens(chunk):
            for term in (token.term, *token.also):
                for number in self._single.get(term, ()):
                    yield _Mark(token.start, token.end, number, token.kind)
            for number in self._special:
                reason = self._reasons[number]
                for start, end in special_spans(reason.leaf, reason.sequences[0], token):
                    yield _Mark(start, end, number, token.kind)

    def _sequences(self, number: int, tokens: Sequence[Token]) -> Iterator[_Mark]:
        """Where the tokens of a reason follow each other in one field."""
        reason = self._reasons[number]
        slop = reason.leaf.slop if isinstance(reason.leaf, Phrase) else 0
        exact = isinstance(reason.leaf, Phrase)
        for wanted in reason.sequences:
            if len(wanted) > 1:
                for places in runs(wanted, tokens, slop, exact=exact):
                    spans = [(tokens[i].start, tokens[i].end) for i in places]
                    if not slop:
                        spans = [(spans[0][0], spans[-1][1])]
                    for start, end in spans:
                        yield _Mark(start, end, number, wanted[0].kind)

    def _may_mark(self, mark: _Mark, title_end: int) -> bool:
        field = self._reasons[mark.reason].field
        return field is None or (field == "title") == (mark.start < title_end)

    def _surfaces(self, text: str, marks: Iterable[_Mark]) -> dict[str, str]:
        """How the text first writes what each reason matched, by the term of the query."""
        surfaces: dict[str, str] = {}
        for mark in marks:
            reason = self._reasons[mark.reason]
            term = " ".join(token.term for token in reason.sequences[0])
            if term not in surfaces:
                surface = text[mark.start : mark.end]
                for ending in _POSSESSIVES:
                    surface = surface.removesuffix(ending)
                is_name = mark.kind in (Kind.NAME, Kind.NUMBER, Kind.UNSPACED)
                surfaces[term] = surface if is_name else surface.lower()
        return surfaces

    def _window(self, text: str, marks: Sequence[_Mark], title_end: int, length: int) -> Span:
        """The part of the text to show."""
        if len(text) <= length:
            return 0, len(text)
        # The title is printed beside the snippet: of equal passages one of the summary is better.
        summary = [mark for mark in marks if mark.start > title_end]
        worth, first, last = self._densest(summary, length)
        in_title, title_first, title_last = self._densest(marks, length)
        if in_title > worth:
            first, last = title_first, title_last
        if last <= length:
            begin = 0
        else:
            begin = first - max(0, length - (last - first)) // 2
            begin = _next_word(text, min(begin, len(text) - length), first)
        end = begin + length
        return begin, len(text) if end >= len(text) else _last_word(text, begin, end)

    def _densest(self, marks: Sequence[_Mark], length: int) -> tuple[float, int, int]:
        """The worth of the best passage, and where its marks begin and end. Best is the most weight
        of different reasons, then the most marks, then the first passage."""
        best: tuple[float, int] = (0.0, 0)
        found = (0.0, 0, 0)
        inside: Counter[int] = Counter()
        weight = 0.0
        left = 0
        for right, (_, end, reason, _) in enumerate(marks):
            weight += self._reasons[reason].weight * (inside[reason] == 0)
            inside[reason] += 1
            while left < right and end - marks[left].start > length:
                gone = marks[left].reason
                inside[gone] -= 1
                weight -= self._reasons[gone].weight * (inside[gone] == 0)
                left += 1
            worth = (round(weight, 9), right - left)
            if worth > best or not right:
                best = worth
                found = (worth[0], marks[left].start, end)
        return found


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """The chunks between the spaces of a text, each with its offset."""
    at = 0
    for chunk in split_at_spaces(text):
        yield at, chunk
        at += len(chunk) + 1


def weights_of(query_terms: Iterable[QueryTerm], events: int) -> dict[str, float]:
    """The weight of each term of a query in a passage: rare terms weigh more."""
    weights: dict[str, float] = {}
    for term in query_terms:
        occurrences = sum(len(part.events) for part in term.parts)
        weights.setdefault(term.term, 1.0 - occurrences / (2.0 * events))
    return weights


def _is_stop(reason: _Reason) -> bool:
    return isinstance(reason.leaf, Word) and all(
        token.stop for tokens in reason.sequences[:1] for token in tokens
    )


def _next_word(text: str, begin: int, latest: int) -> int:
    """The first beginning of a word from ``begin`` on, but not behind ``latest``."""
    while begin < latest and begin > 0 and not text[begin - 1].isspace():
        begin += 1
    while begin < latest and not text[begin].isalnum():
        begin += 1
    return min(begin, latest)


def _last_word(text: str, begin: int, end: int) -> int:
    """The last end of a word up to ``end``; ``end`` itself where there is no blank."""
    if text[end].isspace():
        return end
    blank = max(text.rfind(" ", begin, end), text.rfind("\n", begin, end))
    return blank if blank > begin + (end - begin) // 2 else end


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)
