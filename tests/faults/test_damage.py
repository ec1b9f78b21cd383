"""Bits, ends and blocks of the files of an index are altered: no answer is silently wrong.

Full version, 2,000 bits, 500 ends, 500 blocks: ``python -m pytest tests/faults/test_damage.py
--full -rP``
"""

from collections import Counter
from pathlib import Path

import pytest

from search import IndexDamaged
from tests.faults.damage import Damage, blocks, cut, damaged, flip
from tests.faults.disturbances import answers
from tests.updated_index import updated_index


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with a delta over its base."""
    return updated_index(tmp_path_factory.mktemp("damaged"))


@pytest.mark.parametrize("damage", [flip, cut, blocks])
def test_no_damage_gives_a_wrong_answer(updated: Path, damage: Damage, full: bool) -> None:
    expected = answers(updated)
    counted: Counter[str] = Counter()
    wrong = []
    times = 60 if not full else 2000 if damage is flip else 500
    for path, what in damaged(updated, damage, times, seed=6):
        try:
            said = answers(updated)
        except IndexDamaged as error:
            counted["found"] += 1
            if path.name not in str(error) and path.name != "CURRENT":
                wrong.append(f"{what} of {path}: blamed otherwise: {error}")
        except Exception as error:
            wrong.append(f"{what} of {path}: {error!r}")
        else:
            counted["right all the same" if said == expected else "wrong"] += 1
            if said != expected:
                wrong.append(f"{what} of {path}: another answer")
    print(f"{damage.__name__}: {dict(counted)}")
    assert wrong == []
    assert answers(updated) == expected
