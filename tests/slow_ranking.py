"""The order of a search, worked out event by event from the formula: slow, and plain to read."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from search.fulltext.bm25 import K1, B, QueryTerm
from search.fulltext.ranking import (
    ALL_WORDS,
    FEEDBACK,
    FEEDBACK_ON_ALL_WORDS,
    PERIOD_FADES_DAYS,
    PERIOD_WEIGHT,
    SEED_POWER,
    SEEDS,
)
from search.related import scoring as ranking


class SlowEvent(NamedTuple):
    ordinal: int
    day: int
    words: int
    vector: Sequence[int]
    outside: float | None  # days outside of the time asked for


class Scored(NamedTuple):
    event: SlowEvent
    words: float
    whole: bool
    period: float
    score: float


def slow_order(
    query_terms: Sequence[QueryTerm],
    events: Sequence[SlowEvent],
    archive: Sequence[int],
    compared: int,
) -> list[tuple[int, float]]:
    """(ordinal, score) of the events that match, in order; ``archive`` is how many words each event
    of the archive has, and ``compared`` stands for ``COMPARED``."""
    plain = sorted((scored(query_terms, event, archive) for event in events), key=place)
    seeds = plain[:SEEDS]
    told = [with_feedback(one, seeds) for one in plain[:compared]] + plain[compared:]
    return [(one.event.ordinal, rounded(one.score)) for one in sorted(told, key=place)]


def place(one: Scored) -> tuple[float, int, int]:
    return -rounded(one.score), -one.event.day, one.event.ordinal


def rounded(score: float) -> float:
    return round(float(np.rint(score * 10**4))) / 10**4


def scored(query_terms: Sequence[QueryTerm], event: SlowEvent, archive: Sequence[int]) -> Scored:
    mean = max(sum(archive) / len(archive), 1.0)
    found = ideal = 0.0
    whole = True
    for query_term in query_terms:
        idf = float(ranking.idf(np.array([len(query_term.events)]), len(archive))[0])
        times = dict(zip(query_term.events.tolist(), query_term.counts.tolist(), strict=True))
        count = float(max(times[event.ordinal], 1)) if event.ordinal in times else 0.0
        length = 1 - B + B * event.words / mean
        found += query_term.weight * idf * count * (K1 + 1) / (count + K1 * length)
        if query_term.weight == 1:
            ideal += idf * (K1 + 1) / (1 + K1 * (1 - B))
            whole = whole and count > 0
    words = min(found / max(ideal, 1e-9), 1.0) if query_terms else 1.0
    whole = whole and words > 0
    near = 1.0 if event.outside is None else math.exp(-event.outside / PERIOD_FADES_DAYS)
    period = (1 + PERIOD_WEIGHT * near) / (1 + PERIOD_WEIGHT)
    return Scored(event, words, whole, period, told(words, 0.0, whole) * period)


def told(words: float, feedback: float, whole: bool) -> float:
    if whole:
        part = words + FEEDBACK_ON_ALL_WORDS * feedback * (1 - words)
        return ALL_WORDS + (1 - ALL_WORDS) * part
    return ALL_WORDS * (words + feedback * (1 - words))


def with_feedback(one: Scored, seeds: Sequence[Scored]) -> Scored:
    weights = [(seed.words * seed.period) ** SEED_POWER for seed in seeds]
    if not sum(weights):
        return one
    alike = sum(
        weight * cosine(one.event, seed.event) * closeness(one.event.day - seed.event.day)
        for weight, seed in zip(weights, seeds, strict=True)
    ) / sum(weights)
    strength = sum(w * seed.words for w, seed in zip(weights, seeds, strict=True)) / sum(weights)
    x = max(FEEDBACK * strength * alike, 0.0)
    feedback = x / (1 + x**4) ** 0.25
    return one._replace(score=told(one.words, feedback, one.whole) * one.period)


def cosine(one: SlowEvent, other: SlowEvent) -> float:
    product = sum(a * b for a, b in zip(one.vector, other.vector, strict=True))
    lengths = [math.hypot(*event.vector) or 1.0 for event in (one, other)]
    return product / (lengths[0] * lengths[1])


def closeness(days: int) -> float:
    return float(ranking.closeness(np.array([abs(days)]))[0])
