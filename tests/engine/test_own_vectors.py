"""Vectors that a user brings count in relatedness, and are never dropped without a word."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from search import Event, Index, RelatedOptions, UsageError, build, read, related_lists
from search.cli import commands
from search.engine.build import repair
from search.engine.own_vectors import OwnVectors
from search.model.event import parse_day
from search.related import scoring
from tests.small_archive import page_of, stories

EVENTS = stories()
LANTERN = next(at for at, event in enumerate(EVENTS) if "comet Wex falls silent" in event.title)
FEVER = next(at for at, event in enumerate(EVENTS) if "WHO sends" in event.title)
NORLAND = [at for at, event in enumerate(EVENTS) if "Norland" in event.title + event.summary]


def random_vectors(events: int = len(EVENTS), dimensions: int = 16) -> NDArray[np.float32]:
    return np.random.default_rng(1).normal(size=(events, dimensions)).astype(np.float32)


def twins(one: int, other: int) -> NDArray[np.float32]:
    """Vectors of which only these two are alike."""
    vectors = random_vectors()
    vectors[one] = vectors[other]
    return vectors


def by_vectors(directory: Path, one: int, other: int) -> float:
    """What the vectors contribute to the score of two events."""
    with Index.open(directory) as index:
        why = index.why(EVENTS[one].id, EVENTS[other].id)
        return sum(
            each.contribution
            for each in why.hit.explanation.contributions
            if each.kind == "vectors"
        )


def files_of(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name != "HOLDER"
    }


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for event in EVENTS:
        path = tmp_path / "archive" / event.id.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page_of(event), encoding="utf-8")
    return tmp_path / "archive"


def test_alike_vectors_raise_a_score_and_the_explanation_says_by_how_much(tmp_path: Path) -> None:
    one, other = NORLAND[0], NORLAND[-1]
    build(directory=tmp_path / "plain", events=EVENTS)
    build(directory=tmp_path / "own", events=EVENTS, vectors=twins(one, other))
    assert by_vectors(tmp_path / "plain", one, other) < 0.05
    assert by_vectors(tmp_path / "own", one, other) > 0.1


def test_events_without_a_shared_term_are_not_related_whatever_their_vectors(
    tmp_path: Path,
) -> None:
    build(directory=tmp_path / "own", events=EVENTS, vectors=twins(LANTERN, FEVER))
    with Index.open(tmp_path / "own") as index:
        found = [hit.event.id for hit in index.related(EVENTS[LANTERN].id, min_score=0.0)]
    assert EVENTS[FEVER].id not in found


def test_each_event_keeps_its_row_in_whatever_order_events_come(tmp_path: Path) -> None:
    order = list(range(len(EVENTS)))
    random.Random(2).shuffle(order)
    vectors = random_vectors()
    build(directory=tmp_path / "one", events=EVENTS, vectors=vectors)
    build(directory=tmp_path / "other", events=[EVENTS[at] for at in order], vectors=vectors[order])
    one, other = files_of(tmp_path / "one"), files_of(tmp_path / "other")
    assert {name for name in one if one[name] != other.get(name)} <= {"FILE_CACHE", "SOURCES"}
    assert not build(directory=tmp_path / "other", events=EVENTS, vectors=vectors).built


def test_a_row_is_that_of_the_event_that_read_gives(tmp_path: Path, archive: Path) -> None:
    vectors = random_vectors()
    places = {event.id: at for at, event in enumerate(EVENTS)}
    build(directory=tmp_path / "memory", events=EVENTS, vectors=vectors)
    of_files = vectors[[places[event.id] for event in read([archive])]]
    build(archive, tmp_path / "files", vectors=of_files)
    with Index.open(tmp_path / "memory") as one, Index.open(tmp_path / "files") as other:
        pairs = [(a.id, b.id) for a in EVENTS[:4] for b in EVENTS[4:8]]
        assert [one.why(*pair).hit.score for pair in pairs] == [
            other.why(*pair).hit.score for pair in pairs
        ]


def test_an_encoder_is_asked_for_the_vectors_of_all_texts(tmp_path: Path) -> None:
    class Lengths:
        def encode(self, texts: Sequence[str], /) -> Any:
            return np.array([[len(text), 1.0, text.count("e")] for text in texts])

    build(directory=tmp_path / "encoded", events=EVENTS, encoder=Lengths())
    given_vectors = Lengths().encode([event.text for event in EVENTS])
    assert not build(directory=tmp_path / "encoded", events=EVENTS, vectors=given_vectors).built
    assert not build(directory=tmp_path / "encoded", events=EVENTS, encoder=Lengths()).built


def test_changed_vectors_are_taken(tmp_path: Path) -> None:
    build(directory=tmp_path / "own", events=EVENTS, vectors=random_vectors())
    vectors = random_vectors()
    vectors[3] *= -1.0
    assert build(directory=tmp_path / "own", events=EVENTS, vectors=vectors).built
    assert not build(directory=tmp_path / "own", events=EVENTS, vectors=vectors * 2.0).built, (
        "the same directions"
    )


def test_an_index_without_vectors_takes_some(tmp_path: Path, archive: Path) -> None:
    build(archive, tmp_path / "own")
    assert build(archive, tmp_path / "own", vectors=random_vectors()).built


def test_without_vectors_an_index_of_them_is_kept_and_changed_events_are_refused(
    tmp_path: Path, archive: Path
) -> None:
    directory = tmp_path / "own"
    build(archive, directory, vectors=random_vectors())
    assert not build(archive, directory).built, "nothing changed"
    before = files_of(directory)
    new = Event("/new.md", parse_day("2018-01-01"), "Norland sells tents", "")
    (archive / "new.md").write_text(page_of(new), encoding="utf-8")
    with pytest.raises(UsageError, match=r"--vectors FILE\.npy"):
        build(archive, directory)
    assert files_of(directory) == before
    build(archive, directory, vectors=random_vectors(len(EVENTS) + 1))
    with Index.open(directory) as index:
        assert len(index) == len(EVENTS) + 1


def test_a_damaged_index_is_not_replaced_by_one_without_vectors(
    tmp_path: Path, archive: Path
) -> None:
    directory = tmp_path / "own"
    build(archive, directory, vectors=random_vectors())
    whole = next(directory.rglob("vector_heads.npy"))
    whole.chmod(0o644)
    whole.write_bytes(whole.read_bytes()[:-1] + b"x")
    with pytest.raises(UsageError, match="vectors of your own"):
        repair(directory)
    assert repair(directory, vectors=random_vectors()).built
    assert by_vectors(directory, 0, 1) >= 0.0


def test_a_text_has_no_vector_and_is_compared_by_words_with_their_full_weight(
    tmp_path: Path,
) -> None:
    build(directory=tmp_path / "plain", events=EVENTS)
    build(directory=tmp_path / "own", events=EVENTS, vectors=random_vectors())
    text = "A strong earthquake shakes Port Selva in Norland"
    with Index.open(tmp_path / "plain") as plain, Index.open(tmp_path / "own") as own:
        best, its = plain.related_text(text)[0], own.related_text(text)[0]
    assert its.event.id == best.event.id
    assert its.score > best.score - 0.1
    assert its.explanation.total == its.score
    assert not [part for part in its.explanation.contributions if part.kind == "vectors"]


@pytest.mark.parametrize("dimensions", [1, 384])
def test_all_lists_are_those_of_one_event_at_a_time(tmp_path: Path, dimensions: int) -> None:
    vectors = random_vectors(dimensions=dimensions) + np.float32(0.5)
    build(directory=tmp_path / "own", events=EVENTS, vectors=vectors)
    options = RelatedOptions(min_score=0.0)
    with Index.open(tmp_path / "own") as index:
        for event_id, hits in related_lists(index, index.ids(), options):
            assert hits is not None
            assert list(hits) == list(index.related(event_id, min_score=0.0))
            assert all(hit.explanation.total == hit.score for hit in hits)


@pytest.mark.parametrize(
    ("vectors", "said"),
    [
        (random_vectors()[1:], "19 rows for 20 events"),
        (random_vectors()[0], "two dimensions"),
        (random_vectors().astype(np.int64), "floating-point"),
        (np.zeros((len(EVENTS), 0)), "0 dimensions"),
        (np.zeros((len(EVENTS), 4097)), "4,097 dimensions"),
        (np.where(np.arange(20)[:, None] == 6, np.nan, random_vectors()), "row 7 .*not finite"),
        ([[1.0], [1.0, 2.0]], "no array"),
        ({"a": 1}, "floating-point"),
    ],
)
def test_what_is_no_array_of_vectors_is_refused(tmp_path: Path, vectors: Any, said: str) -> None:
    assert len(EVENTS) == 20
    with pytest.raises(UsageError, match=said):
        build(directory=tmp_path / "own", events=EVENTS, vectors=vectors)
    assert not list(tmp_path.rglob("CURRENT"))


@pytest.mark.parametrize("content", [b"", b"no array", b"\x80\x04N.", b"PK\x03\x04"])
def test_a_file_that_is_no_array_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vectors.npy"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"vectors\.npy: not a \.npy file"):
        OwnVectors.of(path, None)


def test_pickled_objects_and_promises_of_more_than_the_file_has_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "vectors.npy"
    np.save(path, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(UsageError, match=r"not a \.npy file"):
        OwnVectors.of(path, None)
    np.save(path, random_vectors())
    path.write_bytes(path.read_bytes().replace(b"(20, 16), }", b"(9999999999, 9999999), }"))
    with pytest.raises(UsageError, match=r"not a \.npy file"):
        OwnVectors.of(path, None)


def test_vectors_and_an_encoder_are_not_given_together() -> None:
    with pytest.raises(UsageError, match="not both"):
        OwnVectors.of(random_vectors(), object())  # type: ignore[arg-type]


def test_the_command_takes_a_file(tmp_path: Path, archive: Path) -> None:
    np.save(tmp_path / "vectors.npy", random_vectors())
    words = ["index", str(archive), "--index", str(tmp_path / "own")]
    words += ["--vectors", str(tmp_path / "vectors.npy")]
    assert "indexed 20 events" in CliRunner().invoke(commands, words).output
    assert "up to date" in CliRunner().invoke(commands, words).output


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4096), st.floats(1e-300, 1e300), st.sampled_from(["even", "one", "normal"]))
def test_products_of_stored_vectors_are_exact_in_float32(
    dimensions: int, scale: float, kind: str
) -> None:
    vectors = {
        "even": np.ones((1, dimensions)),
        "one": np.eye(1, dimensions),
        "normal": np.random.default_rng(dimensions).normal(size=(1, dimensions)),
    }[kind]
    stored = scoring.directions(vectors * scale)
    assert 0 < scoring.sizes(stored)[0] < 2.0**12
    joined = scoring.side_by_side(stored, stored[:, :200])
    assert 0 < scoring.sizes(joined)[0] < 2.0**12
    assert not scoring.directions(np.zeros((1, dimensions))).any()
