"""Which archive is indexed when a part of one, or one of several, is regenerated."""

from pathlib import Path

import pytest

from search import (
    Change,
    Index,
    Skipped,
    build,
    regenerate_archive,
)
from search.engine.indexed_archives import sources
from tests.site_pages import bytes_of, items, put
from tests.small_archive import page_of, stories


@pytest.mark.parametrize("part", ["news", "news/2014", "news/2014/07/10"])
def test_a_part_of_the_indexed_archive_keeps_the_index_whole(
    site: Path, index: Path, part: str
) -> None:
    build([site], index)
    skipped: list[Skipped] = []
    run = regenerate_archive(site / part, index, on_skip=skipped.append)
    assert skipped == []
    assert run.pages == len(list((site / part).rglob("*.md")))
    with Index.open(index) as opened:
        assert len(opened) == len(bytes_of(site))
    assert sources(index) == (str(site.resolve()),)
    changed = {name for name, page in bytes_of(site).items() if b"### Related" in page}
    assert changed and all(name.startswith(part) for name in changed)
    whole = regenerate_archive(site, index)
    assert whole.changed == sum(b"### Related" in p for p in bytes_of(site).values()) - len(changed)


@pytest.mark.parametrize("part", ["pages", "pages/3.md"])
def test_a_part_keeps_the_ids_of_the_whole_where_no_path_tells_them(
    tmp_path: Path, index: Path, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The names below the part alone are those of other pages of the archive."""
    pages = {f"pages/{number}.md": page_of(event) for number, event in enumerate(stories())}
    others = {f"{number}.md": page_of(event) for number, event in enumerate(reversed(stories()))}
    site = put(tmp_path / "site", {**pages, **others})
    build([site], index)
    monkeypatch.chdir(tmp_path)
    told: list[Change] = []
    skipped: list[Skipped] = []
    run = regenerate_archive(
        Path("site", part), index, on_change=told.append, on_skip=skipped.append
    )
    assert skipped == []
    assert run.pages == (1 if part.endswith(".md") else len(pages))
    assert told and all(change.path.is_relative_to(Path("site", part)) for change in told)
    with Index.open(index) as opened:
        for change in told:
            event_id = f"/{change.path.relative_to('site').as_posix()}"
            hits = opened.related(event_id)
            assert [link for _, _, link, _ in items(site, event_id)] == [h.event.id for h in hits]


def test_another_archive_gets_an_index_of_its_own(site: Path, index: Path, tmp_path: Path) -> None:
    build([site], index)
    other = put(tmp_path / "other", {event.id: page_of(event) for event in stories()[8:12]})
    assert regenerate_archive(other, index).pages == 4
    with Index.open(index) as opened:
        assert len(opened) == 4


def test_an_archive_indexed_with_others_relates_to_them(
    site: Path, index: Path, tmp_path: Path
) -> None:
    other = put(tmp_path / "other", {event.id: page_of(event) for event in stories()[8:10]})
    for event in stories()[8:10]:
        (site / event.id.lstrip("/")).unlink()
    build([site, other], index)
    assert regenerate_archive(other, index).pages == 2
    linked = {link for event in stories()[8:10] for _, _, link, _ in items(other, event.id)}
    assert stories()[10].id in linked


def test_relative_and_absolute_paths_mean_the_same(
    site: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    regenerate_archive(site, index)
    monkeypatch.chdir(site.parent)
    assert regenerate_archive("site", index).changed == 0
    monkeypatch.chdir(site)
    assert regenerate_archive(".", index).changed == 0
    with Index.open(index) as opened:
        assert opened.generation == 1
