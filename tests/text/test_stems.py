import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.stems import script_of, stem


@pytest.mark.parametrize(
    "words",
    [
        "bomb bombs bombed bombing bombings",
        "party parties",
        "study studies studied",
        "tax taxes taxed",
        "stop stops stopped stopping",
        "strike strikes striking",
        "force forces forced forcing",
        "release released releases",
        "die dies died dying",
        "crisis crises",
        "kill kills killed killing",
        "взрыв взрывы взрыва",
    ],
)
def test_forms_of_a_word_meet(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize(
    "words",
    [
        "coroner coronation coronavirus",
        "plane plan",
        "news new",
        "universe university",
        "police policy",
        "animal animate",
        "species spice",
        "red reed",
        "us use",
    ],
)
def test_words_that_differ_in_more_than_inflection_stay_apart(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == len(words.split())


@pytest.mark.parametrize("word", ["bus", "gas", "boss", "sing", "bed", "red", "the", "x"])
def test_short_words_stay_whole(word: str) -> None:
    assert stem(word) == word


@given(st.text(max_size=80))
def test_any_word_has_a_stem(word: str) -> None:
    assert bool(stem(word)) == bool(word)


def test_scripts_are_told_apart_by_the_first_letter() -> None:
    words = ["war", "ärger", "война", "πόλεμος", "حرب", "战争", "9"]
    assert [script_of(w) for w in words] == ["latin"] * 2 + ["cyrillic", "greek", "arabic", "", ""]
