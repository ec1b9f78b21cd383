"""Normalises a text before any other step: NFKC, plain apostrophes and hyphens.

Composed and decomposed letters become the same, and so do wide and half-width ones. Invisible
characters (soft hyphens, joiners, directional marks) do not split a word.
"""

import re
import unicodedata
from functools import cache
from typing import Any, Final, NamedTuple

# Written for an apostrophe, or taken for one: quotation marks, primes, letters of transliteration.
_APOSTROPHES: Final = "\u2018\u2019\u201b\u02bb\u02bc\u02bd\u02be\u02bf\u2032\u00b4\uff07\u055a"
# Hyphens that are written inside words, and the dash between two names (Paris\u2013Roubaix).
_HYPHENS: Final = "\u2010\u2011\u2012\u2013\u2043\ufe63\uff0d\u05be"
_INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff"
)
_LONGEST_CLUSTER: Final = 64  # letters and marks; nobody can read more on one another
_DROPPED: Final = re.compile(f"[{_INVISIBLE}]+")
_DANDA: Final = "\u0964"  # ends a sentence; in Bengali a sign of money is typed for it
_ARABIC: Final = {"\u066b": ".", "\u066c": ","}  # decimal sign and separator of thousands
_SAME: Final = str.maketrans(
    dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, "-") | {"\u09f7": _DANDA} | _ARABIC
)
# Persian parts the halves of a word by a character without width, as others do by a hyphen.
_NON_JOINER: Final = "\u200c"
_PERSIAN_COMPOUND: Final = re.compile("(?<=[\u0620-\u06ff])\u200c(?=[\u0620-\u06ff])")


class Normalised(NamedTuple):
    """``text`` is normalised; its character ``i`` comes from ``starts[i]`` to ``ends[i]`` of the
    original text. None: all offsets are unchanged."""

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text of a part of ``text``, which must not be empty."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def normalised(text: str) -> Normalised:
    """The normalised text."""
    if text.isascii():
        return Normalised(text)
    same = text.translate(_SAME)
    if _NON_JOINER in same:
        same = _PERSIAN_COMPOUND.sub("-", same)
    if unicodedata.is_normalized("NFKC", same) and not _DROPPED.search(same):
        return Normalised(same)
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster in _clusters().finditer(same):
        part = unicodedata.normalize("NFKC", _DROPPED.sub("", cluster[0])[:_LONGEST_CLUSTER])
        parts.append(part)
        starts += [cluster.start()] * len(part)
        ends += [cluster.end()] * len(part)
    return Normalised("".join(parts), starts, ends)


@cache
def _clusters() -> Any:
    """The pattern of grapheme clusters; loaded only for texts that need it."""
    import regex  # noqa: PLC0415

    return regex.compile(r"\X")
