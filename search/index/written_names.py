"""The names of each event as its text has them, so that the text need not be analysed again.

texts.txt     line n is the text of number n: a canonical name, or another form of one
starts.npy    uint32 [events + 1]: where the names of an event begin in named.npy
named.npy     uint32 [names, 2]: a canonical name and its form in the text, in the order of the text

An updated index has these files for the base and for the delta (see ``segments``).
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from search.index import lines
from search.index.checked_array import below, starts
from search.index.files import Files
from search.index.segments import Segments, located
from search.text.analysed_event import Named

_REMEMBERED: Final = 1 << 14  # texts


def write(named: Sequence[Sequence[Named]], directory: Path) -> None:
    """Write all files; ``named[n]`` are the names of the event of ordinal n."""
    texts = sorted({text for names in named for pair in names for text in pair})
    number_of = {text: number for number, text in enumerate(texts)}
    numbers = [number_of[text] for names in named for pair in names for text in pair]
    lines.write(texts, directory / "texts.txt")
    np.save(directory / "starts.npy", np.cumsum([0, *map(len, named)]).astype("<u4"))
    np.save(directory / "named.npy", np.array(numbers, dtype="<u4").reshape(-1, 2))


class WrittenNames:
    """The names of one generation's events. Safe to share by threads."""

    def __init__(self, base: Files, segments: Segments) -> None:
        self._parts = [_Segment(files) for files in segments.files(base, "written_names")]

    def of(self, ordinal: int) -> tuple[Named, ...]:
        """The names of an event, as ``text.analysed_event.names_as_written`` gives them."""
        part, offset = located(self._parts, ordinal)
        return part.of(offset)


class _Segment:
    """The names of one segment; events by their offset in it."""

    def __init__(self, files: Files) -> None:
        texts = files.lines("texts.txt")
        self._text = lru_cache(_REMEMBERED)(texts.__getitem__)
        self._named = files.array("named.npy", "<u4", (None, 2), below(len(texts)))
        self._starts = files.array("starts.npy", "<u4", (None,), starts(len(self._named)))
        self.events = len(self._starts) - 1

    def of(self, event: int) -> tuple[Named, ...]:
        text = self._text
        pairs = self._named.between(*self._starts.between(event, event + 2).tolist()).tolist()
        return tuple([(text(name), text(form)) for name, form in pairs])
