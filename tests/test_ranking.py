"""The arithmetic of scores and receipts."""

import math
import pickle
from copy import copy, deepcopy
from dataclasses import FrozenInstanceError, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import ranking
from search.events import Event
from search.ranking import Calibration, Hit, Receipt, Share

SHARES = st.lists(st.floats(-2.0, 5.0, allow_nan=False), min_size=1, max_size=30)
SCORES = st.integers(0, 10_000).map(lambda units: units / 10_000)


def reasons(values: list[float]) -> list[Share]:
    return [Share(f"t{i}", value, f"T{i}", "term") for i, value in enumerate(values)]


@given(SHARES, SCORES)
def test_shares_add_up_to_the_score_exactly(values: list[float], score: float) -> None:
    receipt = ranking.receipt_of(reasons(values), score)
    if math.fsum(values) > 0:
        assert receipt.total == score
        assert abs(sum(share.share for share in receipt.shares) - score) < 1e-9
    else:
        assert receipt == Receipt()


@given(SHARES, SCORES)
def test_shares_keep_their_proportions_to_a_unit_each(values: list[float], score: float) -> None:
    whole = math.fsum(values)
    if whole > 0.01:
        for share in ranking.receipt_of(reasons(values), score).shares:
            value = values[int(share.term[1:])]
            assert abs(share.share - value / whole * score) <= 1.0001e-4


def test_receipts_name_terms_first_and_strongest_first() -> None:
    given_reasons = [
        Share("association", 0.5, "association", "association"),
        Share("weak", 0.1, "weak", "term"),
        Share("strong", 0.3, "Strong", "name"),
        Share("time", -0.1, "time", "time"),
    ]
    receipt = ranking.receipt_of(given_reasons, 0.4)
    assert [share.term for share in receipt.shares] == ["strong", "weak", "association", "time"]
    assert receipt.shares[-1].share == -0.05


def test_a_reason_that_rounds_to_nothing_is_left_out() -> None:
    receipt = ranking.receipt_of(reasons([1.0, 1e-9]), 0.5)
    assert [share.term for share in receipt.shares] == ["t0"]


@given(
    st.lists(st.floats(0.0, 5.0), min_size=2, max_size=20),
    st.floats(0.05, 0.7),
    st.floats(1.0, 10.0),
)
def test_a_score_rises_with_the_similarity_and_stays_between_0_and_1(
    raw: list[float], middle: float, steepness: float
) -> None:
    scores = Calibration(middle, steepness, 0.5).score(np.sort(np.array(raw)))
    assert np.all(np.diff(scores) >= 0)
    assert np.all((scores >= 0) & (scores <= 1))


def test_a_similarity_of_the_middle_scores_a_half_and_none_scores_nothing() -> None:
    scores = Calibration(0.3, 6.0, 0.5).score(np.array([0.3, 0.0, -1.0]))
    assert scores.tolist() == [0.5, 0.0, 0.0]


def test_closeness_is_1_on_the_day_and_falls_ever_more_slowly() -> None:
    near = ranking.closeness(np.array([0, 7, 30, 365, 3650]))
    assert near[0] == 1.0
    assert np.all(np.diff(near) < 0)
    # (1 + 7/7)^-0.15
    assert near[1] == pytest.approx(2**-0.15)


def test_ties_end_with_the_nearest_then_the_first() -> None:
    order = ranking.in_order(
        np.array([0.5, 0.9, 0.5, 0.5]), np.array([3, 9, 1, 3]), np.array([4, 7, 9, 2])
    )
    assert order.tolist() == [1, 2, 3, 0]


@given(st.integers(1, 1000), st.integers(0, 1000))
def test_no_term_weighs_less_than_nothing(events: int, count: int) -> None:
    assert ranking.idf(np.array([min(count, events)]), events)[0] > 0


def test_rarer_terms_weigh_more_and_repeated_ones_count_more() -> None:
    weights = ranking.idf(np.array([1, 2, 50, 1000]), 1000)
    assert np.all(np.diff(weights) < 0)
    counts = ranking.count_weights()
    assert counts[0] == ranking.PHRASE_COUNT
    assert counts[1] == 1.0
    assert np.all(np.diff(counts[1:]) > 0)


def test_word_vectors_of_few_dimensions_count_for_little() -> None:
    assert ranking.association_weight(0) == 0.0
    assert ranking.association_weight(14) == pytest.approx(0.07)
    assert ranking.association_weight(200) == ranking.ASSOCIATION


def test_in_a_small_archive_chance_is_the_same_for_all() -> None:
    best = np.array([0.1, 0.5])
    small = ranking.relative_chance(best, 0.3, 2)
    large = ranking.relative_chance(best, 0.3, 2048)
    assert np.all(np.abs(small - 1.0) < 0.01)
    assert large[0] < 0.75
    assert large[1] > 1.1


class _Told:
    """Says how often each field of a hit was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> object:
        self.asked.append(name)
        return getattr(HIT, name)


HIT = Hit(
    Event("/a.md", date(2015, 6, 1), "Floods"),
    0.5,
    ("flood",),
    Receipt((Share("flood", 0.5, "Floods", "term"),)),
    "**Floods**",
    ("/b.md",),
)


def test_a_hit_that_is_told_later_reads_each_field_once_when_it_is_looked_at() -> None:
    told = _Told()
    hit = Hit.told_later(0.5, told)
    assert (hit.score, told.asked) == (0.5, [])
    assert hit.snippet == hit.snippet == "**Floods**"
    assert told.asked == ["snippet"]


def test_a_hit_that_is_told_later_is_a_hit_like_any_other() -> None:
    def later() -> Hit:
        return Hit.told_later(0.5, HIT)

    assert later() == HIT
    assert hash(later()) == hash(HIT)
    assert repr(later()) == repr(HIT)
    assert replace(later(), score=0.25) == replace(HIT, score=0.25)
    for hit in (later(), Hit.told_later(0.5, _Told())):
        assert copy(hit) == deepcopy(hit) == pickle.loads(pickle.dumps(hit)) == HIT
    assert not hasattr(later(), "title")
    with pytest.raises(FrozenInstanceError):
        later().snippet = ""  # type: ignore[misc]
