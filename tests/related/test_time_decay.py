import math

import numpy as np
import pytest

from search.related.time_decay import feedback_decay, learned_decay


def test_the_decay_between_hits_is_1_on_the_same_day_and_falls_ever_more_slowly() -> None:
    decay = feedback_decay(np.array([0, 7, 30, 365, 3650]))
    assert decay[0] == 1.0
    assert np.all(np.diff(decay) < 0)
    # (1 + 7/7)^-0.15
    assert decay[1] == pytest.approx(2**-0.15)


def test_the_learned_decay_is_a_part_of_what_its_curve_says() -> None:
    factors = learned_decay(np.array([2.0, 2.0, 1.0, 0.0]), 2.5, 40)
    assert factors[[0, 1]].tolist() == [1.0, 1.0]
    assert factors[3] == pytest.approx(math.exp(-0.6 / 2.5))
    assert factors[7:].tolist() == pytest.approx([math.exp(-1.2 / 2.5)] * 34)
    assert np.all(np.diff(learned_decay(np.array([1.0, 1.0, 1.0]), 2.5, 9)) == 0)
