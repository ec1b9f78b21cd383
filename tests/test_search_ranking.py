"""The order of a search, on an archive of three made-up columns: every weight has its effect."""

import math
from dataclasses import dataclass
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from search import ranking
from search.search_ranking import (
    K1,
    PERIOD_FADES_DAYS,
    PERIOD_WEIGHT,
    RERANKED,
    B,
    Ranked,
    Wish,
    ranked,
    wish_for,
)
from search.vectors import Vectors
from search.weighing import LONG_NAME, NAME


@dataclass
class _Archive:
    """As much of ``Vectors`` as a search asks for."""

    dates: NDArray[np.int32]
    word_counts: NDArray[np.uint32]
    vectors: NDArray[np.float32]
    columns: dict[str, tuple[NDArray[np.int64], NDArray[np.uint8]]]

    def __len__(self) -> int:
        return len(self.dates)

    def directions(self, ordinals: NDArray[np.int64]) -> NDArray[np.float32]:
        return self.vectors[ordinals]

    def column(self, term: str) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        return self.columns.get(term, (np.zeros(0, np.int64), np.zeros(0, np.uint8)))


def archive(
    size: int = 6, lengths: list[int] | None = None, vectors: list[list[float]] | None = None
) -> _Archive:
    return _Archive(
        np.arange(size, dtype=np.int32),
        np.array(lengths or [10] * size, dtype=np.uint32),
        np.array(vectors or [[]] * size, dtype=np.float32).reshape(size, -1),
        {},
    )


def wish(
    events: list[int], counts: list[int] | None = None, term: str = "a", weight: float = 1.0
) -> Wish:
    each = np.array(counts or [1] * len(events), dtype=np.float64)
    return Wish(term, term, "term", weight, np.array(events, dtype=np.int64), each)


def asked(
    wishes: list[Wish],
    of: _Archive,
    candidates: list[int] | None = None,
    outside: list[float] | None = None,
    limit: int = 10,
) -> list[Ranked]:
    chosen = np.array(range(len(of)) if candidates is None else candidates, dtype=np.int64)
    away = None if outside is None else np.array(outside)
    found = ranked(wishes, cast(Vectors, of), chosen, away, limit)
    for each in found:
        assert 0 <= each.score <= 1 and each.score == round(each.score, 4)
        assert each.receipt.total == each.score
    keys = [(-each.score, -int(of.dates[each.ordinal]), each.ordinal) for each in found]
    assert keys == sorted(keys)
    return found


def scores(found: list[Ranked]) -> dict[int, float]:
    return {each.ordinal: each.score for each in found}


# What an event of no length with each word once would get, over one of mean length.
SHORT = (K1 + 1) / (1 + K1 * (1 - B))


def test_one_word_in_an_event_of_mean_length_scores_less_than_in_a_short_one() -> None:
    assert scores(asked([wish([2])], archive(), [2])) == {2: pytest.approx(1 / SHORT, abs=1e-4)}


def test_a_score_is_bm25_over_that_of_an_ideal_event() -> None:
    lengths = [5, 20, 10, 5, 10, 10]
    found = scores(asked([wish([0, 1], [2, 1]), wish([1, 2], term="b")], archive(6, lengths)))
    idf = math.log1p((ranking.BACKGROUND_EVENTS + 6 - 2 + 0.5) / (2 + 0.5))

    def bm25(count: int, length: int) -> float:
        return idf * count * (K1 + 1) / (count + K1 * (1 - B + B * length / 10))

    assert found[0] == pytest.approx(min(1, bm25(2, 5) / (2 * idf * SHORT)), abs=5e-5)
    assert found[1] == pytest.approx(min(1, 2 * bm25(1, 20) / (2 * idf * SHORT)), abs=5e-5)
    assert found[2] == pytest.approx(bm25(1, 10) / (2 * idf * SHORT), abs=5e-5)
    assert found[3] == 0


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    found = scores(asked([wish([0]), wish([1, 2, 3, 4, 5], term="b")], archive()))
    assert found[0] > found[1] == found[5] > 0


def test_equal_scores_stand_newest_first() -> None:
    found = asked([wish([0, 3, 5])], archive())
    assert [each.ordinal for each in found] == [5, 3, 0, 4, 2, 1]


def test_without_a_wish_all_that_matches_does_so_in_full() -> None:
    found = asked([], archive(), [1, 4])
    assert scores(found) == {4: 1.0, 1: 1.0}
    assert [share.kind for share in found[0].receipt.shares] == ["keywords"]


def test_nothing_matches_nothing() -> None:
    assert asked([wish([1])], archive(), []) == []
    assert asked([wish([])], archive(), [1])[0].score == 0


def test_a_time_outside_of_what_is_asked_for_costs_by_distance() -> None:
    found = scores(asked([wish([0, 1, 2])], archive(3), None, [0, 30, 1e9]))
    near = (1 + PERIOD_WEIGHT * math.exp(-30 / PERIOD_FADES_DAYS)) / (1 + PERIOD_WEIGHT)
    assert found[0] == pytest.approx(1 / SHORT, abs=5e-5)
    assert found[1] == pytest.approx(near / SHORT, abs=5e-5)
    assert found[2] == pytest.approx(1 / (1 + PERIOD_WEIGHT) / SHORT, abs=5e-5)


def test_what_is_lost_to_time_stands_on_the_receipt() -> None:
    [inside] = asked([wish([0])], archive(1), [0], [0])
    [away] = asked([wish([0])], archive(1), [0], [60])
    assert [share.kind for share in inside.receipt.shares] == ["term"]
    assert [share.kind for share in away.receipt.shares] == ["term", "time"]
    assert away.receipt.shares[1].share < 0 < away.receipt.shares[0].share


def test_feedback_lifts_what_is_like_the_first_hits() -> None:
    like = [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]]
    wishes = [wish([0, 1, 5], [3, 1, 3]), wish([0, 1, 2, 3, 5], term="b")]
    found = asked(wishes, archive(vectors=like), [0, 1, 2, 3, 5])
    by_ordinal = scores(found)
    assert by_ordinal[2] > by_ordinal[3], "both lack a word, but one is like what has it"
    assert by_ordinal[2] < by_ordinal[0], "what lacks a word comes after what has all"
    [second] = [each for each in found if each.ordinal == 2]
    assert {share.kind for share in second.receipt.shares} == {"term", "association"}


def test_vectors_of_nothing_leave_the_words_to_decide() -> None:
    nothing = archive(vectors=[[0.0, 0.0]] * 6)
    assert scores(asked([wish([1, 2])], nothing)) == scores(asked([wish([1, 2])], archive()))


def test_a_name_of_several_words_weighs_less_than_a_word() -> None:
    vectors = archive()
    vectors.columns["port selva"] = (np.array([1, 4]), np.array([0, 2], np.uint8))
    long = wish_for(cast(Vectors, vectors), "port selva", "Port Selva", LONG_NAME)
    assert (long.kind, long.weight) == ("name", ranking.PHRASE_COUNT)
    assert long.counts.tolist() == [1, 2]
    assert wish_for(cast(Vectors, vectors), "selva", "Selva", NAME).kind == "name"
    assert wish_for(cast(Vectors, vectors), "fire", "fire", 0).kind == "term"


@given(st.data())
def test_whatever_is_wished_the_order_is_total_and_the_short_list_begins_the_long(
    data: st.DataObject,
) -> None:
    size = data.draw(st.integers(1, 8))
    ordinals = st.lists(st.integers(0, size - 1), unique=True, max_size=size).map(sorted)
    counts = st.integers(1, 255)
    wishes = []
    for number in range(data.draw(st.integers(0, 3))):
        events = data.draw(ordinals)
        each = [data.draw(counts) for _ in events]
        wishes.append(wish(events, each, str(number), data.draw(st.sampled_from([1.0, 0.5]))))
    numbers = st.floats(-1, 1, width=32)
    rows = [[data.draw(numbers), data.draw(numbers)] for _ in range(size)]
    units = [[x / max(math.hypot(x, y), 1e-9), y / max(math.hypot(x, y), 1e-9)] for x, y in rows]
    lengths = [data.draw(st.integers(0, 50)) for _ in range(size)]
    of = archive(size, lengths if any(lengths) else None, units)
    candidates = data.draw(ordinals)
    away = data.draw(st.none() | st.lists(st.floats(0, 1e5), min_size=size, max_size=size))
    whole = asked(wishes, of, candidates, away, limit=100)
    assert sorted(each.ordinal for each in whole) == candidates
    for limit in range(1, len(candidates)):
        assert asked(wishes, of, candidates, away, limit) == whole[:limit]


def test_a_short_list_begins_a_long_one_beyond_what_is_reranked() -> None:
    size = RERANKED + 200
    generator = np.random.default_rng(5)
    rows = generator.normal(size=(size, 4))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    of = archive(size, vectors=rows.tolist())
    words = [wish(list(range(0, size, 2))), wish(list(range(0, size, 3)), term="b")]
    short, middle, long = (asked(words, of, limit=n) for n in (10, RERANKED, size))
    assert long[:RERANKED] == middle
    assert middle[:10] == short
