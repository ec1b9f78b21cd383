"""Other ways to the related lists of all events, for ``lists.py``: each an extra, never needed.

Each is given the rows (weights of unit length, and terms) and the events to ask about, and gives
the similarities of the best, [asked, ``TOP``], or nothing where it ranks by another measure.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

TOP = 10
_BLOCK = 256


class Archive(NamedTuple):
    """``weights`` is a scipy matrix [events, terms] of unit rows; ``texts`` are terms in a row,
    ``originals`` what the events say."""

    weights: Any
    texts: Sequence[str]
    originals: Sequence[str]


Best = NDArray[np.float64] | None
Ask = Callable[[NDArray[np.int64]], Best]


def sparse_dot(archive: Archive) -> Ask:
    from sparse_dot_topn import sp_matmul_topn  # noqa: PLC0415

    turned = archive.weights.T.tocsr()

    def ask(rows: NDArray[np.int64]) -> Best:
        found = sp_matmul_topn(archive.weights[rows], turned, top_n=TOP + 1, sort=True, n_threads=1)
        return _others(found, rows)

    return ask


def scipy_product(archive: Archive) -> Ask:
    turned = archive.weights.T.tocsr()

    def ask(rows: NDArray[np.int64]) -> Best:
        best = np.zeros((len(rows), TOP))
        for begin in range(0, len(rows), _BLOCK):
            block = rows[begin : begin + _BLOCK]
            product = (archive.weights[block] @ turned).tocsr()
            for at, row in enumerate(block):
                first, last = product.indptr[at], product.indptr[at + 1]
                values = product.data[first:last][product.indices[first:last] != row]
                if len(values) > TOP:
                    values = values[np.argpartition(-values, TOP - 1)[:TOP]]
                best[begin + at, : len(values)] = -np.sort(-values)
        return best

    return ask


def scikit_learn(archive: Archive) -> Ask:
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415

    near = NearestNeighbors(n_neighbors=min(TOP + 1, len(archive.texts)), metric="cosine")
    near.fit(archive.weights)

    def ask(rows: NDArray[np.int64]) -> Best:
        distances, found = near.kneighbors(archive.weights[rows])
        return _without(1.0 - distances, found, rows)

    return ask


def gensim(archive: Archive) -> Ask:
    from gensim.similarities import SparseMatrixSimilarity  # noqa: PLC0415

    weights = archive.weights
    corpus = [_bag(weights, row) for row in range(weights.shape[0])]
    index = SparseMatrixSimilarity(corpus, num_features=weights.shape[1], num_best=TOP + 1)

    def ask(rows: NDArray[np.int64]) -> Best:
        best = np.zeros((len(rows), TOP))
        for at, row in enumerate(rows.tolist()):
            values = [value for other, value in index[corpus[row]] if other != row][:TOP]
            best[at, : len(values)] = values
        return best

    return ask


def bm25s(archive: Archive) -> Ask:
    import bm25s as peer  # noqa: PLC0415

    tokens = [text.split() for text in archive.texts]
    index = peer.BM25(backend="numba")
    index.index(tokens, show_progress=False)
    index.retrieve(tokens[:2], k=min(TOP + 1, len(tokens)), show_progress=False)

    def ask(rows: NDArray[np.int64]) -> Best:
        queries = [tokens[row] or ["-"] for row in rows]
        index.retrieve(queries, k=min(TOP + 1, len(tokens)), show_progress=False, n_threads=1)
        return None

    return ask


def tantivy(archive: Archive) -> Ask:
    return _tantivy(archive.texts, "whitespace")


def tantivy_of_words(archive: Archive) -> Ask:
    return _tantivy(archive.originals, "default")


def tantivy_of_stems(archive: Archive) -> Ask:
    return _tantivy(archive.originals, "en_stem")


def _tantivy(texts: Sequence[str], tokenizer: str) -> Ask:
    import tantivy as peer  # noqa: PLC0415

    fields = peer.SchemaBuilder()
    fields.add_text_field("text", stored=True, tokenizer_name=tokenizer)
    fields.add_integer_field("ordinal", stored=True, fast=True)
    index = peer.Index(fields.build())
    writer = index.writer(num_threads=1)
    for ordinal, text in enumerate(texts):
        writer.add_document(peer.Document(text=text, ordinal=ordinal))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    everything = searcher.search(peer.Query.all_query(), limit=len(texts)).hits
    where = {searcher.doc(address)["ordinal"][0]: address for _, address in everything}

    def ask(rows: NDArray[np.int64]) -> Best:
        for row in rows.tolist():
            query = peer.Query.more_like_this_query(
                where[row], min_doc_frequency=1, min_term_frequency=1, max_query_terms=25
            )
            searcher.search(query, limit=TOP + 1, count=False)
        return None

    return ask


def fts5(archive: Archive) -> Ask:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE events USING fts5(text, tokenize='unicode61')")
    database.executemany("INSERT INTO events(text) VALUES (?)", [(t,) for t in archive.texts])

    def ask(rows: NDArray[np.int64]) -> Best:
        for row in rows.tolist():
            words = [f'"{word}"' for word in archive.texts[row].replace('"', "").split()]
            if words:
                database.execute(
                    "SELECT rowid FROM events WHERE events MATCH ? ORDER BY rank LIMIT ?",
                    (" OR ".join(words), TOP + 1),
                ).fetchall()
        return None

    return ask


def whoosh(archive: Archive) -> Ask:
    from whoosh.analysis import SpaceSeparatedTokenizer  # noqa: PLC0415
    from whoosh.fields import NUMERIC, TEXT, Schema  # noqa: PLC0415
    from whoosh.filedb.filestore import RamStorage  # noqa: PLC0415

    text = TEXT(SpaceSeparatedTokenizer(), stored=True, vector=True)
    index = RamStorage().create_index(Schema(text=text, ordinal=NUMERIC(stored=True)))
    writer = index.writer(limitmb=512)
    for ordinal, words in enumerate(archive.texts):
        writer.add_document(text=words, ordinal=ordinal)
    writer.commit()
    searcher = index.searcher()

    def ask(rows: NDArray[np.int64]) -> Best:
        for row in rows.tolist():
            if archive.texts[row]:
                searcher.more_like(row, "text", top=TOP, numterms=25)
        return None

    return ask


# How many events each is asked about: all (0), or so many spread evenly, and scaled.
PEERS: dict[str, tuple[Callable[[Archive], Ask], int]] = {
    "sparse_dot_topn": (sparse_dot, 0),
    "scipy + argpartition": (scipy_product, 0),
    "scikit-learn": (scikit_learn, 1_000),
    "gensim": (gensim, 1_000),
    "bm25s, numba": (bm25s, 5_000),
    "tantivy MoreLikeThis, our terms": (tantivy, 1_000),
    "tantivy MoreLikeThis, its own words": (tantivy_of_words, 500),
    "tantivy MoreLikeThis, its own stems": (tantivy_of_stems, 500),
    "SQLite FTS5": (fts5, 100),
    "Whoosh more_like": (whoosh, 10),
}


def _bag(weights: Any, row: int) -> list[tuple[int, float]]:
    first, last = weights.indptr[row], weights.indptr[row + 1]
    found = zip(weights.indices[first:last], weights.data[first:last], strict=True)
    return [(int(term), float(weight)) for term, weight in found]


def _others(found: Any, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    best = np.zeros((len(rows), TOP))
    for at, row in enumerate(rows):
        first, last = found.indptr[at], found.indptr[at + 1]
        values = found.data[first:last][found.indices[first:last] != row][:TOP]
        best[at, : len(values)] = values
    return best


def _without(
    values: NDArray[np.float64], found: NDArray[np.int64], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    best = np.zeros((len(rows), TOP))
    for at, row in enumerate(rows):
        kept = values[at][found[at] != row][:TOP]
        best[at, : len(kept)] = np.maximum(kept, 0.0)
    return best
