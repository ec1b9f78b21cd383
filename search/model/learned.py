"""The numbers of the ranking that are learned from an archive as a whole, without labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Learned:
    """The numbers of ``related.scoring`` that belong to one archive.

    ``events``: how many it was learned from. ``english``: the share of common English words in its
    text, from 0 to 1. ``terms``: the harmonic mean of the number of distinct terms of an event.
    ``vector_weight`` and ``background``: the weight of word vectors, and the cosine above which
    they count. ``hub_mean``: the mean event's similarity to its best matches in the sample.
    ``title_count``: how many times a word of a title is counted, if there is a body.
    ``tail`` and ``level``: the tail index of similarities, and their mean logarithm at rank k.
    ``time``: the weight of evidence of a gap of 0, 1, 3, 7, 15 … days; ``no_time``: its mean over
    related pairs, used if a date is unknown or time is switched off.
    """

    events: int
    english: float
    terms: float
    vector_weight: float
    background: float
    hub_mean: float
    title_count: int
    tail: float
    level: float
    time: tuple[float, ...]
    no_time: float

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Learned":
        """The numbers of plain data, as ``dataclasses.asdict`` gives it.

        Raises:
            KeyError, TypeError: one is missing.
            ValueError: a number is out of its range.
        """
        numbers = {
            name: _between(plain[name], least, most) for name, (least, most) in _RANGES.items()
        }
        time = plain["time"]
        counts = {name: int(_between(plain[name], *ends)) for name, ends in _COUNTS.items()}
        if any(counts[name] != plain[name] for name in counts):
            raise ValueError("the number of events or of title words is no whole number")
        if not isinstance(time, list) or not 0 < len(time) <= 64:
            raise ValueError("the curve of time is missing")
        curve = tuple(_between(value, -_MOST, _MOST) for value in time)
        events, titles = counts["events"], counts["title_count"]
        return cls(events=events, title_count=titles, time=curve, **numbers)


_MOST: Final = 50.0  # of a logarithm
_COUNTS: Final = {"events": (0.0, 1e15), "title_count": (1.0, 9.0)}
_RANGES: Final = {
    "english": (0.0, 1.0),
    "terms": (1.0, 1e9),
    "vector_weight": (0.0, 1.0),
    "background": (0.0, 1.0),
    "hub_mean": (0.0, 1e6),
    "tail": (1e-3, 1e6),
    "level": (-_MOST, _MOST),
    "no_time": (-_MOST, _MOST),
}


def _between(value: Any, least: float, most: float) -> float:
    if not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"{value!r:.80} is not a number from {least:g} to {most:g}")
    return float(value)
