"""Sums over the terms of a text: of products with each event, and of word vectors."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.index.term_matrix import TermMatrix
from search.related import scoring
from search.related.scoring import directions, sizes, units
from search.related.similarity_parts import AS_NAMES, IS_WORD, QueryVector, Sums

_COUNT_WEIGHTS: Final = scoring.count_weights().astype(np.float64)


def sums_of(matrix: TermMatrix, query: QueryVector) -> Sums:
    """The sums with every event, deleted or not, except the query event: [n]."""
    size = len(matrix)
    columns, products, words, names = [], [], [], []
    weights = matrix.weights(query.terms).tolist()
    kinds = matrix.kinds(query.terms).tolist()
    own = zip(query.terms.tolist(), weights, kinds, query.weights.tolist(), strict=True)
    for term, its, kind, weight in own:
        found, counts = matrix.weighted_column(term)
        columns.append(found)
        products.append((_COUNT_WEIGHTS * its * weight)[counts])
        words.append(products[-1] if IS_WORD[kind] else np.zeros(len(found)))
        names += [found[products[-1] > 0.0]] * int(AS_NAMES[kind])
    if not columns:
        return Sums(np.zeros(size), np.zeros(size), np.zeros(size, np.int64))
    events = np.concatenate(columns).astype(np.intp)
    of_all, of_words = (
        np.bincount(events, np.concatenate(each), size).astype(np.float64, copy=False)
        for each in (products, words)
    )
    sums = Sums(
        of_all,
        of_words,
        np.bincount(np.concatenate([*names, columns[0][:0]]), minlength=size),
    )
    if query.ordinal is not None:
        for values in sums:
            values[query.ordinal] = 0
    return sums


def vector_of(
    matrix: TermMatrix, terms: NDArray[np.int64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float32], float]:
    """The direction of the sum of the word vectors of some terms, which are ascending, by their
    weights, as whole numbers [dimensions], and its Euclidean length."""
    numbers = matrix.word_numbers
    vector = np.zeros((1, matrix.dimensions))
    if len(numbers) and len(terms):
        places = np.minimum(np.searchsorted(numbers, terms), len(numbers) - 1)
        has_vector = numbers[places] == terms
        # Whole steps: exact, in any order they are added.
        vector = weights[None, has_vector] @ units(matrix.word_vectors(places[has_vector]))
    whole = directions(vector)
    return whole[0].astype(np.float32), float(sizes(whole)[0])
