"""The compiled loops, each beside the same in plain words."""

import errno
import importlib
import importlib.util
import math
import os
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from search.index import blocks
from search.index.kernels import pairs
from search.index.kernels.compiling import compiled
from search.index.kernels.fillers import FillCut, fillers
from search.index.kernels.layout import NAME, WORD, Columns, Cut, Listed, Rows
from search.index.kernels.related import links
from search.related import batch_arrays as laid
from search.related import scoring

ROWS = st.lists(
    st.dictionaries(st.integers(0, 5), st.integers(0, 255), max_size=6), min_size=1, max_size=9
)


@given(ROWS, st.lists(st.floats(0.01, 20.0), min_size=6, max_size=6), st.integers(1, 4))
@settings(deadline=None)
def test_sums_in_units_are_at_most_a_unit_too_great_for_each_term(
    rows: list[dict[int, int]], weights: list[float], shift: int
) -> None:
    module = importlib.import_module("search.index.kernels.related")
    starts, terms, counts = laid_flat(rows)
    of_counts = scoring.count_weights().astype(np.float64)
    own = [{term: float(of_counts[n]) * weights[term] for term, n in row.items()} for row in rows]
    lengths = [math.hypot(*row.values()) for row in own]
    columns = Columns(shift, max(lengths), *by_blocks(starts, terms, counts, 6, shift))
    of_rows = by_words_alone(
        (starts, terms, counts, np.array(weights), of_counts),
        np.ones(len(rows)),
        np.ones(len(rows), np.bool_),
    )
    blocks = ((len(rows) - 1) >> shift) + 1
    for asked, mine in enumerate(own):
        most = max(lengths) * lengths[asked] * (1 + 1e-6)
        per_unit = (65_535.0 - len(mine)) / most if most else 1.0
        for block in range(blocks):
            units, shared = np.zeros(1 << shift, np.uint16), np.zeros(1 << shift, np.uint16)
            module._add(units, shared, columns, block, blocks, of_rows, asked, per_unit)
            for at, other in enumerate(own[block << shift : (block + 1) << shift]):
                product = sum(mine[term] * other[term] for term in sorted({*mine} & {*other}))
                assert product * per_unit <= units[at] * (1 + 1e-9)
                assert units[at] <= product * per_unit * (1 + 1e-9) + len(mine)


def laid_flat(rows: list[dict[int, int]]) -> tuple[Any, Any, Any]:
    terms = np.array([term for row in rows for term in sorted(row)], np.uint32)
    counts = np.array([row[term] for row in rows for term in sorted(row)], np.uint8)
    return np.cumsum([0, *map(len, rows)]), terms, counts


def by_blocks(
    starts: NDArray[np.int64], terms: Any, counts: Any, known: int, shift: int
) -> tuple[Any, Any]:
    events, order = (
        np.repeat(np.arange(len(starts) - 1), np.diff(starts)),
        np.argsort(terms, kind="stable"),
    )
    size = len(starts) - 1
    return blocks.lay_out(terms[order], events[order], counts[order], known, size, shift)


def room_for(pairs: int) -> Listed:
    return Listed(np.empty(pairs, np.uint32), np.empty(pairs), np.empty(pairs, np.int64))


def as_stored(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values.astype(np.float32).astype(np.float64)


def by_words_alone(taken: Sequence[Any], norms: NDArray[np.float64], alive: Any) -> Rows:
    """Rows of which nothing but the words tells anything."""
    size, none = len(norms), np.zeros(0)
    days, vectors = np.zeros(size, np.int32), np.zeros((size, 0), np.int8)
    ones = np.ones(size, np.float32)
    of_events = [norms.astype(np.float32), ones, days, vectors, vectors, ones, alive, none]
    roles = np.zeros(len(taken[3]), np.uint8)
    return Rows._make([*taken, roles, *of_events, 1.0, np.ones(2), np.ones(2), 0.0, 0.0])


@pytest.mark.parametrize("limit", [1, 10, 300])
@pytest.mark.parametrize("shift", [6, 8, 10])
def test_links_by_words_alone_are_the_best_cosines(limit: int, shift: int) -> None:
    made, size = np.random.default_rng(limit + shift), 700
    rows = [
        {int(term): int(made.choice([0, 1, 1, 1, 2, 200])) for term in made.integers(0, 60, n)}
        for n in made.integers(0, 12, size)
    ]
    starts, terms, counts = laid_flat(rows)
    weights, of_counts = made.uniform(0.1, 9.0, 60), scoring.count_weights().astype(np.float64)
    matrix = np.zeros((size, 60))
    matrix[np.repeat(np.arange(size), np.diff(starts)), terms] = of_counts[counts] * weights[terms]
    norms = np.linalg.norm(matrix, axis=1)
    columns = Columns(shift, norms.max() * (1 + 1e-6), *by_blocks(starts, terms, counts, 60, shift))
    norms[norms == 0.0] = 1.0
    alive = made.random(size) < 0.9
    of = by_words_alone((starts, terms, counts, weights, of_counts), norms, alive)
    cut = Cut(limit, 0.0, np.linspace(0.0, 1.0, 10_001), 1 << 30, 1 << 30)
    asked = np.arange(0, size, 9)
    listed = room_for(size * len(asked))
    tiles = laid.tiles_of(of)
    done, begins = links(asked, columns, of, tiles, cut, listed)
    assert done == len(asked)
    for number, event in enumerate(asked):
        cosines = np.where(alive, matrix @ matrix[event] / (norms * norms[event]), 0.0)
        cosines[event] = 0.0
        found = slice(begins[number], begins[number + 1])
        assert listed.raws[found] == pytest.approx(cosines[listed.ordinals[found]])
        least = max(np.sort(cosines)[-limit], 1e-12)
        assert {*np.flatnonzero(cosines >= least)} <= {*listed.ordinals[found].tolist()}


@pytest.mark.parametrize("reach", [(99, 99), (99, 0), (0, 99), (5, 3)])
@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize("limit", [1, 4, 20, 300])
def test_links_are_the_best_by_the_formula_in_plain_words(
    limit: int, timed: bool, reach: tuple[int, int]
) -> None:
    made, size = np.random.default_rng(limit), 150
    rows = [
        {int(t): int(made.choice([0, 1, 2, 3, 255])) for t in made.integers(0, 25, 6)}
        for _ in range(size)
    ]
    starts, terms, counts = laid_flat(rows)
    weights, of_counts = made.uniform(0.1, 2.0, 25), scoring.count_weights().astype(np.float64)
    roles = made.integers(0, 3, 25).astype(np.uint8)
    matrix = np.zeros((size, 25))
    matrix[np.repeat(np.arange(size), np.diff(starts)), terms] = of_counts[counts] * weights[terms]
    norms = as_stored(np.linalg.norm(matrix, axis=1) + 1e-3)
    hubs = as_stored(made.uniform(0.8, 1.2, size))
    days = np.sort(made.integers(0, 40, size)).astype(np.int32)
    time_decay = np.array([1.0 / (1.0 + n) for n in range(41)] if timed else [])
    vectors = made.integers(-9, 9, (size, 70)).astype(np.int8)
    sizes = as_stored(np.linalg.norm(vectors.astype(float), axis=1))
    heads, tails = map(np.ascontiguousarray, (vectors[:, :64], vectors[:, 64:]))
    alive = made.random(size) < 0.9
    by_names, by_words = scoring.names_factors(2.5), scoring.words_factors(2.5)
    of = Rows(
        starts, terms, counts, weights, of_counts, roles, norms.astype(np.float32),
        hubs.astype(np.float32), days, heads, tails, sizes.astype(np.float32), alive, time_decay,
        0.7, by_names, by_words, 0.35, 0.1,
    )  # fmt: skip
    columns = Columns(6, norms.max(), *by_blocks(starts, terms, counts, 25, 6))
    cut = Cut(limit, 0.05, np.arange(0.0, 9.0, 1e-4), *reach)
    tiles = laid.tiles_of(of)
    found: dict[int, dict[int, float]] = {}
    shared: dict[int, dict[int, int]] = {}
    asked, listed = np.arange(size), room_for(size)
    while len(found) < size:  # what is listed is full again and again
        done, begins = links(asked[len(found) :], columns, of, tiles, cut, listed)
        assert done > 0
        for begin, end in pairwise(begins[: done + 1].tolist()):
            its = [part[begin:end].tolist() for part in listed]
            found[len(found)] = dict(zip(*its[:2], strict=True))
            shared[len(shared)] = dict(zip(its[0], its[2], strict=True))
    products, dots = matrix @ matrix.T, vectors.astype(np.int64) @ vectors.T
    words = (matrix * (roles == WORD)) @ matrix.T
    names = ((matrix > 0) * (roles == NAME)).astype(int) @ (matrix > 0).T
    for event in range(size):
        lexical = 0.65 * products[event] / (norms * norms[event])
        by_vectors = 0.35 * np.maximum(dots[event] / (sizes * sizes[event]) - 0.1, 0.0)
        steps = scoring.word_step(words[event] / (norms * norms[event]))
        raw = (lexical + by_vectors) * by_names[names[event]] * by_words[steps]
        raw *= 1.0 / (1.0 + np.abs(days - days[event])) if timed else 0.7
        raw /= hubs * hubs[event]
        allowed = (products[event] > 0.0) & (np.arange(size) != event) & alive & (raw >= 0.05)
        allowed &= (days >= days[event] - reach[0]) & (days <= days[event] + reach[1])
        mine = np.flatnonzero(allowed)
        least = sorted((raw[o] for o in mine), reverse=True)[:limit][-1:]
        expected = {int(o): pytest.approx(raw[o]) for o in mine if raw[o] >= least[0] - 3e-4}
        surely = {int(o) for o in mine if raw[o] >= least[0]}
        assert {**expected, **found[event]} == expected and surely <= {*found[event]}
        assert shared[event] == {other: names[event][other] for other in found[event]}


@pytest.mark.parametrize("altered", ["terms", "counts", "bounds", "places", "vectors"])
def test_what_is_written_to_a_mapped_file_leads_out_of_no_array(altered: str) -> None:
    """Whoever writes between the check and the use: wrong links, which are refused later, but no
    other memory is read or written."""
    made, size = np.random.default_rng(5), 150
    rows = [{int(term): 1 for term in made.integers(0, 25, 6)} for _ in range(size)]
    starts, terms, counts = laid_flat(rows)
    bounds, places = by_blocks(starts, terms, counts, 25, 6)
    of_counts = scoring.count_weights().astype(np.float64)
    of = by_words_alone(
        (starts, terms, counts, np.ones(25), of_counts), np.ones(size), np.ones(size, np.bool_)
    )
    vectors = np.ones((size, 4), np.int8)
    of = of._replace(heads=vectors, roles=np.full(25, NAME, np.uint8), names_factors=np.ones(9))
    mapped = {"terms": terms, "counts": counts, "bounds": bounds, "places": places}
    tiles = laid.tiles_of(of)
    (mapped | {"vectors": vectors})[altered].view(np.uint8)[...] = 0xFF
    asked = np.arange(size)
    cut = Cut(9, 0.0, np.linspace(0.0, 1.0, 10_001), 1 << 30, 1 << 30)
    columns = Columns(6, 9.0, bounds, places)
    listed = room_for(size * size)
    done, begins = links(asked, columns, of, tiles, cut, listed)
    assert done == size and all(listed.ordinals[: begins[-1]] < size)
    fill = FillCut(9, 1, 1.0, np.zeros(3), 0.5, 1.0)
    done, begins = fillers(asked, columns, of, tiles, fill, cut, listed)
    assert done == size and all(listed.ordinals[: begins[-1]] < size)
    _, shared, _, _ = pairs.shared(asked, asked[::-1].copy(), of)
    assert all(shared < 25)
    every = np.array([0, size])
    pairs.much_alike(every, asked, np.ones(size), 9, 0.5, of)
    pairs.spread(every, asked, np.ones(size), 1e3, 0.5, of)


compiles = pytest.mark.skipif(
    "NUMBA_DISABLE_JIT" in os.environ, reason="the kernels run as Python here"
)


def twice(place: Path) -> Callable[[int], int]:
    """A function that stands in a file of its own, compiled, with nothing remembered of it."""
    path = place / "small.py"
    path.write_text("def twice(number):\n    return 2 * number\n")
    spec = importlib.util.spec_from_file_location("small", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    function: Callable[[int], int] = compiled(module.twice)
    return function


def kept(place: Path) -> list[Path]:
    return sorted(path for path in place.rglob("*") if path.suffix in (".nbi", ".nbc"))


@compiles
@pytest.mark.parametrize("data", [b"", b"\x80", b"garbage"])
@pytest.mark.parametrize("number", [0, 1])
def test_what_is_kept_of_a_function_may_be_damaged(
    tmp_path: Path, number: int, data: bytes
) -> None:
    """As a full disk, or a machine that stopped, may leave it."""
    assert twice(tmp_path)(4) == 8
    path = kept(tmp_path)[number]
    whole = path.read_bytes()
    path.write_bytes(data)
    assert twice(tmp_path)(4) == 8
    assert len(path.read_bytes()) == len(whole), "it is mended"


@compiles
def test_a_function_that_cannot_be_kept_is_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        assert twice(tmp_path)(4) == 8
        assert kept(tmp_path) == []
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.TemporaryFile", refuse)
        assert twice(tmp_path)(4) == 8
        assert kept(tmp_path) == []
    assert twice(tmp_path)(4) == 8
    assert len(kept(tmp_path)) == 2
