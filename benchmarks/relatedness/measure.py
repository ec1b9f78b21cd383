"""Build, ask, judge: how good related lists are, beside those of others, and what a change did.

    PYTHONPATH=. python benchmarks/relatedness/measure.py EVENTS [--out DIR] [--peers] [--whoosh N]
    PYTHONPATH=. python benchmarks/relatedness/measure.py EVENTS --compare BEFORE.jsonl AFTER.jsonl

EVENTS are JSON Lines, packed or not, with ``stories``, headings under which people filed an event;
the system never sees them. With --out, runs are kept as JSON Lines and, with judgements, in TREC's
forms.
--compare takes two runs and shows the lists that changed most, with the events that came and went.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import peers
from scoring import Labels, Run, grades, interval, labels_of, read_run, write_trec

from search.archive import read
from search.index.postings.collector import Occurrences
from search.index.segments import Segments
from search.index.term_matrix import TermMatrix
from search.model.digests import hash_of
from search.model.event import Event, day_number
from search.related.duplicates import fold
from search.related.ranking import Ranking
from search.related.similarity import Similarity
from search.related.training import train
from search.text.names.lexicon import Lexicon
from search.text.terms import Analysis, Terms
from tests.sealed_files import sealed

LIMIT = 300
SHOWN = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("events", type=Path)
    parser.add_argument("--out", type=Path, help="where runs are kept")
    parser.add_argument("--peers", action="store_true", help="measure others in the same run")
    parser.add_argument("--whoosh", type=int, default=0, help="questions for Whoosh's more_like")
    parser.add_argument("--compare", type=Path, nargs=2, metavar=("BEFORE", "AFTER"))
    options = parser.parse_args()
    labels = labels_of(options.events)
    events = sorted(read([options.events], lambda skipped: None), key=lambda e: (e.date, e.id))
    if options.compare:
        before, after = map(read_run, options.compare)
        compare(labels, {event.id: event for event in events}, before, after)
    else:
        measure(labels, events, options)


def measure(labels: Labels, events: Sequence[Event], options: argparse.Namespace) -> None:
    begun = time.process_time()
    terms = Terms(Lexicon.learn(event.text for event in events))
    analyses = [terms.analyse(event.text) for event in events]
    rows = Occurrences.of(terms, events).term_rows()
    analysed = time.process_time()
    days = np.array([day_number(event.date) for event in events], dtype=np.int32)
    with tempfile.TemporaryDirectory() as directory:
        hashes = np.array([hash_of(event.id) for event in events], dtype=np.uint64)
        train(rows, days, hashes, Path(directory))
        trained = time.process_time()
        size = sum(path.stat().st_size for path in Path(directory).iterdir())
        print(
            f"{len(events):,} events: texts {analysed - begun:.1f}, training "
            f"{trained - analysed:.1f} CPU s; {size / 1e6:.1f} MB"
        )
        similarity = Similarity(TermMatrix(sealed(Path(directory)), days, Segments(len(days))))
        describe(similarity)
        runs(labels, events, analyses, similarity, options)


def describe(similarity: Similarity) -> None:
    ordinals = range(0, len(similarity), max(1, len(similarity) // 1000))
    begun = time.process_time()
    lists = [Ranking(similarity, ordinal).best() for ordinal in ordinals]
    spent = (time.process_time() - begun) / len(lists)
    print(
        f"a list of ten: {spent * 1000:.2f} CPU ms; the least score "
        f"{similarity.calibration.min_score} gives {np.mean([bool(links) for links in lists]):.0%} "
        "of events a list, of "
        f"{np.mean([len(links) for links in lists]):.1f} items on average"
    )


def runs(
    labels: Labels,
    events: Sequence[Event],
    analyses: Sequence[Analysis],
    similarity: Similarity,
    options: argparse.Namespace,
) -> None:
    ids = [event.id for event in events]
    ordinal_of = {event_id: ordinal for ordinal, event_id in enumerate(ids)}
    asked = [ordinal_of[question] for question in labels.questions]

    def own(ordinal: int, *, timed: bool) -> list[int]:
        links = Ranking(similarity, ordinal, time=timed).best(limit=LIMIT, min_score=0.0)
        return [link.ordinal for link in links]

    def folded(ordinal: int) -> list[int]:
        links = Ranking(similarity, ordinal).best(limit=LIMIT, min_score=0.0)
        return [item.link.ordinal for item in fold(similarity, links)]

    ways: dict[str, Callable[[], peers.Lists]] = {
        "event-search": lambda: {o: own(o, timed=True) for o in asked},
        "event-search, folded": lambda: {o: folded(o) for o in asked},
        "event-search, text only": lambda: {o: own(o, timed=False) for o in asked},
    }
    if options.peers:
        ways["BM25, event as question"] = lambda: peers.bm25(analyses, asked, LIMIT)
        ways["TfidfVectorizer, defaults"] = lambda: peers.tfidf(events, asked, LIMIT)
        ways["shared names, newest first"] = lambda: peers.shared_names(analyses, asked, LIMIT)
    print(f"{'':34}{'nDCG@10':>8}  95 % interval    Recall    MRR   CPU s")
    for name, way in ways.items():
        report(labels, ids, name, way, options.out)
    if options.whoosh:
        step = max(1, len(asked) // options.whoosh)
        some = Labels(labels.story, labels.questions[::step])
        few = asked[::step]
        report(some, ids, f"event-search, {len(few)} questions", lambda: {
            o: own(o, timed=True) for o in few
        }, None)  # fmt: skip
        with tempfile.TemporaryDirectory() as place:
            report(
                some,
                ids,
                f"Whoosh more_like, {len(few)} questions",
                lambda: peers.more_like(events, few, LIMIT, Path(place)),
                None,
            )
    check(labels, ids, ordinal_of, similarity)


def report(
    labels: Labels,
    ids: Sequence[str],
    name: str,
    way: Callable[[], peers.Lists],
    out: Path | None,
) -> None:
    begun = time.process_time()
    lists = way()
    spent = time.process_time() - begun
    run = {ids[asked]: [ids[other] for other in found] for asked, found in lists.items()}
    marks = grades(labels, run)
    low, high = interval(labels, marks[:, 0])
    ndcg, recall, mrr = marks.mean(axis=0)
    print(f"{name:34}{ndcg:8.4f}  {low:.3f} to {high:.3f}  {recall:6.3f} {mrr:6.3f} {spent:7.1f}")
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        stem = "".join(c if c.isalnum() else "-" for c in name)
        with (out / f"{stem}.jsonl").open("w", encoding="utf-8") as file:
            for asked, found in run.items():
                line = {"id": asked, "related": [{"id": other} for other in found]}
                file.write(json.dumps(line) + "\n")
        write_trec(out, stem, labels, run)


def check(
    labels: Labels, ids: Sequence[str], ordinal_of: dict[str, int], similarity: Similarity
) -> None:
    """What the scores promise beside what the labels say, where both events are labeled."""
    rows = []
    for question in labels.questions:
        for link in Ranking(similarity, ordinal_of[question]).best(min_score=0.0):
            other = labels.story.get(ids[link.ordinal])
            if other is not None:
                rows.append((link.score, other == labels.story[question]))
    scores = np.array([score for score, _ in rows])
    right = np.array([is_right for _, is_right in rows])
    print("score        links  mean score  of the same story")
    for low, high in ((0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 0.9), (0.9, 0.97), (0.97, 1.01)):
        here = (scores >= low) & (scores < high)
        if here.any():
            print(
                f"{low:.2f} to {min(high, 1):.2f} {here.sum():6,}  {scores[here].mean():10.2f}"
                f"  {right[here].mean():.2f}"
            )


def compare(labels: Labels, events: dict[str, Event], before: Run, after: Run) -> None:
    old, new = grades(labels, before)[:, 0], grades(labels, after)[:, 0]
    lists = [[list(run.get(q, ()))[:SHOWN] for run in (before, after)] for q in labels.questions]
    changed = np.flatnonzero([first != second for first, second in lists])
    low, high = interval(labels, new - old)
    print(
        f"nDCG@10 {old.mean():.4f} -> {new.mean():.4f} (difference {low:+.4f} to {high:+.4f}); "
        f"{len(changed):,} of {len(labels.questions):,} lists of {SHOWN} changed; better "
        f"{int((new > old).sum()):,}, worse {int((new < old).sum()):,}"
    )
    for at in sorted(changed, key=lambda at: (-abs(new[at] - old[at]), at))[:SHOWN]:
        question = labels.questions[at]
        print(f"\n{old[at]:.2f} -> {new[at]:.2f}  {question}  {events[question].title[:90]}")
        first, second = lists[at]
        for sign, gone in (
            ("-", [e for e in first if e not in second]),
            ("+", [e for e in second if e not in first]),
        ):
            for event in gone:
                same = labels.story.get(event) == labels.story[question]
                print(f"   {sign} {'*' if same else ' '} {event}  {events[event].title[:90]}")


if __name__ == "__main__":
    main()
