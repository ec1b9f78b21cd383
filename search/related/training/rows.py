"""The archive as sparse rows of weighted terms, and similarities between blocks of events."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from search.index.term_counts import ONLY_REPEATED, WORD, TermRows, are_common
from search.related import scoring
from search.related.training.redundancy import cooccurrences, discounts, frequent_terms

_FEWEST_TERMS: Final = 10
_OTHERS: Final = 1 << 13  # events that are compared with at a time


@dataclass(frozen=True, slots=True)
class TrainingRows:
    """``counted``, with rare words, and ``weights`` [n, t], sparse, without what counts 0."""

    counted: TermRows
    event_counts: NDArray[np.int64]  # how many events have each term: [t]
    term_weights: NDArray[np.float32]
    weights: sparse.csr_matrix
    frequent: NDArray[np.int64]  # the numbers of the terms that may have a vector, ascending
    lengths: NDArray[np.float32]
    dates: NDArray[np.int64]
    english: float  # the share of common English words, as ``scoring.idf`` takes it

    def __len__(self) -> int:
        return len(self.dates)

    def terms_of_an_event(self) -> float:
        """The harmonic mean of the number of distinct terms of an event; 1 if there is none.

        Events with very few count as with ``_FEWEST_TERMS``: one more must not move all scores.
        """
        terms = np.maximum(np.diff(self.weights.indptr), _FEWEST_TERMS)
        return round(len(terms) / float((1.0 / terms).sum()), 5) if len(terms) else 1.0


def rows_of(counted: TermRows, dates: NDArray[np.int32]) -> tuple[TrainingRows, sparse.csr_matrix]:
    """The rows of all events, weighted, and ``cooccurrences`` of their frequent terms."""
    terms, kinds = counted.terms, counted.kinds
    counts = counted.columns[counted.weighted != ONLY_REPEATED]
    event_counts = np.bincount(counts, minlength=len(terms)).astype(np.int64)
    common = are_common(terms) & (kinds == WORD)
    english = round(float(event_counts[common].sum()) / max(int(event_counts.sum()), 1), 6)
    idf = scoring.idf(event_counts, len(counted.words), common, english)
    frequent = frequent_terms(event_counts)
    together = cooccurrences(counted, frequent)
    idf = (idf * discounts(counted, event_counts, frequent, together)).astype(np.float32)
    term_weights = scoring.term_weights(idf, kinds)
    values = scoring.count_weights().astype(np.float64)[counted.weighted]
    values *= term_weights.astype(np.float64)[counted.columns]
    shape = (len(counted.words), len(terms))
    weights = sparse.csr_matrix((values, counted.columns, counted.starts), shape=shape)
    weights.eliminate_zeros()
    never = common | ~counted.are_subjects()
    rare = scoring.with_rare_words(terms, kinds, event_counts, len(dates), never)
    rows = TrainingRows(
        counted._replace(kinds=rare),
        event_counts,
        term_weights,
        weights,
        frequent,
        lengths_of(weights),
        dates.astype(np.int64),
        english,
    )
    return rows, together


def lengths_of(rows: sparse.csr_matrix) -> NDArray[np.float32]:
    """The Euclidean length of each row."""
    owners = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    squares = np.bincount(owners, rows.data**2, minlength=rows.shape[0])
    return np.sqrt(squares).astype(np.float32)


class Similarities:
    """Similarities by text of blocks of events: neither names, words beside names, time nor hubs.

    The same on every processor: vectors are integers, whose products are exact in float32, and
    sparse products are summed in the order of terms.
    """

    def __init__(self, rows: TrainingRows, vectors: NDArray[np.int8], weight: float) -> None:
        lengths = rows.lengths.astype(np.float64)
        scale = sparse.diags(1.0 / np.where(lengths > 0.0, lengths, 1.0))
        self._rows = (scale @ rows.weights).tocsr()
        self._vectors = vectors
        self._sizes = scoring.sizes(vectors)
        self._weight = weight
        self.background = 0.0

    def cosines(self, some: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosines of the vectors of some events with others: [some, others]."""
        products = self._vectors[some].astype(np.float32) @ self._vectors[others].T.astype(
            np.float32
        )
        products /= self._sizes[some][:, None]
        products /= self._sizes[others]
        return products

    def among(self, some: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.float32]:
        """The similarity of some events to others: [some, others]; 0 of an event to itself."""
        found = np.empty((len(some), len(others)), np.float32)
        for first in range(0, len(others), _OTHERS):
            its = others[first : first + _OTHERS]
            part = found[:, first : first + _OTHERS]
            part[:] = (self._rows[some] @ self._rows[its].T).toarray()
            part *= np.float32(1.0 - self._weight)
            if self._weight:
                cosines = self.cosines(some, its)
                cosines -= np.float32(self.background)
                np.maximum(cosines, np.float32(0.0), out=cosines)
                cosines *= np.float32(self._weight)
                part += cosines
        found[some[:, None] == others] = 0.0
        return found
