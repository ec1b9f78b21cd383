"""The ranking set: small situations in one archive, and the lists that an editor would make."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from search import Event, Hit, Index, RelatedOptions, SearchOptions, build
from search.model.event import parse_day
from tests.ranking_set.situations import SITUATIONS, Situation

ARCHIVE = Path(__file__).with_name("archive.txt")
ALL = 200  # longer than any list


def events() -> list[Event]:
    """The events of the archive; the id of each is its key."""
    found = []
    for line in re.split(r"\n(?=[a-z])", ARCHIVE.read_text(encoding="utf-8"))[1:]:
        head, _, rest = line.partition("\n")
        key, day, title = head.split(" ", 2)
        summary = rest.split("\n\n")[0].strip()
        found.append(Event(key, parse_day(day), title, summary))
    return found


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the archive, open."""
    place = tmp_path_factory.mktemp("ranking_set")
    lines = (json.dumps(event.to_json()) + "\n" for event in events())
    (place / "events.jsonl").write_text("".join(lines), encoding="utf-8")
    build([place / "events.jsonl"], place / "index")
    with Index.open(place / "index") as opened:
        yield opened


def asked(index: Index, situation: Situation, options: RelatedOptions) -> Sequence[Hit]:
    if situation.query:
        return index.search(situation.query, SearchOptions(limit=options.limit, fold=False)).hits
    if situation.text:
        return index.related_text(situation.text, options)
    return index.related(situation.of, options)


def whole_list(index: Index, situation: Situation) -> Sequence[Hit]:
    """Everything in order: no threshold, nothing folded."""
    options = RelatedOptions(ALL, situation.order, 0, situation.time, fold=False)
    return asked(index, situation, options)


def default_list(index: Index, situation: Situation) -> Sequence[Hit]:
    return asked(index, situation, RelatedOptions(order=situation.order, time=situation.time))


def keys(hits: Sequence[Hit]) -> list[str]:
    return [hit.event.id for hit in hits]


def about(aspect: str, *fields: str) -> pytest.MarkDecorator:
    """The situations that say something in one of these fields, by name."""
    return pytest.mark.parametrize(
        "situation",
        [
            pytest.param(
                situation,
                id=situation.name,
                marks=[
                    pytest.mark.xfail(strict=True, reason=reason)
                    for wrong, reason in situation.wrong.items()
                    if wrong == aspect
                ],
            )
            for situation in SITUATIONS
            if any(getattr(situation, field) for field in fields)
        ],
    )


@about("order", "first", "later")
def test_the_order_is_an_editors(index: Index, situation: Situation) -> None:
    found = keys(whole_list(index, situation))
    beginning, wanted = found[: len(situation.first)], list(situation.first)
    if situation.ordered:
        assert beginning == wanted
    assert sorted(beginning) == sorted(wanted)
    assert [key for key in found if key in situation.later] == list(situation.later)


@about("default list", "absent", "alone")
def test_the_default_list_is_an_editors(index: Index, situation: Situation) -> None:
    hits = default_list(index, situation)
    assert situation.absent.keys().isdisjoint(keys(hits))
    if situation.alone:
        assert set(keys(hits)) == situation.first.keys()


@about("folding", "folded", "apart")
def test_reports_of_one_event_are_one_item(index: Index, situation: Situation) -> None:
    hits = asked(index, situation, RelatedOptions(ALL, min_score=0))
    if situation.folded:
        assert situation.folded.keys() in [{hit.event.id, *hit.also} for hit in hits]
    assert situation.apart.keys() <= set(keys(hits))


@about("terms", "terms", "unsaid")
def test_context_terms_are_an_editors(index: Index, situation: Situation) -> None:
    hits = whole_list(index, situation)
    printed = {hit.event.id: hit.context for hit in hits}
    for key, terms in situation.terms.items():
        assert set(terms) <= set(printed[key]), key
    said = {term for terms in printed.values() for term in terms}
    assert said.isdisjoint(situation.unsaid)


def test_every_item_of_a_default_list_says_what_is_shared(index: Index) -> None:
    silent = [
        (key, keys([hit])) for key in index.ids() for hit in index.related(key) if not hit.context
    ]
    assert silent == []


def test_every_key_of_a_situation_is_in_the_archive() -> None:
    known = {event.id for event in events()}
    for situation in SITUATIONS:
        fold = (situation.folded, situation.apart)
        sides = (situation.first, situation.later, situation.absent, *fold)
        named = {key for side in sides for key in side} | situation.terms.keys()
        assert named | ({situation.of} - {""}) <= known, situation.name
        assert sum(map(bool, (situation.of, situation.text, situation.query))) == 1


def test_situations_have_names_of_their_own() -> None:
    names = [situation.name for situation in SITUATIONS]
    assert len(names) == len(set(names)) >= 25
