"""What each shared term, the vectors and time contribute to the score of a pair of events."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.model.event import UNDATED
from search.model.hit import (
    NOT_OF_A_TERM,
    UNIT,
    Contribution,
    Explanation,
    strongest_first,
    units_of,
)
from search.related.similarity import Similarity
from search.related.similarity_parts import (
    AS_NAMES,
    CONTRIBUTION_KINDS,
    QueryVector,
    explained,
)


def explanations(
    similarity: Similarity,
    query: int | QueryVector,
    scored: Sequence[tuple[int, float]],
    *,
    time: bool = True,
) -> list[Explanation]:
    """The explanations of the scores of some events, given by ordinal, for one event or text."""
    if not scored:
        return []
    known = similarity.prepare(query)
    others = np.array([other for other, _ in scored], np.int64)
    shared = similarity.shared(known, others)
    parts = similarity.compared(known, others, shared, time)
    norms = (known.length or 1.0) * similarity.norms[others].astype(np.float64)
    is_timed = time and known.day is not None
    time_decay = np.where(is_timed & (similarity.dates[others] != UNDATED), parts.time_decay, 1.0)
    return explained_pairs(
        similarity,
        np.searchsorted(shared.owners, np.arange(len(others) + 1)),
        shared.terms,
        similarity.words_weight(known) * shared.products / norms[shared.owners],
        parts.vectors,
        time_decay,
        [score for _, score in scored],
    )


def explained_pairs(
    similarity: Similarity,
    starts: NDArray[np.int64],
    terms: NDArray[np.integer[Any]],
    shares: NDArray[np.float64],
    by_vectors: NDArray[np.float64],
    time_decay: NDArray[np.float64],
    scores: Sequence[float],
) -> list[Explanation]:
    """The explanations of some pairs.

    Args:
        similarity: of the archive's events.
        starts: where the shared terms of each pair begin, and where the last ones end: [pairs + 1].
        terms: the shared terms of all pairs, by number.
        shares: what each of them adds to the similarity of its pair: [terms].
        by_vectors: what vectors add to the similarity of each pair.
        time_decay: the factor of each pair; 1 if one of the two has no date.
        scores: of the pairs.
    """
    term, numbers = similarity.matrix.term, terms.tolist()
    kinds = similarity.matrix.kinds(terms.astype(np.int64))
    as_names, kinds_of = AS_NAMES[kinds].tolist(), [CONTRIBUTION_KINDS[kind] for kind in kinds]
    factors, of_terms = similarity.names_factors, shares.tolist()
    found = []
    for (begin, end), score, vector, near in zip(
        pairwise(starts.tolist()), scores, by_vectors.tolist(), time_decay.tolist(), strict=True
    ):
        its_names = as_names[begin:end]
        factor = float(factors[min(sum(its_names), len(factors) - 1)])
        units = units_of(explained(of_terms[begin:end], its_names, vector, factor, near), score)
        reasons = [
            Contribution(name := term(numbers[at]), unit / UNIT, name, kinds_of[at])
            for at, unit in zip(range(begin, end), units, strict=False)
            if unit
        ]
        for kind, unit in zip(NOT_OF_A_TERM, units[-2:], strict=False):
            if unit:
                reasons.append(Contribution(kind, unit / UNIT, kind, kind))
        found.append(Explanation(strongest_first(reasons)))
    return found
