"""The order of a search: every weight and constant of it, and the receipt of each hit.

Whoosh has decided which events match; arrays decide their order. The score of event e:

    score    = (keywords + (1 − keywords) · feedback) · period
    keywords Σ over the question's words of idf · tf · (k1 + 1) / (tf + k1 · (1 − b + b · |e|)),
             BM25, over what a very short event with each word once would get; at most 1
    feedback how much e is like the first hits: twice the mean over the best three of the cosine of
             word vectors times closeness in time, weighted by the cubes of their keyword scores,
             times their mean keyword score; times the root of e's share of the question's words
             (by idf), so that what lacks words comes after what has them; at most 1
    period   (1 + 5 · 2.7183^(−days/30)) / 6, days outside of the time that the question names

The figures behind the constants are in benchmarks/search/README.md.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search import ranking
from search.asking import Sort
from search.ranking import Receipt, Share
from search.vectors import Vectors
from search.weighing import LONG_NAME, NAME

FEEDBACK: Final = 2.0

K1: Final = 0.6
B: Final = 0.45

# The first hits that stand for the question, and of how many hits the order is made by them.
SEEDS: Final = 3
SEED_POWER: Final = 3
RERANKED: Final = 1000

PERIOD_WEIGHT: Final = 5.0
PERIOD_FADES_DAYS: Final = 30.0

_Floats = NDArray[np.float64]
_Ordinals = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that a question asks for: the events that have it, ascending, and how often.

    ``by_other_name`` are those of the events that have only another name of it. ``weight`` 1 is a
    word; a name of several words, which stands beside its words, counts less.
    """

    term: str
    surface: str
    kind: str
    weight: float
    events: _Ordinals
    counts: _Floats
    by_other_name: _Ordinals = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class Ranked:
    """One hit in its place. ``score`` is rounded, and what the receipt adds up to."""

    ordinal: int
    score: float
    receipt: Receipt


def wish_for(vectors: Vectors, term: str, surface: str, kind: int) -> Wish:
    """What the archive has of a term of the question. ``kind`` as in ``weighing.term_counts``."""
    events, counts = vectors.column(term)
    weight = ranking.PHRASE_COUNT if kind == LONG_NAME else 1.0
    name = "name" if kind in (NAME, LONG_NAME) else "term"
    return Wish(term, surface, name, weight, events, np.maximum(counts, 1).astype(np.float64))


def ranked(
    wishes: Sequence[Wish],
    vectors: Vectors,
    candidates: _Ordinals,
    outside: _Floats | None,
    limit: int,
    sort: Sort = "relevance",
) -> list[Ranked]:
    """The first of the matching events, in total order: rounded score, then newest, then ordinal;
    or by day, then rounded score, then ordinal.

    ``candidates`` are the ordinals that match, ascending; ``outside`` [events] is for each event
    of the archive how many days it lies outside of the time that the question names, if any.
    """
    if not len(candidates) or limit < 1:
        return []
    parts, covered = _keyword_parts(wishes, vectors, candidates)
    # Without a wish there are only dates, or everything: what matches does so in full.
    keywords = parts.sum(axis=0) if wishes else np.ones(len(candidates))
    period = np.ones(len(candidates)) if outside is None else _period(outside[candidates])
    days = vectors.dates[candidates].astype(np.int64)
    first = _best(keywords * period, days, candidates, RERANKED)
    feedback = np.zeros(len(candidates))
    feedback[first] = _feedback(
        vectors, candidates[first], keywords[first], period[first], days[first]
    )
    feedback = np.minimum(feedback * np.sqrt(covered), 1.0) * (1.0 - keywords)
    scores = ranking.rounded((keywords + feedback) * period)
    return [
        Ranked(
            int(candidates[at]),
            float(scores[at]),
            _receipt(
                wishes,
                parts[:, at],
                float(feedback[at]),
                float(period[at]),
                float(scores[at]),
            ),
        )
        for at in _first(scores, days, candidates, limit, sort)
    ]


def _keyword_parts(
    wishes: Sequence[Wish], vectors: Vectors, candidates: _Ordinals
) -> tuple[_Floats, _Floats]:
    """What each wish adds to the keyword score of each candidate: [wishes, candidates]; and the
    share of the words of the question, by idf, that each has: [candidates]."""
    lengths = vectors.word_counts
    mean = max(float(lengths.mean()), 1.0)
    parts = np.zeros((len(wishes), len(candidates)))
    covered = np.zeros(len(candidates))
    ideal = 0.0
    for row, wish in enumerate(wishes):
        idf = float(ranking.idf(np.array([len(wish.events)]), len(vectors))[0])
        at = np.searchsorted(candidates, wish.events)
        at = np.minimum(at, len(candidates) - 1)
        found = candidates[at] == wish.events
        counts = wish.counts[found]
        relative = lengths[wish.events[found]] / mean
        saturated = counts * (K1 + 1.0) / (counts + K1 * (1.0 - B + B * relative))
        parts[row, at[found]] = wish.weight * idf * saturated
        if wish.weight == 1.0:
            ideal += idf
            covered[at[found]] += idf
    parts /= max(ideal * (K1 + 1.0) / (1.0 + K1 * (1.0 - B)), 1e-9)
    total = parts.sum(axis=0)
    return parts / np.maximum(total, 1.0), covered / max(ideal, 1e-9)


def _period(outside: _Floats) -> _Floats:
    near = np.exp(-outside / PERIOD_FADES_DAYS)
    return np.asarray((1.0 + PERIOD_WEIGHT * near) / (1.0 + PERIOD_WEIGHT))


def _first(
    scores: _Floats, days: _Ordinals, ordinals: _Ordinals, count: int, sort: Sort
) -> NDArray[np.intp]:
    if sort == "relevance":
        return _best(scores, days, ordinals, count)
    return np.lexsort((ordinals, -scores, days if sort == "oldest" else -days))[:count]


def _best(values: _Floats, days: _Ordinals, ordinals: _Ordinals, count: int) -> NDArray[np.intp]:
    """Where the largest values are, largest first; of equals the newest, then by ordinal."""
    at = np.arange(len(values))
    if len(values) > count:
        # The cut is made in the total order too: everything equal to the last is looked at.
        least = np.partition(values, len(values) - count)[len(values) - count]
        at = np.flatnonzero(values >= least)
    order = np.lexsort((ordinals[at], -days[at], -values[at]))[:count]
    return np.asarray(at[order])


def _feedback(
    vectors: Vectors, ordinals: _Ordinals, keywords: _Floats, period: _Floats, days: _Ordinals
) -> _Floats:
    """How much each event is like the first ones; events stand in the order of keyword scores.

    Zero for all in an archive too small for word vectors.
    """
    seeds = slice(0, SEEDS)
    weights = (keywords[seeds] * period[seeds]) ** SEED_POWER
    total = float(weights.sum())
    directions = vectors.directions(ordinals)
    if not total or not directions.shape[1]:
        return np.zeros(len(ordinals))
    alike = (directions @ directions[seeds].T).astype(np.float64)
    alike *= ranking.closeness(np.abs(days[:, None] - days[None, seeds]))
    strength = float(weights @ keywords[seeds]) / total
    return np.maximum(FEEDBACK * strength / total * (alike @ weights), 0.0)


def _receipt(
    wishes: Sequence[Wish], parts: _Floats, feedback: float, period: float, score: float
) -> Receipt:
    shares = [
        Share(wish.term, float(part), wish.surface, wish.kind)
        for wish, part in zip(wishes, parts, strict=True)
    ] or [Share("*", 1.0, "every event", "keywords")]
    shares.append(Share("", feedback, "like the first hits", "association"))
    whole = math.fsum(share.share for share in shares)
    shares.append(Share("", whole * (period - 1.0), "outside the time asked for", "time"))
    return ranking.receipt_of([share for share in shares if share.share], score)
