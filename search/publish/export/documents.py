"""The documents of an export, one for each event: the event, its related list and shared terms.

{"id", "date", "year", "title", "summary", "url", "sources": [...], "topics": [...],
 "shared_terms": [...], "related": [item, ...]}          items as ``related --json`` has them
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

from search.engine.decisions.reading import all_decided
from search.engine.index import Index
from search.engine.parallel_lists import made_of_lists
from search.model import json_answers
from search.model.digests import digest_of
from search.model.event import Event
from search.model.hit import Hit
from search.model.options import RelatedOptions


@dataclass(frozen=True)
class Document:
    event: Event
    related: list[dict[str, Any]]

    @property
    def id(self) -> str:
        return self.event.id

    @property
    def shared_terms(self) -> list[str]:
        """The terms that the event shares with the items of its list, each once, as a facet."""
        return list(dict.fromkeys(term for item in self.related for term in item["context"]))

    @cached_property
    def plain(self) -> dict[str, Any]:
        event = self.event
        return {
            "id": event.id,
            "date": event.day or None,
            "year": event.date.year if event.date else None,
            "title": event.title,
            "summary": event.summary,
            "url": event.link,
            "sources": list(event.sources),
            "topics": list(event.terms),
            "shared_terms": self.shared_terms,
            "related": self.related,
        }

    @cached_property
    def line(self) -> str:
        """The document as JSON on one line."""
        return json.dumps(self.plain, ensure_ascii=False)

    @property
    def digest(self) -> int:
        return digest_of(self.line.encode("utf-8", "surrogatepass"))


# What an export writes: documents that are new or changed, and then the ids of deleted events.
Changes = Iterable[Document | str]


def documents(index: Index, options: RelatedOptions, processes: int) -> Iterator[Document]:
    """All documents, by date and id. Lists follow the decisions of editors."""
    decided = all_decided(index.directory)
    for event_id, items in made_of_lists(index, index.ids(), options, _items, processes, decided):
        yield Document(index.event(event_id), items)


def _items(event_id: str, hits: tuple[Hit, ...] | None) -> tuple[str, list[dict[str, Any]]]:
    return event_id, [json_answers.item(hit) for hit in hits or ()]


def short_key(event_id: str) -> str:
    """A key of 32 letters and digits for an id, for servers that take no slashes or long ids."""
    return blake2b(event_id.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
