"""A search: from a query as typed to a page of hits with explanations."""

import datetime
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from search.fulltext.matching import in_span
from search.fulltext.paging import Item, items_of
from search.fulltext.plan import Found, find, in_full
from search.fulltext.query.parser import Query
from search.fulltext.ranking import Ranking
from search.fulltext.searcher import Searcher
from search.fulltext.snippets import Marker, weights_of
from search.fulltext.suggestions import suggestion
from search.index.fields import TEXT_FIELDS
from search.model.answers import SearchAnswer, SourceCount, YearCount
from search.model.errors import UsageError
from search.model.event import UNDATED
from search.model.hit import Contribution, Explanation, Hit
from search.model.options import SearchOptions, exchanged
from search.related.filters import Mask
from search.text.addresses import may_be_address
from search.text.folding import fold
from search.text.whole_terms import wholes
from search.text.words import has_unspaced


def search(searcher: Searcher, text: str, options: SearchOptions) -> SearchAnswer:
    """See ``Index.search``."""
    if not len(searcher.snapshot):
        return SearchAnswer(text, (), 0, first=options.first)
    since, until, notes = _dates(options)
    found = find(searcher, text)
    if since is not None or until is not None:
        days = searcher.snapshot.events.days[found.candidates]
        found = found.only(in_span(days, since, until))
    ranking = ranking_of(searcher, found, options)
    if options.sort != "relevance":
        kept, note = in_full(found, ranking.has_all_words)
        if note is not None:
            found = found.only(kept)
            ranking = ranking_of(searcher, found, options)
            notes = (*notes, note)
    matching = found.matching
    items = items_of(searcher.similarity, ranking.first, options)
    return SearchAnswer(
        text,
        _hits(searcher, found, ranking, items),
        len(matching),
        (*found.notes, *notes),
        options.first,
        suggestion(searcher, found.query, found.query_terms, len(matching)),
        years=by_year(searcher, matching) if options.years else (),
        sources=by_source(searcher, matching) if options.sources else (),
        partly=len(found.candidates) - len(matching),
    )


def _dates(
    options: SearchOptions,
) -> tuple[datetime.date | None, datetime.date | None, tuple[str, ...]]:
    """The first and the last day, and a note if they were swapped."""
    since, until = options.since, options.until
    note = exchanged(since, until)
    return (until, since, (note,)) if note else (since, until, ())


def ranking_of(searcher: Searcher, found: Found, options: SearchOptions) -> Ranking:
    """The order of what a query finds."""
    return Ranking(
        found.query_terms,
        searcher.similarity,
        found.candidates,
        outside=found.outside,
        exact=found.exact,
        like_text=_like_text(searcher, found.query) if found.query.is_text else None,
        sort=options.sort,
    )


def _like_text(
    searcher: Searcher, query: Query
) -> Callable[[NDArray[np.int64]], NDArray[np.float64]]:
    """How related events are to a query that is a text."""
    from search.related.reader import Reader  # noqa: PLC0415 - few queries need it
    from search.related.texts import text_scores  # noqa: PLC0415

    return partial(text_scores, Reader(searcher.snapshot, searcher.similarity), query.text)


def _hits(searcher: Searcher, found: Found, ranking: Ranking, items: list[Item]) -> tuple[Hit, ...]:
    """The items of a page with all their fields."""
    if not items:
        return ()
    snapshot = searcher.snapshot
    weights = weights_of(found.query_terms, len(snapshot))
    marker = Marker(found.query, snapshot.terms, searcher.other_spellings, weights)
    last = max([items[-1].rank, *(rank for item in items for rank in item.also)])
    ordinals = ranking.first(last + 1)
    ranks = [item.rank for item in items]
    scores, explanations = ranking.scores(ranks), ranking.explanations(ranks)
    shown = np.array([ordinals[rank] for rank in ranks], np.uint32)
    positions = zip(
        *(snapshot.inverted_index.positions(f, marker.terms, shown) for f in TEXT_FIELDS),
        strict=True,
    )
    hits = []
    for item, score, explanation, its_positions in zip(
        items, scores, explanations, positions, strict=True
    ):
        ordinal = ordinals[item.rank]
        event = snapshot.events[ordinal]
        snippet, surfaces = marker.read(event, positions=its_positions)
        said = (
            _said(searcher, part, surfaces.get(part.term), ordinal)
            for part in explanation.contributions
        )
        hits.append(
            Hit(
                event,
                score,
                _context(searcher, explanation, surfaces),
                Explanation(tuple(said)),
                snippet.marked(),
                tuple(snapshot.events[ordinals[rank]].id for rank in item.also),
            )
        )
    return tuple(hits)


def _context(
    searcher: Searcher, explanation: Explanation, surfaces: Mapping[str, str]
) -> tuple[str, ...]:
    """The terms that an event shares with the query, as it writes them; names as the archive prints
    them everywhere."""
    aliases = searcher.snapshot.aliases
    found = []
    # A word of a script without blanks is several terms: of each the whole word is printed.
    words = [(term, surface) for term, surface in surfaces.items() if has_unspaced(term)]
    surfaces = {pair: surface for term, surface in words for pair in term.split()} | dict(surfaces)
    for part in explanation.contributions:
        if part.kind == "name" and (" " in part.term or part.term not in surfaces):
            found.append(aliases.surface(part.term))
        elif part.kind in ("name", "term"):
            written = surfaces.get(part.term)
            if written or not may_be_address(part.surface):  # else it may only link there
                found.append(written or part.surface)
    return wholes(found)


def _said(
    searcher: Searcher, part: Contribution, written: str | None, ordinal: int
) -> Contribution:
    """A contribution, with the name that an event has in place of a typed one."""
    if part.kind not in ("name", "term"):
        return part
    if written is not None and fold(written) in searcher.other_spellings(part.surface):
        return part._replace(surface=f"{part.surface} = {written}")
    if written is None and searcher.snapshot.has_aliases(part.term):
        return _by_its_name(searcher, part, ordinal)
    return part


def _by_its_name(searcher: Searcher, part: Contribution, ordinal: int) -> Contribution:
    analysed = searcher.snapshot.analysed(ordinal)
    canonical = searcher.snapshot.aliases.canonical
    names = [
        name for name in analysed.analysis.names if canonical(name.term) == canonical(part.term)
    ]
    if not names or any(name.term == part.term for name in names):
        return part
    written = analysed.event.text[names[0].start : names[0].end]
    return part._replace(surface=f"{part.surface} = {written}")


def by_year(searcher: Searcher, ordinals: NDArray[np.int64]) -> tuple[YearCount, ...]:
    """The years that have any of the events, ascending; events without a date are in none."""
    days = searcher.snapshot.events.days[ordinals]
    days = days[days != UNDATED].astype("datetime64[D]")
    years, counts = np.unique(days.astype("datetime64[Y]").astype(np.int64), return_counts=True)
    return tuple(map(YearCount, (years + 1970).tolist(), counts.tolist()))


def by_source(searcher: Searcher, ordinals: NDArray[np.int64]) -> tuple[SourceCount, ...]:
    """The sources of the events, most events first, then by name."""
    counts = searcher.snapshot.events.by_source(ordinals)
    sources = sorted(sorted(counts), key=counts.__getitem__, reverse=True)
    return tuple(map(SourceCount, sources, map(counts.__getitem__, sources)))


def allowed(
    searcher: Searcher, since: datetime.date | None, until: datetime.date | None, match: str | None
) -> Mask | None:
    """The events that may be in any related list with these filters: [events]; None: all.

    Raises:
        UsageError: the query that items must match has no word.
    """
    mask = in_span(searcher.snapshot.events.days, since, until)
    if match is not None and len(mask):
        found = find(searcher, match)
        if found.query.clause is None:
            raise UsageError(f"match is {match!r}; it must hold a word to look for")
        matching = np.zeros(len(mask), np.bool_)
        matching[found.matching] = True
        mask &= matching
    return None if mask.all() else mask
