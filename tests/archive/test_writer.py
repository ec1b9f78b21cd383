import errno
import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from search.archive.page.related_section import Change
from search.archive.writer import write_pages
from search.model.errors import PageUnwritable
from tests.site_pages import write_page

BEFORE = b"before\r\n"
AFTER = "after, with 北京\n".encode() * 1000


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "site/news/2016/02/6/a.md"
    path.parent.mkdir(parents=True)
    path.write_bytes(BEFORE)
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "site"


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())


def test_the_page_is_replaced_and_nothing_else_is_left(root: Path, page: Path) -> None:
    write_page(root, page, BEFORE, AFTER)
    assert page.read_bytes() == AFTER
    assert files(root) == ["news/2016/02/6/a.md"]


def test_what_somebody_saves_while_the_new_file_is_synced_is_kept(
    root: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def saved_meanwhile(descriptor: int) -> None:
        sync(descriptor)
        page.write_bytes(b"an editor's save\n")

    monkeypatch.setattr(os, "fsync", saved_meanwhile)
    refused(root, page, "changed since it was read")
    assert page.read_bytes() == b"an editor's save\n"
    assert files(root) == ["news/2016/02/6/a.md"]


def test_the_file_is_a_new_one_so_that_readers_keep_theirs(root: Path, page: Path) -> None:
    with page.open("rb") as reader:
        write_page(root, page, BEFORE, AFTER)
        assert reader.read() == BEFORE


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664, 0o755])
def test_the_mode_is_kept(root: Path, page: Path, mode: int) -> None:
    page.chmod(mode)
    write_page(root, page, BEFORE, AFTER)
    assert page.stat().st_mode & 0o7777 == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_is_kept_where_that_is_allowed(root: Path, page: Path) -> None:
    os.chown(page, 12345, 54321)
    write_page(root, page, BEFORE, AFTER)
    assert (page.stat().st_uid, page.stat().st_gid) == (12345, 54321)


def test_an_owner_that_cannot_be_kept_is_no_reason_to_stop(
    root: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    status = os.fstat
    monkeypatch.setattr(os, "fchown", refuse)
    seen: list[int] = []

    def other_owner(file: int) -> os.stat_result:
        found = list(status(file))
        seen.append(file)
        found[4] = len(seen)
        return os.stat_result(found)

    monkeypatch.setattr(os, "fstat", other_owner)
    write_page(root, page, BEFORE, AFTER)
    assert page.read_bytes() == AFTER


def refused(root: Path, page: Path, match: str) -> None:
    with pytest.raises(PageUnwritable, match=match):
        write_page(root, page, BEFORE, AFTER)


def new_page(root: Path, place: str) -> tuple[list[Change], list[PageUnwritable]]:
    refusals: list[PageUnwritable] = []
    change = Change(root / place, root, b"", AFTER, is_new=True)
    return list(write_pages([change], refusals.append)), refusals


def test_a_new_page_gets_its_directories_and_the_usual_mode(root: Path, page: Path) -> None:
    mask = os.umask(0o027)
    try:
        written, refusals = new_page(root, "topics/norland/index.md")
    finally:
        os.umask(mask)
    assert (len(written), refusals) == (1, [])
    made = root / "topics/norland/index.md"
    assert made.read_bytes() == AFTER
    assert made.stat().st_mode & 0o777 == 0o640
    assert files(root) == ["news/2016/02/6/a.md", "topics/norland/index.md"]


def test_a_new_page_replaces_nothing(root: Path, page: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "away").symlink_to(outside)
    (root / "link.md").symlink_to(outside / "made.md")
    for place in ("news/2016/02/6/a.md", "link.md", "away/made.md", "../made.md"):
        written, refusals = new_page(root, place)
        assert (written, len(refusals)) == ([], 1), place
    assert page.read_bytes() == BEFORE
    assert list(outside.iterdir()) == []
    assert files(root) == ["link.md", "news/2016/02/6/a.md"]


@pytest.mark.parametrize("taken", [False, True])
def test_a_new_page_needs_no_hard_links(
    root: Path, page: Path, taken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_links(*paths: object, **places: int) -> None:
        if taken:
            (page.parent / "new.md").write_bytes(b"theirs")
        raise PermissionError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", without_links)
    written, refusals = new_page(root, "news/2016/02/6/new.md")
    assert (len(written), len(refusals)) == ((0, 1) if taken else (1, 0))
    assert (page.parent / "new.md").read_bytes() == (b"theirs" if taken else AFTER)
    assert files(root) == ["news/2016/02/6/a.md", "news/2016/02/6/new.md"]


def test_a_read_only_page_is_refused_even_for_root(root: Path, page: Path) -> None:
    page.chmod(0o444)
    refused(root, page, r"a\.md: read-only; make it writable")
    assert page.read_bytes() == BEFORE


@pytest.mark.parametrize("now", [b"", b"befor", b"before\n", BEFORE + b"x"])
def test_a_page_that_changed_since_it_was_read_is_left_alone(
    root: Path, page: Path, now: bytes
) -> None:
    page.write_bytes(now)
    refused(root, page, "changed since it was read")
    assert page.read_bytes() == now


def test_a_page_that_became_a_link_is_not_written_through(
    root: Path, page: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.md"
    outside.write_bytes(BEFORE)
    page.unlink()
    page.symlink_to(outside)
    refused(root, page, "a symbolic link")
    assert outside.read_bytes() == BEFORE
    assert page.is_symlink()


def test_a_directory_that_became_a_link_is_not_entered(
    root: Path, page: Path, tmp_path: Path
) -> None:
    (root / "news").rename(tmp_path / "elsewhere")
    (root / "news").symlink_to(tmp_path / "elsewhere")
    refused(root, page, "the page is as it was")
    assert (tmp_path / "elsewhere/2016/02/6/a.md").read_bytes() == BEFORE


@pytest.mark.parametrize("path", ["../outside.md", "news/../../outside.md", ".", "/etc/hosts"])
def test_nothing_outside_the_root_is_written(root: Path, page: Path, path: str) -> None:
    (root.parent / "outside.md").write_bytes(BEFORE)
    refused(root, root / path, "not below")
    assert (root.parent / "outside.md").read_bytes() == BEFORE


def test_the_root_itself_may_be_reached_through_a_link(root: Path, page: Path) -> None:
    alias = root.parent / "alias"
    alias.symlink_to(root)
    write_page(alias, alias / page.relative_to(root), BEFORE, AFTER)
    assert page.read_bytes() == AFTER


def test_relative_paths_are_written(
    root: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(page.parent)
    write_page(Path(), Path("a.md"), BEFORE, AFTER)
    assert page.read_bytes() == AFTER


def test_what_is_not_a_regular_file_is_refused_and_not_waited_for(root: Path, page: Path) -> None:
    page.unlink()
    refused(root, page, "No such file")
    os.mkfifo(page)
    refused(root, page, "not a regular file")
    page.unlink()
    page.mkdir()
    refused(root, page, "not a regular file")


def test_a_name_as_long_as_names_may_be_is_written(root: Path, page: Path) -> None:
    long = page.with_name("京" * 84 + ".md")
    long.write_bytes(BEFORE)
    write_page(root, long, BEFORE, AFTER)
    assert long.read_bytes() == AFTER


def test_what_a_killed_writer_left_is_swept_by_the_next(root: Path, page: Path) -> None:
    page.with_name(".event-search.tmp").write_bytes(b"half")
    write_page(root, page, BEFORE, AFTER)
    assert files(root) == ["news/2016/02/6/a.md"]


OPERATIONS = ["open", "fstat", "read", "write", "fchmod", "fsync", "replace", "access", "unlink"]


@pytest.mark.parametrize("error", [OSError(errno.EIO, "I/O error"), OSError(errno.ENOSPC, "full"),
                                   KeyboardInterrupt(), MemoryError()], ids=repr)  # fmt: skip
@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_fails_the_page_is_before_or_after_and_nothing_is_left(
    root: Path, page: Path, monkeypatch: pytest.MonkeyPatch, operation: str, error: BaseException
) -> None:
    real: Callable[..., object] = getattr(os, operation)
    for fail_at in range(20):
        left = [fail_at]

        def failing(*args: object, left: list[int] = left, **options: object) -> object:
            left[0] -= 1
            if left[0] == -1:
                raise error
            return real(*args, **options)

        page.write_bytes(BEFORE)
        with monkeypatch.context() as patch:
            patch.setattr(os, operation, failing)
            try:
                write_page(root, page, BEFORE, AFTER)
            except (PageUnwritable, KeyboardInterrupt, MemoryError) as raised:
                told = str(raised)
                is_before = page.read_bytes() == BEFORE
                assert is_before or page.read_bytes() == AFTER
                if isinstance(raised, PageUnwritable):
                    assert ("as it was" in told) == is_before
                    assert ("replaced" in told) != is_before
            else:
                assert page.read_bytes() == AFTER
        assert files(root) == ["news/2016/02/6/a.md"]
        if left[0] >= 0:
            break
    else:
        pytest.fail("never ran out of calls to fail")


def test_a_write_in_pieces_is_whole(
    root: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:7]))
    write_page(root, page, BEFORE, AFTER)
    assert page.read_bytes() == AFTER


def test_two_writers_in_one_directory_take_turns(root: Path, page: Path) -> None:
    directory = os.open(page.parent, os.O_RDONLY)
    fcntl.flock(directory, fcntl.LOCK_EX)
    writer = threading.Thread(target=write_page, args=(root, page, BEFORE, AFTER))
    writer.start()
    writer.join(0.2)
    assert writer.is_alive()
    assert page.read_bytes() == BEFORE
    os.close(directory)
    writer.join(10)
    assert page.read_bytes() == AFTER


KILLED = """
import os, signal, sys
from pathlib import Path
from search.archive.page.related_section import Change
from search.archive.writer import write_pages
count, real = int(sys.argv[2]), {}
def dying(name):
    def call(*args, **options):
        global count
        count -= 1
        if count < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real[name](*args, **options)
    return call
for name in ("open", "write", "fsync", "replace", "close"):
    real[name] = getattr(os, name)
    setattr(os, name, dying(name))
page = Path(sys.argv[1])
list(write_pages([Change(page, page.parent, b"before", b"after")], print))
"""


def test_killed_anywhere_the_page_is_whole_and_the_next_run_ends_as_if_undisturbed(
    root: Path, page: Path
) -> None:
    survived = False
    for calls in range(30):
        page.write_bytes(b"before")
        run = subprocess.run(
            [sys.executable, "-c", KILLED, str(page), str(calls)], check=False, env={**os.environ}
        )
        assert page.read_bytes() in (b"before", b"after")
        if page.read_bytes() == b"before":
            write_page(root, page, b"before", b"after")
        assert files(root) == ["news/2016/02/6/a.md"]
        survived = run.returncode == 0
        if survived:
            break
    assert survived


@pytest.mark.skipif(not hasattr(os, "listxattr"), reason="no extended attributes here")
@pytest.mark.parametrize("operation", ["listxattr", "getxattr", "setxattr"])
@pytest.mark.parametrize("code", [errno.ENOTSUP, errno.EPERM, errno.EIO])
def test_attributes_that_may_not_be_kept_are_no_reason_to_stop_but_a_broken_disk_is(
    root: Path, page: Path, monkeypatch: pytest.MonkeyPatch, operation: str, code: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "listxattr", lambda file: ["user.editor"])
    monkeypatch.setattr(os, "getxattr", lambda file, name: b"somebody")
    monkeypatch.setattr(os, "setxattr", lambda file, name, value: None)
    monkeypatch.setattr(os, operation, refuse)
    if code == errno.EIO:
        refused(root, page, "the page is as it was")
        assert page.read_bytes() == BEFORE
    else:
        write_page(root, page, BEFORE, AFTER)
        assert page.read_bytes() == AFTER
    assert files(root) == ["news/2016/02/6/a.md"]


def test_where_there_are_no_extended_attributes_pages_are_written(
    root: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On other systems Python has no call for them."""
    monkeypatch.setattr("search.archive.writer.sys.platform", "darwin")
    for name in ("listxattr", "getxattr", "setxattr"):
        monkeypatch.delattr(os, name, raising=False)
    page.chmod(0o640)
    write_page(root, page, BEFORE, AFTER)
    assert page.read_bytes() == AFTER
    assert page.stat().st_mode & 0o7777 == 0o640
