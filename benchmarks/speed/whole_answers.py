"""What ten whole hits cost: found, scored, read and shown with a snippet, beside other engines.

    python benchmarks/speed/whole_answers.py EVENTS.jsonl[.gz] --index DIR [--questions N]
        [--rounds N]

Questions are plain words, one to four, drawn from the events by a seed. Each engine analyses the
texts itself, with its English stemmer, since a snippet is cut from the text as it was written. Of
ours, event, score, explanation, shared terms and snippet are read; of a peer, title, score and
snippet. CPU milliseconds of this process: the median, the 90th and the 99th percentile of the least
that each question took in any round. Rounds alternate between engines; ours is opened anew in each.
"""

import argparse
import gc
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import tantivy
from queries import Archive, drawn, spent

from search import Index, build
from search.model.event import Event

Ask = Callable[[str], object]


def fts5(events: Sequence[Event]) -> Ask:
    """SQLite FTS5 with its Porter stemmer and ``snippet()``."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE t USING fts5(title, body, tokenize='porter unicode61')")
    base.executemany("INSERT INTO t VALUES (?, ?)", ((e.title, e.summary) for e in events))

    def ask(text: str) -> object:
        words = " OR ".join(f'"{word}"' for word in text.split())
        found = base.execute(
            "SELECT title, bm25(t), snippet(t, -1, '**', '**', '…', 32) FROM t WHERE t MATCH ? "
            "ORDER BY rank LIMIT 10",
            (words,),
        )
        return found.fetchall()

    return ask


def tantivy_snippets(events: Sequence[Event]) -> Ask:
    """Tantivy with its English stemmer and ``SnippetGenerator``."""
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("title", stored=True, tokenizer_name="en_stem")
    schema.add_text_field("body", stored=True, tokenizer_name="en_stem")
    built = schema.build()
    index = tantivy.Index(built)
    writer = index.writer()
    for event in events:
        writer.add_document(tantivy.Document(title=event.title, body=event.text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(text: str) -> object:
        query = index.parse_query(text, ["title", "body"])
        generator = tantivy.SnippetGenerator.create(searcher, query, built, "body")
        answer = []
        for score, where in searcher.search(query, 10).hits:
            document = searcher.doc(where)
            snippet = generator.snippet_from_doc(document)
            answer.append((document["title"], score, snippet.to_html()))
        return answer

    return ask


def hits(index: Index) -> Ask:
    """Every field of the first ten hits."""

    def ask(text: str) -> object:
        answer = index.search(text)
        return [(h.event, h.score, h.explanation, h.context, h.snippet) for h in answer.hits]

    return ask


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    build([given.events], given.index)
    with Index.open(given.index) as index:
        archive = Archive(index)
        questions = [each.typed for each in drawn(archive, given.questions)["plain words"]]
    peers = {
        "tantivy with SnippetGenerator": tantivy_snippets(archive.events),
        "SQLite FTS5 with snippet()": fts5(archive.events),
    }
    gc.freeze()
    found: dict[str, list[list[float]]] = {}
    for _ in range(given.rounds):
        with Index.open(given.index) as index:
            found.setdefault("event-search", []).append(spent(hits(index), questions))
            found.setdefault("event-search, asked again", []).append(spent(hits(index), questions))
        for name, ask in peers.items():
            found.setdefault(name, []).append(spent(ask, questions))
    print(f"{len(archive.events):,} events, {len(questions)} questions: p50, p90, p99 in CPU ms")
    for name, rounds in found.items():
        times = sorted(map(min, zip(*rounds, strict=True)))
        shown = (times[int(len(times) * share)] for share in (0.5, 0.9, 0.99))
        print(f"{name:34}" + "".join(f"{each:8.2f}" for each in shown))


if __name__ == "__main__":
    main()
