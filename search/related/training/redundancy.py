"""Discounts redundant terms: words of one name, and words that always occur together.

A cosine treats terms as independent. "Susilo", "Bambang" and "Yudhoyono" are one piece of evidence
and not three, and so are the words of a phrase that an archive uses again and again. The weight of
a term is multiplied by the smaller of two factors:

    name      1 − Σ over names of several words that contain the term of
              (share of the term's events that have the name) · (1 − words^−0.75)
    company   1 / √(1 + Σ over other terms of jaccard⁴)

    jaccard   events with both terms / (events with one of them + 5)

The fourth power leaves only terms that are hardly seen without each other. The figures are in
benchmarks/relatedness/README.md.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from search.index.term_counts import LONG_NAME, NAME, ONLY_REPEATED, TermRows

_LEAST_EVENTS: Final = 3  # what fewer events have together may be chance
_MOST_TERMS: Final = 1 << 19
_NAME_POWER: Final = -0.75
_MOST_WORDS: Final = 4  # a word of longer names counts as in a name of this many words
_PRIOR_EVENTS: Final = 5.0
_MOST_TOGETHER: Final = 4096  # terms of an event: pairs grow with the square
_ROWS: Final = 512  # terms whose company is computed at a time


def frequent_terms(event_counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of the terms that enough events have, ascending; of very many the commonest."""
    numbers = np.flatnonzero(event_counts >= _LEAST_EVENTS)
    if len(numbers) > _MOST_TERMS:
        numbers = np.sort(np.argsort(-event_counts, kind="stable")[:_MOST_TERMS])
    return np.asarray(numbers)


def cooccurrences(counted: TermRows, numbers: NDArray[np.int64]) -> sparse.csr_matrix:
    """How many events have each two of these terms: float32 [terms, terms], 0 on the diagonal.

    There are some hundred pairs for each event, and counts below 2^24 are exact in float32. Of a
    very long event only the commonest terms are counted.
    """
    shape = (len(counted.words), len(counted.terms))
    present = sparse.csr_matrix(
        ((counted.weighted != ONLY_REPEATED).astype(np.float32), counted.columns, counted.starts),
        shape=shape,
    )[:, numbers]
    present.eliminate_zeros()
    _shorten(present)
    together = (present.T @ present).tocsr()
    together.setdiag(0)
    together.eliminate_zeros()
    together.sort_indices()
    return together


def _shorten(present: sparse.csr_matrix) -> None:
    """Leave each row the ``_MOST_TOGETHER`` columns that most rows have."""
    long = np.flatnonzero(np.diff(present.indptr) > _MOST_TOGETHER)
    if not len(long):
        return
    present.sort_indices()
    rows_with = np.bincount(present.indices, minlength=present.shape[1])
    for begin, end in zip(present.indptr[long], present.indptr[long + 1], strict=True):
        order = np.argsort(-rows_with[present.indices[begin:end]], kind="stable")
        present.data[begin + order[_MOST_TOGETHER:]] = 0
    present.eliminate_zeros()


def discounts(
    counted: TermRows,
    event_counts: NDArray[np.int64],
    numbers: NDArray[np.int64],
    together: sparse.csr_matrix,
) -> NDArray[np.float64]:
    """The factor of each term's weight, above 0 and at most 1: [t].

    ``numbers`` and ``together`` are as ``frequent_terms`` and ``cooccurrences`` give them.
    """
    factors = _of_names(counted, event_counts)
    factors[numbers] = np.minimum(
        factors[numbers],
        _of_company(
            event_counts[numbers].astype(np.float64), counted.kinds[numbers] != LONG_NAME, together
        ),
    )
    return factors


def _of_names(counted: TermRows, event_counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The factor ``name``: [t]."""
    number_of = {term: number for number, term in enumerate(counted.terms)}
    repeated = np.zeros(len(counted.terms))
    for name in np.flatnonzero(counted.kinds == LONG_NAME).tolist():
        words = counted.terms[name].split(" ")
        lost = float(event_counts[name]) * (1.0 - len(words) ** _NAME_POWER)
        for word in dict.fromkeys(words):
            if (number := number_of.get(word)) is not None:
                repeated[number] += lost
    most = 1.0 - _MOST_WORDS**_NAME_POWER
    share = np.minimum(repeated / np.maximum(event_counts, 1), most)
    return np.where(counted.kinds == NAME, 1.0 - share, 1.0)


def _of_company(
    events: NDArray[np.float64], counts: NDArray[np.bool_], together: sparse.csr_matrix
) -> NDArray[np.float64]:
    """The factor ``company`` of terms with these document frequencies. A name of several words is
    not compared with its own words: only terms of which ``counts`` is true are compared."""
    company = np.zeros(len(events))
    for first in range(0, len(events), _ROWS):
        starts = together.indptr[first : first + _ROWS + 1]
        some = slice(starts[0], starts[-1])
        owners = np.repeat(np.arange(first, first + len(starts) - 1), np.diff(starts))
        others, both = together.indices[some], together.data[some].astype(np.float64)
        jaccard = both / (events[owners] + events[others] - both + _PRIOR_EVENTS)
        jaccard *= counts[owners] & counts[others]
        square = jaccard * jaccard
        company[first : first + _ROWS] = np.bincount(
            owners - first, square * square, len(starts) - 1
        )
    return np.asarray(1.0 / np.sqrt(1.0 + company))
