import pytest

from search.model.errors import UsageError
from search.text.languages import language_called, language_of, main_language, stop_words
from search.text.stems import LANGUAGES


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Two jets collide over the desert.", "english"),
        ("Parliament approves budget", "english"),
        ("Sicherheitslücke im Kern geschlossen", "german"),
        ("Der Fluss steigt weiter", "german"),
        ("Le roi de l'Espagne parle aux députés", "french"),
        ("Los trabajadores piden más salario", "spanish"),
        ("Il presidente parte per la Sicilia con una nave", "italian"),
        ("De aardbevingen in het noorden zijn voorbij", "dutch"),
        ("Президент приехал в Москву", "russian"),
        ("Ankara'da seçim yapıldı ve bitti", "turkish"),
        ("Waldbrände wüten weiter", "german"),
        ("Panne du serveur", "french"),
        ("Terremoto sacude la isla", "spanish"),
        ("Szkoły zamknięte", "polish"),
        ("Földrengés rázta meg a szigetet", "hungarian"),
        ("Страйки шахтарів у Луцьку тривають", ""),  # Ukrainian: Snowball does not stem it
        ("Galatasaray beat Beşiktaş", "english"),
        ("Oslo Malmö", ""),
        ("", ""),
        ("42", ""),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text.split()) == language


def test_every_language_that_is_stemmed_has_stop_words() -> None:
    assert [language for language in sorted(LANGUAGES) if not stop_words(language)] == []


def test_months_say_nothing_but_in_english() -> None:
    assert "marz" in stop_words("german")
    assert "may" in stop_words("english")  # the verb
    assert "march" not in stop_words("english")


def test_most_texts_decide() -> None:
    assert main_language(["german", "", "english", "german"]) == "german"
    assert main_language(["", ""]) == "english"


@pytest.mark.parametrize("name", ["german", "de", "de-AT", " German "])
def test_a_language_has_a_name_and_a_code(name: str) -> None:
    assert language_called(name) == "german"
    assert language_called("auto") == ""


@pytest.mark.parametrize("name", ["klingon", "", "xx", "porter"])
def test_a_language_that_is_not_known_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(UsageError, match=r"auto, arabic, .*turkish"):
        language_called(name)
