"""An archive as sparse rows of weighted terms, and similarities of blocks of its events."""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from search.index.term_counts import LONG_NAME, NAME, WORD, TermRows
from search.related import scoring as ranking
from search.related.scoring import units
from search.related.training.products import is_worth_compiling, made_dense
from search.text.english import common_words
from search.text.stems import stem

_SCALED: Final = 1 << 16  # rows whose lengths are computed at a time, in float64
BLOCK: Final = 512  # events compared at a time
_IN_CACHE: Final = 32  # of them, for one step of arithmetic after the other


@dataclass(frozen=True, slots=True)
class TrainingRows:
    """``counts`` (plus 1, since 0 is a count) and ``weights``: sparse [n, t], the same pattern."""

    terms: list[str]
    kinds: NDArray[np.uint8]
    term_weights: NDArray[np.float32]
    counts: sparse.csr_matrix
    weights: sparse.csr_matrix
    lengths: NDArray[np.float32]
    tokens: NDArray[np.uint32]
    dates: NDArray[np.int64]
    typical: float
    english: float  # the share of common English words, as ``ranking.idf`` takes it

    def __len__(self) -> int:
        return len(self.dates)

    @property
    def compiled(self) -> bool:
        """Whether there are so many events that compiled products pay."""
        return is_worth_compiling(len(self))

    def event_counts(self) -> NDArray[np.int64]:
        """In how many events each term stands."""
        return np.bincount(self.counts.indices, minlength=len(self.terms)).astype(np.int64)


class Side(NamedTuple):
    """Some texts to be compared with others: rows of weights, lengths, unit vectors."""

    rows: sparse.csr_matrix
    lengths: NDArray[np.float64]
    vectors: NDArray[np.float32]


def rows_of(counted: TermRows, dates: NDArray[np.int32]) -> TrainingRows:
    """The rows of all events, weighted."""
    terms, kind_of = counted.terms, counted.kinds
    matrix = sparse.csr_matrix(
        (counted.counts.astype(np.float32) + 1, counted.columns, counted.starts),
        shape=(len(counted.words), len(terms)),
    )
    matrix.sort_indices()
    event_counts = np.bincount(matrix.indices, minlength=len(terms)).astype(np.int64)
    boost = np.where(np.isin(kind_of, (NAME, LONG_NAME)), ranking.NAME_BOOST, 1.0)
    stems = frozenset(map(stem, common_words()))
    common = np.array([term in stems for term in terms], dtype=np.bool_) & (kind_of == WORD)
    english = float(event_counts[common].sum()) / max(int(event_counts.sum()), 1)
    idf = ranking.idf(event_counts, len(counted.words), common, english)
    term_weights = (idf * boost).astype(np.float32)
    weights = matrix.copy()
    weights.data = ranking.count_weights()[matrix.data.astype(np.int64) - 1]
    weights.data *= term_weights[matrix.indices]
    lengths = lengths_of(weights)
    typical = float(np.median(lengths[lengths > 0])) if lengths.any() else 1.0
    return TrainingRows(
        terms,
        kind_of,
        term_weights,
        matrix,
        weights,
        lengths,
        counted.words,
        dates.astype(np.int64),
        typical,
        english,
    )


def lengths_of(rows: sparse.csr_matrix) -> NDArray[np.float32]:
    """The Euclidean length of each row."""
    owners = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    squares = np.bincount(owners, rows.data.astype(np.float64) ** 2, minlength=rows.shape[0])
    return np.sqrt(squares).astype(np.float32)


def text_vectors(
    weights: sparse.csr_matrix, numbers: NDArray[np.int64], words: NDArray[np.int8]
) -> NDArray[np.float32]:
    """The sums of the word vectors of texts, to length 1: [texts, d]."""
    if not len(numbers):
        return np.zeros((weights.shape[0], 0), dtype=np.float32)
    sums = np.asarray(weights[:, numbers] @ units(words), dtype=np.float32)
    return unit_floats(sums)


def unit_floats(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows scaled to length 1; zero stays zero."""
    result = np.empty(vectors.shape, dtype=np.float32)
    for begin in range(0, len(vectors), _SCALED):
        some = vectors[begin : begin + _SCALED]
        lengths = np.sqrt((some.astype(np.float64) ** 2).sum(axis=1, keepdims=True))
        result[begin : begin + _SCALED] = some / np.where(lengths > 0.0, lengths, 1.0)
    return result


def drawn(
    vectors: NDArray[np.float32],
    others: NDArray[np.float32],
    near: NDArray[np.int64],
    similarity: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Each vector drawn towards those of ``others`` that are near it, by their similarity."""
    pull = ranking.pull(similarity)
    result = (1.0 - pull.sum(axis=1, keepdims=True)) * vectors
    for rank in range(near.shape[1]):
        result += pull[:, rank : rank + 1] * others[near[:, rank]]
    return np.asarray(result.astype(np.float32))


def similarity(left: Side, right: Side, typical: float, compiled: bool) -> NDArray[np.float32]:
    """How related texts are, time and chance apart: [left, right]. For many, ``compiled``."""
    found = made_dense(left.rows, right.rows, compiled)
    association = ranking.association_weight(left.vectors.shape[1])
    own = ranking.norm(left.lengths, typical).astype(np.float32)[:, None]
    others = ranking.norm(right.lengths, typical).astype(np.float32)[None]
    associated = left.vectors @ right.vectors.T if left.vectors.shape[1] else None
    for begin in range(0, len(found), _IN_CACHE):
        some = slice(begin, begin + _IN_CACHE)
        found[some] *= np.float32(1.0 - association)
        found[some] /= own[some]
        found[some] /= others
        if associated is not None:
            associated[some] *= np.float32(association)
            found[some] += associated[some]
    return found


def weigh_by_closeness(
    found: NDArray[np.floating[Any]], days: NDArray[np.int64], others: NDArray[np.int64]
) -> None:
    """Multiply similarities, [days, others], by the factor of closeness in time.

    Rows of one day stand together where events are sorted, and are done together.
    """
    if not found.size:
        return
    most = max(int(days.max()), int(others.max())) - min(int(days.min()), int(others.min()))
    table = ranking.closeness(np.arange(most + 1)).astype(np.float32)
    starts = np.flatnonzero(np.concatenate([[True], days[1:] != days[:-1]]))
    for begin, end in zip(starts, [*starts[1:], len(days)], strict=True):
        found[begin:end] *= table[np.abs(others - days[begin])]


def best_columns(found: NDArray[np.float32], wanted: int) -> NDArray[np.int64]:
    """The columns of the largest values of each row, largest first; of equals, the first.

    For a few columns one pass for each is faster than a partition.
    """
    rows = np.arange(len(found))
    columns = np.empty((len(found), wanted), dtype=np.int64)
    values = np.empty((len(found), wanted), dtype=np.float32)
    for place in range(wanted):
        best = found.argmax(axis=1)
        columns[:, place], values[:, place] = best, found[rows, best]
        found[rows, best] = -np.inf
    found[rows[:, None], columns] = values
    return columns
