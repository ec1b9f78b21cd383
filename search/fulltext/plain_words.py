"""Questions of plain words, which most are: what an archive has of a word is found out once.

``plan`` handles every query. This module is a shortcut to the same result for words that are one
term each and have one spelling.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from search.fulltext.bm25 import NAMED_WORDS, EventsNamed, QueryTerm, query_term_for, with_synonyms
from search.fulltext.query.tree import Boolean, Clause, Word
from search.fulltext.spelling_variants import OtherSpellings
from search.index.term_counts import LONG_NAME, NAME, WORD
from search.related.similarity import Vectors
from search.text.english import STOP_WORDS
from search.text.names.lower_case_names import runs_of
from search.text.names.name_words import folded_words
from search.text.terms import Kind, Terms


class PlainWord(NamedTuple):
    """A word that is one term and has one spelling; ``said``: whether any event says it. Or one
    that is no query term beside others, such as "of": its term is empty."""

    text: str
    term: str
    kind: int
    folded: tuple[str, ...]
    said: bool = True


def plain_word(
    text: str, terms: Terms, vectors: Vectors, other_spellings: OtherSpellings
) -> PlainWord | None:
    """A word of a question; None if there is more to it."""
    tokens = terms.tokens(text)
    if len(tokens) != 1:
        return None
    term, start, end, kind, stop = tokens[0]
    if (start, end) != (0, len(text)) or other_spellings(text):
        return None
    folded = tuple(folded_words(text))
    if stop and not text.isupper():  # WHO may be a name
        return PlainWord(text, "", WORD, folded)
    if term in STOP_WORDS or len(term) < 2:
        return None
    _, counts = vectors.column(term)
    said = bool(counts.any())  # a count of 0 is that of a name which is spelled like the word
    return PlainWord(text, term, NAME if kind is Kind.NAME else WORD, folded, said)


def plain_words(
    clause: Clause | None, word_of: Callable[[str], PlainWord | None]
) -> list[PlainWord] | None:
    """The words of a query; None if it is none of plain words."""
    match clause:
        case Word():
            leaves: Sequence[Clause] = (clause,)
        case Boolean((), should, ()):
            leaves = should
        case _:
            return None
    words: list[PlainWord] = []
    for leaf in leaves:
        word = word_of(leaf.text) if isinstance(leaf, Word) else None
        if word is None:
            return None
        words.append(word)
    return words if any(word.term for word in words) else None


def query_terms_of_words(
    words: Sequence[PlainWord],
    vectors: Vectors,
    events_named: EventsNamed,
    has_aliases: Callable[[str], bool],
) -> list[QueryTerm] | None:
    """``plan.query_terms_of`` plain words, those for words first; None if a run of them has
    another name."""
    query_terms: dict[str, QueryTerm] = {}
    for text, term, kind, _, _ in words:
        if term and term not in query_terms:
            query_term = query_term_for(vectors, term, text, kind)
            query_terms[term] = (
                with_synonyms(query_term, events_named(term)) if has_aliases(term) else query_term
            )
    if len(words) > 1:

        def is_known(name: str) -> bool:
            return vectors.number_of(name) is not None or has_aliases(name)

        named = words[:NAMED_WORDS]
        for start, end, name in runs_of([word.folded for word in named], is_known):
            if has_aliases(name):
                return None
            if name not in query_terms:
                surface = " ".join([word.text for word in named[start:end]])
                query_terms[name] = query_term_for(vectors, name, surface, LONG_NAME)
    return list(query_terms.values())
