"""Writing the keyword index of an archive."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from search.errors import UsageError
from search.events import Event
from search.keywords.dictionary import FACTS, FORMAT, FORMS
from search.keywords.postings import Postings
from search.matching import ANYTHING, GAP, LAST_POSITION, forms
from search.terms import Terms, Token

_FORMS_KNOWN: Final = 200_000  # of words; most words of an archive are used again
Known = dict[tuple[str, str], tuple[str, ...]]  # the spellings of a word and its term


@dataclass(frozen=True, slots=True)
class Document:
    """One event as it is indexed: its text, taken apart, of which the title ends at an offset."""

    text: str
    tokens: Sequence[Token]
    title_end: int
    sources: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()

    @classmethod
    def of(cls, event: Event, tokens: Sequence[Token]) -> "Document":
        """``tokens`` are those of ``event.text``."""
        return cls(event.text, tokens, len(event.title), event.sources, event.terms)


def build(directory: Path, documents: Iterable[Document], terms: Terms) -> int:
    """Write the index of ``documents``, whose ordinals are their places; returns how many.

    ``directory`` must be empty or not there yet; after an exception it is worth nothing.
    Nothing is synced to the disk: the caller publishes the directory.

    Raises:
        UsageError: the directory holds something already.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise UsageError(f"{directory}: not empty; build a keyword index in a new directory")
    postings = Postings()
    known: Known = {}
    count = 0
    for document in documents:
        _add(postings, count, document, terms, known)
        count += 1
    postings.write(directory)
    facts = json.dumps({"format": FORMAT, "documents": count})
    (directory / FACTS).write_text(facts + "\n", encoding="utf-8")
    return count


def _add(postings: Postings, event: int, document: Document, terms: Terms, known: Known) -> None:
    """What is indexed of a document, field by field."""
    split = bisect_left(document.tokens, document.title_end, key=lambda token: token.start)
    for name, parts in (
        ("title", [(document.text, document.tokens[:split])]),
        ("summary", [(document.text, document.tokens[split:])]),
        ("source", [(source, terms.tokens(source)) for source in document.sources]),
        ("term", [(term, terms.tokens(term)) for term in document.terms]),
    ):
        at = 0
        for text, tokens in parts:
            found = tokens[: max(0, LAST_POSITION - at)]
            postings.add(name, event, at, [token.term for token in found])
            for token in found:
                term, start, end, _, _ = token
                word = text[start:end], term
                spellings = known.get(word)
                if spellings is None:
                    if len(known) == _FORMS_KNOWN:
                        known.clear()
                    spellings = known[word] = tuple(forms(text, token))
                if spellings:
                    postings.note(name + FORMS, event, spellings)
            if found:
                postings.note(name + FORMS, event, (ANYTHING,))
            at += len(tokens) + GAP
