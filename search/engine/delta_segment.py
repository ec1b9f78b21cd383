"""Writes a delta segment: the events that were added or edited since the base was built.

What was learned with the base stays: names, aliases, word vectors, calibration. Each event of the
delta is compared with the base separately, like the text of a query. So a delta does not depend on
the order in which its events arrived. The weight of a new term, one that is not in the base at all,
is that of its document frequency in the delta.

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

from search.index import event_store, lines, name_index, segments, written_names
from search.index.arrays import begins
from search.index.postings import writer
from search.index.postings.collector import Occurrences
from search.index.postings.parts import part_of
from search.index.snapshot import Snapshot
from search.index.term_counts import ONLY_REPEATED, TermRows, are_common
from search.index.term_matrix import halves
from search.model.digests import event_digest
from search.model.event import Event, day_number
from search.related import scoring
from search.related.similarity import Similarity
from search.text.analysed_event import canonical_names, names_as_written


class Placement(NamedTuple):
    """The vector, its length and the hubness of an event of the delta: ``Similarity.placed``."""

    vector: NDArray[np.int8]
    size: float
    hub: float


def write(
    base: Snapshot,
    events: Sequence[Event],
    deleted: NDArray[np.int64],
    known: Mapping[int, Placement],
    directory: Path,
) -> None:
    """Write every file of a delta.

    ``events`` are in the order of date and id; ``deleted`` are ordinals of the base, ascending.
    ``known`` has the placements of the previous delta, by the digest of an event.
    """
    analyses = [base.terms.analyse(event.text) for event in events]
    before = np.array([_before(base, event) for event in events], dtype=np.int64)
    segments.write(deleted, before, directory)
    for name in ("events", "names", "written_names", "vectors"):
        (directory / name).mkdir()
    event_store.write(events, directory / "events")
    each = list(zip(events, analyses, strict=True))
    named = [names_as_written(analysis, event.terms, base.aliases) for event, analysis in each]
    written_names.write(named, directory / "written_names")
    name_index.write([canonical_names(its) for its in named], directory / "names")
    occurrences = Occurrences(base.terms)
    for event, analysis in each:
        occurrences.add(event, analysis.names)
    writer.build(directory / "postings", [part_of(occurrences)])
    similarity = Similarity(base.matrix)
    rows = occurrences.term_rows().with_canonical_names(base.aliases)
    rows = rows.with_title_count(base.matrix.learned.title_count)
    numbers = _numbers(similarity, rows.terms)
    _write_rows(similarity, rows, numbers, directory / "vectors")
    placements = [
        known.get(event_digest(event)) or _placement(base, similarity, event, row, rows, numbers)
        for row, event in enumerate(events)
    ]
    dimensions = base.matrix.dimensions
    vectors = np.array([placement.vector for placement in placements], dtype=np.int8)
    _save(
        directory / "vectors",
        **halves(vectors.reshape(len(events), dimensions)),
        event_sizes=np.array([placement.size for placement in placements], dtype="<f4"),
        hubs=np.array([placement.hub for placement in placements], dtype="<f4"),
    )


def placements_in(snapshot: Snapshot) -> dict[int, Placement]:
    """The placements that the delta of a snapshot holds, by the digest of an event."""
    matrix = snapshot.matrix
    first = snapshot.base_count
    ordinals = np.arange(first, len(matrix))
    vectors, sizes, hubs = matrix.vectors(ordinals), matrix.vector_sizes, matrix.hubs
    digests = snapshot.events.digests()[first:].tolist()
    return {
        digest: Placement(vectors[at], float(sizes[first + at]), float(hubs[first + at]))
        for at, digest in enumerate(digests)
    }


def _placement(
    base: Snapshot,
    similarity: Similarity,
    event: Event,
    row: int,
    rows: TermRows,
    numbers: NDArray[np.int64],
) -> Placement:
    cells = slice(rows.starts[row], rows.starts[row + 1])
    columns, counts = rows.columns[cells], rows.weighted[cells]
    terms = numbers[columns]
    new = terms >= similarity.matrix.known_terms
    kinds = rows.kinds[columns[new]]
    new_terms = list(zip(counts[new].tolist(), kinds.tolist(), strict=True))
    order = np.argsort(terms[~new])
    # An event is not compared with its own earlier version.
    earlier = base.events.ordinal_of(event.id)
    placed = similarity.placed(terms[~new][order], counts[~new][order], new_terms, earlier)
    return Placement(placed.vector.astype(np.int8), placed.size, placed.hub)


def _before(base: Snapshot, event: Event) -> int:
    """How many events of the base come before an event, by date and id."""
    day = day_number(event.date)
    first = int(np.searchsorted(base.events.days, day))
    last = int(np.searchsorted(base.events.days, day, "right"))
    same_day = range(first, last)
    return first + bisect_left(same_day, event.id, key=lambda ordinal: base.events[ordinal].id)


def _numbers(similarity: Similarity, terms: Sequence[str]) -> NDArray[np.int64]:
    """The numbers of terms; new terms are numbered after those of the base."""
    numbers, new = [], similarity.matrix.known_terms
    for term in terms:
        number = similarity.matrix.number_of(term)
        numbers.append(new if number is None else number)
        new += number is None
    return np.array(numbers, dtype=np.int64)


def _write_rows(
    similarity: Similarity, rows: TermRows, numbers: NDArray[np.int64], directory: Path
) -> None:
    matrix = similarity.matrix
    is_new = numbers >= matrix.known_terms
    counts = rows.columns[rows.weighted != ONLY_REPEATED]
    event_counts = np.bincount(counts, minlength=len(numbers)).astype(np.int64)
    events, never = matrix.learned.events, are_common(rows.terms) | ~rows.are_subjects()
    kinds = scoring.with_rare_words(rows.terms, rows.kinds, event_counts, events, never)[is_new]
    idf = similarity.weight_of_new(event_counts[is_new])
    new_weights = scoring.term_weights(idf, kinds)
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
    lines.write(new, directory / "terms.txt")


def _save(directory: Path, **arrays: NDArray[np.generic]) -> None:
    for name, array in arrays.items():
        np.save(directory / f"{name}.npy", array)
