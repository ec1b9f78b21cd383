"""The short way for plain words says what the long way says."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Index, SearchOptions, build
from search.fulltext import search as searching
from search.fulltext.plain_words import plain_word, plain_words, query_terms_of_words
from search.fulltext.plan import query_terms_of
from search.fulltext.query import parser as query
from search.fulltext.searcher import Searcher
from search.kernels import loader as loading
from search.model.plain_answers import searched
from tests.conftest import event

PLACES = ["Selva", "Norland", "Marsh", "Kolda", "Überlingen", "Ueberlingen"]
DEEDS = ["strike", "strikes", "flood", "fever", "vote", "storm", "talks"]
WHO = [
    "Bank of Selva",
    "Harbour Workers Union",
    "HWU",
    "Red Lantern Front",
    "Lantern",
    "miners",
    "White House",
]
EVENTS = [
    *(
        event(f"/{n}.md", f"20{10 + n % 9}-0{1 + n % 8}-1{n % 10}", f"{who} in {place}: {deed}")
        for n, (place, deed, who) in enumerate(
            (place, deed, who) for place in PLACES for deed in DEEDS for who in WHO
        )
    ),
    *(
        event(f"/h{n}.md", f"2019-01-1{n}", "The Harbour Workers Union (HWU) calls a strike.")
        for n in range(4)
    ),
]
WORDS = [
    *" ".join(PLACES + DEEDS + WHO).split(),
    *("hwu", "HARBOUR", "lantern", "strike's", "Uberlingen", "the", "WHO", "zeppelin", "x", "2015"),
    *("a-b", "U.N.", "front,", "«Selva»", "选举", "选", "Kolda\u0301", "storm*", "-flood"),
    *("of", "in", "who", "A", "others", "Bank", "…"),
]
QUERIES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    place = tmp_path_factory.mktemp("plain")
    archive = place / "events.jsonl"
    archive.write_text("".join(json.dumps(each.to_json()) + "\n" for each in EVENTS), "utf-8")
    build([archive], place / "index")
    with Index.open(place / "index") as index:
        yield index


@pytest.fixture
def searcher(index: Index) -> Searcher:
    return index._searcher


@given(QUERIES)
@settings(max_examples=300)
def test_what_is_wished_for_is_the_same_both_ways(index: Index, text: str) -> None:
    searcher = index._searcher
    snapshot = searcher.snapshot
    parsed = query.parse(text)
    words = plain_words(parsed.clause, searcher.plain_word)
    if words is None:
        return
    found = query_terms_of_words(
        words, searcher.vectors, snapshot.events_named, snapshot.has_aliases
    )
    expected = query_terms_of(
        parsed, snapshot.terms, searcher.matching, searcher.vectors, snapshot.events_named,
        searcher.other_spellings,
    )  # fmt: skip
    assert found is None or [
        [part.tolist() if hasattr(part, "tolist") else part for part in query_term]
        for query_term in found
    ] == [
        [part.tolist() if hasattr(part, "tolist") else part for part in query_term]
        for query_term in expected
    ]


@given(QUERIES, st.integers(1, 40), st.booleans())
@settings(max_examples=150)
def test_the_answer_is_the_same_both_ways(index: Index, text: str, limit: int, fold: bool) -> None:
    options = SearchOptions(limit=limit, fold=fold, years=True, sources=True)
    loading.load()
    at_once = index.search(text, options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "_ranked_at_once", lambda *_: None)
        assert searched(index.search(text, options)) == searched(at_once)
        patch.setattr(searching, "kernels_if_many", lambda: None)
        assert searched(index.search(text, options)) == searched(at_once)


def test_most_queries_go_the_short_way(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    assert loading.load() is not None
    monkeypatch.setattr(searching, "find", None)
    for text in (
        "Selva",
        "selva STRIKE",
        "miners flood norland",
        "Red Lantern Front",
        "zeppelin vote",
    ):
        assert index.search(text).total >= 10


@pytest.mark.parametrize(
    "text", ["WHO", "others", "x", "选", "选举日", "a-b", "«Selva»", "Überlingen", ""]
)
def test_what_is_more_than_a_word_takes_the_long_way(searcher: Searcher, text: str) -> None:
    snapshot = searcher.snapshot
    found = plain_word(text, snapshot.terms, searcher.vectors, searcher.other_spellings)
    assert found is None


@pytest.mark.parametrize(
    "text", ["+selva flood", "the", "selva -flood", "selva AND flood", '"selva"', "", "s*"]
)
def test_signs_take_the_long_way(searcher: Searcher, text: str) -> None:
    assert plain_words(query.parse(text).clause, searcher.plain_word) is None


def test_a_run_with_another_name_takes_the_long_way(searcher: Searcher) -> None:
    snapshot = searcher.snapshot
    words = plain_words(query.parse("harbour workers union").clause, searcher.plain_word)
    assert words is not None and snapshot.has_aliases("harbour workers union")
    assert (
        query_terms_of_words(words, searcher.vectors, snapshot.events_named, snapshot.has_aliases)
        is None
    )


def test_a_word_knows_whether_any_event_says_it(searcher: Searcher) -> None:
    said = [searcher.plain_word(word) for word in ("selva", "zeppelin")]
    assert [word and word.said for word in said] == [True, False]
