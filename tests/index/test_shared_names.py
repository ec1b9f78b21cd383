"""Which events share the rarest names, for many at once, is what each is told alone."""

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Index, RelatedOptions
from search.index.name_index import _WEIGHT_STEPS, NameIndex, SharedNames, write
from search.index.segments import Segments
from search.related import lists as relating
from tests.sealed_files import sealed

NAMES = st.lists(st.sampled_from("abcdefg"), max_size=5, unique=True)


def plainly(names_of: Sequence[Sequence[str]], order: list[int], asked: int) -> list[list[int]]:
    counts = Counter(name for names in names_of for name in names)

    def weight(name: str) -> int:
        return max(round(_WEIGHT_STEPS * math.log((len(names_of) + 1) / counts[name])), 1)

    shared = [
        [other, sum(map(weight, set(names_of[asked]) & set(names_of[other])))]
        for other in order
        if other != asked
    ]
    return sorted((pair for pair in shared if pair[1]), key=lambda pair: -pair[1])


@given(st.lists(NAMES, min_size=1, max_size=30), st.integers(1, 40), st.data())
@settings(max_examples=60, deadline=None)
def test_the_rarest_shared_names_come_first_and_then_the_order_given(
    tmp_path_factory: pytest.TempPathFactory,
    names_of: list[list[str]],
    limit: int,
    data: st.DataObject,
) -> None:
    directory = tmp_path_factory.mktemp("names")
    write(names_of, directory)
    everyone = list(range(len(names_of)))
    listed = data.draw(st.permutations(everyone).map(lambda all_: all_[: len(all_) // 2 + 1]))
    shared = SharedNames(NameIndex(sealed(directory), Segments(len(names_of))), np.array(listed))
    found = [[list(pair) for pair in pairs] for pairs in shared.most(listed, limit)]
    assert found == [plainly(names_of, listed, asked)[:limit] for asked in listed]


@pytest.mark.parametrize("min_score", [None, 0.4])
@pytest.mark.parametrize("limit", [1, 10, 5000])
def test_the_context_order_of_many_is_that_of_each(
    sample_index: Path, min_score: float | None, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Index.open(sample_index) as index:
        ids = list(index.ids())[::7]
        options = RelatedOptions(order="context", limit=limit, min_score=min_score)
        lists = index.related_to_each(ids, options)
        assert lists == [index.related(event_id, options) for event_id in ids]
        assert max(len(hits or ()) for hits in lists) > (0 if limit == 1 else 1)
        monkeypatch.setattr(relating, "compiled", lambda: None)
        assert index.related_to_each(ids, options) == lists
