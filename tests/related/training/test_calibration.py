"""Scores that mean something, learned without labels."""

import numpy as np

from search.related.training.calibration import UNTAUGHT, calibrated


def links(seed: int, centre: float, count: int) -> np.ndarray:
    return np.random.RandomState(seed).lognormal(np.log(centre), 0.25, count)


def test_the_curve_lies_where_real_links_outnumber_those_of_decoys() -> None:
    chance = links(1, 0.2, 4000)
    real = np.concatenate([links(2, 0.2, 2000), links(3, 0.5, 2000)])
    curve = calibrated(real, chance)
    low, high = curve.score(np.array([0.2, 0.5]))
    assert low < 0.5
    assert high > 0.9
    assert 0.5 <= curve.min_score <= 0.95


def test_of_the_links_above_the_least_score_one_in_ten_is_expected_to_be_wrong() -> None:
    real = np.concatenate([links(2, 0.2, 2000), links(3, 0.5, 2000)])
    curve = calibrated(real, links(1, 0.2, 4000))
    scores = curve.score(real)
    listed = scores[scores >= curve.min_score]
    assert 0.08 <= 1.0 - listed.mean() <= 0.1001


def test_lists_that_are_no_better_than_chance_are_hardly_ever_shown() -> None:
    curve = calibrated(links(1, 0.2, 3000), links(2, 0.2, 3000))
    assert (curve.score(links(3, 0.2, 3000)) >= curve.min_score).mean() < 0.05


def test_too_few_links_teach_nothing() -> None:
    assert calibrated(links(1, 0.5, 50), links(2, 0.2, 5000)) is UNTAUGHT
    assert calibrated(np.zeros(0), np.zeros(0)) is UNTAUGHT


def test_links_that_are_all_alike_do_no_harm() -> None:
    curve = calibrated(np.full(500, 3.0), np.full(500, 3.0))
    assert np.isfinite([curve.middle, curve.steepness, curve.min_score]).all()
