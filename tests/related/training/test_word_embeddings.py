"""Word vectors say which words keep the same company, whatever their iteration starts from."""

from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from search.related.scoring import units
from search.related.training import word_embeddings
from search.related.training.rows import rows_of
from tests.related.training.test_redundancy import rows

TOPICS = 30
WORDS = 20  # of a topic


def cosines(texts: list[str]) -> tuple[dict[str, int], NDArray[np.float64]]:
    """The place of each word, and the cosines of the vectors of words: [words, words]."""
    counted = rows(texts)
    numbers, vectors = word_embeddings.word_vectors(
        *rows_of(counted, np.arange(len(texts), dtype=np.int32))
    )
    directions = units(vectors)
    places = {counted.terms[number]: at for at, number in enumerate(numbers.tolist())}
    return places, directions @ directions.T


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Each of words of one topic, of the next, and of any."""
    random = Random(7)
    found = []
    for number in range(500):
        topic = number % TOPICS
        near = [f"w{topic}-{word}" for word in random.sample(range(WORDS), 6)]
        near += [f"w{(topic + 1) % TOPICS}-{word}" for word in random.sample(range(WORDS), 2)]
        far = [f"w{random.randrange(TOPICS)}-{random.randrange(WORDS)}" for _ in range(3)]
        found.append(",".join(near + far))
    return found


def test_words_of_one_topic_are_nearer_than_words_of_two(texts: list[str]) -> None:
    places, found = cosines(texts)
    topic = np.array([int(word[1:].split("-")[0]) for word in places])
    same = topic[:, None] == topic
    np.fill_diagonal(found, np.nan)
    assert np.nanmean(found[same]) > 5 * abs(np.nanmean(found[~same]))


def test_vectors_hardly_depend_on_where_their_iteration_starts(
    texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, found = cosines(texts)
    signs = word_embeddings._signs
    monkeypatch.setattr(
        word_embeddings, "_signs", lambda terms, columns: signs([f"{t}!" for t in terms], columns)
    )
    _, other = cosines(texts)
    assert np.abs(found - other).mean() < 0.03


def test_a_text_for_every_word_alone_gives_finite_vectors() -> None:
    """A matrix of information that is zero, or of fewer ranks than there are dimensions."""
    for texts in (
        [f"a{number}" for number in range(40)] * 4,
        [f"a{number},b{number}" for number in range(40)] * 4,
        ["a,b,c,d", "e,f,g,h"] * 40 + [f"x{number}" for number in range(40)] * 4,
    ):
        _, found = cosines(texts)
        assert np.isfinite(found).all()
        assert len(found) >= 40
