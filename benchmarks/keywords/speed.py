"""What building and asking the keyword index costs, hostile queries included.

    PYTHONPATH=. python benchmarks/keywords/speed.py EVENTS.jsonl [--events N] [--limit-ms 200]

EVENTS is an archive in JSON Lines. With more --events than it holds, it is repeated. Times are CPU
milliseconds: cold (the first question of a fresh open index) and warm (median of nine more).
Exit 1 if a query is dearer than --limit-ms.
"""

import argparse
import itertools
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from search.fulltext.matching import matching
from search.fulltext.query.parser import parse
from search.index.postings.collector import Occurrences
from search.index.postings.parts import part_of
from search.index.postings.reader import InvertedIndex
from search.index.postings.writer import build
from search.index.segments import Segments
from search.model.event import Event, day_number
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms
from tests.sealed_files import sealed

LETTERS = "abcdefghijklmnopqrstuvwxyz"
COMMON = """the of in and a to for on is at by from with as his her its an are was were be been has
have had will that this which who after before over under more than two three four five first
second new year day people killed least police president states united government minister country
attack military forces city south north""".split()
QUERIES = {
    "three words": "earthquake tsunami warning",
    "three words, AND": "earthquake AND tsunami AND warning",
    "three words, OR": "earthquake OR tsunami OR warning",
    "three common words, AND": "president AND government AND killed",
    "phrase": '"prime minister" election',
    "phrase with slop": '"earthquake magnitude"~5',
    "phrase of stop words": '"to be or not to be"',
    "year and word": "date:2015 election",
    "field": "title:election -source:*",
    "prefix": "earthq*",
    "fuzzy": "earthqauke~",
    "everything": "*",
    "three short prefixes": "a* b* c*",
    "every letter as prefix": " ".join(f"{letter}*" for letter in LETTERS),
    "sixty common words": " ".join(COMMON),
    "sixty common words, AND": " AND ".join(COMMON),
    "sixty common words, excluded": " ".join(f"-{word}" for word in COMMON),
    "long phrase of stop words": '"' + "the of " * 280 + '"',
    "the same with slop": '"' + "the of " * 280 + '"~50',
    "a common pair with slop": '"the of"~50',
    "64 phrases of stop words": " OR ".join(['"the of the"', '"of the in"', '"in the of"~9'] * 21),
    "64 pairs of common words with slop": " OR ".join(
        f'"{a} {b}"~50' for a in COMMON[:8] for b in COMMON[8:16]
    ),
    "64 pairs of common words": " ".join(f'-"{a} {b}"' for a in COMMON[:8] for b in COMMON[8:16]),
    "64 fuzzy words": " ".join(f"{a}{b}nstitutional~2" for a in LETTERS[:8] for b in LETTERS[:8]),
    "10,000 brackets": "(" * 10_000 + "the" + ")" * 10_000,
    "a word of a megabyte": "x" * 1_000_000,
    "deep brackets": "the OR (a* AND (" * 8 + "in" + "))" * 8,
}


def events(path: Path, count: int | None) -> Iterator[Event]:
    with path.open(encoding="utf-8") as lines:
        archive = [Event.from_json(json.loads(line)) for line in lines]
    yield from itertools.islice(itertools.cycle(archive), count or len(archive))


def cpu_ms(begun: float) -> float:
    return 1000 * (time.process_time() - begun)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--events", type=int)
    parser.add_argument("--limit-ms", type=float, default=200.0)
    options = parser.parse_args()

    terms = Terms(Lexicon.learn(event.text for event in events(options.archive, None)))
    archive = list(events(options.archive, options.events))
    days, count = [day_number(event.date) for event in archive], len(archive)
    begun = time.process_time()
    occurrences = Occurrences.of(terms, archive)
    spent = time.process_time() - begun
    del archive

    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch) / "keywords"
        begun = time.process_time()
        build(directory, [part_of(occurrences)])
        built = time.process_time() - begun
        size = sum(path.stat().st_size for path in directory.iterdir())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count:,} events: built in {built:.1f} CPU s beside {spent:.1f} for taking texts")
        print(f"apart; {size / 1e6:.1f} MB on disk, {peak:.0f} MB of memory at most\n")
        print(f"{'cold ms':>8} {'warm ms':>8} {'matches':>9}")
        dearest = 0.0
        when = np.array(days, np.int32)
        for name, text in QUERIES.items():
            keywords = InvertedIndex.open(sealed(directory), Segments(count))
            costs = []
            for _ in range(10):
                begun = time.process_time()
                found = matching(parse(text).clause, keywords, terms, when)
                costs.append(cpu_ms(begun))
            dearest = max(dearest, *costs)
            warm = statistics.median(costs[1:])
            print(f"{costs[0]:8.2f} {warm:8.2f} {len(found.ordinals):9,}  {name}")
    return int(dearest > options.limit_ms)


if __name__ == "__main__":
    raise SystemExit(main())
