"""After an update only pages whose list may have changed are looked at, and none is missed."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from search import Event, Index, RelatedOptions, Run, Skipped, build, regenerate_archive
from search import archive as reading
from search.archive import Entry, OnSkip, SitePage
from search.index import publishing
from search.model.errors import IndexLocked
from tests.engine.test_updating import NEW
from tests.site_pages import bytes_of, put
from tests.small_archive import odd, page_of, stories

BASE = [*stories(), *odd()]


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all changes lay well before the reading, and few of them were many."""
    monkeypatch.setattr("search.archive.file_cache._MOMENT", -(10**15))
    monkeypatch.setattr("search.archive.file_cache._LONG_MOMENT", -(10**15))
    monkeypatch.setattr("search.engine.update_plan.DRIFT", 10.0)


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the pages that a run opens to compare them."""
    ids: list[str] = []
    plain = reading.page_of

    def noted(entry: Entry, on_skip: OnSkip) -> SitePage | None:
        ids.append(entry.id)
        return plain(entry, on_skip)

    monkeypatch.setattr("search.archive.page_of", noted)
    return ids


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return put(tmp_path / "site", {event.id: page_of(event) for event in BASE})


def changes(site: Path, seed: int) -> Iterator[None]:
    """Pages come, go, are altered and have their lists spoilt; one step after the other."""
    lot = random.Random(seed)
    new: list[Event] = list(NEW)
    for _ in range(6):
        pages = sorted(site.rglob("*.md"))
        path = lot.choice(pages)
        match lot.randrange(5):
            case 0 if new:
                event = new.pop(lot.randrange(len(new)))
                put(site, {event.id: page_of(event)})
            case 1:
                path.unlink()
            case 2:
                old = next((e for e in [*BASE, *NEW] if path.match(e.id.lstrip("/"))), BASE[0])
                put(site, {old.id: page_of(replace(old, title=f"{old.title} Norland waits."))})
            case 3:
                path.write_bytes(path.read_bytes() + b"\n1. [Not ours](/x.md)\n")
            case _:
                path.write_bytes(path.read_bytes().replace(b"1. [", b"1. [Spoilt ", 1))
        yield


@pytest.mark.parametrize(
    "options", [RelatedOptions(), RelatedOptions(order="context"), RelatedOptions(min_score=0.2)]
)
@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_looks_at_few_pages_leaves_what_one_that_looks_at_all_would(
    site: Path, index: Path, seed: int, options: RelatedOptions
) -> None:
    regenerate_archive(site, index, options)
    for _ in changes(site, seed):
        run = regenerate_archive(site, index, options)
        after = bytes_of(site)
        (index / "PAGES").unlink()
        (index / "FILE_CACHE").unlink()
        again = regenerate_archive(site, index, options)
        assert (again.changed, again.pages, again.unrelated) == (0, run.pages, run.unrelated)
        assert bytes_of(site) == after


def test_a_run_with_nothing_new_looks_at_no_page(
    site: Path, index: Path, looked_at: list[str]
) -> None:
    first = regenerate_archive(site, index)
    assert set(looked_at) == {event.id for event in BASE}
    looked_at.clear()
    hints = {name: (index / name).read_bytes() for name in ("PAGES", "FILE_CACHE")}
    assert regenerate_archive(site, index) == replace(first, changed=0)
    assert looked_at == []
    assert hints == {name: (index / name).read_bytes() for name in hints}


def test_a_new_page_is_looked_at_with_those_that_it_is_related_to(
    site: Path, index: Path, looked_at: list[str]
) -> None:
    regenerate_archive(site, index)
    looked_at.clear()
    put(site, {NEW[0].id: page_of(NEW[0])})
    regenerate_archive(site, index)
    with Index.open(index) as opened:
        related = {
            event_id
            for event_id in opened.ids()
            if NEW[0].id in [hit.event.id for hit in opened.related(event_id)]
        }
    assert related
    assert {NEW[0].id, *related} <= set(looked_at)
    assert len(looked_at) < len(BASE) / 2


def test_the_index_may_be_updated_many_times_between_two_runs(
    site: Path, index: Path, looked_at: list[str]
) -> None:
    regenerate_archive(site, index)
    for event in NEW:
        put(site, {event.id: page_of(event)})
        build([site], index)
    looked_at.clear()
    regenerate_archive(site, index)
    few = set(looked_at)
    assert {event.id for event in NEW} < few < {event.id for event in BASE + NEW}
    (index / "PAGES").unlink()
    assert regenerate_archive(site, index).changed == 0


def test_the_lists_asked_after_a_rename_are_those_of_a_page_removed_and_a_page_added(
    site: Path, index: Path, looked_at: list[str]
) -> None:
    old = site / BASE[4].id.lstrip("/")
    new = old.with_name("renamed.md")
    regenerate_archive(site, index)
    data = old.read_bytes()

    def asked() -> set[str]:
        looked_at.clear()
        regenerate_archive(site, index, write=False)
        return set(looked_at)

    old.unlink()
    removed = asked()
    new.write_bytes(data)
    assert asked() == removed | {f"/{new.relative_to(site).as_posix()}"}
    assert len(removed) < len(BASE) / 2
    new.rename(old)
    assert asked() <= {BASE[4].id}  # its time changed


def test_a_page_with_fields_beside_it_is_looked_at_once(
    site: Path, index: Path, looked_at: list[str]
) -> None:
    fields = (site / BASE[4].id.lstrip("/")).with_suffix(".meta")
    fields.write_text(".. tags: a\n")
    regenerate_archive(site, index)
    for looked in ([], [BASE[4].id]):
        looked_at.clear()
        assert regenerate_archive(site, index).changed == 0
        assert looked_at == looked
        fields.write_text(".. tags: a, b\n")


def test_a_run_over_a_part_leaves_what_is_known_of_the_other_pages(
    site: Path, index: Path, looked_at: list[str]
) -> None:
    regenerate_archive(site, index)
    for part in (site / BASE[4].id.lstrip("/"), site / "news" / "2014"):
        looked_at.clear()
        regenerate_archive(part, index)
        assert looked_at == []
    put(site, {NEW[0].id: page_of(NEW[0])})
    regenerate_archive(site / BASE[4].id.lstrip("/"), index)
    looked_at.clear()
    regenerate_archive(site, index)
    few = set(looked_at)
    assert NEW[0].id in few and len(few) < len(BASE) / 2
    (index / "PAGES").unlink()
    assert regenerate_archive(site, index).changed == 0


def test_other_decisions_for_a_part_are_void_for_the_whole(
    site: Path, index: Path, looked_at: list[str]
) -> None:
    part = site / "news" / "2014"
    regenerate_archive(site, index)
    page = next(page for page in sorted(part.rglob("*.md")) if b"1. [" in page.read_bytes())
    named = {f"/{page.relative_to(site).as_posix()}"}
    (part / "related.toml").write_text(f'exclude = ["{BASE[4].id}"]\n')
    regenerate_archive(part, index)
    looked_at.clear()
    regenerate_archive(site, index)
    assert named <= set(looked_at) and len(set(looked_at)) == len(BASE)
    looked_at.clear()
    regenerate_archive(site, index)
    assert looked_at == []


def test_other_options_look_at_every_page(site: Path, index: Path, looked_at: list[str]) -> None:
    regenerate_archive(site, index)
    looked_at.clear()
    regenerate_archive(site, index, RelatedOptions(limit=3))
    assert set(looked_at) == {event.id for event in BASE}


def test_what_is_only_shown_is_not_remembered(
    site: Path, index: Path, looked_at: list[str]
) -> None:
    shown = regenerate_archive(site, index, write=False)
    looked_at.clear()
    assert regenerate_archive(site, index, write=False) == shown
    assert set(looked_at) == {event.id for event in BASE}


def test_a_page_that_cannot_be_given_a_section_is_told_every_time(site: Path, index: Path) -> None:
    page = site / BASE[4].id.lstrip("/")
    page.write_text(page_of(BASE[4]) + "\n```\nnever closed\n")
    for _ in range(2):
        told: list[Skipped] = []
        regenerate_archive(site, index, on_skip=told.append)
        assert [skipped.path for skipped in told] == [str(page)]


def test_a_page_that_was_edited_while_the_run_went_on_is_read_by_the_next(
    site: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = site / BASE[4].id.lstrip("/")
    plain = reading.page_of

    edits = iter([BASE[4].id])

    def edited(entry: Entry, on_skip: OnSkip) -> SitePage | None:
        if entry.id == BASE[4].id and next(edits, ""):
            path.write_text(page_of(replace(BASE[4], title="Zelda Quist takes Port Selva.")))
        return plain(entry, on_skip)

    with monkeypatch.context() as patch:
        patch.setattr("search.archive.page_of", edited)
        regenerate_archive(site, index)
    assert b"1. [" in path.read_bytes()
    regenerate_archive(site, index)
    with Index.open(index) as opened:
        assert opened.event(BASE[4].id).title == "Zelda Quist takes Port Selva."


@pytest.mark.parametrize("damage", [b"", b"x", b"0" * 64 + b"\n{}\n"])
def test_a_damaged_record_costs_a_look_at_every_page_and_no_more(
    site: Path, index: Path, looked_at: list[str], damage: bytes
) -> None:
    first = regenerate_archive(site, index)
    (index / "PAGES").write_bytes(damage)
    looked_at.clear()
    assert regenerate_archive(site, index) == Run(first.pages, 0, first.unrelated, 0, written=True)
    assert set(looked_at) == {event.id for event in BASE}


@pytest.mark.parametrize("name", ["FILE_CACHE", "PAGES"])
def test_a_directory_in_place_of_a_record_costs_time_and_no_more(
    site: Path, index: Path, name: str
) -> None:
    regenerate_archive(site, index)
    (index / name).unlink()
    (index / name).mkdir()
    (index / name / "kept.md").write_text("mine")
    assert regenerate_archive(site, index).changed == 0
    assert (index / name / "kept.md").read_text() == "mine"


def test_the_record_is_written_under_the_lock(
    site: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_hint = publishing.replace_hint
    written: list[str] = []

    def guarded(path: Path, data: bytes) -> None:
        with pytest.raises(IndexLocked), publishing.writing(index):
            pass
        written.append(path.name)
        replace_hint(path, data)

    monkeypatch.setattr(publishing, "replace_hint", guarded)
    regenerate_archive(site, index)
    assert {"FILE_CACHE", "PAGES"} <= set(written)
