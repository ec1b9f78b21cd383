"""Pages hold still: an index made anew, or an event that concerns nobody, changes no list."""

import re
import shutil
from pathlib import Path

import pytest

from search import Change, RelatedOptions, TooMuchChurn, UsageError, regenerate_archive
from search.engine import stable_lists
from tests.conftest import SAMPLE
from tests.engine.test_updating import NEW
from tests.site_pages import bytes_of, items, put
from tests.small_archive import page_of, stories

CHOIR = """### [2018-12-20](/news/2018/12/20/index.md)

# A choir sings carols at the bus depot.

### Source:

1. [Local paper](https://example.org/)
"""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample whose lists were made; nobody may write to it."""
    place = tmp_path_factory.mktemp("still")
    site = Path(shutil.copytree(SAMPLE, place / "site"))
    regenerate_archive(site, place / "index", fresh=True)
    return site


def stale(site: Path, index: Path) -> list[Change]:
    changed: list[Change] = []
    regenerate_archive(site, index, write=False, on_change=changed.append)
    return changed


def test_a_new_index_finds_nothing_stale(sample: Path, tmp_path: Path) -> None:
    assert stale(sample, tmp_path / "fresh") == []


def test_an_event_that_concerns_nobody_changes_no_list(sample: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(sample, tmp_path / "site"))
    new = site / "news/2018/12/20/choir.md"
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_text(CHOIR, encoding="utf-8")
    changed = [change for change in stale(site, tmp_path / "with") if change.path != new]
    assert len(changed) <= 2


def test_an_updated_index_and_a_new_one_agree(site: Path, tmp_path: Path) -> None:
    regenerate_archive(site, tmp_path / "mine")
    for event in NEW[:3]:
        put(site, {event.id: page_of(event)})
        regenerate_archive(site, tmp_path / "mine")
    before = bytes_of(site)
    for number in range(2):
        assert regenerate_archive(site, tmp_path / f"other-{number}").changed <= 1
        assert regenerate_archive(site, tmp_path / "mine").changed <= 1
    assert regenerate_archive(site, tmp_path / "mine").changed == 0
    assert sum(before[name] != page for name, page in bytes_of(site).items()) <= 1


def test_an_order_that_is_not_surely_wrong_stays_until_lists_are_made_fresh(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    regenerate_archive(site, index)
    made = bytes_of(site)
    page = next(
        site / event.id.lstrip("/") for event in stories() if len(items(site, event.id)) > 1
    )
    lines = page.read_text(encoding="utf-8").split("\n")
    first = next(n for n, line in enumerate(lines) if line.startswith("1. [") and "](/news" in line)
    lines[first], lines[first + 1] = (
        f"1. {lines[first + 1][3:]}",
        f"2. {lines[first][3:]}",
    )
    page.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(stable_lists, "MARGIN", 100.0)
    assert regenerate_archive(site, index).changed == 0
    changed: list[Change] = []
    regenerate_archive(site, index, fresh=True, on_change=changed.append)
    assert [change.path for change in changed] == [page]
    assert bytes_of(site) == made


def test_every_change_has_its_reasons(site: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    regenerate_archive(site, index)
    gone = next(event for event in stories() if items(site, event.id))
    (site / gone.id.lstrip("/")).unlink()
    put(site, {NEW[0].id: page_of(NEW[0])})
    changed: list[Change] = []
    regenerate_archive(site, index, on_change=changed.append)
    assert changed and all(change.reasons for change in changed)
    kinds = {reason.split(":")[0] for change in changed for reason in change.reasons}
    assert kinds <= {"new", "gone", "order", "title", "terms"}
    for change in changed:
        if gone.title.encode() in change.before and change.path.name != Path(gone.id).name:
            wanted = f"gone: {gone.title} is no longer an event of the archive"
            assert wanted in change.reasons


def test_too_much_churn_writes_nothing_and_tells_how_much(site: Path, tmp_path: Path) -> None:
    before = bytes_of(site)
    refused: list[Change] = []
    with pytest.raises(TooMuchChurn, match=r"pages would change \(\d+\.\d %\), more than 5 %"):
        regenerate_archive(site, tmp_path / "index", max_churn=5, on_change=refused.append)
    assert len(refused) > 1
    assert bytes_of(site) == before
    run = regenerate_archive(site, tmp_path / "index", max_churn=100)
    assert run.changed and bytes_of(site) != before
    assert regenerate_archive(site, tmp_path / "index", max_churn=0).changed == 0
    for wrong in (-1, 101, float("nan")):
        with pytest.raises(UsageError, match="from 0 to 100"):
            regenerate_archive(site, tmp_path / "index", max_churn=wrong)


def test_the_order_by_names_remembers_nothing(site: Path, tmp_path: Path) -> None:
    options = RelatedOptions(order="context")
    regenerate_archive(site, tmp_path / "index", options)
    made = bytes_of(site)
    page = next(path for path in site.rglob("*.md") if re.search(rb"\n2\. \[", path.read_bytes()))
    page.write_bytes(re.sub(rb"\n2\. \[.*\n", b"\n", page.read_bytes(), count=1))
    regenerate_archive(site, tmp_path / "other", options)
    assert bytes_of(site) == made
