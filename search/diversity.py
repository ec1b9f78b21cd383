"""Lists that show several sides of an event: what repeats the items above it comes later.

    worth = raw · max(0.7, 1 / (1 + Σ cosine⁴))     over the items above

An item like none above it is worth its similarity; the second of two that say the same is worth
half, the third a third. The fourth power lets items of one story stand side by side (cosines to
0.5 hardly count) and holds back those that are told in the same words. The floor keeps a list to
its subject: an item never passes one that is so much more related. Scores stay what they are.

The figures behind the constants are in benchmarks/relatedness/README.md.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.vectors import Asked

# Of the best so many links the order is chosen, whatever the length of the list: the list of five
# is the beginning of the list of ten.
POOL: Final = 30
_POWER: Final = 4
_FLOOR: Final = 0.7
# Weights are made integers, whose products and sums are exact in whatever order they are added.
_UNIT: Final = 1000


def spread(reports: Sequence[Asked], raw: Sequence[float]) -> list[int]:
    """The places of the events of a list in their new order, which is total.

    ``reports`` are as ``Vectors.prepare`` gives them, best first; ``raw`` are their similarities
    to what was asked. Of items worth the same the better one comes first.
    """
    if len(reports) < 3:
        return list(range(len(reports)))
    alike = _cosines(reports) ** _POWER
    worth = np.array(raw, dtype=np.float64)
    repeated = np.ones(len(reports))
    order: list[int] = []
    for _ in reports:
        best = int(np.argmax(worth * np.maximum(1.0 / repeated, _FLOOR)))
        order.append(best)
        worth[best] = -1.0
        repeated += alike[best]
    return order


def _cosines(reports: Sequence[Asked]) -> NDArray[np.float64]:
    """The cosines of all pairs, by words and names alone: [reports, reports]."""
    sizes = [len(report.terms) for report in reports]
    terms, columns = np.unique(
        np.concatenate([report.terms for report in reports]), return_inverse=True
    )
    rows = np.zeros((len(reports), len(terms)))
    rows[np.repeat(np.arange(len(reports)), sizes), columns] = np.concatenate(
        [_integers(report) for report in reports]
    )
    return np.asarray(rows @ rows.T) / _UNIT**2


def _integers(report: Asked) -> NDArray[np.float64]:
    length = float(np.sqrt(np.sum(report.weights**2)))
    return np.asarray(np.rint(report.weights * (_UNIT / (length or 1.0))))
