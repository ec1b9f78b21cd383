"""Word vectors learned from the archive, by factorising the co-occurrence of its words.

The vectors of words span the leading left singular vectors of a matrix of positive pointwise mutual
information, except the first, which only says how common a word is. They are found by orthogonal
iteration (Golub and Van Loan, Matrix Computations, 8.2.4). Words and then dimensions are scaled to
count alike.

All products are exact: matrices are rounded to few enough bits that every sum of products fits
the 53 bits of a float64. So the result is the same, bit for bit, whichever library multiplies, in
whatever order, on any processor. The matrix is that of O. Levy and Y. Goldberg, Neural Word
Embedding as Implicit Matrix Factorization (2014).
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from search.index.kernels.loader import compiled
from search.related.scoring import directions, units
from search.related.training.rows import TrainingRows

_MOST_DIMENSIONS: Final = 200
_LEAST_DIMENSIONS: Final = 8
_TERMS_A_DIMENSION: Final = 4
_CONTEXT_POWER: Final = 0.75
_ROUNDS: Final = 6
_ROWS: Final = 512  # terms whose information is computed at a time

# Bits: 14 of information and 17 of a basis leave 22 for the number of terms of a sum; 17 and 17
# leave 19 for the terms with a vector (``redundancy.frequent_terms``); 17 and 20 leave 16 for
# dimensions.
_INFORMATION_STEP: Final = 2.0**-10
_BASIS_BITS: Final = 17
_FACTOR_BITS: Final = 20
_MANY_PAIRS: Final = 1_000_000  # of terms; from then on a compiled product is worth its loading
_LENGTH_BITS: Final = 16  # of vectors of length 1: 16 and 16 leave 21 for the number of terms
_TINY: Final = 2.0**-_BASIS_BITS
_RIDGE: Final = 1e-6  # of the diagonal: bases that hardly span their dimensions stay regular
_NOISE: Final = 1e-3  # of the largest component; what is smaller is noise


def dimensions_for(events: int, terms: int) -> int:
    """The number of dimensions for this many events and terms; 0 if they are too few.

    They grow with the square root of the archive: 14 for 50 events, 141 for 5,000.
    """
    dimensions = min(_MOST_DIMENSIONS, round(2.0 * events**0.5), terms // _TERMS_A_DIMENSION)
    return dimensions if dimensions >= _LEAST_DIMENSIONS else 0


def word_vectors(
    rows: TrainingRows, together: sparse.csr_matrix
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """The terms that have a vector, ascending, and their directions: [v], [v, d].

    ``together`` is as ``redundancy.cooccurrences`` gives it for ``rows.frequent``. Its numbers are
    overwritten: a copy would be a large part of the memory that a build takes.
    """
    numbers = rows.frequent
    dimensions = dimensions_for(len(rows), len(numbers))
    if not dimensions:
        return numbers[:0], np.zeros((0, 0), dtype=np.int8)
    information = _information(together)
    transposed = information.T.tocsr()
    basis = _signs([rows.counted.terms[number] for number in numbers.tolist()], dimensions + 1)
    basis[:, 0] = 1.0
    for _ in range(_ROUNDS):
        basis = _product(transposed, basis)
        strengths = _lengths(basis)  # near those of the final basis
        basis = _rounded(_product(information, _rounded(basis, _BASIS_BITS)), _BASIS_BITS)
        basis = _orthogonal(basis)
    basis = _orthogonal(basis)  # twice is enough, and only at the end
    del information, transposed
    kept = strengths[1:] > _NOISE * strengths.max(initial=0.0)
    return numbers, directions(_standardised(basis[:, 1:] * kept))


def _signs(terms: Sequence[str], columns: int) -> NDArray[np.float64]:
    """Random signs to start from: [terms, columns]. Each row follows from its term, so that an
    archive with a few more terms begins with nearly the same basis, and finds nearly the same."""
    hashes = [blake2b(term.encode("utf-8", "surrogatepass")).digest() for term in terms]
    bits = np.unpackbits(np.frombuffer(b"".join(hashes), np.uint8).reshape(len(terms), -1), axis=1)
    return 2.0 * bits[:, :columns].astype(np.float64) - 1.0


def _product(matrix: sparse.csr_matrix, basis: NDArray[np.float64]) -> NDArray[np.float64]:
    """Their product. Both are of so few bits that float32 holds them, and the sums are exact."""
    kernels = compiled() if matrix.nnz > _MANY_PAIRS else None
    if kernels is None:
        return np.asarray(matrix @ basis)
    found: NDArray[np.float64] = kernels.product(
        matrix.indptr, matrix.indices, matrix.data, basis.astype(np.float32)
    )
    return found


def _lengths(basis: NDArray[np.float64]) -> NDArray[np.float64]:
    """The Euclidean length of each column, relative to the largest number of all: [columns]."""
    largest = max(float(basis.max(initial=0.0)), -float(basis.min(initial=0.0))) or 1.0
    whole = np.rint(basis * (2.0**_BASIS_BITS / largest))
    return np.asarray(np.sqrt(np.einsum("ij,ij->j", whole, whole)))


def _rounded(matrix: NDArray[np.float64], bits: int) -> NDArray[np.float64]:
    """``matrix``, overwritten: its columns scaled so that the largest number is 1, and rounded to
    this many bits."""
    high = matrix.max(axis=0, initial=0.0, keepdims=True)
    largest = np.maximum(high, -matrix.min(axis=0, initial=0.0, keepdims=True))
    matrix /= np.where(largest > 0.0, largest, 1.0)
    matrix *= 2.0**bits
    np.rint(matrix, out=matrix)
    matrix *= 2.0**-bits
    return matrix


def _orthogonal(basis: NDArray[np.float64]) -> NDArray[np.float64]:
    """Nearly orthogonal columns that span the same, the first first: Gram and Schmidt's, by
    Cholesky's factor of the products of the columns."""
    products = basis.T @ basis
    size = len(products)
    products[np.arange(size), np.arange(size)] *= 1.0 + _RIDGE
    products[np.arange(size), np.arange(size)] += 2.0**-_BASIS_BITS
    factor = np.zeros((size, size))
    for at in range(size):  # column by column, in this order whatever the library
        factor[at:, at] = products[at:, at] / np.sqrt(products[at, at])
        products[at:, at:] -= factor[at:, at, None] * factor[None, at:, at]
    inverse = np.eye(size)
    for at in range(size):
        inverse[at] /= factor[at, at]
        inverse[at + 1 :] -= factor[at + 1 :, at, None] * inverse[at]
    return _rounded(basis @ _rounded(inverse.T, _FACTOR_BITS), _BASIS_BITS)


def _standardised(words: NDArray[np.float64]) -> NDArray[np.float64]:
    """The vectors scaled to length 1, and then each dimension to the same mean square.

    Singular vectors all have the same length. Once each word has length 1, the dimensions that many
    short vectors point to would count for more than others.
    """
    lengths = np.maximum(np.sqrt(np.square(words).sum(axis=1, keepdims=True)), _TINY)
    steps = words * (2.0**_LENGTH_BITS / lengths)
    squares = np.square(np.rint(steps)).sum(axis=0)
    return np.asarray(steps / np.sqrt(np.where(squares > 0.0, squares, 1.0)))


def _information(together: sparse.csr_matrix) -> sparse.csr_matrix:
    """Positive pointwise mutual information of terms within events, in whole steps, in place."""
    total = np.asarray(together.sum(axis=1), dtype=np.float64).ravel()
    context = total**_CONTEXT_POWER
    context /= context.sum() or 1.0
    for first in range(0, len(total), _ROWS):
        starts = together.indptr[first : first + _ROWS + 1]
        owners = np.repeat(total[first : first + _ROWS], np.diff(starts))
        some = slice(starts[0], starts[-1])
        ratio = together.data[some].astype(np.float64) / (owners * context[together.indices[some]])
        steps = np.rint(np.maximum(np.log(ratio), 0.0) / _INFORMATION_STEP)
        together.data[some] = steps * _INFORMATION_STEP
    together.eliminate_zeros()
    return together


def event_vectors(
    rows: TrainingRows, numbers: NDArray[np.int64], words: NDArray[np.int8]
) -> NDArray[np.int8]:
    """The direction of each event: of the sum of its words' vectors, by their weights: [n, d]."""
    if not len(numbers):
        return np.zeros((len(rows), 0), dtype=np.int8)
    vectors, weights = units(words), rows.weights[:, numbers].tocsr()
    found = np.empty((len(rows), words.shape[1]), dtype=np.int8)
    for begin in range(0, len(rows), 1 << 14):
        found[begin : begin + (1 << 14)] = directions(weights[begin : begin + (1 << 14)] @ vectors)
    return found
