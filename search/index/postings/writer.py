"""Writes the inverted index of an archive: the term dictionary, events and positions.

The events of a term are one slice of a file of numbers. Terms are written in order, so the events
of all terms with a common prefix are one slice, too.
"""

import json
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.index import lines
from search.index.postings.collector import Occurrences, Postings, ranges
from search.index.postings.term_dictionary import (
    EVENTS,
    FACTS,
    FORMAT,
    FORMS,
    LENGTHS,
    PLACES,
    lines_of,
    starts_of,
)
from search.model.errors import UsageError

_NUMBERS: Final = "<u4"


def build(directory: Path, occurrences: Occurrences) -> None:
    """Write the inverted index of events that were added in the order of their ordinals.

    ``directory`` must be empty or missing; after an exception its content is unusable. Nothing is
    synced to the disk: the caller publishes the directory.

    Raises:
        UsageError: the directory holds something already.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise UsageError(f"{directory}: not empty; build the postings in a new directory")
    _write(directory, occurrences)
    np.save(directory / LENGTHS, occurrences.lengths().astype(_NUMBERS))
    facts = json.dumps({"format": FORMAT, "documents": len(occurrences)})
    (directory / FACTS).write_text(facts + "\n", encoding="utf-8")


def _write(directory: Path, occurrences: Occurrences) -> None:
    events, places = 0, 0
    with (
        (directory / EVENTS).open("wb") as event_file,
        (directory / PLACES).open("wb") as place_file,
    ):
        for field, are_forms, postings in occurrences.postings():
            name = field + FORMS * are_forms
            having = np.diff(postings.ends, prepend=0)
            written, numbers_of_places = _places(postings, having)
            starts = np.empty((len(postings.terms) + 1, 2), "<i8")
            starts[0] = events, places
            starts[1:, 0] = events + postings.ends
            starts[1:, 1] = places + np.cumsum(written)
            lines.write(postings.terms, directory / lines_of(name))
            np.save(directory / starts_of(name), starts)
            event_file.write(postings.events.astype(_NUMBERS).tobytes())
            place_file.write(numbers_of_places.astype(_NUMBERS).tobytes())
            events += len(postings.events)
            places += len(numbers_of_places)


def _places(
    postings: Postings, having: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """The content of the file of positions: how many numbers each term has there, and the numbers.

    They are the positions. If an event has the term more than once, the counts by event come first.
    """
    positions = np.diff(postings.place_ends, prepend=0)
    counted = np.where(positions > having, having, 0)
    written = positions + counted
    found = np.empty(int(written.sum()), np.uint32)
    ends = np.cumsum(written)
    is_count = np.zeros(len(found), np.bool_)
    is_count[ranges(ends - written, counted)] = True
    found[~is_count] = postings.places
    found[is_count] = postings.counts[ranges(postings.ends - having, counted)]
    return written, found
