import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.folding import LONGEST_WORD, fold, fold_unspaced, folded_word


@pytest.mark.parametrize(
    ("spellings", "folded"),
    [
        (["Überlingen", "überlingen", "ÜBERLINGEN", "U\u0308berlingen"], "uberlingen"),
        (["Ｔｗｉｔｔｅｒ", "TWITTER", "twitter"], "twitter"),
        (["Łódź", "Lodz"], "lodz"),
        (["Strasse", "Straße"], "strasse"),
        (["İstanbul", "Istanbul", "istanbul"], "istanbul"),
        (["Чайковский", "ЧАЙКОВСКИЙ"], "чайковский"),
        (["مُحَمَّد", "محمد"], "محمد"),
        (["١٢٣", "123"], "123"),
    ],
)
def test_spellings_of_one_word_fold_to_one(spellings: list[str], folded: str) -> None:
    assert {fold(spelling) for spelling in spellings} == {folded}


@pytest.mark.parametrize(
    ("surface", "folded"),
    [
        ("Shi'ite's", "shiite"),
        ("Shi\u2019ite\u2019s", "shiite"),
        ("Syria's", "syria"),
        ("l'Europe", "europe"),
        ("d'Ivoire", "ivoire"),
        ("O'Brien", "obrien"),
        ("boss's", "boss"),
    ],
)
def test_possessives_elisions_and_apostrophes_are_dropped(surface: str, folded: str) -> None:
    assert folded_word(surface) == folded


def test_a_word_without_end_is_cut() -> None:
    assert folded_word("x" * 1_000_000) == "x" * LONGEST_WORD


def test_traditional_and_simplified_characters_are_one() -> None:
    assert fold_unspaced("美國總統") == fold_unspaced("美国总统") == "美国总统"


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(codec="latin-1")))
def test_case_and_unicode_form_do_not_matter(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert fold(fold(text).upper()) == fold(text.upper()) or "ß" in text


@given(st.text())
def test_a_run_without_spaces_keeps_its_length(text: str) -> None:
    assert len(fold_unspaced(text)) == len(text)
