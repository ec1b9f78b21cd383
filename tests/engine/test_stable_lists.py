"""Laws of lists that hold still, for any ranking and any page."""

import datetime
import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.stable_lists import (
    Bounds,
    PrintedItem,
    StableList,
    log_odds,
    score_of,
    stable_list,
)
from search.model.event import Event
from search.model.hit import Explanation, Hit

DAY = datetime.date(2015, 3, 1)
ASKED = Event("/asked", DAY, "Storm hits Port Selva.")


def event(name: str) -> Event:
    return Event(f"/{name}", DAY, f"{name} is told of Port Selva.")


def hit(name: str, score: float, *also: str, context: tuple[str, ...] = ("Port Selva",)) -> Hit:
    return Hit(event(name), score, context, Explanation(), also=tuple(f"/{each}" for each in also))


def page(*names: str) -> list[PrintedItem]:
    return [PrintedItem(event(name), event(name).title, ("Port Selva",)) for name in names]


def settle(
    fresh: Sequence[Hit],
    remembered: Sequence[PrintedItem],
    bounds: Bounds,
    others: Sequence[Hit] = (),
    *,
    is_new: bool = False,
) -> StableList:
    scores = {each.event.id: each for each in (*others, *fresh)}
    return stable_list(ASKED, fresh, remembered, scores.get, bounds, is_new=is_new)


def names(of: StableList) -> str:
    return "".join(each.event.id[1:] for each in of.hits)


BOUNDS = Bounds(3, 0.5, margin=0.5)


def test_a_new_page_gets_the_fresh_list() -> None:
    fresh = [hit("a", 0.9), hit("b", 0.51)]
    assert settle(fresh, [], BOUNDS, is_new=True).hits == tuple(fresh)


def test_a_page_without_a_list_gets_one_only_for_something_surely_good() -> None:
    assert names(settle([hit("a", 0.55)], [], BOUNDS)) == ""
    assert names(settle([hit("a", 0.7), hit("b", 0.55)], [], BOUNDS)) == "ab"


@pytest.mark.parametrize(
    ("score", "expected"), [(0.49, "ab"), (0.39, "ab"), (0.37, "a"), (0.0, "a")]
)
def test_an_item_stays_while_it_is_nearly_good(score: float, expected: str) -> None:
    fresh = [hit("a", 0.9)]
    assert names(settle(fresh, page("a", "b"), BOUNDS, [hit("b", score)])) == expected


def test_a_least_score_that_a_caller_has_set_is_exact() -> None:
    exact = BOUNDS._replace(exact=True)
    fresh = [hit("a", 0.9), hit("c", 0.5)]
    assert names(settle(fresh, page("a", "b"), exact, [hit("b", 0.4999)])) == "ac"


@pytest.mark.parametrize(("score", "expected"), [(0.6, "a"), (0.63, "ab")])
def test_a_free_place_is_for_what_is_surely_good(score: float, expected: str) -> None:
    assert names(settle([hit("a", 0.9), hit("b", score)], page("a"), BOUNDS)) == expected


@pytest.mark.parametrize(("score", "expected"), [(0.75, "abc"), (0.8, "dab")])
def test_the_place_of_another_is_for_what_is_surely_better(score: float, expected: str) -> None:
    fresh = [hit("d", score), hit("a", 0.75), hit("b", 0.72), hit("c", 0.7)][: BOUNDS.limit]
    assert names(settle(fresh, page("a", "b", "c"), BOUNDS, [hit("c", 0.7)])) == expected


@pytest.mark.parametrize(("score", "expected"), [(0.75, "ba"), (0.85, "ab")])
def test_the_order_stays_unless_it_is_surely_wrong(score: float, expected: str) -> None:
    assert names(settle([hit("a", score), hit("b", 0.7)], page("b", "a"), BOUNDS)) == expected


def test_a_deleted_event_goes_and_is_named() -> None:
    gone = PrintedItem(None, "The dam", ())
    done = settle([hit("a", 0.9)], [gone, *page("a")], BOUNDS)
    assert names(done) == "a"
    assert done.reasons == ("gone: The dam is no longer an event of the archive",)


def test_a_report_of_an_event_keeps_its_place_and_no_second_one_comes() -> None:
    fresh = [hit("a", 0.9, "b"), hit("c", 0.8)]
    others = [hit("b", 0.89)]
    assert names(settle(fresh, page("b", "c"), BOUNDS, others)) == "bc"
    assert names(settle(fresh, page("b", "a", "c"), BOUNDS, others)) == "bc"


def test_what_a_filter_keeps_out_goes() -> None:
    assert names(settle([hit("a", 0.9)], page("a", "b"), BOUNDS)) == "a"


def test_printed_terms_stay_while_both_events_have_them() -> None:
    now = [hit("a", 0.9, context=("Selva",))]
    [kept] = settle(now, page("a"), BOUNDS).hits
    assert kept.context == ("Port Selva",)
    other = PrintedItem(event("a"), event("a").title, ("Norland",))
    assert settle(now, [other], BOUNDS).hits[0].context == ("Selva",)


@pytest.mark.parametrize(
    "printed",
    [("U.N. Council", "Selva"), ("Sélva", "UN Council"), ("Council",), ("UN", "Selva")],
)
def test_terms_whose_words_are_all_among_the_fresh_ones_are_not_printed_anew(
    printed: tuple[str, ...],
) -> None:
    now = [hit("a", 0.9, context=("UN Council", "Selva"))]
    done = settle(now, [PrintedItem(event("a"), event("a").title, printed)], BOUNDS)
    assert done.hits[0].context == printed and done.reasons == ()


def test_terms_without_the_most_informative_one_are_printed_anew() -> None:
    now = [hit("a", 0.9, context=("UN Council", "Selva"))]
    done = settle(now, [PrintedItem(event("a"), event("a").title, ("Selva",))], BOUNDS)
    assert done.hits[0].context == ("UN Council", "Selva")


def test_terms_that_a_page_prints_of_no_item_are_added() -> None:
    now = [hit("a", 0.9, context=("UN Council",))]
    done = settle(now, [PrintedItem(event("a"), event("a").title, ())], BOUNDS)
    assert done.hits[0].context == ("UN Council",)


def test_a_short_list_keeps_what_fills_it_until_something_good_comes() -> None:
    short = Bounds(10, 0.5, margin=0.5, fills=3, least_to_fill=0.1, sure_to_fill=0.35)
    good, odd = [hit("a", 0.9)], [hit("b", 0.2), hit("c", 0.15), hit("d", 0.22), hit("e", 0.05)]
    assert names(settle([*good, odd[2]], page("a", "b", "c"), short, odd)) == "abc"
    assert names(settle([*good, odd[2]], page("a", "b", "e"), short, odd)) == "adb"
    assert names(settle(good, page("a", "e"), short, odd)) == "a"
    better = [*good, hit("f", 0.8), hit("g", 0.7)]
    assert names(settle(better, page("a", "b", "c"), short, odd)) == "afg"


def test_an_item_that_is_not_bad_goes_only_when_something_better_comes() -> None:
    short = Bounds(10, 0.5, margin=0.5, fills=2, least_to_fill=0.1, sure_to_fill=0.35)
    good, weak, bad = [hit("a", 0.9), hit("b", 0.8)], hit("c", 0.3), hit("c", 0.2)
    assert names(settle(good, page("a", "b", "c"), short, [weak])) == "abc"
    assert names(settle([*good, hit("d", 0.7)], page("a", "b", "c"), short, [weak])) == "abd"
    assert names(settle(good, page("a", "b", "c"), short, [bad])) == "ab"


def test_the_best_items_fill_a_short_list_in_whatever_order_the_page_has_them() -> None:
    short = Bounds(10, 0.5, fills=3, least_to_fill=0.05, sure_to_fill=0.35)
    every = [hit("a", 0.25), hit("b", 0.24), hit("c", 0.23), hit("d", 0.04)]
    for listed in ("abcd", "adbc", "dabc"):
        assert names(settle([], page(*listed), short, every)) == "abc"


def test_a_short_list_that_lost_nothing_takes_only_what_is_surely_good() -> None:
    short = Bounds(10, 0.5, margin=0.5, fills=3, least_to_fill=0.1, sure_to_fill=0.35)
    assert names(settle([hit("a", 0.9), hit("b", 0.6)], page("a"), short)) == "a"
    assert names(settle([hit("a", 0.9), hit("b", 0.63)], page("a"), short)) == "ab"
    gone = PrintedItem(None, "A deleted event", ())
    assert names(settle([hit("a", 0.9), hit("b", 0.2)], [gone, *page("a")], short)) == "ab"


def test_a_page_without_a_list_gets_one_for_what_surely_fills_it() -> None:
    short = Bounds(10, 0.5, margin=0.5, fills=3, least_to_fill=0.1, sure_to_fill=0.35)
    assert names(settle([hit("b", 0.34)], [], short)) == ""
    assert names(settle([hit("b", 0.36)], [], short)) == "b"
    gone = PrintedItem(None, "A deleted event", ())
    assert names(settle([hit("b", 0.2)], [gone], short)) == "b"


scores = st.integers(1, 9_999).map(lambda units: units / 10_000)
rankings = st.dictionaries(st.sampled_from("abcdefghijkl"), scores, max_size=12)
bounds = st.builds(
    Bounds,
    st.integers(3, 5),
    st.sampled_from([0.1, 0.5, 0.7]),
    st.booleans(),
    st.sampled_from([1e-6, 0.2, 0.5, 1.0]),
    st.sampled_from([0, 2, 3]),
    st.just(0.05),
    st.sampled_from([0.05, 0.35]),
)
pages = st.lists(st.sampled_from("abcdefghijklz"), max_size=8)


def fresh_of(ranking: dict[str, float], limits: Bounds) -> list[Hit]:
    order = sorted(ranking, key=lambda name: (-ranking[name], name))
    good = [name for name in order if ranking[name] >= limits.least]
    filled = [name for name in order if ranking[name] >= limits.least_to_fill][: limits.fills]
    return [hit(name, ranking[name]) for name in max(good, filled, key=len)][: limits.limit]


@given(rankings, bounds, pages, st.booleans())
def test_twice_is_once(
    ranking: dict[str, float], limits: Bounds, listed: list[str], is_new: bool
) -> None:
    every = [hit(name, score) for name, score in ranking.items()]
    fresh = fresh_of(ranking, limits)
    once = settle(fresh, page(*listed), limits, every, is_new=is_new)
    twice = settle(fresh, page(*names(once)), limits, every)
    assert twice == StableList(once.hits, ())


@given(rankings, bounds, pages)
def test_a_stable_list_is_within_the_margin_of_the_fresh_one(
    ranking: dict[str, float], limits: Bounds, listed: list[str]
) -> None:
    every = [hit(name, score) for name, score in ranking.items()]
    fresh = fresh_of(ranking, limits)
    done = settle(fresh, page(*listed), limits, every)
    odds = [log_odds(each.score) for each in done.hits]
    slack = limits.margin + 1e-9
    assert len(done.hits) <= limits.limit
    assert len({each.event.id for each in done.hits}) == len(done.hits)
    tolerated = log_odds(limits.sure_to_fill) - slack if limits.fills else math.inf
    poor = [each for each in odds if each < min(log_odds(limits.least) - slack, tolerated)]
    assert not poor or len(odds) <= limits.fills
    assert all(each >= log_odds(limits.least_to_fill) - slack for each in poor)
    assert all(later - earlier <= slack for n, earlier in enumerate(odds) for later in odds[n:])
    left_out = [log_odds(each.score) for each in fresh if each not in done.hits]
    if len(done.hits) == limits.limit:
        assert all(out - min(odds) <= slack for out in left_out)
    else:
        assert all(out <= log_odds(limits.least) + slack for out in left_out)


@given(rankings, bounds, st.randoms())
def test_noise_below_half_the_margin_changes_nothing(
    ranking: dict[str, float], limits: Bounds, lot: object
) -> None:
    limits = limits._replace(exact=False, fills=0)
    fresh = fresh_of(ranking, limits)
    first = settle(fresh, [], limits, is_new=True)
    half = limits.margin / 2 * 0.99
    # Log-odds are cut off at scores of 0.0001 and 0.9999.
    noisy = {
        name: score_of(log_odds(score) + lot.uniform(-half, half))  # type: ignore[attr-defined]
        for name, score in ranking.items()
    }
    every = [hit(name, score) for name, score in noisy.items()]
    again = settle(fresh_of(noisy, limits), page(*names(first)), limits, every)
    assert names(again) == names(first)
