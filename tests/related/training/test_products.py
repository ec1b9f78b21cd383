"""Compiled products of sparse matrices are those of scipy, to the last bit."""

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from search.related.training import products
from tests.related.test_similarity import MANY, vectors_of
from tests.related.training.test_training import digest


def matrix(rows: int, columns: int, seed: int) -> sparse.csr_matrix:
    random = np.random.default_rng(seed)
    found = sparse.random(rows, columns, 0.1, "csr", np.float32, random_state=random)
    found.data = random.normal(size=found.nnz).astype(np.float32)
    found.sort_indices()
    return found


@pytest.mark.parametrize("width", [1, 31, 32, 33, 100, 6_000])
def test_products_with_dense_matrices_are_the_same(width: int) -> None:
    plain = matrix(90, 70, width)
    quick = products.Quick(plain)
    random = np.random.default_rng(width)
    right, left = (random.normal(size=(n, width)).astype(np.float32) for n in plain.shape[::-1])
    assert (quick @ right).tobytes() == np.asarray(plain @ right).tobytes()
    assert (quick.T @ left).tobytes() == np.asarray(plain.T @ left).tobytes()
    assert (left.T @ quick).tobytes() == np.asarray(left.T @ plain).tobytes()


def test_a_matrix_with_empty_rows_has_products_of_zero() -> None:
    empty = products.Quick(sparse.csr_matrix((3, 4), dtype=np.float32))
    assert (empty @ np.ones((4, 2), np.float32)).tolist() == [[0.0, 0.0]] * 3


def test_products_that_are_made_dense_are_the_same() -> None:
    rows, others = matrix(40, 200, 1), matrix(60, 200, 2)
    compiled, plain = (products.made_dense(rows, others, quick=way) for way in (True, False))
    assert compiled.tobytes() == plain.tobytes()
    assert compiled.any()


def test_an_archive_is_learned_from_to_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = []
    for name, least in (("compiled", 0), ("plain", 10**9)):
        monkeypatch.setattr("search.related.training.products._WORTH_COMPILING", least)
        (tmp_path / name).mkdir()
        vectors_of(MANY, range(16000, 16400), tmp_path / name)
        digests.append(digest(tmp_path / name))
    assert digests[0] == digests[1]
