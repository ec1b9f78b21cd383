"""References to an event: its id, link, slug or title, or an identifier among its terms.

Letter case, scheme, trailing slash and blanks do not matter. The files, beside the events:

    reference_hashes.npy      uint64, ascending: hashes of all references of all events
    reference_ordinals.npy    uint32: the ordinal of the event of each
"""

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from search.index.checked_array import Rule, below
from search.index.files import Files
from search.model.digests import hash_of
from search.model.event import Event

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]{1,15}://(?:www\.)?")
_BEHIND_PATH: Final = re.compile(r"[?#].*", re.DOTALL)
_EXTENSION: Final = re.compile(r"\.[a-z0-9]{1,5}\Z")
# A slug has several words or a digit; one word, such as "index", identifies no event.
_SLUG: Final = re.compile(r"(?=.*[^\W\d_])(?=.*[-_0-9]).{4,}", re.DOTALL)
_IDENTIFIER: Final = re.compile(r"(?=.*[^\W\d_])(?=.*\d)\S{4,}")
_AROUND_TITLE: Final = " .!?,;:\"'“”‘’«»"
_LONGEST: Final = 2_000  # characters of a reference
_HASHES, _ORDINALS = "reference_hashes.npy", "reference_ordinals.npy"


def write(events: Sequence[Event], directory: Path) -> None:
    """Write both files for events in the order of their ordinals."""
    hashes, ordinals = array("Q"), array("I")
    for ordinal, event in enumerate(events):
        found = [hash_of(key) for key in keys(event)]
        hashes.extend(found)
        ordinals.extend([ordinal] * len(found))
    order = np.argsort(np.array(hashes, "<u8"), kind="stable")  # so that ordinals ascend
    np.save(directory / _HASHES, np.array(hashes, "<u8")[order])
    np.save(directory / _ORDINALS, np.array(ordinals, "<u4")[order])


def keys(event: Event) -> set[str]:
    """The references of an event, folded."""
    found = {_folded(event.id), _title(_folded(event.title))}
    for path in (event.id, event.url):
        if path:
            link = _link(_folded(path))
            slug = _EXTENSION.sub("", link.rpartition("/")[2])
            found |= {link, *((slug,) if _SLUG.fullmatch(slug) else ())}
    found |= {_folded(term) for term in event.terms if _IDENTIFIER.fullmatch(term)}
    return {key for key in found if key}


def keys_asked(reference: str) -> Iterator[str]:
    """The keys that a reference may match, each once: as it is, as a link, as a title."""
    folded = _folded(reference[:_LONGEST])
    yield from dict.fromkeys((folded, _link(folded), _title(folded)))


class References:
    """The references of the events of one segment, by their places in it."""

    def __init__(self, files: Files, events: int) -> None:
        self._hashes = files.array(_HASHES, "<u8", (None,), Rule(ascending=True))
        self._ordinals = files.array(_ORDINALS, "<u4", (len(self._hashes),), below(events))

    def places(self, key: str) -> list[int]:
        """The events that have a key, and perhaps others whose keys have the same hash."""
        hashed = np.uint64(hash_of(key))
        hashes: NDArray[np.uint64] = self._hashes.whole()
        first, last = hashes.searchsorted(hashed), hashes.searchsorted(hashed, "right")
        found: list[int] = self._ordinals.between(int(first), int(last)).tolist()
        return found


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _title(folded: str) -> str:
    return folded.strip(_AROUND_TITLE)


def _link(folded: str) -> str:
    """A link or path without its scheme, its query, its fragment and a slash at its end."""
    if "/" not in folded:
        return folded
    return unquote(_BEHIND_PATH.sub("", _SCHEME.sub("", folded))).rstrip("/")
