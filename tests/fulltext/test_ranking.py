"""The order of a search, on an archive of three made-up columns: every weight has its effect."""

import math
from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from search.fulltext.bm25 import K1, B, Bm25, QueryTerm, query_term_for
from search.fulltext.ranking import (
    ALL_WORDS,
    COMPARED,
    PERIOD_FADES_DAYS,
    PERIOD_WEIGHT,
    Compiled,
    Ranking,
)
from search.index.term_counts import LONG_NAME, NAME
from search.kernels import loader as loading
from search.model.hit import Explanation
from search.model.options import Sort
from search.related import scoring as ranking
from search.related.similarity import Vectors
from tests.slow_ranking import SlowEvent, slow_order

Ints = NDArray[np.int64]


class _Archive:
    """As much of ``Vectors`` as a search asks for."""

    def __init__(
        self, dates: Sequence[int], words: Sequence[int], vectors: Sequence[Sequence[int]]
    ) -> None:
        self.dates = np.array(dates, dtype=np.int32)
        self.word_counts = np.array(words, dtype=np.uint32)
        self.vectors = np.array(vectors, dtype=np.int8).reshape(len(dates), -1)
        self.base = len(dates) // 2  # events whose vectors stand in the base's file
        self.columns: dict[str, tuple[NDArray[np.uint32], NDArray[np.uint8]]] = {}

    def __len__(self) -> int:
        return len(self.dates)

    @property
    def living(self) -> int:
        return len(self.dates)

    @property
    def mean_words(self) -> float:
        return float(self.word_counts.mean())

    @property
    def dimensions(self) -> int:
        return self.vectors.shape[1]

    def places(self, ordinals: Ints) -> Ints:
        return ordinals

    @property
    def matrix(self) -> "_Archive":
        return self

    def all_vectors(self) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        return self.vectors[: self.base], self.vectors[self.base :]

    def event_vectors(self, ordinals: Ints) -> NDArray[np.int8]:
        return self.vectors[ordinals]

    def event_sizes(self, ordinals: Ints) -> NDArray[np.float32]:
        squares = (self.vectors[ordinals].astype(np.int64) ** 2).sum(axis=1)
        return np.asarray(np.sqrt(np.maximum(squares, 1)), dtype=np.float32)

    def column(self, term: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
        return self.columns.get(term, (np.zeros(0, np.uint32), np.zeros(0, np.uint8)))


def archive(
    size: int = 6, lengths: list[int] | None = None, vectors: list[list[int]] | None = None
) -> _Archive:
    return _Archive(range(size), lengths or [10] * size, vectors or [[]] * size)


def query_term(
    events: list[int], counts: list[int] | None = None, term: str = "a", weight: float = 1.0
) -> QueryTerm:
    each = np.array(counts or [1] * len(events), dtype=np.uint8)
    return QueryTerm(term, term, "term", weight, np.array(events, dtype=np.uint32), each)


class _Hit(NamedTuple):
    ordinal: int
    score: float
    explanation: Explanation


def asked(
    query_terms: list[QueryTerm],
    of: _Archive,
    candidates: list[int] | None = None,
    outside: list[float] | None = None,
    limit: int = 10,
    sort: Sort = "relevance",
) -> list[_Hit]:
    chosen = np.array(range(len(of)) if candidates is None else candidates, dtype=np.int64)
    away = None if outside is None else np.array(outside)
    order = Ranking(query_terms, cast(Vectors, of), chosen, away, sort)
    assert len(order) == len(chosen)
    found = [
        _Hit(ordinal, order.score(place), order.explanation(place))
        for place, ordinal in enumerate(order.first(limit))
    ]
    for each in found:
        assert 0 <= each.score <= 1 and each.score == round(each.score, 4)
        assert each.explanation.total == each.score
    if sort == "relevance":
        keys = [(-each.score, -int(of.dates[each.ordinal]), each.ordinal) for each in found]
        assert keys == sorted(keys)
    return found


def scores(found: list[_Hit]) -> dict[int, float]:
    return {each.ordinal: each.score for each in found}


def whole(words: float) -> float:
    """The score of an event with all words, which score so much, and without feedback."""
    return ALL_WORDS + (1 - ALL_WORDS) * words


# What an event of no length with each word once would get, over one of mean length.
SHORT = (K1 + 1) / (1 + K1 * (1 - B))


def test_one_word_in_an_event_of_mean_length_scores_less_than_in_a_short_one() -> None:
    found = scores(asked([query_term([2])], archive(), [2]))
    assert found == {2: pytest.approx(whole(1 / SHORT), abs=1e-4)}


def test_a_score_is_bm25_over_that_of_an_ideal_event() -> None:
    lengths = [5, 20, 10, 5, 10, 10]
    found = scores(
        asked([query_term([0, 1], [2, 1]), query_term([1, 2], term="b")], archive(6, lengths))
    )
    idf = math.log1p((ranking.BACKGROUND_EVENTS + 6 - 2 + 0.5) / (2 + 0.5))

    def bm25(count: int, length: int) -> float:
        return idf * count * (K1 + 1) / (count + K1 * (1 - B + B * length / 10))

    assert found[0] == pytest.approx(ALL_WORDS * bm25(2, 5) / (2 * idf * SHORT), abs=5e-5)
    assert found[1] == pytest.approx(whole(2 * bm25(1, 20) / (2 * idf * SHORT)), abs=5e-5)
    assert found[2] == pytest.approx(ALL_WORDS * bm25(1, 10) / (2 * idf * SHORT), abs=5e-5)
    assert found[3] == 0


def test_what_lacks_a_word_comes_after_what_has_them_all() -> None:
    lengths = [1000, 1, 10, 10, 10, 10]
    common, rare = query_term([0, 2, 3, 4, 5]), query_term([0, 1], [1, 200], term="b")
    alike = [[1, 0], [0, 1], [0, 1], [0, 1], [0, 1], [0, 1]]
    found = asked([common, rare], archive(6, lengths, alike))
    assert [each.ordinal for each in found][:2] == [0, 1]
    assert found[0].score >= ALL_WORDS > found[1].score


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    found = scores(asked([query_term([0]), query_term([1, 2, 3, 4, 5], term="b")], archive()))
    assert found[0] > found[1] == found[5] > 0


def test_equal_scores_stand_newest_first() -> None:
    found = asked([query_term([0, 3, 5])], archive())
    assert [each.ordinal for each in found] == [5, 3, 0, 4, 2, 1]


def test_by_day_the_score_decides_within_a_day_only() -> None:
    of = _Archive([7, 7, 8, -4], [10] * 4, [[]] * 4)
    query_terms = [query_term([1])]
    newest = asked(query_terms, of, sort="newest")
    oldest = asked(query_terms, of, sort="oldest")
    assert [each.ordinal for each in newest] == [2, 1, 0, 3]
    assert [each.ordinal for each in oldest] == [3, 1, 0, 2]
    assert scores(newest) == scores(oldest) == scores(asked(query_terms, of))


def test_days_before_1970_are_in_order_too() -> None:
    of = _Archive([-700_000, -3, 5, 2_900_000], [10] * 4, [[]] * 4)
    assert [each.ordinal for each in asked([], of)] == [3, 2, 1, 0]


def test_without_a_wish_all_that_matches_does_so_in_full() -> None:
    found = asked([], archive(), [1, 4])
    assert scores(found) == {4: 1.0, 1: 1.0}
    assert [part.kind for part in found[0].explanation.contributions] == ["keywords"]


def test_nothing_matches_nothing() -> None:
    assert asked([query_term([1])], archive(), []) == []
    assert asked([query_term([])], archive(), [1])[0].score == 0


def test_a_time_outside_of_what_is_asked_for_costs_by_distance() -> None:
    found = scores(asked([query_term([0, 1, 2])], archive(3), None, [0, 30, 1e9]))
    near = (1 + PERIOD_WEIGHT * math.exp(-30 / PERIOD_FADES_DAYS)) / (1 + PERIOD_WEIGHT)
    inside = whole(1 / SHORT)
    assert found[0] == pytest.approx(inside, abs=5.1e-5)
    assert found[1] == pytest.approx(near * inside, abs=5e-5)
    assert found[2] == pytest.approx(1 / (1 + PERIOD_WEIGHT) * inside, abs=5e-5)


def test_what_is_lost_to_time_stands_on_the_explanation() -> None:
    [inside] = asked([query_term([0])], archive(1), [0], [0])
    [away] = asked([query_term([0])], archive(1), [0], [60])
    assert [part.kind for part in inside.explanation.contributions] == ["term"]
    assert [part.kind for part in away.explanation.contributions] == ["term", "time"]
    assert (
        away.explanation.contributions[1].contribution
        < 0
        < away.explanation.contributions[0].contribution
    )


def test_feedback_lifts_what_is_like_the_first_hits() -> None:
    like = [[9, 0], [0, 9], [9, 0], [0, 9], [0, 9], [9, 0]]
    query_terms = [query_term([0, 1, 5], [3, 1, 3]), query_term([0, 1, 2, 3, 5], term="b")]
    found = asked(query_terms, archive(vectors=like), [0, 1, 2, 3, 5])
    by_ordinal = scores(found)
    assert by_ordinal[2] > by_ordinal[3], "both lack a word, but one is like what has it"
    [second] = [each for each in found if each.ordinal == 2]
    assert {part.kind for part in second.explanation.contributions} == {"term", "association"}


def test_vectors_of_nothing_leave_the_words_to_decide() -> None:
    nothing = archive(vectors=[[0, 0]] * 6)
    assert scores(asked([query_term([1, 2])], nothing)) == scores(
        asked([query_term([1, 2])], archive())
    )


def test_a_name_of_several_words_weighs_less_than_a_word() -> None:
    vectors = archive()
    vectors.columns["port selva"] = (np.array([1, 4], np.uint32), np.array([0, 2], np.uint8))
    long = query_term_for(cast(Vectors, vectors), "port selva", "Port Selva", LONG_NAME)
    assert (long.kind, long.weight) == ("name", ranking.PHRASE_COUNT)
    once = long._replace(counts=np.array([1, 2], np.uint8))
    both = [Bm25([w], cast(Vectors, vectors)).scores(np.array([1, 4]))[0] for w in (long, once)]
    assert both[0].tolist() == both[1].tolist()  # beside its words, a name counts once
    assert query_term_for(cast(Vectors, vectors), "selva", "Selva", NAME).kind == "name"
    assert query_term_for(cast(Vectors, vectors), "fire", "fire", 0).kind == "term"


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[QueryTerm], _Archive, list[int], list[float] | None]:
    size = draw(st.integers(1, 30))
    ordinals = st.lists(st.integers(0, size - 1), unique=True, max_size=size).map(sorted)
    query_terms = []
    for number in range(draw(st.integers(0, 3))):
        events = draw(ordinals)
        counts = draw(st.lists(st.integers(1, 255), min_size=len(events), max_size=len(events)))
        query_terms.append(
            query_term(events, counts, str(number), draw(st.sampled_from([1.0, 1.0, 0.5])))
        )
    each = st.integers(-127, 127)
    rows = draw(st.lists(st.tuples(each, each, each).map(list), min_size=size, max_size=size))
    words = draw(st.lists(st.integers(0, 50), min_size=size, max_size=size))
    days = sorted(draw(st.lists(st.integers(-9000, 9000), min_size=size, max_size=size)))
    away = draw(st.none() | st.just(st.floats(0, 1e5)))
    candidates = draw(ordinals)
    outside = None if away is None else [draw(away) for _ in candidates]
    return query_terms, _Archive(days, words, rows), candidates, outside


@given(questions())
def test_whatever_is_wished_the_order_is_total_and_the_short_list_begins_the_long(
    question: tuple[list[QueryTerm], _Archive, list[int], list[float] | None],
) -> None:
    everything = asked(*question, limit=100)
    assert sorted(each.ordinal for each in everything) == question[2]
    for limit in range(1, len(everything)):
        assert asked(*question, limit=limit) == everything[:limit]


@given(questions(), st.integers(4, 40))
def test_the_order_is_that_of_the_formula_event_by_event(
    question: tuple[list[QueryTerm], _Archive, list[int], list[float] | None], compared: int
) -> None:
    query_terms, of, candidates, outside = question
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.fulltext.ranking.COMPARED", compared)
        found = asked(query_terms, of, candidates, outside, limit=100)
    away: Sequence[float | None] = outside or [None] * len(candidates)
    events = [
        SlowEvent(n, int(of.dates[n]), int(of.word_counts[n]), of.vectors[n].tolist(), days)
        for n, days in zip(candidates, away, strict=True)
    ]
    slow = slow_order(query_terms, events, of.word_counts.tolist(), compared)
    # A last decimal may be rounded the other way, and then two events may change places.
    assert [each.score for each in found] == pytest.approx([s for _, s in slow], abs=1.01e-4)
    assert scores(found) == pytest.approx(dict(slow), abs=1.01e-4)


def test_a_short_list_begins_a_long_one_beyond_what_is_compared() -> None:
    size = COMPARED + 200
    generator = np.random.default_rng(5)
    of = archive(size, vectors=generator.integers(-127, 128, (size, 4)).tolist())
    words = [query_term(list(range(0, size, 2))), query_term(list(range(0, size, 3)), term="b")]
    short, middle, long = (asked(words, of, limit=n) for n in (10, COMPARED, size))
    assert long[:COMPARED] == middle
    assert middle[:10] == short


def known(order: Ranking) -> list[NDArray[np.generic]]:
    """All that a ranking knows of its events."""
    return [order._words, order._all, order._feedback, order._units, np.array(order.first(10**6))]


def compiled_for(of: _Archive) -> Compiled:
    kernels = loading.load()
    assert kernels is not None
    return Compiled(kernels, cast(Vectors, of))


@given(questions(), st.integers(4, 40), st.integers(0, 30))
@settings(deadline=None)
def test_compiled_or_not_the_order_is_the_same_to_the_last_bit(
    question: tuple[list[QueryTerm], _Archive, list[int], list[float] | None],
    compared: int,
    base: int,
) -> None:
    query_terms, of, candidates, outside = question
    of.base = min(base, len(of))
    chosen = np.array(candidates, dtype=np.int64)
    away = None if outside is None else np.array(outside)
    for sort in ("relevance", "newest"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("search.fulltext.ranking.COMPARED", compared)
            slow = Ranking(query_terms, cast(Vectors, of), chosen, away, sort)
            fast = Ranking(query_terms, cast(Vectors, of), chosen, away, sort, compiled_for(of))
        for one, other in zip(known(slow), known(fast), strict=True):
            assert one.dtype == other.dtype
            assert one.tolist() == other.tolist()


@pytest.mark.parametrize("dimensions", [0, 3, 64, 200])
@pytest.mark.parametrize("words", [1, 3])
def test_compiled_or_not_the_order_of_many_events_is_the_same(dimensions: int, words: int) -> None:
    size = 6 * COMPARED
    generator = np.random.default_rng(dimensions + words)
    vectors = generator.integers(-127, 128, (size, dimensions)).tolist()
    lengths = generator.integers(5, 9, size).tolist()  # hundreds of events have the same score
    days = np.sort(generator.integers(0, 40_000, size)).tolist()
    of = _Archive(days, lengths, vectors)
    each = [np.flatnonzero(generator.random(size) < 0.6).tolist() for _ in range(words)]
    query_terms = [query_term(events, None, str(n)) for n, events in enumerate(each)]
    few = np.flatnonzero(generator.random(size) < 0.01)
    union = np.array(sorted({event for events in each for event in events}))
    at_once = Ranking(query_terms, cast(Vectors, of), None, compiled=compiled_for(of))
    slow = Ranking(query_terms, cast(Vectors, of), union)
    assert at_once.candidates.tolist() == union.tolist()
    for one, other in zip(known(slow), known(at_once), strict=True):
        assert one.tolist() == other.tolist()
    for candidates in (np.arange(size), np.array(each[0]), few):
        slow = Ranking(query_terms, cast(Vectors, of), candidates)
        fast = Ranking(query_terms, cast(Vectors, of), candidates, compiled=compiled_for(of))
        for one, other in zip(known(slow), known(fast), strict=True):
            assert one.tolist() == other.tolist()
        for count in (1, 32, 33, COMPARED + 1):
            assert slow.first(count) == fast.first(count) == known(slow)[-1].tolist()[:count]
