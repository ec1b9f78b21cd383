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
from itertools import chain
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
    postings as keywords,
)
from search.index import (
    segments as overlay,
)
from search.index.arrays import begins
from search.index.snapshot import Snapshot
from search.index.term_counts import LONG_NAME, NAME, term_counts
from search.model.digests import event_digest
from search.model.event import Event, day_number
from search.related import scoring as ranking
from search.related.similarity import Vectors
from search.text.analysed_event import canonical_names
from search.text.terms import Analysis


class Settled(NamedTuple):
    """Where an event stands among those of the base; see ``Vectors.prepare``."""

    vector: NDArray[np.int8]
    size: float
    chance: float


def write(
    base: Snapshot,
    events: Sequence[Event],
    gone: NDArray[np.int64],
    settled: Mapping[int, Settled],
    directory: Path,
) -> None:
    """Write every file of a delta.

    ``events`` stand in the order of date and id; ``gone`` are ordinals of the base, ascending.
    ``settled`` is what is known from the delta before, by the digest of an event.
    """
    analyses = [base.terms.analyse(event.text) for event in events]
    before = np.array([_before(base, event) for event in events], dtype=np.int64)
    overlay.write(gone, before, directory)
    for room in ("events", "names", "vectors"):
        (directory / room).mkdir()
    event_file.write(events, directory / "events")
    each = list(zip(events, analyses, strict=True))
    names = [canonical_names(analysis, event.terms, base.aliases) for event, analysis in each]
    name_postings.write(names, directory / "names")
    occurrences = keywords.Occurrences(base.terms)
    for event, analysis in each:
        occurrences.add(event, analysis.names)
    keywords.build(directory / "keywords", occurrences)
    vectors_of_base = Vectors(base.matrix)
    _write_rows(vectors_of_base, analyses, directory / "vectors")
    places = [_settled(base, vectors_of_base, event, analysis, settled) for event, analysis in each]
    dimensions = base.matrix.dimensions
    vectors = np.array([place.vector for place in places], dtype=np.int8)
    _save(
        directory / "vectors",
        event_vectors=vectors.reshape(len(events), dimensions),
        event_sizes=np.array([place.size for place in places], dtype="<f4"),
        chance=np.array([place.chance for place in places], dtype="<f4"),
        dates=np.array([day_number(event.date) for event in events], dtype="<i4"),
    )


def settled_in(snapshot: Snapshot) -> dict[int, Settled]:
    """What the delta of a snapshot says, by the digest of its events."""
    matrix = snapshot.matrix
    first = snapshot.base_count
    ordinals = np.arange(first, len(matrix))
    vectors, sizes, chance = matrix.vectors(ordinals), matrix.vector_sizes, matrix.chance
    digests = snapshot.events.digests()[first:].tolist()
    return {
        digest: Settled(vectors[at], float(sizes[first + at]), float(chance[first + at]))
        for at, digest in enumerate(digests)
    }


def _settled(
    base: Snapshot,
    vectors: Vectors,
    event: Event,
    analysis: Analysis,
    settled: Mapping[int, Settled],
) -> Settled:
    known = settled.get(event_digest(event))
    if known is not None:
        return known
    earlier = base.events.ordinal_of(event.id)
    mask = None
    if earlier is not None:  # an event is not drawn towards what it was before it was altered
        mask = np.ones(len(base.events), np.bool_)
        mask[earlier] = False
    asked = vectors.prepare(analysis, day=day_number(event.date), mask=mask)
    return Settled(asked.vector.astype(np.int8), asked.size, asked.chance)


def _before(base: Snapshot, event: Event) -> int:
    """How many events of the base stand before this one, by date and id."""
    day = day_number(event.date)
    first = int(np.searchsorted(base.events.days, day))
    last = int(np.searchsorted(base.events.days, day, "right"))
    same_day = range(first, last)
    return first + bisect_left(same_day, event.id, key=lambda ordinal: base.events[ordinal].id)


def _write_rows(vectors: Vectors, analyses: Sequence[Analysis], directory: Path) -> None:
    matrix = vectors.matrix
    rows = [term_counts(analysis) for analysis in analyses]
    number_of: dict[str, int] = {}
    unknown: dict[str, list[int]] = {}  # the kinds that it is in each of its events
    for row in rows:
        for term, (_, kind) in row.items():
            number = number_of.get(term)
            if number is None and term not in unknown:
                number = matrix.number_of(term)
                if number is not None:
                    number_of[term] = number
            if number is None:
                unknown.setdefault(term, []).append(kind)
    new = sorted(unknown)
    first_new = len(matrix.terms)
    number_of.update({term: first_new + at for at, term in enumerate(new)})
    kinds = np.array([min(unknown[term]) for term in new], dtype=np.uint8)
    event_counts = np.array([len(unknown[term]) for term in new], dtype=np.int64)
    boost = np.where(np.isin(kinds, (NAME, LONG_NAME)), ranking.NAME_BOOST, 1.0)
    new_weights = (vectors.weight_of_new(event_counts) * boost).astype(np.float32)

    numbered = [sorted((number_of[term], row[term][0]) for term in row) for row in rows]
    owners = np.repeat(np.arange(len(rows)), [len(row) for row in numbered])
    flat = np.array(list(chain.from_iterable(numbered)), dtype=np.int64).reshape(-1, 2)
    terms, counts = flat[:, 0], flat[:, 1]
    known = terms < first_new
    weights = np.empty(len(terms), np.float32)
    weights[known] = matrix.weights(terms[known])
    weights[~known] = new_weights[terms[~known] - first_new]
    weights *= ranking.count_weights()[counts]
    squares = np.bincount(owners, weights.astype(np.float64) ** 2, minlength=len(rows))
    by_term = np.argsort(terms, kind="stable")
    column_starts = begins(terms[by_term])
    column_terms = terms[by_term][column_starts]
    _save(
        directory,
        term_kinds=kinds,
        term_weights=new_weights.astype("<f4"),
        row_starts=_starts([len(row) for row in numbered]),
        row_terms=terms.astype("<u4"),
        row_counts=counts.astype(np.uint8),
        column_terms=column_terms.astype("<u4"),
        column_starts=np.append(column_starts, len(terms)).astype("<u4"),
        column_events=owners[by_term].astype("<u4"),
        column_counts=counts[by_term].astype(np.uint8),
        lengths=np.sqrt(squares).astype("<f4"),
        tokens=np.array([sum(c for c, _ in row.values()) for row in rows], dtype="<u4"),
    )
    text = "".join(f"{term}\n" for term in new)
    (directory / "terms.txt").write_text(text, encoding="utf-8", newline="\n")


def _starts(lengths: Sequence[int]) -> NDArray[np.uint32]:
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))).astype("<u4")


def _save(directory: Path, **arrays: NDArray[np.generic]) -> None:
    for name, array in arrays.items():
        np.save(directory / f"{name}.npy", array)
