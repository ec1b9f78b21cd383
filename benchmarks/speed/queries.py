"""What searches cost, beside Whoosh alone, SQLite FTS5, tantivy and bm25s over the same terms.

    python benchmarks/speed/queries.py [EVENTS.jsonl[.gz]] [--index DIR] [--questions N]
        [--rounds N] [--json] [--compare OLD.json]

EVENTS is an archive in JSON Lines; without it the sample archive is asked. Questions are drawn from
the events by a seed. Every peer indexes the same stream of terms, written as one word each, so that
what a question matches has to be the same in all of them; that is checked before any time is taken.
Times are CPU milliseconds of this process, one question after the other, in rounds of which each
asks every engine: the median and the 99th percentile of the least that each question took, so that
a slow minute of the machine is nobody's. Peers return ten ordinals, scores and stored titles.
"""

import argparse
import gc
import importlib
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

from search import Index, build
from search.fulltext.matching import matching
from search.model.event import Event

SEED = 11
SAMPLE = Path(__file__).parents[2] / "index_data" / "sample"
ROUNDS = 3
WARM = 20  # questions of each kind that are asked before any time is taken
APART = "apart"  # stands between title and summary: no phrase reaches over it


Asked = TypeVar("Asked")  # a question, in the form that an engine takes


class Question(NamedTuple):
    """``typed`` is what is asked of us; ``words`` are the terms, as peers know them."""

    typed: str
    words: tuple[str, ...]


class Archive:
    """The events of an index and the words that peers are given for their terms."""

    def __init__(self, index: Index) -> None:
        self.events = [index.event(event_id) for event_id in index.ids()]
        self.tokens = index._snapshot.terms.tokens
        self._numbers: dict[str, int] = {}

    def word(self, term: str) -> str:
        return f"w{self._numbers.setdefault(term, len(self._numbers))}"

    def text(self, event: Event) -> str:
        parts = [self.words(event.title), self.words(event.summary)]
        return f" {APART} ".join(" ".join(part) for part in parts)

    def words(self, text: str) -> tuple[str, ...]:
        return tuple(self.word(token.term) for token in self.tokens(text))


def drawn(archive: Archive, count: int, seed: int = SEED) -> dict[str, list[Question]]:
    """The questions of each kind."""
    source = random.Random(seed)

    def event() -> Event:
        return archive.events[source.randrange(len(archive.events))]

    def content() -> list[str]:
        while True:
            words = {w for w in event().text.split() if w.isalpha() and w not in ("AND", "OR")}
            good = [w for w in sorted(words) if all(not t.stop for t in archive.tokens(w))]
            good = [w for w in good if len(archive.tokens(w)) == 1 and len(w) > 3]
            if len(good) >= 4:
                return good

    def words(most: int, least: int = 1) -> list[str]:
        return source.sample(content(), source.randint(least, most))

    def phrase() -> str:
        while True:
            chunks = event().title.split()
            size = source.randint(2, 5)
            start = source.randrange(max(1, len(chunks) - size))
            text = " ".join(chunks[start : start + size])
            if len(archive.tokens(text)) >= 2 and '"' not in text and "“" not in text:
                return text

    def mixed() -> str:
        first, second, third = words(3, 3)
        parts = [
            source.choice([first, f"+{first}", f"-{first}"]),
            source.choice([second, f'"{phrase()}"', f"title:{second}", f"({second} OR {third})"]),
            source.choice(["", f"{third}~", f"{third[:3]}*", f"NOT {third}", "date:2010..2014"]),
        ]
        return " ".join(parts)

    def many(make: Callable[[], Question]) -> list[Question]:
        return [make() for _ in range(count)]

    def joined(chosen: list[str], sign: str) -> Question:
        return Question(sign.join(chosen), archive.words(" ".join(chosen)))

    def quoted(text: str) -> Question:
        return Question(f'"{text}"', archive.words(text))

    def alone(text: str) -> Question:
        return Question(text, ())

    return {
        "plain words": many(lambda: joined(words(4), " ")),
        "AND": many(lambda: joined(words(3, 2), " AND ")),
        "phrase": many(lambda: quoted(phrase())),
        "prefix": many(lambda: alone(words(1)[0][: source.randint(2, 5)] + "*")),
        "fuzzy": many(lambda: alone(words(1)[0] + "~")),
        "date": many(lambda: alone(f"{' '.join(words(2))} date:{source.randint(2002, 2018)}")),
        "year": many(lambda: alone(f"{' '.join(words(2))} {source.randint(2002, 2018)}")),
        "mixed": many(lambda: alone(mixed())),
    }


# A peer answers (kind, words, limit) with ordinals; titles and scores are read on the way.
Ask = Callable[[str, Sequence[str], int], list[int]]


def sqlite(archive: Archive, _: ModuleType) -> Ask:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE t USING fts5(body, title UNINDEXED)")
    rows = ((n, archive.text(e), e.title) for n, e in enumerate(archive.events))
    base.executemany("INSERT INTO t(rowid, body, title) VALUES (?, ?, ?)", rows)
    signs = {"plain words": " OR ", "AND": " AND ", "phrase": " "}

    def ask(kind: str, words: Sequence[str], limit: int) -> list[int]:
        text = signs[kind].join(words)
        found = base.execute(
            "SELECT rowid, bm25(t), title FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?",
            (f'"{text}"' if kind == "phrase" else text, limit),
        )
        return [row[0] for row in found]

    return ask


def tantivy(archive: Archive, module: ModuleType) -> Ask:
    schema = module.SchemaBuilder()
    schema.add_text_field("body", tokenizer_name="whitespace", index_option="position")
    schema.add_text_field("title", stored=True, tokenizer_name="raw", index_option="basic")
    schema.add_integer_field("ordinal", stored=True)
    index = module.Index(schema.build())
    writer = index.writer()
    for ordinal, event in enumerate(archive.events):
        writer.add_document(
            module.Document(body=archive.text(event), title=event.title, ordinal=ordinal)
        )
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    signs = {"plain words": " OR ", "AND": " AND ", "phrase": " "}

    def ask(kind: str, words: Sequence[str], limit: int) -> list[int]:
        text = signs[kind].join(words)
        query = index.parse_query(f'"{text}"' if kind == "phrase" else text, ["body"])
        documents = [searcher.doc(where) for _, where in searcher.search(query, limit).hits]
        return [document["ordinal"][0] for document in documents if document["title"]]

    return ask


def whoosh(archive: Archive, _: ModuleType) -> Ask:
    analysis, fields, queries, storage = (
        importlib.import_module(f"whoosh.{name}")
        for name in ("analysis", "fields", "query", "filedb.filestore")
    )
    schema = fields.Schema(
        body=fields.TEXT(analyzer=analysis.SpaceSeparatedTokenizer()), title=fields.STORED
    )
    index = storage.RamStorage().create_index(schema)
    writer = index.writer(limitmb=512)
    for event in archive.events:
        writer.add_document(body=archive.text(event), title=event.title)
    writer.commit()
    searcher = index.searcher()

    def ask(kind: str, words: Sequence[str], limit: int) -> list[int]:
        if kind == "phrase":
            query = queries.Phrase("body", list(words))
        else:
            join = queries.Or if kind == "plain words" else queries.And
            query = join([queries.Term("body", word) for word in words])
        return [hit.docnum for hit in searcher.search(query, limit=limit) if hit["title"]]

    return ask


def bm25s(archive: Archive, module: ModuleType) -> Ask:
    retriever = module.BM25()
    retriever.index([archive.text(event).split() for event in archive.events], show_progress=False)
    titles = [event.title for event in archive.events]

    def ask(kind: str, words: Sequence[str], limit: int) -> list[int]:
        found, scores = retriever.retrieve([list(words)], k=limit, show_progress=False)
        pairs = zip(found[0].tolist(), scores[0].tolist(), strict=True)
        return [ordinal for ordinal, score in pairs if score > 0 and titles[ordinal]]

    return ask


PEERS: dict[str, tuple[str, Callable[[Archive, ModuleType], Ask], tuple[str, ...]]] = {
    "Whoosh alone": ("whoosh", whoosh, ("plain words", "AND", "phrase")),
    "SQLite FTS5": ("sqlite3", sqlite, ("plain words", "AND", "phrase")),
    "tantivy": ("tantivy", tantivy, ("plain words", "AND", "phrase")),
    "bm25s": ("bm25s", bm25s, ("plain words",)),
}


def peers(archive: Archive) -> Iterator[tuple[str, Ask, tuple[str, ...]]]:
    for name, (module, make, kinds) in PEERS.items():
        try:
            known = importlib.import_module(module)
        except ImportError:
            print(
                f"{name} is left out: {module} is not installed (pip install --group benchmarks).",
                file=sys.stderr,
            )
            continue
        yield name, make(archive, known), kinds


def agree(index: Index, archive: Archive, asked: dict[str, list[Question]], ask: Ask) -> None:
    """Whether a peer matches the same events; a limit beyond all matches shows them."""
    place_of = {event.id: n for n, event in enumerate(archive.events)}
    everything = len(archive.events)
    for kind in ("AND", "phrase"):
        for question in asked[kind][:50]:
            ours = matching(
                _clause(question.typed),
                index._snapshot.inverted_index,
                index._snapshot.terms,
                index._snapshot.events.days,
            ).ordinals
            mine = {place_of[index._snapshot.events[int(ordinal)].id] for ordinal in ours}
            theirs = set(ask(kind, question.words, everything))
            if mine != theirs:
                raise SystemExit(f"{kind}: {question.typed!r} matches other events in a peer")


def _ten(ask: Ask, kind: str, question: Question) -> object:
    return ask(kind, question.words, 10)


def _clause(text: str) -> Any:
    return importlib.import_module("search.fulltext.query.parser").parse(text).clause


Times = list[float]  # CPU ms of each question


def spent(ask: Callable[[Asked], object], questions: Sequence[Asked]) -> Times:
    """What each question costs, after some that are not timed."""
    for question in questions[:WARM]:
        ask(question)
    times = []
    for question in questions:
        begun = time.process_time()
        ask(question)
        times.append(1000 * (time.process_time() - begun))
    return times


def told(rounds: Sequence[Times]) -> dict[str, float]:
    """Of the least that each question took."""
    times = sorted(map(min, zip(*rounds, strict=True)))
    return {"p50": times[len(times) // 2], "p99": times[int(len(times) * 0.99)], "most": times[-1]}


def hits(index: Index, question: Question) -> object:
    answer = index.search(question.typed)
    return [(hit.event, hit.explanation, hit.context, hit.snippet) for hit in answer.hits]


def ours(directory: Path, asked: dict[str, list[Question]]) -> Iterator[tuple[str, str, Times]]:
    """Each time in an index opened anew: what was asked before must not be known already."""
    with Index.open(directory) as index:
        gc.freeze()
        for kind, questions in asked.items():
            for what, ask in (("ten whole hits", partial(hits, index)),):
                yield f"event-search, {what}", kind, spent(ask, questions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=Path, nargs="?", default=SAMPLE)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--compare", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        directory = given.index or Path(scratch) / "index"
        built = build([given.events], directory).sentence()
        with Index.open(directory) as index:
            archive = Archive(index)
            asked = drawn(archive, given.questions)
            others = list(peers(archive))
            for name, ask, _ in others:
                if name != "bm25s":
                    agree(index, archive, asked, ask)
        gc.freeze()  # what this script holds is not looked through for garbage
        found: dict[str, dict[str, list[Times]]] = {}
        for _ in range(given.rounds):
            for who, kind, times in ours(directory, asked):
                found.setdefault(who, {}).setdefault(kind, []).append(times)
            for who, ask, kinds in others:
                for kind in kinds:
                    times = spent(partial(_ten, ask, kind), asked[kind])
                    found.setdefault(who, {}).setdefault(kind, []).append(times)
    figures = {
        who: {kind: told(rounds) for kind, rounds in kinds.items()} for who, kinds in found.items()
    }
    if given.json:
        print(json.dumps({"events": len(archive.events), "cpu_ms": figures}))
    else:
        print(f"{built}; CPU ms: median, 99th percentile, dearest")
        for who, kinds_of in figures.items():
            for kind, its in kinds_of.items():
                print(f"{who:34} {kind:12} {its['p50']:8.3f} {its['p99']:8.3f} {its['most']:8.3f}")
    if given.compare:
        for who, kinds_of in json.loads(given.compare.read_text())["cpu_ms"].items():
            for kind, its in kinds_of.items():
                now = figures.get(who, {}).get(kind)
                if now:
                    print(f"{who:34} {kind:12} p50 {now['p50'] / its['p50']:.2f} of what it was")


if __name__ == "__main__":
    main()
