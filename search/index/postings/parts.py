"""The terms of an archive in parts of consecutive events, and how they are merged.

A part is what ``collector.Occurrences`` made of some events, numbered from 0, as arrays by name:

    events                 how many there are: [1]
    lengths                ``Occurrences.lengths``
    rows.*                 the fields of ``TermRows``
    <list>.*               the fields of ``Postings``, for each list of terms: see ``lists``

Merged in the order of their events, parts are equal to a single part of all events. The events of
a part follow those of the part before, so the postings of a term are those of its parts, one after
the other. They are merged some terms at a time: if the parts are on disk, memory does not grow with
the archive.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.index.fields import FIELDS
from search.index.postings.collector import Occurrences, Postings
from search.index.postings.term_dictionary import FORMS
from search.index.term_counts import LONG_NAME, TermRows

Part = Mapping[str, NDArray[Any]]
_AT_ONCE: Final = 1 << 22  # postings and positions that are merged together


def part_of(occurrences: Occurrences) -> dict[str, NDArray[Any]]:
    """The part of the events that were collected."""
    arrays = {"events": np.array([len(occurrences)]), "lengths": occurrences.lengths()}
    arrays |= _flat("rows", occurrences.term_rows())
    for field, are_forms, postings in occurrences.postings():
        arrays |= _flat(field + FORMS * are_forms, postings)
    return arrays


class StoredPart(Mapping[str, NDArray[Any]]):
    """A part on disk, a file for each array. What is read of an array is mapped."""

    def __init__(self, part: Part, directory: Path) -> None:
        """Write a part to a new directory."""
        directory.mkdir(parents=True)
        self._directory = directory
        self._names = tuple(part)
        for name, array in part.items():
            np.save(directory / f"{name}.npy", array)

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._names:
            raise KeyError(name)
        array: NDArray[Any] = np.load(self._directory / f"{name}.npy", mmap_mode="r")
        return array

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def count_of(part: Part) -> int:
    """The number of events of a part."""
    return int(part["events"][0])


def packed(strings: Sequence[str]) -> NDArray[np.uint8]:
    """Strings as an array."""
    return np.frombuffer(json.dumps(strings).encode(), np.uint8)


def unpacked(array: NDArray[np.uint8]) -> list[str]:
    """The strings of such an array."""
    strings: list[str] = json.loads(array.tobytes())
    return strings


def lists(parts: Sequence[Part]) -> Iterator[tuple[str, Iterator[Postings]]]:
    """For each field that any event has, by name, the postings of its terms and then those of its
    spellings, if there are any: the name of the list, and its postings, some terms at a time."""
    for name in (field + forms for field in sorted(FIELDS) for forms in ("", FORMS)):
        if any(f"{name}.ends" in part for part in parts):
            yield name, _merged(parts, name)


def merged_rows(parts: Sequence[Part]) -> TermRows:
    """The rows of all events."""
    terms, numbers = _union(parts, "rows")
    kinds, columns, ends = np.full(len(terms), LONG_NAME, np.uint8), [], [np.zeros(1, np.int64)]
    for part, its in zip(parts, numbers, strict=True):
        kinds[its] = np.minimum(kinds[its], part["rows.kinds"])
        columns.append(its[part["rows.columns"]].astype(np.uint32))
        ends.append(part["rows.starts"][1:] + ends[-1][-1])
    return TermRows(
        terms,
        kinds,
        np.concatenate(ends),
        np.concatenate(columns),
        *(_all(parts, f"rows.{name}") for name in TermRows._fields[4:]),
    )


def _flat(name: str, fields: TermRows | Postings) -> dict[str, NDArray[Any]]:
    arrays = {f"{name}.{key}": array for key, array in fields._asdict().items()}
    return arrays | {f"{name}.terms": packed(fields.terms)}


def _all(parts: Sequence[Part], name: str) -> NDArray[Any]:
    return np.concatenate([part[name] for part in parts])


def _union(parts: Sequence[Part], name: str) -> tuple[list[str], list[NDArray[np.int64]]]:
    """The terms of a list, ascending, and the number among them of each term of each part."""
    known: dict[str, int] = {}
    found = []
    for part in parts:
        own = unpacked(part[f"{name}.terms"]) if f"{name}.terms" in part else []
        found.append(np.array([known.setdefault(term, len(known)) for term in own], np.int64))
    terms = sorted(known)
    rank = np.empty(len(terms), np.int64)
    rank[[known[term] for term in terms]] = np.arange(len(terms))
    return terms, [rank[numbers] for numbers in found]


def _merged(parts: Sequence[Part], name: str) -> Iterator[Postings]:
    terms, numbers = _union(parts, name)
    firsts = np.cumsum([0, *map(count_of, parts)])
    having = []
    sizes = np.zeros(len(terms), np.int64)
    for part, its, first in zip(parts, numbers, firsts[:-1].tolist(), strict=True):
        if len(its):
            own = Postings([], *(part[f"{name}.{field}"] for field in Postings._fields[1:]))
            having.append((own, its, first))
            for bounds in (own.ends, own.position_ends):
                sizes[its] += np.diff(bounds, prepend=0)
    ends = np.cumsum(sizes)
    first = 0
    while first < len(terms):
        most = _AT_ONCE + (int(ends[first - 1]) if first else 0)
        end = max(first + 1, int(np.searchsorted(ends, most, "right")))
        yield _of_terms(having, terms[first:end], first, end)
        first = end


def _of_terms(
    parts: Sequence[tuple[Postings, NDArray[np.int64], int]],
    terms: list[str],
    first: int,
    end: int,
) -> Postings:
    """The merged postings of the terms from the number ``first`` to ``end``.

    ``parts`` are, for each part, its postings, the numbers of its terms, ascending, and the ordinal
    of its first event.
    """
    owners, events, counts, position_owners, positions = [], [], [], [], []
    for part, its, offset in parts:
        low, high = np.searchsorted(its, (first, end)).tolist()
        numbers = its[low:high] - first
        own = _between(part.ends, low, high)
        owners.append(np.repeat(numbers, np.diff(own)))
        events.append(part.events[own[0] : own[-1]] + np.uint32(offset))
        counts.append(part.counts[own[0] : own[-1]])  # none of spellings
        own = _between(part.position_ends, low, high)
        position_owners.append(np.repeat(numbers, np.diff(own)))
        positions.append(part.positions[own[0] : own[-1]])
    owner, position_owner = np.concatenate(owners), np.concatenate(position_owners)
    order, position_order = (np.argsort(each, kind="stable") for each in (owner, position_owner))
    count = np.concatenate(counts)
    return Postings(
        terms,
        np.cumsum(np.bincount(owner, minlength=end - first)),
        np.concatenate(events)[order],
        count[order] if len(count) else count,
        np.cumsum(np.bincount(position_owner, minlength=end - first)),
        np.concatenate(positions)[position_order],
    )


def _between(ends: NDArray[np.int64], low: int, high: int) -> NDArray[np.int64]:
    """Where the groups from ``low`` to ``high`` begin, and where the last of them ends."""
    begin = ends[low - 1 : low] if low else np.zeros(1, np.int64)
    return np.concatenate([begin, ends[low:high]])
