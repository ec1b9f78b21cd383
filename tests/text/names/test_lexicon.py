import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.text.names.lexicon import Lexicon
from search.text.names.name_words import is_headline

TEXTS = [
    "Voters in Springfield reject the plan of Governor Bush, and the bush burns.",
    "The mayor says that Bush is wrong about Springfield and the Food and Drug Administration.",
    "Bush names a panel; the Food and Drug Administration objects.",
    "Farmers meet the Food and Drug Administration in Amnesty Hall.",
    "PANIC IN SPRINGFIELD AFTER FARMERS BURN BUSH",
]


def test_a_word_that_is_mostly_capitalised_inside_sentences_is_a_name() -> None:
    lexicon = Lexicon.learn(TEXTS)
    assert lexicon.is_name("bush")
    assert lexicon.is_name("springfield")
    assert not lexicon.is_name("voters")  # seen at the start of a sentence only
    assert not lexicon.is_name("panic")  # seen in a headline only


def test_a_word_is_common_if_the_archive_or_the_language_writes_it_small() -> None:
    lexicon = Lexicon.learn(TEXTS)
    assert lexicon.entry("plan").is_common
    assert lexicon.entry("plans").is_common
    assert lexicon.entry("explosion").is_common  # known without the archive
    assert not lexicon.entry("bush").is_common


def test_kinds_of_institutions_are_common_even_if_always_capitalised() -> None:
    lexicon = Lexicon.learn(["They go to the Court and the Court sits in the Hall."])
    assert lexicon.entry("court").is_common
    assert not lexicon.is_name("court")


def test_titles_of_people_are_common_even_if_always_capitalised() -> None:
    lexicon = Lexicon.learn(["We met President Ida Bishop and the President left Ida Bishop."])
    assert lexicon.entry("president").is_common
    assert not lexicon.is_name("president")
    assert lexicon.is_name("bishop")  # a surname as well


def test_small_words_inside_a_name_are_learned_from_repetition() -> None:
    assert Lexicon.learn(TEXTS).is_link("food", "and", "drug")
    assert not Lexicon.learn(TEXTS[:2]).is_link("food", "and", "drug")


def test_an_acronym_in_brackets_proves_the_links_of_its_name_at_once() -> None:
    lexicon = Lexicon.learn(["It asks the Society for Birds and Bees (SBB) for help."])
    assert lexicon.is_link("society", "for", "birds")
    assert lexicon.is_link("birds", "and", "bees")


def test_pairs_are_learned_inside_sentences_only() -> None:
    lexicon = Lexicon.learn(["We joined Common Ground today.", "Angry Farmers block a road."])
    assert lexicon.is_pair("common", "ground")
    assert not lexicon.is_pair("angry", "farmers")


def test_topics_and_titles_are_names_of_scripts_without_capitals() -> None:
    lexicon = Lexicon.learn(["他读《红楼梦》。"], topics=["新西兰", "Elections"])
    assert lexicon.unspaced == {"红楼梦", "新西兰"}


def test_an_empty_archive_knows_the_language_all_the_same() -> None:
    lexicon = Lexicon.learn([])
    assert lexicon == Lexicon()
    assert lexicon.entry("bombings").is_common
    assert not lexicon.entry("berning").is_common


def test_a_headline_is_a_line_where_hardly_a_long_word_is_small() -> None:
    assert is_headline(capitalised=6, small=0)
    assert not is_headline(capitalised=6, small=1)
    assert not is_headline(capitalised=3, small=0)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text()))
def test_plain_data_brings_back_the_same_lexicon(texts: list[str]) -> None:
    lexicon = Lexicon.learn([*TEXTS, *texts])
    plain = json.loads(json.dumps(lexicon.to_plain()))
    again = Lexicon.from_plain(plain)
    assert again.to_plain() == plain
    for word in ("bombings", "shoes", "zeppelins", "qwertied"):
        assert again.entry(word).is_common == lexicon.entry(word).is_common


@given(st.permutations(TEXTS))
def test_the_order_of_texts_does_not_matter(texts: list[str]) -> None:
    assert Lexicon.learn(texts) == Lexicon.learn(TEXTS)


@pytest.mark.parametrize("languages", [[], ["english", "german"]])
def test_a_lexicon_of_no_language_or_of_two_is_none(languages: list[str]) -> None:
    plain = Lexicon.learn(["A storm hits the coast."]).to_plain()
    with pytest.raises(ValueError):
        Lexicon.from_plain({**plain, "language": languages})


def test_a_large_archive_with_hardly_another_text_never_loads_the_classifier(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> None:
        raise AssertionError("loaded")

    monkeypatch.setattr("search.text.languages._classifier", refuse)
    english = [f"The dam of valley {number} is closed" for number in range(600)]
    assert Lexicon.learn([*english, "Erdbeben erschüttert Insel"]).foreign == {}
    with pytest.raises(AssertionError, match="loaded"):
        Lexicon.learn([*english, *["Erdbeben erschüttert Insel"] * 2])


def test_a_word_has_the_same_language_before_and_after_the_lexicon_is_stored() -> None:
    texts = [
        "The schools of the county are closed",
        "Le ministre démissionne après la grève des cheminots de la capitale",
        "El ministro dimite tras la huelga de los trenes de la capital",
        "Il ministro si dimette dopo lo sciopero dei treni della capitale",
    ]
    lexicon = Lexicon.learn(texts)
    again = Lexicon.from_plain(lexicon.to_plain())
    words = "ministre ministri ministros capitales capitali treno grèves huelgas scioperi".split()
    assert len(set(lexicon.foreign.values())) == 3
    assert [again.language_of(w) for w in words] == [lexicon.language_of(w) for w in words]
