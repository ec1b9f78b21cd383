"""Word vectors learned from the archive, by factorising the co-occurrence of its words.

The vectors of words span the leading left singular vectors of a matrix of positive pointwise mutual
information, except the first, which only says how common a word is. They are found by orthogonal
iteration (Golub and Van Loan, Matrix Computations, 8.2.4).

Two things make them depend on the archive and not on the vectors that iteration starts from. At the
cut singular values lie so close together that iteration never separates them, so a direction of
singular value s counts 1 − (t / s)⁴, where t is the smallest one kept: directions that another
start would exchange for others count next to nothing. And words are scaled to length 1 and then
whitened, which has the same result in whatever basis the span is given.

All products are exact: matrices are rounded to few enough bits that every sum of products fits
the 53 bits of a float64. So the result is the same, bit for bit, whichever library multiplies, in
whatever order, on any processor. The matrix is that of O. Levy and Y. Goldberg, Neural Word
Embedding as Implicit Matrix Factorization (2014).
"""

import math
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from search.index.kernels.loader import kernels_work
from search.related.scoring import directions, units
from search.related.training.rows import TrainingRows

_MOST_DIMENSIONS: Final = 200
_LEAST_DIMENSIONS: Final = 8
_TERMS_A_DIMENSION: Final = 4
_CONTEXT_POWER: Final = 0.75
_ROUNDS: Final = 5
_ROWS: Final = 512  # terms that are worked on at a time

# Bits: 14 of information and 17 of a basis leave 22 for the number of terms of a sum; 17 and 17
# leave 19 for the terms with a vector (``redundancy.frequent_terms``); 17 and 20 leave 16 for
# dimensions.
_INFORMATION_STEP: Final = 2.0**-10
_BASIS_BITS: Final = 17
_FACTOR_BITS: Final = 20
_MANY_PAIRS: Final = 1_000_000  # of terms; from then on a compiled product is worth its loading
_DIVIDED_BITS: Final = 24  # 24 and 20 leave 9 for dimensions
_UNIT_BITS: Final = 16  # of vectors of length 1: 16 and 16 leave 21 for the number of terms
_RIDGE: Final = 1e-6  # of the diagonal: bases that hardly span their dimensions stay regular
_NOISE: Final = 1e-6  # of the square of the largest singular value; what is smaller is noise


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
    terms = [rows.counted.terms[number] for number in numbers.tolist()]
    leading = _leading(_information(together), _signs(terms, dimensions + 1))
    return numbers, directions(_tapered(*leading))


def _leading(
    matrix: sparse.csr_matrix, columns: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nearly orthonormal columns that span the leading left singular vectors of ``matrix``, and the
    same divided by matrix · matrixᵀ: shorter, the stronger they are. The first is left out.
    ``columns`` are where the iteration starts; they are overwritten."""
    transposed = matrix.T.tocsr()
    columns[:, 0] = 1.0
    for _ in range(_ROUNDS):
        before = _rounded(columns, _BASIS_BITS)
        columns = _product(transposed, before)
        scale = _largest(columns)
        columns = _product(matrix, _rounded(columns, _BASIS_BITS))
        scale *= _largest(columns)
        columns = _rounded(columns, _BASIS_BITS)
        factor = _orthogonaliser(columns)
        columns = columns @ factor
    del transposed
    scale[scale <= _NOISE * scale.max()] = np.inf
    before /= scale
    divided = _in_steps(before, _DIVIDED_BITS) @ factor
    lengths = _lengths(columns)
    lengths[(lengths == 0.0) | (scale == np.inf)] = np.inf
    columns /= lengths
    divided /= lengths
    return columns[:, 1:], divided[:, 1:]


def _signs(terms: Sequence[str], columns: int) -> NDArray[np.float64]:
    """Random signs to start from: [terms, columns]. Each row follows from its term, so that an
    archive with a few more terms begins with nearly the same basis, and finds nearly the same."""
    hashes = [blake2b(term.encode("utf-8", "surrogatepass")).digest() for term in terms]
    bits = np.unpackbits(np.frombuffer(b"".join(hashes), np.uint8).reshape(len(terms), -1), axis=1)
    return 2.0 * bits[:, :columns].astype(np.float64) - 1.0


def _product(matrix: sparse.csr_matrix, basis: NDArray[np.float64]) -> NDArray[np.float64]:
    """Their product. Both are of so few bits that float32 holds them, and the sums are exact."""
    if matrix.nnz <= _MANY_PAIRS or not kernels_work():
        return np.asarray(matrix @ basis)
    from search.index.kernels.products import product  # noqa: PLC0415

    return product(matrix.indptr, matrix.indices, matrix.data, basis.astype(np.float32))


def _step(matrix: NDArray[np.float64], bits: int) -> float:
    """The power of 2 of whose multiples the largest number of ``matrix`` needs so many bits."""
    largest = max(float(matrix.max(initial=0.0)), -float(matrix.min(initial=0.0))) or 1.0
    return float(2.0 ** (math.frexp(largest)[1] - bits))


def _in_steps(matrix: NDArray[np.float64], bits: int) -> NDArray[np.float64]:
    """``matrix``, overwritten: rounded to multiples of its ``_step``."""
    step = _step(matrix, bits)
    matrix /= step
    np.rint(matrix, out=matrix)
    matrix *= step
    return matrix


def _lengths(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The Euclidean length of each column."""
    step, squares = _step(matrix, _BASIS_BITS), np.zeros(matrix.shape[1])
    for first in range(0, len(matrix), _ROWS):
        whole = np.rint(matrix[first : first + _ROWS] / step)
        squares += np.einsum("ij,ij->j", whole, whole)
    return np.asarray(np.sqrt(squares) * step)


def _largest(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest absolute number of each column; 1 where all are zero."""
    largest = np.maximum(matrix.max(axis=0, initial=0.0), -matrix.min(axis=0, initial=0.0))
    return np.where(largest > 0.0, largest, 1.0)


def _rounded(matrix: NDArray[np.float64], bits: int) -> NDArray[np.float64]:
    """``matrix``, overwritten: its columns scaled so that the largest number is 1, and rounded to
    this many bits."""
    matrix /= _largest(matrix)
    matrix *= 2.0**bits
    np.rint(matrix, out=matrix)
    matrix *= 2.0**-bits
    return matrix


def _orthogonaliser(basis: NDArray[np.float64]) -> NDArray[np.float64]:
    """The triangular matrix that makes the columns of ``basis`` nearly orthogonal: Gram and
    Schmidt's, by Cholesky's factor of the products of the columns."""
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
    return _rounded(inverse.T, _FACTOR_BITS)


def _tapered(words: NDArray[np.float64], divided: NDArray[np.float64]) -> NDArray[np.float64]:
    """The vectors of words scaled to length 1 and whitened, weak directions then weighted less.

    ``words`` and ``divided`` are as ``_leading`` gives them, and are overwritten. Without whitening
    the directions that many short vectors point to would count for more than others.
    """
    rounded = _in_steps(words.copy(), _BASIS_BITS)
    lengths = np.sqrt(np.einsum("ij,ij->i", rounded, rounded))[:, None]
    lengths = np.where(lengths > 0.0, lengths, np.inf)
    divided /= _lengths(divided).max(initial=0.0) or 1.0  # 1 for the weakest direction
    divided = _in_steps(divided, _UNIT_BITS)
    twice = divided @ _in_steps(rounded.T @ divided, _UNIT_BITS)
    words /= lengths
    twice /= lengths
    rounded[:] = words
    rounded = _in_steps(rounded, _UNIT_BITS)
    factor = _orthogonaliser(rounded)
    scale = _lengths(rounded @ factor)
    words -= twice
    del rounded, twice
    scale[scale == 0.0] = np.inf
    return np.asarray(_in_steps(words, _BASIS_BITS) @ factor / scale)


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
