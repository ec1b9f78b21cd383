"""Letters that are also written as two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.fulltext.spelling_variants import alike, spelled_out
from search.text.folding import fold


@pytest.mark.parametrize(
    ("word", "out"),
    [
        ("Überlingen", "ueberlingen"),
        ("U\u0308berlingen", "ueberlingen"),
        ("Göttingen", "goettingen"),
        ("ÅRHUS", "aarhus"),
        ("Søren", "soeren"),
        ("Straße", "strasse"),
        ("Æro", "aero"),
        ("naïve", "naive"),
        ("Uberlingen", "uberlingen"),
    ],
)
def test_a_letter_is_spelled_out(word: str, out: str) -> None:
    assert spelled_out(word) == out


@pytest.mark.parametrize("word", ["Überlingen", "Göttingen", "Århus", "Søren"])
def test_each_spelling_leads_to_the_other(word: str) -> None:
    assert spelled_out(word) in alike(fold(word))
    assert fold(word) in alike(spelled_out(word))


def test_all_letters_at_once_are_spelled_with_one() -> None:
    assert fold("Müllhöfer") in alike("muellhoefer")


@given(st.text(st.sampled_from("abeourst"), max_size=40))
def test_what_is_tried_is_bounded(word: str) -> None:
    assert len(list(alike(word))) <= 8 + 1 + 8 * 2
