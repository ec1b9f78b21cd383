"""Searches for addresses that texts link to."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from search import Event, Index, RelatedOptions, SearchOptions, build
from search.model.event import parse_day

TEXTS = {
    "linked": (
        "Hiring opens",
        "The [office](https://Discovery.gsa.gov/hiring/20-tips?x=1#y) acts.",
    ),
    "html": ("A dam breaks", "<p>See <a href='http://www.discovery.gsa.gov/dam'>this</a></p>"),
    "bare": ("A school opens", "More at https://discovery.gsa.gov/school today."),
    "own": ("Words about discovery", "They say gsa in passing. Nobody knows the discovery."),
    "page": ("Rain falls", "It was [foretold](/2015/rain-in-the-hills.html)."),
    "other": ("Snow falls", "It was [foretold](https://weather.example/snow)."),
    "film": ("A choir sings", "[Film](https://films.example/watch?v=Zq7&t=30)."),
    "reel": ("A band plays", "[Film](https://films.example/watch?v=Xy8)."),
    "idn": ("A street opens", "It is [here](https://münchen.de/straße)."),
    "port": ("A door opens", "It is [here](https://door.example:443/in)."),
    "door": ("A door shuts", "It is [there](https://door.example/out)."),
    "other_port": ("A gate opens", "It is [here](https://gate.example:8443/in)."),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    root = tmp_path_factory.mktemp("links")
    records = [
        {"id": name, "date": f"2016-02-{day:02}", "title": title, "summary": text}
        for day, (name, (title, text)) in enumerate(TEXTS.items(), 1)
    ]
    (root / "events.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records))
    build([root / "events.jsonl"], root / "index")
    with Index.open(root / "index") as opened:
        yield opened


def found(index: Index, query: str) -> set[str]:
    answer = index.search(query, SearchOptions(limit=100, fold=False))
    assert answer.total == len(answer.hits)
    return {hit.event.id for hit in answer.hits}


@pytest.mark.parametrize(
    ("query", "events"),
    [
        ("https://discovery.gsa.gov", "linked html bare"),
        ("discovery.gsa.gov", "linked html bare"),
        ("http://www.discovery.gsa.gov/", "linked html bare"),
        ("DISCOVERY.GSA.GOV", "linked html bare"),
        ("gsa.gov", "linked html bare"),
        ("https://discovery.gsa.gov/hiring/20-tips?x=2", "linked"),
        ('"https://discovery.gsa.gov/hiring/20-tips"', "linked"),
        ("+discovery.gsa.gov -school", "linked html"),
        ("/hiring/20-tips/", "linked"),
        ("gsa.gov/dam", "html"),
        ("rain-in-the-hills", "page"),
        ("/2015/rain-in-the-hills.html", "page"),
        ("link:snow", "other"),
        ("link:discovery", "linked html bare"),
        ("link:weather*", "other"),
        ("link:*", "linked html bare page other film reel idn port door other_port"),
        ("https://films.example/watch?v=Zq7", "film"),
        ("https://films.example/watch?v=Xy8&feature=share", "reel"),
        ("films.example/watch?v=none", "film reel"),
        ("link:films.example/watch?v=Xy8", "reel"),
        ("https://münchen.de/straße", "idn"),
        ("https://xn--mnchen-3ya.de/stra%C3%9Fe", "idn"),
        ("münchen.de", "idn"),
        ("München.de", "idn"),
        ("link:münchen", "idn"),
        ("https://door.example/in", "port"),
        ("https://door.example:443/out", "door"),
        ("https://door.example:443", "port door"),
        ("https://gate.example:8443/in", "other_port"),
        ("https://gate.example:443/in", ""),
        ("https://other.gsa.gov/hiring", ""),
        ("title:discovery.gsa.gov", ""),
    ],
)
def test_an_address_finds_the_events_that_link_to_it(index: Index, query: str, events: str) -> None:
    assert found(index, query) == set(events.split())


@pytest.mark.parametrize(
    "query", ["discovery.gsa.gov", "link:gsa", "rain-in-the-hills", '"gsa.gov"']
)
def test_a_query_for_an_address_and_its_negation_part_the_archive(index: Index, query: str) -> None:
    matching, others = found(index, query), found(index, f"-{query}")
    assert matching | others == set(TEXTS) and not matching & others


def test_an_ordinary_word_does_not_find_links(index: Index) -> None:
    assert found(index, "tips") == found(index, "weather") == set()
    assert "html" not in found(index, "discovery")


@pytest.mark.parametrize("query", ["discovery.gsa.gov", "gsa.gov/dam", "rain-in-the-hills"])
def test_an_address_is_a_reason_and_no_shared_term(index: Index, query: str) -> None:
    for hit in index.search(query).hits:
        assert hit.context == ()
        assert query in [part.surface for part in hit.explanation.contributions]
        assert "href" not in hit.snippet and "](" not in hit.snippet


def test_links_relate_nothing_and_correct_no_word(index: Index) -> None:
    hits = index.related("linked", RelatedOptions(min_score=0.0))
    assert not {"gsa", "gov", "discovery"} & {term for hit in hits for term in hit.context}
    assert index.search("wether").suggestion is None


def test_links_survive_being_written_as_a_record(index: Index, tmp_path: Path) -> None:
    record = index.event("linked").to_json()
    assert record["links"] == ["https://Discovery.gsa.gov/hiring/20-tips?x=1#y"]
    assert Event.from_json(record) == index.event("linked")
    build(events=[record], directory=tmp_path / "index")
    with Index.open(tmp_path / "index") as again:
        assert again.event("linked") == index.event("linked")


def test_a_changed_link_is_found_after_an_update(tmp_path: Path) -> None:
    day = parse_day("2016-02-06")
    events = [Event(f"/{n}", day, "Rain falls", links=("https://a.example/b",)) for n in range(60)]
    build(events=events, directory=tmp_path / "index")
    events[7] = Event("/7", day, "Rain falls", links=("https://c.example/d",))
    build(events=events, directory=tmp_path / "index")
    with Index.open(tmp_path / "index") as index:
        assert found(index, "c.example/d") == {"/7"}
        assert len(found(index, "a.example/b")) == 59
