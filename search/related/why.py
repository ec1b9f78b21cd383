"""Why a pair of events is listed or not."""

from typing import Final

from search.model.answers import Why
from search.model.hit import Hit
from search.model.options import RelatedOptions
from search.related.candidates import OneList
from search.related.duplicates import Folded, versions_among
from search.related.explanations import explanations
from search.related.filters import Mask, kept_out, mask_for
from search.related.hits import every_hit
from search.related.lists import Chosen, by_relevance, related
from search.related.ranking import Ranking
from search.related.reader import Reader
from search.related.selection import items_of, least_score, place_of
from search.text.analysed_event import AnalysedEvent

_NEAREST: Final = 3  # events that are named if the list is empty


def pair(
    reader: Reader, one: int, other: int, options: RelatedOptions, mask: Mask | None = None
) -> Hit | None:
    """An event as an item of another's list by relevance, whatever its score; None if both are the
    same event, or if a filter excludes it."""
    mask = mask_for(reader.snapshot, mask, int(reader.snapshot.events.days[one]), options)
    if one == other or kept_out(reader.snapshot, one, other, options, mask):
        return None
    query = reader.snapshot.analysed(one)
    return _pair_hit(reader, query, one, other, options)


def why(
    reader: Reader, one: int, other: int, options: RelatedOptions, mask: Mask | None = None
) -> Why:
    """The explanation of a pair; see ``Index.why``. All events are ranked once."""
    query = reader.snapshot.analysed(one)
    hit = _pair_hit(reader, query, one, other, options)
    mask = mask_for(reader.snapshot, mask, int(reader.snapshot.events.days[one]), options)
    ranking = Ranking(reader.similarity, one, time=options.time, mask=mask)
    rank = ranking.rank(other)
    if options.order == "context":
        listed = related(reader, one, options, mask)
        candidates = OneList(reader.similarity, ranking, time=options.time)
        chosen = Chosen(listed, items_of(candidates, options, [0])[0])
    else:
        chosen = by_relevance(reader, query, ranking, options)
    place, report_of = place_of(chosen.items, other)
    report = "" if report_of is None else reader.snapshot.events[report_of].id
    said = verdict(one == other, hit.score, rank, options, place, report)
    is_passed_over = other in chosen.left_out or (mask is not None and not mask[other])
    if (place is not None or is_passed_over) and not hit.context and options.min_score is None:
        said = "Not listed: the two share no name and no word that would be printed as a reason."
    beside_it = {item.event.id: item.event for item in chosen.hits}
    may_be_version = one != other and options.fold and hit.event.id not in beside_it
    others = [hit.event, *beside_it.values()]
    if may_be_version and hit.event.id in versions_among(query.event, others):
        said = "Not listed: it is a version of the same event, with its title and text."
    if one != other and (reason := kept_out(reader.snapshot, one, other, options, mask)):
        said = f"Not listed: {reason}."
    nearest: tuple[tuple[str, float], ...] = ()
    if not chosen.hits and options.order != "context":
        events = reader.snapshot.events
        nearest = tuple((events[o].id, score) for o, score, *_ in ranking.best(_NEAREST, 0.0))
    return Why(query.event, hit, rank, said, nearest=nearest, least_score=least_score(options))


def _pair_hit(
    reader: Reader, query: AnalysedEvent, one: int, other: int, options: RelatedOptions
) -> Hit:
    """An event as an item of another's list, whatever its score."""
    link = reader.similarity.pair(one, other, time=options.time)
    scored = [(other, link.score)]
    reasons = explanations(reader.similarity, one, scored, time=options.time)
    return every_hit(reader, query, [Folded(link, 0, ())], reasons)[0]


def verdict(
    same: bool,
    score: float,
    rank: int | None,
    options: RelatedOptions,
    place: int | None,
    report_of: str,
) -> str:
    """A sentence: why an event is listed, or why not.

    ``rank`` is its place by score, ``place`` the one that it has in the list, ``report_of`` the id
    of the item whose further report it is there.
    """
    if same:
        return "It is the same event; no event is related to itself."
    if rank is None:
        return "Not listed: it shares no term that counts."
    by_score = f"number {rank:,} by score"
    least = least_score(options)
    if place is None and score < least:
        return (
            f"Not listed: it is {by_score}, and {score:.4f} is below the least score of {least:g}."
        )
    if place is None or place > options.limit:
        if rank > options.limit:
            return f"Not among the first {options.limit}: it is {by_score}."
        return (
            f"Not among the first {options.limit}: it is {by_score}, but says much the same as "
            "items above it."
        )
    if report_of:
        return f"Listed under number {place:,}, {report_of}, as a report of the same event."
    if score < least:
        return f"Listed: it is number {place:,}, in a short list; its score is below {least:g}."
    if place > rank:
        return (
            f"Listed: it is number {place:,}; it is {by_score}, but says much the same as items "
            "above it."
        )
    if place < rank:
        return (
            f"Listed: it is number {place:,}; it is {by_score}, but others repeat what is listed."
        )
    return f"Listed: it is number {place:,}."
