"""A query against an open index: what it asks for, which events match, and what time it means."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.fulltext.bm25 import NAMED_WORDS, EventsNamed, QueryTerm, query_term_for, with_synonyms
from search.fulltext.matching import Matches
from search.fulltext.query import parser as query
from search.fulltext.query.dates import Period, period_in
from search.fulltext.query.parser import Query
from search.fulltext.query.tree import (
    Boolean,
    Clause,
    DateSpan,
    Everything,
    Field,
    Leaf,
    Phrase,
    Word,
    demands,
)
from search.fulltext.searcher import Searcher
from search.fulltext.spelling_variants import OtherSpellings, respelled
from search.index.arrays import distinct
from search.index.term_counts import LONG_NAME, NAME, WORD
from search.model.event import day_number
from search.related.similarity import Vectors
from search.text.names.lower_case_names import known_runs
from search.text.terms import Kind, Terms, Token

Matching = Callable[[Clause | None], Matches]

ENOUGH: Final = 10  # events; whatever the limit, so that a short list begins a longer one
_TEXTUAL: Final = (Word, Phrase)
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
    Where nothing else is asked, the events of that time are.
    """
    period = period_in(text)
    if period is not None and _is_plain(text, period) and _overlaps(period, first, last):
        rest = query.parse(text[: period.start] + " " + text[period.end :])
        said = text[period.start : period.end].strip()
        if rest.clause is not None:
            note = f"“{said}” is taken as a time: events of that time come first."
            return Question(rest, period, (*rest.notes, note))
        if said == text.strip():
            note = f"“{said}” is taken as a time: these are the events of that time."
            return Question(Query(text, DateSpan(period.first, period.last)), None, (note,))
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


def query_terms_of(
    asked: Query,
    terms: Terms,
    matching: Matching,
    vectors: Vectors,
    events_named: EventsNamed,
    other_spellings: OtherSpellings = lambda word: (),
) -> list[QueryTerm]:
    """What speaks for an event: each term of the query once, and what else a leaf of it matches.

    An event that has another name of what is asked for has the term as well: "ISIS" is a term for
    events that say Daesh, and "Überlingen" for those that say Ueberlingen.
    """
    query_terms: dict[str, QueryTerm] = {}
    # Once, not for each word: only what is read of a text is cut, and it may be of any length.
    all_capitals, alone = asked.text.isupper(), asked.text.strip()
    for field, leaf in asked.positive:
        if isinstance(leaf, _TEXTUAL) and field in (None, "title", "summary"):
            is_word = isinstance(leaf, Word)
            tokens = terms.readings(leaf.text)[0] if is_word else terms.tokens(leaf.text)
            if is_word and len(tokens) > 1 and all(t.kind is not Kind.UNSPACED for t in tokens):
                query_term = _compound(leaf, tokens, _matching_leaf(field, leaf, matching))
                query_terms.setdefault(query_term.term, query_term)
                continue
            for token in tokens:
                surface = leaf.text[token.start : token.end]
                shouted = all_capitals and alone != surface
                if token.stop and surface.isupper() and not shouted:
                    # Who types WHO means no pronoun, if the archive has a name of that spelling.
                    if len(named := events_named(token.term)):
                        unmet = query_term_for(vectors, surface, surface, NAME)
                        query_terms[surface] = with_synonyms(unmet, named)
                elif not token.stop and token.term not in query_terms:
                    kind = NAME if token.kind is Kind.NAME else WORD
                    query_term = query_term_for(vectors, token.term, surface, kind)
                    query_term = with_synonyms(query_term, events_named(token.term))
                    if is_word and len(tokens) == 1:
                        matched = _matching_leaf(field, leaf, matching)
                        query_term = with_synonyms(query_term, matched)
                    for other in other_spellings(surface) if is_word else ():
                        query_term = with_synonyms(
                            query_term, vectors.column(terms.word_term(other))[0]
                        )
                    query_terms[token.term] = query_term
        elif not isinstance(leaf, DateSpan | Everything):
            query_term = _matched(field, leaf, matching)
            query_terms[query_term.term] = query_term
    for name, surface in _names(asked, vectors, events_named):
        named = events_named(name)
        if name not in query_terms:
            query_terms[name] = with_synonyms(
                query_term_for(vectors, name, surface, LONG_NAME), named
            )
        for token in terms.tokens(surface) if len(named) else ():
            if token.term in query_terms:
                query_terms[token.term] = with_synonyms(query_terms[token.term], named)
    return list(query_terms.values())


def _compound(leaf: Leaf, tokens: Sequence[Token], events: NDArray[np.uint32]) -> QueryTerm:
    """A word of several tokens, such as "Saudi-led": met by the events that have it as a whole."""
    kind = "name" if any(token.kind is Kind.NAME for token in tokens) else "term"
    term, text = " ".join(token.term for token in tokens), str(getattr(leaf, "text", leaf))
    return QueryTerm(term, text, kind, 1.0, events, np.ones(len(events), np.uint8))


def _matching_leaf(field: str | None, leaf: Leaf, matching: Matching) -> NDArray[np.uint32]:
    return matching(Field(field, leaf) if field else leaf).ordinals


def _matched(field: str | None, leaf: Leaf, matching: Matching) -> QueryTerm:
    events = _matching_leaf(field, leaf, matching)
    name = str(Field(field, leaf) if field else leaf)
    return QueryTerm(name, name, "keywords", 1.0, events, np.ones(len(events), np.uint8))


def _names(asked: Query, vectors: Vectors, events_named: EventsNamed) -> Iterator[tuple[str, str]]:
    """Runs of words in the query that the archive knows as a name, in whatever case."""

    def is_known(name: str) -> bool:
        return vectors.number_of(name) is not None or len(events_named(name)) > 0

    for text in (*asked.phrases, " ".join(asked.words)):
        words = text.split()[:NAMED_WORDS]
        for start, end, name in known_runs(words, is_known):
            yield name, " ".join(words[start:end])


def candidates_of(
    asked: Query,
    query_terms: Sequence[QueryTerm],
    matching: NDArray[np.uint32] | NDArray[np.int64],
) -> NDArray[np.int64]:
    """The events to rank: those that match, and where they are few, those that match in part.

    "In part" is for plain words only, such as a run of Chinese that no event has as a whole; so
    are other names: what is quoted, demanded or in a field is meant to the letter.
    """
    found = matching.astype(np.int64, copy=False)
    if asked.clause is None or demands(asked.clause) or _excludes(asked.clause):
        return found
    if any(not isinstance(leaf, Word) for _, leaf in asked.positive):
        return found
    others = [
        query_term.by_other_name for query_term in query_terms if len(query_term.by_other_name)
    ]
    found = distinct(found, *others) if others else found
    if len(found) >= ENOUGH:
        return found
    return distinct(found, *(query_term.events for query_term in query_terms))


def _excludes(clause: Clause) -> bool:
    return isinstance(clause, Boolean) and bool(clause.must_not)


class Found(NamedTuple):
    """``ordinals`` of the events, ascending; ``notes`` in sentences for people."""

    asked: Question
    query_terms: list[QueryTerm]
    ordinals: NDArray[np.int64]
    notes: tuple[str, ...]


def read(searcher: Searcher, text: str) -> Question:
    """The question that a query is to a snapshot that holds at least one event.

    Raises:
        UsageError: the snapshot was closed.
    """
    searcher.snapshot.must_be_open()
    return question_of(text, *searcher.snapshot.events.span)


def find(searcher: Searcher, asked: Question) -> Found:
    """What a question finds."""
    clause = asked.query.clause and respelled(asked.query.clause, searcher.other_spellings)
    matches = searcher.matching(clause)
    matching, notes = matches.ordinals.astype(np.int64), (*asked.notes, *matches.notes)
    query_terms = query_terms_of(
        asked.query,
        searcher.snapshot.terms,
        searcher.matching,
        searcher.vectors,
        searcher.snapshot.events_named,
        searcher.other_spellings,
    )
    kinds = {type(leaf) for _, leaf in asked.query.positive}
    if not query_terms and Word in kinds and Phrase not in kinds:
        notes = (*notes, "Words that nearly all texts have say nothing: the newest come first.")
    ordinals = candidates_of(asked.query, query_terms, matching)
    if clause is not asked.query.clause:
        asked = replace(asked, query=replace(asked.query, clause=clause))
    return Found(asked, query_terms, ordinals, notes)


def in_full(
    query: Query,
    query_terms: Sequence[QueryTerm],
    ordinals: NDArray[np.int64],
    away: NDArray[np.float64] | None,
) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Which of the events may stand in an order of days, and a note if others are left out.

    No score holds back what has one word of five, or is of another time than was named: where
    any event has all that plain words ask for, the others are no answer. ``away`` [ordinals]: see
    ``plan.outside``.
    """
    kept = np.ones(len(ordinals), np.bool_)
    if away is not None and (inside := away == 0).any():
        kept = inside
    if all(isinstance(leaf, Word) for _, leaf in query.positive):
        whole = kept.copy()
        for query_term in query_terms:
            if query_term.weight == 1.0 and len(query_term.events):
                whole &= np.isin(ordinals, query_term.events, assume_unique=True)
        kept = whole if whole.any() else kept
    if kept.all():
        return kept, ()
    note = (
        f"By day, only events that match in full are listed: {kept.sum():,} of {len(ordinals):,}."
    )
    return kept, (note,)
