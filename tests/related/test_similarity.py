"""Asking the vectors: lists, pairs, explanations, and archives of every size."""

import datetime
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.index.postings.collector import Occurrences
from search.index.segments import Segments
from search.index.term_matrix import TermMatrix
from search.model.digests import hash_of
from search.model.event import Event
from search.related.explanations import explanations
from search.related.ranking import Ranking
from search.related.similarity import Similarity
from search.related.term_sums import sums_of
from search.related.training import train
from search.text.names.lexicon import Lexicon
from search.text.terms import Terms
from tests.sealed_files import sealed

TEXTS = [
    "A magnitude 7.8 earthquake strikes Nepal near Kathmandu and kills thousands.",
    "The death toll of the earthquake in Nepal passes 8,000.",
    "An aftershock of magnitude 7.3 strikes Nepal east of Kathmandu.",
    "Twitter suspends 125,000 accounts linked to ISIL.",
    "Twitter suspends a further 235,000 accounts for promoting terrorism.",
    "Iraqi forces retake Ramadi from ISIL.",
    "The stock market in Shanghai crashes by eight percent.",
    "An airliner crashes in the French Alps; all 150 people on board die.",
    "Parliament in Athens passes a package of spending cuts.",
    "The Nobel Prize in Physics goes to two researchers of neutrinos.",
]
DAYS = [16550, 16560, 16567, 16837, 17031, 16797, 16640, 16518, 16631, 16714]
# An archive large enough for word vectors.
NATIONS = ("Peru", "Chile", "Kenya", "Ghana", "Nepal", "Japan", "Italy", "Spain", "Egypt", "Sudan")
ACTS = (
    "earthquake destroys houses in the mountains of",
    "floods drive farmers from the valleys of",
    "voters elect a new parliament in",
    "miners strike for higher wages in",
    "the central bank cuts interest rates in",
    "police arrest smugglers at the border of",
)
MANY = [f"{ACTS[(i * 7) % 6]} {NATIONS[(i // 6) % 10]} on day {i % 30}" for i in range(400)]
WORDS = st.sampled_from(
    [
        "Nepal",
        "earthquake",
        "the",
        "of",
        "12,000",
        "地震",
        "尼泊尔",
        "kills",
        "ISIL",
        "Zürich",
        "—",
        "",
    ]
)


def vectors_of(
    texts: Sequence[str], days: Sequence[int], directory: Path | None = None
) -> tuple[Terms, Similarity]:
    directory = directory or Path(tempfile.mkdtemp())
    terms = Terms(Lexicon.learn(texts))
    day = datetime.date(2015, 1, 1)
    events = [Event(str(at), day, text if text.strip() else "…") for at, text in enumerate(texts)]
    rows = Occurrences.of(terms, events).term_rows()
    hashes = np.array([hash_of(event.id) for event in events], dtype=np.uint64)
    train(rows, np.array(days, dtype=np.int32), hashes, directory)
    dates = np.array(days, dtype=np.int32)
    return terms, Similarity(TermMatrix(sealed(directory), dates, Segments(len(dates))))


@pytest.fixture(scope="module")
def few() -> tuple[Terms, Similarity]:
    return vectors_of(TEXTS, DAYS)


@pytest.fixture(scope="module")
def many() -> tuple[Terms, Similarity]:
    return vectors_of(MANY, range(16000, 16400))


def test_events_of_one_story_are_found_and_others_are_not(few: tuple[Terms, Similarity]) -> None:
    _, vectors = few
    assert {link.ordinal for link in Ranking(vectors, 0).best()} == {1, 2}
    assert Ranking(vectors, 3).best()[0].ordinal == 4
    assert Ranking(vectors, 9).best() == []


def test_an_event_is_never_related_to_itself(many: tuple[Terms, Similarity]) -> None:
    _, vectors = many
    for ordinal in range(0, 400, 37):
        links = Ranking(vectors, ordinal).best(limit=400, min_score=0)
        assert ordinal not in {link.ordinal for link in links}
        assert len({link.ordinal for link in links}) == len(links)


def test_heads_of_vectors_rule_out_only_what_is_too_far_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("index.term_matrix", "related.similarity"):
        monkeypatch.setattr(f"search.{module}.HEAD", 8)
    _, vectors = vectors_of(MANY[:200], range(16000, 16200))
    assert vectors.dimensions > 8
    ruled_out = 0
    others = np.arange(200)
    for ordinal in range(0, 200, 23):
        query = vectors.prepare(ordinal)
        sums = sums_of(vectors.matrix, query).at(others)
        parts = vectors.compare_terms(query, others, sums, True)
        whole = vectors.compare_vectors(query, parts)
        for least in np.quantile(whole.raw, [0.2, 0.8, 0.95]):
            near = vectors.compare_vectors(query, parts, float(least))
            ruled_out += len(others) - len(near.ordinals)
            wanted = whole.at(np.flatnonzero(whole.raw >= least))
            kept = near.at(np.flatnonzero(near.raw >= least))
            assert all(map(np.array_equal, kept, wanted))
    assert ruled_out


def test_scores_fall_and_explanations_add_up_to_them(many: tuple[Terms, Similarity]) -> None:
    _, vectors = many
    for ordinal in range(0, 400, 37):
        links = Ranking(vectors, ordinal).best(limit=50, min_score=0)
        scores = [link.score for link in links]
        assert scores == sorted(scores, reverse=True)
        for link in links:
            told = explanations(vectors, ordinal, [(link.ordinal, link.score)])[0]
            assert told.total == link.score
            assert 0.0 <= link.score <= 1.0


@pytest.mark.parametrize("time", [True, False])
def test_a_pair_scores_what_the_list_says(many: tuple[Terms, Similarity], time: bool) -> None:
    _, vectors = many
    for link in Ranking(vectors, 11, time=time).best(limit=400, min_score=0):
        assert vectors.pair(11, link.ordinal, time=time) == link


def test_a_pair_that_shares_nothing_scores_nothing(few: tuple[Terms, Similarity]) -> None:
    _, vectors = few
    link = vectors.pair(0, 9)
    assert link.score == 0.0
    assert explanations(vectors, 0, [(9, link.score)])[0].contributions == ()


def test_a_pair_is_as_related_one_way_as_the_other(many: tuple[Terms, Similarity]) -> None:
    _, vectors = many
    for link in Ranking(vectors, 11).best(limit=20, min_score=0):
        assert vectors.pair(link.ordinal, 11).score == pytest.approx(link.score, abs=1e-4)


def test_a_short_list_is_the_beginning_of_a_long_one(many: tuple[Terms, Similarity]) -> None:
    _, vectors = many
    long = Ranking(vectors, 5).best(limit=300, min_score=0)
    assert Ranking(vectors, 5).best(limit=7, min_score=0) == long[:7]
    least = long[20].score
    assert Ranking(vectors, 5).best(limit=300, min_score=least) == [
        link for link in long if link.score >= least
    ]


def test_a_mask_takes_events_out_and_changes_no_score(many: tuple[Terms, Similarity]) -> None:
    _, vectors = many
    everything = Ranking(vectors, 5).best(limit=400, min_score=0)
    mask = np.arange(400) % 2 == 0
    assert Ranking(vectors, 5, mask=mask).best(limit=400, min_score=0) == [
        link for link in everything if link.ordinal % 2 == 0
    ]


def test_time_off_leaves_no_share_for_time(few: tuple[Terms, Similarity]) -> None:
    _, vectors = few
    with_time = explanations(vectors, 3, [(4, vectors.pair(3, 4).score)])[0]
    without = explanations(vectors, 3, [(4, vectors.pair(3, 4, time=False).score)], time=False)[0]
    assert {part.kind for part in with_time.contributions} >= {"term", "time"}
    assert "time" not in {part.kind for part in without.contributions}


def test_of_equal_texts_the_nearer_in_time_comes_first() -> None:
    texts = ["Strike of miners in Lima.", "Strike of miners in Lima.", "Strike of miners in Lima."]
    _, vectors = vectors_of([*texts, *TEXTS], [100, 900, 130, *DAYS])
    assert [link.ordinal for link in Ranking(vectors, 0).best(min_score=0)][:2] == [2, 1]


def test_the_text_of_an_event_finds_what_the_event_finds(many: tuple[Terms, Similarity]) -> None:
    terms, vectors = many
    asked = vectors.prepare_text(terms.analyse(MANY[11]))._replace(day=16011)
    links = Ranking(vectors, asked).best(limit=5, min_score=0)
    assert links[0].ordinal == 11  # a text is no event: the event itself is found first
    by_event = {link.ordinal for link in Ranking(vectors, 11).best(limit=10, min_score=0)}
    assert len({link.ordinal for link in links[1:]} & by_event) >= 3


def test_words_that_the_archive_does_not_know_lower_the_score(
    few: tuple[Terms, Similarity],
) -> None:
    terms, vectors = few

    def best(text: str) -> float:
        return (
            Ranking(vectors, vectors.prepare_text(terms.analyse(text))).best(min_score=0)[0].score
        )

    odd = "Twitter suspends accounts quixotically, Rosinante whinnying"
    assert best(odd) < best("Twitter suspends accounts")


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["Nepal"],
        ["", "Nepal"],
        ["the of and", "of the", "and"],
        ["same words here"] * 40,
        ["同样的地震发生在尼泊尔", "尼泊尔地震造成人员伤亡", "日本地震"],
        [f"{i}" for i in range(200)],
        ["Nepal"] * 200,
    ],
    ids=lambda texts: f"{len(texts)} {texts[0][:12] if texts else ''}",
)
def test_no_archive_is_too_odd(texts: list[str]) -> None:
    terms, vectors = vectors_of(texts, range(len(texts)))
    made = [vectors.prepare_text(terms.analyse(text)) for text in ("Nepal 地震", "")]
    for asked in [*range(min(len(texts), 5)), *made]:
        for time in (True, False):
            for link in Ranking(vectors, asked, time=time).best(min_score=0, limit=50):
                assert np.isfinite(link.raw)
                told = explanations(vectors, asked, [(link.ordinal, link.score)], time=time)[0]
                assert told.total == link.score


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=6).map(" ".join), min_size=1, max_size=12), st.data())
def test_lists_pairs_and_explanations_agree_on_any_archive(
    texts: list[str], data: st.DataObject
) -> None:
    days = data.draw(
        st.lists(st.integers(-700_000, 2_900_000), min_size=len(texts), max_size=len(texts))
    )
    _, vectors = vectors_of(texts, days)
    for ordinal in range(len(texts)):
        for link in Ranking(vectors, ordinal).best(limit=50, min_score=0):
            assert link == vectors.pair(ordinal, link.ordinal)
            told = explanations(vectors, ordinal, [(link.ordinal, link.score)])[0]
            assert told.total == link.score
