"""What each shared term, the vectors and time contribute to the score of a pair of events."""

from collections.abc import Sequence
from itertools import pairwise
from types import ModuleType

import numpy as np

from search.index.kernels.loader import compiled
from search.model.event import UNDATED
from search.model.hit import (
    NOT_OF_A_TERM,
    UNIT,
    Contribution,
    Explanation,
    explanation_of,
    strongest_first,
    units_of,
)
from search.related.arrays import prepared
from search.related.similarity import Vectors
from search.related.similarity_parts import (
    AS_NAMES,
    CONTRIBUTION_KINDS,
    QueryVector,
    days_apart,
    explained,
)


def explanation(
    vectors: Vectors,
    query: int | QueryVector,
    other: int,
    score: float,
    *,
    time: bool = True,
) -> Explanation:
    """The explanation of the score of a pair, as ``Vectors.pair`` computes it."""
    known = vectors.prepare(query)
    shared = vectors.shared(known, other)
    parts = vectors.compared_pair(known, other, shared, time)
    kinds = vectors.matrix.kinds(np.array([term for term, _ in shared], dtype=np.int64)).tolist()
    norm = (known.length or 1.0) * float(vectors.norms[other])
    share = vectors.words_weight(known)
    is_timed = time and known.day is not None and vectors.dates[other] != UNDATED
    names = [*(vectors.matrix.term(term) for term, _ in shared), "vectors", "time"]
    reasons = explained(
        [share * product / norm for _, product in shared],
        [int(AS_NAMES[kind]) for kind in kinds],
        float(parts.vectors[0]),
        float(parts.names_factor[0]),
        float(parts.time_decay[0]) if is_timed else 1.0,
    )
    kinds_of = [*(CONTRIBUTION_KINDS[kind] for kind in kinds), "vectors", "time"]
    parts_of = zip(names, reasons, kinds_of, strict=True)
    return explanation_of((Contribution(n, part, n, kind) for n, part, kind in parts_of), score)


# An event, one that it is linked to, and the score of the link.
Linked = tuple[int, int, float]


def explanations_of_all(
    vectors: Vectors, linked: Sequence[Linked], *, time: bool = True
) -> list[Explanation]:
    """The explanation of each link, as ``explanation``."""
    kernels = compiled()
    if kernels is None or not linked:
        return [explanation(vectors, one, other, score, time=time) for one, other, score in linked]
    return _explanations(kernels, vectors, linked, time)


def _explanations(
    kernels: ModuleType, vectors: Vectors, linked: Sequence[Linked], time: bool
) -> list[Explanation]:
    rows = prepared(kernels, vectors, time).rows
    ones = np.array([one for one, _, _ in linked], dtype=np.int64)
    others = np.array([other for _, other, _ in linked], dtype=np.int64)
    starts, terms, products, dots = kernels.shared(ones, others, rows)
    norms, sizes = (
        by_event[ones].astype(np.float64) * by_event[others]
        for by_event in (rows.norms, rows.sizes)
    )
    norms = np.repeat(norms, np.diff(starts))
    shares = ((1.0 - rows.vector_weight) * products / norms).tolist()
    cosines = dots.astype(np.float64) / sizes
    by_vectors = rows.vector_weight * np.maximum(cosines - rows.background, 0.0)
    time_decay = np.ones(len(linked))
    if time:
        days, its = rows.days[ones], rows.days[others]
        are_timed = (days != UNDATED) & (its != UNDATED)
        time_decay = np.where(are_timed, rows.time_decay[days_apart(days, its)], 1.0)
    term, numbers = vectors.matrix.term, terms.tolist()
    kinds = vectors.matrix.kinds(terms.astype(np.int64))
    as_names, kinds_of = AS_NAMES[kinds].tolist(), [CONTRIBUTION_KINDS[kind] for kind in kinds]
    factors = vectors.names_factors.tolist()
    explanations = []
    for (begin, end), (_, _, score), vector, near in zip(
        pairwise(starts.tolist()), linked, by_vectors.tolist(), time_decay.tolist(), strict=True
    ):
        its_names = as_names[begin:end]
        factor = factors[min(sum(its_names), len(factors) - 1)]
        units = units_of(explained(shares[begin:end], its_names, vector, factor, near), score)
        found = [
            Contribution(name := term(numbers[at]), unit / UNIT, name, kinds_of[at])
            for at, unit in zip(range(begin, end), units, strict=False)
            if unit
        ]
        for kind, unit in zip(NOT_OF_A_TERM, units[-2:], strict=False):
            if unit:
                found.append(Contribution(kind, unit / UNIT, kind, kind))
        explanations.append(Explanation(strongest_first(found)))
    return explanations
