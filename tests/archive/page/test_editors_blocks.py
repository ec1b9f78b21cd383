"""Of a Related section only our items are replaced; a CommonMark parser sees the rest as before."""

import pytest

from search.archive.page.blocks import scan
from search.archive.page.own_items import KnownLinks, is_dated, own_item
from search.archive.page.parser import CannotPlace, Page, parse
from search.archive.page.related_section import with_related
from tests.archive.page.block_campaign import NEW, OLD, run
from tests.growing import grows_as_its_size

TOP = "### [2014-11-12](/news/2014/11/12/index.md)\n\n# A lander bounces twice.\n\n### Related:\n\n"
LIST = f"1. {OLD[0]}\n2. {OLD[1]}\n"
NEW_LIST = (
    "1. [Something new.](/news/2014/11/1/new.md) _Context: New, thing_\n"
    "2. [Something newer.](/news/2014/11/2/newer.md)\n"
)


def after(text: str, count: int = 2) -> str:
    page = parse(text.encode())
    assert isinstance(page, Page)
    return with_related(page, NEW[:count]).decode()


def test_all_other_blocks_of_generated_pages_are_as_before() -> None:
    told = run(600, seed=77_000_000)
    assert told["failed"] == 0
    assert told["refused"] < 0.02 * 600
    assert told["changed"] > 0.8 * 600


@pytest.mark.parametrize(
    "below",
    ["</details>", "</div>", "<table><tr><td>x</td></tr></table>", "<br>", "</x-card>", "<Box />",
     "{% endif %}", "{{< /box >}}", "{{% /note %}}", "{%- endfor -%}", "{/* x */}", ":::", ":::tip",
     "{: .cls}", "{:.x #y}", "[^1]: note", "| a | b |", "- [ ] check with the desk",
     "* [x] done", "- [sic] remark", "- bullet\n  1. one\n  2. two", "2) other", "> quote",
     "<!-- x -->", "<?php x ?>", "<![CDATA[ x ]]>", "---",
     "- [The day](/news/2016/02/6/index.md)",
     "- [Dossier](https://example.org/d)", "- [Glossary](/help/glossary.md)",
     "```\n1. [x](/y)\n```",
     "3. [A dam](/news/2005/05/5/dam.md) _Context: dam_\n   - a remark on it",
     "3. [A dam](/news/2005/05/5/dam.md) _Context: dam_\n\n   a second paragraph"],
)  # fmt: skip
def test_what_stands_right_below_the_last_item_is_kept(below: str) -> None:
    for tail in (f"{below}\n", below, f"{below}\n\nMore.\n"):
        before = f"{TOP}{LIST}{tail}"
        assert after(before) == f"{TOP}{NEW_LIST}{tail}"
        assert after(after(before)) == after(before)
        if not below.startswith("[^1]:"):  # by itself that is a definition: the page is refused
            assert below in after(before, 0)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("<div>", "</div>"), ("<details>\n<summary>x</summary>", "</details>"),
     ("<x-box>", "</x-box>"), ("<pre>", "</pre>"), ("<script>", "</script>"),
     ("<style>", "</style>"),
     ("<!--", "-->"),
     ("<textarea>", "</textarea>"), ("<?php", "?>"), ("<![CDATA[", "]]>"), ("<!DOCTYPE", ">"),
     ("```", "```"), ("~~~ md", "~~~")],
)  # fmt: skip
def test_a_heading_in_html_or_code_opens_no_section(opening: str, closing: str) -> None:
    text = f"# T\n\n{opening}\n### Related:\n1. {OLD[0]}\n{closing}\n\nText.\n"
    page = parse(text.encode())
    assert isinstance(page, Page)
    assert page.related == ()
    assert after(text) == f"{text}\n### Related:\n\n{NEW_LIST}"


@pytest.mark.parametrize(
    ("item", "count"),
    [
        ("1. [A](/news/2001/01/1/a.md)", 1),
        ("- [A](/zh/news/2001/1/1/a.md)", 1),
        ("1. [A](/a.md) _Context: x_", 1),
        ("1. [A [B] ](/a.md) _Context: x, (y)_", 1),
        ("1. [A]] b](/a.md) _消息: x_", 1),
        ("1. [A\n   b](/a.md) _Context:\n   x_", 3),
        ("1. [A](/a.md) _Context: x_\n{% endif %}", 1),
        ("1. [A](/known.md)", 1),
        ("1. [A](/a.md)", 0),
        ("1. [A](/news/2001/01/1/a.md) and more", 0),
        ("1. see [A](/news/2001/01/1/a.md)", 0),
        ("1. ![A](/news/2001/01/1/a.md)", 0),
        ("1. [sic] a remark (see [A](/news/2001/01/1/a.md))", 0),
        ("1. [A](/news/2001/01/1/index.md)", 0),
        ("1. [A](https://e.org/news/2001/01/1/a.md)", 0),
        ("1. [A](//e.org/news/2001/01/1/a.md)", 0),
        ("1. **[A](/news/2001/01/1/a.md)**", 0),
        ("1. [A](/a.md) _Note: x_", 0),
        ("1.\n   [A](/news/2001/01/1/a.md)", 0),
        ("1. [A](/news/2001/01/1/a.md)\n\n   x", 0),
        ("1. > [A](/news/2001/01/1/a.md)", 0),
    ],
)
def test_items_of_our_form_are_a_link_to_an_event_with_its_context(item: str, count: int) -> None:
    (found,) = scan(f"{item}\n".encode()).items
    known = KnownLinks(lambda link, text: link == "/known.md" or is_dated(link))
    ours = own_item(found, known)
    assert (ours.end - ours.first if ours else 0) == count


@pytest.mark.parametrize(
    "unit",
    ["1. [A](/a) _Context: x_\n", "1. [A](/a) _Context: x", "- ", "[", "[a](", "\\", "1. [[a]",
     ") _Context: ", ")  ", "/2001/01/1/", "1. [a\n", "<a ", "- [a](/b)\n\n", "{% x %}\n", "> - ",
     "1. [A](/news/2001/1/1/a) _Context: x_\ny\n"],
)  # fmt: skip
def test_no_section_takes_long(unit: str) -> None:
    def make(size: int) -> None:
        after(f"{TOP}1. {unit * (size // len(unit))}")

    assert grows_as_its_size(make, 16_000)


@pytest.mark.parametrize(
    "remark",
    ["A remark of the desk.", "*see the figures*", ": Definition", "<span>wrong figures</span>"],
)
def test_an_item_with_a_remark_stays_whole_with_it(remark: str) -> None:
    before = f"{TOP}1. {OLD[0]}\n{remark}\n2. {OLD[1]}\n"
    assert f"1. {OLD[0]}\n{remark}\n" in after(before)
    assert OLD[1] not in after(before)
    assert after(after(before)) == after(before)


@pytest.mark.parametrize(
    "shown",
    ["**Related:**\n\n1. {link}", "<h3>Related</h3>\n\n1. {link}", "Related\n=======\n\n{link}",
     "Related:\n--------\n\n- {link}", "> ### Related\n>\n> - {link}",
     "- step\n\n  ### Related:\n\n  - {link}", '??? note "Related"\n\n    - {link}',
     "**Related:** {link}", "## See also\n\n- [A](../1/a.md)", "## See also\n\n{link}",
     '## See also\n\n<ul><li><a href="/news/2001/01/1/a.md">A</a></li></ul>'],
)  # fmt: skip
def test_a_page_with_a_list_in_a_form_that_is_not_ours_gets_no_second_one(shown: str) -> None:
    text = f"# T\n\nText.\n\n{shown.format(link='[A](/news/2001/01/1/a.md)')}\n"
    known = KnownLinks(is_event=lambda link: link.endswith("1/a.md"))
    page = parse(text.encode())
    assert isinstance(page, Page)
    with pytest.raises(CannotPlace, match="a list of events"):
        with_related(page, NEW, known)
    told = parse(b"# T\n\n## Notes\n\nAs [told](/1/a.md) here.\n")
    assert isinstance(told, Page)
    assert b"Something new" in with_related(told, NEW, known)


@pytest.mark.parametrize(
    "heading",
    [
        "### Related:\u00a0",
        "### \u200bRelated:",
        "### Related: {#related .box}",
        "### *Related*\u00a0",
    ],
)
def test_a_heading_with_what_nobody_sees_is_known(heading: str) -> None:
    text = TOP.replace("### Related:", heading)
    assert after(f"{text}{LIST}") == f"{text}{NEW_LIST}"


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("<details>\n<summary>More</summary>", "</details>"), ('<div class="box">', "</div>"),
     ("{% if x %}", "{% endif %}"), ("<div>\n<div>\n</div>", "</div>")],
)  # fmt: skip
def test_the_first_list_goes_into_the_box_that_the_heading_is_in(
    opening: str, closing: str
) -> None:
    top = TOP.removesuffix("### Related:\n\n")
    before = f"{top}{opening}\n\n### Related:\n\n{closing}\n\nThe end.\n"
    made = after(before)
    assert made.index("### Related:") < made.index("Something new") < made.index(closing, -40)
    assert made.endswith(f"\n\n{closing}\n\nThe end.\n")
    assert after(made) == made
