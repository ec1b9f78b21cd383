"""What is written for an archive: arrays without pickle, the same bytes each time."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from random import Random

import numpy as np
import pytest

from search.related.ranking import Ranking
from search.related.scoring import STRICT_SCORE
from search.related.training.word_embeddings import dimensions_for
from tests.related.test_similarity import DAYS, MANY, TEXTS, vectors_of


def digest(directory: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.iterdir())
    }


def test_the_same_archive_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        vectors_of(MANY, range(16000, 16400), tmp_path / name)
    assert digest(tmp_path / "one") == digest(tmp_path / "other")


def test_another_process_with_another_hash_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = []
    for seed in ("1", "2"):
        directory = tmp_path / seed
        directory.mkdir()
        code = (
            f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n"
            "from pathlib import Path\n"
            "from tests.related.test_similarity import MANY, vectors_of\n"
            f"vectors_of(MANY, range(16000, 16400), Path({str(directory)!r}))\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONHASHSEED": seed})
        digests.append(digest(directory))
    assert digests[0] == digests[1]


@pytest.mark.parametrize("processor", ["Prescott", "Nehalem", "Sandybridge", "Haswell", "Zen"])
def test_another_processor_gives_the_same_bytes(tmp_path: Path, processor: str) -> None:
    """OpenBLAS has other kernels for each, which add in another order."""
    digests = []
    for number, kernels in enumerate(({}, {"OPENBLAS_CORETYPE": processor})):
        directory = tmp_path / str(number)
        directory.mkdir()
        code = (
            f"import sys; sys.path.insert(0, {str(Path(__file__).parents[3])!r})\n"
            "from pathlib import Path\n"
            "from tests.related.test_similarity import MANY, vectors_of\n"
            f"vectors_of(MANY, range(16000, 16400), Path({str(directory)!r}))\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True, env=kernels)
        digests.append(digest(directory))
    assert digests[0] == digests[1]


def test_no_file_holds_a_pickle_and_all_are_little_endian(tmp_path: Path) -> None:
    vectors_of(MANY, range(16000, 16400), tmp_path)
    for path in tmp_path.glob("*.npy"):
        array = np.load(path, allow_pickle=False, mmap_mode="r")
        assert array.dtype.str[0] in "<|", path.name
        assert array.dtype.kind in "iuf", path.name
    terms = (tmp_path / "terms.txt").read_text(encoding="utf-8").split("\n")[:-1]
    assert terms == sorted(set(terms))
    json.loads((tmp_path / "training.json").read_text(encoding="utf-8"))


def test_columns_hold_what_rows_hold(tmp_path: Path) -> None:
    vectors_of(TEXTS, DAYS, tmp_path)
    load = {path.stem: np.load(path) for path in tmp_path.glob("*.npy")}

    def cells(kind: str, other: str, counts: str) -> set[tuple[int, int, int]]:
        starts = load[f"{kind}_starts"]
        return {
            (line, int(load[f"{kind}_{other}"][at]), int(load[f"{kind}_{counts}"][at]))
            for line in range(len(starts) - 1)
            for at in range(int(starts[line]), int(starts[line + 1]))
        }

    rows = cells("row", "terms", "counts")
    columns = cells("column", "events", "weighted")
    assert rows == {(event, term, count) for term, event, count in columns}


def test_small_archives_have_few_dimensions_or_none() -> None:
    assert dimensions_for(0, 0) == dimensions_for(11, 40) == dimensions_for(50, 20) == 0
    assert dimensions_for(50, 80) == 14
    assert dimensions_for(5_000, 5_000) == 141
    assert dimensions_for(1_000_000, 100_000) == 200


def test_chinese_words_that_meet_by_chance_make_no_strict_lists() -> None:
    random = Random(3)
    characters = [chr(0x4E00 + number) for number in range(600)]
    words = ["".join(random.sample(characters, 3)) for _ in range(500)]
    texts = ["，".join(random.sample(words, 9)) for _ in range(300)]
    vectors = vectors_of(texts, range(16000, 16300))[1]
    listed = sum(
        bool(Ranking(vectors, ordinal).best(min_score=STRICT_SCORE)) for ordinal in range(300)
    )
    assert listed <= 0.1 * 300
