"""The arithmetic of scores and explanations."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.model import hit as hit_module
from search.model.event import Event
from search.model.hit import RANKING_VERSION, Calibration, Contribution, Explanation, Hit
from search.related import scoring as ranking

SHARES = st.lists(st.floats(-2.0, 5.0, allow_nan=False), min_size=1, max_size=30)
SCORES = st.integers(0, 10_000).map(lambda units: units / 10_000)


def reasons(values: list[float]) -> list[Contribution]:
    return [Contribution(f"t{i}", value, f"T{i}", "term") for i, value in enumerate(values)]


@given(SHARES, SCORES)
def test_shares_add_up_to_the_score_exactly(values: list[float], score: float) -> None:
    explanation = hit_module.explanation_of(reasons(values), score)
    if math.fsum(values) > 0:
        assert explanation.total == score
        assert abs(sum(part.contribution for part in explanation.contributions) - score) < 1e-9
    else:
        assert explanation == Explanation()


@given(SHARES, SCORES)
def test_shares_keep_their_proportions_to_a_unit_each(values: list[float], score: float) -> None:
    whole = math.fsum(values)
    if whole > 0.01:
        for part in hit_module.explanation_of(reasons(values), score).contributions:
            value = values[int(part.term[1:])]
            assert abs(part.contribution - value / whole * score) <= 1.0001e-4


@given(st.integers(0, 3_000_000), st.integers(0, 3_000_000))
def test_the_weight_of_one_term_is_that_of_many(having: int, others: int) -> None:
    [of_many] = ranking.idf(np.array([having]), having + others).tolist()
    assert ranking.idf_of(having, having + others) == of_many


def test_explanations_name_terms_first_and_strongest_first() -> None:
    given_reasons = [
        Contribution("association", 0.5, "association", "association"),
        Contribution("weak", 0.1, "weak", "term"),
        Contribution("strong", 0.3, "Strong", "name"),
        Contribution("time", -0.1, "time", "time"),
    ]
    explanation = hit_module.explanation_of(given_reasons, 0.4)
    assert [part.term for part in explanation.contributions] == [
        "strong",
        "weak",
        "association",
        "time",
    ]
    assert explanation.contributions[-1].contribution == -0.05


def test_a_reason_that_rounds_to_nothing_is_left_out() -> None:
    explanation = hit_module.explanation_of(reasons([1.0, 1e-9]), 0.5)
    assert [part.term for part in explanation.contributions] == ["t0"]


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
    Explanation((Contribution("flood", 0.5, "Floods", "term"),)),
    "**Floods**",
    ("/b.md",),
)


def test_version_2_of_the_ranking_has_these_constants() -> None:
    """Pages change with each of them: whoever changes one raises the version."""
    constants = {
        name: value
        for name, value in vars(ranking).items()
        if name.lstrip("_").isupper() and type(value) in (int, float)
    }
    assert RANKING_VERSION == 2
    assert constants == {
        "ASSOCIATION": 0.5,
        "DIMENSIONS_THAT_COUNT": 100,
        "NAME_BOOST": 1.3,
        "PHRASE_COUNT": 0.5,
        "BACKGROUND_EVENTS": 100,
        "ENGLISH_BACKGROUND": 2000,
        "COMMON_WORD_SHARE": 0.01,
        "NORM_POWER": 0.8,
        "NEIGHBOURS": 5,
        "PULL": 0.3,
        "TIME_SCALE_DAYS": 7.0,
        "TIME_POWER": 0.15,
        "CHANCE_POWER": 0.4,
        "CHANCE_SAMPLE": 2048,
        "CHANCE_BEST": 0.01,
        "CHANCE_PRIOR": 200.0,
        "_CHANCE_FLOOR": 0.02,
        "WRONG_LINKS": 0.1,
    }


def test_the_weight_of_a_term_is_that_of_an_archive_with_more_events_and_more_english() -> None:
    counts = np.array([3, 40])
    plain = [math.log1p((100 + 500 - n + 0.5) / (n + 0.5)) for n in (3, 40)]
    assert ranking.idf(counts, 500).tolist() == pytest.approx(plain)
    # Half of the text is English: 1,000 events more, and the second term stands in 1 % of them.
    common = np.array([False, True])
    mixed = [math.log1p((1100 + 500 - n + 0.5) / (n + 0.5)) for n in (3, 40 + 10)]
    assert ranking.idf(counts, 500, common, 0.5).tolist() == pytest.approx(mixed)
    alone = [math.log1p((1100 + 500 - n + 0.5) / (n + 0.5)) for n in (3, 40)]
    assert ranking.idf(counts, 500, None, 0.5).tolist() == pytest.approx(alone)
    assert counts.tolist() == [3, 40], "they are the caller's"
    assert ranking.idf(counts, 500).dtype == np.float32


def test_a_count_weighs_one_and_its_logarithm() -> None:
    weights = ranking.count_weights()
    assert weights.shape == (256,)
    assert weights.dtype == np.float32
    assert weights[[0, 1, 2, 255]].tolist() == pytest.approx(
        [0.5, 1.0, 1 + math.log(2), 1 + math.log(255)]
    )


def test_the_norm_grows_more_slowly_than_the_length_and_is_never_nothing() -> None:
    norms = ranking.norm(np.array([0.0, 0.5, 4.0, 8.0]), 4.0)
    assert norms.tolist() == pytest.approx([1.0, 0.125**0.8 * 4, 4.0, 2**0.8 * 4])


def test_an_event_is_drawn_to_its_nearest_in_proportion_and_to_nothing_by_nothing() -> None:
    pulls = ranking.pull(np.array([[0.6, 0.2], [0.0, 0.0], [0.05, 0.15]], np.float32))
    assert pulls.dtype == np.float64
    assert pulls.ravel().tolist() == pytest.approx([0.225, 0.075, 0.0, 0.0, 0.075, 0.225])


def test_chance_is_the_mean_of_the_best_share_of_a_sample() -> None:
    rows = np.tile(np.arange(300.0), (2, 1))
    rows[1] *= -1
    # The best three of 300: 299, 298 and 297; what is below nothing is nothing.
    assert ranking.best_of_chance(rows).tolist() == [298.0, 0.0]
    assert ranking.best_of_chance(rows[:, :10]).tolist() == [9.0, 0.0], "one at least"
    assert ranking.best_of_chance(np.zeros((2, 0))).tolist() == [0.0, 0.0], "without a sample"


def test_chance_is_relative_to_the_mean_and_never_less_than_a_floor() -> None:
    best = np.array([0.5, 0.0])
    shrunk = [(300 * b + 200 * 0.25) / 500 for b in (0.5, 0.0)]
    expected = [(s / 0.25) ** 0.4 for s in shrunk]
    assert ranking.relative_chance(best, 0.25, 300).tolist() == pytest.approx(expected)
    # Where all are unlike, the mean is taken to be 0.02.
    assert ranking.relative_chance(best, 0.001, 200)[0] == pytest.approx((0.26 / 0.02) ** 0.4)
    assert ranking.relative_chance(best, 0.25, 10**9)[1] == pytest.approx((0.02 / 0.25) ** 0.4)


def test_a_similarity_scores_by_a_logistic_curve_of_its_logarithm() -> None:
    scores = Calibration(0.3, 2.0, 0.5).score(np.array([0.15, 0.6, 1e-12]))
    assert scores.tolist() == pytest.approx([1 / 5, 1 / (1 + 1 / 4), 0.0], abs=1e-12)


def test_scores_are_compared_by_four_decimals() -> None:
    assert hit_module.rounded(np.array([0.12344, 0.12346, 1.0])).tolist() == [0.1234, 0.1235, 1.0]


def test_shares_are_rounded_by_the_largest_remainder_and_of_equal_ones_the_first() -> None:
    # 2.5, 2.5 and 5 units of 10.
    assert hit_module.units_of([1.0, 1.0, 2.0], 0.001) == [3, 2, 5]
    # 5.25, 3.75 and 6 of 15.
    assert hit_module.units_of([3.5, 2.5, 4.0], 0.0015) == [5, 4, 6]
    assert hit_module.units_of([1.0, -1.0], 0.5) == []
    assert hit_module.units_of([-1.0], 0.5) == []
    assert hit_module.units_of([1e-300], 0.5) == [5000]
    assert hit_module.units_of([1.0], 0.0) == []
    assert hit_module.units_of([], 0.5) == []


def test_shares_of_one_size_stand_in_the_order_of_their_terms_then_kinds() -> None:
    contributions = [
        Contribution("b", 0.1, "B", "term"),
        Contribution("a", 0.1, "A", "term"),
        Contribution("a", 0.1, "A", "name"),
        Contribution("time", 0.2, "time", "time"),
        Contribution("association", 0.1, "association", "association"),
    ]
    ordered = hit_module.strongest_first(contributions)
    assert ordered == tuple(contributions[at] for at in (2, 1, 0, 3, 4))
    explanation = hit_module.explanation_of(reasons([1.0, 3.0]), 0.4)
    assert explanation.contributions == (
        Contribution("t1", 0.3, "T1", "term"),
        Contribution("t0", 0.1, "T0", "term"),
    )


def test_what_a_hit_is_made_of_cannot_be_changed_or_added_to() -> None:
    part, explanation = Contribution("a", 0.1, "A", "term"), HIT.explanation
    calibration = Calibration(0.3, 6.0, 0.5)
    for value, name in (
        (part, "contribution"),
        (explanation, "contributions"),
        (calibration, "middle"),
    ):
        with pytest.raises(AttributeError):
            setattr(value, name, 1.0)
    assert not any(hasattr(value, "__dict__") for value in (explanation, HIT, calibration))
    assert Explanation() == Explanation(())
    assert (Hit(HIT.event, 0.5, (), Explanation()).snippet, HIT.also) == ("", ("/b.md",))


def test_a_hit_says_which_field_it_lacks() -> None:
    with pytest.raises(AttributeError, match="no attribute 'title'"):
        _ = HIT.title  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        Hit(HIT.event, 0.5, (), Explanation(), "", (), None)  # type: ignore[call-arg]
