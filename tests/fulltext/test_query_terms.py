"""The scoring terms of a query: typed forms, and compounds with a name in them."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from search import Index, SearchOptions, build
from search.fulltext.bm25 import idf
from search.fulltext.query.parser import parse
from search.fulltext.query_terms import query_terms_of


def indexed(tmp_path: Path, events: Sequence[tuple[str, str]]) -> Index:
    """An index of (title, summary) pairs, all of one day, whose ordinals are their numbers."""
    rows = [
        {"id": f"/{number:02}", "date": "2015-03-04", "title": title, "summary": summary}
        for number, (title, summary) in enumerate(events)
    ]
    archive = tmp_path / "events.jsonl"
    archive.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    build([archive], tmp_path / "index")
    return Index.open(tmp_path / "index")


OTHERS = [
    ("The hall", "The choir sings in the hall after the long dinner."),
    ("The road", "A bus leaves the road and nobody is hurt at all."),
    ("The bank", "The bank lowers its rates to help the builders."),
]
ASKS = [(f"Note {at}", "A guest asks for the key of the mill.") for at in range(12)]
ASKING = ("A note", "He was asking her all day long for one lantern at dusk.")


def test_the_typed_form_of_a_word_counts_besides_all_forms_if_it_is_rarer(tmp_path: Path) -> None:
    with indexed(tmp_path, [ASKING, *ASKS, *OTHERS]) as index:
        searcher = index._searcher
        for query, typed in (("asking lantern", [0]), ("asks lantern", list(range(1, 13)))):
            ask, lantern, form = query_terms_of(searcher, parse(query))
            assert (ask.term, lantern.term, form.term) == ("ask", "lantern", "ask")
            assert form.events.tolist() == typed
            assert not form.is_word
            # Half of what its idf is above that of all 13, for a query of two words.
            assert form.weight * idf(len(typed), 16) == pytest.approx(
                (idf(len(typed), 16) - idf(13, 16)) / 2
            )
        # One word alone is a topic, and every event writes the lantern the same.
        assert [term.term for term in query_terms_of(searcher, parse("asking"))] == ["ask"]


def test_a_compound_with_a_country_in_it_counts_in_the_title_it_stands_in(tmp_path: Path) -> None:
    events = [
        ("Notes of the week", "We built counts.usa.gov and a meadow, a mill and a pond."),
        ("How we built counts.usa.gov", "It took a meadow, a mill and a pond."),
    ]
    with indexed(tmp_path, events + OTHERS) as index:
        hits = index.search("counts.usa.gov", SearchOptions(fold=False)).hits
    assert [hit.event.id for hit in hits] == ["/01", "/00"]


PASSAGE = (
    "rain fell on the upper valley for days until a dam of earth gave way and two barns were lost"
)
FLOODS = [
    ("Barns lost in the valley", "A dam of earth gave way after days of rain in the upper valley."),
    ("Rain", "Rain fell for days and days."),
    ("Two barns for sale", "On the upper road two barns of earth and stone are for sale."),
]


def test_a_query_of_sixteen_words_or_more_is_ranked_as_a_text_too(tmp_path: Path) -> None:
    with indexed(tmp_path, FLOODS + OTHERS) as index:
        for query, as_text in ((PASSAGE, True), (f"+barns {PASSAGE}", False), ("dam rain", False)):
            answer = index.search(query, SearchOptions(fold=False))
            assert answer.hits[0].event.id == "/00"
            for hit in answer.hits:
                assert hit.explanation.total == hit.score < 1.0
            reasons = {
                part.surface for hit in answer.hits for part in hit.explanation.contributions
            }
            assert any("as a text" in reason for reason in reasons) == as_text
        # What matches, and so every count, is the same as with one word excluded that no event has.
        assert answer.total == index.search("dam rain -zzz").total
        assert index.search(PASSAGE).total == index.search(f"{PASSAGE} -zzz").total
