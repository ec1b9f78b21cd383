"""Lists made in parts by jobs that share nothing are the lists that one run makes."""

import json
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest

from search import (
    ArchiveError,
    Index,
    IndexUnusable,
    RelatedOptions,
    UsageError,
    build,
    merged_lines,
    regenerate_archive,
    related_lists,
    write_part,
)
from search.model.json_answers import related_line
from tests.small_archive import odd, page_of, stories

PARTS = 3


def whole(index: Index, options: RelatedOptions | None = None) -> list[str]:
    options = options or RelatedOptions()
    return [related_line(id, index.related(id, options)).line for id in index.ids()]


@pytest.fixture
def parts(story_index: Index, tmp_path: Path) -> Path:
    for part in range(1, PARTS + 1):
        write_part(story_index, part, PARTS, tmp_path / "parts")
    return tmp_path / "parts"


@pytest.mark.parametrize("count", [1, 2, 7, 1000])
def test_merged_parts_are_the_lists_of_one_run(
    story_index: Index, tmp_path: Path, count: int
) -> None:
    for part in range(1, count + 1):
        write_part(story_index, part, count, tmp_path)
    assert list(merged_lines(tmp_path)) == whole(story_index)


def test_a_part_made_twice_has_the_same_bytes(story_index: Index, parts: Path) -> None:
    before = {path.name: path.read_bytes() for path in parts.iterdir()}
    assert sorted(before) == [f"part-00000{n}-of-000003.jsonl" for n in (1, 2, 3)]
    write_part(story_index, 2, PARTS, parts)
    assert before == {path.name: path.read_bytes() for path in parts.iterdir()}


@pytest.mark.parametrize(("part", "count"), [(0, 3), (4, 3), (1, 0), (-1, 3), (1, 100_001)])
def test_a_part_that_cannot_be_is_refused(
    story_index: Index, tmp_path: Path, part: int, count: int
) -> None:
    with pytest.raises(UsageError, match="name a part from 1/N to N/N"):
        write_part(story_index, part, count, tmp_path / "parts")
    assert not (tmp_path / "parts").exists()


def first_lines(path: Path, lines: int) -> bytes:
    return b"".join(path.read_bytes().splitlines(keepends=True)[:lines])


def with_other_title(path: Path) -> bytes:
    return path.read_bytes().replace(b"title", b"TITLE", 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda path: path.unlink(), "part 2 of 3 is missing"),
        (lambda path: path.write_bytes(b""), "cut short"),
        (lambda path: path.write_bytes(first_lines(path, 1)), "cut short"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "cut short"),
        (lambda path: path.write_bytes(b"{}\n"), "cut short"),
        (lambda path: path.write_bytes(with_other_title(path)), "its bytes were altered"),
        (lambda path: path.rename(path.with_name("part-000002-of-000004.jsonl")), "beside parts"),
        (
            lambda path: path.write_bytes(
                (path.parent / "part-000001-of-000003.jsonl").read_bytes()
            ),
            "another part than its name says",
        ),
        (lambda path: (path.unlink(), path.symlink_to("/dev/zero")), "not a regular file"),
    ],
)
def test_parts_that_are_not_whole_are_refused_before_a_line_is_given(
    parts: Path, change: Callable[[Path], object], message: str
) -> None:
    change(parts / "part-000002-of-000003.jsonl")
    with pytest.raises(ArchiveError, match=message):
        next(merged_lines(parts))


def test_parts_of_two_option_sets_are_refused(story_index: Index, parts: Path) -> None:
    write_part(story_index, 2, PARTS, parts, RelatedOptions(limit=3))
    with pytest.raises(ArchiveError, match="its options differ from those of part 1"):
        next(merged_lines(parts))


def test_parts_of_two_generations_are_refused(
    story_index: Index, parts: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "other.jsonl"
    events = [story_index.event(id) for id in list(story_index.ids())[1:]]
    archive.write_text("".join(json.dumps(event.to_json()) + "\n" for event in events))
    build([archive], tmp_path / "index")
    with Index.open(tmp_path / "index") as other:
        write_part(other, 2, PARTS, parts)
    with pytest.raises(ArchiveError, match="differ from those of part 1"):
        next(merged_lines(parts))


def test_a_folder_without_parts_says_how_to_make_them(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(ArchiveError, match=r"parts"):
            next(merged_lines(place))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for event in [*stories(), *odd()]:
        path = tmp_path / "site" / event.id.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page_of(event))
    return tmp_path / "site"


def test_pages_are_the_same_with_lists_from_parts(site: Path, tmp_path: Path) -> None:
    directory = tmp_path / "index"
    build([site], directory)
    with Index.open(directory) as index:
        for part in (1, 2):
            write_part(index, part, 2, tmp_path / "parts")
    run = regenerate_archive(site, directory, lists=tmp_path / "parts")
    assert run.changed
    assert regenerate_archive(site, directory, fresh=True).changed == 0


def test_lists_of_other_options_or_of_another_index_are_refused(
    site: Path, parts: Path, tmp_path: Path
) -> None:
    next(site.rglob("*.md")).unlink()
    with pytest.raises(ArchiveError, match="another generation"):
        regenerate_archive(site, tmp_path / "index", lists=parts)
    with Index.open(tmp_path / "index") as index:
        for part in range(1, PARTS + 1):
            write_part(index, part, PARTS, parts)
    with pytest.raises(ArchiveError, match="other options"):
        regenerate_archive(site, tmp_path / "index", RelatedOptions(limit=3), lists=parts)


class Broken(Executor):
    """An executor whose workers were killed."""

    def submit(self, *args: object, **kwargs: object) -> None:  # type: ignore[override]
        from concurrent.futures import BrokenExecutor  # noqa: PLC0415

        raise BrokenExecutor


def test_any_executor_makes_the_same_lists(story_index: Index) -> None:
    alone = list(related_lists(story_index, story_index.ids()))
    with ThreadPoolExecutor(2) as pool:
        assert list(related_lists(story_index, story_index.ids(), executor=pool)) == alone
        assert pool.submit(int, "1").result() == 1, "the caller's pool goes on"
    with pytest.raises(IndexUnusable, match="was killed"):
        list(related_lists(story_index, story_index.ids(), executor=Broken()))


def test_an_index_of_the_same_events_takes_the_parts(site: Path, parts: Path) -> None:
    assert regenerate_archive(site, site.parent / "index", lists=parts).changed
