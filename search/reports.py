"""Reports of one event, told apart from reports of one story.

Two texts report the same event if they are of nearly the same day, say mostly the same, both of
whom and of what happened, and share several terms that are rare in the archive. A figure may have
changed from one to the other, as death tolls do, but not two, as in the score of another match.
Likeness alone does not decide: rounds of a vote, shocks of an earthquake and days of a battle read
alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.vectors import Asked, Link, Vectors
from search.weighing import KINDS

MOST_DAYS: Final = 3
_LEAST_COSINE: Final = 0.7
_LEAST_COSINE_OF_WORDS: Final = 0.5  # names apart: what happened, not to whom
# Terms in no more than three events, or one event in two hundred, are rare.
_RARE_EVENTS: Final = 3
_RARE_SHARE: Final = 1 / 200
_LEAST_RARE: Final = 3
_CHANGED_FIGURES: Final = 1
_WORDS: Final = [KINDS.index("term"), KINDS.index("pair")]
_NUMBER: Final = KINDS.index("number")


@dataclass(frozen=True, slots=True)
class Folded:
    """One event of a list: ``place`` is that of its link among all links, from 0, ``report`` its
    text, and ``also`` its further reports, by ordinal in the order of the list."""

    link: Link
    place: int
    report: Asked
    also: tuple[int, ...]


def fold(vectors: Vectors, links: Iterable[Link]) -> list[Folded]:
    """The events of a list, each with its further reports.

    The best link of an event stands for it; links keep their order.
    """
    kept: list[tuple[Link, int, Asked, list[int]]] = []
    for place, link in enumerate(links):
        report = vectors.prepare(link.ordinal)
        for _, _, first, also in kept:
            if same_event(vectors, first, report):
                also.append(link.ordinal)
                break
        else:
            kept.append((link, place, report, []))
    return [Folded(link, place, report, tuple(also)) for link, place, report, also in kept]


def same_event(vectors: Vectors, one: Asked, other: Asked) -> bool:
    """Whether two events of the archive, as ``Vectors.prepare`` gives them, are reports of one."""
    if one.day is None or other.day is None or abs(one.day - other.day) > MOST_DAYS:
        return False
    shared, mine, its = np.intersect1d(
        one.terms, other.terms, assume_unique=True, return_indices=True
    )
    products = one.weights[mine] * other.weights[its]
    if products.sum() < _LEAST_COSINE * one.length * other.length or not len(shared):
        return False
    in_words = products[np.isin(vectors.kinds(shared), _WORDS)].sum()
    if in_words < _LEAST_COSINE_OF_WORDS * _said(vectors, one) * _said(vectors, other):
        return False
    rare = max(_RARE_EVENTS, vectors.matrix.trained_on * _RARE_SHARE)
    if int((vectors.event_counts(shared) <= rare).sum()) < _LEAST_RARE:
        return False
    figures = [_figures(vectors, np.setdiff1d(side.terms, shared)) for side in (one, other)]
    return min(figures) == 0 or max(figures) <= _CHANGED_FIGURES


def _figures(vectors: Vectors, terms: NDArray[np.int64]) -> int:
    return int((vectors.kinds(terms) == _NUMBER).sum())


def _said(vectors: Vectors, report: Asked) -> float:
    """The Euclidean length of the weights of common words."""
    return float(np.linalg.norm(report.weights[np.isin(vectors.kinds(report.terms), _WORDS)]))
