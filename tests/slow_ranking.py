"""The order of a search, computed event by event from the formula: slow, and plain to read."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from search.fulltext.bm25 import QueryTerm, k1
from search.fulltext.ranking import (
    ALL_WORDS,
    EXACT,
    FEEDBACK,
    PERIOD_FADES_DAYS,
    PERIOD_WEIGHT,
    QUERY_VECTOR,
    SEED_POWER,
    SEEDS,
)
from search.related.time_decay import feedback_decay


class SlowEvent(NamedTuple):
    ordinal: int
    day: int
    vector: Sequence[int]
    outside: float | None  # days outside of the time asked for
    exact: int | None = None  # events before it that the query names too; None: not named


class Scored(NamedTuple):
    event: SlowEvent
    words: float
    has_all: bool
    word_count: int
    time: float
    score: float


def slow_order(
    query_terms: Sequence[QueryTerm],
    events: Sequence[SlowEvent],
    archive: int,
    compared: int,
    query: Sequence[float],
) -> list[tuple[int, float]]:
    """(ordinal, score) of the events that match, in order; ``archive`` is the number of events of
    the archive, ``compared`` stands for ``COMPARED``, and ``query`` is the vector of the query
    times the weight of vectors in this archive."""
    plain = sorted((scored(query_terms, event, archive) for event in events), key=place)
    seeds = plain[:SEEDS]
    ranked = [with_feedback(one, seeds, query) for one in plain[:compared]] + plain[compared:]
    return [(one.event.ordinal, one.score) for one in sorted(ranked, key=place)]


def place(one: Scored) -> tuple[float, int, int]:
    return -one.score, -one.event.day, one.event.ordinal


def frequency(term: QueryTerm, ordinal: int, titles: bool) -> float:
    """The weighted frequency of a term in an event, in its title or over all other fields."""
    return sum(
        float(value)
        for part in term.parts
        if part.titles == titles
        for event, value in zip(part.events.tolist(), part.frequencies.tolist(), strict=True)
        if event == ordinal
    )


def scored(query_terms: Sequence[QueryTerm], event: SlowEvent, archive: int) -> Scored:
    count = sum(term.weight == 1 for term in query_terms)
    found = 0.0
    has_all = True
    idfs = []
    for term in query_terms:
        having = len({ordinal for part in term.parts for ordinal in part.events.tolist()})
        idfs.append(term.weight * math.log1p((100 + archive - having + 0.5) / (having + 0.5)))
    total = sum(idfs)
    in_title = [frequency(term, event.ordinal, True) for term in query_terms]
    coverage = sum(idf for idf, tf in zip(idfs, in_title, strict=True) if tf) / max(total, 1e-9)
    for term, idf, titled in zip(query_terms, idfs, in_title, strict=True):
        tf = frequency(term, event.ordinal, False)
        tf += titled * coverage**2
        found += idf * tf / (k1(count) + tf)
        has_all = has_all and (tf > 0 or term.weight < 1)
    words = found / max(total, 1e-9) if query_terms else 1.0
    has_all = has_all and words > 0
    near = 1.0 if event.outside is None else math.exp(-event.outside / PERIOD_FADES_DAYS)
    time = (1 + PERIOD_WEIGHT * near) / (1 + PERIOD_WEIGHT)
    return with_score(Scored(event, words, has_all, count, time, 0.0), 0.0)


def with_score(one: Scored, feedback: float) -> Scored:
    if one.has_all:
        found = one.words + feedback / max(one.word_count, 1) * (1 - one.words)
        likeness = ALL_WORDS + (1 - ALL_WORDS) * found
    else:
        likeness = ALL_WORDS * (one.words + feedback * (1 - one.words))
    likeness *= one.time
    if one.event.exact is not None:
        return one._replace(score=1 - EXACT + EXACT * shown(likeness) / 2**one.event.exact)
    return one._replace(score=(1 - EXACT) * shown(likeness))


def with_feedback(one: Scored, seeds: Sequence[Scored], query: Sequence[float]) -> Scored:
    weights = [(seed.words * seed.time) ** SEED_POWER for seed in seeds]
    if not sum(weights):
        return one
    alike = sum(
        weight * cosine(one.event.vector, seed.event.vector) * decay(one.event.day - seed.event.day)
        for weight, seed in zip(weights, seeds, strict=True)
    ) / sum(weights)
    strength = sum(w * seed.words for w, seed in zip(weights, seeds, strict=True)) / sum(weights)
    like_query = cosine(one.event.vector, query) * math.hypot(*query)
    x = max(FEEDBACK * strength * alike + QUERY_VECTOR * like_query, 0.0)
    return with_score(one, x / (1 + x**4) ** 0.25)


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / ((math.hypot(*one) or 1.0) * (math.hypot(*other) or 1.0))


def decay(days: int) -> float:
    return float(feedback_decay(np.array([abs(days)]))[0])


def shown(likeness: float) -> float:
    low, part = 0.0, likeness / ALL_WORDS
    if likeness >= ALL_WORDS:
        low, part = 0.5, (likeness - ALL_WORDS) / (1 - ALL_WORDS)
    return low + 0.25 * (part + 1 - float(max(0.0, 1 - part) ** (1 / 3)))
