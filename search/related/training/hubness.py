"""Measures hubness: how much more an event resembles all others than the mean event does."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.related import scoring
from search.related.training.rows import Similarities

SAMPLE: Final = 2048
_BLOCK: Final = 2048  # events compared at a time
_DIGITS: Final = 6


def hubs_of(
    similarities: Similarities, sample: NDArray[np.int64], events: int
) -> tuple[NDArray[np.float64], float]:
    """The hubness (``scoring.hub``) of each event, measured on a sample, and the mean behind it."""
    best = np.zeros(events)
    for begin in range(0, events, _BLOCK):
        some = np.arange(begin, min(events, begin + _BLOCK))
        best[some] = scoring.best_of_sample(similarities.among(some, sample))
    mean = round(float(best.mean()), _DIGITS) if events else 0.0
    return scoring.hub(best, mean, len(sample)), mean
