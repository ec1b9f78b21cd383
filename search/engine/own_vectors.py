"""Event vectors from the user, of any model, beside those learned from the archive.

Both are stored together, in one int8 direction for each event. An index with them has no word
vectors and no delta: it is rebuilt whenever an event or a vector changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from search.archive import Scan
from search.model.arguments import checked_path
from search.model.digests import event_digest
from search.model.errors import UsageError
from search.model.event import Event
from search.related.scoring import directions

MOST_DIMENSIONS: Final = 4096
_ROWS: Final = 1 << 14  # converted at a time


class Encoder(Protocol):
    """What ``build(encoder=...)`` takes, for example a model of sentence-transformers."""

    def encode(self, texts: Sequence[str], /) -> Any:
        """One row of floating-point numbers for each text, in order: [texts, dimensions]."""


@dataclass(frozen=True)
class EventVectors:
    """The int8 vectors of events [events, dimensions], with the digest of the event of each row."""

    events: Sequence[int]
    vectors: NDArray[np.int8]

    def of(self, events: Sequence[Event]) -> NDArray[np.int8]:
        """The vectors of these events, in their order."""
        rows = {digest: row for row, digest in enumerate(self.events)}
        return self.vectors[[rows[event_digest(event)] for event in events]]

    @cached_property
    def digest(self) -> str:
        """A digest of the events with their vectors, in any order."""
        events = np.array(self.events, dtype="<u8")
        order = np.argsort(events)
        digest = blake2b(events[order].tobytes(), digest_size=32)
        digest.update(self.vectors[order].tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class OwnVectors:
    """``given``: an array with a row for each event; or else the ``encoder`` that makes it.

    ``name`` is the name for messages: a file or an argument.
    """

    name: str
    given: Any = None
    encoder: Encoder | None = None

    @classmethod
    def of(cls, vectors: Any, encoder: Encoder | None) -> OwnVectors | None:
        """The arguments of ``build``; None if neither is given. ``vectors`` may be the path of a
        file.

        Raises:
            UsageError: both are given, or the file cannot be read.
        """
        if vectors is not None and encoder is not None:
            raise UsageError("give either vectors=... or encoder=..., not both")
        if encoder is not None:
            return cls("encoder", None, encoder)
        if isinstance(vectors, str | Path):
            return cls(str(vectors), _of_file(checked_path(vectors, "vectors")))
        return None if vectors is None else cls("vectors", vectors)

    def of_scan(self, scan: Scan, skipped: int) -> EventVectors:
        """The vectors of all events of a scan in which every file was read.

        Raises:
            UsageError: they are no array of finite numbers with one row for each event and 1 to
                ``MOST_DIMENSIONS`` columns.
        """
        given = self.given
        if self.encoder is not None:
            given = self.encoder.encode([scan.fresh[digest].text for digest in scan.events])
        array = self._checked(given, len(scan.events), skipped)
        vectors = np.empty(array.shape, np.int8)
        for begin in range(0, len(array), _ROWS):
            some = array[begin : begin + _ROWS].astype(np.float64)
            finite = np.isfinite(some).all(axis=1)
            if not finite.all():
                row = begin + int(np.argmin(finite)) + 1
                raise UsageError(
                    f"{self.name}: row {row:,} has a number that is not finite; give a row of "
                    "zeros to an event without a vector"
                )
            vectors[begin : begin + _ROWS] = directions(some)
        return EventVectors(scan.events, vectors)

    def _checked(self, given: Any, events: int, skipped: int) -> NDArray[np.floating[Any]]:
        try:
            array = np.asarray(given)
        except (TypeError, ValueError, RuntimeError) as error:
            raise UsageError(
                f"{self.name}: no array ({error!s:.200}); give a numpy array [events, dimensions]"
            ) from error
        if array.ndim != 2 or array.dtype.kind != "f":
            raise UsageError(
                f"{self.name}: an array of shape {array.shape!s:.80} and type {array.dtype!s:.40}; "
                "give one of floating-point numbers with two dimensions: [events, dimensions]"
            )
        if not 1 <= array.shape[1] <= MOST_DIMENSIONS:
            raise UsageError(
                f"{self.name}: vectors of {array.shape[1]:,} dimensions; give vectors of 1 to "
                f"{MOST_DIMENSIONS:,}"
            )
        if len(array) != events:
            besides = f" ({skipped:,} files or lines were skipped)" if skipped else ""
            raise UsageError(
                f"{self.name}: {len(array):,} rows for {events:,} events{besides}; give one row "
                "for each event, in the order in which search.read gives them"
            )
        return array


def vectors_fact(own: EventVectors | None, known: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of the manifest for vectors: their digest, or the ``known`` one if none are
    given."""
    if own is not None:
        return {"vectors": own.digest}
    return {"vectors": known["vectors"]} if "vectors" in known else {}


def vectors_must_be_given(
    directory: Path, own: EventVectors | None, facts: Mapping[str, Any]
) -> None:
    """Refuse to replace a base with a user's vectors by one without.

    Raises:
        UsageError: none are given, and the index has some.
    """
    if own is None and "vectors" in facts:
        raise UsageError(
            f"{directory}: it was built with vectors of your own, and something changed since; "
            "give those of all events again: event-search index ARCHIVE --vectors FILE.npy, or "
            "build(..., vectors=...); to do without them, remove the index first"
        )


def _of_file(path: Path) -> NDArray[Any]:
    """The array of a .npy file, mapped; a file with pickled objects is refused."""
    try:
        return np.lib.format.open_memmap(path, mode="r")
    except (OSError, ValueError, TypeError, OverflowError) as error:
        raise UsageError(
            f"{path}: not a .npy file ({error!s:.200}); write it with "
            "numpy.save: an array [events, dimensions] of float32"
        ) from error
