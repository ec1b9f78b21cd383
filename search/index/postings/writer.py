"""Writes the inverted index of an archive: the term dictionary, events and positions.

The events of a term are one slice of a file of numbers. Terms are written in order, so the events
of all terms with a common prefix are one slice, too.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.index.arrays import ranges
from search.index.postings.collector import Postings
from search.index.postings.parts import Part, count_of, lists
from search.index.postings.term_dictionary import (
    EVENTS,
    FACTS,
    FORMAT,
    LENGTHS,
    POSITIONS,
    lines_of,
    starts_of,
)
from search.model.errors import UsageError

_NUMBERS: Final = "<u4"


def build(directory: Path, parts: Sequence[Part]) -> None:
    """Write the inverted index of the parts of an archive, in the order of their events.

    ``directory`` must be empty or missing; after an exception its content is unusable. Nothing is
    synced to the disk: the caller publishes the directory.

    Raises:
        UsageError: the directory holds something already.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise UsageError(f"{directory}: not empty; build the postings in a new directory")
    _write(directory, parts)
    lengths = np.concatenate([part["lengths"] for part in parts])
    np.save(directory / LENGTHS, lengths.astype(_NUMBERS))
    facts = json.dumps({"format": FORMAT, "documents": sum(map(count_of, parts))})
    (directory / FACTS).write_text(facts + "\n", encoding="utf-8")


def _write(directory: Path, parts: Sequence[Part]) -> None:
    events, positions = 0, 0
    with (
        (directory / EVENTS).open("wb") as event_file,
        (directory / POSITIONS).open("wb") as position_file,
    ):
        for name, merged in lists(parts):
            starts = [np.array([[events, positions]], "<i8")]
            with (directory / lines_of(name)).open("w", encoding="utf-8", newline="\n") as terms:
                for postings in merged:
                    having = np.diff(postings.ends, prepend=0)
                    written, numbers = _stored_positions(postings, having)
                    ends = events + postings.ends, positions + np.cumsum(written)
                    starts.append(np.column_stack(ends).astype("<i8"))
                    terms.writelines(f"{term}\n" for term in postings.terms)
                    event_file.write(postings.events.astype(_NUMBERS).tobytes())
                    position_file.write(numbers.astype(_NUMBERS).tobytes())
                    events += len(postings.events)
                    positions += len(numbers)
            np.save(directory / starts_of(name), np.concatenate(starts))


def _stored_positions(
    postings: Postings, having: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """The content of the file of positions: how many numbers each term has there, and the numbers.

    They are the positions. If an event has the term more than once, the counts by event come first.
    """
    positions = np.diff(postings.position_ends, prepend=0)
    counted = np.where(positions > having, having, 0)
    written = positions + counted
    found = np.empty(int(written.sum()), np.uint32)
    ends = np.cumsum(written)
    is_count = np.zeros(len(found), np.bool_)
    is_count[ranges(ends - written, counted)] = True
    found[~is_count] = postings.positions
    found[is_count] = postings.counts[ranges(postings.ends - having, counted)]
    return written, found
