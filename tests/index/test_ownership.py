"""Nothing that is not ours is removed or overwritten, whatever its name."""

import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Index, UsageError, build, regenerate_archive
from search.cli import commands
from search.engine.build import repair
from search.index import publishing
from search.index.ownership import MARK, claim, is_generation, mark_generation
from tests.small_archive import page_of, stories

FROZEN = Path(__file__).parents[1] / "frozen"


def site(directory: Path) -> Path:
    for event in stories()[:4]:
        page = directory / event.id.lstrip("/")
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(page_of(event), encoding="utf-8")
    return directory


def contents(directory: Path) -> dict[str, bytes | str | None]:
    """All that lies below a directory: files with their bytes, links with their targets."""
    return {
        str(path.relative_to(directory)): (
            str(path.readlink())
            if path.is_symlink()
            else path.read_bytes()
            if path.is_file()
            else None
        )
        for path in sorted(directory.rglob("*"))
    }


# Folders of users, by the files in them; a name that ends in "/" is an empty folder.
LAYOUTS: dict[str, tuple[str, ...]] = {
    "days": ("20150705/article.md", "20150706/article.md"),
    "months": ("201507/a.md", "201508/b.md"),
    "numbers of six digits": ("000001/photo.jpg", "000002/photo.jpg", "000003/photo.jpg"),
    "numbers of eighteen digits": ("123456789012345678/x", "999999999999999999/x"),
    "one empty folder of digits": ("000007/",),
    "files of digits": ("20150705", "000001"),
    "building and a word": ("building-collapse/article.md",),
    "building and a number": ("building-000007-1234/data", "building-000008/data"),
    "an unfinished generation's name": ("building-000007-0123456789abcdef/article.md",),
    "new files": ("CURRENT.new", "draft.new", "FILE_CACHE.new"),
    "a holder": ("HOLDER",),
    "a lock that holds something": ("LOCK",),
    "a lock folder": ("LOCK/",),
    "a mark of somebody else": (MARK,),
    "a mark folder": (f"{MARK}/file",),
    "a current of somebody else": ("CURRENT", "000001/manifest.json", "000002/manifest.json"),
    "checksums of somebody else": ("CURRENT", "000001/manifest.json", "000001/checksums"),
    "hidden files": (".git/HEAD", ".gitignore"),
    "a page": ("index.md",),
    "records like ours": ("SOURCES", "PAGES", "FILE_CACHE", "aliases.tsv"),
    "a home": ("Documents/20160101/a", "building-plans/b", "HOLDER", "notes.new", "20160102/c"),
}


def laid_out(directory: Path, names: tuple[str, ...]) -> None:
    for name in names:
        path = directory / name
        if name.endswith("/"):
            path.mkdir(parents=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"precious {name}")


COMMANDS: dict[str, Callable[[Path, Path], object]] = {
    "index": lambda archive, index: build([archive], index),
    "regenerate": regenerate_archive,
    "repair": lambda archive, index: repair(index),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_folder_that_is_neither_empty_nor_an_index_is_refused_untouched(
    tmp_path: Path, layout: str, command: str
) -> None:
    archive = site(tmp_path / "site")
    folder = tmp_path / "folder"
    folder.mkdir()
    laid_out(folder, LAYOUTS[layout])
    before = contents(tmp_path)
    with pytest.raises(UsageError) as caught:
        COMMANDS[command](archive, folder)
    assert str(folder) in str(caught.value) and "nothing was changed" in str(caught.value)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("layout", sorted(set(LAYOUTS) - {
    "a mark of somebody else", "a mark folder", "a lock that holds something", "a lock folder",
    "a current of somebody else", "checksums of somebody else", "records like ours", "a holder",
    "new files", "a home"}))  # fmt: skip
def test_what_a_user_puts_into_an_index_stays_there(tmp_path: Path, layout: str) -> None:
    archive, index = site(tmp_path / "site"), tmp_path / "index"
    build([archive], index)
    laid_out(index, tuple(n for n in LAYOUTS[layout] if not (index / n.split("/")[0]).exists()))
    before = contents(index)
    (archive / "more.md").write_text(page_of(stories()[7]), encoding="utf-8")
    build([archive], index)
    left = contents(index)
    ours = ("CURRENT", "FILE_CACHE", "SOURCES")
    kept = {name for name in before if not name.startswith(ours)}
    assert {name: left.get(name, "gone") for name in kept} == {n: before[n] for n in kept}


NAMES = st.one_of(
    st.from_regex(r"\A[0-9]{1,20}\Z"),
    st.from_regex(r"\Abuilding-[a-z0-9-]{0,30}\Z"),
    st.from_regex(r"\A[A-Za-z]{1,8}\.new\Z"),
    st.sampled_from(["HOLDER", "LOCK", "CURRENT", "SOURCES", "PAGES", "FILE_CACHE", MARK]),
    st.from_regex(r"\A[a-zA-Z0-9._ -]{1,20}\Z").filter(lambda name: name.strip(".") != ""),
)


@given(names=st.sets(NAMES, min_size=1, max_size=6), data=st.binary(min_size=1, max_size=30),
       folders=st.booleans())  # fmt: skip
@settings(max_examples=100)
def test_nothing_is_touched_in_a_folder_of_any_names(
    names: set[str], data: bytes, folders: bool
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name in names - {"aliases.tsv"}:
            if folders:
                (folder / name).mkdir(exist_ok=True)
                (folder / name / "article.md").write_bytes(data)
            else:
                (folder / name).write_bytes(data)
        before = contents(folder)
        try:
            with publishing.writing(folder):
                pass
        except UsageError:
            assert contents(folder) == before
        else:
            # Only names that an unfinished first run may have left were there.
            assert not folders and names <= {MARK}


@given(names=st.sets(NAMES, min_size=1, max_size=6))
@settings(max_examples=100)
def test_no_folder_in_an_index_is_removed_without_our_mark(names: set[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with publishing.writing(folder):
            pass
        given_names = {name for name in names if not (folder / name).exists()} - {"HOLDER"}
        given_names = {name for name in given_names if not name.endswith(".new")}
        for name in given_names:
            (folder / name).mkdir()
            (folder / name / "article.md").write_text("precious")
        for _ in "ab":
            with publishing.writing(folder):
                pass
        assert all((folder / name / "article.md").is_file() for name in given_names)


def test_an_empty_name_is_no_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = site(tmp_path / "site")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    calls: list[Callable[[], object]] = [
        lambda: build([archive], ""),
        lambda: regenerate_archive(archive, ""),
        lambda: repair(""),
        lambda: Index.open(""),
    ]
    for call in calls:
        with pytest.raises(UsageError, match="index directory is empty"):
            call()
    for arguments in (["index", str(archive)], ["regenerate", str(archive)], ["info"]):
        told = CliRunner().invoke(commands, [*arguments, "--index", ""])
        assert told.exit_code == 2 and "path is empty" in told.output
        told = CliRunner(env={"EVENT_SEARCH_INDEX": ""}).invoke(commands, arguments)
        assert told.exit_code == 2 and "is empty" in told.output
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_index_of_a_version_without_marks_is_taken_over(tmp_path: Path, number: int) -> None:
    with tarfile.open(FROZEN / f"format-{number}.tar.gz") as packed:
        packed.extractall(tmp_path, filter="data")
    index = tmp_path / "index"
    laid_out(index, ("20150705/article.md", "building-collapse/article.md", "notes.new"))
    for _ in "abc":
        with publishing.writing(index):
            publishing.publish(index, lambda directory: {})
    assert (index / MARK).is_file()
    assert not is_generation(index / "20150705")
    assert (index / "20150705/article.md").is_file()
    assert (index / "building-collapse/article.md").is_file() and (index / "notes.new").is_file()
    assert not (index / "000001").exists()


def test_a_current_that_names_another_manifest_is_no_index(tmp_path: Path) -> None:
    with tarfile.open(FROZEN / "format-3.tar.gz") as packed:
        packed.extractall(tmp_path, filter="data")
    index = tmp_path / "index"
    with (index / "000001/manifest.json").open("a") as file:
        file.write(" ")
    before = contents(index)
    with pytest.raises(UsageError), publishing.writing(index):
        pass
    assert contents(index) == before


@pytest.mark.parametrize("length", range(0, 60, 7))
def test_a_mark_torn_by_a_crash_is_written_anew(tmp_path: Path, length: int) -> None:
    claim(tmp_path)
    whole = (tmp_path / MARK).read_bytes()
    (tmp_path / MARK).write_bytes(whole[:length])
    claim(tmp_path)
    assert (tmp_path / MARK).read_bytes() == whole
    (tmp_path / MARK).write_bytes(whole[:length])
    (tmp_path / "article.md").write_text("precious")
    with pytest.raises(UsageError):
        claim(tmp_path)


def test_a_link_in_the_place_of_a_mark_is_not_followed(tmp_path: Path) -> None:
    victim, index = tmp_path / "victim", tmp_path / "index"
    index.mkdir()
    victim.write_text("")
    (index / MARK).symlink_to(victim)
    with pytest.raises(UsageError):
        claim(index)
    assert victim.read_text() == ""
    generation = tmp_path / "000001"
    generation.mkdir()
    mark_generation(generation)
    (tmp_path / "000002").symlink_to(generation)
    assert is_generation(generation) and not is_generation(tmp_path / "000002")


def test_corrections_may_lie_there_before_the_index(tmp_path: Path) -> None:
    (tmp_path / "aliases.tsv").write_text("")
    claim(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [MARK, "aliases.tsv"]
