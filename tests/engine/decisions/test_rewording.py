"""Items that an editor reworded keep their words, in whichever way that is told."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import ReadOptions, regenerate_archive
from search.archive.page.item_form import forms_of
from search.model.hit import Explanation, Hit
from search.model.page_style import PageStyle
from tests.engine.decisions.editing import (
    EVENTS,
    commit,
    decide,
    edited,
    line_of,
    listed,
    with_list,
)
from tests.site_pages import bytes_of, items, put
from tests.small_archive import page_of, stories


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return put(tmp_path / "site", {event.id: page_of(event) for event in EVENTS})


def give_lists(site: Path, index: Path, told_by: str) -> None:
    """Give the pages of a site their lists, so that later edits are told by a comment below each
    list, by the index, or by git."""
    if told_by == "comment":
        decide(site, "")
    regenerate_archive(site, index)
    if told_by == "git":
        commit(site)


def reworded(site: Path, page: str, link: str, what: str) -> str:
    """The line of an item in the words of an editor."""
    line = line_of(site, page, link)
    title, context = line.partition("](")[0].partition("[")[2], line.partition("_Context: ")[2]
    by_hand = {
        "title": line.replace(title, "In the words of the desk"),
        "context": line.replace(context, "The desk says_\n"),
        "both": line.replace(title, "Our words").replace(context, "Our terms_\n"),
    }[what]
    assert by_hand != line
    edited(site, page, line, by_hand)
    return by_hand


@pytest.mark.parametrize(
    ("told_by", "what"),
    [("index", "title"), *((by, what) for by in ("comment", "git")
                           for what in ("title", "context", "both"))],
)  # fmt: skip
def test_what_an_editor_reworded_stays_so(
    site: Path, tmp_path: Path, told_by: str, what: str
) -> None:
    give_lists(site, tmp_path / "i", told_by)
    page = with_list(site)
    before = listed(site, page)
    by_hand = reworded(site, page, before[0], what)
    regenerate_archive(site, tmp_path / ("i" if told_by == "index" else "new"))
    for index in ("i", "another"):
        text = (site / page[1:]).read_text(encoding="utf-8")
        assert by_hand in text
        assert f"<!-- event-search: keep {before[0]} -->" in text
        assert listed(site, page) == before
        assert regenerate_archive(site, tmp_path / index).changed == 0
    regenerate_archive(site, tmp_path / "i", fresh=True)
    assert by_hand in (site / page[1:]).read_text(encoding="utf-8")
    edited(site, page, by_hand, "")
    regenerate_archive(site, tmp_path / "i")
    assert before[0] not in listed(site, page)


@pytest.mark.parametrize("told_by", ["comment", "git"])
def test_a_shared_term_that_an_editor_took_away_stays_away(
    site: Path, tmp_path: Path, told_by: str
) -> None:
    give_lists(site, tmp_path / "i", told_by)
    page, link, line = next(
        (event.id, link, line)
        for event in EVENTS
        for link in listed(site, event.id)
        if ", " in (line := line_of(site, event.id, link)).partition("_Context: ")[2]
    )
    shorter = f"{line.rpartition(', ')[0]}_\n"
    edited(site, page, line, shorter)
    for index, fresh in (("new", False), ("i", True)):
        regenerate_archive(site, tmp_path / index, fresh=fresh)
        text = (site / page[1:]).read_text(encoding="utf-8")
        assert shorter in text
        assert f"<!-- event-search: keep {link} -->" in text


@pytest.mark.parametrize("told_by", ["index", "git"])
def test_what_an_editor_reworded_in_front_matter_stays_so(tmp_path: Path, told_by: str) -> None:
    site = put(
        tmp_path / "site",
        {
            event.id: f"---\ntitle: {event.title}\ndate: {event.day}\n---\n{event.summary}\n"
            for event in EVENTS
        },
    )
    options = ReadOptions(style=PageStyle(front_matter="related"))
    regenerate_archive(site, tmp_path / "i", read_options=options)
    commit(site)
    page, line = next(
        (path, line)
        for path in sorted(site.rglob("*.md"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("  - {")
    )
    row = json.loads(line.removeprefix("  - "))
    by_hand = line.replace(row["title"], "In the words of the desk")
    page.write_text(page.read_text(encoding="utf-8").replace(line, by_hand), encoding="utf-8")
    for index in ("i" if told_by == "index" else "new", "another", "i"):
        regenerate_archive(site, tmp_path / index, read_options=options)
        text = page.read_text(encoding="utf-8")
        assert by_hand in text
        assert f"<!-- event-search: keep {row['link']} -->" in text
    changed = [path for path in site.rglob("*.md") if b"event-search" in path.read_bytes()]
    assert changed == [page]


def test_an_item_follows_its_event_when_that_gets_another_title(site: Path, tmp_path: Path) -> None:
    regenerate_archive(site, tmp_path / "i")
    commit(site)
    page = with_list(site)
    other = listed(site, page)[0]
    title = next(event.title for event in EVENTS if event.id == other)
    edited(site, other, f"# {title}", f"# Corrected: {title}")
    for index in ("new", "i"):
        regenerate_archive(site, tmp_path / index)
        assert f"Corrected: {title}" in line_of(site, page, other)
    assert not [path for path in site.rglob("*.md") if b"event-search:" in path.read_bytes()]


@pytest.mark.parametrize("told_by", ["comment", "index"])
def test_an_item_that_was_moved_follows_its_event_too(
    site: Path, tmp_path: Path, told_by: str
) -> None:
    give_lists(site, tmp_path / "i", told_by)
    page = with_list(site)
    first, second = listed(site, page)[:2]
    title = next(event.title for event in EVENTS if event.id == second)
    edited(site, second, f"# {title}", f"# Corrected: {title}")
    one, other = line_of(site, page, first), line_of(site, page, second)
    edited(site, page, one, "")
    edited(site, page, other, f"{other}{one}")
    regenerate_archive(site, tmp_path / "i")
    assert listed(site, page)[:2] == [second, first]
    assert f"Corrected: {title}" in line_of(site, page, second)
    assert not [name for name, text in bytes_of(site).items() if b"event-search: keep" in text]


def test_a_line_that_was_added_in_other_words_keeps_them(site: Path, tmp_path: Path) -> None:
    decide(site, "")
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    other = next(e.id for e in EVENTS if e.id not in (page, *listed(site, page)))
    last = line_of(site, page, listed(site, page)[-1])
    edited(site, page, last, f"{last}1. [The desk adds]({other}) _Context: Our terms_\n")
    for index in ("i", "new"):
        regenerate_archive(site, tmp_path / index)
        assert (other, "The desk adds", "Our terms") in [
            (link, title, context) for _, title, link, context in items(site, page)
        ]


@given(
    title=st.text(st.characters(exclude_categories=["C"]), min_size=1),
    terms=st.lists(st.sampled_from(["A, b", "*x*", "a_b", "c]", "<d>", "&amp;", "e"]), max_size=3),
    item=st.sampled_from(
        ["{number}. [{title}]({link}){context}", '- <a href="{link}">{title}</a>{context}']
    ),
)
@settings(max_examples=60)
def test_an_item_in_the_words_that_were_read_is_the_same_item(
    title: str, terms: list[str], item: str
) -> None:
    """Else an editor would be taken for the author of our own words."""
    form = forms_of(PageStyle(item=item)).printed
    hit = Hit(replace(stories()[0], title=title), 1.0, tuple(terms), Explanation())
    read = form.read_line(form.printed(hit, 1, "Context"))
    assert read is not None
    again = replace(hit, event=replace(hit.event, title=read.title), context=read.context)
    assert form.read_line(form.printed(again, 1, "Context")) == read
