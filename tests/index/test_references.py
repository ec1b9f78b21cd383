"""An event is found by what people paste: its id, link, slug, title or identifier."""

import json

import pytest

from search import Index, SearchOptions, build

ROWS = [
    {"id": "A-1", "date": "2020-05-11", "title": "The rio library allows a use after a free",
     "terms": ["rio", "CVE-2020-35876"], "sources": ["Quimby Wire"]},
    {"id": "A-2", "date": "2020-07-01", "title": "A hole like the CVE-2020-1 of last year",
     "terms": ["bookmaker"], "url": "https://www.example.org/holes/search-page/"},
    {"id": "/news/2020/08/1/harbour-fire.md", "date": "2020-08-01", "title": "Fire!"},
    {"id": "/news/2020/08/2/other-fire.md", "date": "2020-08-02", "title": "A fire in the port",
     "summary": "Fire, fire and fire again."},
    {"id": "B-1", "date": "2020-09-01", "title": "`quay` is [closed](https://example.org)"},
    {"id": "B-2", "date": "2020-09-02", "title": "The quay is closed and the quay is sold"},
    {"id": "C-1", "date": "2020-10-01", "title": "Ferries stop",
     "url": "https://bugs.example/show.cgi?id=11"},
    {"id": "C-2", "date": "2020-10-02", "title": "Trams stop",
     "url": "https://bugs.example/show.cgi?id=12"},
    {"id": "C-3", "date": "2020-10-03", "title": "Buses stop",
     "url": "https://feed.example/buses?utm_source=rss"},
]  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    place = tmp_path_factory.mktemp("references")
    archive = place / "events.jsonl"
    archive.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    build([archive], place / "index")
    return Index.open(place / "index")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("A-1", "A-1"),
        ("a-1", "A-1"),
        ("CVE-2020-35876", "A-1"),
        ("cve-2020-35876", "A-1"),
        ("https://www.example.org/holes/search-page/", "A-2"),
        ("example.org/holes/search-page", "A-2"),
        ("search-page", "A-2"),
        ("fire", "/news/2020/08/1/harbour-fire.md"),
        ("harbour-fire", "/news/2020/08/1/harbour-fire.md"),
        ("a FIRE in the port.", "/news/2020/08/2/other-fire.md"),
        ("quay is closed", "B-1"),
        ("https://bugs.example/show.cgi?id=11", "C-1"),
        ("bugs.example/show.cgi?id=12#c3", "C-2"),
        ("https://feed.example/buses", "C-3"),
        ("https://feed.example/buses?from=mail", "C-3"),
    ],
)
def test_what_people_paste_comes_first(index: Index, query: str, first: str) -> None:
    assert index.search(query).hits[0].event.id == first
    assert index.resolve(query) == first


def test_a_title_pasted_with_its_markdown_comes_first(index: Index) -> None:
    for query in (
        "`quay` is closed",
        "`quay` is [closed](https://example.org)",
        "**quay** is closed",
    ):
        best = index.search(query).hits[0]
        assert best.event.id == "B-1"
        assert "exact" in [part.kind for part in best.explanation.contributions]


@pytest.mark.parametrize(("query", "found"), [("bookmaker", "A-2"), ("Quimby Wire", "A-1")])
def test_terms_and_sources_are_found_by_plain_words(index: Index, query: str, found: str) -> None:
    assert [hit.event.id for hit in index.search(query).hits] == [found]


def test_what_names_an_event_is_excluded_like_any_word(index: Index) -> None:
    everything = SearchOptions(fold=False)
    assert index.search("A-1").total + index.search("-A-1", everything).total == len(ROWS)
    assert "A-1" not in [hit.event.id for hit in index.search("-a-1", everything).hits]
