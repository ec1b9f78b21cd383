"""The compiled product is scipy's, bit for bit, where both matrices are of few bits."""

import numpy as np
import pytest
from scipy import sparse

from search.index.kernels.products import product


@pytest.mark.parametrize(("rows", "columns", "width"), [(0, 3, 2), (40, 60, 1), (80, 50, 21)])
def test_a_product_is_exact(rows: int, columns: int, width: int) -> None:
    source = np.random.default_rng(rows)
    cells = source.integers(0, 1 << 14, (rows, columns)) * (source.random((rows, columns)) < 0.2)
    matrix = sparse.csr_matrix(cells * 2.0**-10)
    dense = source.integers(-(1 << 17), 1 << 17, (columns, width)) * 2.0**-17
    found = product(
        matrix.indptr, matrix.indices, matrix.data.astype(np.float32), dense.astype(np.float32)
    )
    assert np.array_equal(found, matrix @ dense)
