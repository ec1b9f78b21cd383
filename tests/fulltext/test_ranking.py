"""The order of a search, on an archive of made-up frequencies: every weight has its effect."""

import math
from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from search.fulltext.bm25 import QueryTerm, idf, k1
from search.fulltext.frequencies import Part
from search.fulltext.ranking import (
    ALL_WORDS,
    COMPARED,
    EXACT,
    PERIOD_FADES_DAYS,
    PERIOD_WEIGHT,
    SHOWN_ALL_WORDS,
    Ranking,
    shown,
)
from search.model.hit import Explanation
from search.model.options import Sort
from search.related.similarity import Similarity
from tests.slow_ranking import SlowEvent, slow_order

Ints = NDArray[np.int64]


class _Learned(NamedTuple):
    vector_weight: float


class _Archive:
    """As much of ``Similarity``, and of its matrix, as a search needs."""

    def __init__(self, dates: Sequence[int], vectors: Sequence[Sequence[int]]) -> None:
        self.dates = np.array(dates, dtype=np.int32)
        self.live_count = len(dates)
        self._vectors = np.array(vectors, dtype=np.int8).reshape(len(dates), -1)
        self.dimensions = self._vectors.shape[1]
        squares = (self._vectors.astype(np.int64) ** 2).sum(axis=1)
        self.vector_sizes = np.sqrt(np.maximum(squares, 1)).astype(np.float32)
        self.matrix = self
        self.learned = _Learned(0.3)
        # The first three terms have the vectors that point along the first three dimensions.
        known = min(3, self.dimensions)
        self.word_numbers = np.arange(known, dtype=np.uint32)
        self._words = 127 * np.eye(known, self.dimensions, dtype=np.int8)

    def number_of(self, term: str) -> int | None:
        return int(term) if term.isdecimal() else None

    def weights(self, terms: Ints) -> NDArray[np.float32]:
        return np.ones(len(terms), np.float32)

    def word_vectors(self, places: Ints) -> NDArray[np.int8]:
        return self._words[places]

    def __len__(self) -> int:
        return len(self.dates)

    def ranks(self, ordinals: Ints) -> Ints:
        return ordinals

    def vectors(self, ordinals: Ints) -> NDArray[np.int8]:
        return self._vectors[ordinals]


def archive(size: int = 6, vectors: list[list[int]] | None = None) -> _Archive:
    return _Archive(range(size), vectors or [[]] * size)


def part(
    events: list[int], frequencies: list[float] | None = None, *, titles: bool = False
) -> Part:
    each = np.array(frequencies or [1.0] * len(events), np.float32)
    return Part(np.array(events, np.uint32), each, titles)


def query_term(
    events: list[int],
    frequencies: list[float] | None = None,
    term: str = "a",
    weight: float = 1.0,
) -> QueryTerm:
    parts = (part(events, frequencies),) if events else ()
    return QueryTerm(term, term, "term", weight, parts)


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
    exact: list[int] | None = None,
) -> list[_Hit]:
    chosen = np.array(range(len(of)) if candidates is None else candidates, dtype=np.int64)
    away = None if outside is None else np.array(outside)
    same = np.array(exact or [], np.int64)
    order = Ranking(query_terms, cast(Similarity, of), chosen, outside=away, exact=same, sort=sort)
    ordinals = order.first(limit)
    ranks = range(len(ordinals))
    scores = order.scores(ranks)
    found = [_Hit(*each) for each in zip(ordinals, scores, order.explanations(ranks), strict=True)]
    for each in found:
        assert 0 <= each.score <= 1 and each.score == round(each.score, 4)
        assert each.explanation.total == each.score
    if sort == "relevance":
        assert scores == sorted(scores, reverse=True)
    return found


def scores(found: list[_Hit]) -> dict[int, float]:
    return {each.ordinal: each.score for each in found}


def in_full(words: float) -> float:
    """The score of an event with all words, which score so much, and without feedback."""
    return (1 - EXACT) * float(shown(ALL_WORDS + (1 - ALL_WORDS) * words))


def in_part(likeness: float) -> float:
    """The score for a likeness, without feedback."""
    return (1 - EXACT) * float(shown(likeness))


ONCE = 1 / (k1(1) + 1)  # the score of a word with a weighted frequency of 1


def test_a_score_is_bm25_over_the_weights_of_all_words() -> None:
    found = scores(asked([query_term([0, 1], [2, 1]), query_term([1, 2, 3], term="b")], archive()))
    one, other = idf(2, 6), idf(3, 6)
    part = ALL_WORDS / (one + other)
    assert found[0] == pytest.approx(in_part(part * one * 2 / (k1(2) + 2)), abs=5e-5)
    assert found[1] == pytest.approx(in_full(ONCE), abs=5e-5)
    assert found[2] == pytest.approx(in_part(part * other * ONCE), abs=5e-5)
    assert found[5] == 0


def test_a_title_with_all_of_the_query_counts_more_than_two_titles_with_half_of_it() -> None:
    often = [9.0] * 3
    words = [
        QueryTerm("a", "a", "term", 1.0, (part([0, 1], often[:2], titles=True), part([2]))),
        QueryTerm("b", "b", "term", 1.0, (part([0, 2], often[:2], titles=True), part([1]))),
    ]
    whole, *halves = asked(words, archive())[:3]
    assert whole.ordinal == 0
    one_word = asked(words[:1], archive(), [0, 1])
    assert whole.score - halves[0].score > 0.05
    assert [each.score for each in one_word] == [whole.score] * 2, "it is all of such a query"


def test_of_several_events_that_a_query_names_the_earliest_comes_first() -> None:
    words = [query_term([0, 1, 2, 3], [1, 1, 9, 99])]
    named = asked(words, archive(), [0, 1, 2, 3], exact=[1, 2])
    assert [each.ordinal for each in named] == [1, 2, 3, 0]


def test_no_score_saturates_however_often_a_word_is_said() -> None:
    often = [10.0, 100.0, 1_000.0, 10_000.0, 1e5, 1e6]
    found = asked([query_term([0, 1, 2, 3, 4, 5], often)], archive())
    assert [each.ordinal for each in found] == [5, 4, 3, 2, 1, 0]
    assert found[0].score < 1


@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=20))
def test_what_is_shown_keeps_the_order_and_tells_the_best_apart(likeness: list[float]) -> None:
    ascending = np.sort(np.array(likeness))
    found = shown(ascending)
    assert (np.diff(found) >= 0).all()
    assert ((found >= 0) & (found <= 1)).all()
    # A difference that four decimals do not show, and one that a reader sees.
    assert shown(0.9999) - shown(0.9998) > 0.005


def test_frequencies_of_several_fields_are_added_before_they_are_damped() -> None:
    both = QueryTerm("a", "a", "term", 1.0, (part([0, 1], [1, 2]), part([0], [1])))
    found = scores(asked([both], archive(), [0, 1]))
    assert found[0] == found[1]


def test_an_event_that_the_query_names_comes_first() -> None:
    named = asked([query_term([0, 1, 2], [1, 9, 9])], archive(), exact=[0])
    assert named[0].ordinal == 0 and named[0].score > 1 - EXACT
    assert [p.kind for p in named[0].explanation.contributions] == ["term", "exact"]
    assert all(each.score < 1 - EXACT for each in named[1:])


def test_scores_that_round_to_the_same_are_ordered_before_they_are_rounded() -> None:
    found = asked([query_term([0, 1, 2], [5.00001, 5.0, 5.00002])], archive(), [0, 1, 2])
    assert [each.ordinal for each in found] == [2, 0, 1]
    assert len({each.score for each in found}) == 1


def test_what_lacks_a_word_comes_after_what_has_them_all() -> None:
    common, rare = query_term([0, 2, 3, 4, 5]), query_term([0, 1], [0.1, 200], term="b")
    alike = [[1, 0], [0, 1], [0, 1], [0, 1], [0, 1], [0, 1]]
    found = asked([common, rare], archive(6, alike))
    assert [each.ordinal for each in found][:2] == [0, 1]
    assert found[0].score >= (1 - EXACT) * SHOWN_ALL_WORDS > found[1].score


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    found = scores(asked([query_term([0]), query_term([1, 2, 3, 4, 5], term="b")], archive()))
    assert found[0] > found[1] == found[5] > 0


def test_events_of_equal_scores_are_listed_newest_first() -> None:
    found = asked([query_term([0, 3, 5])], archive())
    assert [each.ordinal for each in found] == [5, 3, 0, 4, 2, 1]


def test_by_day_the_score_decides_within_a_day_only() -> None:
    of = _Archive([7, 7, 8, -4], [[]] * 4)
    query_terms = [query_term([1])]
    newest = asked(query_terms, of, sort="newest")
    oldest = asked(query_terms, of, sort="oldest")
    assert [each.ordinal for each in newest] == [2, 1, 0, 3]
    assert [each.ordinal for each in oldest] == [3, 1, 0, 2]
    assert scores(newest) == scores(oldest) == scores(asked(query_terms, of))


def test_days_before_1970_are_in_order_too() -> None:
    of = _Archive([-700_000, -3, 5, 2_900_000], [[]] * 4)
    assert [each.ordinal for each in asked([], of)] == [3, 2, 1, 0]


def test_without_query_terms_every_match_is_as_good_as_any_other() -> None:
    found = asked([], archive(), [1, 4])
    assert scores(found) == {4: 0.9, 1: 0.9}
    assert [part.kind for part in found[0].explanation.contributions] == ["keywords"]


def test_nothing_matches_nothing() -> None:
    assert asked([query_term([1])], archive(), []) == []
    assert asked([query_term([])], archive(), [1])[0].score == 0


def test_a_time_outside_of_what_is_asked_for_costs_by_distance() -> None:
    found = scores(asked([query_term([0, 1, 2])], archive(3), None, [0, 30, 1e9]))
    near = (1 + PERIOD_WEIGHT * math.exp(-30 / PERIOD_FADES_DAYS)) / (1 + PERIOD_WEIGHT)
    inside = ALL_WORDS + (1 - ALL_WORDS) * ONCE
    assert found[0] == pytest.approx(in_full(ONCE), abs=5.1e-5)
    assert found[1] == pytest.approx(in_part(near * inside), abs=5e-5)
    assert found[2] == pytest.approx(in_part(1 / (1 + PERIOD_WEIGHT) * inside), abs=5e-5)


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
    assert {part.kind for part in second.explanation.contributions} == {"term", "vectors"}


def test_vectors_of_nothing_leave_the_words_to_decide() -> None:
    nothing = archive(vectors=[[0, 0]] * 6)
    assert scores(asked([query_term([1, 2])], nothing)) == scores(
        asked([query_term([1, 2])], archive())
    )


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[QueryTerm], _Archive, list[int], list[float] | None]:
    size = draw(st.integers(1, 30))
    ordinals = st.lists(st.integers(0, size - 1), unique=True, max_size=size).map(sorted)
    query_terms = []
    for number in range(draw(st.integers(0, 3))):
        events = draw(ordinals)
        each = st.integers(1, 5_000).map(lambda n: n / 100)
        often = draw(st.lists(each, min_size=len(events), max_size=len(events)))
        parts = [part(events, often)] if events else []
        if titled := draw(ordinals):
            parts.append(part(titled, titles=True))
        weight = draw(st.sampled_from([1.0, 1.0, 0.5]))
        query_terms.append(QueryTerm(str(number), str(number), "term", weight, tuple(parts)))
    value = st.integers(-127, 127)
    rows = draw(st.lists(st.tuples(value, value, value).map(list), min_size=size, max_size=size))
    days = sorted(draw(st.lists(st.integers(-9000, 9000), min_size=size, max_size=size)))
    away = draw(st.none() | st.just(st.floats(0, 1e5)))
    candidates = draw(ordinals)
    outside = None if away is None else [draw(away) for _ in candidates]
    return query_terms, _Archive(days, rows), candidates, outside


@given(questions())
def test_whatever_is_asked_for_the_order_is_total_and_the_short_list_begins_the_long(
    question: tuple[list[QueryTerm], _Archive, list[int], list[float] | None],
) -> None:
    everything = asked(*question, limit=100)
    assert sorted(each.ordinal for each in everything) == question[2]
    for limit in range(1, len(everything)):
        assert asked(*question, limit=limit) == everything[:limit]


@given(questions(), st.integers(10, 40))
def test_the_order_is_that_of_the_formula_event_by_event(
    question: tuple[list[QueryTerm], _Archive, list[int], list[float] | None], compared: int
) -> None:
    query_terms, of, candidates, outside = question
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.fulltext.ranking.COMPARED", compared)
        found = asked(query_terms, of, candidates, outside, limit=100)
    away: Sequence[float | None] = outside or [None] * len(candidates)
    events = [
        SlowEvent(n, int(of.dates[n]), of._vectors[n].tolist(), days)
        for n, days in zip(candidates, away, strict=True)
    ]
    parts = [max((t.weight for t in query_terms if t.term == str(n)), default=0) for n in range(3)]
    if sum(term.is_word for term in query_terms) < 2:
        parts = [0, 0, 0]
    whole = [round(127 * part / (max(parts) or 1)) for part in parts]
    length = math.hypot(*whole) or 1
    query = [of.learned.vector_weight * each / length for each in whole]
    slow = slow_order(query_terms, events, len(of), compared, query)
    # A last decimal may be rounded the other way, and then two events may change places.
    assert [each.score for each in found] == pytest.approx([s for _, s in slow], abs=1.01e-4)
    assert scores(found) == pytest.approx(dict(slow), abs=1.01e-4)


def test_a_short_list_begins_a_long_one_beyond_what_is_compared() -> None:
    size = COMPARED + 200
    generator = np.random.default_rng(5)
    of = archive(size, generator.integers(-127, 128, (size, 4)).tolist())
    words = [query_term(list(range(0, size, 2))), query_term(list(range(0, size, 3)), term="b")]
    short, middle, long = (asked(words, of, limit=n) for n in (10, COMPARED, size))
    assert long[:COMPARED] == middle
    assert middle[:10] == short
