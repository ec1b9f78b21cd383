"""Writing the keyword index of an archive."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from search.clauses import FIELDS
from search.errors import UsageError
from search.events import Event
from search.keywords.codec import ArrayCodec, Placed, Pool, Present
from search.keywords.dictionary import (
    EVENTS,
    FACTS,
    FORMAT,
    FORMS,
    INDEX,
    PLACES,
    TERMS,
    file_of,
)
from search.matching import ANYTHING, GAP, LAST_POSITION, forms
from search.terms import Terms, Token

_SCHEMA: Final = Schema(
    **{name: Placed() for name in FIELDS}, **{name + FORMS: Present() for name in FIELDS}
)


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
    storage = FileStorage(str(directory))
    codec = ArrayCodec()
    index = FileIndex.create(storage, _SCHEMA, INDEX)
    writer = SegmentWriter(index, codec=codec, compound=False)
    writer.pool = Pool()
    count = 0
    try:
        for document in documents:
            writer.add_document(**_fields(document, terms))
            count += 1
        writer.commit(merge=False)
    except BaseException:
        with suppress(Exception):  # what fails again here hides why
            writer.cancel()
        raise
    for leftover in directory.iterdir():
        if leftover.suffix not in (TERMS, EVENTS, PLACES):
            leftover.unlink()
    for suffix in (TERMS, EVENTS, PLACES):
        file_of(directory, suffix).touch()  # an archive without a word writes no postings
    facts = json.dumps({"format": FORMAT, "documents": count})
    (directory / FACTS).write_text(facts + "\n", encoding="utf-8")
    return count


def _fields(document: Document, terms: Terms) -> dict[str, Any]:
    """What Whoosh indexes of a document, by field."""
    split = bisect_left(document.tokens, document.title_end, key=lambda token: token.start)
    fields: dict[str, Any] = {}
    for name, parts in (
        ("title", [(document.text, document.tokens[:split])]),
        ("summary", [(document.text, document.tokens[split:])]),
        ("source", [(source, terms.tokens(source)) for source in document.sources]),
        ("term", [(term, terms.tokens(term)) for term in document.terms]),
    ):
        places: dict[str, list[int]] = {}
        spellings: dict[str, None] = {}
        at = 0
        for text, tokens in parts:
            for position, token in enumerate(tokens[: max(0, LAST_POSITION - at)], at):
                places.setdefault(token.term, []).append(position)
                for form in forms(text, token):
                    spellings[form] = None
            at += len(tokens) + GAP
        if places:
            spellings[ANYTHING] = None
            fields[name] = places
            fields[name + FORMS] = spellings
    return fields
