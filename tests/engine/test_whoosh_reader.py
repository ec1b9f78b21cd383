"""An index read through Whoosh's interface: its own parser and searcher find what ours has."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh import query as whoosh_query
from whoosh.qparser import MultifieldParser, QueryParser, WildcardPlugin
from whoosh.reading import TermNotFound
from whoosh.searching import Searcher

from search import Index, UsageError, build
from search.engine.whoosh_reader import WhooshReader
from search.index.fields import FIELDS, POSITION_BITS
from search.index.postings.reader import InvertedIndex
from search.index.snapshot import Snapshot
from tests.small_archive import odd, stories


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index with a delta: one event was deleted and one edited since its base was built."""
    place = tmp_path_factory.mktemp("whoosh")
    events = [event.to_json() for event in [*stories(), *odd()]]
    many = [{**event, "id": f"{event['id']}-{n}"} for n in range(8) for event in events]
    archive = place / "events.jsonl"
    archive.write_text("".join(json.dumps(event) + "\n" for event in many))
    build([archive], place / "index")
    many[1]["summary"] = "Quartz mines reopen in Norland."
    archive.write_text("".join(json.dumps(event) + "\n" for event in many[1:]))
    build([archive], place / "index")
    with Index.open(place / "index") as index:
        yield index


@pytest.fixture(scope="module")
def snapshot(updated: Index) -> Snapshot:
    return updated._snapshot


@pytest.fixture(scope="module")
def searcher(updated: Index) -> Searcher:
    return Searcher(updated.whoosh_reader())


def ids_of(searcher: Searcher, query: Any) -> set[str]:
    return {searcher.stored_fields(number)["id"] for number in searcher.docs_for_query(query)}


def test_documents_are_the_events(updated: Index, searcher: Searcher) -> None:
    reader = searcher.reader()
    assert not reader.has_deletions()
    assert reader.doc_count() == len(updated) == len(list(reader.all_doc_ids()))
    stored = {fields["id"]: fields for _, fields in reader.iter_docs()}
    assert stored.keys() == set(updated)
    for event_id, fields in stored.items():
        event = updated[event_id]
        assert (fields["title"], fields["date"]) == (event.title, event.day)
    assert ids_of(searcher, whoosh_query.Every()) == set(updated)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("earthquake", "earthquake"),
        ("title:earthquakes", "earthquake"),
        ('"port selva"', "port selva"),
        ("earth*", "earth"),
        ("date:2014*", "2014"),
        ("date:[2014-01 TO 2014-12]", "2014-"),
        ("summary:quartz AND NOT title:earthquake", "quartz"),
        ("id:nothing", ""),
    ],
)
def test_whooshs_own_language_finds_events(searcher: Searcher, text: str, word: str) -> None:
    parser = MultifieldParser(["title", "summary"], searcher.reader().schema)
    hits = searcher.search(parser.parse(text), limit=None)
    assert bool(len(hits)) == bool(word)
    for hit in hits:
        assert word in " ".join(hit.fields().values()).lower()


def test_scores_sorting_and_facets_are_whooshs(searcher: Searcher) -> None:
    query = QueryParser("title", searcher.reader().schema).parse("earthquake OR fever")
    by_score = searcher.search(query, limit=None)
    assert [hit.score for hit in by_score] == sorted([h.score for h in by_score], reverse=True)
    for reverse in (False, True):
        dates = [
            h["date"] for h in searcher.search(query, limit=None, sortedby="date", reverse=reverse)
        ]
        assert dates == sorted(dates, reverse=reverse)
    groups = searcher.search(query, limit=None, groupedby="date").groups("date")
    assert sum(map(len, groups.values())) == len(by_score)
    assert 'class="match' in by_score[0].highlights("title")


def test_what_an_archive_lacks_is_not_found(searcher: Searcher) -> None:
    reader = searcher.reader()
    assert reader.frequency("title", "zzz") == reader.doc_frequency("title", b"zzz") == 0
    assert ("title", b"zzz") not in reader and ("other", b"zzz") not in reader
    with pytest.raises(TermNotFound):
        reader.postings("title", b"zzz")
    with pytest.raises(KeyError):
        reader.vector(0, "title")
    assert not reader.has_vector(0, "title")


def test_terms_come_in_order_with_their_statistics(searcher: Searcher) -> None:
    reader = searcher.reader()
    terms = list(reader.all_terms())
    assert terms == sorted(terms) and len(terms) == len(set(terms))
    for field, term in random.Random(1).sample(terms, 200):
        info = reader.term_info(field, term)
        matcher = reader.postings(field, term)
        live = list(matcher.all_ids())
        assert info.doc_frequency() >= len(live)
        assert info.weight() >= info.doc_frequency() and info.max_weight() >= 1
        assert all(not reader.is_deleted(number) for number in live)
        assert next(reader.terms_from(field, term)) == (field, term)
    assert reader.min_field_length("title") <= reader.max_field_length("title")
    assert reader.field_length("title") == sum(
        reader.doc_field_length(number, "title") for number in range(reader.doc_count_all())
    )


def test_a_closed_index_gives_no_reader(tmp_path: Path, story_directory: Path) -> None:
    index = Index.open(story_directory)
    index.close()
    with pytest.raises(UsageError):
        index.whoosh_reader()


# The oracle: for every clause, Whoosh's searcher and sets of our postings find the same events.


class Clauses:
    """Random clauses, each as a query of Whoosh and as the set of events that have to match."""

    def __init__(self, snapshot: Snapshot, seed: int) -> None:
        self._chance = random.Random(seed)
        self._index: InvertedIndex = snapshot.inverted_index
        self._number_of = {
            ordinal: number for number, ordinal in enumerate(snapshot.events.ordinals().tolist())
        }
        self._live = frozenset(self._number_of.values())
        every = {field: sorted(self._index.terms(field)) for field in FIELDS}
        self._terms = {field: terms for field, terms in every.items() if terms}

    def drawn(self, depth: int = 3) -> tuple[Any, frozenset[int]]:
        kind = self._chance.choice(["term", "term", "phrase", "prefix", "and", "or", "not"])
        if depth == 0 or kind in ("term", "phrase", "prefix"):
            return self._leaf(kind)
        one, ones = self.drawn(depth - 1)
        other, others = self.drawn(depth - 1)
        if kind == "and":
            return whoosh_query.And([one, other]), ones & others
        if kind == "or":
            return whoosh_query.Or([one, other]), ones | others
        return whoosh_query.Not(one), self._live - ones

    def _leaf(self, kind: str) -> tuple[Any, frozenset[int]]:
        field = self._chance.choice(list(self._terms))
        term = self._chance.choice(self._terms[field])
        if kind == "prefix":
            start = term[: self._chance.randint(1, 4)]
            terms = [each for each in self._terms[field] if each.startswith(start)]
            every = (self._events(field, each) for each in terms)
            return whoosh_query.Prefix(field, start), frozenset().union(*every)
        if kind != "phrase":
            return whoosh_query.Term(field, term), self._events(field, term)
        second = self._chance.choice(self._terms[field])
        if self._chance.random() < 0.7:
            second = self._after(field, term) or second
        places = set(self._index.packed_positions(field, term).tolist())
        follows = {place - 1 for place in self._index.packed_positions(field, second).tolist()}
        events = {place >> POSITION_BITS for place in places & follows}
        return whoosh_query.Phrase(field, [term, second]), self._documents(events)

    def _after(self, field: str, term: str) -> str | None:
        place = self._chance.choice(self._index.packed_positions(field, term).tolist()) + 1
        return next(
            (
                t
                for t in self._terms[field]
                if place in self._index.packed_positions(field, t).tolist()
            ),
            None,
        )

    def _events(self, field: str, term: str) -> frozenset[int]:
        return self._documents(set(self._index.events_with(field, term).tolist()))

    def _documents(self, ordinals: set[int]) -> frozenset[int]:
        return frozenset(self._number_of[o] for o in ordinals if o in self._number_of)


def test_whoosh_and_our_postings_find_the_same_events(
    snapshot: Snapshot, searcher: Searcher, full: bool
) -> None:
    clauses = Clauses(snapshot, seed=7)
    for _ in range(5_000 if full else 150):
        query, wanted = clauses.drawn()
        assert frozenset(searcher.docs_for_query(query)) == wanted, query


def test_every_query_of_whooshs_language_is_answered(searcher: Searcher, full: bool) -> None:
    chance = random.Random(3)
    schema = searcher.reader().schema
    parser = MultifieldParser(["title", "summary", "source", "term"], schema)
    parser.remove_plugin_class(WildcardPlugin)  # *a* looks at every term
    pieces = [
        "earthquake", "port", '"marsh fever"', "title:probe", "AND", "OR", "(", ")", "^2",
        "date:2015*", "地震", "é", '"', "summary:", "[a TO c]", "fever~2", "lantern*",
    ]  # fmt: skip
    for _ in range(1_000 if full else 60):
        text = " ".join(chance.choices(pieces, k=chance.randint(1, 6)))
        searcher.search(parser.parse(text), limit=5)


def test_the_reader_is_whooshs() -> None:
    from whoosh.reading import IndexReader  # noqa: PLC0415

    assert issubclass(WhooshReader, IndexReader)
