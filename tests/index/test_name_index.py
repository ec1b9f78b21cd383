"""Names and events, either way round, as lists of sets would have it."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from search.index.name_index import NameIndex, write
from search.index.segments import Segments
from tests.sealed_files import sealed

NAMES = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1)
ARCHIVES = st.lists(st.lists(NAMES, max_size=5, unique=True), max_size=8)


def opened(names_of: list[list[str]], place: Path) -> NameIndex:
    write(names_of, place)
    return NameIndex(sealed(place), Segments(len(names_of)))


@given(names_of=ARCHIVES, others=st.lists(NAMES, max_size=3))
@settings(max_examples=60, deadline=None)
def test_postings_say_what_the_events_say(names_of: list[list[str]], others: list[str]) -> None:
    with TemporaryDirectory() as place:
        postings = opened(names_of, Path(place))
        known = sorted({name for names in names_of for name in names})
        assert len(postings) == len(known)
        for ordinal, names in enumerate(names_of):
            assert postings.names(postings.of(ordinal)) == sorted(names)
        for asked in [*names_of, others, [*known, *others]]:
            numbers = postings.numbers(asked)
            assert postings.names(numbers) == sorted(set(asked) & set(known))
            weights = dict(zip(known, postings.weights.tolist(), strict=True))
            assert postings.shared_weights(numbers).tolist() == [
                sum(weights[name] for name in set(asked) & set(names)) for names in names_of
            ]


def test_an_archive_without_names_shares_none(tmp_path: Path) -> None:
    postings = opened([[], []], tmp_path)
    assert len(postings) == 0
    assert postings.shared_weights(postings.of(0)).tolist() == [0, 0]
    assert postings.numbers(["norland"]).tolist() == []


def test_a_name_that_stands_twice_in_an_event_counts_once(tmp_path: Path) -> None:
    postings = opened([["a", "b", "a"], ["a"]], tmp_path)
    assert postings.of(0).tolist() == [0, 1]
    once = postings.weights[0]
    assert postings.shared_weights(postings.numbers(["a", "a"])).tolist() == [once, once]


def test_the_files_are_the_same_on_every_machine(tmp_path: Path) -> None:
    write([["b", "a"], ["c"]], tmp_path)
    assert (tmp_path / "names.txt").read_bytes() == b"a\nb\nc\n"
    for path in tmp_path.glob("*.npy"):
        assert np.load(path, allow_pickle=False).dtype == np.dtype("<u4")
