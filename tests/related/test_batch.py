"""The links of many events at once are those of each, to the last bit."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Index, RelatedOptions, build
from search.index.kernels.loader import kernels_work
from search.model.event import UNDATED, Event
from search.related import batch as linking
from search.related import scoring
from search.related.batch import Batch, may_fill
from search.related.filters import Reach
from search.related.ranking import Ranking
from search.related.similarity import Similarity
from search.related.similarity_parts import Link
from tests.related.test_similarity import ACTS, MANY, NATIONS, TEXTS, WORDS, vectors_of

Plain = list[tuple[int, float, float]]


def one_by_one(
    of: Similarity, ordinals: list[int], time: bool, limit: int, min_score: float
) -> list[Plain]:
    lists = [Ranking(of, o, time=time).best(limit=limit, min_score=min_score) for o in ordinals]
    return [[(link.ordinal, link.score, link.raw) for link in links] for links in lists]


def batch(of: Similarity, **how: Any) -> Batch:
    return Batch(of, **how)


def at_once(
    of: Similarity,
    ordinals: list[int],
    time: bool = True,
    limit: int = 10,
    min_score: float = 0.4,
) -> list[Plain]:
    lists = batch(of, time=time).best(ordinals, limit, min_score) if ordinals else []
    return [[(link.ordinal, link.score, link.raw) for link in links] for links in lists]


@pytest.fixture(scope="module")
def many() -> Similarity:
    return vectors_of(MANY, [16000 + (i * 37) % 4000 for i in range(400)])[1]


@pytest.mark.parametrize("time", [True, False])
def test_without_a_date_no_time_is_compared(many: Similarity, time: bool) -> None:
    days = [UNDATED if i < 90 or i % 5 == 0 else 16000 + (i * 37) % 4000 for i in range(400)]
    of = vectors_of(MANY, days)[1]
    asked = list(range(0, 400, 7))
    assert at_once(of, asked, time, 10, 0.1) == one_by_one(of, asked, time, 10, 0.1)
    reach = Reach(100, 0)
    near = batch(of, time=time, reach=reach).best(asked, 10, 0.1)
    for one, links in zip(asked, near, strict=True):
        mask = reach.mask_of(of.dates, days[one], None)
        assert links == Ranking(of, one, time=time, mask=mask).best(limit=10, min_score=0.1)
        assert all(days[link.ordinal] != UNDATED for link in links)
        assert not links or days[one] != UNDATED
    assert all(of.pair(0, other).raw == of.pair(0, other, time=False).raw for other in range(400))


def test_this_machine_compiles() -> None:
    assert kernels_work()


@pytest.mark.parametrize("time", [True, False])
@pytest.mark.parametrize("min_score", [0.4, 0.0, 0.1, 0.9, 1.0])
@pytest.mark.parametrize("limit", [1, 10, 1000])
def test_links_are_those_of_each(
    many: Similarity, time: bool, min_score: float, limit: int
) -> None:
    asked = list(range(0, 400, 3 if limit == 1000 else 1))  # long lists take long, one by one
    assert at_once(many, asked, time, limit, min_score) == one_by_one(
        many, asked, time, limit, min_score
    )


def fillers_by_looking_at_all(of: Similarity, asked: int, limit: int, below: float) -> list[int]:
    pairs = [of.pair(asked, other) for other in range(len(of)) if other != asked]
    fit = [pair for pair in pairs if pair.raw > 0 and pair.score < below and may_fill(pair)]
    days = of.dates.tolist()
    ranks = of.matrix.ranks(np.arange(len(of))).tolist()

    def order(pair: Link) -> tuple[float, int, int]:
        return -pair.score, abs(days[pair.ordinal] - days[asked]), ranks[pair.ordinal]

    by_names = sorted(fit, key=lambda pair: (-pair.names, *order(pair)))
    return [pair.ordinal for pair in sorted(by_names[:limit], key=order)]


@pytest.fixture(scope="module")
def meetings() -> Similarity:
    """Events that share from no to three names."""
    who = ("Jaroslav", "Katerina", "Olgierd", "Tiberiu", "Zelda", "Xanthe", "Quintus")
    texts = [
        f"A {ACTS[i % 6].split()[0]} brings {who[i % 7]} and {who[i // 7 % 7]} to {NATIONS[i % 10]}"
        for i in range(120)
    ]
    return vectors_of(texts, [16000 + (i * 37) % 4000 for i in range(120)])[1]


@pytest.mark.parametrize("below", [0.3, 0.55, 1.1])
@pytest.mark.parametrize("limit", [1, 8, 150])
def test_fillers_share_the_most_names(
    meetings: Similarity, limit: int, below: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "FILL_SCORES", (0.2, 0.1, 0.05, 0.02))
    asked = list(range(0, 120, 20))
    found = batch(meetings).fillers(asked, limit, below)
    by_hand = [fillers_by_looking_at_all(meetings, ordinal, limit, below) for ordinal in asked]
    assert [[link.ordinal for link in links] for links in found] == by_hand
    names = {link.names for links in found for link in links}
    assert names and (below < 1.0 or limit == 1 or len(names) > 1)
    assert [Ranking(meetings, one).fillers(limit, below) for one in asked] == found


@pytest.mark.parametrize("reach", [Reach(after=0), Reach(before=0), Reach(1500, 700)])
def test_fillers_keep_to_what_may_be_listed(meetings: Similarity, reach: Reach) -> None:
    asked, mask, days = range(0, 120, 20), np.arange(120) % 2 == 0, meetings.dates
    found = batch(meetings, mask=mask, reach=reach).fillers(asked, 8, 0.8)
    assert any(found) and all(link.ordinal % 2 == 0 for links in found for link in links)
    masks = [reach.mask_of(days, int(days[one]), mask) for one in asked]
    each = zip(asked, masks, strict=True)
    assert [Ranking(meetings, one, mask=its).fillers(8, 0.8) for one, its in each] == found


def test_more_links_than_a_block_holds_are_found_in_turns(
    many: Similarity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "_SPARE", 0)
    asked = list(range(0, 400, 3))
    assert at_once(many, asked, limit=300, min_score=0.0) == one_by_one(many, asked, True, 300, 0.0)


def test_equal_scores_are_listed_by_nearness_and_then_by_date() -> None:
    texts = ["Flood in Peru"] * 40 + TEXTS
    _, of = vectors_of(texts, [17000 + i % 5 for i in range(40)] + list(range(17100, 17110)))
    asked = list(range(50))
    for limit in (1, 5, 50):
        assert at_once(of, asked, True, limit, 0.0) == one_by_one(of, asked, True, limit, 0.0)


@pytest.mark.parametrize("texts", [[], ["one"], ["", ""], ["the", "of", "Nepal"]])
def test_tiny_archives_and_events_without_terms_have_lists_too(texts: list[str]) -> None:
    _, of = vectors_of(texts, range(len(texts)))
    asked = list(range(len(texts)))
    assert at_once(of, asked, min_score=0.0) == one_by_one(of, asked, True, 10, 0.0)


@pytest.mark.parametrize("longest", [60, 4_095, 5_000])
def test_a_page_of_very_many_words_has_lists_and_stands_in_them(longest: int) -> None:
    """Sums are rounded to units of which the longest event decides how small they can be."""
    every = [f"{word}{number}" for number in range(longest) for word in ("flood", "quake")][
        :longest
    ]
    texts = [" ".join(every), "flood1 " * 300, *(" ".join(every[n : n + 9]) for n in range(40))]
    _, of = vectors_of([*texts, *TEXTS], range(16_000, 16_042 + len(TEXTS)))
    asked = list(range(42 + len(TEXTS)))
    for time in (True, False):
        found = at_once(of, asked, time, 10, 0.0)
        assert found == one_by_one(of, asked, time, 10, 0.0)
    assert found[0] and any(ordinal == 0 for links in found[2:] for ordinal, _, _ in links)


@given(
    st.lists(st.lists(WORDS, max_size=6).map(" ".join), min_size=1, max_size=14),
    st.data(),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_the_same_on_any_archive(texts: list[str], data: st.DataObject, time: bool) -> None:
    size = len(texts)
    days = data.draw(st.lists(st.integers(-700_000, 2_900_000), min_size=size, max_size=size))
    _, of = vectors_of(texts, days)
    limit = data.draw(st.integers(1, 20))
    min_score = data.draw(st.floats(0, 1))
    asked = data.draw(st.lists(st.integers(0, size - 1)))
    assert at_once(of, asked, time, limit, min_score) == one_by_one(
        of, asked, time, limit, min_score
    )


def test_an_updated_index_is_linked_as_it_is_asked(tmp_path: Path, json_lines: object) -> None:
    assert callable(json_lines)
    old = [
        Event(f"/{i}", np.datetime64(16000 + i, "D").item(), text)
        for i, text in enumerate(MANY[:300])
    ]
    archive, directory = tmp_path / "events.jsonl", tmp_path / "index"
    json_lines(old)
    build([archive], directory)
    json_lines([*old[3:], Event("/new", old[5].date, MANY[7]), Event("/a", old[90].date, MANY[1])])
    build([archive], directory)
    with Index.open(directory) as index:
        of = index._reader.similarity
        asked = np.flatnonzero(of.matrix.alive()).tolist()
        assert at_once(of, asked, min_score=0.0) == one_by_one(of, asked, True, 10, 0.0)
        ids = list(index.ids())
        for options in (
            RelatedOptions(),
            RelatedOptions(fold=False, time=False),
            RelatedOptions(order="context"),
        ):
            expected = [index.related(event_id, options) for event_id in ids]
            assert index.related_to_each(ids, options) == expected


def test_the_sample_archive_is_linked_as_it_is_asked(sample_index: Path) -> None:
    with Index.open(sample_index) as index:
        ids = list(index.ids())
        options = RelatedOptions(limit=4, min_score=0.2)
        expected = [index.related(event_id, options) for event_id in ids]
        assert index.related_to_each(ids, options) == expected


def test_without_numba_the_answers_are_the_same(sample_index: Path) -> None:
    code = (
        "import sys\n"
        "if {hidden}: sys.modules['numba'] = None\n"
        "from search import Index, RelatedOptions\n"
        "from search.index.kernels.loader import kernels_work\n"
        f"index = Index.open({str(sample_index)!r})\n"
        "assert kernels_work() != {hidden}\n"
        "print(index.related_to_each([*index.ids()], RelatedOptions()))\n"
    )
    with_numba, without = (
        subprocess.run(
            [sys.executable, "-c", code.format(hidden=hidden)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hidden in (False, True)
    )
    assert with_numba == without
    assert len(with_numba) > 1000
