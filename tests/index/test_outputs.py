import os
from pathlib import Path

import pytest

from search.index.outputs import begins, check_output
from search.model.errors import UsageError

is_ours = begins(b"ours ")


def test_what_is_not_there_empty_or_ours_may_be_written(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    check_output(path, is_ours)
    check_output(tmp_path / "not/there/a.txt", is_ours)
    for text in ("", "ours and more"):
        path.write_text(text, encoding="utf-8")
        check_output(path, is_ours)


@pytest.mark.parametrize("kind", ["file", "link", "dangling", "pipe", "folder", "under a file"])
def test_anything_else_is_refused_and_left_as_it_is(kind: str, tmp_path: Path) -> None:
    path, other = tmp_path / "a.txt", tmp_path / "ours.txt"
    other.write_text("ours ", encoding="utf-8")
    if kind == "file":
        path.write_text("my ours ", encoding="utf-8")
    elif kind in ("link", "dangling"):
        path.symlink_to(other if kind == "link" else tmp_path / "nowhere")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path = other / "a.txt"
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UsageError, match=r"name another"):
        check_output(path, is_ours)
    assert sorted(tmp_path.iterdir()) == before


def test_no_output_is_inside_an_index(tmp_path: Path) -> None:
    index = tmp_path / "ix"
    (index / "1").mkdir(parents=True)
    mark = "event-search index; files in here may be removed by event-search\n"
    (index / "EVENT-SEARCH").write_text(mark, encoding="utf-8")
    (tmp_path / "link").symlink_to(index / "1")
    for path in (index / "new", index / "1/new", index / "9/8/new", tmp_path / "link/new"):
        with pytest.raises(UsageError, match="inside an index directory"):
            check_output(path, is_ours)
