"""Products of sparse matrices: compiled for large archives, by scipy for others, the same."""

from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from search.kernels.loader import compiled

_AT_ONCE: Final = 32  # columns; what is left of a row would be done one by one
_WORTH_COMPILING: Final = 20_000  # events; fewer are done sooner than numba is loaded


class Quick(sparse.csr_matrix):  # type: ignore[misc,unused-ignore]
    """A matrix of float32 whose products with dense ones are compiled."""

    def __matmul__(self, other: NDArray[np.float32]) -> NDArray[np.float32]:
        kernels = compiled()
        assert kernels is not None
        width = other.shape[1]
        dense = np.zeros((self.shape[1], -(-width // _AT_ONCE) * _AT_ONCE), np.float32)
        dense[:, :width] = other
        found = np.empty((self.shape[0], dense.shape[1]), np.float32)
        kernels.by_dense(
            self.indptr.astype(np.uint32), _unsigned(self.indices), self.data, dense, found
        )
        return np.ascontiguousarray(found[:, :width])

    def __rmatmul__(self, other: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray((self.T @ other.T).T)

    @cached_property
    def T(self) -> "Quick":  # noqa: N802 - as scipy names it
        return Quick(self.transpose().tocsr())


def _unsigned(indices: NDArray[np.integer[Any]]) -> NDArray[np.uint32]:
    """The same numbers, none of which is negative; not copied where they need not be."""
    return indices.view(np.uint32) if indices.dtype == np.int32 else indices.astype(np.uint32)


def is_worth_compiling(events: int) -> bool:
    """Whether products of so many events are to be compiled, and can be."""
    return events >= _WORTH_COMPILING and compiled() is not None


def made_quick(matrix: sparse.csr_matrix, events: int) -> Any:
    """The matrix with compiled products, if that is worth it for so many events."""
    return Quick(matrix) if is_worth_compiling(events) and matrix.nnz < 1 << 32 else matrix


def made_dense(
    rows: sparse.csr_matrix, others: sparse.csr_matrix, quick: bool
) -> NDArray[np.float32]:
    """The products of all rows with all others: [rows, others]."""
    kernels = compiled() if quick else None
    if kernels is None:
        return np.asarray((rows @ others.T).toarray())
    columns = others.tocsc()
    found = np.zeros((rows.shape[0], others.shape[0]), np.float32)
    kernels.made_dense(
        rows.indptr.astype(np.int64),
        _unsigned(rows.indices),
        rows.data,
        columns.indptr.astype(np.int64),
        _unsigned(columns.indices),
        columns.data,
        found,
    )
    return found
