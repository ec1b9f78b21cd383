"""Terms that repeat each other count less."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index.term_counts import LONG_NAME, NAME, ONLY_REPEATED, WORD, TermRows
from search.related.training import redundancy
from search.related.training.redundancy import cooccurrences, discounts, frequent_terms


def rows(texts: list[str], kinds: dict[str, int] | None = None) -> TermRows:
    """Texts of terms, each once, between commas."""
    split = [sorted(set(text.split(","))) for text in texts]
    terms = sorted({term for text in split for term in text})
    columns = [terms.index(term) for text in split for term in text]
    starts = np.cumsum([0, *map(len, split)])
    ones = np.ones(len(columns), np.uint8)
    of = kinds or {}
    return TermRows(
        terms,
        np.array([of.get(term, WORD) for term in terms], np.uint8),
        starts.astype(np.int64),
        np.array(columns, np.uint32),
        ones,
        ones.copy(),
        np.zeros_like(ones),
        np.array([len(text) for text in split], np.uint32),
    )


def factors(counted: TermRows) -> dict[str, float]:
    present = counted.weighted != ONLY_REPEATED
    counts = np.bincount(counted.columns[present], minlength=len(counted.terms)).astype(np.int64)
    frequent = frequent_terms(counts)
    found = discounts(counted, counts, frequent, cooccurrences(counted, frequent))
    return dict(zip(counted.terms, found.tolist(), strict=True))


def test_words_that_always_come_together_count_less_than_words_that_do_not() -> None:
    texts = ["dow,jones,a", "dow,jones,b", "dow,jones,c"] * 20 + ["rain,a", "rain,b", "c"] * 10
    found = factors(rows(texts))
    jaccard = 60 / 65
    assert found["dow"] == found["jones"] == pytest.approx((1 + jaccard**4) ** -0.5, abs=0.01)
    assert found["rain"] > 0.99


def test_two_or_three_events_together_prove_nothing() -> None:
    assert min(factors(rows(["dow,jones", "dow,jones"])).values()) == 1.0
    assert factors(rows(["dow,jones"] * 3))["dow"] > 0.98


def test_the_words_of_one_name_count_less_the_more_it_has_and_as_often_as_they_stand_in_it() -> (
    None
):
    name, surname = "ana maria silva", "silva"
    kinds = {"ana": NAME, "maria": NAME, surname: NAME, name: LONG_NAME}
    found = factors(rows([f"{name},ana,maria,{surname}", surname], kinds))
    assert found["ana"] == pytest.approx(3**-0.75)
    assert found[surname] == pytest.approx(1 - (1 - 3**-0.75) / 2)
    assert found[name] == 1.0


def test_a_name_is_no_company_of_its_own_words() -> None:
    kinds = {"north sea": LONG_NAME, "sea": NAME}
    texts = [f"north sea,sea,{letter}" for letter in "abcdefghijkl"]
    assert factors(rows(texts, kinds))["sea"] == pytest.approx(2**-0.75)


@given(st.lists(st.sets(st.sampled_from("abcdefgh"), min_size=1).map(",".join), min_size=1))
def test_a_factor_is_above_0_and_at_most_1(texts: list[str]) -> None:
    assert all(0.0 < factor <= 1.0 for factor in factors(rows(texts)).values())


def test_the_pairs_of_a_very_long_event_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redundancy, "_MOST_TOGETHER", 20)
    long = ",".join(f"w{number:03}" for number in range(200))
    counted = rows([long] * 3 + ["dow,jones,w100"] * 5)
    numbers = np.arange(len(counted.terms))
    together = cooccurrences(counted, numbers)
    assert together.nnz <= 20 * 19 + 6
    at = {term: number for number, term in enumerate(counted.terms)}
    assert together[at["w100"], at["dow"]] == 5
    assert together[at["w100"], at["w000"]] == 3, "the commonest terms are counted"
