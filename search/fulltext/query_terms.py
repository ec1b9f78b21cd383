"""The scoring terms of a query, each with the events that have it and how often.

An event that has another name, spelling or form of what was typed has the term as well: "ISIS" is a
term of events that say Daesh, and "Überlingen" of those that say Ueberlingen.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.fulltext.bm25 import QueryTerm, idf
from search.fulltext.frequencies import Part, events_of
from search.fulltext.matching import NAMED_WORDS
from search.fulltext.query import tree
from search.fulltext.query.parser import Query
from search.fulltext.searcher import Searcher
from search.index.fields import spelling, spelling_code
from search.text.names.lower_case_names import known_runs
from search.text.terms import Kind, Token

LONG_NAME_WEIGHT: Final = 0.5  # of a name of several words, which counts beside its words
PART_WEIGHT: Final = 0.5  # of a rare part of a compound, which counts beside the whole
RARE_PART: Final = 0.02  # of all events may have such a part
_SHORTEST_PART: Final = 3  # letters of it
_IN_TEXT: Final = (None, "title", "summary")


def query_terms_of(searcher: Searcher, query: Query) -> list[QueryTerm]:
    """The scoring terms of a query, each once, in order, without stop words and times; then the
    typed forms of terms that have other forms as well."""
    terms: dict[str, QueryTerm] = {}
    shouted = query.text.isupper() and len(query.positive) > 1
    for field, leaf in query.positive:
        if isinstance(leaf, tree.DateSpan | tree.Period | tree.Everything):
            continue
        if isinstance(leaf, tree.Word) and field in _IN_TEXT:
            found = _of_word(searcher, leaf, field, shouted)
        else:
            found = iter([_of_clause(searcher, leaf, field)])
        for term in found:
            terms.setdefault(term.term, term)
    for name, surface in _names(searcher, query):
        if name not in terms:
            terms[name] = _of_long_name(searcher, name, surface)
        _share(searcher, terms, name, surface)
    words = sum(term.is_word for term in terms.values())
    if words < 2:
        return list(terms.values())
    typed = (_typed_form(searcher, term, min(1.0, (words - 1) / 2)) for term in terms.values())
    return [*terms.values(), *(term for term in typed if term is not None)]


def _of_word(
    searcher: Searcher, word: tree.Word, field: str | None, shouted: bool
) -> Iterator[QueryTerm]:
    """The term of a word, or those of a run of characters of a script without blanks."""
    tokens = searcher.snapshot.terms.readings(word.text)[0]
    if len(tokens) > 1:
        yield from _of_several(searcher, word, field, tokens)
        return
    for token in tokens:
        # WHO is no pronoun if the archive has a name of that spelling.
        is_acronym = token.stop and word.text.isupper() and not shouted
        if token.stop and not is_acronym:
            continue
        code = spelling_code(token) if token.kind is Kind.WORD else None
        parts = () if is_acronym else searcher.frequencies.parts_of(token.term, code=code)
        matching = searcher.events_with(word, field)
        if is_acronym:
            matching = searcher.events_named(token.term).astype(np.uint32)
            if not len(matching):
                continue
        kind = "name" if is_acronym else _kind_of([token])
        others = _without(searcher, matching, parts)
        if len(others):
            parts = (*parts, searcher.frequencies.unplaced(others))
        surface = word.text[token.start : token.end]
        yield QueryTerm(surface if is_acronym else token.term, surface, kind, 1.0, parts)


def _of_several(
    searcher: Searcher, word: tree.Word, field: str | None, tokens: list[Token]
) -> Iterator[QueryTerm]:
    """The terms of a word of several tokens: the whole, and its telling part at half weight. If
    no event has the whole, or the script has no blanks, the parts alone."""
    if is_unspaced(tokens):
        yield from (_of_part(searcher, word, token, 1.0) for token in tokens)
        return
    whole = _of_compound(searcher, word, field, tokens)
    if not whole.parts and can_be_taken_apart(tokens):
        yield from (_of_part(searcher, word, token, 1.0) for token in tokens)
        return
    yield whole
    parts = telling_parts(searcher, tokens)
    yield from (_of_part(searcher, word, token, PART_WEIGHT) for token in parts)


def _of_part(searcher: Searcher, word: tree.Word, token: Token, weight: float) -> QueryTerm:
    surface = word.text[token.start : token.end]
    return QueryTerm(token.term, surface, "term", weight, searcher.frequencies.parts_of(token.term))


def _typed_form(searcher: Searcher, term: QueryTerm, share: float) -> QueryTerm | None:
    """The typed form of a word as a term of its own, if texts have other forms, too.

    Its weight is the share of its idf above that of all forms; half of it in a query of two words.
    Who types several words mostly quotes a text, where "asking" says more than "ask". Titles do not
    count: there "attack" and "attacks" are one topic.
    """
    if term.kind != "term" or not term.is_word:
        return None
    tokens = searcher.snapshot.terms.readings(term.surface)[0]
    if len(tokens) != 1 or tokens[0].kind is not Kind.WORD or tokens[0].term != term.term:
        return None
    found = searcher.frequencies.typed_form(term.term, spelling_code(tokens[0]))
    if found is None:
        return None
    typed, with_any = found
    events = len(searcher.snapshot)
    weight = 1.0 - idf(with_any, events) / idf(len(typed.events), events)
    return QueryTerm(term.term, term.surface, "term", share * weight, (typed,))


def telling_parts(searcher: Searcher, tokens: Sequence[Token]) -> list[Token]:
    """The parts of a compound that mean nearly the same as the whole: those that are names, or no
    words of the language. If events have the whole, the rarest that others have too, if it is rare.
    "quinn" means "quinn-proto"; "fly" does not mean "no-fly"."""
    if not can_be_taken_apart(tokens):
        return []
    common = searcher.snapshot.terms.lexicon.prior
    events, with_whole = len(searcher.snapshot), _count(searcher, *tokens)
    most = RARE_PART * events if with_whole else events
    found = sorted(
        (count, place)
        for place, token in enumerate(tokens)
        if token.kind is Kind.NAME or spelling(token) not in common
        if len(token.exact) >= _SHORTEST_PART
        if with_whole < (count := _count(searcher, token)) <= most
    )
    return [tokens[place] for _, place in (found[:1] if with_whole else found)]


def _count(searcher: Searcher, *tokens: Token) -> int:
    """How many events have these tokens side by side."""
    return len(events_of(searcher.frequencies.parts_of(*(token.term for token in tokens))))


def is_unspaced(tokens: Sequence[Token]) -> bool:
    """Whether a word is a run of characters of a script without blanks."""
    return all(token.kind is Kind.UNSPACED for token in tokens)


def can_be_taken_apart(tokens: Sequence[Token]) -> bool:
    """Whether the parts of a compound are meaningful alone; those of addresses, and of compounds
    with a number, are not."""
    return not any(token.kind is Kind.ADDRESS or token.term[0].isdecimal() for token in tokens)


def _of_compound(
    searcher: Searcher, word: tree.Word, field: str | None, tokens: list[Token]
) -> QueryTerm:
    """A word of several tokens, such as "Saudi-led", which an event has as a whole or not."""
    readings = searcher.snapshot.terms.readings(word.text)
    of_readings = [
        searcher.frequencies.parts_of(*(token.term for token in reading)) for reading in readings
    ]
    parts = () if field else max(of_readings, key=lambda parts: len(events_of(parts)))
    terms = [token.term for token in tokens]
    others = _without(searcher, searcher.events_with(word, field), parts)
    if len(others):
        parts = (*parts, searcher.frequencies.unplaced(others))
    return QueryTerm(" ".join(terms), word.text, _kind_of(tokens), 1.0, parts)


def _kind_of(tokens: Sequence[Token]) -> str:
    """The kind of the term of a word. An address is no term that events share."""
    kinds = {token.kind for token in tokens}
    if Kind.ADDRESS in kinds:
        return "keywords"
    return "name" if Kind.NAME in kinds else "term"


def _of_clause(searcher: Searcher, leaf: tree.Leaf, field: str | None) -> QueryTerm:
    """A phrase, a beginning, a word with typos or a clause of one field."""
    name = str(tree.Field(field, leaf) if field else leaf)
    surface = leaf.text if isinstance(leaf, tree.Phrase) and not field else name
    return QueryTerm(name, surface, "keywords", 1.0, _parts_by_field(searcher, leaf, field))


def _parts_by_field(searcher: Searcher, leaf: tree.Leaf, field: str | None) -> tuple[Part, ...]:
    """One occurrence in each event that matches, in the title or elsewhere."""
    events = searcher.events_with(leaf, field)
    if field not in _IN_TEXT or not len(events):
        return (searcher.frequencies.unplaced(events),) if len(events) else ()
    titled = searcher.events_with(leaf, "title")
    parts = (searcher.frequencies.in_title(titled),) if len(titled) else ()
    others = _without(searcher, events, parts)
    return (*parts, searcher.frequencies.unplaced(others)) if len(others) else parts


def _names(searcher: Searcher, query: Query) -> Iterator[tuple[str, str]]:
    """Runs of words in the query that the archive knows as a name, in any case."""
    for text in (*query.phrases, " ".join(query.words)):
        words = text.split()[:NAMED_WORDS]
        for start, end, name in known_runs(words, searcher.is_long_name):
            yield name, " ".join(words[start:end])


def _of_long_name(searcher: Searcher, name: str, surface: str) -> QueryTerm:
    terms = [token.term for token in searcher.snapshot.terms.tokens(surface)]
    parts = searcher.frequencies.parts_of(*terms)
    named = searcher.events_named(name).astype(np.uint32)
    others = _without(searcher, named, parts)
    if len(others):
        parts = (*parts, searcher.frequencies.unplaced(others))
    return QueryTerm(name, surface, "name", LONG_NAME_WEIGHT, parts)


def _share(searcher: Searcher, terms: dict[str, QueryTerm], name: str, surface: str) -> None:
    """Count the words of a long name for the events that have it by another name."""
    named = searcher.events_named(name).astype(np.uint32)
    for token in searcher.snapshot.terms.tokens(surface) if len(named) else ():
        if token.term in terms:
            term = terms[token.term]
            others = _without(searcher, named, term.parts)
            if len(others):
                parts = (*term.parts, searcher.frequencies.unplaced(others))
                terms[token.term] = term._replace(parts=parts)


def _without(
    searcher: Searcher, events: NDArray[np.uint32], parts: tuple[Part, ...]
) -> NDArray[np.uint32]:
    """The events that are in none of the parts."""
    if not len(events) or not parts:
        return events
    known = np.zeros(len(searcher.similarity), np.bool_)
    for part in parts:
        known[part.events] = True
    return events[~known[events]]
