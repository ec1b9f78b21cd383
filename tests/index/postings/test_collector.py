"""What is taken down of texts chunk by chunk is what stands in them word by word."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.index.fields import ALSO, ANYTHING, GAP, POSITION_BITS, forms, spelling_code
from search.index.postings import collector as occurrences
from search.index.postings.collector import Occurrences
from search.index.term_counts import LONG_NAME, term_counts
from search.model.event import Event
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms

WORDS = [
    "to", "Be", "bombs", "Bomb", "Bombs", "bombing", "Syria", "Syrian", "U.S.", "1,000", "élan",
    "al-Assad's", "中国人", "中", "Москва", "…", "COVID-19", "Supreme", "Court", "of", "Pakistan",
    "\n", "\u00a0", "\t", "New\u00a0York", "x" * 250,
]  # fmt: skip
TEXTS = [
    "The Supreme Court of Pakistan met.",
    "A bomb and bombs; the Bomb went off in Syria.",
    "Talks in New York about New York.",
]
some_text = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
some_titles = some_text.filter(str.strip)
some_events = st.lists(
    st.builds(
        lambda title, summary, sources, topics: Event(
            "id", datetime.date(2015, 6, 1), title, summary, sources=sources, terms=topics
        ),
        some_titles,
        some_text,
        st.lists(some_text, max_size=3).map(tuple),
        st.lists(some_text, max_size=3).map(tuple),
    ),
    max_size=7,
)
Rows = dict[str, dict[str, dict[int, list[int]]]]  # by field, term and event: the places


@pytest.fixture(scope="module")
def terms() -> Terms:
    return Terms(Lexicon.learn([*TEXTS, *TEXTS, " ".join(WORDS)]))


def slow(terms: Terms, events: Sequence[Event], last: int) -> Rows:
    rows: Rows = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for ordinal, event in enumerate(events):
        summaries: Iterable[str] = (event.summary,)
        for field, texts in (
            ("title", (event.title,)), ("summary", summaries),
            ("source", event.sources), ("term", event.terms),
        ):  # fmt: skip
            at = 0
            for text in texts:
                rows[field]
                tokens = [token for line in text.split("\n") for token in terms.tokens(line)]
                for place, token in enumerate(tokens, at):
                    if place < last:
                        code = spelling_code(token) << POSITION_BITS
                        rows[field][token.term][ordinal].append(place | code)
                        for term in token.also:
                            rows[field][term][ordinal].append(place | ALSO << POSITION_BITS)
                        for form in (*forms(token), ANYTHING):
                            rows[field + "_forms"][form][ordinal] = []
                at += len(tokens) + GAP
    return rows


def told(found: Occurrences) -> Rows:
    rows: Rows = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for field, are_forms, postings in found.postings():
        name = field + "_forms" * are_forms
        rows[name]
        assert postings.terms == sorted(postings.terms, key=str.encode)
        at = place = 0
        for number, term in enumerate(postings.terms):
            its = postings.events[at : postings.ends[number]].tolist()
            assert its == sorted(set(its))
            assert its
            for event, ordinal in enumerate(its, at):
                count = 0 if are_forms else int(postings.counts[event])
                rows[name][term][ordinal] = postings.positions[place : place + count].tolist()
                place += count
            at += len(its)
            assert place == postings.position_ends[number]
        assert (at, place) == (len(postings.events), len(postings.positions))
    return rows


@settings(max_examples=300, deadline=None)
@given(events=some_events, last=st.sampled_from([3, 5, GAP + 2, 1 << 20]))
def test_postings_are_what_stands_in_the_texts(
    terms: Terms, events: list[Event], last: int
) -> None:
    found = Occurrences.of(terms, events)
    assert len(found) == len(events)
    with patch.object(occurrences, "LAST_POSITION", last):
        assert told(found) == slow(terms, events, last)


@settings(max_examples=300, deadline=None)
@given(events=some_events)
def test_rows_are_the_counts_of_each_text(terms: Terms, events: list[Event]) -> None:
    rows = Occurrences.of(terms, events).term_rows()
    assert rows.terms == sorted(rows.terms)
    kinds: dict[str, int] = {}
    assert len(rows.starts) == len(events) + 1
    for ordinal, event in enumerate(events):
        expected = term_counts(terms.analyse(event.text))
        its = slice(rows.starts[ordinal], rows.starts[ordinal + 1])
        columns = rows.columns[its].tolist()
        assert columns == sorted(columns)
        names = [rows.terms[column] for column in columns]
        counts = dict(zip(names, rows.counts[its].tolist(), strict=True))
        assert counts == {term: count for term, (count, _) in expected.items()}
        assert rows.words[ordinal] == sum(counts.values())
        for term, (_, kind) in expected.items():
            kinds[term] = min(kind, kinds.get(term, LONG_NAME))
    assert dict(zip(rows.terms, rows.kinds.tolist(), strict=True)) == kinds


def test_what_is_counted_is_bounded(terms: Terms) -> None:
    event = Event("id", datetime.date(2015, 6, 1), "bomb " * 300)
    rows = Occurrences.of(terms, [event]).term_rows()
    assert rows.counts.tolist() == rows.words.tolist() == [254]
