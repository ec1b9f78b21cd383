"""A small archive and its postings, to be queried through ``fulltext.matching``."""

import datetime
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from search.fulltext.matching import Matches, matching
from search.fulltext.query.parser import parse
from search.index.postings.collector import Occurrences
from search.index.postings.parts import part_of
from search.index.postings.reader import InvertedIndex
from search.index.postings.writer import build
from search.model.event import Event, day_number
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms


def event(
    title: str,
    summary: str = "",
    date: str = "2015-06-01",
    sources: Sequence[str] = (),
    terms: Sequence[str] = (),
) -> Event:
    """An event; a blank title becomes one without a word."""
    day = datetime.date.fromisoformat(date)
    title = title if title.strip() else "…"
    return Event(title, day, title, summary, sources=tuple(sources), terms=tuple(terms))


EVENTS = [
    event("Hamlet wonders whether to be or not to be, that is the question"),
    event("Not a question: to be is to do", "Or to be something else"),
    event(
        "Floods in Pakistan kill forty", "Rivers rise in Sindh", "2010-08-01", ["The Daily Star"]
    ),
    event("Pakistan elects a president", "Flood victims vote", "2013-07-30", ["Reuters", "AFP"]),
    event("Zoë Überlingen wins the élection", "", "2016-02-29", ["AFP"], ["Sports", "Ski race"]),
    event("Elections in the U.S. cost $1,000 per vote", "", "2016-11-08", ["BBC News"]),
    event("中国地震造成四十人死亡", "救援 在 四川", "2013-04-20", ["新华社"], ["灾害"]),
    event("Москва: выборы президента", "", "2018-03-18"),
    event("COVID-19 vaccine trial", "al-Assad's O'Brien test", "2020-05-05", [], ["Health"]),
    event("…", "", "2020-05-06"),
]


@pytest.fixture(scope="module")
def terms() -> Terms:
    return Terms(Lexicon.learn(e.text for e in EVENTS))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory, terms: Terms) -> Path:
    directory = tmp_path_factory.mktemp("keywords") / "index"
    write(directory, EVENTS, terms)
    return directory


def write(directory: Path, events: Sequence[Event], terms: Terms) -> None:
    build(directory, [part_of(Occurrences.of(terms, events))])


def asked(keywords: InvertedIndex, text: str, events: Sequence[Event], terms: Terms) -> Matches:
    days = np.array([day_number(e.date) for e in events], np.int32)
    return matching(parse(text).clause, keywords, terms, days)
