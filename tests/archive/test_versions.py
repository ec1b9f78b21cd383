"""Older versions of a page are no events; no mistake in a history costs one for good."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import Index, build, read, regenerate_archive
from search.archive import Skipped, scan_archives
from search.archive.versions import older_versions, replaced
from search.model.digests import hash_of


def page(title: str, *history: str, label: str = "Changes") -> str:
    items = "".join(f"1. [A title ](/zh{link}) _2018-02-06 13:49:30_\n" for link in history)
    changes = f"### {label}:\n\n{items}\n" if history else ""
    return (
        "Formats: [HTML](/zh/news/2018/02/6/a.html)  [JSON](/zh/news/2018/02/6/a.json)  \n"
        "### [2018-02-6](/zh/news/2018/02/6/index.md)\n\n##### Norland\n# "
        f"{title} \n\n\n### Sources:\n\n1. [The Selva Post](http://selva.test/)\n"
        "1. [Cover Image](http://selva.test/cover.jpg)\n\n"
        f"### Related:\n\n1. [Old](/zh/news/2018/02/5/x.md)\n\n{changes}"
    )


OLD, MID, NEW = (f"/news/2018/02/6/{name}.md" for name in ("z-old", "m-mid", "a-new"))


def site(root: Path, pages: dict[str, str]) -> Path:
    for place, text in pages.items():
        path = root / place.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def ids(root: Path) -> tuple[list[str], list[str]]:
    skipped: list[Skipped] = []
    events = [event.id for event in read([root], skipped.append)]
    told: list[Skipped] = []
    scan = scan_archives([root], None, told.append)
    again = scan_archives([root], scan.file_cache, told.append)
    assert scan.events == again.events
    assert len(scan.events) == len(events)
    assert sorted(map(str, skipped)) == sorted(set(map(str, told)))
    return events, [skip.reason for skip in skipped]


def test_what_a_history_names_is_no_event(tmp_path: Path) -> None:
    root = site(
        tmp_path / "site",
        {
            OLD: page("It began."),
            MID: page("It went on.", OLD, MID),
            NEW: page("It ended.", OLD, MID, NEW),
            "/news/2018/02/6/other.md": page("Something else."),
        },
    )
    found, reasons = ids(root)
    assert found == [NEW, "/news/2018/02/6/other.md"]
    assert len(reasons) == 2
    assert all(reason.startswith("an older version of ") for reason in reasons)


def test_sources_are_read_and_covers_are_none(tmp_path: Path) -> None:
    root = site(tmp_path, {NEW: page("It ended.", OLD, NEW)})
    event = next(iter(read([root], lambda skipped: None)))
    assert event.sources == ("The Selva Post",)
    assert event.terms == ("Norland",)
    assert event.summary == ""


@pytest.mark.parametrize(
    "pages",
    [
        {OLD: page("A", NEW, OLD), NEW: page("B", OLD, NEW)},  # each says it of the other
        {OLD: page("A", MID, OLD), MID: page("B", NEW, MID), NEW: page("C", OLD, NEW)},
        {OLD: page("A", OLD), NEW: page("B", NEW, NEW)},  # of itself
        {OLD: page("A"), NEW: page("B", OLD)},  # without a current version
        {OLD: page("A"), NEW: page("B", OLD, NEW, label="Comments")},
    ],
)
def test_no_mistake_in_a_history_costs_an_event(tmp_path: Path, pages: dict[str, str]) -> None:
    assert ids(site(tmp_path, pages))[0] == sorted(pages)


def test_updates_follow_a_history_that_comes_changes_and_goes(tmp_path: Path) -> None:
    root = site(tmp_path / "site", {OLD: page("It began."), NEW: page("It ended.")})
    site(root, {f"/news/2018/02/7/{n}.md": page(f"Event {n} in Norland") for n in range(4)})

    def events() -> list[str]:
        build([root], tmp_path / "index")
        with Index.open(tmp_path / "index") as index:
            return sorted(index.ids())[:2]

    assert events() == [NEW, OLD]
    site(root, {NEW: page("It ended.", OLD, NEW)})
    assert events()[:1] == [NEW]
    assert OLD not in events()
    (root / NEW[1:]).touch()
    assert OLD not in events()
    before = (root / OLD[1:]).read_bytes()
    run = regenerate_archive(root, tmp_path / "index")
    assert run.pages == 5
    assert (root / OLD[1:]).read_bytes() == before
    (root / NEW[1:]).unlink()
    assert OLD in events()


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12))
def test_every_page_or_a_newer_one_of_it_stays(pairs: list[tuple[int, int]]) -> None:
    gone = replaced(pairs)
    for old in gone:
        assert any(page not in gone for page, other in pairs if other == old or other in gone)
    pages = {one for pair in pairs for one in pair}
    assert not pages or pages - gone


def test_a_history_is_followed_only_within_the_site() -> None:
    history = [
        "/zh/news/a.md",
        "http://x/zh/news/b.md",
        "/other/c.md",
        "/zh/news/d.md?x#y",
        "/zh/n/e.md",
    ]
    assert older_versions(history, "/n/e.md") == ("/news/a.md", "/news/d.md")
    assert older_versions(history, "/n/f.md") == ()
    assert older_versions([], "/n/f.md") == ()
    assert hash_of("/n/e.md") != hash_of("/n/f.md")
