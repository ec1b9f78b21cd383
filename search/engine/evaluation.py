"""Grades related lists by relevance labels, and compares two settings list by list.

nDCG@10 grades the ranking: the first ten items, without a cutoff and without folding. Precision and
coverage grade the lists as they would be written. Intervals of the means come from a bootstrap over
the labelled events (Efron 1979) with a fixed seed, so the same input gives the same figures.

nDCG: Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.engine.index import Index
from search.engine.parallel_lists import related_lists
from search.engine.relevance_labels import Labels, parsed_lines
from search.model.errors import UsageError
from search.model.options import RelatedOptions

DEPTH: Final = 10
_RESAMPLES: Final = 1_000
_SEED: Final = 20
_INTERVAL: Final = (2.5, 97.5)  # percentiles


class Mean(NamedTuple):
    """A mean over labelled events with its 95 % interval."""

    mean: float
    low: float
    high: float

    def plain(self) -> dict[str, float | None]:
        """As a JSON value: JSON has no NaN."""
        return {k: None if math.isnan(v) else v for k, v in self._asdict().items()}

    def __str__(self) -> str:
        if math.isnan(self.mean):
            return "none: no list has an item"
        return f"{self.mean:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True, slots=True)
class Grades:
    """The grades of lists; arrays are float64 [labelled events], in the order of ``ids``.

    ``ndcg`` is of the ranking, ``precision`` of lists that are not empty (NaN of those that are):
    the share of right items, near-duplicates included, among all or, if ``judged_only``, among
    those with a label. ``has_list`` is 1 for an event with a list, ``found`` is 1 if the list has a
    right item. ``items`` is how many items a list has on average, near-duplicates included.
    ``unknown`` events are not in the index.
    """

    ids: tuple[str, ...]
    ndcg: NDArray[np.float64]
    precision: NDArray[np.float64]
    has_list: NDArray[np.float64]
    found: NDArray[np.float64]
    items: float
    unknown: int

    def means(self) -> dict[str, Mean]:
        """The figures by name; without a labelled event all are NaN."""
        return {
            f"nDCG@{DEPTH}": mean_of(self.ndcg),
            "precision": mean_of(self.precision[~np.isnan(self.precision)]),
            "coverage": mean_of(self.has_list),
            "found": mean_of(self.found),
        }


def ndcg(answer: Sequence[str], grades: Mapping[str, int]) -> float:
    """Normalised discounted cumulated gain of the first ten; the gain of an item is its grade.

    0 if no grade is above 0.
    """
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:DEPTH]
    ideal = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(best))
    gained = sum(
        grades.get(other, 0) / math.log2(rank + 2) for rank, other in enumerate(answer[:DEPTH])
    )
    return gained / ideal if ideal else 0.0


def mean_of(values: NDArray[np.float64]) -> Mean:
    """The mean of values, with its bootstrap interval; NaN without values."""
    if not len(values):
        return Mean(math.nan, math.nan, math.nan)
    draw = np.random.default_rng(_SEED)
    means = [
        float(values[draw.integers(0, len(values), len(values))].mean()) for _ in range(_RESAMPLES)
    ]
    low, high = np.percentile(means, _INTERVAL)
    return Mean(float(values.mean()), float(low), float(high))


class Ranking(NamedTuple):
    """The ranking for one event (ids with scores), and the ids in its list as pages have it."""

    ranked: tuple[tuple[str, float], ...]
    listed: tuple[str, ...]


def rankings(
    index: Index, labels: Labels, options: RelatedOptions, processes: int = 1
) -> dict[str, Ranking]:
    """The rankings and lists of the labelled events that are in the index."""
    labeled = [event_id for event_id in sorted(labels) if event_id in index]
    plain = replace(options, min_score=0.0, fold=False, strict=False, limit=DEPTH)
    full = related_lists(index, labeled, plain, processes)
    lists = related_lists(index, labeled, options, processes)
    return {
        event_id: Ranking(
            tuple((hit.event.id, hit.score) for hit in ranked or ()),
            tuple(item for hit in listed or () for item in (hit.event.id, *hit.also)),
        )
        for (event_id, ranked), (_, listed) in zip(list(full), list(lists), strict=True)
    }


def grade(labels: Labels, found: Mapping[str, Ranking], *, judged_only: bool = False) -> Grades:
    """Grade rankings and lists by labels; an event without a ranking gets 0 for everything.

    ``judged_only``: precision counts only items with a label, as for pins and bans.
    """
    none = Ranking((), ())
    ids = tuple(event_id for event_id in sorted(labels) if max(labels[event_id].values()) > 0)
    every = [(labels[event_id], found.get(event_id, none)) for event_id in ids]
    return Grades(
        ids,
        np.array([ndcg([other for other, _ in one.ranked], graded) for graded, one in every]),
        np.array([_precision(graded, one.listed, judged_only) for graded, one in every]),
        np.array([float(bool(one.listed)) for _, one in every]),
        np.array(
            [float(any(graded.get(other, 0) for other in one.listed)) for graded, one in every]
        ),
        float(np.mean([len(one.listed) for _, one in every])) if every else 0.0,
        sum(event_id not in found for event_id in ids),
    )


def _precision(graded: Mapping[str, int], listed: Sequence[str], judged_only: bool) -> float:
    items = [other for other in listed if other in graded or not judged_only]
    return sum(graded.get(other, 0) > 0 for other in items) / len(items) if items else math.nan


def run_lines(found: Mapping[str, Ranking]) -> Iterator[str]:
    """Rankings as lines of a TREC run file: topic, ``Q0``, document, rank, score, name of the run.

    Raises:
        UsageError: an id has a blank, which ends a field of the format.
    """
    for topic, one in sorted(found.items()):
        for rank, (other, score) in enumerate(one.ranked, start=1):
            for name in (topic, other):
                if name.split() != [name]:
                    raise UsageError(f"{name!r:.80}: a run file has no ids with blanks; rename it")
            yield f"{topic} Q0 {other} {rank} {score:.4f} event-search"


def run_in(path: Path) -> dict[str, Ranking]:
    """The rankings in a TREC run file, the ten highest scores each. Its lists are the same.

    Raises:
        UsageError: the file cannot be read, or is of another form.
    """
    found: dict[str, list[tuple[float, int, str]]] = defaultdict(list)
    for topic, entry in parsed_lines(path, "TOPIC Q0 DOCUMENT RANK SCORE NAME", _entry):
        found[topic].append(entry)
    rankings = {}
    for topic, entries in found.items():
        ranked = tuple((other, -minus) for minus, _, other in sorted(entries)[:DEPTH])
        rankings[topic] = Ranking(ranked, tuple(other for other, _ in ranked))
    return rankings


def _entry(fields: list[str]) -> tuple[str, tuple[float, int, str]]:
    topic, _, other, rank, score, _ = fields
    return topic, (-float(score), int(rank), other)


class Difference(NamedTuple):
    """How the rankings of one event differ: nDCG of the first and the second setting."""

    event_id: str
    one: float
    other: float


def compared(one: Grades, other: Grades) -> tuple[Mean, list[Difference]]:
    """The mean gain in nDCG of the second over the first, paired by event, and the events on which
    they differ, largest loss first."""
    gains = other.ndcg - one.ndcg
    differences = [
        Difference(event_id, float(first), float(second))
        for event_id, first, second in zip(one.ids, one.ndcg, other.ndcg, strict=True)
        if first != second
    ]
    differences.sort(key=lambda each: (each.other - each.one, each.event_id))
    return mean_of(gains), differences
