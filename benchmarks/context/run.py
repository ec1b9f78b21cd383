"""Print terms for all pairs of the gold events, and let the judge score them.

    PYTHONPATH=. python benchmarks/context/run.py EVENTS.jsonl[.gz] GOLD.jsonl JUDGE.py

EVENTS are the background: names, aliases and rarity are learned from them. Nothing but titles and
summaries is read, of the gold events as well.
"""

import argparse
import gc
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from math import log
from pathlib import Path

from search.archive import read
from search.model.event import Event
from search.related.shared_terms import context_terms
from search.text.analysed_event import AnalysedEvent
from search.text.names.lexicon import Lexicon
from search.text.terms import Analysis, Terms
from tests.mined_aliases import mined_aliases


def rarities(analyses: list[Analysis]) -> dict[str, float]:
    """The inverse document frequency of words and names."""
    seen: Counter[str] = Counter()
    for analysis in analyses:
        seen.update(terms_of(analysis))
    return {term: log(len(analyses) / count) for term, count in seen.items()}


def terms_of(analysis: Analysis) -> set[str]:
    words = {token.term for token in analysis.tokens if not token.stop}
    return words | {name.term for name in analysis.names}


def answers(gold: list[AnalysedEvent], rarity: dict[str, float]) -> Iterator[str]:
    told_terms = {told.event.id: terms_of(told.analysis) for told in gold}
    for one in gold:
        related = []
        for other in gold:
            if other is not one:
                both = told_terms[one.event.id] & told_terms[other.event.id]
                contributions = {term: rarity.get(term, 0.0) ** 2 for term in both}
                terms = context_terms(one, other, contributions)
                related.append({"id": other.event.id, "context": terms})
        yield json.dumps({"id": one.event.id, "related": related})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("events", "gold", "judge"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--run", type=Path, help="keep the answers in this file")
    given = parser.parse_args()
    gc.disable()
    events = list(read([given.events], on_skip=print))
    lexicon = Lexicon.learn(
        (event.text for event in events), (topic for event in events for topic in event.terms)
    )
    terms = Terms(lexicon)
    analyses = [terms.analyse(event.text) for event in events]
    aliases = mined_aliases(events, analyses)
    rarity = rarities(analyses)
    with given.gold.open(encoding="utf-8") as lines:
        gold = [
            AnalysedEvent.of(event, terms.analyse(event.text), aliases)
            for event in (Event.from_json(json.loads(line)) for line in lines)
        ]
    run = given.run or Path(tempfile.mkdtemp()) / "run.jsonl"
    run.write_text("".join(f"{line}\n" for line in answers(gold, rarity)), "utf-8")
    subprocess.run([sys.executable, given.judge, "context", given.gold, run], check=True)


if __name__ == "__main__":
    main()
