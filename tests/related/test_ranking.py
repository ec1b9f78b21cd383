"""One ranking of all events, and what is read from it."""

import numpy as np
import pytest

from search.related.ranking import Ranking
from search.related.similarity import Similarity
from tests.related.test_similarity import MANY, vectors_of


@pytest.fixture(scope="module")
def many() -> Similarity:
    return vectors_of(MANY, [16000 + (i * 37) % 4000 for i in range(400)])[1]


@pytest.mark.parametrize("asked", [0, 11, 250])
def test_what_is_excluded_is_passed_over(many: Similarity, asked: int) -> None:
    ranking = Ranking(many, asked)
    excluded = {link.ordinal for link in ranking.best(30, 0.0)[::3]}
    mask = np.ones(400, np.bool_)
    mask[list(excluded)] = False
    others = Ranking(many, asked, mask=mask)
    assert ranking.best(20, 0.0, excluded) == others.best(20, 0.0) != []
    assert ranking.fillers(9, 1.1, excluded) == others.fillers(9, 1.1) != []


def test_a_rank_is_the_place_in_the_whole_list(many: Similarity) -> None:
    ranking = Ranking(many, 5)
    links = ranking.best(400, 0.0)
    ranks = {link.ordinal: place for place, link in enumerate(links, 1)}
    assert [ranking.rank(ordinal) for ordinal in range(400)] == [
        ranks.get(ordinal) for ordinal in range(400)
    ]
