"""What a run wrote before it was killed is no work of an editor."""

from collections.abc import Callable
from pathlib import Path

import pytest

from search import regenerate_archive
from search.engine.decisions.last_lists import LastLists
from search.engine.decisions.planned_lists import PlannedLists
from tests.engine.decisions.editing import EVENTS, banned, edited, line_of, listed
from tests.site_pages import bytes_of, put
from tests.small_archive import page_of

NAME = "PLANNED_LISTS"
NEW = EVENTS[0]


@pytest.fixture
def killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with lists and a new event, whose run was killed when all pages were written."""
    site = put(tmp_path / "site", {event.id: page_of(event) for event in EVENTS[1:]})
    regenerate_archive(site, tmp_path / "i")
    assert not (tmp_path / "i" / NAME).exists()
    put(site, {NEW.id: page_of(NEW)})

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LastLists, "save", end)
        with pytest.raises(KeyboardInterrupt):
            regenerate_archive(site, tmp_path / "i")
    assert (tmp_path / "i" / NAME).exists()
    return site


def marked(site: Path) -> list[str]:
    return [name for name, text in bytes_of(site).items() if b"event-search:" in text]


def test_an_item_of_a_killed_run_that_is_good_no_longer_is_no_pin(
    killed: Path, tmp_path: Path
) -> None:
    pages = [event.id for event in EVENTS[1:] if NEW.id in listed(killed, event.id)]
    assert pages
    put(killed, {NEW.id: f"# Nothing of the kind\n\n## {NEW.date}\n\nAll quiet.\n"})
    regenerate_archive(killed, tmp_path / "i")
    assert marked(killed) == []
    assert not [page for page in pages if NEW.id in listed(killed, page)]
    assert not (tmp_path / "i" / NAME).exists()


def test_what_an_editor_deleted_or_added_after_a_killed_run_is_told(
    killed: Path, tmp_path: Path
) -> None:
    page = next(event.id for event in EVENTS[1:] if NEW.id in listed(killed, event.id))
    old = next(other for other in listed(killed, page) if other != NEW.id)
    other = next(e.id for e in EVENTS if e.id != page and e.id not in listed(killed, page))
    edited(killed, page, line_of(killed, page, old), f"1. [The desk adds]({other})\n")
    regenerate_archive(killed, tmp_path / "i")
    assert banned(killed) == [page.lstrip("/")]
    assert other in listed(killed, page)
    assert old not in listed(killed, page)


def test_a_run_that_writes_no_page_plans_none(killed: Path, tmp_path: Path) -> None:
    (tmp_path / "i" / NAME).unlink()
    regenerate_archive(killed, tmp_path / "i", fresh=True, write=False)
    assert not (tmp_path / "i" / NAME).exists()


@pytest.mark.parametrize(
    "alter",
    [
        lambda text: text.replace(b"\t", b"\t0", 1),
        lambda text: text[:-3],
        lambda text: b"\xff" + text[1:],
    ],
)
def test_a_line_that_was_altered_or_cut_is_passed_over(
    tmp_path: Path, alter: Callable[[bytes], bytes]
) -> None:
    PlannedLists(tmp_path).add([("1" * 16, ("a", "b"))])
    assert PlannedLists(tmp_path).by_key == {"1" * 16: ("a", "b")}
    path = tmp_path / NAME
    path.write_bytes(alter(path.read_bytes()))
    assert PlannedLists(tmp_path).by_key == {}
