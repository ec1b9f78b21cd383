"""Bits, ends and blocks of the files of an index are altered: no answer is silently wrong.

Full version, 2,000 bits, 500 ends, 500 blocks: ``python -m pytest tests/faults/test_damage.py
--full -rP``
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from damage import Damage, blocks, cut, damaged, flip
from disturbances import answers, put
from small_archive import odd, stories

from search import IndexDamaged, build


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An index with a delta over its base."""
    place = tmp_path_factory.mktemp("damaged")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.building.DRIFT", 1.0)
        put(place / "site", stories())
        build([place / "site"], place / "index")
        put(place / "site", odd()[:4])
        (place / "site" / stories()[3].id.lstrip("/")).unlink()
        build([place / "site"], place / "index")
    (before,) = place.glob("index/*1/manifest.json")
    assert not (place / "index" / "000003").exists()
    for path in sorted(before.parent.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()  # links of what is current
    before.parent.rmdir()
    assert (place / "index" / "000002" / "delta").is_dir()
    yield place / "index"


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
