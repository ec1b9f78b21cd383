"""Training: learns from a whole archive what queries need, as arrays.

Files of one generation, all little-endian arrays without pickle, or plain text. n events, t terms,
v of them with a word vector of d dimensions:

    terms.txt            line i is the term of number i; terms ascend
    term_kinds.npy       uint8 [t]: index into ``term_counts.KINDS``
    term_weights.npy     float32 [t]: idf times the boost of the kind
    row_starts.npy       uint32 [n + 1], row_terms.npy uint32, row_counts.npy uint8: the terms of
                         an event, ascending, with their counts for relatedness; 0 is a name beside
                         its words, 255 a term that counts nothing
    column_starts.npy    uint32 [t + 1], column_events.npy uint32, column_weighted.npy uint8: the
                         same by term; column_counts.npy uint8: how often the event has it
    block_bounds.npy, block_places.npy: see ``index.blocks``
    lengths.npy          float32 [n]: Euclidean length of each event's weights
    word_numbers.npy     uint32 [v], ascending: which terms have a vector
    word_vectors.npy     int8 [v, d]: their directions
    vector_heads.npy, vector_tails.npy: int8 [n, d] in two parts: directions of events; see
                         ``index.term_matrix``
    event_sizes.npy      float32 [n]: Euclidean length of the same
    hubs.npy             float32 [n]: ``scoring.hub``
    sample.npy           uint32: ordinals of the events that hubs are measured on
    training.json        ``model.learned.Learned``: the numbers of the archive as a whole

The same input gives the same bytes on every processor: sums are exact, or in a fixed order, or
rounded to far fewer digits than they have.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from search.index import blocks, lines
from search.index.term_counts import TermRows
from search.index.term_matrix import halves
from search.model.learned import Learned
from search.related import scoring
from search.related.training.hubness import SAMPLE, hubs_of
from search.related.training.rows import Similarities, TrainingRows, rows_of
from search.related.training.time_and_tail import SAMPLE as PAIRED
from search.related.training.time_and_tail import background_of, time_and_tail
from search.related.training.titles import title_count
from search.related.training.word_embeddings import event_vectors, word_vectors

__all__ = ["train"]

_AT_ONCE: Final = 1 << 14  # vectors


def train(
    counted: TermRows,
    dates: NDArray[np.int32],
    hashes: NDArray[np.uint64],
    directory: Path,
    own_vectors: NDArray[np.int8] | None = None,
) -> None:
    """Learn from all events, in the order of their ordinals, and write every file.

    ``dates`` are days since 1970-01-01. The events with the lowest ``hashes`` (of their ids) form
    the sample. ``own_vectors`` [n, d] are directions of events from the user's model. The learned
    ones are put beside them, and a text that is no event has no vector.

    BLAS runs in one thread: these matrices are so small that threads wait for each other.
    """
    with threadpool_limits(1, "blas"):
        titles = title_count(counted, hashes)
        counted = counted.with_title_count(titles)
        rows, together = rows_of(counted, dates)
        numbers, words = word_vectors(rows, together)
        vectors = event_vectors(rows, numbers, words)
        weight = scoring.vector_weight(len(rows), vectors.shape[1])
        if own_vectors is not None:
            vectors = scoring.side_by_side(own_vectors, vectors)
            numbers, words, weight = numbers[:0], vectors[:0], scoring.VECTORS
        del together  # the largest of all
        lowest = np.argsort(hashes, kind="stable")
        sample, paired = np.sort(lowest[:SAMPLE]), np.sort(lowest[:PAIRED])
        similarities = Similarities(rows, vectors, weight)
        similarities.background = background_of(similarities, paired)
        hubs, hub_mean = hubs_of(similarities, sample, len(rows))
        learned = Learned(
            len(rows),
            rows.english,
            rows.terms_of_an_event(),
            weight,
            similarities.background,
            hub_mean,
            titles,
            *time_and_tail(similarities, paired, hubs, rows.dates),
        )
    _sort_dimensions(vectors, words)
    _write_rows(directory, rows)
    _save(
        directory,
        word_numbers=numbers.astype("<u4"),
        word_vectors=words,
        **halves(vectors),
        event_sizes=scoring.sizes(vectors).astype("<f4"),
        hubs=hubs.astype("<f4"),
        sample=sample.astype("<u4"),
    )
    text = json.dumps(asdict(learned), sort_keys=True, indent=1)
    (directory / "training.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _sort_dimensions(vectors: NDArray[np.int8], words: NDArray[np.int8]) -> None:
    """Sort the dimensions of both, in place: first those in which events are longest."""
    parts = [slice(at, at + _AT_ONCE) for at in range(0, len(vectors), _AT_ONCE)]
    squares = np.zeros(vectors.shape[1], np.int64)
    for part in parts:
        squares += np.square(vectors[part], dtype=np.int64).sum(axis=0)
    order = np.argsort(-squares, kind="stable")
    for part in parts:
        vectors[part] = vectors[part, order]
    words[:] = words[:, order]


def _write_rows(directory: Path, rows: TrainingRows) -> None:
    counted = rows.counted
    shape = rows.weights.shape
    # A place in the rows for each place in the columns; 0 would not be stored.
    places = np.arange(1, len(counted.columns) + 1)
    by_term = sparse.csr_matrix((places, counted.columns, counted.starts), shape=shape).tocsc()
    by_term.sort_indices()
    at = by_term.data - 1
    _save(
        directory,
        term_kinds=counted.kinds,
        term_weights=rows.term_weights.astype("<f4"),
        row_starts=counted.starts.astype("<u4"),
        row_terms=counted.columns.astype("<u4"),
        row_counts=counted.weighted,
        column_starts=by_term.indptr.astype("<u4"),
        column_events=by_term.indices.astype("<u4"),
        column_weighted=counted.weighted[at],
        column_counts=counted.counts[at],
        lengths=rows.lengths.astype("<f4"),
    )
    lines.write(counted.terms, directory / "terms.txt")
    terms = np.repeat(np.arange(len(counted.terms)), np.diff(by_term.indptr))
    size, weighted = len(counted.words), counted.weighted[at]
    laid = blocks.lay_out(
        terms, by_term.indices, weighted, len(counted.terms), size, blocks.shift_of(size)
    )
    _save(directory, block_bounds=laid[0].astype("<u4"), block_places=laid[1].astype("<u2"))


def _save(directory: Path, **arrays: NDArray[np.generic]) -> None:
    for name, array in arrays.items():
        np.save(directory / f"{name}.npy", array)
