"""The names of events as they write them: what was written, and what an analysis would say."""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from search import build
from search.index import generations
from search.index.segments import Segments
from search.index.snapshot import Snapshot
from search.index.written_names import WrittenNames, write
from search.text.analysed_event import Named, names_as_written
from tests.sealed_files import sealed
from tests.small_archive import stories

TEXTS = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=5)


@given(st.lists(st.lists(st.tuples(TEXTS, TEXTS), max_size=4), max_size=5))
@settings(max_examples=60, deadline=None)
def test_what_was_written_is_read(named: list[list[Named]]) -> None:
    with TemporaryDirectory() as place:
        write(named, Path(place))
        read = WrittenNames(sealed(Path(place)), Segments(len(named)))
        assert [list(read.of(ordinal)) for ordinal in range(len(named))] == named


def test_names_of_old_and_of_new_events_are_those_that_their_texts_have(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    events = [replace(event, id=f"{event.id}-{n}") for n in range(3) for event in stories()]
    for some in (events[1:], events):  # the second run writes a delta
        file.write_text("".join(json.dumps(event.to_json()) + "\n" for event in some))
        build([file], tmp_path / "index")
    snapshot = Snapshot(generations.current(tmp_path / "index").files)
    assert snapshot.base_count < len(events)
    for ordinal in snapshot.events.ordinals().tolist():
        told = snapshot.analysed(ordinal)
        wanted = names_as_written(told.analysis, told.event.terms, snapshot.aliases)
        assert told.named == wanted
