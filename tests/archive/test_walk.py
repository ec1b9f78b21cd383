import os
from pathlib import Path

import pytest

from search.archive.file_forms import Form, form_of
from search.archive.walk import File, Skipped, read_regular, walk
from search.model.errors import ArchiveError


def tree(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def walked(root: Path) -> tuple[list[str], dict[str, str]]:
    skipped: dict[str, str] = {}

    def on_skip(item: Skipped) -> None:
        skipped[os.path.relpath(item.path, root)] = item.reason

    return ["/".join(file.parts) for file in walk(root, on_skip)], skipped


def test_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    tree(tmp_path, "b/2.md", "b/10.md", "a.md", "c.md", "b/a/x.md", "Z.md")
    assert walked(tmp_path)[0] == ["Z.md", "a.md", "b/10.md", "b/2.md", "b/a/x.md", "c.md"]


def test_files_of_other_kinds_are_told_and_hidden_ones_are_not(tmp_path: Path) -> None:
    tree(tmp_path, "a.md", "b.png", ".git/config.md", ".hidden.md", "noext")
    files, skipped = walked(tmp_path)
    assert files == ["a.md"]
    assert set(skipped) == {"b.png", "noext"}


def test_settings_are_no_records_and_nothing_is_said_of_them(tmp_path: Path) -> None:
    for name in ("a.md", "event-search.toml", "related.toml", "_config.yml", "hugo.toml"):
        (tmp_path / name).write_text("limit = 3\n", encoding="utf-8")
    skipped: list[Skipped] = []
    assert [file.path.name for file in walk(tmp_path, skipped.append)] == ["a.md"]
    assert skipped == []


def test_an_index_inside_the_archive_is_passed_over(tmp_path: Path) -> None:
    tree(tmp_path, "a.md", "index/CURRENT", "index/LOCK", "index/1/events.jsonl")
    assert walked(tmp_path) == (["a.md"], {})


def test_links_pipes_and_odd_names_are_told_and_not_opened(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    root = tmp_path / "root"
    tree(outside, "secret.md", "deep/x.md")
    tree(root, "a.md")
    (root / "file.md").symlink_to(outside / "secret.md")
    (root / "dir").symlink_to(outside / "deep")
    (root / "loop").symlink_to(root)
    (root / "dangling.md").symlink_to("nowhere")
    os.mkfifo(root / "pipe.md")
    (root / "new\nline.md").write_text("x")
    (root / "dir\x1b").mkdir()
    with open(os.fsencode(root) + b"/bad\xff.md", "w"):  # noqa: PTH123
        pass
    files, skipped = walked(root)
    assert files == ["a.md"]
    assert len(skipped) == 8


def test_a_deep_tree_needs_no_deep_stack(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 400)
    tree(deep, "a.md")
    assert len(walked(tmp_path)[0]) == 1


def test_a_directory_that_cannot_be_read_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path, "a/1.md", "b/2.md", "c/3.md")
    scandir = os.scandir

    def gone(path: Path) -> object:
        if Path(path).name == "b":
            raise FileNotFoundError(2, "No such file or directory")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", gone)
    files, skipped = walked(tmp_path)
    assert files == ["a/1.md", "c/3.md"]
    assert list(skipped) == ["b"]


@pytest.mark.parametrize(("name", "shown"), [("missing", "missing"), ("a\x00b", "embedded null")])
def test_an_argument_that_is_not_there_is_an_error_that_names_it(
    tmp_path: Path, name: str, shown: str
) -> None:
    with pytest.raises(ArchiveError, match=shown):
        list(walk(tmp_path / name, print))


def test_an_argument_that_is_no_file_is_an_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ArchiveError, match="pipe"):
        list(walk(tmp_path / "pipe", print))


def test_a_named_file_of_unknown_ending_is_read_as_a_page(tmp_path: Path) -> None:
    tree(tmp_path, "seed.page")
    assert [file.form for file in walk(tmp_path / "seed.page", print)] == [Form.PAGE]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.md", Form.PAGE),
        ("A.MD", Form.PAGE),
        ("a.markdown", Form.PAGE),
        ("a.jsonl", Form.LINES),
        ("a.ndjson", Form.LINES),
        ("a.jsonl.gz", Form.LINES),
        ("a.md.gz", None),
        ("a.db.gz", None),
        ("1454752800.M1P1.host:2,S", Form.DOCUMENT),
        ("a.csv", Form.TABLE),
        ("a.gz", None),
        ("md", None),
    ],
)
def test_the_ending_says_the_form(name: str, form: Form | None) -> None:
    assert form_of(name) is form


def file(root: Path, *parts: str) -> File:
    return File(str(root.joinpath(*parts)), parts, Form.PAGE)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(OSError, match="regular"):
        read_regular(file(tmp_path, "pipe.md"), 10)
    with pytest.raises(OSError, match="regular"):
        read_regular(File(str(tmp_path / "pipe.md"), (), Form.PAGE), 10)


def test_only_the_argument_itself_may_be_a_link(tmp_path: Path) -> None:
    tree(tmp_path, "a.md")
    (tmp_path / "b.md").symlink_to("a.md")
    assert read_regular(File(str(tmp_path / "b.md"), (), Form.PAGE), 10) == b"x"
    with pytest.raises(OSError, match="symbolic"):
        read_regular(file(tmp_path, "b.md"), 10)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_folder_that_became_a_link_is_not_followed(tmp_path: Path, depth: int) -> None:
    parts = ("news", "2016", "02")
    tree(tmp_path / "archive", "news/2016/02/a.md")
    tree(tmp_path / "outside", *("/".join((*parts[depth:], "a.md")),))
    (found,) = walk(tmp_path / "archive", print)
    assert read_regular(found, 10) == b"x"
    swapped = (tmp_path / "archive").joinpath(*parts[:depth])
    swapped.rename(tmp_path / "away")
    swapped.symlink_to(tmp_path / "outside")
    assert found.path.read_bytes() == b"x", "by its path it would be read"
    with pytest.raises(OSError, match=r"Not a directory|symbolic"):
        read_regular(found, 10)
    with pytest.raises(OSError, match=r"Not a directory|symbolic"):
        read_regular(found.beside("index.md"), 10)


def test_files_of_an_archive_named_from_where_one_stands_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path, "a.md", "news/b.md")
    monkeypatch.chdir(tmp_path)
    for top in (".", "news", "./", "news/", "../" + tmp_path.name):
        assert [read_regular(found, 10) for found in walk(Path(top), print)]


def test_messages_about_odd_names_stay_on_one_line() -> None:
    assert str(Skipped("a\nb.md", 7, "why\x1b")) == "a\\nb.md:7: why\\x1b"
