"""What others would list: scikit-learn's default, BM25, shared names, Whoosh's more_like."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from whoosh import index
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import NUMERIC, TEXT, Schema

from search.model.event import Event
from search.text.terms import Analysis

K1: Final = 1.2
B: Final = 0.75
MORE_LIKE_TERMS: Final = 20
Lists = dict[int, list[int]]


def tfidf(events: Sequence[Event], asked: Sequence[int], limit: int) -> Lists:
    """Cosine of TfidfVectorizer with its defaults."""
    matrix = TfidfVectorizer().fit_transform([event.text for event in events])
    return _best(matrix, matrix, asked, limit)


def bm25(analyses: Sequence[Analysis], asked: Sequence[int], limit: int) -> Lists:
    """BM25 with the event as the question, over the terms of this project."""
    texts = [
        Counter(token.term for token in analysis.tokens if not token.stop) for analysis in analyses
    ]
    number: dict[str, int] = {}
    for text in texts:
        for term in text:
            number.setdefault(term, len(number))
    starts = np.cumsum([0, *map(len, texts)])
    columns = [number[term] for text in texts for term in text]
    counts = np.array([count for text in texts for count in text.values()], dtype=np.float32)
    shape = (len(texts), len(number))
    asks = sparse.csr_matrix((counts, columns, starts), shape=shape)
    lengths = np.asarray(asks.sum(axis=1)).ravel()
    events = np.bincount(asks.indices, minlength=len(number))
    idf = np.log1p((len(texts) - events + 0.5) / (events + 0.5))
    norm = K1 * (1 - B + B * np.repeat(lengths, np.diff(starts)) / lengths.mean())
    weights = (idf[asks.indices] * counts * (K1 + 1) / (counts + norm)).astype(np.float32)
    answers = sparse.csr_matrix((weights, asks.indices, asks.indptr), shape=shape)
    return _best(asks, answers, asked, limit)


def shared_names(analyses: Sequence[Analysis], asked: Sequence[int], limit: int) -> Lists:
    """The number of shared names, then newest first: what the original site did."""
    having = defaultdict(list)
    names = [{name.term for name in analysis.names} for analysis in analyses]
    for ordinal, own in enumerate(names):
        for name in own:
            having[name].append(ordinal)
    lists = {}
    for ordinal in asked:
        shared = Counter(other for name in names[ordinal] for other in having[name])
        shared.pop(ordinal, None)
        best = sorted(shared, key=lambda other: (-shared[other], -other))
        lists[ordinal] = best[:limit]
    return lists


def more_like(events: Sequence[Event], asked: Sequence[int], limit: int, directory: Path) -> Lists:
    """Whoosh's more_like with 20 terms. Half a second a question: ask few."""
    schema = Schema(
        number=NUMERIC(stored=True), text=TEXT(analyzer=StemmingAnalyzer(), stored=True)
    )
    writer = index.create_in(directory, schema).writer(limitmb=512)
    for number, event in enumerate(events):
        writer.add_document(number=number, text=event.text)
    writer.commit()
    lists = {}
    with index.open_dir(directory).searcher() as searcher:
        for ordinal in asked:
            found = searcher.more_like(
                ordinal, "text", text=events[ordinal].text, top=limit, numterms=MORE_LIKE_TERMS
            )
            lists[ordinal] = [hit["number"] for hit in found if hit["number"] != ordinal]
    return lists


def _best(
    asks: sparse.csr_matrix, answers: sparse.csr_matrix, asked: Sequence[int], limit: int
) -> Lists:
    lists = {}
    for begin in range(0, len(asked), 200):
        some = list(asked[begin : begin + 200])
        found = (asks[some] @ answers.T).toarray()
        for row, ordinal in zip(found, some, strict=True):
            row[ordinal] = -math.inf
            best = np.argpartition(-row, min(limit, len(row) - 1))[:limit]
            best = best[np.lexsort((best, -row[best]))]
            lists[ordinal] = [int(other) for other in best if row[other] > 0]
    return lists
