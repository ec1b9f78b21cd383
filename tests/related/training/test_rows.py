"""The archive as rows of weighted terms."""

import numpy as np

from search.related.training.rows import rows_of
from tests.related.training.test_redundancy import rows


def test_one_very_short_event_hardly_moves_the_mean_number_of_terms() -> None:
    """All scores follow it, so pairs at the cutoff would enter and leave lists."""
    texts = [",".join(f"w{word}" for word in range(20))] * 200
    means = [
        rows_of(rows(some), np.zeros(len(some), np.int32))[0].terms_of_an_event()
        for some in (texts, [*texts, "rain"])
    ]
    assert means[0] == 20.0
    assert 19.8 < means[1] < 20.0
