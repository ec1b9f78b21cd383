"""Learning anew at an editor's word: what it would change, and what it does."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from search import Event, Index, build
from search.engine.relearning import relearn
from search.engine.update_plan import DRIFT
from search.model.errors import IndexMissing, UsageError
from search.model.event import parse_day
from tests.engine.test_build import tree

MANY = 120


def storms(count: int) -> list[Event]:
    cities = ("Lima", "Oslo", "Quito", "Accra", "Hanoi")
    return [
        Event(
            f"/{at}",
            parse_day(f"2015-{at % 12 + 1:02}-{at % 28 + 1:02}"),
            f"A storm of force {at} floods {cities[at % 5]} and its harbour.",
        )
        for at in range(count)
    ]


def write(place: Path, events: Sequence[Event]) -> None:
    text = "".join(json.dumps(event.to_json()) + "\n" for event in events)
    place.write_text(text, encoding="utf-8")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index that was updated by fewer events than make it learn anew by itself."""
    archive, index = tmp_path / "events.jsonl", tmp_path / "index"
    write(archive, storms(MANY))
    build([archive], index)
    write(archive, storms(MANY + int(MANY * DRIFT)))
    build([archive], index)
    return index


def test_it_is_shown_first_and_nothing_is_written(index: Path) -> None:
    before = tree(index)
    found = relearn(index)
    assert tree(index) == before
    assert found.learned_from == (MANY, MANY + int(MANY * DRIFT))
    assert found.compared == MANY + int(MANY * DRIFT)
    assert f"learned from {MANY} events before" in found.lines()[0]


def test_what_was_shown_is_what_is_done(index: Path) -> None:
    shown = relearn(index)
    assert relearn(index, write=True) == shown
    with Index.open(index) as opened:
        assert opened.info()["learned_from"] == shown.learned_from[1]


def test_what_was_just_learned_anew_has_nothing_to_change(index: Path) -> None:
    relearn(index, write=True)
    again = relearn(index)
    assert (again.changed, again.gained, again.lost, again.examples) == (0, 0, 0, ())


def test_lists_are_compared_by_their_items(index: Path, tmp_path: Path) -> None:
    archive = tmp_path / "events.jsonl"
    write(archive, storms(MANY)[:4])
    found = relearn(index)
    with Index.open(index) as opened:
        gone = [hit.event.id for hit in opened.related("/0") if int(hit.event.id[1:]) >= 4]
    assert gone
    assert found.compared == found.changed == 4
    assert found.lost >= len(gone)
    lost = {event_id: lost for event_id, _, lost in found.examples}
    assert set(gone) <= set(lost.get("/0", gone))
    assert any(text.startswith("  - /") for text in found.lines())


def test_there_must_be_an_index_and_its_archive_must_be_known(index: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        relearn(tmp_path / "none")
    (index / "SOURCES").unlink()
    for written in (False, True):
        with pytest.raises(UsageError, match="event-search index ARCHIVE"):
            relearn(index, write=written)
