"""The arithmetic of scores and explanations."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index import term_counts
from search.index.term_counts import NAME, ONLY_REPEATED, RARE_WORD, WORD
from search.model import hit as hit_module
from search.model.event import Event
from search.model.hit import RANKING_VERSION, Calibration, Contribution, Explanation, Hit
from search.model.learned import Learned
from search.related import scoring, time_decay
from search.related.training import titles

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


def test_explanations_name_terms_first_and_strongest_first() -> None:
    given_reasons = [
        Contribution("vectors", 0.5, "vectors", "vectors"),
        Contribution("weak", 0.1, "weak", "term"),
        Contribution("strong", 0.3, "Strong", "name"),
        Contribution("time", -0.1, "time", "time"),
    ]
    explanation = hit_module.explanation_of(given_reasons, 0.4)
    assert [part.term for part in explanation.contributions] == [
        "strong",
        "weak",
        "vectors",
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


def test_ties_end_with_the_nearest_then_the_first() -> None:
    order = scoring.in_order(
        np.array([0.5, 0.9, 0.5, 0.5]), np.array([3, 9, 1, 3]), np.array([4, 7, 9, 2])
    )
    assert order.tolist() == [1, 2, 3, 0]


@given(st.integers(1, 1000), st.integers(0, 1000))
def test_no_term_weighs_less_than_nothing(events: int, count: int) -> None:
    assert scoring.idf(np.array([min(count, events)]), events)[0] > 0


def test_rarer_terms_weigh_more_and_repeated_ones_count_more() -> None:
    weights = scoring.idf(np.array([1, 2, 50, 1000]), 1000)
    assert np.all(np.diff(weights) < 0)
    counts = scoring.count_weights()
    assert counts[0] == scoring.PHRASE_COUNT
    assert counts[1] == 1.0
    assert np.all(np.diff(counts[1:255]) > 0)


def test_a_word_is_rare_by_its_events_and_by_the_size_of_the_archive() -> None:
    kinds = np.array([WORD, WORD, WORD, NAME], dtype=np.uint8)
    counts, common = np.array([3, 4, 3, 2]), np.array([False, False, True, False])
    found = scoring.with_rare_words(list("abcd"), kinds, counts, 150, common)
    assert found.tolist() == [RARE_WORD, WORD, WORD, NAME]
    tiny = scoring.with_rare_words(list("abcd"), kinds, counts, 50, common)
    assert tiny.tolist() == kinds.tolist()


def test_one_event_more_changes_for_few_words_whether_they_are_rare() -> None:
    terms = [f"term{number}" for number in range(1000)]
    kinds, counts = np.zeros(1000, np.uint8), np.array([2, 3] * 500)
    none = np.zeros(1000, np.bool_)
    rare = [
        (scoring.with_rare_words(terms, kinds, counts, events, none) == RARE_WORD).sum()
        for events in range(40, 160)
    ]
    assert rare[0] == 0 and rare[-1] == 1000
    assert np.diff(rare).min() >= 0
    assert np.diff(rare).max() < 30


def test_word_vectors_of_a_small_archive_count_for_little() -> None:
    assert scoring.vector_weight(100_000, 0) == 0.0
    assert scoring.vector_weight(1_000, 60) == pytest.approx(1 / 22)
    assert scoring.vector_weight(10_000, 200) == 0.25


@pytest.mark.parametrize("events", [20, 10_000])
def test_given_vectors_count_fully_and_learned_ones_by_the_size_of_the_archive(events: int) -> None:
    draw = np.random.default_rng(3)
    given, learned = (
        scoring.directions(draw.normal(size=(events, dimensions))) for dimensions in (30, 12)
    )
    both = scoring.side_by_side(given, learned)
    share = events / (events + 10_000)
    cosine = [scoring.units(vectors[:2]) for vectors in (given, learned, both)]
    one, other, mean = (float(rows[0] @ rows[1]) for rows in cosine)
    assert both.shape == (events, 42)
    assert mean == pytest.approx((one + share * other) / (1 + share), abs=0.01)


def test_in_a_small_archive_all_are_hubs_alike() -> None:
    best = np.array([0.1, 0.5])
    small = scoring.hub(best, 0.3, 2)
    large = scoring.hub(best, 0.3, 2048)
    assert np.all(np.abs(small - 1.0) < 0.01)
    assert large[0] < 0.75
    assert large[1] > 1.1


HIT = Hit(
    Event("/a.md", date(2015, 6, 1), "Floods"),
    0.5,
    ("flood",),
    Explanation((Contribution("flood", 0.5, "Floods", "term"),)),
    "**Floods**",
    ("/b.md",),
)


def test_version_9_of_the_ranking_has_these_constants() -> None:
    """Pages change with each of them: whoever changes one raises the version."""
    constants = {
        name: value
        for module in (scoring, time_decay, titles)
        for name, value in vars(module).items()
        if name.lstrip("_").isupper() and type(value) in (int, float, tuple)
        if not hasattr(term_counts, name)
    }
    constants |= {"SHORT_TEXT": term_counts.SHORT_TEXT}
    assert RANKING_VERSION == 9
    assert constants == {
        "MOST_TITLE_COUNT": 3,
        "SHORT_TEXT": 80,
        "VECTORS": 0.5,
        "EVENTS_FOR_VECTORS": 10_000,
        "BACKGROUND_QUANTILE": 0.9,
        "NAME_BOOST": 1.3,
        "NUMBER_BOOST": 0.7,
        "PHRASE_COUNT": 0.5,
        "RARE_EVENTS": 3,
        "RARE_ONE_IN": 50,
        "BACKGROUND_EVENTS": 100,
        "ENGLISH_BACKGROUND": 2000,
        "COMMON_WORD_SHARE": 0.01,
        "SHARED_NAMES": 0.9,
        "SHARED_WORDS": 0.3,
        "WORDS_FLOOR": 0.03,
        "TIME": 0.6,
        "HUB_POWER": 0.4,
        "HUB_BEST": 0.01,
        "HUB_PRIOR": 200.0,
        "_HUB_FLOOR": 1e-3,
        "SLOPE": 0.95,
        "SIZE": -0.24,
        "SHORT": -45.5,
        "SHORTEST": 14.0,
        "LEVEL": 2.0,
        "LEAST_SCORE": 0.5,
        "STRICT_SCORE": 0.8,
        "FILLED_TO": 3,
        "FILL_SCORES": (0.2, 0.35, 0.15, 0.1),
        "ONLY_SCORES": (0.1, 0.05),
        "_WEIGHT_STEP": 2.0**-10,
        "_COUNT_STEP": 2.0**-8,
        "_VECTOR_STEP": 2.0**-12,
        "_HUB_STEP": 2.0**-12,
        "_LONGEST": 4000.0,
        "_ROWS": 1 << 14,
        "WORD_STEPS": 1 << 14,
        "MOST_NAMES": 255,
        "_FEEDBACK_DAYS": 7.0,
        "_FEEDBACK_POWER": 0.15,
        "_COMPARED": 8_192,
        "_ASKED": 1_024,
        "_RELATED": 0.5,
        "_LEAST": 64,
        "_AT_ONCE": 128,
        "_STEPS": 4.0,
        "_PRIOR": 0.02,
    }


def test_the_weight_of_a_term_is_that_of_an_archive_with_more_events_and_more_english() -> None:
    counts = np.array([3, 40])
    plain = [math.log1p((100 + 500 - n + 0.5) / (n + 0.5)) for n in (3, 40)]
    assert scoring.idf(counts, 500).tolist() == pytest.approx(plain)
    # Half of the text is English: 1,000 events more, and the second term stands in 1 % of them.
    common = np.array([False, True])
    mixed = [math.log1p((1100 + 500 - n + 0.5) / (n + 0.5)) for n in (3, 40 + 10)]
    assert scoring.idf(counts, 500, common, 0.5).tolist() == pytest.approx(mixed)
    alone = [math.log1p((1100 + 500 - n + 0.5) / (n + 0.5)) for n in (3, 40)]
    assert scoring.idf(counts, 500, None, 0.5).tolist() == pytest.approx(alone)
    assert counts.tolist() == [3, 40], "they are the caller's"
    assert scoring.idf(counts, 500).dtype == np.float32


def test_a_count_weighs_one_and_its_logarithm() -> None:
    weights = scoring.count_weights()
    assert weights.shape == (256,)
    assert weights.dtype == np.float32
    assert weights[[0, 1, 2, 254]].tolist() == pytest.approx(
        [0.5, 1.0, 1 + math.log(2), 1 + math.log(254)], abs=1 / 256
    )
    assert weights[ONLY_REPEATED] == 0.0


@given(st.lists(st.floats(0.0, 12.0, width=32), min_size=1, max_size=30))
def test_weights_are_multiples_of_a_step_so_that_sums_are_exact(idfs: list[float]) -> None:
    weights = scoring.term_weights(
        np.array(idfs, np.float32), np.arange(len(idfs), dtype=np.uint8) % 6
    )
    products = weights.astype(np.float64)[:, None] * scoring.count_weights().astype(np.float64)
    assert np.array_equal(products * 2**18, np.rint(products * 2**18))
    assert math.fsum(products.ravel()) == products.ravel()[::-1].sum()


def test_hubs_are_measured_by_the_mean_of_the_best_share_of_a_sample() -> None:
    rows = np.tile(np.arange(300.0, dtype=np.float32), (2, 1))
    rows[1] *= -1
    # The best three of 300: 299, 298 and 297; what is below nothing is nothing.
    assert scoring.best_of_sample(rows).tolist() == [298.0, 0.0]
    assert scoring.best_of_sample(rows[:, :10]).tolist() == [9.0, 0.0], "one at least"
    assert scoring.best_of_sample(np.zeros((2, 0), np.float32)).tolist() == [0.0, 0.0]


def test_a_hub_is_relative_to_the_mean() -> None:
    best = np.array([0.5, 0.0])
    shrunk = [(300 * b + 200 * 0.25) / 500 for b in (0.5, 0.0)]
    expected = [(s / 0.25) ** 0.4 for s in shrunk]
    assert scoring.hub(best, 0.25, 300).tolist() == pytest.approx(expected, abs=1e-3)
    assert scoring.hub(best, 0.25, 10**9)[1] > 0.0


def test_what_is_shared_beside_the_similarity_counts_in_units_of_the_tail() -> None:
    names, words = scoring.names_factors(2.5), scoring.words_factors(2.5)
    assert names[[0, 1, 3]].tolist() == pytest.approx([1.0, 2**0.36, 4**0.36])
    assert words[-1] == 1.0
    assert words[0] == pytest.approx((0.03 / 1.03) ** 0.12)
    assert np.all(np.diff(words) > 0)


def learned(**changed: float) -> Learned:
    numbers = {
        "events": 1000, "english": 0.5, "terms": 20.0, "vector_weight": 0.1, "background": 0.2,
        "hub_mean": 0.2, "title_count": 3, "tail": 3.0, "level": -2.0, "no_time": 0.4,
    }  # fmt: skip
    return Learned.from_plain({**numbers, "time": [changed.pop("best", 2.0), 0.0], **changed})


@given(
    st.integers(2, 10**6),
    st.floats(1.0, 15.0),
    st.floats(-4.0, 0.0),
    st.floats(0.0, 5.0),
    st.floats(1.0, 500.0),
    st.floats(0.001, 1.0),
)
def test_a_score_is_the_logistic_curve_of_the_evidence(
    events: int, tail: float, level: float, best: float, terms: float, text: float
) -> None:
    curve = scoring.calibration(
        learned(events=events, tail=tail, level=level, best=best, terms=terms)
    )
    [score] = curve.score(np.array([text])).tolist()
    evidence = tail * (math.log(text) - level) + 0.6 * best + 0.3 * math.log(1.03)
    odds = scoring.SLOPE * evidence + scoring.SIZE * math.log(events) + scoring.LEVEL
    odds += scoring.SHORT / max(terms, 14.0)
    assert score == pytest.approx(1 / (1 + math.exp(-min(max(odds, -700), 700))), abs=1e-4)
    if 0.001 < score < 0.999:
        assert curve.raw(score) == pytest.approx(text, rel=1e-4)


@given(st.integers(2, 10**6), st.floats(1.0, 500.0))
def test_the_same_similarity_says_less_in_a_larger_archive_and_in_shorter_texts(
    events: int, terms: float
) -> None:
    def score(events: int, terms: float) -> float:
        curve = scoring.calibration(learned(events=events, terms=terms))
        return float(curve.score(np.array([0.2]))[0])

    assert score(2 * events, terms) < score(events, terms)
    assert score(events, 2 * max(terms, 14.0)) > score(events, max(terms, 14.0))


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
        Contribution("vectors", 0.1, "vectors", "vectors"),
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
