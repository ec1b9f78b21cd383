"""Diversifies lists: an item that repeats those above it moves down.

    worth = raw · max(0.7, 1 / (1 + Σ cosine⁴))     over the items above

An item unlike all those above it keeps its similarity; the second of two equal items is worth half,
the third a third, but never less than the floor. The fourth power lets items of one story stay
together (cosines up to 0.5 hardly count) and moves down those in the same words. The floor keeps a
list on its subject: an item never overtakes one that is much more related. Scores do not change.

The figures behind the constants are in benchmarks/relatedness/README.md.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.related.similarity_parts import TermVector

# The order of this many best links is chosen, whatever the length of the list: a list of five is
# the beginning of the list of ten.
POOL: Final = 30
FLOOR: Final = 0.7
# Weights are made integers, whose products and sums are exact in any order they are added.
SCALE: Final = 1000


def spread(events: Sequence[TermVector], raw: Sequence[float]) -> list[int]:
    """The indexes of the events of a list in their new order, which is total.

    ``events`` are those of the list, best first, and ``raw`` their similarities to the query. Of
    items that are worth the same, the better one comes first.
    """
    if len(events) < 3:
        return list(range(len(events)))
    squares = _cosines(events) ** 2
    alike = squares * squares
    worth = np.array(raw, dtype=np.float64)
    repeated = np.ones(len(events))
    order: list[int] = []
    for _ in events:
        best = int(np.argmax(worth * np.maximum(1.0 / repeated, FLOOR)))
        order.append(best)
        worth[best] = -1.0
        repeated += alike[best]
    return order


def _cosines(events: Sequence[TermVector]) -> NDArray[np.float64]:
    """The cosines of all pairs, by words and names alone: [events, events]."""
    sizes = [len(event.terms) for event in events]
    terms, columns = np.unique(
        np.concatenate([event.terms for event in events]), return_inverse=True
    )
    rows = np.zeros((len(events), len(terms)))
    rows[np.repeat(np.arange(len(events)), sizes), columns] = np.concatenate(
        [_integers(event) for event in events]
    )
    return np.asarray(rows @ rows.T) / SCALE**2


def _integers(event: TermVector) -> NDArray[np.float64]:
    # One after the other, as a compiled loop adds them.
    length = float(np.sqrt(np.add.accumulate(event.weights**2)[-1:].sum()))
    return np.asarray(np.rint(event.weights * (SCALE / (length or 1.0))))
