"""How often a flipped bit gives a silently wrong answer: event-search, SQLite FTS5, plain Whoosh.

    PYTHONPATH=. python benchmarks/damage/systems.py --flips 300

Each is asked the same eight searches of the small archive of the tests, over and over: every event
twenty times, so that the files are of some size. An answer is wrong if it is not the one that was
given before the flip, and silent if nothing was raised.
"""

import argparse
import contextlib
import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from whoosh import fields, index, qparser

from search import Event, Index, SearchOptions, build
from search.model.event import parse_day
from tests.faults.damage import damaged, flip
from tests.small_archive import stories

WORDS = ("earthquake", "norland", "selva", "comet", "fever", "twitter", "election", "grandmaster")
Ask = Callable[[], list[Any]]


def events() -> list[Event]:
    """The small archive, twenty times."""
    return [
        Event(f"/{copy}{event.id}", parse_day(f"{1995 + copy}-01-02"), event.title, event.summary)
        for copy in range(20)
        for event in stories()
    ]


def of_event_search(place: Path) -> Ask:
    lines = place.with_suffix(".jsonl")
    lines.write_text("".join(json.dumps(event.to_json()) + "\n" for event in events()))
    build([lines], place)

    def ask() -> list[Any]:
        with Index.open(place) as opened:
            found = (opened.search(word, SearchOptions(limit=100)).hits for word in WORDS)
            return [[(hit.event, hit.score) for hit in hits] for hits in found]

    return ask


def of_sqlite(place: Path) -> Ask:
    place.mkdir()
    with contextlib.closing(sqlite3.connect(place / "events.db")) as made:
        made.execute("CREATE VIRTUAL TABLE events USING fts5(id, title, summary)")
        rows = [(event.id, event.title, event.summary) for event in events()]
        made.executemany("INSERT INTO events VALUES (?, ?, ?)", rows)
        made.commit()

    def ask() -> list[Any]:
        with contextlib.closing(sqlite3.connect(place / "events.db")) as opened:
            query = "SELECT *, rank FROM events WHERE events MATCH ? ORDER BY rank, id LIMIT 100"
            return [opened.execute(query, (word,)).fetchall() for word in WORDS]

    return ask


def of_whoosh(place: Path) -> Ask:
    place.mkdir()
    schema = fields.Schema(
        id=fields.ID(stored=True), title=fields.TEXT(stored=True), summary=fields.TEXT(stored=True)
    )
    writer = index.create_in(place, schema).writer()
    for event in events():
        writer.add_document(id=event.id, title=event.title, summary=event.summary)
    writer.commit()

    def ask() -> list[Any]:
        opened = index.open_dir(place)
        parser = qparser.MultifieldParser(["title", "summary"], opened.schema)
        with opened.searcher() as searcher:
            found = (searcher.search(parser.parse(word), limit=100) for word in WORDS)
            return [[(dict(hit), hit.score) for hit in hits] for hits in found]

    return ask


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flips", type=int, default=300)
    flips = parser.parse_args().flips
    with tempfile.TemporaryDirectory() as place:
        for make in (of_event_search, of_sqlite, of_whoosh):
            directory = Path(place, make.__name__)
            ask = make(directory)
            expected = ask()
            assert all(expected)
            counted: Counter[str] = Counter()
            for _ in damaged(directory, flip, flips, seed=6):
                try:
                    said = ask()
                except Exception:
                    counted["found"] += 1
                else:
                    counted["right all the same" if said == expected else "silently wrong"] += 1
            print(f"{make.__name__.removeprefix('of_')}: {flips} flips, {dict(counted)}")


if __name__ == "__main__":
    main()
