"""A word that looks like those of an archive is no surprise."""

from hypothesis import given
from hypothesis import strategies as st

from search.fulltext.letter_model import LetterModel

WORDS = "election elector elected electric select selected collect collection direct".split()


def test_letters_that_never_follow_each_other_are_a_surprise() -> None:
    model = LetterModel(WORDS)
    assert model.surprise("collected") < model.surprise("colltceed")
    assert model.surprise("election") < model.surprise("eletcion")


@given(st.text(st.characters(categories=["Ll"]), max_size=30))
def test_surprise_is_finite_and_positive_whatever_is_typed(word: str) -> None:
    for model in (LetterModel(WORDS), LetterModel([])):
        assert 0.0 < model.surprise(word) < 100.0 + 20.0 * len(word)
