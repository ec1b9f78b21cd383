"""Other spellings of a word: only what the archive shows to be the same."""

import json

import pytest

from search import Index, SearchOptions, build
from search.fulltext.spelling_variants import other_spellings
from tests.conftest import event

EVENTS = [
    event("/u1.md", "2015-01-01", "A ferry sinks off Überlingen in a storm."),
    event("/u2.md", "2015-01-02", "Divers reach the ferry off Ueberlingen."),
    event("/u3.md", "2015-01-03", "Uberlingen buries the dead of the ferry."),
    event("/g1.md", "2015-02-01", "Students march through Göttingen."),
    event("/m1.md", "2015-03-01", "The painter Johann Müller dies."),
    event("/m2.md", "2015-03-02", "Robert Mueller is heard by the Senate."),
    event("/b1.md", "2015-04-01", "A blue whale strands on the coast."),
    event("/b2.md", "2015-04-02", "The shop Blu opens in Rome."),
    event("/p1.md", "2015-05-01", "A poet wins the prize."),
    event("/p2.md", "2015-05-02", "A pot of gold is found."),
    event("/a1.md", "2015-06-01", "Fishermen of Århus strike."),
    event("/a2.md", "2015-06-02", "The strike in Aarhus ends."),
    event("/s1.md", "2015-06-03", "A plague of mice reaches the café Zoë."),
    event("/s2.md", "2015-06-04", "A statue falls in Málaga."),
    event("/i1.md", "2015-07-01", "Israel and Raphael Isral sign a treaty."),
    event("/v1.md", "2015-08-01", "A volcano wakes under the ice."),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    place = tmp_path_factory.mktemp("spellings")
    archive = place / "events.jsonl"
    lines = (json.dumps(event.to_json()) + "\n" for event in EVENTS)
    archive.write_text("".join(lines), encoding="utf-8")
    build([archive], place / "index")
    return Index.open(place / "index")


def found(index: Index, query: str) -> set[str]:
    return {hit.event.id for hit in index.search(query, SearchOptions(fold=False)).hits}


@pytest.mark.parametrize("word", ["Überlingen", "UEBERLINGEN", "uberlingen", "u\u0308berlingen"])
@pytest.mark.parametrize("form", ["{}", "+{}", "title:{}", "{} AND ferry", "({} OR nothing)"])
def test_whoever_types_any_spelling_finds_all(index: Index, word: str, form: str) -> None:
    assert found(index, form.format(word)) == {"/u1.md", "/u2.md", "/u3.md"}


def test_what_is_excluded_is_excluded_in_every_spelling(index: Index) -> None:
    assert found(index, "ferry -Ueberlingen") == set()


def test_what_is_quoted_is_meant_to_the_letter(index: Index) -> None:
    assert found(index, '"Ueberlingen"') == {"/u2.md"}
    assert found(index, '"Überlingen"') == {"/u1.md"}


def test_a_letter_of_another_country_is_spelled_out_too(index: Index) -> None:
    for word in ("Århus", "Aarhus", "arhus"):
        assert found(index, word) == {"/a1.md", "/a2.md"}


def test_one_spelling_in_the_archive_is_enough(index: Index) -> None:
    assert found(index, "Goettingen") == {"/g1.md"}
    assert found(index, "Mueller") == {"/m1.md", "/m2.md"}


@pytest.mark.parametrize(
    ("query", "ids"),
    [("blue", {"/b1.md"}), ("blu", {"/b2.md"}), ("poet", {"/p1.md"}), ("pot", {"/p2.md"}),
     ("Israel", {"/i1.md"}), ("Raphael", {"/i1.md"}), ("Isral", {"/i1.md"})],
)  # fmt: skip
def test_two_letters_that_are_no_spelling_of_one_stay(
    index: Index, query: str, ids: set[str]
) -> None:
    assert found(index, query) == ids


def test_a_form_of_the_same_word_is_no_other_spelling(index: Index) -> None:
    snapshot = index._snapshot
    assert snapshot.terms.word_term("volcanoe") == snapshot.terms.word_term("volcano")

    def text_of(ordinal: int) -> str:
        raise AssertionError("no event has to show anything")

    assert other_spellings("volcano", snapshot.terms, index._reader.similarity, text_of) == ()


@pytest.mark.parametrize("word", ["plague", "statue", "plagues", "blue", "Israel", "ferry", "cafe"])
def test_most_words_have_one_spelling(index: Index, word: str) -> None:
    assert index._searcher.other_spellings(word) == ()


def test_the_explanation_and_the_excerpt_show_the_spelling_of_the_event(index: Index) -> None:
    hits = index.search("Goettingen march").hits
    assert "**Göttingen**" in hits[0].snippet
    assert "Goettingen = Göttingen" in [part.surface for part in hits[0].explanation.contributions]
    assert "Göttingen" in hits[0].context
    assert (
        round(sum(part.contribution for part in hits[0].explanation.contributions), 4)
        == hits[0].score
    )


def test_a_spelling_scores_as_the_word_itself(index: Index) -> None:
    scores = [
        [hit.score for hit in index.search(word).hits] for word in ("Göttingen", "Goettingen")
    ]
    assert scores[0] == scores[1]
