"""A delta written: the events that were added or altered since the base was built.

What the base has learned stays as it is: its names, aliases, word vectors and calibration. An
event of the delta is placed among the base's events as a text that is asked about would be, by
itself, so that a delta does not depend on the order in which its events came. Only terms that the
base does not have at all are weighed by how many events of the delta have them.

The files below ``vectors`` are those of ``related.training``, without those that describe the base
as a whole, and

    column_terms.npy    uint32, ascending: the terms of which there is a column
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.index import (
    event_store as event_file,
)
from search.index import (
    name_index as name_postings,
)
from search.index import (
    postings,
    segments,
)
from search.index.arrays import begins
from search.index.snapshot import Snapshot
from search.index.term_counts import LONG_NAME, NAME, ONLY_REPEATED, TermRows
from search.model.digests import event_digest
from search.model.event import Event, day_number
from search.related import scoring
from search.related.similarity import Vectors
from search.text.analysed_event import canonical_names


class Settled(NamedTuple):
    """What an event of the delta is compared by; see ``Vectors.placed``."""

    vector: NDArray[np.int8]
    size: float
    hub: float


def write(
    base: Snapshot,
    events: Sequence[Event],
    deleted: NDArray[np.int64],
    settled: Mapping[int, Settled],
    directory: Path,
) -> None:
    """Write every file of a delta.

    ``events`` stand in the order of date and id; ``deleted`` are ordinals of the base, ascending.
    ``settled`` is what is known from the delta before, by the digest of an event.
    """
    analyses = [base.terms.analyse(event.text) for event in events]
    before = np.array([_before(base, event) for event in events], dtype=np.int64)
    segments.write(deleted, before, directory)
    for room in ("events", "names", "vectors"):
        (directory / room).mkdir()
    event_file.write(events, directory / "events")
    each = list(zip(events, analyses, strict=True))
    names = [canonical_names(analysis, event.terms, base.aliases) for event, analysis in each]
    name_postings.write(names, directory / "names")
    occurrences = postings.Occurrences(base.terms)
    for event, analysis in each:
        occurrences.add(event, analysis.names)
    postings.build(directory / "postings", occurrences)
    vectors_of_base = Vectors(base.matrix)
    rows = occurrences.term_rows()
    numbers = _numbers(vectors_of_base, rows.terms)
    _write_rows(vectors_of_base, rows, numbers, directory / "vectors")
    places = [
        settled.get(event_digest(event))
        or _settled(base, vectors_of_base, event, row, rows, numbers)
        for row, event in enumerate(events)
    ]
    dimensions = base.matrix.dimensions
    vectors = np.array([place.vector for place in places], dtype=np.int8)
    _save(
        directory / "vectors",
        event_vectors=vectors.reshape(len(events), dimensions),
        event_sizes=np.array([place.size for place in places], dtype="<f4"),
        hubs=np.array([place.hub for place in places], dtype="<f4"),
        dates=np.array([day_number(event.date) for event in events], dtype="<i4"),
    )


def settled_in(snapshot: Snapshot) -> dict[int, Settled]:
    """What the delta of a snapshot says, by the digest of its events."""
    matrix = snapshot.matrix
    first = snapshot.base_count
    ordinals = np.arange(first, len(matrix))
    vectors, sizes, hubs = matrix.vectors(ordinals), matrix.vector_sizes, matrix.hubs
    digests = snapshot.events.digests()[first:].tolist()
    return {
        digest: Settled(vectors[at], float(sizes[first + at]), float(hubs[first + at]))
        for at, digest in enumerate(digests)
    }


def _settled(
    base: Snapshot,
    vectors: Vectors,
    event: Event,
    row: int,
    rows: TermRows,
    numbers: NDArray[np.int64],
) -> Settled:
    places = slice(rows.starts[row], rows.starts[row + 1])
    columns, counts = rows.columns[places], rows.weighted[places]
    terms = numbers[columns]
    new = terms >= len(vectors.matrix.terms)
    kinds = rows.kinds[columns[new]]
    strangers = list(
        zip(counts[new].tolist(), np.isin(kinds, (NAME, LONG_NAME)).tolist(), strict=True)
    )
    order = np.argsort(terms[~new])
    # An event is not compared with what it was before it was edited.
    earlier = base.events.ordinal_of(event.id)
    asked = vectors.placed(terms[~new][order], counts[~new][order], strangers, earlier)
    return Settled(asked.vector.astype(np.int8), asked.size, asked.hub)


def _before(base: Snapshot, event: Event) -> int:
    """How many events of the base stand before this one, by date and id."""
    day = day_number(event.date)
    first = int(np.searchsorted(base.events.days, day))
    last = int(np.searchsorted(base.events.days, day, "right"))
    same_day = range(first, last)
    return first + bisect_left(same_day, event.id, key=lambda ordinal: base.events[ordinal].id)


def _numbers(vectors: Vectors, terms: Sequence[str]) -> NDArray[np.int64]:
    """The numbers of terms: those that the base does not have are numbered behind its own."""
    numbers, new = [], len(vectors.matrix.terms)
    for term in terms:
        number = vectors.matrix.number_of(term)
        numbers.append(new if number is None else number)
        new += number is None
    return np.array(numbers, dtype=np.int64)


def _write_rows(
    vectors: Vectors, rows: TermRows, numbers: NDArray[np.int64], directory: Path
) -> None:
    matrix = vectors.matrix
    is_new = numbers >= len(matrix.terms)
    kinds = rows.kinds[is_new]
    counts = rows.columns[rows.weighted != ONLY_REPEATED]
    event_counts = np.bincount(counts, minlength=len(numbers)).astype(np.int64)
    idf = vectors.weight_of_new(event_counts[is_new])
    new_weights = scoring.term_weights(idf, np.isin(kinds, (NAME, LONG_NAME)))
    weights = np.empty(len(numbers), np.float32)
    weights[~is_new] = matrix.weights(numbers[~is_new])
    weights[is_new] = new_weights

    owners = np.repeat(np.arange(len(rows.words)), np.diff(rows.starts))
    terms = numbers[rows.columns]
    order = np.lexsort((terms, owners))
    terms, counted, weighted = terms[order], rows.counts[order], rows.weighted[order]
    values = scoring.count_weights().astype(np.float64)[weighted] * weights[rows.columns[order]]
    squares = np.bincount(owners, values**2, minlength=len(rows.words))
    by_term = np.argsort(terms, kind="stable")
    column_starts = begins(terms[by_term])
    _save(
        directory,
        term_kinds=kinds,
        term_weights=new_weights.astype("<f4"),
        row_starts=rows.starts.astype("<u4"),
        row_terms=terms.astype("<u4"),
        row_counts=weighted,
        column_terms=terms[by_term][column_starts].astype("<u4"),
        column_starts=np.append(column_starts, len(terms)).astype("<u4"),
        column_events=owners[by_term].astype("<u4"),
        column_weighted=weighted[by_term],
        column_counts=counted[by_term],
        lengths=np.sqrt(squares).astype("<f4"),
    )
    new = [term for term, its in zip(rows.terms, is_new.tolist(), strict=True) if its]
    text = "".join(f"{term}\n" for term in new)
    (directory / "terms.txt").write_text(text, encoding="utf-8", newline="\n")


def _save(directory: Path, **arrays: NDArray[np.generic]) -> None:
    for name, array in arrays.items():
        np.save(directory / f"{name}.npy", array)
