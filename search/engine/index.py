"""An open index: a snapshot of one generation, and all queries on it."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache, partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

from search.engine.garbage_collection import no_collection
from search.index import generations
from search.index.damage import damaged
from search.index.snapshot import Snapshot
from search.model.answers import SearchAnswer, Why
from search.model.arguments import checked_path
from search.model.errors import IndexFormatMismatch, UnknownEvent, UsageError
from search.model.event import Event
from search.model.hit import RANKING_VERSION, Hit, HitList
from search.model.options import RelatedOptions, SearchOptions, options_from, text_of
from search.related.filters import Mask
from search.related.reader import Reader
from search.related.scoring import LEAST_SCORE
from search.related.similarity import Similarity

if TYPE_CHECKING:
    from search.engine.whoosh_reader import WhooshReader
    from search.fulltext.searcher import Searcher

_EVENTS_AT_ONCE: Final = 256
_MASKS: Final = 16  # filters of related lists that are remembered

_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")


def _answering(
    query: Callable[Concatenate["Index", _Arguments], _Answer],
) -> Callable[Concatenate["Index", _Arguments], _Answer]:
    """Decorates a query, which then raises UsageError if the index is closed, and IndexDamaged if
    its files contradict each other."""

    @wraps(query)
    def answer(index: "Index", /, *args: _Arguments.args, **options: _Arguments.kwargs) -> _Answer:
        if index._closed:
            raise UsageError(f"{index.directory}: the index is closed; open it again")
        with index._generation.answering():
            return query(index, *args, **options)

    return answer


class Index:
    """One generation, open for queries: immutable, and safe to share by threads.

    It is a mapping of ids to events, ordered by date and then id. It keeps answering the same while
    writers publish new generations. Open one with ``Index.open``.

    Options are given as an object, as keywords with the names of its fields, or as
    both: ``index.related("/a", limit=3)`` is ``index.related("/a", RelatedOptions(limit=3))``.

    >>> index = Index.open("index")
    >>> index[next(index.ids())].date.year
    2014
    """

    def __init__(self, generation: generations.Generation) -> None:
        if not isinstance(generation, generations.Generation):
            raise UsageError(
                f"Index({generation!r:.80}): an index is opened with Index.open(directory)"
            )
        ranking = generation.facts.get("ranking")
        if ranking != RANKING_VERSION:
            raise IndexFormatMismatch(
                f"{generation.directory}: built for ranking {ranking!r:.20}, this "
                f"version ranks by {RANKING_VERSION}; run: event-search index ARCHIVE"
            )
        self._generation = generation
        self._closed = False
        with generation.answering():
            self._snapshot = Snapshot(generation.files)
            if len(self._snapshot) != generation.events:
                raise damaged(generation.directory, "its manifest counts other events")
            self._reader = Reader(self._snapshot, Similarity(self._snapshot.matrix))
        self._count = len(self._snapshot)

    @classmethod
    def open(cls, directory: Path | str) -> "Index":
        """Open the current generation of an index directory.

        Raises:
            IndexMissing, IndexFormatMismatch, IndexDamaged: see ``search.model.errors``.
        """
        return cls(generations.current(checked_path(directory, "the index directory")))

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Refuse further queries, and free the files; earlier answers stay valid."""
        if not self._closed:
            self._closed = True
            for part in ("_snapshot", "_reader", "_searcher", "_masks"):
                vars(self).pop(part, None)

    def __repr__(self) -> str:
        state = "closed" if self._closed else f"{self._count} events"
        return f"<Index of {self.directory}: {state}>"

    def __len__(self) -> int:
        """The number of events."""
        return self._count

    def __iter__(self) -> Iterator[str]:
        return self.ids()

    def __contains__(self, event_id: object) -> bool:
        return isinstance(event_id, str) and self._has(event_id)

    def __getitem__(self, event_id: str) -> Event:
        return self.event(event_id)

    @property
    def directory(self) -> Path:
        """The index directory."""
        return self._generation.directory.parent

    @property
    def generation(self) -> int:
        """The number of this generation."""
        return self._generation.number

    @property
    def digest(self) -> str:
        """The digest of everything in the index: copies of an index have the same."""
        return self._generation.line.split()[1]

    def to_dicts(self) -> Iterator[dict[str, Any]]:
        """All events as plain data, by date and id; see ``Event.to_json``."""
        return (self.event(event_id).to_json() for event_id in self.ids())

    def ids(self) -> Iterator[str]:
        """The ids of all events, by date and then id."""
        return (event_id for (event_id,) in self.texts("id"))

    def texts(self, *names: str) -> Iterator[list[str]]:
        """Fields of all events that are texts, such as ``title``, by date and then id."""
        ordinals = self._ordinals()
        for first in range(0, len(ordinals), _EVENTS_AT_ONCE):
            yield from self._texts_of(ordinals[first : first + _EVENTS_AT_ONCE], names)

    @_answering
    def _ordinals(self) -> list[int]:
        ordinals: list[int] = self._snapshot.events.ordinals().tolist()
        return ordinals

    @_answering
    def _texts_of(self, ordinals: list[int], names: tuple[str, ...]) -> list[list[str]]:
        return [self._snapshot.events.texts(ordinal, *names) for ordinal in ordinals]

    @_answering
    def _has(self, event_id: str) -> bool:
        return self._snapshot.events.ordinal_of(event_id) is not None

    @_answering
    def event(self, event_id: str) -> Event:
        """The event of an id.

        Raises:
            UnknownEvent: there is none.
        """
        return self._snapshot.events[self._ordinal(event_id)]

    @_answering
    def resolve(self, reference: str) -> str:
        """The id of the event that an id, a link or the path of a page means.

        A path or link means the event whose id is the longest end of it. If there is none, query
        and fragment are removed and escapes such as "%20" decoded.

        Raises:
            UnknownEvent: none of its ends is the id of an event.
        """
        ordinal = self._snapshot.events.ordinal_meant(text_of("a reference", reference))
        if ordinal is None:
            raise _unknown(reference)
        return self._snapshot.events[ordinal].id

    @_answering
    def search(
        self, text: str, options: SearchOptions | None = None, /, **settings: Any
    ) -> SearchAnswer:
        """The events that a query matches, best first. Every string is a valid query.

        The order is total: by score to four decimals, then newest first, then by id. With ``sort``
        the day comes first.

        Raises:
            IndexDamaged: a file of the index is damaged.
            UsageError: the index was closed, or a value has the wrong type.

        >>> [hit.event.title for hit in index.search("comet +lander").hits]
        ['Lantern hears the lander on the comet Wex again.']
        """
        from search.fulltext import search as searching  # noqa: PLC0415

        wanted = options_from(SearchOptions, options, settings)
        return searching.search(self._searcher, text_of("a query", text), wanted)

    @_answering
    def related(
        self, event: str | Event, options: RelatedOptions | None = None, /, **settings: Any
    ) -> HitList:
        """The events related to an event, best first. ``event`` is the event or its id.

        The order is total. By relevance: by score to four decimals, then nearness in time, then id;
        unless ``fold`` is off, items that repeat those above them move down (see
        ``search.related.diversity``). By context: by shared names, then newest first, then id.

        Raises:
            UnknownEvent: no event has that id.

        >>> [hit.context for hit in index.related(lander_id, limit=1)]
        [('Lantern', 'Wex')]
        """
        from search.related import lists as relating  # noqa: PLC0415

        wanted = options_from(RelatedOptions, options, settings)
        ordinal = self._ordinal(event)
        return HitList(relating.related(self._reader, ordinal, wanted, self._allowed(wanted)))

    @_answering
    def related_to_each(
        self, references: Sequence[str], options: RelatedOptions
    ) -> list[tuple[Hit, ...] | None]:
        """The list of each event that an id, a link or a path means; None where there is none.

        The lists are those of ``related``. Making many at once is faster, from some hundred on.
        """
        from search.related import lists as relating  # noqa: PLC0415

        options = options_from(RelatedOptions, options, {})
        meant = list(map(self._snapshot.events.ordinal_meant, references))
        ordinals = [ordinal for ordinal in meant if ordinal is not None]
        lists = relating.related_to_each(self._reader, ordinals, options, self._allowed(options))
        with no_collection():
            return [None if ordinal is None else next(lists) for ordinal in meant]

    @_answering
    def related_text(
        self, text: str, options: RelatedOptions | None = None, /, **settings: Any
    ) -> HitList:
        """The events related to any text, as ``related`` lists them.

        Raises:
            UsageError: ``older``, ``newer`` or ``within`` is given: a text has no date.

        >>> [hit.event.title for hit in index.related_text("A quake in Norland", limit=1)]
        ['A second earthquake hits the coast of Norland.']
        """
        from search.related import lists as relating  # noqa: PLC0415

        wanted = options_from(RelatedOptions, options, settings)
        text = text_of("a text", text)
        return HitList(relating.related_text(self._reader, text, wanted, self._allowed(wanted)))

    @_answering
    def why(
        self,
        a: str | Event,
        b: str | Event,
        options: RelatedOptions | None = None,
        /,
        **settings: Any,
    ) -> Why:
        """Explain the score of one pair, and B's rank in A's list by relevance.

        Raises:
            UnknownEvent: no event has one of the ids.

        >>> index.why(lander_id, probe_id).verdict
        'Listed: it is number 1.'
        """
        from search.related.why import why  # noqa: PLC0415

        wanted = options_from(RelatedOptions, options, settings)
        one, other = self._ordinal(a), self._ordinal(b)
        return why(self._reader, one, other, wanted, self._allowed(wanted))

    @_answering
    def pair(
        self,
        a: str | Event,
        b: str | Event,
        options: RelatedOptions | None = None,
        /,
        **settings: Any,
    ) -> Hit | None:
        """Event B as an item of A's list by relevance, whatever its score; None if A and B are the
        same event, or if a filter of the options excludes B.

        Raises:
            UnknownEvent: no event has one of the ids.
        """
        from search.related.why import pair  # noqa: PLC0415

        wanted = options_from(RelatedOptions, options, settings)
        one, other = self._ordinal(a), self._ordinal(b)
        return pair(self._reader, one, other, wanted, self._allowed(wanted))

    @_answering
    def names(self, event_id: str) -> tuple[str, ...]:
        """The names in the text of an event as they are printed, in alphabetical order.

        A name that is part of another is left out.

        Raises:
            UnknownEvent: no event has that id.
        """
        from search.related.shared_terms import shared_names  # noqa: PLC0415

        event = self._snapshot.analysed(self._ordinal(event_id))
        return tuple(sorted({event.aliases.surface(name) for name in shared_names(event, event)}))

    @_answering
    def complete(self, start: str, limit: int = 8) -> tuple[str, ...]:
        """Names in the archive that begin with ``start``, as they are printed, most frequent first.

        Letter case does not matter. An empty prefix has no names.
        """
        folded = " ".join(start.casefold().split())
        names = self._snapshot.names.beginning(folded, limit) if folded else []
        return tuple(dict.fromkeys(map(self._snapshot.aliases.surface, names)))

    @property
    def min_score(self) -> float:
        """The lowest score of a default list; items that fill up a short list may score less."""
        return LEAST_SCORE

    @_answering
    def info(self) -> dict[str, Any]:
        """What the index holds, as plain data."""
        return {
            "index": str(self.directory),
            "generation": self.generation,
            "format": generations.FORMAT,
            "ranking": RANKING_VERSION,
            "events": len(self),
            "learned_from": self._snapshot.matrix.learned.events,
            **self._snapshot.events.dates(),
            "terms": self._snapshot.matrix.known_terms,
            "names": len(self._snapshot.names),
            "min_score": self.min_score,
            "bytes": self._generation.size(),
            "aliases": str(self._generation.directory / "base" / "aliases.tsv"),
        }

    # Plain related lists use neither of the next two, and so do not load the full-text search.

    @cached_property
    def _searcher(self) -> "Searcher":
        from search.fulltext.searcher import Searcher  # noqa: PLC0415

        return Searcher(self._snapshot, self._reader.similarity)

    @cached_property
    def _masks(self) -> "Callable[..., Mask | None]":
        from search.fulltext.search import allowed  # noqa: PLC0415

        return lru_cache(maxsize=_MASKS)(partial(allowed, self._searcher))

    @_answering
    def whoosh_reader(self) -> "WhooshReader":
        """The index as a ``whoosh.reading.IndexReader``, read-only, for programs that use Whoosh.

        For example, ``whoosh.searching.Searcher(index.whoosh_reader())`` searches it.
        """
        from search.engine.whoosh_reader import WhooshReader  # noqa: PLC0415

        return WhooshReader(self._snapshot, self.generation)

    def _allowed(self, options: RelatedOptions) -> Mask | None:
        """The events that any list with these options may hold: bool [events]; None: all."""
        if not options.filtered:
            return None
        return self._masks(options.since, options.until, options.match)

    def _ordinal(self, event: str | Event) -> int:
        event_id = event.id if isinstance(event, Event) else text_of("an id", event)
        ordinal = self._snapshot.events.ordinal_of(event_id)
        if ordinal is None:
            raise _unknown(event_id)
        return ordinal


def _unknown(reference: str) -> UnknownEvent:
    return UnknownEvent(
        f"{reference}: there is no event with this id, link or path; look it up with: "
        "event-search search WORDS"
    )
