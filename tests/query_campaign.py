"""Random and hostile queries by the thousand, each compared with a slow matcher.

    python tests/query_campaign.py [--queries 100000] [--seed 1]

Every query is asked of an archive that is made by the seed, and

- it does not raise;
- it matches what ``slow_matcher`` says, event by event, and its counts are of just that;
- it and its negation part the archive;
- raw scores are from 0 to 1 and fall strictly; of equal ones the newer event comes first, of one
  day that with the smaller id;
- each explanation adds up to the score of its hit;
- it costs no more than ``MOST`` times a loop that is timed on the same machine.

Prints how many were asked and the dearest; exit 1 with the query where one fails.
"""

import argparse
import datetime
import json
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from search import Event, Index, SearchAnswer, SearchOptions, build
from search.fulltext.matching import matching
from search.fulltext.plan import find
from search.fulltext.query.parser import parse
from search.fulltext.query.tree import Clause, Fuzzy, Phrase, Prefix, Word
from search.fulltext.search import ranking_of
from search.model import limits
from search.model.event import day_number, parse_day
from search.text.terms import Terms
from tests.slow_matcher import SlowMatcher, Texts

EVENTS = 200
_REMEMBERED = 1_000_000
MOST = 20.0  # times the loop, which takes about as long as a search of 10 milliseconds
WORDS = """Syria Syrian Aleppo flood floods flooded flooding Bush bush covid-19 al-Assad U.S.
1,000 élan elan 中国 中国地震 地震 北京 Москва выборы election elections elected president President
the of in and others to be or not Überlingen Ueberlingen O'Brien G-20 NATO WHO World Health
Organization earthquake quake Nepal 2015 7.8 strike strikes strikers Reuters vaccine vaccines Ebola
Zika ไทย 서울 زلزال Émeutes naïve co-operation ﬁnance Ⅷ x²""".split()
ADDRESSES = """https://www.example.org/floods/2015-09 example.org /floods/2015-09/
floods-in-nepal.md example.org/%C3%A9lan?page=2 élan co-operation-in-nepal intranet/strike http://intranet/""".split()
JUNK = [*'()"“”*~+-:.,;!?/\\<>|&%$#@^`{}[]=', "\x00", "\x1b", "\u202e", "\ud800", "\u3000", "\n"]
SIGNS = ["", "", "", "+", "-", "NOT ", "--", "+-"]
FIELDS = ["", "", "", "title:", "summary:", "source:", "term:", "link:", "date:", "id:", "TITLE:"]
DATES = ["2015", "2015-09", "2014..2016", "..2015", "2016..", "2015-02-30", "20155", "..", "x"]


def made(source: random.Random) -> list[Event]:
    """The archive that is asked."""

    def text(most: int) -> str:
        return " ".join(source.choices(WORDS, k=source.randint(1, most)))

    days = [f"20{source.randint(12, 18)}-{source.randint(1, 12)}-{source.randint(1, 28)}" for _ in
            range(EVENTS)]  # fmt: skip
    return [
        Event(
            f"/{number}.md",
            parse_day(day),
            text(8),
            text(6) if source.random() < 0.6 else "",
            sources=tuple(text(2) for _ in range(source.randint(0, 2))),
            terms=tuple(text(2) for _ in range(source.randint(0, 2))),
            links=tuple(source.choices(ADDRESSES, k=source.randint(0, 2))),
        )
        for number, day in enumerate(days)
    ]


def queries(source: random.Random) -> Iterator[str]:
    """Queries without end: well formed, nearly so, and not at all."""

    def word() -> str:
        chosen = source.choice(WORDS if source.random() < 0.9 else ADDRESSES)
        if source.random() < 0.1:
            at = source.randrange(len(chosen))
            chosen = chosen[:at] + source.choice("abcdeé中") + chosen[at + source.randint(0, 1) :]
        return chosen

    def leaf() -> str:
        roll = source.random()
        if roll < 0.5:
            return word()
        if roll < 0.65:
            slop = source.choice(["", "", "~1", "~3", "~99", "~"])
            return f'"{" ".join(word() for _ in range(source.randint(1, 3)))}"{slop}'
        if roll < 0.75:
            return word()[: source.randint(1, 5)] + "*"
        if roll < 0.85:
            return word() + source.choice(["~", "~1", "~2", "~0", "~9"])
        if roll < 0.95:
            return "date:" + source.choice(DATES)
        return source.choice(["*", "-*", "since 2015", "summer 2016", "2014–2016"])

    def clause(depth: int) -> str:
        count = source.randint(1, 3)
        joint = source.choice([" ", " ", " AND ", " OR "])
        parts = [
            source.choice(SIGNS)
            + source.choice(FIELDS)
            + (f"({clause(depth - 1)})" if depth and source.random() < 0.3 else leaf())
            for _ in range(count)
        ]
        return joint.join(parts)

    def passage() -> str:
        return " ".join(word() for _ in range(source.randint(16, 70)))

    def junk() -> str:
        parts = [source.choice([word(), source.choice(JUNK), " ", leaf()]) for _ in range(12)]
        return "".join(parts)

    def huge() -> str:
        part = source.choice(
            ["(", '"', "a ", "中", "the ", word() + "~ ", "x* ", "-", word() + " OR "]
        )
        return part * source.choice([70, 1_000, 20_000])

    while True:
        roll = source.random()
        if roll < 0.7:
            yield clause(3)
        elif roll < 0.75:
            yield passage()
        elif roll < 0.9:
            text = clause(2)
            at = source.randrange(len(text) + 1)
            yield text[:at] + source.choice(JUNK) + text[at + source.randint(0, 2) :]
        elif roll < 0.999:
            yield junk()
        else:
            yield huge()


def loop() -> float:
    """What a loop costs on this machine, in CPU seconds: the least of three."""
    costs = []
    for _ in range(3):
        begun = time.process_time()
        sum(number * number for number in range(100_000))
        costs.append(time.process_time() - begun)
    return min(costs)


def cost(index: Index, query: str) -> float:
    begun = time.process_time()
    index.search(query)
    return time.process_time() - begun


class _Remembering(SlowMatcher):
    """Knows what it has said of a word or phrase and an event, since words come again."""

    def __init__(self, events: Sequence[Event], terms: Terms) -> None:
        super().__init__(events, terms)
        self._said: dict[tuple[Clause, tuple[str, ...], int], bool | None] = {}

    def holds(
        self,
        clause: Clause,
        date: datetime.date | None,
        fields: Mapping[str, Texts],
        names: Sequence[str],
    ) -> bool | None:
        if not isinstance(clause, Word | Phrase | Prefix | Fuzzy):
            return super().holds(clause, date, fields, names)
        key = clause, tuple(names), id(fields)
        if key not in self._said:
            if len(self._said) > _REMEMBERED:
                self._said.clear()
            self._said[key] = super().holds(clause, date, fields, names)
        return self._said[key]


def campaign(count: int, seed: int) -> tuple[float, str]:
    """Ask so many queries; what the dearest costs, in loops, and which it is.

    Raises AssertionError, with the query, where an answer is wrong.
    """
    source = random.Random(seed)
    events = sorted(made(source), key=lambda event: (event.date, event.id))
    dearest = (0.0, "")
    with tempfile.TemporaryDirectory() as scratch:
        archive = Path(scratch) / "events.jsonl"
        archive.write_text("".join(json.dumps(event.to_json()) + "\n" for event in events))
        build([archive], Path(scratch) / "index")
        unit = loop()
        with Index.open(Path(scratch) / "index") as index:
            slow = _Remembering(events, index._snapshot.terms)
            asked = queries(source)
            for _ in range(count):
                query = next(asked)
                begun = time.process_time()
                answer = index.search(query, SearchOptions(fold=False, limit=30))
                spent = time.process_time() - begun
                if spent > MOST * unit:  # not of the query, maybe: nobody else's turn
                    spent = min(spent, cost(index, query), cost(index, query))
                assert spent <= MOST * unit, f"{query!r} costs {spent / unit:.0f} loops"
                dearest = max(dearest, (spent / unit, query[:60]))
                check(index, events, slow, query)
                check_negation(index, query, answer.total)
                check_order(index, query, answer)
    return dearest


def check(index: Index, events: list[Event], slow: SlowMatcher, query: str) -> None:
    """Compare what a query matches with what the slow matcher says."""
    snapshot = index._snapshot
    clause = parse(query).clause
    found = matching(clause, snapshot.inverted_index, snapshot.terms, snapshot.events.days)
    assert [day_number(event.date) for event in events] == snapshot.events.days.tolist()
    if len(query) <= 500:  # what is cut is said, and is no matter of matching
        assert found.ordinals.tolist() == slow.matching(clause), repr(query)


def check_order(index: Index, query: str, answer: SearchAnswer) -> None:
    """Scores fall strictly but for ties that are broken as documented, and are explained."""
    searcher = index._searcher
    found = find(searcher, query)
    assert answer.total == len(found.matching), repr(query)
    assert answer.total + answer.partly == len(found.candidates), repr(query)
    ranking = ranking_of(searcher, found, SearchOptions(fold=False))
    raw = dict(zip(found.candidates.tolist(), ranking.raw_scores.tolist(), strict=True))
    events = searcher.snapshot.events
    first = ranking.first(len(answer.hits))
    keys = [(-raw[at], -day_number(events[at].date), events[at].id) for at in first]
    assert all(one < other for one, other in pairwise(keys)), repr(query)
    assert [hit.event.id for hit in answer.hits] == [events[at].id for at in first], repr(query)
    for hit, at in zip(answer.hits, first, strict=True):
        assert 0.0 <= raw[at] <= 1.0, repr(query)
        assert hit.score == round(raw[at], 4), repr(query)
        assert hit.explanation.total == hit.score, repr(query)


def check_negation(index: Index, query: str, total: int) -> None:
    """A query and its negation part the archive."""
    parsed = parse(query)
    if parsed.clause is None or parsed.notes or len(query) > limits.QUERY_LENGTH - 10:
        return  # what is cut or mended may be cut elsewhere in brackets
    others = index.search(f"-({query})", SearchOptions(fold=False)).total
    assert total + others == len(index), f"{query!r}: {total} and {others}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    begun = time.process_time()
    loops, query = campaign(given.queries, given.seed)
    print(f"{given.queries:,} queries in {time.process_time() - begun:.0f} CPU s; none failed.")
    print(f"The dearest costs {loops:.1f} loops (of {MOST:.0f} that it may): {query!r}")


if __name__ == "__main__":
    main()
