"""Names typed in small letters are what the archive knows them as."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.names.lexicon import Lexicon
from search.text.names.lower_case_names import known_runs, with_known_names
from search.text.names.name_words import Name
from search.text.terms import Analysis, Terms
from tests.growing import grows_as_its_size

TEXTS = (
    "Rebels of the Northern Front leave Deir el-Marsa.",
    "The army enters Deir el-Marsa, and Norland sends the White House a note.",
    "A house in Norland burns while the army of the Northern Front waits.",
)
TERMS = Terms(Lexicon.learn(TEXTS))
KNOWN = {"northern front", "deir el marsa", "front of norland", "white house"}.__contains__
WORDS = st.sampled_from("the northern front of norland deir el-marsa white House - , army".split())


def names(text: str) -> list[Name]:
    return list(with_known_names(text, TERMS.analyse(text), KNOWN).names)


@pytest.mark.parametrize(
    ("text", "terms", "reason"),
    [
        ("the northern front in deir el-marsa", ["northern front", "deir el marsa"], "both known"),
        ("northern, front", [], "a comma stands between"),
        ("the northern front of norland", ["front of norland"], "the longest stands"),
        ("norland burns", ["norland"], "a name of one word"),
        ("the army waits", [], "no name"),
        ("White of the house", ["white"], "capitals that say something are believed"),
        ("Norland and the northern front", ["norland", "northern front"], "of either kind"),
    ],
)
def test_names_in_small_letters(text: str, terms: list[str], reason: str) -> None:
    assert [name.term for name in names(text)] == terms, reason


def test_a_name_stands_where_it_is_typed() -> None:
    text = "who leads the northern front now"
    [name] = names(text)
    assert text[name.start : name.end] == "northern front"
    assert name.words == 2


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_with_its_capitals_is_read_as_it_was(text: str) -> None:
    assert names(text) == TERMS.names(text)


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_names_do_not_overlap_and_stand_in_the_order_of_the_text(text: str) -> None:
    found = names(text)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.lists(WORDS, max_size=12))
def test_runs_are_of_two_words_or_more_and_known(words: list[str]) -> None:
    for start, end, term in known_runs(words, KNOWN):
        assert end - start >= 2
        assert KNOWN(term)


def test_a_long_text_is_read_in_its_beginning_only() -> None:
    text = "word " * 5_000 + "northern front"
    assert names(text) == []


def test_time_grows_with_the_number_of_names() -> None:
    names = tuple(Name("Quist", at, at + 5, 1) for at in range(0, 6 * 16_000, 6))

    def read(size: int) -> None:
        analysis = Analysis((), names[:size], ())
        assert with_known_names("", analysis, lambda _: False).names == analysis.names

    assert grows_as_its_size(read, 16_000)
