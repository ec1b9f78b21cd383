"""When a page is renamed, the lists of other pages follow it and are otherwise as before."""

from pathlib import Path

import pytest

from search import (
    Change,
    Index,
    ReadOptions,
    RelatedOptions,
    TooMuchChurn,
    build,
    regenerate_archive,
)
from search.engine.decisions.renames import renames_of
from search.engine.decisions.review import marks_in
from search.publish.lists_as_data import write_list_files
from search.publish.run_report import LinkChanges
from tests.engine.decisions.editing import (
    EVENTS,
    commit,
    decide,
    edited,
    git,
    line_of,
    listed,
    mark,
    rename,
    with_list,
)
from tests.site_pages import bytes_of, put
from tests.small_archive import page_of

OLD = EVENTS[1].id
FOLDER, SLUG = OLD.rpartition("/")[::2]
OTHER_FOLDER, OTHER_SLUG = "/news/2014/07/3", "norland-takes-the-harbour.md"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return put(tmp_path / "site", {event.id: page_of(event) for event in EVENTS})


def changes_of(site: Path, index: Path, *, fresh: bool = False) -> list[Change]:
    """What a run changes if pages may only follow renames; a second run changes nothing."""
    changes: list[Change] = []
    regenerate_archive(site, index, max_churn=0, fresh=fresh, on_change=changes.append)
    assert regenerate_archive(site, index, fresh=fresh).changed == 0
    return changes


@pytest.mark.parametrize(
    ("by", "new"),
    [
        ("the index", f"{OTHER_FOLDER}/{OTHER_SLUG}"),
        ("git", f"{OTHER_FOLDER}/{OTHER_SLUG}"),
        ("the items", f"{OTHER_FOLDER}/{SLUG}"),
        ("the items", f"{FOLDER}/{OTHER_SLUG}"),
    ],
)
def test_lists_follow_a_renamed_page(site: Path, tmp_path: Path, new: str, by: str) -> None:
    regenerate_archive(site, tmp_path / "i")
    before = bytes_of(site)
    if by == "git":
        commit(site, "Lists")
    rename(site, OLD, new)
    if by == "git":
        git(site, "add", "-A")
        git(site, "commit", "-qm", "Rename a page")
    changes = changes_of(site, tmp_path / ("i" if by == "the index" else "new"))
    assert len(changes) >= 3
    for change in changes:
        assert change.after == change.before.replace(OLD.encode(), new.encode())
        assert change.reasons == (f"renamed: moved to {new}: {EVENTS[1].title}",)
        links = LinkChanges.of(change)
        assert (links.new, links.lost, links.moved, links.kinds) == ((), (), (), ["renamed"])
    after = bytes_of(site)
    assert {page for page in after if OLD.encode() in after[page]} == set()
    assert after.pop(new[1:]) == before.pop(OLD[1:])


@pytest.mark.parametrize("by", ["a commit", "the working copy", "the items"])
def test_lists_with_permalinks_follow_a_renamed_page(site: Path, tmp_path: Path, by: str) -> None:
    options = ReadOptions(link="/{year}/{month}/{slug}/")
    regenerate_archive(site, tmp_path / "i", read_options=options)
    page, new = EVENTS[5].id, f"{FOLDER}/{OTHER_SLUG}"
    with Index.open(tmp_path / "i") as index:
        old_link = index.event(OLD).link
    mark(site, page, f"pin {old_link}")
    regenerate_archive(site, tmp_path / "i", read_options=options)
    if by != "the items":
        commit(site, "Lists")
    rename(site, OLD, new)
    if by == "a commit":
        commit(site, "Rename a page")
    changes: list[Change] = []
    regenerate_archive(site, tmp_path / "new", read_options=options, on_change=changes.append)
    with Index.open(tmp_path / "new") as index:
        new_link = index.event(new).link
        (pin,) = marks_in(site, index)
    renamed = [change for change in changes if change.only_follows_renames]
    assert len(renamed) >= 3
    assert all(change.renamed == ((new_link, old_link),) for change in renamed)
    assert (new_link in listed(site, page)) == (not pin.note) == (by != "the items")
    assert pin.moved == ("" if by == "the items" else f"{old_link} is now {new_link}")


def test_a_fresh_list_of_other_links_still_counts_as_churn(site: Path, tmp_path: Path) -> None:
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    rename(site, OLD, f"{FOLDER}/{OTHER_SLUG}")
    banned = next(link for link in listed(site, page) if link != OLD)
    mark(site, page, f"ban {banned}")
    with pytest.raises(TooMuchChurn, match="1 of 6 pages"):
        changes_of(site, tmp_path / "i")


def test_a_deleted_page_is_not_taken_for_another_of_its_title(site: Path, tmp_path: Path) -> None:
    text = page_of(EVENTS[1]).replace("2014-07-02", "2014-08-02")
    twin = f"/news/2014/08/02/{SLUG}"
    put(site, {twin: text})
    regenerate_archive(site, tmp_path / "i")
    reasons: list[str] = []
    (site / OLD[1:]).unlink()
    regenerate_archive(
        site, tmp_path / "i", on_change=lambda change: reasons.extend(change.reasons)
    )
    assert reasons
    assert not [reason for reason in reasons if reason.startswith("renamed")]


@pytest.mark.parametrize(
    ("by", "is_recorded"), [("the index", True), ("the index", False), ("git", True)]
)
def test_a_link_that_is_deleted_while_its_page_is_renamed_stays_deleted(
    site: Path, tmp_path: Path, by: str, is_recorded: bool
) -> None:
    if is_recorded:
        decide(site, "")
    regenerate_archive(site, tmp_path / "i")
    commit(site, "Lists")
    page, new = EVENTS[0].id, f"{OTHER_FOLDER}/{OTHER_SLUG}"
    edited(site, page, line_of(site, page, OLD), "")
    rename(site, OLD, new)
    if by == "git":
        commit(site, "Rename a page, and delete a link to it")
    for fresh in (False, True):
        regenerate_archive(site, tmp_path / ("i" if by == "the index" else "new"), fresh=fresh)
        assert not {OLD, new} & {*listed(site, page)}
        assert new in listed(site, EVENTS[2].id)
        assert f"<!-- event-search: ban {new} -->" in (site / page[1:]).read_text()


@pytest.mark.parametrize(("index", "is_recorded"), [("i", True), ("i", False), ("new", True)])
def test_links_that_an_editor_corrects_after_a_rename_are_no_edits(
    site: Path, tmp_path: Path, index: str, is_recorded: bool
) -> None:
    if is_recorded:
        decide(site, "")
    regenerate_archive(site, tmp_path / "i")
    new = f"{OTHER_FOLDER}/{OTHER_SLUG}"
    commit(site, "Lists")
    rename(site, OLD, new)
    for path in site.rglob("*.md"):
        path.write_bytes(path.read_bytes().replace(OLD.encode(), new.encode()))
    if index == "new":
        commit(site, "Rename a page")
    regenerate_archive(site, tmp_path / index)
    assert not [page for page in bytes_of(site).values() if b"event-search: pin" in page]
    assert not [page for page in bytes_of(site).values() if b"event-search: ban" in page]


def test_a_reworded_item_keeps_its_words_when_its_page_is_renamed(
    site: Path, tmp_path: Path
) -> None:
    decide(site, "")
    regenerate_archive(site, tmp_path / "i")
    page, new = EVENTS[0].id, f"{OTHER_FOLDER}/{OTHER_SLUG}"
    line = line_of(site, page, OLD)
    edited(site, page, line, line.replace(EVENTS[1].title, "The harbour is free"))
    rename(site, OLD, new)
    regenerate_archive(site, tmp_path / "i")
    assert line_of(site, page, new) == line.replace(EVENTS[1].title, "The harbour is free").replace(
        OLD, new
    )


@pytest.mark.parametrize("by", ["the index", "git", "nothing"])
def test_a_pin_on_an_old_address_acts_and_its_new_address_is_named(
    site: Path, tmp_path: Path, by: str
) -> None:
    page, old, new = EVENTS[5].id, OLD, f"{OTHER_FOLDER}/{SLUG}"
    decide(site, f'[pin]\n"{page}" = ["{old}"]\n')
    index = tmp_path / ("i" if by == "the index" else "new")
    regenerate_archive(site, tmp_path / "i")
    assert listed(site, page) == [old]
    if by == "git":
        commit(site, "Lists")
    rename(site, old, new)
    if by == "git":
        commit(site, "Rename a page")
    regenerate_archive(site, index, fresh=True)
    assert listed(site, page) == ([] if by == "nothing" else [new])
    with Index.open(index) as opened:
        (pin,) = [each for each in marks_in(site, opened) if each.path.name == "related.toml"]
    if by == "nothing":
        assert pin.note.endswith(f"correct the link, perhaps to {new}")
    else:
        assert (pin.note, pin.moved) == ("", f"{old} is now {new}")


def test_a_dry_run_or_one_for_missing_lists_forgets_no_old_address(
    site: Path, tmp_path: Path
) -> None:
    decide(site, f'[pin]\n"{EVENTS[5].id}" = ["{OLD}"]\n')
    regenerate_archive(site, tmp_path / "i")
    rename(site, OLD, f"{OTHER_FOLDER}/{OTHER_SLUG}")
    put(site, {EVENTS[3].id: page_of(EVENTS[3])})
    regenerate_archive(site, tmp_path / "i", write=False)
    regenerate_archive(site, tmp_path / "i", only_missing=True)
    run = regenerate_archive(site, tmp_path / "i")
    assert run.stale_marks == 0
    assert listed(site, EVENTS[5].id) == [f"{OTHER_FOLDER}/{OTHER_SLUG}"]


def test_lists_in_data_files_follow_a_renamed_page(site: Path, tmp_path: Path) -> None:
    out, new = tmp_path / "related.json", f"{FOLDER}/{OTHER_SLUG}"
    for _ in range(2):
        regenerate_archive(site, tmp_path / "i")
        with Index.open(tmp_path / "i") as index:
            before = out.read_text() if out.exists() else ""
            write_list_files(index, out, RelatedOptions())
        if not before:
            rename(site, OLD, new)
    lines = sorted(out.read_text().splitlines())
    assert [line.rstrip(",") for line in lines] == sorted(
        line.replace(OLD, new).rstrip(",") for line in before.splitlines()
    )


def test_an_event_without_a_date_is_not_known_by_its_title_alone(tmp_path: Path) -> None:
    events = [{"id": "https://a.example/b", "title": "Weekly notes"}]
    build(events=events, directory=tmp_path / "i", read_options=ReadOptions(undated=True))
    with Index.open(tmp_path / "i") as index:
        renames = renames_of(index)
        assert renames.of_item("https://b.example/c", "Weekly notes") is None
        assert renames.of_item("https://b.example/b", "Weekly notes") == events[0]["id"]


def test_pages_of_one_file_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    event = {"id": "/posts/b/index.md", "date": "2024-05-01", "title": "Weekly notes"}
    build(events=[event], directory=tmp_path / "i")
    with Index.open(tmp_path / "i") as index:
        renames = renames_of(index)
        assert renames.of_item("/posts/2019-01-01-a/index.md", "Weekly notes") is None
        assert renames.of_item("/notes/b/index.md", "Weekly notes") == event["id"]
