"""Time decay: how much less two events score for each day between them.

Related lists learn the decay from the archive (``training.time_and_tail``); ``scoring`` has the
whole formula. Searches, which rank hits near other good hits higher, use a fixed power law.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

TIME: Final = 0.6  # of the evidence in time counts, since text and time are not independent

# A power law, steepest in the first week.
_FEEDBACK_DAYS: Final = 7.0
_FEEDBACK_POWER: Final = 0.15


def learned_decay(curve: NDArray[np.float64], tail: float, most_days: int) -> NDArray[np.float64]:
    """The factor for each distance from 0 to ``most_days`` days, 1 on the same day: [days + 1].

    ``curve`` is T, the learned log-odds at 0, 1, 3, 7, 15 … days; it is linear in the logarithm of
    days + 1 in between. ``tail`` is the tail index h of the archive's similarities.
    """
    at = np.log2(1.0 + np.arange(most_days + 1))
    evidence = np.interp(at, np.arange(len(curve)), curve)
    return np.asarray(np.exp(TIME / tail * (evidence - curve[0])))


def feedback_decay(days: NDArray[np.int64]) -> NDArray[np.float64]:
    """The factor between two hits of a search by their distance in days, 1 on the same day."""
    return np.asarray((1.0 + days / _FEEDBACK_DAYS) ** -_FEEDBACK_POWER)
