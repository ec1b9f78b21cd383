import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive import Skipped
from search.archive.page.labels import LANGUAGES, Labels
from search.archive.page.own_items import KnownLinks
from search.archive.page.parser import CannotPlace, NoPage, Page, parse
from search.archive.page.related_section import with_related
from search.model.event import Event
from search.model.hit import Hit
from tests.site_pages import changed, item_of, pages_of


def item(title: str, *context: str, link: str = "") -> Hit:
    slug = re.sub(r"\W+", "-", title.casefold()).strip("-")
    return item_of(Event(link or f"/news/2014/11/1/{slug}.md", date(2014, 11, 1), title), context)


def page(data: bytes | str) -> Page:
    found = parse(data.encode() if isinstance(data, str) else data)
    assert isinstance(found, Page)
    return found


def is_known(link: str) -> bool:
    """The site's own pages are events, except those in a folder of editors."""
    return link.startswith("/") and not link.startswith("/by/hand/")


KNOWN = KnownLinks(lambda link, text: is_known(link), is_known)


def related(found: Page, items: Sequence[Hit]) -> bytes:
    """The page with its list; the page as it is where it has no place for one."""
    try:
        return with_related(found, items, KNOWN)
    except CannotPlace:
        return found.data


def remade(data: bytes | str, *items: Hit) -> str:
    return related(page(data), items).decode()


TWO = (
    item("Rosetta wakes up. ", "Rosetta", "European Space Agency"),
    item("A comet is seen.", link="/news/2014/01/2/a comet (67P).md"),
)
LIST = (
    "1. [Rosetta wakes up.](/news/2014/11/1/rosetta-wakes-up.md)"
    " _Context: Rosetta, European Space Agency_\n"
    "2. [A comet is seen.](/news/2014/01/2/a%20comet%20%2867P%29.md)\n"
)
TOP = "### [2014-11-12](/news/2014/11/12/index.md)\n\n# Philae lands on a comet. \n\n"
SOURCE = "### Source:\n\n1. [Reuters](http://example.org/r)\n"
OLD = "1. [Old. ](/news/2001/01/1/old.md) _Context: old_\n2. [Older](/x.md)\n"
PAGE = f"{TOP}The lander bounced twice.\n\n\n{SOURCE}\n### Related:\n\n{OLD}"


def test_the_list_of_a_page_in_the_seeds_format_is_replaced_and_nothing_else() -> None:
    assert remade(PAGE, *TWO) == PAGE.replace(OLD, LIST)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{TOP}\n\n{SOURCE}", f"{TOP}\n\n{SOURCE}\n### Related:\n\n{LIST}"),
        (f"{TOP}\n", f"{TOP}\n\n### Related:\n\n{LIST}"),
        (f"{TOP}\n\n{SOURCE}"[:-1], f"{TOP}\n\n{SOURCE}\n### Related:\n\n{LIST}"[:-1]),
        (
            f"{TOP}{SOURCE}\n### Notes\n\nText",
            f"{TOP}{SOURCE}\n### Related:\n\n{LIST}\n### Notes\n\nText",
        ),
        (
            f"{TOP}{SOURCE}### Notes\n",
            f"{TOP}{SOURCE}\n### Related:\n\n{LIST}\n### Notes\n",
        ),
        (f"{TOP}## source\n\n1. A\n", f"{TOP}## source\n\n1. A\n\n## Related\n\n{LIST}"),
        (f"{TOP}### Source：\n\n1. A\n", f"{TOP}### Source：\n\n1. A\n\n### Related：\n\n{LIST}"),
    ],
)
def test_a_missing_section_comes_after_source_and_goes_without_trace(
    before: str, after: str
) -> None:
    assert remade(before, *TWO) == after
    assert remade(after, *TWO) == after
    assert remade(remade(after), *TWO) == after
    if "### Notes" not in before or "\n\n### Notes" in before:
        assert remade(after) == before


def test_windows_line_ends_and_byte_order_marks_are_kept() -> None:
    for before in (PAGE, f"{TOP}{SOURCE}"):
        dos = b"\xef\xbb\xbf" + before.encode().replace(b"\n", b"\r\n")
        expected = b"\xef\xbb\xbf" + remade(before, *TWO).encode().replace(b"\n", b"\r\n")
        assert related(page(dos), TWO) == expected


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_in_a_page_of_mixed_line_ends_that_of_the_line_above_is_taken(end: str) -> None:
    mixed = PAGE.replace("### Related:\n\n", f"### Related:{end}{end}")
    after = mixed.replace(OLD, LIST.replace("\n", end))
    assert remade(mixed, *TWO) == after
    assert remade(after, *TWO) == after


@pytest.mark.parametrize(
    "heading",
    [
        "### RELATED",
        "## related :",
        "###   Related events:  ",
        "### Related: ###",
        " ### Related：",
    ],
)
def test_the_heading_is_kept_as_the_editor_wrote_it(heading: str) -> None:
    before = f"{TOP}{heading}\n\n{OLD}"
    assert remade(before, *TWO) == f"{TOP}{heading}\n\n{LIST}"


@pytest.mark.parametrize(
    ("top", "related", "context"),
    [
        ("### 信息来源:\n\n1. A\n", "### 有关:", "消息"),
        ("### 資訊來源：\n\n1. A\n", "### 有關：", "消息"),
        ("### Quellen:\n\n1. A\n", "### Verwandt:", "Kontext"),
        ("彗星飞过太阳。\n", "### 有关:", "消息"),
        ("Комета проходит мимо.\n" * 3, "### Связанные события:", "Контекст"),
    ],
)
def test_a_page_gets_the_labels_of_its_own_language(top: str, related: str, context: str) -> None:
    title = "67P" if top.startswith("#") else "彗星" if "彗" in top else "Комета"
    after = remade(f"### 2014-11-12\n\n# {title}\n\n{top}", item("A", "B"))
    assert after.endswith(f"\n{related}\n\n1. [A](/news/2014/11/1/a.md) _{context}: B_\n")
    assert remade(after, item("A", "B")) == after


@pytest.mark.parametrize("labels", LANGUAGES, ids=lambda labels: labels.language)
def test_the_list_of_a_page_in_any_language_is_replaced_under_its_own_heading(
    labels: Labels,
) -> None:
    for source in labels.source:
        for heading in labels.related:
            top = f"{TOP}### {source}:\n\n1. [Wire](https://example.org/)\n\n### {heading}:\n\n"
            after = remade(f"{top}1. [x](/news/2022/01/1/old.md)\n", item("A", "B"))
            printed = after.removeprefix(top)
            assert printed.startswith("1. [A](/news/2014/11/1/a.md) _"), "no second section"
            assert "old.md" not in after
    assert f"_{labels.context}: B_" in remade(
        f"{TOP}### {labels.source[0]}:\n\n1. A\n\n### {labels.related[0]}:\n\n", item("A", "B")
    )


@pytest.mark.parametrize("heading", ["See also", "Weitere Meldungen", "Tĩnh"])
def test_a_page_with_a_list_under_an_unknown_heading_never_gets_a_second_one(heading: str) -> None:
    before = f"{TOP}{SOURCE}\n### {heading}\n\n1. [Old](/news/2001/01/1/old.md)\n"
    with pytest.raises(CannotPlace, match=f"below '{heading}', which is not known") as refused:
        with_related(page(before), TWO, KNOWN)
    assert refused.value.line == 9
    kept = f"{TOP}{SOURCE}\n### {heading}\n\n1. [Old](https://example.org/) and more\n"
    assert "### Related:" in remade(kept, *TWO)


BODIES = [
    ("Editors' choice:\n\n{list}", "Editors' choice:\n"),
    ("{list}\nSee also the chronicle.\n", "See also the chronicle.\n"),
    ("<!-- pin: /a.md -->\n{list}", "<!-- pin: /a.md -->\n"),
    ("{list}<!-- pin: /a.md -->\n", "<!-- pin: /a.md -->\n"),
    ("{list}\n---\n\nFooter\n", "---\n\nFooter\n"),
    ("{list}---\n", "---\n"),
    ("{list}> a quote\n", "> a quote\n"),
    ("{list}- a note, not a link\n", "- a note, not a link\n"),
    ("{list}\n```\n1. [code](x)\n```\n", "```\n1. [code](x)\n```\n"),
    ("{list}\n#### More\n\n1. [Chosen](/by/hand.md)\n", "#### More\n\n1. [Chosen](/by/hand.md)\n"),
    ("In the year\n2014. it was.\n\n{list}", "In the year\n2014. it was.\n"),
]


@pytest.mark.parametrize(("body", "kept"), BODIES)
def test_what_an_editor_wrote_in_the_section_is_kept_in_its_place(body: str, kept: str) -> None:
    before = PAGE.replace(OLD, body.format(list=OLD))
    after = remade(before, *TWO)
    assert after == PAGE.replace(OLD, body.format(list=LIST))
    assert remade(after, *TWO) == after
    emptied = remade(before)
    assert "### Related:" in emptied
    assert kept in emptied
    assert "old.md" not in emptied
    assert remade(emptied) == emptied
    again = remade(emptied, *TWO)
    assert kept in again
    assert LIST in again
    assert remade(again, *TWO) == again


@pytest.mark.parametrize(
    "old",
    [
        "1. [A](/a)\n\n\n2. [B](/b)\n",
        "1) [A](/a)\n2) [B](/b)\n",
        "* [A](/a)\n- [B](/b)\n",
        "1. [A\nwrapped title](/a)\n2. [B](/b)\n   *Context: c,\n   d*\n",
        "",
    ],
)
def test_older_lists_of_our_form_are_replaced_whole(old: str) -> None:
    before = f"{TOP}### Related:\n\n{old}"
    after = remade(before, *TWO)
    assert after == f"{TOP}### Related:\n{LIST and chr(10)}{LIST}" + ("\n" if not old else "")
    assert remade(after, *TWO) == after


def test_lists_after_the_first_are_outdated_too() -> None:
    before = f"{TOP}### Related:\n\n{OLD}\nText.\n\n{OLD}\nMore.\n{OLD}> quote\n"
    after = f"{TOP}### Related:\n\n{LIST}\nText.\n\nMore.\n> quote\n"
    assert remade(before, *TWO) == after
    assert remade(after, *TWO) == after


def test_what_stood_around_a_list_that_goes_does_not_become_one() -> None:
    before = f"{TOP}### Related:\n\nNote.\n\n{OLD}---\n"
    assert remade(before) == f"{TOP}### Related:\n\nNote.\n\n---\n"
    assert remade(remade(before)) == remade(before)


def test_of_two_related_sections_the_first_gets_the_list() -> None:
    assert remade(f"{PAGE}\n### Related:\n\n{OLD}", *TWO) == PAGE.replace(OLD, LIST)
    noted = f"{PAGE}\n## RELATED\n\nA note.\n\n{OLD}"
    assert remade(noted, *TWO) == PAGE.replace(OLD, LIST) + "\n## RELATED\n\nA note.\n"
    assert remade(remade(noted, *TWO), *TWO) == remade(noted, *TWO)


def test_nothing_related_and_no_section_leaves_the_page_alone() -> None:
    assert remade(f"{TOP}{SOURCE}") == f"{TOP}{SOURCE}"


def test_a_section_in_the_middle_goes_with_one_blank_line() -> None:
    before = f"{TOP}{SOURCE}\n### Related:\n\n{OLD}\n### Notes\n"
    assert remade(before) == f"{TOP}{SOURCE}\n### Notes\n"


@pytest.mark.parametrize("tail", ["```\ncode", "<!-- never closed", "<script>"])
def test_a_page_that_ends_in_open_code_gets_no_section_and_says_why(
    tmp_path: Path, tail: str
) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"{TOP}{SOURCE}\n{tail}\n")
    skipped: list[Skipped] = []
    assert list(changed(pages_of([path], print), lambda id: TWO, skipped.append)) == []
    assert [skip.line for skip in skipped] == [9]
    assert remade(f"{TOP}{SOURCE}\n{tail}\n", *TWO) == f"{TOP}{SOURCE}\n{tail}\n"


def test_in_a_section_that_ends_in_open_code_the_list_stands_above_it() -> None:
    before = f"{TOP}### Related:\n```\ncode\n"
    after = f"{TOP}### Related:\n\n{LIST}\n```\ncode\n"
    assert remade(before, *TWO) == after
    assert remade(after, *TWO) == after


def test_hostile_titles_and_terms_stay_in_their_item() -> None:
    hostile = item("](javascript:x)\n### Source:\n1. <b>`", "_\n2. [x](y)", "*", " ", link="/a) b")
    after = remade(PAGE, hostile, *TWO)
    printed = "\\](javascript:x) ### Source: 1. \\<b>\\`"
    assert after.split("### Related:\n\n")[1].splitlines()[0] == (
        f"1. [{printed}](/a%29%20b) _Context: \\_ 2. \\[x\\](y), \\*_"
    )
    assert page(after).sources == ("Reuters",)
    assert remade(after, hostile, *TWO) == after


LINES = st.lists(
    st.sampled_from(
        ["# Title", "### Source:", "### Related:", "## Notes", "#### S", "1. [A](/a) _Context: a_",
         "2. [B](/b)", "1) [x](y)", "- [C](/c)", "- note", "text", "   indented", "    code", "",
         "", " ", "---", "===", "```", "~~~", "<!-- x -->", "<!--", "-->", "> quote", "### 有关:",
         "信", "2014. x", "<div>", "| a | b |", "\t1. x", "Related", "***", "1.", "-", "<pre>",
         "</pre>", "#", "### [x](y)", "- - -", "1. ```", "  2. y"]
    ),
    max_size=14,
)  # fmt: skip
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def any_pages(draw: st.DrawFn) -> bytes:
    lines = ["### 2014-11-12", "# T", *draw(LINES), *draw(LINES)]
    usual = draw(ENDS)
    ends = [usual if draw(st.integers(0, 9)) else draw(ENDS) for _ in lines]
    text = "".join(line + end for line, end in zip(lines, ends, strict=True))
    bom = "\ufeff" if draw(st.booleans()) else ""
    return (bom + (text if draw(st.booleans()) else text.rstrip("\r\n"))).encode()


def outside(data: bytes) -> bytes:
    """All that stands outside of Related sections."""
    found = page(data)
    kept, done = b"", 0
    for section in found.related:
        kept += data[done : found.lines[section.first].start]
        done = found.lines[section.end - 1].end
    return kept + data[done:]


def squeezed(data: bytes) -> bytes:
    return re.sub(rb"\s+", b"\n", data).rstrip()


ITEMS = st.sampled_from([(), TWO[:1], TWO])


FOUND = [  # pages that once broke a law
    b"### 2014-11-12\n# T\n### Related:\n### \xe6\x9c\x89\xe5\x85\xb3:",
    b"### 2014-11-12\n# T\n### Related:\n   indented\n```",
    b"### 2014-11-12\n# T\n### Related:\n2014. x\n---\n---",
    b"### 2014-11-12\n# T\n\n\n### Related:",
    b"### 2014-11-12\n# T\r",
    b"### 2014-11-12\n# T\n### Related:\ntext\n\n1. [A](/a)\n---",
    b"### 2014-11-12\n# T\n### Source:\n1. The Post\n#### Related:\n1. [Old](/old.md)\n",
    b"### 2014-11-12\n# T\n### Related:\n+ [x](y)\n<!-- x -->\n1. ```\n-\n===\n",
]


@pytest.mark.parametrize("data", FOUND)
@pytest.mark.parametrize("items", [(), TWO])
def test_pages_that_once_broke_a_law_keep_it(data: bytes, items: tuple[Hit, ...]) -> None:
    check_laws(data, items, TWO[:1])
    check_laws(data, TWO[:1], items)


@given(any_pages(), ITEMS, ITEMS)
def test_the_laws_of_regenerating(
    data: bytes, first: tuple[Hit, ...], then: tuple[Hit, ...]
) -> None:
    check_laws(data, first, then)


def check_laws(data: bytes, first: tuple[Hit, ...], then: tuple[Hit, ...]) -> None:
    try:
        found = page(data)
    except NoPage:
        return
    once = related(found, first)
    assert related(page(once), first) == once, "twice is once"
    assert squeezed(outside(once)) == squeezed(outside(data)), "nothing outside changes"
    assert once.endswith((b"\n", b"\r")) == data.endswith((b"\n", b"\r")), "the end stays"
    if once != data:
        assert not first or page(once).related
        assert all(b"(/news/2014" in line for line in once.splitlines() if b"Rosetta" in line)
        assert once.count(b"Rosetta wakes up") == len(first[:1])
    through = related(page(once), then)
    assert related(page(through), then) == through
    ours = related(page(related(found, ())), TWO)
    emptied = related(page(ours), ())
    assert related(page(emptied), TWO) == ours, "removed and added again is the same"
    assert page(once).title == found.title
    assert page(once).sources == found.sources
    assert page(once).summary == found.summary
