"""The context order (shared canonical names, then newest), scored by the judge.

    PYTHONPATH=. python benchmarks/context/order.py EVENTS.jsonl[.gz] JUDGE.py [--no-aliases]

With ``--event ID`` the first ten of that event's list are printed, with the names that are shared.
"""

import argparse
import gc
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search.archive import read
from search.model.event import Event, day_number
from search.text.analysed_event import canonical_names, names_as_written
from search.text.names.aliases import Aliases
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms
from tests.mined_aliases import mined_aliases

LIMIT = 1000  # the judge leaves out what has no label, so lists must be long


def names_of(events: Sequence[Event], *, with_aliases: bool) -> list[tuple[str, ...]]:
    lexicon = Lexicon.learn(
        (event.text for event in events), (topic for event in events for topic in event.terms)
    )
    terms = Terms(lexicon)
    analyses = [terms.analyse(event.text) for event in events]
    aliases = mined_aliases(events, analyses) if with_aliases else Aliases()
    return [
        canonical_names(names_as_written(analysis, event.terms, aliases))
        for event, analysis in zip(events, analyses, strict=True)
    ]


def orders(
    events: Sequence[Event], names: Sequence[Sequence[str]], asked: Sequence[int]
) -> Iterator[NDArray[np.intp]]:
    """For each asked ordinal the ordinals of its list."""
    postings: defaultdict[str, list[int]] = defaultdict(list)
    for ordinal, own in enumerate(names):
        for name in own:
            postings[name].append(ordinal)
    days = np.array([day_number(event.date) for event in events])
    for ordinal in asked:
        shared = np.zeros(len(events), dtype=np.int64)
        for name in names[ordinal]:
            shared[postings[name]] += 1
        shared[ordinal] = 0
        found = np.flatnonzero(shared)
        yield found[np.lexsort((found, -days[found], -shared[found]))][:LIMIT]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=Path)
    parser.add_argument("judge", type=Path)
    parser.add_argument("--no-aliases", action="store_true")
    parser.add_argument("--event", metavar="ID")
    given = parser.parse_args()
    gc.disable()
    events = list(read([given.events], on_skip=print))
    ordinal_of = {event.id: ordinal for ordinal, event in enumerate(events)}
    names = names_of(events, with_aliases=not given.no_aliases)
    if given.event:
        asked = ordinal_of[given.event]
        for rank, other in enumerate(next(orders(events, names, [asked]))[:10], 1):
            shared = ", ".join(name for name in names[asked] if name in names[other])
            print(f"{rank:2} {events[other].date} {events[other].title[:70]} [{shared}]")
    command = [sys.executable, given.judge, "queries", "related", given.events]
    ids = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    run = Path(tempfile.mkdtemp()) / "run.jsonl"
    lists = orders(events, names, [ordinal_of[event_id] for event_id in ids])
    with run.open("w", encoding="utf-8") as lines:
        for event_id, related in zip(ids, lists, strict=True):
            items = [{"id": events[other].id} for other in related]
            lines.write(json.dumps({"id": event_id, "related": items}) + "\n")
    subprocess.run([sys.executable, given.judge, "related", given.events, run], check=True)


if __name__ == "__main__":
    main()
