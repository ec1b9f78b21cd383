"""An update gives what building anew with the same base gives, whatever came in between."""

import datetime
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import Event, Index, RelatedOptions, SearchOptions, build
from tests.small_archive import odd, stories
from tests.text.test_boilerplate import CREDITS, NAMES, archive

BASE = [*stories(), *odd()]
NEW = [
    Event("/new/quake.md", datetime.date(2014, 7, 11), "Aftershock rattles Port Selva in Norland."),
    Event("/new/treaty.md", datetime.date(2016, 5, 17), "Zelda Quist opposes the fishing treaty."),
    Event("/new/quist.md", datetime.date(2016, 6, 1), "Zelda Quist resigns over Norland's treaty."),
    Event("/a/first.md", datetime.date(2013, 1, 1), "A comet named Wex is found.", "By a student."),
    Event("/new/leer.md", datetime.date(2018, 1, 1), "?"),
]
CREDITED = {*" ".join(NAMES).lower().split(), *" ".join(NAMES).split(), "northwind", "Northwind"}
FOUND = SearchOptions(limit=100, fold=False)
QUERIES = ["Norland", "treaty", '"Port Selva"', "Quist", "quak~", "*", "date:2016", "nor*", "Wex"]


@pytest.fixture(autouse=True)
def drift(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few events are an update of an archive of thirty."""
    monkeypatch.setattr("search.engine.update_plan.DRIFT", 10.0)


def write(events: Sequence[Event], place: Path) -> Path:
    place.mkdir(exist_ok=True)
    lines = "".join(json.dumps(event.to_json()) + "\n" for event in events)
    (place / "events.jsonl").write_text(lines, encoding="utf-8")
    return place / "events.jsonl"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the base and nothing else; nobody may write to it."""
    place = tmp_path_factory.mktemp("first")
    build([write(BASE, place)], place / "index")
    return place / "index"


def files_of(index: Path) -> Mapping[str, bytes]:
    """What the current generation holds, by name."""
    generation = index / (index / "CURRENT").read_text().split()[0]
    return {
        path.relative_to(generation).as_posix(): path.read_bytes()
        for path in generation.rglob("*")
        if path.is_file()
    }


def answers(index: Path) -> Iterator[object]:
    """Whatever can be asked, asked of the current generation."""
    with Index.open(index) as opened:
        ids = list(opened.ids())
        yield ids
        for query in QUERIES:
            yield opened.search(query)
        for event_id in ids:
            yield opened.event(event_id)
            for order in ("relevance", "context"):
                yield opened.related(event_id, RelatedOptions(order=order, min_score=0.0))
        yield opened.related_text("earthquake in Norland, says Zelda Quist")


events_now = st.builds(
    lambda kept, added, altered: [
        replace(event, title=event.title + " Again.") if event.id in altered else event
        for event in [*(BASE[at] for at in sorted(kept)), *(NEW[at] for at in sorted(added))]
    ],
    st.sets(st.integers(0, len(BASE) - 1), min_size=1),
    st.sets(st.integers(0, len(NEW) - 1)),
    st.sets(st.sampled_from([event.id for event in [*BASE, *NEW]]), max_size=3),
)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(events_now, min_size=1, max_size=4))
def test_whatever_came_in_between_an_update_gives_the_same_bytes(
    first: Path, steps: list[list[Event]]
) -> None:
    with TemporaryDirectory() as scratch:
        many, one = Path(scratch) / "many", Path(scratch) / "one"
        for index in (many, one):
            shutil.copytree(first, index)
        for events in steps:
            build([write(events, Path(scratch) / "archive")], many)
        build([Path(scratch) / "archive" / "events.jsonl"], one)
        assert files_of(many) == files_of(one)
        with Index.open(many) as opened:
            assert sorted(opened.ids()) == sorted(event.id for event in steps[-1])
        assert list(answers(many)) == list(answers(one))


def test_back_where_it_began_nothing_is_left_of_an_update(first: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    shutil.copytree(first, index)
    before = list(answers(index))
    assert build([write([*BASE[3:], *NEW], tmp_path / "archive")], index).built
    assert list(answers(index)) != before
    assert build([write(BASE, tmp_path / "archive")], index).built
    assert list(answers(index)) == before
    assert files_of(index) == files_of(first)
    assert not build([write(BASE, tmp_path / "archive")], index).built


@pytest.fixture
def updated(first: Path, tmp_path: Path) -> Iterator[Index]:
    """Four events of the base are gone, one was altered, and the new ones are there."""
    index = tmp_path / "index"
    shutil.copytree(first, index)
    altered = replace(BASE[4], title="The army of Norland enters Port Selva.")
    build([write([altered, *BASE[5:], *NEW], tmp_path / "archive")], index)
    with Index.open(index) as opened:
        yield opened


def test_what_is_gone_is_in_no_answer(updated: Index) -> None:
    gone = {event.id for event in BASE[:4]}
    assert len(updated) == len(BASE) - 4 + len(NEW)
    for query in [*QUERIES, "Northern Front", "hackers museum", "Twitter"]:
        assert gone.isdisjoint(hit.event.id for hit in updated.search(query).hits)
    for event_id in updated.ids():
        for options in (RelatedOptions(min_score=0.0), RelatedOptions(order="context")):
            assert gone.isdisjoint(hit.event.id for hit in updated.related(event_id, options))
    assert "drives" not in updated.event(BASE[4].id).title


def test_what_is_new_is_found_and_related_both_ways(updated: Index) -> None:
    quake, treaty = NEW[0].id, NEW[1].id
    assert [hit.event.id for hit in updated.search("aftershock").hits] == [quake]
    everything = RelatedOptions(min_score=0.0)
    shocks = {"/news/2014/07/09", "/news/2014/07/10", "/news/2014/07/12"}
    assert shocks & {h.event.id.rpartition("/")[0] for h in updated.related(quake, everything)[:3]}
    assert updated.related(treaty, everything)[0].event.id == "/new/quist.md"
    assert treaty == updated.related("/new/quist.md", everything)[0].event.id
    old = next(event.id for event in BASE if "second earthquake" in event.title)
    assert quake in [hit.event.id for hit in updated.related(old, everything)]
    assert "Zelda Quist" in updated.related(treaty, everything)[0].context


def test_ids_and_ties_are_in_the_order_of_dates_not_of_updates(updated: Index) -> None:
    events = [updated.event(event_id) for event_id in updated.ids()]
    assert events == sorted(events, key=lambda event: (event.date, event.id))
    found = [hit.event for hit in updated.search("*").hits]
    assert found == sorted(found, key=lambda event: event.day, reverse=True)


def test_an_archive_that_drifted_away_is_learned_anew(
    first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engine.update_plan.DRIFT", 0.1)
    index = tmp_path / "index"
    shutil.copytree(first, index)
    build([write([*BASE, *NEW[:2]], tmp_path / "archive")], index)
    assert any(name.startswith("delta/") for name in files_of(index))
    build([write([*BASE, *NEW], tmp_path / "archive")], index)
    build([tmp_path / "archive" / "events.jsonl"], tmp_path / "anew")
    assert files_of(index) == files_of(tmp_path / "anew")


def test_an_update_links_what_is_big(first: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    shutil.copytree(first, index)
    build([write([*BASE, *NEW], tmp_path / "archive")], index)
    generations = sorted(path for path in index.iterdir() if path.name.isdecimal())
    before, after = (
        {path.relative_to(each): path.stat().st_ino for path in (each / "base").rglob("*.*")}
        for each in generations
    )
    assert before == after
    assert Path("base/events/events.jsonl") in after


@pytest.mark.parametrize("kind", ["names", "Chinese"])
def test_an_update_leaves_out_the_boilerplate_that_building_anew_does(
    kind: str, tmp_path: Path
) -> None:
    credit = CREDITS[kind]
    days = [datetime.date(2014, 1, 1) + datetime.timedelta(10 * n) for n in range(60)]
    told = [text.split("\n", 1) for text in archive(credit)]
    events = [
        Event(f"/e/{n}.md", day, title, summary)
        for n, (day, (title, summary)) in enumerate(zip(days, told, strict=True))
    ]
    for count in (54, 60):
        build([write(events[:count], tmp_path)], tmp_path / "updated")
    build([tmp_path / "events.jsonl"], tmp_path / "new")
    assert "delta/events/days.npy" in files_of(tmp_path / "updated")
    assert "delta/events/days.npy" not in files_of(tmp_path / "new")
    with Index.open(tmp_path / "updated") as updated, Index.open(tmp_path / "new") as new:
        for index in (updated, new):
            new_ids = [event.id for event in events[52:]]
            hits = [hit for id in new_ids for hit in index.related(id, RelatedOptions(limit=60))]
            terms = {part.term for hit in hits for part in hit.explanation.contributions}
            printed = {word for hit in hits for term in hit.context for word in term.split()}
            assert terms.isdisjoint(CREDITED) and printed.isdisjoint(CREDITED)
        for word in sorted(CREDITED):  # it can be found all the same
            found = [index.search(word, FOUND).hits for index in (updated, new)]
            assert {hit.event.id for hit in found[0]} == {hit.event.id for hit in found[1]}
