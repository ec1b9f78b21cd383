"""The compiled product is scipy's, bit for bit, where both matrices are of few bits."""

import numpy as np
import pytest
from scipy import sparse

from search.index.kernels.loader import compiled


@pytest.mark.parametrize(("rows", "columns", "width"), [(0, 3, 2), (40, 60, 1), (80, 50, 21)])
def test_a_product_is_exact(rows: int, columns: int, width: int) -> None:
    kernels = compiled()
    if kernels is None:
        pytest.skip("numba is missing")
    source = np.random.default_rng(rows)
    cells = source.integers(0, 1 << 14, (rows, columns)) * (source.random((rows, columns)) < 0.2)
    matrix = sparse.csr_matrix(cells * 2.0**-10)
    dense = source.integers(-(1 << 17), 1 << 17, (columns, width)) * 2.0**-17
    found = kernels.product(
        matrix.indptr, matrix.indices, matrix.data.astype(np.float32), dense.astype(np.float32)
    )
    assert np.array_equal(found, matrix @ dense)


@pytest.mark.parametrize(("rows", "others", "terms"), [(0, 3, 2), (40, 60, 30), (80, 1, 50)])
def test_a_product_of_two_sparse_matrices_is_scipys(rows: int, others: int, terms: int) -> None:
    kernels = compiled()
    if kernels is None:
        pytest.skip("numba is missing")
    source = np.random.default_rng(rows)
    one = sparse.random(rows, terms, density=0.2, format="csr", random_state=source)
    other = sparse.random(terms, others, density=0.2, format="csr", random_state=source)
    found = np.ones((rows, others), np.float32)
    kernels.sparse_product(
        *(one.indptr, one.indices, one.data), *(other.indptr, other.indices, other.data), found
    )
    assert np.array_equal(found, (one @ other).toarray().astype(np.float32))
