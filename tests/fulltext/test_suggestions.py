"""Did you mean: words of the archive, for words that it lacks, and for no others."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import Index, build
from tests.conftest import event
from tests.small_archive import stories

MORE = [
    event("/z1.md", "2017-05-01", "Divers find a wreck off Zürich, and a second wreck."),
    event("/z2.md", "2017-05-02", "The mayor of Zürich visits the wreck."),
    event("/s1.md", "2017-06-01", "The goverment of Norland falls."),
    *(
        event(f"/g{n}.md", f"2017-07-{n % 28 + 1:02}", f"The government meets a guest, day {n}.")
        for n in range(120)
    ),
    *(event(f"/k{n}.md", f"2017-08-{n + 1:02}", f"A kitten is saved, day {n}.") for n in range(9)),
    *(event(f"/m{n}.md", f"2017-09-{n + 1:02}", f"A mitten is lost, day {n}.") for n in range(6)),
    event("/m9.md", "2017-09-30", "A mitten and a glove are knitted from glass."),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    place: Path = tmp_path_factory.mktemp("suggestions")
    lines = (json.dumps(event.to_json()) + "\n" for event in [*stories(), *MORE])
    (place / "events.jsonl").write_text("".join(lines), encoding="utf-8")
    build([place / "events.jsonl"], place / "index")
    with Index.open(place / "index") as index:
        yield index


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("earthqauke", "earthquake"),  # two letters swapped
        ("erthquake", "earthquake"),  # one lost
        ("earthquakke", "earthquake"),  # one more
        ("earthquane", "earthquake"),  # another
        ("arthquake", "earthquake"),  # at the beginning
        ("aerthquake", "earthquake"),
        ("Norlnad", "Norland"),
        ("norlnad", "Norland"),  # a name as the archive writes it
        ("NORLNAD", "NORLAND"),
        ("Zurihc", "Zürich"),
        ("Earthqauke", "Earthquake"),
    ],
)
def test_a_slip_is_mended(index: Index, query: str, suggestion: str) -> None:
    assert index.search(query).suggestion == suggestion


def test_all_else_in_a_query_stays_as_it_was_typed(index: Index) -> None:
    query = '+title:earthqauke  (Norlnad OR "Norlnad port") -Norlnads date:2014 lantrn* selva~'
    mended = '+title:earthquake  (Norland OR "Norlnad port") -Norlnads date:2014 lantrn* selva~'
    assert index.search(query).suggestion == mended


@pytest.mark.parametrize(
    "query",
    [
        "earthquake",
        "strong earthquake norland",
        '"earthqauke"',
        "-earthqauke norland",
        "earthqauk*",
        "earthqauke~",
        "source:earthqauke",
        "20144",
        "北京发生",
        "ear",
        "xqzwvk",
        "",
        "*",
        "thundering",  # good English, which no event says
        "earthqauke九",  # it is not clear where the word ends
    ],
)
def test_what_is_right_or_meant_to_the_letter_is_left_alone(index: Index, query: str) -> None:
    assert index.search(query).suggestion is None


def test_a_rare_word_beside_a_common_one_is_a_slip_only_if_little_is_found(index: Index) -> None:
    assert index.search("goverment").suggestion == "government"
    assert index.search("goverment guest").suggestion is None


def test_two_typos_are_mended_where_other_words_speak_for_the_correction(index: Index) -> None:
    assert index.search("earhtqauke").suggestion is None
    query = "goevrmnent guest meets"
    assert index.search(query).suggestion == "government guest meets"


@pytest.mark.parametrize("word", ["landing", "rescue", "harbours", "kittens", "Brennan", "Mattson"])
def test_a_good_word_that_no_event_has_is_left_alone(index: Index, word: str) -> None:
    assert index.search(word).suggestion is None


def test_what_stands_with_the_other_words_is_meant(index: Index) -> None:
    assert index.search("bitten").suggestion == "kitten"
    assert index.search("bitten knitted glove").suggestion == "mitten knitted glove"


def test_the_search_is_answered_as_it_was_typed(index: Index) -> None:
    answer = index.search("erthquake norland")
    assert answer.query == "erthquake norland"
    assert answer.hits and all("earthquake" not in hit.context for hit in answer.hits)


def test_another_spelling_of_a_word_is_no_slip(index: Index) -> None:
    answer = index.search("Zuerich")
    assert (answer.total, answer.suggestion) == (2, None)


@given(text=st.text(st.sampled_from("eartquk \"'+-(~*:éü0九"), max_size=40))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_suggestion_is_another_query_and_needs_none_itself(index: Index, text: str) -> None:
    suggestion = index.search(text).suggestion
    assert suggestion != text
    if suggestion is not None:
        assert index.search(suggestion).suggestion is None
