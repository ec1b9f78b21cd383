"""The related list of an event or a text."""

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import islice
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index.kernels.loader import kernels_work
from search.model.hit import UNIT, Contribution, Hit, explanation_of, rounded
from search.model.options import RelatedOptions
from search.related.candidates import Candidates, OneList, Places
from search.related.duplicates import Folded
from search.related.filters import Mask, Reach, mask_for
from search.related.hits import hits_of
from search.related.ranking import Ranking
from search.related.reader import Reader
from search.related.selection import filled_to, items_of
from search.related.shared_terms import context_terms
from search.related.texts import analysed_text
from search.text.analysed_event import AnalysedEvent, canonical_names

_AT_ONCE: Final = 256  # lists of a batch
_REFILLS: Final = 4  # of a short list, without the items that were not printed


class Chosen(NamedTuple):
    """A list as it is printed, and what it was chosen from.

    ``items`` are the candidates of the last round, in order, perhaps more than the limit;
    ``left_out`` are the ordinals that this round excluded because they could not be printed.
    """

    hits: tuple[Hit, ...]
    items: Sequence[Folded]
    left_out: Set[int] = frozenset()


def related(
    reader: Reader, ordinal: int, options: RelatedOptions, mask: Mask | None = None
) -> tuple[Hit, ...]:
    """The list of an event; see ``Index.related``. ``mask`` [events]: what may be listed at all."""
    query = reader.snapshot.analysed(ordinal)
    mask = mask_for(reader.snapshot, mask, int(reader.snapshot.events.days[ordinal]), options)
    if options.order == "context":
        return _by_context(reader, query, reader.snapshot.names.of(ordinal), ordinal, options, mask)
    ranking = Ranking(reader.similarity, ordinal, time=options.time, mask=mask)
    return by_relevance(reader, query, ranking, options).hits


def related_to_each(
    reader: Reader, ordinals: Sequence[int], options: RelatedOptions, mask: Mask | None = None
) -> Iterator[tuple[Hit, ...]]:
    """The lists of many events, as ``related`` makes them one by one."""
    if not ordinals or options.order == "context" or not kernels_work():
        return (related(reader, ordinal, options, mask) for ordinal in ordinals)
    return _each_by_relevance(reader, ordinals, options, mask)


def related_text(
    reader: Reader, text: str, options: RelatedOptions, mask: Mask | None = None
) -> tuple[Hit, ...]:
    """The list of a text; see ``Index.related_text``."""
    mask = mask_for(reader.snapshot, mask, None, options)
    query = analysed_text(reader, text)
    if options.order == "context":
        names = reader.snapshot.names.numbers(canonical_names(query.named))
        return _by_context(reader, query, names, None, options, mask)
    vector = reader.similarity.prepare_text(query.analysis, reader.snapshot.aliases)
    ranking = Ranking(reader.similarity, vector, time=options.time, mask=mask)
    return by_relevance(reader, query, ranking, options).hits


def by_relevance(
    reader: Reader, query: AnalysedEvent, ranking: Ranking, options: RelatedOptions
) -> Chosen:
    """The list of the event or text that a ranking is for."""
    return _chosen(
        reader, [query], options, OneList(reader.similarity, ranking, time=options.time)
    )[0]


def _each_by_relevance(
    reader: Reader, ordinals: Sequence[int], options: RelatedOptions, mask: Mask | None
) -> Iterator[tuple[Hit, ...]]:
    from search.related.batch import Batch, ManyLists  # noqa: PLC0415 - it needs the kernels

    reach = Reach.of(options)
    batch = Batch(reader.similarity, time=options.time, mask=mask, reach=reach)
    for begin in range(0, len(ordinals), _AT_ONCE):
        some = ordinals[begin : begin + _AT_ONCE]
        queries = [reader.snapshot.analysed(ordinal) for ordinal in some]
        candidates = ManyLists(reader.similarity, batch, some)
        yield from (chosen.hits for chosen in _chosen(reader, queries, options, candidates))


def _chosen(
    reader: Reader,
    queries: Sequence[AnalysedEvent],
    options: RelatedOptions,
    candidates: Candidates,
) -> list[Chosen]:
    """The lists of some events or texts, whose ``candidates`` have the same places.

    If items that are not printed leave a list short, it is made again without them, ``_REFILLS``
    times at most.
    """
    lists = [Chosen((), ())] * len(queries)
    places: Places = range(len(queries))
    for left in reversed(range(_REFILLS + 1)):
        items_of_each = items_of(candidates, options, places)
        printed = [items[: options.limit] for items in items_of_each]
        linked = [
            (place, item.link.ordinal, item.link.score)
            for place, items in zip(places, printed, strict=True)
            for item in items
        ]
        reasons_of_each = iter(candidates.explanations(linked))
        for place, items, first in zip(places, items_of_each, printed, strict=True):
            reasons = list(islice(reasons_of_each, len(first)))
            hits = hits_of(reader, queries[place], first, reasons, options)
            lists[place] = Chosen(hits, items, candidates.left_out[place])
        places = [
            place
            for place in places
            if len(lists[place].hits) < min(len(lists[place].items), filled_to(options))
        ]
        if not left or not places:
            break
        for place in places:
            candidates.left_out[place] |= _unprinted(reader, lists[place], options)
    return lists


def _unprinted(reader: Reader, chosen: Chosen, options: RelatedOptions) -> set[int]:
    """The ordinals of the items of a list that are not printed, with those folded into them."""
    printed = {hit.event.id for hit in chosen.hits}
    return {
        ordinal
        for item in chosen.items[: options.limit]
        if reader.snapshot.events[item.link.ordinal].id not in printed
        for ordinal in (item.link.ordinal, *item.also)
    }


def _by_context(
    reader: Reader,
    query: AnalysedEvent,
    names: NDArray[np.uint32],
    ordinal: int | None,
    options: RelatedOptions,
    mask: Mask | None,
) -> tuple[Hit, ...]:
    shared = reader.snapshot.names.shared_weights(names)
    if ordinal is not None:
        shared[ordinal] = 0
    if mask is not None:
        shared[~mask] = 0
    found = np.flatnonzero(shared > 0.0)
    found = found[shared[found] >= _kth_largest(shared[found].astype(np.int64), options.limit)]
    weights = reader.snapshot.names.weights[names].tolist()
    weight_of = dict(zip(names.tolist(), weights, strict=True))
    found = found[rounded(shared[found] / max(sum(weights), 1)) >= (options.min_score or 0.0)]
    days = reader.snapshot.events.days[found].astype(np.int64)
    ranks = reader.similarity.matrix.ranks(found)
    order = np.lexsort((ranks, -days, -shared[found]))[: options.limit]
    return tuple([_named_hit(reader, query, weight_of, other) for other in found[order].tolist()])


def _kth_largest(values: NDArray[np.int64], k: int) -> int:
    """The k-th largest of small whole numbers, from 0 on; 0 if there are fewer."""
    counts = np.bincount(values)
    # How many reach each number, from the largest number down.
    reaching = np.cumsum(counts[::-1])
    return max(len(counts) - 1 - int(np.searchsorted(reaching, k)), 0)


def _named_hit(
    reader: Reader, query: AnalysedEvent, weight_of: Mapping[int, int], ordinal: int
) -> Hit:
    """An item in the context order: a shared name adds its weight to the score, the rarer the
    more. ``weight_of``: the weights of the names of the query event, by number."""
    aliases, postings = reader.snapshot.aliases, reader.snapshot.names
    other = reader.snapshot.analysed(ordinal)
    its = set(postings.of(ordinal).tolist())
    shared = [name for name in weight_of if name in its]
    weights = [weight_of[name] for name in shared]
    score = round(sum(weights) / sum(weight_of.values()) * UNIT) / UNIT
    reasons = [
        Contribution(name, float(weight), aliases.surface(name), "name")
        for name, weight in zip(postings.names(shared), weights, strict=True)
    ]
    context = context_terms(query, other, {})
    return Hit(other.event, score, context, explanation_of(reasons, score))
