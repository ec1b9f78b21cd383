"""What is learned from a whole archive, so that asking is arithmetic on arrays.

Files of one generation, all little-endian arrays without pickle, or plain text. n events, t terms,
v of them with a word vector of d dimensions:

    terms.txt            line i is the term of number i; terms ascend
    term_kinds.npy       uint8 [t]: index into ``term_counts.KINDS``
    term_weights.npy     float32 [t]: idf times the boost of the kind
    row_starts.npy       uint32 [n + 1], row_terms.npy uint32, row_counts.npy uint8: the terms of
                         an event, ascending; count 0 is a name that stands beside its words
    column_starts.npy    uint32 [t + 1], column_events.npy uint32, column_counts.npy uint8: the
                         same by term
    lengths.npy          float32 [n]: Euclidean length of each event's weights
    tokens.npy           uint32 [n]: words of each event, without stop words
    word_numbers.npy     uint32 [v], ascending: which terms have a vector
    word_vectors.npy     int8 [v, d]: their directions
    event_vectors.npy    int8 [n, d]: directions of events, drawn towards their neighbours
    event_sizes.npy      float32 [n]: Euclidean length of the same
    chance.npy           float32 [n]: ``ranking.relative_chance``
    sample.npy           uint32: ordinals of the events that chance is measured on
    dates.npy            int32 [n]: days since 1970-01-01
    training.json        the numbers that belong to the archive as a whole

The same input gives the same bytes: seeds and signs are fixed and one thread computes.
"""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from search.index.term_counts import TermRows
from search.related.scoring import sizes
from search.related.training.hubness import calibrate, measure_chance
from search.related.training.neighbours import event_vectors
from search.related.training.rows import TrainingRows, rows_of
from search.related.training.word_embeddings import word_vectors

__all__ = ["train"]


def train(counted: TermRows, dates: NDArray[np.int32], directory: Path) -> None:
    """Learn from all events, in the order of their ordinals, and write every file.

    ``dates`` are days since 1970-01-01. Takes some 40 CPU seconds for 70,000 events of 27 words.
    """
    with threadpool_limits(1):
        rows = rows_of(counted, dates)
        numbers, words = word_vectors(rows)
        vectors = event_vectors(rows, numbers, words)
        chance = measure_chance(rows, vectors)
        calibration = calibrate(rows, numbers, words, vectors, chance)
    _write_rows(directory, rows)
    _save(
        directory,
        word_numbers=numbers.astype("<u4"),
        word_vectors=words,
        event_vectors=vectors,
        event_sizes=sizes(vectors).astype("<f4"),
        chance=chance.relative.astype("<f4"),
        sample=chance.sample.astype("<u4"),
    )
    facts = {
        "calibration": {
            "middle": calibration.middle,
            "min_score": calibration.min_score,
            "steepness": calibration.steepness,
        },
        "chance_mean": chance.mean,
        "english": rows.english,
        "events": len(rows),
        "typical_length": rows.typical,
    }
    text = json.dumps(facts, sort_keys=True, indent=1)
    (directory / "training.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _write_rows(directory: Path, rows: TrainingRows) -> None:
    by_event, by_term = rows.counts, rows.counts.tocsc()
    by_term.sort_indices()
    _save(
        directory,
        term_kinds=rows.kinds,
        term_weights=rows.term_weights.astype("<f4"),
        row_starts=by_event.indptr.astype("<u4"),
        row_terms=by_event.indices.astype("<u4"),
        row_counts=(by_event.data - 1).astype(np.uint8),
        column_starts=by_term.indptr.astype("<u4"),
        column_events=by_term.indices.astype("<u4"),
        column_counts=(by_term.data - 1).astype(np.uint8),
        lengths=rows.lengths.astype("<f4"),
        tokens=rows.tokens.astype("<u4"),
        dates=rows.dates.astype("<i4"),
    )
    text = "".join(f"{term}\n" for term in rows.terms)
    (directory / "terms.txt").write_text(text, encoding="utf-8", newline="\n")


def _save(directory: Path, **arrays: NDArray[np.generic]) -> None:
    for name, array in arrays.items():
        np.save(directory / f"{name}.npy", array)
