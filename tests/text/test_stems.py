import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text.stems import LANGUAGES, other_stems, script_language, stem


@pytest.mark.parametrize(
    "words",
    [
        "bomb bombs bombed bombing bombings",
        "party parties",
        "study studies studied",
        "stop stops stopped stopping",
        "strike strikes striking struck stricken",
        "force forces forced forcing",
        "die dies died dying",
        "crisis crises",
        "deny denies denied denying",
        "flee flees fled fleeing",
        "sue sues sued suing",
        "add adds added adding",
        "boycott boycotts boycotted boycotting",
        "tsunami tsunamis",
        "virus viruses",
        "shoot shoots shot shooting",
        "child children",
        "withdraw withdraws withdrew withdrawn withdrawing",
        "big bigger biggest",
        "go goes went gone going",
        "tiny tinier tiniest",
        "angry angrier angriest",
        "quiet quieter quietest",
        "friendly friendlier friendliest",
        "white whiter whitest",
        "bus buses bused bussed busing",
        "fuel fuels fuelled fuelling",
        "programme program programmes programs programmed programming",
        "prove proved proven proving",
        "presence presences",
        "irony ironies",
        "good better best",
        "ox oxen",
        "mimic mimics mimicked mimicking",
        "traffic trafficked traffickers",
        "kick kicked kicking",
    ],
)
def test_forms_of_an_english_word_meet(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize(
    "words",
    [
        "coroner coronation coronavirus",
        "plane plan",
        "news new",
        "universe university",
        "police policy",
        "animal anime",
        "species spice",
        "red reed",
        "us use",
        "import important",
        "office officer official",
        "polite politics",
        "several severe",
        "author authority",
        "part party",
        "depart department",
        "position positive",
        "hospital hospitality",
        "celebrate celebrity",
        "protest protestant",
        "corps corpse",
        "vegetable vegetation",
        "consist consistent",
        "transition transit",
        "identity identical",
        "detect detective",
        "strange stranger",
    ],
)
def test_english_words_of_one_beginning_stay_apart(words: str) -> None:
    assert len({stem(word) for word in words.split()}) == len(words.split())


def test_a_form_of_two_words_has_the_stems_of_both() -> None:
    assert (stem("leaves"), other_stems()["leaves"]) == (stem("leave"), stem("leaf"))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("german", "sicherheitslucke sicherheitslucken"),
        ("german", "behorde behorden"),
        ("french", "travailleur travailleurs"),
        ("spanish", "trabajador trabajadores"),
        ("italian", "presidente presidenti"),
        ("dutch", "aardbeving aardbevingen"),
        ("swedish", "flicka flickor flickorna"),
        ("russian", "взрыв взрывы взрыва"),
        ("portuguese", "trabalhador trabalhadores"),
    ],
)
def test_forms_of_other_languages_meet(language: str, words: str) -> None:
    assert len({stem(word, language) for word in words.split()}) == 1


def test_hardly_a_foreign_name_in_arabic_is_cut_to_its_first_letters() -> None:
    assert stem("كورونا", "arabic") != stem("وكور", "arabic")


@pytest.mark.parametrize("word", ["bus", "gas", "boss", "sing", "bed", "red", "the", "x", "1990s"])
def test_short_words_and_words_with_digits_stay_whole(word: str) -> None:
    assert stem(word) == word


@given(st.text(max_size=80), st.sampled_from(sorted(LANGUAGES)))
def test_any_word_has_a_stem(word: str, language: str) -> None:
    assert bool(stem(word, language)) == bool(word)


def test_scripts_tell_languages_by_the_first_letter() -> None:
    words = ["war", "ärger", "война", "πόλεμος", "حرب", "战争", "9", "युद्ध"]
    assert [script_language(word) for word in words] == [
        *("", "", "russian", "greek", "arabic", "", "", "hindi")
    ]


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("nationalised", "nationalize"),
        ("organisations", "organization"),
        ("analysed", "analyze"),
        ("recognising", "recognizes"),
        ("stabilise", "stabilized"),
        ("standardisation", "standardized"),
        ("analysers", "analyzer"),
        ("harbours", "harbor"),
        ("centred", "centers"),
        ("defences", "defense"),
        ("litres", "liter"),
        ("dyke", "dikes"),
        ("greyer", "gray"),
        ("manoeuvring", "maneuvers"),
    ],
)
def test_british_and_american_spellings_have_one_stem(british: str, american: str) -> None:
    assert stem(british) == stem(american)


@pytest.mark.parametrize(
    "forms",
    "arise arisen arose|promise promised|compromise compromised|exercise exercising".split("|"),
)
def test_words_that_end_like_a_british_verb_keep_their_forms(forms: str) -> None:
    assert len(set(map(stem, forms.split()))) == 1
