"""Learns how much the titles of an archive say, without labels.

Two events with like bodies are surely related. Do their titles agree as well? Half of all terms
find, for an event, the one with the most similar body. The terms of the other half then tell how
similar the two titles are, and how similar the two bodies, each above a pair at random. A word of
a title counts as three of a body where titles agree at least five eighths as much as bodies do, and
as one where they agree less than three eighths as much: in a log that calls everything "Incident".
Figures of ten archives are in benchmarks/relatedness/README.md.
"""

import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from search.index.term_counts import ONLY_REPEATED, TermRows

MOST_TITLE_COUNT: Final = 3  # words of a body that a word of a title counts as
_COMPARED: Final = 8_192  # events with a title and a body
_ASKED: Final = 1_024  # of them, for the one with the most similar body
_RELATED: Final = 0.5  # of the pairs, the most similar: so many are taken for related
_LEAST: Final = 64  # events of which something can be learned
_AT_ONCE: Final = 128  # events that are asked
_STEPS: Final = 4.0  # of the count, for titles that agree as much as bodies
_PRIOR: Final = 0.02  # an agreement of both: what agrees hardly more than at random tells nothing


def title_count(rows: TermRows, hashes: NDArray[np.uint64]) -> int:
    """As how many words of a body a word of a title counts: 1 to ``MOST_TITLE_COUNT``.

    Args:
        rows: of all events, in which a word of a title still counts once.
        hashes: [events]; the events with the lowest are compared.
    """
    has_both = np.zeros(len(rows.words), np.bool_)
    has_both[np.searchsorted(rows.starts, np.flatnonzero(rows.titled), "right") - 1] = True
    lowest = np.argsort(hashes, kind="stable")
    chosen = lowest[has_both[lowest]][:_COMPARED]
    if len(chosen) < _LEAST:
        return MOST_TITLE_COUNT
    whole = np.where(rows.weighted == ONLY_REPEATED, 0, rows.weighted)
    titles = _tf_idf(rows, rows.titled, chosen)
    bodies = _tf_idf(rows, np.where(whole > rows.titled, whole - rows.titled, 0), chosen)
    half = np.array([zlib.crc32(term.encode()) & 1 for term in rows.terms], np.float64)
    finding = _unit(bodies, half)
    nearest, similarity = _nearest(finding)
    related = np.argsort(-similarity, kind="stable")[: int(len(similarity) * _RELATED)]
    pairs = (related, nearest[related])
    of_titles, of_bodies = (_agreement(_unit(its, 1.0 - half), *pairs) for its in (titles, bodies))
    agreement = (max(of_titles, 0.0) + _PRIOR) / (max(of_bodies, 0.0) + _PRIOR)
    return min(max(round(_STEPS * agreement), 1), MOST_TITLE_COUNT)


def _tf_idf(
    rows: TermRows, counts: NDArray[np.uint8], chosen: NDArray[np.intp]
) -> sparse.csr_matrix:
    """The weights of the terms of some events: [chosen, terms]."""
    shape = (len(rows.words), len(rows.terms))
    its = sparse.csr_matrix((counts, rows.columns, rows.starts), shape=shape)
    its = its[chosen].astype(np.float64)
    its.eliminate_zeros()
    its.data = 1.0 + np.log(its.data)
    events = np.bincount(its.indices, minlength=shape[1])
    return its @ sparse.diags(np.log((1.0 + len(chosen)) / (1.0 + events)))


def _unit(weights: sparse.csr_matrix, terms: NDArray[np.float64]) -> sparse.csr_matrix:
    """Rows of length 1 of the weights of some ``terms``, 1 for each that is used: [events, terms];
    a row without any is 0."""
    its = weights @ sparse.diags(terms)
    owners = np.repeat(np.arange(its.shape[0]), np.diff(its.indptr))
    lengths = np.sqrt(np.bincount(owners, its.data**2, its.shape[0]))
    return sparse.diags(1.0 / np.where(lengths > 0.0, lengths, 1.0)) @ its


def _nearest(events: sparse.csr_matrix) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """For each of the first ``_ASKED`` events the most similar other one, and how similar it is."""
    nearest, similarity = [], []
    asked = min(_ASKED, events.shape[0])
    for begin in range(0, asked, _AT_ONCE):
        some = np.arange(begin, min(begin + _AT_ONCE, asked))
        cosines = (events[some] @ events.T).toarray()
        cosines[some - begin, some] = -1.0
        nearest.append(cosines.argmax(axis=1))
        similarity.append(cosines.max(axis=1))
    return np.concatenate(nearest), np.concatenate(similarity)


def _agreement(
    events: sparse.csr_matrix, some: NDArray[np.intp], others: NDArray[np.intp]
) -> float:
    """The mean cosine of pairs of events, above that of each event with one at random."""
    at_random = (some + events.shape[0] // 2) % events.shape[0]
    differences = events[others] - events[at_random]
    return float(events[some].multiply(differences).sum() / len(some))
