"""The receipts of many links at once: the same, to the last bit, as ``Vectors.pair`` gives.

Compiled where numba is there and can compile, one by one where not.
"""

from collections.abc import Sequence
from itertools import pairwise
from types import ModuleType

import numpy as np

from search import ranking
from search.linking import compiled, prepared
from search.ranking import Receipt, Share
from search.vectors import SHARE_KINDS, Vectors

# An event, one that it is linked to, and the score of the link.
Linked = tuple[int, int, float]


def receipts_of_all(
    vectors: Vectors, linked: Sequence[Linked], *, time: bool = True
) -> list[Receipt]:
    """The receipt of each link, as ``Vectors.pair`` has it."""
    kernels = compiled()
    if kernels is None or not linked:
        return [vectors.pair(one, other, time=time).receipt for one, other, _ in linked]
    return _receipts(kernels, vectors, linked, time)


def _receipts(
    kernels: ModuleType, vectors: Vectors, linked: Sequence[Linked], time: bool
) -> list[Receipt]:
    rows = prepared(kernels, vectors, time).rows
    ones = np.array([one for one, _, _ in linked], dtype=np.int64)
    others = np.array([other for _, other, _ in linked], dtype=np.int64)
    starts, terms, products, dots = kernels.shared(ones, others, rows)
    norms = rows.norms[ones] * rows.norms[others]
    counts = np.diff(starts)
    lexical = np.bincount(np.repeat(np.arange(len(linked)), counts), products, len(linked))
    lexical = (1.0 - rows.association) * lexical / norms
    lengths = rows.sizes[others] * rows.sizes[ones]
    associations = rows.association * dots.astype(np.float32) / lengths
    closeness = np.ones(len(linked))
    if time:
        closeness = rows.closeness[np.abs(rows.days[others] - rows.days[ones])]
    times = ((lexical + associations) * (closeness - 1.0)).tolist()
    shares = ((1.0 - rows.association) * products / np.repeat(norms, counts)).tolist()
    names, numbers = vectors.terms, terms.tolist()
    kinds = [SHARE_KINDS[kind] for kind in vectors.kinds(terms.astype(np.int64)).tolist()]
    receipts = []
    for (begin, end), (_, _, score), association, passed in zip(
        pairwise(starts.tolist()), linked, associations.tolist(), times, strict=True
    ):
        units = ranking.units_of([*shares[begin:end], association, passed], score)
        found = [
            Share(name := names[numbers[at]], unit / ranking.UNIT, name, kinds[at])
            for at, unit in zip(range(begin, end), units, strict=False)
            if unit
        ]
        for kind, unit in zip(ranking.NOT_OF_A_TERM, units[-2:], strict=False):
            if unit:
                found.append(Share(kind, unit / ranking.UNIT, kind, kind))
        receipts.append(Receipt(ranking.strongest_first(found)))
    return receipts
