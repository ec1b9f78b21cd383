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

from search.kernels import lists as kernels
from search.kernels.compiling import compiled
from search.kernels.layout import Columns, Rows
from search.kernels.lists import TILE, Cut, Sketches, exact_links, in_order, lay_out, links
from search.kernels.shared_names import Postings, most_shared, room
from search.related import batch as linking
from search.related import scoring as ranking

ROWS = st.lists(
    st.dictionaries(st.integers(0, 5), st.integers(0, 255), max_size=6), min_size=1, max_size=9
)


@given(ROWS, st.integers(1, 4))
@settings(deadline=None)
def test_columns_hold_every_posting_once_where_bounds_say(
    rows: list[dict[int, int]], shift: int
) -> None:
    starts = np.cumsum([0, *map(len, rows)])
    terms = np.array([term for row in rows for term in sorted(row)], np.uint32)
    counts = np.array([row[term] for row in rows for term in sorted(row)], np.uint8)
    bounds, places = lay_out(starts, terms, counts, 6, shift)
    found = []
    blocks = ((len(rows) - 1) >> shift) + 1
    for block in range(blocks):
        for term in range(6):
            group = 2 * (term * blocks + block)
            begin, middle, end = bounds[group : group + 3].tolist()
            first = block << shift
            found += [(first + int(place), term, 1) for place in places[begin:middle]]
            for place, count in zip(
                places[middle:end:2], places[middle + 1 : end : 2], strict=True
            ):
                assert count != 1
                found.append((first + int(place), term, int(count)))
    assert sorted(found) == [
        (event, term, row[term]) for event, row in enumerate(rows) for term in sorted(row)
    ]


@given(ROWS, st.lists(st.floats(0.01, 20.0), min_size=6, max_size=6), st.integers(1, 4))
def test_sums_in_units_are_at_most_a_unit_too_great_for_each_term(
    rows: list[dict[int, int]], weights: list[float], shift: int
) -> None:
    quick = importlib.import_module("search.kernels.related")
    slow = importlib.import_module("search.kernels.exact_related")
    starts = np.cumsum([0, *map(len, rows)])
    terms = np.array([term for row in rows for term in sorted(row)], np.uint32)
    counts = np.array([row[term] for row in rows for term in sorted(row)], np.uint8)
    of_counts = ranking.count_weights().astype(np.float64)
    own = [{term: float(of_counts[n]) * weights[term] for term, n in row.items()} for row in rows]
    lengths = [math.hypot(*row.values()) for row in own]
    columns = Columns(shift, max(lengths), *lay_out(starts, terms, counts, 6, shift))
    none = np.zeros(0)
    taken = (starts, terms, counts, np.array(weights), of_counts)
    nobody: list[Any] = [*[none] * 3, np.zeros((0, 0), np.int8), none, none > 0, none, 0.5, 0]
    of_rows = Rows(*taken, *nobody)
    blocks = ((len(rows) - 1) >> shift) + 1
    for asked, mine in enumerate(own):
        most = max(lengths) * lengths[asked] * (1 + 1e-6)
        per_unit = (65_535.0 - len(mine)) / most if most else 1.0
        for block in range(blocks):
            units, exact = np.zeros(1 << shift, np.uint16), np.zeros(1 << shift)
            quick._add(units, columns, block, blocks, of_rows, asked, per_unit)
            slow._add(exact, columns, block, blocks, of_rows, asked)
            for at, other in enumerate(own[block << shift : (block + 1) << shift]):
                product = sum(mine[term] * other[term] for term in sorted({*mine} & {*other}))
                assert exact[at] == pytest.approx(product)
                assert product * per_unit <= units[at] * (1 + 1e-9)
                assert units[at] <= product * per_unit * (1 + 1e-9) + len(mine)


def by_words_alone(taken: Sequence[Any], norms: NDArray[np.float64], alive: Any) -> Rows:
    """Rows of which neither time nor chance nor vectors tell anything."""
    size, none = len(norms), np.zeros(0)
    days, vectors = np.zeros(size, np.int64), np.zeros((size, 0), np.int8)
    of_events = [norms, np.ones(size), days, vectors, np.ones(size), alive, none]
    return Rows(*[*taken, *of_events, 0.0, size])


@given(st.integers(0, 2**32 - 1), st.integers(1, 10), st.integers(1, 6))
@settings(deadline=None)
def test_so_many_events_reach_what_the_first_look_at_a_block_says(
    seed: int, limit: int, tiles: int
) -> None:
    module = importlib.import_module("search.kernels.related")
    made = np.random.default_rng(seed)
    sums = made.integers(0, 65_536, tiles * TILE).astype(np.uint16)
    sums[made.random(len(sums)) < made.choice([0.0, 0.5, 0.97])] = 0
    shares = np.exp(made.choice([0.0, 1.0, 4.0]) * made.normal(size=len(sums)))
    nothing = [np.zeros(0, np.int64)] * 5
    of = linking.tiles_of(kernels, by_words_alone(nothing, 1.0 / shares, np.ones_like(sums) > 0))
    weighs, tops = np.zeros(tiles, np.uint16), np.zeros(256, np.uint16)
    reached, unit = module._reached(sums, of.parts, of.per_share, limit, weighs, tops)
    best = np.sort(sums * shares)[-limit]
    assert reached == 0.0 or (reached - 1.0) * unit <= best * (1.0 + 1e-6)
    if tiles <= 4:  # each event is a group of its own
        assert best <= (reached + 3.0) * unit * (1.0 + 1e-4)


@pytest.mark.parametrize("limit", [1, 10, 300])
@pytest.mark.parametrize("shift", [6, 8, 10])
def test_links_by_words_alone_are_the_best_cosines(limit: int, shift: int) -> None:
    made, size = np.random.default_rng(limit + shift), 700
    rows = [
        {int(term): int(made.choice([0, 1, 1, 1, 2, 200])) for term in made.integers(0, 60, n)}
        for n in made.integers(0, 12, size)
    ]
    starts = np.cumsum([0, *map(len, rows)])
    terms = np.array([term for row in rows for term in sorted(row)], np.uint32)
    counts = np.array([row[term] for row in rows for term in sorted(row)], np.uint8)
    weights, of_counts = made.uniform(0.1, 9.0, 60), ranking.count_weights().astype(np.float64)
    matrix = np.zeros((size, 60))
    matrix[np.repeat(np.arange(size), np.diff(starts)), terms] = of_counts[counts] * weights[terms]
    norms = np.linalg.norm(matrix, axis=1)
    columns = Columns(shift, norms.max() * (1 + 1e-6), *lay_out(starts, terms, counts, 60, shift))
    norms[norms == 0.0] = 1.0
    alive = made.random(size) < 0.9
    of = by_words_alone((starts, terms, counts, weights, of_counts), norms, alive)
    tiles = linking.tiles_of(kernels, of)
    ones = np.ones(size, np.float32)
    sketches = Sketches(np.zeros((size, 0), np.int8), ones, ones)
    cut = Cut(limit, size, 0.0, np.linspace(0.0, 1.0, 10_001))
    asked = np.arange(0, size, 9)
    unsure, listed = np.zeros(len(asked), np.bool_), np.empty(size * len(asked), np.uint32)
    raws = np.empty(len(listed))
    done, begins = links(asked, columns, of, tiles, sketches, cut, unsure, listed, raws)
    assert done == len(asked) and not unsure.any()
    for number, event in enumerate(asked):
        cosines = np.where(alive, matrix @ matrix[event] / (norms * norms[event]), 0.0)
        cosines[event] = 0.0
        found = slice(begins[number], begins[number + 1])
        assert raws[found] == pytest.approx(cosines[listed[found]])
        least = max(np.sort(cosines)[-limit], 1e-12)
        assert {*np.flatnonzero(cosines >= least)} <= {*listed[found].tolist()}


@pytest.mark.parametrize("timed", [True, False])
@pytest.mark.parametrize(("limit", "most"), [(1, 300), (4, 5), (20, 12), (300, 40)])
def test_exact_links_are_the_best_of_the_best_by_words(limit: int, most: int, timed: bool) -> None:
    made, size, base = np.random.default_rng(limit), 90, 80
    rows = [
        {int(t): int(made.integers(0, 4)) for t in made.integers(0, 25, 6)} for _ in range(size)
    ]
    rows[7] = rows[6]  # as alike by words to any other
    starts = np.cumsum([0, *map(len, rows)])
    terms = np.array([term for row in rows for term in sorted(row)], np.uint32)
    counts = np.array([row[term] for row in rows for term in sorted(row)], np.uint8)
    weights, of_counts = made.uniform(0.1, 2.0, 25), ranking.count_weights().astype(np.float64)
    norms, chances = made.uniform(2.0, 9.0, size), made.uniform(0.8, 1.2, size)
    norms[7], chances[7] = norms[6], chances[6]
    days = np.sort(made.integers(0, 40, size))
    days[7] = days[6]
    closeness = np.array([1.0 / (1.0 + n) for n in range(41)] if timed else [])
    vectors = made.integers(-9, 9, (size, 3)).astype(np.int8)
    sizes, alive = made.uniform(15.0, 20.0, size), made.random(size) < 0.9
    of = Rows(
        starts, terms, counts, weights, of_counts, norms, chances, days, vectors, sizes, alive,
        closeness, 0.35, base,
    )  # fmt: skip
    columns = Columns(6, 1.0, *lay_out(starts, terms, counts, 25, 6))
    cut = Cut(limit, most, 0.05, np.arange(0.0, 9.0, 1e-4))
    found: dict[int, dict[int, float]] = {}
    asked, listed, raws = np.arange(size), np.empty(size, np.uint32), np.empty(size)
    while len(found) < size:  # what is listed is full again and again
        done, begins = exact_links(asked[len(found) :], columns, of, cut, listed, raws)
        assert done > 0
        for begin, end in pairwise(begins[: done + 1].tolist()):
            its = zip(listed[begin:end].tolist(), raws[begin:end].tolist(), strict=True)
            found[len(found)] = dict(its)
    matrix = np.zeros((size, 25))
    matrix[np.repeat(np.arange(size), np.diff(starts)), terms] = of_counts[counts] * weights[terms]
    products, dots = matrix @ matrix.T, vectors.astype(np.int64) @ vectors.T
    for event in range(size):
        near = 1.0 / (1.0 + np.abs(days - days[event])) if timed else np.ones(size)
        both = near / (chances * chances[event])
        lexical = 0.65 * products[event] / (norms * norms[event])
        raw = (lexical + 0.35 * dots[event] / (sizes * sizes[event])) * both
        others = (products[event] > 0.0) & (np.arange(size) != event)
        by_words = np.where(others, np.round(lexical * both, 12), -1.0)[:base]
        best = np.argsort(-by_words, kind="stable")[:most]
        allowed = {*best[by_words[best] > 0.0].tolist()} | {*range(base, size)}
        mine = [o for o in np.flatnonzero(others & alive & (raw >= 0.05)) if o in allowed]
        least = sorted((raw[o] for o in mine), reverse=True)[:limit][-1:]
        expected = {int(o): pytest.approx(raw[o]) for o in mine if raw[o] >= least[0] - 3e-4}
        surely = {o for o in mine if raw[o] >= least[0]}
        assert {**expected, **found[event]} == expected and surely <= {*found[event]}


@given(st.lists(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=8), max_size=4))
@settings(deadline=None)
def test_links_stand_in_the_order_of_the_ranking(lists: list[list[tuple[int, int]]]) -> None:
    starts = np.cumsum([0, *map(len, lists)])
    pairs = [pair for row in lists for pair in row]
    scores = np.array([score / 2 for score, _ in pairs])
    distances = np.array([distance for _, distance in pairs], np.int64)
    places = np.array([-number for number in range(len(pairs))], np.int64)
    expected = [
        begin + at
        for begin, end in zip(starts.tolist(), starts[1:].tolist(), strict=False)
        for at in ranking.in_order(
            scores[begin:end], distances[begin:end], places[begin:end]
        ).tolist()
    ]
    assert in_order(starts, scores, distances, places).tolist() == expected


@given(
    st.lists(st.sets(st.integers(0, 300), max_size=5), min_size=1, max_size=150),
    st.integers(1, 6),
    st.sampled_from([5, 300]),
)
@settings(deadline=None)
def test_events_that_share_most_names_come_first_and_of_those_the_newest(
    names: list[set[int]], limit: int, most: int
) -> None:
    flat = np.array([name for row in names for name in sorted(row)], np.uint32)
    owners = np.array([event for event, row in enumerate(names) for _ in row], np.uint32)
    columns = np.append(0, np.cumsum(np.bincount(flat.astype(np.int64), minlength=301)))
    order = np.argsort(flat, kind="stable")
    postings = Postings(np.cumsum([0, *map(len, names)]), flat, columns, owners[order])
    found, shared = most_shared(np.arange(len(names)), postings, limit, room(len(names), most))
    for event, mine in enumerate(names):
        counts = [(-len(mine & its), other) for other, its in enumerate(names) if other != event]
        expected = [(other, -count) for count, other in sorted(counts) if count][:limit]
        listed = zip(found[event].tolist(), shared[event].tolist(), strict=True)
        assert [(other, count) for other, count in listed if count] == expected


def test_room_holds_the_names_of_any_event() -> None:
    assert room(65, 255).dtype == np.uint8
    assert room(65, 256).dtype == np.uint32
    assert len(room(65, 1)) == 128


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
