import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from search.text.english import COUNTRIES
from search.text.names.lexicon import Lexicon
from search.text.terms import Kind, Terms
from tests.growing import grows_as_its_size

TERMS = Terms(Lexicon.learn(["The judge Berning met Coroner Hale in Bern, and the coroner left."]))
# Any text, with the characters that matter most to this code more often than others.
TEXTS = st.text(
    st.one_of(
        st.sampled_from("aZ .,'-&()/\n\u2019\u00a0\u0301\u200d中国《》·の1٣\0\ud800"),
        st.characters(),
    )
)


def terms(text: str) -> list[str]:
    return [token.term for token in TERMS.tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bombings killed 12,000 people", "the bomb kill 12000 peopl"),
        ("coroner coronation coronavirus", "coroner coronation coronavirus"),
        ("Berning is not Bern", "berning is not bern"),
        ("U.S. U.K. USA Britons", "united states|britain|united states|britain"),
        ("Syrians and a Syrian", "syria and a syria"),
        ("the U.N. and the F.B.I.", "the un and the fbi"),
        ("G-20 and F-16s", "g 20 and f 16"),
        ("a rate of 3.5 in 2.4.1", "a rate of 3.5 in 2.4.1"),
        ("Deir ez-Zor", "deir ez zor"),
        ("naïve café", "naive cafe"),
        ("Shi'ite's", "shiite"),
        ("Ｗａｒ", "war"),
        ("東京都", "东京 京都"),
        ("中", "中"),
        ("Überlingen", "uberlingen"),
        ("Москва", "москв"),
        ("x" * 1000, "x" * 64),
        ("", ""),
        ("?!... --- (),", ""),
    ],
)
def test_terms_of_texts(text: str, expected: str) -> None:
    assert "|".join(terms(text)) == expected or " ".join(terms(text)) == expected


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Bern", Kind.NAME),
        ("bern", Kind.NAME),
        ("French", Kind.NAME),
        ("left", Kind.WORD),
        ("42", Kind.NUMBER),
        ("日本", Kind.UNSPACED),
    ],
)
def test_kinds_of_tokens(word: str, kind: Kind) -> None:
    assert [token.kind for token in TERMS.tokens(word)] == [kind]


def test_stop_words_are_marked_and_kept() -> None:
    tokens = TERMS.tokens("to be or not to be")
    assert len(tokens) == 6
    assert all(token.stop for token in tokens)


def test_countries_have_a_capital_in_texts() -> None:
    found = [(t.term, t.stop) for t in TERMS.tokens("US us Polish polish Turkey turkey")]
    assert found[:2] == [("united states", False), ("us", True)]
    assert found[2:4] == [("poland", False), ("polish", False)]
    assert found[4][0] == "turkey" != found[5][0]


def test_small_letters_in_a_query_may_mean_the_country() -> None:
    assert [[t.term for t in reading] for reading in TERMS.readings("us")] == [["united states"]]
    assert [t.term for t in TERMS.readings("turkey")[0]] == ["turkey"]
    assert len(TERMS.readings("turkey")) == 2
    assert len(TERMS.readings("Turkey")) == len(TERMS.readings("bombs")) == 1


def test_a_long_run_without_spaces_is_overlapping_pairs_in_place() -> None:
    tokens = TERMS.tokens("在北京市")
    assert [(t.term, t.start, t.end) for t in tokens] == [
        ("在北", 0, 2),
        ("北京", 1, 3),
        ("京市", 2, 4),
    ]


@given(TEXTS)
def test_tokens_stand_inside_the_text_in_its_order(text: str) -> None:
    tokens = TERMS.tokens(text)
    assert all(0 <= token.start < token.end <= len(text) and token.term for token in tokens)
    starts = [token.start for token in tokens]
    assert starts == sorted(starts)


@given(TEXTS)
def test_the_first_token_of_a_term_is_the_first_of_all_tokens(text: str) -> None:
    first = {token.term: token for token in reversed(TERMS.tokens(text))}
    wanted = set(sorted(first)[::2])
    assert TERMS.first_tokens(text, wanted) == {term: first[term] for term in wanted}


@given(TEXTS)
def test_an_analysis_has_the_tokens_and_its_names_stand_in_the_text(text: str) -> None:
    analysis = TERMS.analyse(text)
    assert list(analysis.tokens) == TERMS.tokens(text)
    for name in analysis.names:
        assert 0 <= name.start < name.end <= len(text)
        assert name.term.strip() == name.term != ""
        assert "\n" not in text[name.start : name.end]


@given(st.text(st.characters(codec="ascii")))
def test_case_matters_to_countries_only(text: str) -> None:
    upper, lower = TERMS.tokens(text.upper()), TERMS.tokens(text.lower())
    countries = {token.term for token in upper} & COUNTRIES
    assume(not countries)
    assert [token.term for token in upper] == [token.term for token in lower]


@given(TEXTS)
def test_a_cache_that_is_warm_changes_nothing(text: str) -> None:
    assert Terms(TERMS.lexicon).analyse(text) == TERMS.analyse(text)


@pytest.mark.parametrize(
    "unit", ["A", "a.", "1,111", "Word ", "of ", "al-", "Ä'", "中", "(", ". (", "A & ", "x\u0301"]
)
def test_time_grows_with_length_only(unit: str) -> None:
    assert grows_as_its_size(lambda size: TERMS.analyse(unit * (size // len(unit))), 40_000)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Geese return.", "goose"),
        ("Heroes return.", "hero"),
        ("Wolves attack sheep.", "wolf"),
        ("Thieves stole it.", "thief"),
        ("Knives are found.", "knife"),
        ("ज़िला अस्पताल", "जिला"),
        ("क़ानून पास", "कानून"),
        ("الحكومة تستقيل", "حكومة"),
        ("في المدينة", "مدينة"),
        ("بالقاهرة", "قاهرة"),
        ("40,000sq km", "40000"),
    ],
)
def test_a_word_is_found_in_another_form(written: str, asked: str) -> None:
    terms = Terms(Lexicon())
    found = {term for token in terms.tokens(written) for term in (token.term, *token.also)}
    assert terms.tokens(asked)[0].term in found


@pytest.mark.parametrize("word", ["turkeys", "turkey", "chads", "swedes", "us"])
def test_a_small_word_is_no_country(word: str) -> None:
    terms = Terms(Lexicon(common=frozenset({word})))
    countries = {terms.tokens(name)[0].term for name in ("Turkey", "Chad", "Sweden", "US")}
    assert terms.tokens(f"two {word} at sea")[1].term not in countries
