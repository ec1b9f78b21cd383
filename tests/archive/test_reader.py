import errno
import gzip
import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from search.archive import Skipped, entries, read, scan_archives
from search.archive.reader import Entry, records_of
from search.archive.site import date_in, prefix_of
from search.model import limits
from search.model.errors import ArchiveError
from search.model.event import Event
from tests.site_pages import pages_of

LINE = json.dumps({"id": "/a.md", "date": "2016-02-06", "title": "A"}) + "\n"


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def page(day: str, title: str, *, link: str | None = None, related: str = "") -> str:
    link = link or f"/news/{day.replace('-', '/')}/index.md"
    section = f"\n### Related:\n\n1. [x]({related})\n" if related else ""
    return f"### [{day}]({link})\n\n# {title} \n\n\n{section}"


def site(root: Path, *, above: str = "news", link_above: str = "/news", lists: str = "") -> None:
    for day in ("2016/02/6", "2016/02/7", "2015/12/31"):
        dashed = day.replace("/", "-")
        for slug in ("one", "two"):
            text = page(dashed, f"{slug} of {day}", link=f"{link_above}/{day}/index.md")
            write(root, f"{above}/{day}/{slug}.md".lstrip("/"), text)
        if lists:
            text = f"## [{dashed}]({lists}/{day}/index.md)\n\n### [x]({lists}/{day}/one.md)\n"
            write(root, f"{above}/{day}/index.md".lstrip("/"), text)


def read_all(*paths: Path | str) -> tuple[list[Event], list[Skipped]]:
    skipped: list[Skipped] = []
    return list(read(paths, skipped.append)), skipped


def events_of(entry: Entry, on_skip: Callable[[Skipped], None]) -> Iterator[Event]:
    return (record.event for record in records_of(entry, on_skip) if record.event)


@pytest.mark.parametrize("below", ["", "news", "news/2016", "news/2016/02", "news/2016/02/6"])
def test_ids_are_paths_below_the_root_whatever_part_is_named(tmp_path: Path, below: str) -> None:
    site(tmp_path)
    events, skipped = read_all(tmp_path / below)
    assert skipped == []
    assert "/news/2016/02/6/one.md" in [event.id for event in events]
    assert all(event.url == "" for event in events)


def test_a_page_alone_knows_its_id_too(tmp_path: Path) -> None:
    site(tmp_path)
    events, _ = read_all(tmp_path / "news/2016/02/6/one.md")
    assert [event.id for event in events] == ["/news/2016/02/6/one.md"]


def test_a_relative_argument_and_one_through_a_link_give_the_same_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site(tmp_path / "real")
    (tmp_path / "alias").symlink_to(tmp_path / "real/news/2016")
    monkeypatch.chdir(tmp_path / "real/news/2016")
    expected = [event.id for event in read_all(tmp_path / "real/news/2016")[0]]
    assert [event.id for event in read_all(".")[0]] == expected
    assert [event.id for event in read_all(tmp_path / "alias")[0]] == expected


def test_the_majority_of_the_pages_decides_about_the_root(tmp_path: Path) -> None:
    site(tmp_path)
    write(tmp_path, "news/2016/02/6/odd.md", page("2016-02-6", "Odd", link="/x/2016/02/6/index.md"))
    events, _ = read_all(tmp_path / "news")
    assert {event.id.split("/")[1] for event in events} == {"news"}


def test_days_may_be_padded_in_the_link_and_not_on_disk(tmp_path: Path) -> None:
    write(tmp_path, "news/2016/2/6/a.md", page("2016-02-06", "A"))
    assert read_all(tmp_path / "news/2016/2")[0][0].id == "/news/2016/2/6/a.md"


@pytest.mark.parametrize("link", ["index.md", "/2016-02-06.md", "", "/", "http://[", "/6/index.md"])
def test_without_telling_links_the_argument_is_the_root(tmp_path: Path, link: str) -> None:
    write(tmp_path, "some/6/a.md", page("2016-02-06", "A", link=link or "x"))
    assert read_all(tmp_path / "some")[0][0].id == "/6/a.md"


def test_a_site_within_another_folder_does_not_change_the_root_of_the_argument(
    tmp_path: Path,
) -> None:
    site(tmp_path / "first")
    site(tmp_path / "second")
    ids = [event.id for event in read_all(tmp_path)[0]]
    assert len(set(ids)) == 12
    assert ids[0].startswith("/first/news/")


def test_day_lists_say_what_links_begin_with(tmp_path: Path) -> None:
    site(tmp_path, lists="/zh/news")
    for below in ("", "news", "news/2016/02/6"):
        events, skipped = read_all(tmp_path / below)
        assert skipped == []
        assert all(event.link == "/zh" + event.id for event in events)


def test_a_day_without_a_list_follows_the_others(tmp_path: Path) -> None:
    site(tmp_path, lists="/zh/news")
    (tmp_path / "news/2016/02/6/index.md").unlink()
    assert {event.link[:9] for event in read_all(tmp_path)[0]} == {"/zh/news/"}


def test_a_list_beside_the_page_knows_better_than_the_majority(tmp_path: Path) -> None:
    site(tmp_path, lists="/news")
    text = "## [2016-02-6](/zh/news/2016/02/6/index.md)\n"
    write(tmp_path, "news/2016/02/6/index.md", text)
    links = [event.link for event in read_all(tmp_path)[0]]
    assert sorted(links) == sorted(
        [f"/zh/news/2016/02/6/{slug}.md" for slug in ("one", "two")]
        + [
            f"/news/{day}/{slug}.md"
            for day in ("2016/02/7", "2015/12/31")
            for slug in ("one", "two")
        ]
    )


def test_without_day_lists_the_present_related_links_tell(tmp_path: Path) -> None:
    write(
        tmp_path,
        "news/2016/02/6/a.md",
        page("2016-02-06", "A", related="/zh/news/2015/01/2/b.md"),
    )
    assert read_all(tmp_path)[0][0].link == "/zh/news/2016/02/6/a.md"


def test_else_the_day_lines_of_the_pages_tell(tmp_path: Path) -> None:
    site(tmp_path, link_above="/en/news")
    events = read_all(tmp_path)[0]
    assert events[0].id == "/news/2015/12/31/one.md"
    assert events[0].link == "/en/news/2015/12/31/one.md"


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("plain-é-北京.md", ""),
        ("50%25 off.md", "/news/2016/02/6/50%2525%20off.md"),
        ("100% sure.md", "/news/2016/02/6/100%%20sure.md"),
        ("what?.md", "/news/2016/02/6/what%3F.md"),
        ("no#1.md", "/news/2016/02/6/no%231.md"),
    ],
)
def test_a_path_becomes_a_link_that_leads_to_it(tmp_path: Path, name: str, url: str) -> None:
    write(tmp_path, f"news/2016/02/6/{name}", page("2016-02-6", "A"))
    event = read_all(tmp_path)[0][0]
    assert (event.id, event.url) == (f"/news/2016/02/6/{name}", url)


def test_pages_that_are_none_are_told_and_lists_are_not(tmp_path: Path) -> None:
    site(tmp_path, lists="/news")
    write(tmp_path, "README.md", "# About this archive\n\nText.\n")
    write(tmp_path, "news/index.md", "no title at all")
    write(tmp_path, "news/2016/02/overview.md", "## [2016-02-6](/x)\n\n### [One](/y)\n")
    write(tmp_path, "news/about.md", "# About\n\nText.\n")
    (tmp_path / "news/bad.md").write_bytes(b"# \xff")
    events, skipped = read_all(tmp_path)
    assert len(events) == 6
    assert [Path(item.path).name for item in skipped] == ["about.md", "bad.md"]
    assert "no day line" in skipped[0].reason


def test_an_event_may_be_called_index(tmp_path: Path) -> None:
    write(tmp_path, "news/2016/02/6/a-slug/index.md", page("2016-02-6", "A"))
    assert [event.title for event in read_all(tmp_path)[0]] == ["A"]


def test_the_path_gives_the_day_where_the_page_does_not(tmp_path: Path) -> None:
    write(tmp_path, "news/2016/02/6/a.md", "# A\n")
    for below in ("", "news/2016/02/6"):
        assert read_all(tmp_path / below)[0][0].day == "2016-02-06"


def test_of_the_same_id_the_first_is_taken_and_the_other_told(tmp_path: Path) -> None:
    first = write(tmp_path, "1.jsonl", LINE)
    second = write(tmp_path, "2.jsonl", LINE + LINE.replace("/a.md", "/b.md"))
    events, skipped = read_all(first, second)
    assert [event.id for event in events] == ["/a.md", "/b.md"]
    assert [(Path(item.path), item.line) for item in skipped] == [(second, 1)]
    assert str(first) in skipped[0].reason


def test_the_same_page_named_twice_is_read_once_in_silence(tmp_path: Path) -> None:
    site(tmp_path)
    events, skipped = read_all(tmp_path / "news", tmp_path / "news/2016")
    assert (len(events), skipped) == (6, [])


def test_pages_lines_and_tables_may_lie_in_one_directory(tmp_path: Path) -> None:
    site(tmp_path)
    write(tmp_path, "more.jsonl", LINE)
    write(tmp_path, "more.csv", "id,date,title\n/c.md,2016-02-06,C\n")
    assert len(read_all(tmp_path)[0]) == 8
    assert len(list(pages_of([tmp_path], print))) == 6


def test_standard_input_is_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((LINE + "{\n").encode())))
    events, skipped = read_all("-")
    assert [event.id for event in events] == ["/a.md"]
    assert [(item.path, item.line) for item in skipped] == [("-", 2)]


def test_a_line_repeated_on_standard_input_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((LINE * 2).encode())))
    events, skipped = read_all("-")
    assert (len(events), [item.line for item in skipped]) == (1, [2])


def test_standard_input_is_no_file(tmp_path: Path) -> None:
    site(tmp_path)
    assert len(list(entries(["-", tmp_path], print))) == 6


def test_a_page_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    site(tmp_path)
    first = next(iter(entries([tmp_path], print)))
    first.path.unlink()
    skipped: list[Skipped] = []
    assert list(events_of(first, skipped.append)) == []
    assert "No such file" in skipped[0].reason


def test_zipped_lines_and_tables_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(LINE.encode()))
    write(tmp_path, "b.csv", "id,date,title\n/b.md,2016-02-06,B\n")
    assert [event.id for event in read_all(tmp_path)[0]] == ["/a.md", "/b.md"]


def test_nothing_there_is_an_error(tmp_path: Path) -> None:
    for call in (
        lambda p: list(read(p, print)),
        lambda p: list(pages_of(p, print)),
        lambda p: scan_archives(p, None, print),
    ):
        with pytest.raises(ArchiveError, match="missing"):
            call([tmp_path / "missing"])


def test_a_file_that_vanishes_or_grows_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "a.jsonl", LINE)
    listed = list(entries([tmp_path], print))
    path.unlink()
    skipped: list[Skipped] = []
    assert list(events_of(listed[0], skipped.append)) == []
    assert "No such file" in skipped[0].reason
    write(tmp_path, "news/2016/02/6/a.md", page("2016-02-6", "A"))
    monkeypatch.setattr(limits, "PAGE_BYTES", 10)
    assert "larger" in read_all(tmp_path)[1][0].reason


def test_entries_give_the_same_events_file_by_file(tmp_path: Path) -> None:
    site(tmp_path, lists="/zh/news")
    write(tmp_path, "more.jsonl", LINE)
    one_by_one = [e for entry in entries([tmp_path], print) for e in events_of(entry, print)]
    assert one_by_one == read_all(tmp_path)[0]


def test_reading_is_the_same_wherever_the_archive_lies(tmp_path: Path) -> None:
    site(tmp_path / "here", lists="/zh/news")
    shutil.copytree(tmp_path / "here", tmp_path / "there/2016/02")
    assert read_all(tmp_path / "here")[0] == read_all(tmp_path / "there/2016/02")[0]


def test_the_last_day_of_a_path_is_its_date() -> None:
    assert str(date_in("/a/2015/01/2/b/2016/02/6/c.md")) == "2016-02-06"
    for path in ("/2016/02/6", "/2016/13/6/x.md", "/x.md", ""):
        assert date_in(path) is None


def test_a_link_of_another_shape_tells_no_prefix() -> None:
    own = ["news", "2016", "02", "6", "a.md"]
    assert prefix_of("/zh/news/2015/13/2/b.md", own) is None
    assert prefix_of("/zh/news/2015/1/2/b.md", own) == "/zh"
    assert prefix_of("https://example.org/zh/news/2015/1/2/b.md", own) == "/zh"
    for link in ("/other/2015/1/2/b.md", "b.md", "/b.md", "/zh/news/2015/1/b.md", "http://["):
        assert prefix_of(link, own) is None


@pytest.mark.parametrize("name", ["b.md", "e.jsonl", "index.md"])
def test_a_file_that_the_system_fails_to_read_ends_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What cannot be read now is no reason to take an event out of an index."""
    day = tmp_path / "news/2014/11/12"
    day.mkdir(parents=True)
    for page in ("a.md", "b.md"):
        (day / page).write_text("### [2014-11-12](/news/2014/11/12/index.md)\n\n# A storm.\n")
    (day / "index.md").write_text(
        "# [2014-11-12](/news/2014/11/12/index.md)\n\n## [A storm](a.md)\n"
    )
    (day / "e.jsonl").write_text('{"id": "x", "date": "2014-11-12", "title": "A storm"}\n')
    real: Callable[..., int] = os.open

    def failing(path: object, *args: Any, **options: Any) -> int:
        if str(path).endswith(name):
            raise OSError(errno.EIO, "Input/output error", str(path))
        return real(path, *args, **options)

    monkeypatch.setattr(os, "open", failing)
    with pytest.raises(ArchiveError, match=rf"{name}: Input/output error.*check the disk"):
        list(read([tmp_path], print))
