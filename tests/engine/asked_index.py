"""What tests of an open index ask, and what is true of every answer."""

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from search import (
    Event,
    Explanation,
    Hit,
    Index,
    RelatedOptions,
    SearchOptions,
    build,
)
from search.model import json_answers as answers

PROBE = "/news/2015/01/05/the-probe-lantern-enters-orbit.md"


LANDER = "/news/2015/02/14/the-european-space-agency-lands.md"


QUAKE = "/news/2014/07/09/a-strong-earthquake-shakes-port.md"


CHESS = "/news/2016/09/09/a-chess-player-of-eleven.md"


EVERYTHING = RelatedOptions(limit=1000, min_score=0)


BY_SCORE = RelatedOptions(limit=1000, min_score=0, fold=False)


BOTH_ORDERS = [EVERYTHING, RelatedOptions(limit=1000, min_score=0, order="context")]


ids_of_orders = ["relevance", "context"]


def indexed(place: Path, events: Sequence[Event]) -> Index:
    archive = place / "events.jsonl"
    lines = (json.dumps(event.to_json()) + "\n" for event in events)
    archive.write_text("".join(lines), encoding="utf-8")
    build([archive], place / "index")
    return Index.open(place / "index")


def everything_asked(index: Index) -> str:
    """Answers to many questions as one text."""
    said: list[object] = []
    for options in BOTH_ORDERS:
        said += [answers.related(id, index.related(id, options)) for id in index.ids()]
        said.append(answers.related("", index.related_text("Earthquake in Port Selva", options)))
    for query in ("earthquake norland", '"port selva"', "*", "marsh fever 2015", "地震"):
        said.append(answers.searched(index.search(query, SearchOptions(limit=1000))))
    ids = list(index.ids())
    said += [answers.explained(index.why(a, b)) for a, b in pairwise(ids)]
    return json.dumps(said, ensure_ascii=False)


def assert_sound(hit: Hit) -> None:
    assert math.isfinite(hit.score) and 0 <= hit.score <= 1
    assert hit.score == round(hit.score, 4)
    assert_adds_up(hit.explanation, hit.score)


def assert_adds_up(explanation: Explanation, score: float) -> None:
    assert explanation.total == score
    units = [part.contribution * 10_000 for part in explanation.contributions]
    assert sum(map(round, units)) == round(score * 10_000)
    assert all(math.isclose(unit, round(unit), abs_tol=1e-6) and round(unit) for unit in units)
