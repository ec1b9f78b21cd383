"""What the main job leaves as it is: bytes that are not ours, and files that are no pages of it."""

import re
from pathlib import Path

import pytest

from search import (
    ArchiveError,
    Index,
    PageUnwritable,
    Skipped,
    regenerate_archive,
)
from tests.site_pages import bytes_of, put
from tests.small_archive import page_of, stories

SHAPES = {
    "as the seed": "{head}\n### Related:\n\n{old}{tail}",
    "no section": "{head}{tail}",
    "no last newline": "{head}\n### Related:\n\n1. [Old](/old.md) _Context: Old_",
    "trailing blanks": "{head}   \n\t\n### Related:  \n\n{old}\n   \n{tail}",
    "a part that follows": "{head}\n### Related:\n\n{old}\n### Notes:\n\n1. [Kept](/kept.md)  \n",
    "an editor's words": "{head}\n### Related:\n\nSee also our map.\n\n{old}\n{tail}",
    "emphasis and code": "{head}\n`### Related:`\n\n```\n### Related:\n1. [Kept](/k.md)\n```\n",
}
OLD = "1. [Old](/old.md) _Context: Old_\n2. [Older](/older.md) _Context: old_\n"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "BOM"])
def test_every_byte_outside_the_list_stays(
    tmp_path: Path, index: Path, shape: str, newline: str, mark: str
) -> None:
    text = SHAPES[shape].format(head=page_of(stories()[5]), old=OLD, tail="\nThe end. \n")
    before = (mark + text).replace("\n", newline).encode()
    others = {event.id: page_of(event) for event in stories()[6:8]}
    site = put(tmp_path / "site", {stories()[5].id: before, **others})
    regenerate_archive(site, index)
    after = (site / stories()[5].id.lstrip("/")).read_bytes()
    assert after.count(b"(/news/2014/07/1") == 2

    def rest(page: bytes) -> list[bytes]:
        ours = re.compile(rb"\d+\. \[(?!Kept).*\]\(|### Related: *$")
        return [line for line in page.split(newline.encode()) if line and not ours.match(line)]

    assert rest(after) == rest(before)
    assert after.count(b"\r\n") == (after.count(b"\n") if newline == "\r\n" else 0)
    assert after.endswith(b"\n") == before.endswith(b"\n")
    assert b"(/old" not in after
    once = bytes_of(site)
    assert regenerate_archive(site, index).changed == 0
    assert bytes_of(site) == once


def test_files_that_are_no_pages_are_reported_once_and_left(site: Path, index: Path) -> None:
    put(site, {"notes.md": "Only notes.\n", "news/2014/03/03/index.md": "# 2014-03-03\n\n1. x\n"})
    (site / "binary.md").write_bytes(bytes(range(256)))
    before = bytes_of(site)
    skipped: list[Skipped] = []
    regenerate_archive(site, index, on_skip=skipped.append)
    assert sorted(Path(each.path).name for each in skipped) == ["binary.md", "notes.md"]
    for name in ("notes.md", "binary.md", "news/2014/03/03/index.md"):
        assert bytes_of(site)[name] == before[name]


def test_a_page_that_cannot_be_written_costs_only_itself(site: Path, index: Path) -> None:
    name = stories()[0].id.lstrip("/")
    page = site / name
    before = bytes_of(site)
    page.chmod(0o444)
    refusals: list[PageUnwritable] = []
    run = regenerate_archive(site, index, on_refusal=refusals.append)
    assert (run.refused, len(refusals)) == (1, 1)
    assert name in str(refusals[0])
    assert "1 could not be written" in run.sentence()
    after = bytes_of(site)
    assert after[name] == before[name]
    assert sum(after[name] != before[name] for name in before) == run.changed > 15
    page.chmod(0o644)
    again = regenerate_archive(site, index)
    assert (again.changed, again.refused) == (1, 0)


def test_no_page_outside_of_the_archive_is_written(site: Path, index: Path, tmp_path: Path) -> None:
    outside = put(tmp_path / "outside", {"x.md": page_of(stories()[0])})
    (site / "news" / "linked.md").symlink_to(outside / "x.md")
    (site / "linked").symlink_to(outside, target_is_directory=True)
    before = bytes_of(outside)
    regenerate_archive(site, index)
    assert bytes_of(outside) == before


def test_an_archive_without_events_is_refused_and_nothing_is_lost(
    tmp_path: Path, site: Path, index: Path
) -> None:
    regenerate_archive(site, index)
    before = bytes_of(site)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArchiveError):
        regenerate_archive(tmp_path / "empty", index)
    assert bytes_of(site) == before
    with Index.open(index) as opened:
        assert len(opened) == len(before)
