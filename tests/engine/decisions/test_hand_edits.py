"""What an editor did by hand to a list stays done, whatever happens between the runs."""

from pathlib import Path

import pytest

from search import ReadOptions, RelatedOptions, regenerate_archive
from search.engine.decisions import ruled_lists
from search.engine.stable_lists import bounds_of
from search.model.page_style import PageStyle
from tests.engine.decisions.editing import (
    EVENTS,
    banned,
    commit,
    decide,
    edited,
    line_of,
    listed,
    not_listed,
    with_list,
)
from tests.site_pages import put
from tests.small_archive import page_of, stories


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return put(tmp_path / "site", {event.id: page_of(event) for event in EVENTS})


@pytest.mark.parametrize("index_of_next_run", ["i", "new"])
def test_what_is_deleted_and_added_by_hand_stays_so(
    site: Path, tmp_path: Path, index_of_next_run: str
) -> None:
    if index_of_next_run == "new":  # nothing but the pages tells what was there
        decide(site, "")
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    gone, new = listed(site, page)[0], not_listed(site, page)
    title = next(event.title for event in EVENTS if event.id == new)
    edited(site, page, line_of(site, page, gone), f"1. [{title}]({new})\n")
    regenerate_archive(site, tmp_path / index_of_next_run)
    for index in (index_of_next_run, "another"):
        assert gone not in listed(site, page) and new in listed(site, page)
        assert regenerate_archive(site, tmp_path / index).changed == 0
    text = (site / page[1:]).read_text(encoding="utf-8")
    assert f"<!-- event-search: ban {gone} -->" in text
    assert f"<!-- event-search: pin {new} -->" in text
    regenerate_archive(site, tmp_path / "i", fresh=True)
    assert gone not in listed(site, page) and new in listed(site, page)


@pytest.mark.parametrize(
    "form",
    ["1. [By hand]({link})", "- [{title}]({link}) (must read)", "1. **[{title}]({link})**",
     "1. [{title}]({link})\nA remark of the desk.", '- [{title}]({link} "a hint")',
     "- [ ] [{title}](<{link}>)", "- [{title}](https://site.example{link}#part)",
     "- <a href='{link}'>{title}</a>", "- [By hand][x]\n\n[x]: {link}"],
)  # fmt: skip
@pytest.mark.parametrize("decisions", [None, ""])
def test_what_an_editor_wrote_in_other_words_stays_and_is_not_listed_again(
    site: Path, tmp_path: Path, form: str, decisions: str | None
) -> None:
    if decisions is not None:
        decide(site, decisions)
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    link = listed(site, page)[0]
    title = next(event.title for event in EVENTS if event.id == link)
    by_hand = form.format(link=link, title=title)
    edited(site, page, line_of(site, page, link), by_hand + "\n\n")
    for index in ("i", "i", "new"):
        regenerate_archive(site, tmp_path / index)
        text = (site / page[1:]).read_text(encoding="utf-8")
        assert by_hand in text
        assert text.count(link) == 1


def test_a_list_that_nobody_knows_is_kept_and_one_with_our_label_or_title_is_replaced(
    site: Path, tmp_path: Path
) -> None:
    first, other = EVENTS[0], EVENTS[-1]
    kept = (
        f"- [Our own words]({other.id})\n- [From print](/news/1999/01/1/old.md)\n"
        f"- [![thumb](/t.png)]({EVENTS[1].id})\n"
    )
    replaced = (
        "1. [Gone](/news/2001/01/1/gone.md) _Context: gone_\n"
        f"2. [{EVENTS[2].title}]({EVENTS[2].id})\n"
    )
    page = site / first.id[1:]
    with page.open("a", encoding="utf-8") as file:
        file.write(f"\n### Related:\n\n{replaced}\n{kept}")
    regenerate_archive(site, tmp_path / "i", RelatedOptions(min_score=0.99))
    text = page.read_text(encoding="utf-8")
    assert text.endswith(f"### Related:\n\n{kept}")


def test_an_item_without_shared_terms_is_known_by_the_words_that_were_written(
    site: Path, tmp_path: Path
) -> None:
    options = ReadOptions(style=PageStyle(item="{number}. [{title}]({link})"))
    regenerate_archive(site, tmp_path / "i", read_options=options)
    page = with_list(site)
    changed, gone = listed(site, page)[:2]
    title = next(event.title for event in EVENTS if event.id == changed).rstrip(".")
    edited(site, changed, title, f"{title} again")
    (site / gone[1:]).unlink()
    regenerate_archive(site, tmp_path / "i", read_options=options)
    text = (site / page[1:]).read_text(encoding="utf-8")
    assert gone not in text
    assert f"[{title} again" in text
    assert text.count(changed) == 1


def without_section(site: Path, page: str) -> None:
    text = (site / page[1:]).read_text(encoding="utf-8")
    head, heading, _ = text.partition("### Related:\n")
    assert heading
    (site / page[1:]).write_text(head.rstrip("\n") + "\n", encoding="utf-8")


@pytest.mark.parametrize("decisions", [None, ""])
def test_a_section_that_is_deleted_whole_says_nothing_of_its_links(
    site: Path, tmp_path: Path, decisions: str | None
) -> None:
    if decisions is not None:
        decide(site, decisions)
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    before = listed(site, page)
    without_section(site, page)
    regenerate_archive(site, tmp_path / "i")
    assert listed(site, page) == before
    assert "event-search: ban" not in (site / page[1:]).read_text(encoding="utf-8")


def test_each_link_that_is_deleted_below_a_heading_that_stays_is_banned(
    site: Path, tmp_path: Path
) -> None:
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    before = listed(site, page)
    without_section(site, page)  # nobody can tell this from the deletion of all items
    with (site / page[1:]).open("a", encoding="utf-8") as file:
        file.write("\n### Related:\n\nA note of the desk.\n")
    for index in ("i", "new"):
        regenerate_archive(site, tmp_path / index)
        assert not set(before) & set(listed(site, page))
    text = (site / page[1:]).read_text(encoding="utf-8")
    assert all(f"<!-- event-search: ban {link} -->" in text for link in before)
    assert "\nA note of the desk.\n" in text


@pytest.mark.parametrize("is_committed", [True, False])
def test_git_tells_a_fresh_clone_what_was_deleted_by_hand(
    site: Path, tmp_path: Path, is_committed: bool
) -> None:
    regenerate_archive(site, tmp_path / "i")
    commit(site)
    page = with_list(site)
    gone = listed(site, page)[0]
    edited(site, page, line_of(site, page, gone), "")
    if is_committed:
        commit(site, "Delete a link")
    regenerate_archive(site, tmp_path / "fresh")
    assert gone not in listed(site, page)
    assert f"ban {gone} -->" in (site / page[1:]).read_text(encoding="utf-8")
    pages = [path for path in site.rglob("*.md") if b"event-search:" in path.read_bytes()]
    assert pages == [site / page[1:]]


def test_what_another_machine_wrote_is_not_taken_for_an_editors_work(
    site: Path, tmp_path: Path
) -> None:
    regenerate_archive(site, tmp_path / "mine")
    extra = stories()[9:15]
    put(site, {event.id: page_of(event) for event in extra})
    regenerate_archive(site, tmp_path / "theirs")
    (site / extra[0].id[1:]).unlink()
    regenerate_archive(site, tmp_path / "theirs")
    regenerate_archive(site, tmp_path / "mine")
    assert not [path for path in site.rglob("*.md") if b"event-search" in path.read_bytes()]


def test_an_item_that_is_moved_by_hand_stays_where_it_is(site: Path, tmp_path: Path) -> None:
    decide(site, "")
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    before = listed(site, page)
    first, second = (line_of(site, page, link) for link in before[:2])
    edited(site, page, first + second, second + first)
    for index in ("i", "new"):
        regenerate_archive(site, tmp_path / index, fresh=True)
        assert listed(site, page)[:2] == [before[1], before[0]]


@pytest.mark.parametrize("decisions", [None, ""])
def test_a_deleted_link_is_banned_though_the_run_would_not_add_it_yet(
    site: Path, tmp_path: Path, decisions: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        ruled_lists, "bounds_of", lambda options: bounds_of(options)._replace(margin=9.0)
    )
    if decisions is not None:
        decide(site, decisions)
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    link = listed(site, page)[-1]
    edited(site, page, line_of(site, page, link), "")
    regenerate_archive(site, tmp_path / "i")
    assert banned(site) == [page.lstrip("/")]
    regenerate_archive(site, tmp_path / "i", fresh=True)
    assert link not in listed(site, page)
