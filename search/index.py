"""An open index: a snapshot of one generation, and everything that can be asked of it."""

import datetime
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache, wraps
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from search import generations, ranking
from search.aliases import Aliases
from search.asking import Options, SearchAnswer, Why, at_least_one, verdict
from search.context import (
    Told,
    canonical_names,
    context_terms,
    surfaces_of,
    wholes,
)
from search.errors import IndexFormatMismatch, UnknownEvent
from search.event_file import EventFile, date_of
from search.events import Event, day_number
from search.keywords import Keywords
from search.lexicon import Lexicon
from search.name_postings import NamePostings
from search.question import candidates_of, outside, question_of, wishes_of
from search.ranking import RANKING_VERSION, Hit, Receipt, Share
from search.reports import fold
from search.search_ranking import ranked
from search.snippets import Marker
from search.terms import Analysis, Terms
from search.vectors import Link, Vectors

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")
# A list is folded from so many times its length, so that it stays full.
_FOLDED_FROM: Final = 3
_REMEMBERED: Final = 20_000  # events whose texts stay taken apart


def _blaming_damage(
    ask: Callable[Concatenate["Index", _Asked], _Answer],
) -> Callable[Concatenate["Index", _Asked], _Answer]:
    @wraps(ask)
    def asked(index: "Index", /, *args: _Asked.args, **options: _Asked.kwargs) -> _Answer:
        with index._generation.blamed():
            return ask(index, *args, **options)

    return asked


class Index:
    """One generation, open for asking: immutable, and safe to share by threads.

    Writers may publish new generations meanwhile; this one goes on answering as it did.
    """

    def __init__(self, generation: generations.Generation) -> None:
        if generation.facts["ranking"] != RANKING_VERSION:
            raise IndexFormatMismatch(
                f"{generation.directory}: built for ranking {generation.facts['ranking']}, this "
                f"version ranks by {RANKING_VERSION}; run: event-search index ARCHIVE"
            )
        self._generation = generation
        with generation.blamed():
            self._events = EventFile(generation.directory / "events")
            self._vectors = Vectors(generation.directory / "vectors")
        self._told = lru_cache(maxsize=_REMEMBERED)(self._read)

    @classmethod
    def open(cls, directory: Path | str) -> "Index":
        """Open the current generation of an index directory.

        Raises:
            IndexMissing, IndexFormatMismatch, IndexDamaged: see ``search.errors``.
        """
        return cls(generations.current(Path(directory)))

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the keyword files go; what was answered stays valid."""
        if "_keywords" in self.__dict__:
            self._keywords.close()

    def __len__(self) -> int:
        """The number of events."""
        return len(self._events)

    @property
    def directory(self) -> Path:
        """The index directory, whatever is current in it now."""
        return self._generation.directory.parent

    @property
    def generation(self) -> int:
        """The number of the generation that this is."""
        return self._generation.number

    def ids(self) -> Iterator[str]:
        """The ids of all events, by date and then id."""
        with self._generation.blamed():
            for ordinal in range(len(self)):
                yield self._events[ordinal].id

    @_blaming_damage
    def event(self, event_id: str) -> Event:
        """The event of an id.

        Raises:
            UnknownEvent: there is none.
        """
        return self._events[self._ordinal(event_id)]

    @_blaming_damage
    def resolve(self, reference: str) -> str:
        """The id of the event that an id, a link or the path of a page means.

        A path or link means the event whose id is the longest end of it, as it stands or else
        without what a link has beside its path ("?", "#", "%20").

        Raises:
            UnknownEvent: none of its ends is the id of an event.
        """
        event_id = self._events.id_meant(reference)
        if event_id is None:
            raise _unknown(reference)
        return event_id

    @_blaming_damage
    def search(
        self,
        text: str,
        *,
        since: datetime.date | None = None,
        until: datetime.date | None = None,
        limit: int = 10,
    ) -> SearchAnswer:
        """The events that a query matches, best first; every string is a query.

        The order is total: score to four decimals, newest first, id.

        Raises:
            UsageError: ``limit`` is less than 1.
            IndexDamaged: a file contradicts itself.
        """
        at_least_one(limit)
        days = self._events.days
        if not len(self):
            return SearchAnswer(text, (), 0)
        asked = question_of(text, date_of(days.min()), date_of(days.max()))
        matches = self._keywords.matching(asked.query.clause, self._terms, days)
        wishes = wishes_of(
            asked.query, self._terms, self._keywords, self._vectors, days, self._events_named
        )
        candidates = candidates_of(asked.query, wishes, matches.ordinals)
        if since is not None:
            candidates = candidates[days[candidates] >= day_number(since)]
        if until is not None:
            candidates = candidates[days[candidates] <= day_number(until)]
        distance = outside(asked.period, days) if asked.period else None
        marker = Marker(asked.query, self._terms)
        hits = []
        for found in ranked(wishes, self._vectors, candidates, distance, limit):
            told = self._told(found.ordinal)
            surfaces = surfaces_of(told)
            printed = wholes(
                self._surface(share, surfaces)
                for share in found.receipt.shares
                if share.kind in ("name", "term") and share.share > 0
            )
            snippet = marker.excerpt(told.event).marked()
            hits.append(Hit(told.event, found.score, printed, found.receipt, snippet))
        notes = (*asked.notes, *matches.notes)
        return SearchAnswer(text, tuple(hits), len(candidates), notes)

    @_blaming_damage
    def related(self, event_id: str, options: Options | None = None) -> tuple[Hit, ...]:
        """The events related to an event, never itself, best first.

        The order is total: by relevance, score to four decimals, then nearness in time, then id;
        by context, number of shared names, then newest, then id.

        Raises:
            UnknownEvent: there is no event of that id.
        """
        options = options or Options()
        ordinal = self._ordinal(event_id)
        told = self._told(ordinal)
        if options.order == "context":
            return self._by_context(told, self._names.of(ordinal), ordinal, options)
        return self._by_relevance(told, ordinal, options)

    @_blaming_damage
    def related_text(self, text: str, options: Options | None = None) -> tuple[Hit, ...]:
        """The events related to any text, as ``related``; a text has no date."""
        options = options or Options()
        told = Told(Event("", datetime.date.min, text), self._terms.analyse(text))
        if options.order == "context":
            names = canonical_names(told.analysis, (), self._aliases)
            return self._by_context(told, self._names.numbers(names), None, options)
        return self._by_relevance(told, told.analysis, options)

    @_blaming_damage
    def why(self, a: str, b: str, options: Options | None = None) -> Why:
        """The receipt of one pair, and what became of B in A's list by relevance.

        Raises:
            UnknownEvent: an id is of no event.
        """
        options = options or Options()
        one, other = self._ordinal(a), self._ordinal(b)
        told = self._told(one)
        hit = self._hit(told, surfaces_of(told), self._vectors.pair(one, other, time=options.time))
        everything = self._vectors.related(one, time=options.time, limit=len(self), min_score=0.0)
        places = {link.ordinal: place for place, link in enumerate(everything, start=1)}
        rank = places.get(other)
        least = self.min_score if options.min_score is None else options.min_score
        return Why(told.event, hit, rank, verdict(one == other, hit.score, rank, least, options))

    @property
    def min_score(self) -> float:
        """The least score that is listed by default: learned when the index was built."""
        return self._vectors.calibration.min_score

    @_blaming_damage
    def info(self) -> dict[str, Any]:
        """What the index holds, as plain data."""
        days = self._events.days
        return {
            "index": str(self.directory),
            "generation": self.generation,
            "format": generations.FORMAT,
            "ranking": RANKING_VERSION,
            "events": len(self),
            "from": date_of(days.min()).isoformat() if len(self) else None,
            "to": date_of(days.max()).isoformat() if len(self) else None,
            "terms": len(self._vectors.terms),
            "names": len(self._names),
            "min_score": self.min_score,
            "bytes": self._generation.size(),
            "aliases": str(self._generation.directory / "aliases.tsv"),
        }

    def _by_relevance(self, told: Told, asked: int | Analysis, options: Options) -> tuple[Hit, ...]:
        wanted = options.limit * _FOLDED_FROM if options.fold else options.limit
        links = self._vectors.related(
            asked, time=options.time, limit=wanted, min_score=options.min_score
        )
        surfaces = surfaces_of(told)
        if not options.fold:
            return tuple(self._hit(told, surfaces, link) for link in links)
        return tuple(
            replace(
                self._hit(told, surfaces, folded.link),
                also=tuple(self._events[ordinal].id for ordinal in folded.also),
            )
            for folded in fold(self._vectors, links, options.limit)
        )

    def _hit(self, told: Told, surfaces: Mapping[str, str], link: Link) -> Hit:
        other = self._told(link.ordinal)
        shares = {
            share.term: share.share
            for share in link.receipt.shares
            if share.kind not in ranking.NOT_OF_A_TERM
        }
        context = context_terms(told, other, shares, self._aliases)
        receipt = Receipt(
            tuple(
                Share(share.term, share.share, self._surface(share, surfaces), share.kind)
                for share in link.receipt.shares
            )
        )
        return Hit(other.event, link.score, context, receipt)

    def _surface(self, share: Share, surfaces: Mapping[str, str]) -> str:
        if share.kind in ranking.NOT_OF_A_TERM:
            return share.surface
        if share.kind == "name" and " " in share.term:
            return self._aliases.surface(share.term)
        return surfaces.get(share.term) or self._other_name(share)

    def _other_name(self, share: Share) -> str:
        """A term that an event has by another name only: the one spelling of all its names."""
        if self._aliases.canonical(share.term) in self._aliased:
            return self._aliases.surface(share.term)
        return share.surface

    def _by_context(
        self, told: Told, names: NDArray[np.uint32], ordinal: int | None, options: Options
    ) -> tuple[Hit, ...]:
        shared = self._names.shared(names)
        if ordinal is not None:
            shared[ordinal] = 0
        scores = ranking.rounded(shared / max(len(names), 1))
        found = np.flatnonzero((shared > 0) & (scores >= (options.min_score or 0.0)))
        order = np.lexsort((found, -self._events.days[found].astype(np.int64), -shared[found]))
        return tuple(self._named_hit(told, names, int(found[at])) for at in order[: options.limit])

    def _named_hit(self, told: Told, names: NDArray[np.uint32], ordinal: int) -> Hit:
        """An item in the context order: every shared name has the same share of the score."""
        other = self._told(ordinal)
        both = np.intersect1d(names, self._names.of(ordinal))
        shared = self._names.names(both)
        score = float(ranking.rounded(np.array(len(shared) / len(names))))
        reasons = [Share(name, 1.0, self._aliases.surface(name), "name") for name in shared]
        context = context_terms(told, other, {}, self._aliases)
        return Hit(other.event, score, context, ranking.receipt_of(reasons, score))

    def _read(self, ordinal: int) -> Told:
        event = self._events[ordinal]
        return Told(event, self._terms.analyse(event.text))

    @cached_property
    def _terms(self) -> Terms:
        return Terms(Lexicon.from_plain(self._plain("lexicon.json")))

    @cached_property
    def _aliases(self) -> Aliases:
        return Aliases.from_plain(self._plain("aliases.json"))

    @cached_property
    def _aliased(self) -> frozenset[str]:
        return frozenset(self._aliases.canonical_of.values())

    def _events_named(self, term: str) -> NDArray[np.int64]:
        name = self._aliases.canonical(term)
        return self._names.events(name) if name in self._aliased else np.zeros(0, np.int64)

    @cached_property
    def _names(self) -> NamePostings:
        return NamePostings(self._generation.directory / "names")

    @cached_property
    def _keywords(self) -> Keywords:
        return Keywords.open(self._generation.directory / "keywords", len(self))

    def _plain(self, name: str) -> Any:
        return json.loads((self._generation.directory / name).read_text(encoding="utf-8"))

    def _ordinal(self, event_id: str) -> int:
        ordinal = self._events.ordinal_of(event_id)
        if ordinal is None:
            raise _unknown(event_id)
        return ordinal


def _unknown(reference: str) -> UnknownEvent:
    return UnknownEvent(
        f"{reference}: no event of this id or path is in the index; look it up with: "
        "event-search search WORDS"
    )
