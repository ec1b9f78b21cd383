import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.words import _any_script, _pieces, chunks, pieces


def folded(chunk: str) -> list[str]:
    return [piece.folded for piece in pieces(chunk)]


@pytest.mark.parametrize(
    ("chunk", "words"),
    [
        ("COVID-19", "covid 19"), ("F-16s", "f 16"), ("Node.js", "node js"), ("C++", "c++"),
        ("C#", "c#"), (".NET", ".net"), ("AT&T", "at&t"), ("3.5m", "3.5m"), ("1,500m", "1500m"),
        ("1\u00a0000", "1000"), ("8'500", "8500"), ("3,5", "3.5"), ("U.S.-led", "us led"),
        ("İstanbul'da", "istanbul"), ("dall'Italia", "italia"), ("I’m", "i"),
        ("Hawaiʻi", "hawaii"), ("Erd\u00adbeben", "erdbeben"), ("आया।", "आया"),
        ("תל־אביב", "תל אביב"), ('צה"ל', "צהל"), ("https://example.org/a?b=c#d", "example org a"),
        ("snake_case", "snake case"), ("col·lapse", "collapse"), ("1990s", "1990s"),
    ],
)  # fmt: skip
def test_words_of_a_chunk(chunk: str, words: str) -> None:
    assert folded(chunk) == words.split()


@pytest.mark.parametrize(
    ("chunk", "also"),
    [
        ("COVID-19", "covid19"), ("cease-fire", "ceasefire"), ("3.5m", "3.5"), ("1.000", "1000"),
        ("1.70.0", "1.70"), ("l'Italia", "litalia"), ("Disney+", "disney"), ("AT&T", "att"),
    ],
)  # fmt: skip
def test_a_word_is_found_in_another_way_too(chunk: str, also: str) -> None:
    assert also in pieces(chunk)[0].also


@given(st.text(max_size=40))
def test_pieces_stand_inside_their_chunk_in_its_order(chunk: str) -> None:
    found = pieces(chunk)
    assert all(0 <= piece.start < piece.end <= len(chunk) and piece.folded for piece in found)
    assert [piece.start for piece in found] == sorted(piece.start for piece in found)


@given(st.text(st.characters(max_codepoint=0x24F), max_size=20))
def test_composed_and_decomposed_letters_are_the_same_words(chunk: str) -> None:
    composed = unicodedata.normalize("NFC", chunk)
    assert folded(unicodedata.normalize("NFD", composed)) == folded(composed)


def test_an_unbreakable_blank_keeps_a_number_together() -> None:
    assert chunks("some 1\u00a0000 more\nlines") == ["some", "1\u00a0000", "more", "lines"]


@given(st.text("aZs.'\"([)],;:!?-&+#1", max_size=9))
def test_a_word_between_signs_is_read_as_any_chunk_is(chunk: str) -> None:
    assert pieces(chunk) == _pieces(chunk)


@given(st.text("aZsÉøßŉ.'’–“\"([)],;:!?-&+#12", max_size=9))
def test_words_in_latin_letters_are_those_of_the_pattern_for_any_script(chunk: str) -> None:
    found = _pieces(chunk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.text.words._latin", _any_script)
        assert _pieces(chunk) == found


@pytest.mark.parametrize(
    ("chunk", "folded", "also"),
    [
        ("BA.5", "ba", "ba5"),
        ("\u06f3\u066c\u06f5\u06f0\u06f0", "3500", ""),
        ("\u0663\u066b\u0665", "3.5", ""),
        ("בירושלים", None, "ירושלים"),
        ("\u05d5\u05d7\u05d1\u05e8\u05d5\u05df", None, "\u05d7\u05d1\u05e8\u05d5\u05df"),
    ],
)  # fmt: skip
def test_other_digits_prefixes_and_numbers_behind_a_point(
    chunk: str, folded: str | None, also: str
) -> None:
    [first, *_] = pieces(chunk)
    assert folded in (None, first.folded)
    assert also in first.also or not also
