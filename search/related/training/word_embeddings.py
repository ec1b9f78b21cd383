"""Word vectors from the archive itself: what stands together, decomposed."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from search.related.scoring import directions
from search.related.training.neighbours import neighbours
from search.related.training.products import made_quick
from search.related.training.rows import TrainingRows

_LEAST_EVENTS: Final = 3  # terms of fewer have no vector
_MOST_DIMENSIONS: Final = 200
_LEAST_DIMENSIONS: Final = 8
_TERMS_A_DIMENSION: Final = 4
_CONTEXT_POWER: Final = 0.75
_SVD_ROUNDS: Final = 3
_SEED: Final = 20020701
_ROWS: Final = 512  # terms whose information is computed at a time, in float64

# The words of an event's nearest events count as its context too.
_COMPANIONS: Final = 2
_COMPANION_WEIGHT: Final = 0.5


def dimensions_for(events: int, terms: int) -> int:
    """The dimensions that so many events and terms with a vector can fill; 0 if they are too few.

    They grow with the square root of the archive: 14 for 50 events, 141 for 5,000.
    """
    dimensions = min(_MOST_DIMENSIONS, round(2.0 * events**0.5), terms // _TERMS_A_DIMENSION)
    return dimensions if dimensions >= _LEAST_DIMENSIONS else 0


def word_vectors(rows: TrainingRows) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """The terms that have a vector, ascending, and their directions: [v], [v, d]."""
    numbers = np.flatnonzero(rows.event_counts() >= _LEAST_EVENTS)
    dimensions = dimensions_for(len(rows), len(numbers))
    if not dimensions:
        return numbers[:0], np.zeros((0, 0), dtype=np.int8)
    left, values, _ = randomized_svd(
        made_quick(_information(rows, numbers), len(rows)),
        dimensions + 1,
        n_iter=_SVD_ROUNDS,
        random_state=_SEED,
        flip_sign=True,
    )
    # The first component is how common a word is; components of no size are noise.
    kept = left[:, 1:] * (values[1:] > values[0] * 1e-6)
    return numbers, directions(kept.astype(np.float32))


def _information(rows: TrainingRows, numbers: NDArray[np.int64]) -> sparse.csr_matrix:
    """Positive pointwise mutual information of terms within events and with their companions."""
    present = rows.counts[:, numbers]
    present.data = np.ones_like(present.data)
    beside = present.T @ (_companions(rows) @ present)
    # Step by step: of an archive of a million events each of these takes a gigabyte.
    together = present.T @ present
    together = together + beside
    beside = beside.T.tocsr()
    together = (together + beside).tocsr()
    del beside
    together.setdiag(0)
    together.eliminate_zeros()
    together.sort_indices()
    total = np.asarray(together.sum(axis=1), dtype=np.float64).ravel()
    context = total**_CONTEXT_POWER
    context /= context.sum() or 1.0
    for first in range(0, len(total), _ROWS):
        starts = together.indptr[first : first + _ROWS + 1]
        owners = np.repeat(total[first : first + _ROWS], np.diff(starts))
        some = slice(starts[0], starts[-1])
        ratio = together.data[some] / (owners * context[together.indices[some]])
        together.data[some] = np.maximum(np.log(ratio), 0.0)
    together.eliminate_zeros()
    return together


def _companions(rows: TrainingRows) -> sparse.csr_matrix:
    """The weight of each event's companions: sparse [n, n]."""
    none = np.zeros((len(rows), 0), dtype=np.float32)
    near, nearness = neighbours(rows, none, _COMPANIONS)
    weights = np.where(nearness > 0.0, _COMPANION_WEIGHT, 0.0).astype(np.float32)
    starts = np.arange(len(rows) + 1) * near.shape[1]
    return sparse.csr_matrix((weights.ravel(), near.ravel(), starts), shape=(len(rows),) * 2)
