import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.page.parser import DayList, NoPage, Page, parse
from search.model import limits
from tests.growing import grows_as_its_size

WHOLE = b"""### [2014-11-12](/news/2014/11/12/index.md)

##### Rosetta
#  The Philae lander touches down on comet 67P.\x20

The lander bounced twice
before it came to rest.

A [second](http://example.org/x) paragraph.


### Source:

1. [European Space Agency](http://example.org/esa) [IMG](http://example.org/a.jpg)
2. Reuters
3. [BBC [News\\]](http://example.org/bbc)

### Related:

1. [Rosetta wakes up. ](/news/2014/01/20/rosetta-wakes-up.md) _Context: Rosetta_
"""


def page(data: bytes | str) -> Page:
    found = parse(data.encode() if isinstance(data, str) else data)
    assert isinstance(found, Page)
    return found


def test_every_field_of_a_whole_page_is_read() -> None:
    found = page(WHOLE)
    assert found.title == "The Philae lander touches down on comet 67P."
    assert found.day == date(2014, 11, 12)
    assert found.day_link == "/news/2014/11/12/index.md"
    assert found.terms == ("Rosetta",)
    assert found.summary == (
        "The lander bounced twice before it came to rest.\nA second paragraph."
    )
    assert found.sources == ("European Space Agency", "Reuters", "BBC [News]")
    assert [section.heading for section in found.related] == ["Related:"]
    assert found.labels().language == "en"
    assert found.related_links == ("/news/2014/01/20/rosetta-wakes-up.md",)


def test_nothing_of_the_related_section_is_in_a_field() -> None:
    found = page(WHOLE)
    assert "wakes" not in repr((found.title, found.summary, found.sources, found.terms))


def test_line_ends_and_byte_order_marks_do_not_alter_the_fields() -> None:
    plain = page(WHOLE)
    for other in (
        WHOLE.replace(b"\n", b"\r\n"),
        WHOLE.replace(b"\n", b"\r"),
        b"\xef\xbb\xbf" + WHOLE,
    ):
        found = page(other)
        assert (found.title, found.day, found.summary) == (plain.title, plain.day, plain.summary)
        assert (found.sources, found.terms) == (plain.sources, plain.terms)
        assert len(found.related) == 1
    assert page(WHOLE.replace(b"\n", b"\r\n")).newline == b"\r\n"
    assert plain.newline == b"\n"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("#  Two blanks and one behind. ", "Two blanks and one behind."),
        ("# A [bracket] and a (round) one", "A [bracket] and a (round) one"),
        ("# \"Quoted\" and ''marked''", "\"Quoted\" and ''marked''"),
        ("# See https://example.org/a_b?c=d now", "See https://example.org/a_b?c=d now"),
        ("# Closed with marks ##", "Closed with marks"),
        ("# C#", "C#"),
        ("Underlined\n==========", "Underlined"),
        ("# 第２号　Two", "第２号　Two"),
    ],
)
def test_titles_are_text_as_it_stands(line: str, title: str) -> None:
    assert page(f"### 2016-2-6\n\n{line}\n\nx").title == title


@pytest.mark.parametrize(
    "line",
    ["### [2016-02-6](/news/2016/02/6/index.md)", "### 2016-2-6", "## [2016-02-06]",
     "### [ 2016-2-6 ](index.md 'the day')", "###### 2016-02-06 ######"],
)  # fmt: skip
def test_day_lines_come_in_several_forms(line: str) -> None:
    assert page(f"{line}\n# Title\n").day == date(2016, 2, 6)


def test_a_page_without_a_day_line_has_no_day() -> None:
    assert page("# Title\n\n### 2016-02-06\n").day is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"### [2016-02-6](/x)\n\n## Title\n", "no title"),
        (b"# \n", "empty"),
        (b"### 2016-02-30\n# Title", "no such day"),
        (b"### 2016-02-06\n# \xff\xfe", "not UTF-8"),
        (b"# " + b"t" * (limits.TITLE_LENGTH + 1), "characters"),
        (b"# T\n" + b"x" * limits.PAGE_BYTES, "larger"),
        (b"# T\n" + b"### Related:\n" * (limits.RELATED_SECTIONS + 1), "sections"),
        (b"# T\n" + b"\n" * (2 * limits.PAGE_LINES + 1), "lines"),
        ("# T".encode("utf-16"), "not UTF-8"),
    ],
)
def test_what_is_no_page_gives_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(NoPage, match=reason):
        parse(data)


@pytest.mark.parametrize(
    "data",
    [
        "## [2016-02-6](/news/2016/02/6/index.md)\n\n### [One. ](/news/2016/02/6/one.md)\n",
        "## [2016-02-6](/news/2016/02/6/index.md)\n",
        "## [2016-02-6](/news/2016/02/6/index.md)\n##### Topic\n### [One](/a)\n## [前一天...](/b)",
        "# 2016-02-6\n\n### [One. ](/news/2016/02/6/one.md)\n",
        "# The day\n\n## [2016-02-6](/x)\n\n### [One. ](/news/2016/02/6/one.md)\n",
    ],
)
def test_day_lists_are_known_by_what_they_hold(data: str) -> None:
    assert isinstance(parse(data.encode()), DayList)


def test_a_page_whose_day_line_is_of_level_two_is_a_page() -> None:
    assert page("## [2016-02-6](/x)\n\n# Title\n\n### [Linked](/y)\n").title == "Title"


@pytest.mark.parametrize(
    ("below", "kept"),
    [
        ("### Notes\n\nkept", "### Notes"),
        ("## Notes\n\nkept", "## Notes"),
        ("Notes\n-----\n\nkept", "Notes"),
    ],
)
def test_a_section_ends_at_a_heading_of_its_level_or_higher(below: str, kept: str) -> None:
    found = page(f"# T\n\n### Related:\n\n1. [A](/a.md)\n\n#### Sub\n\n{below}\n")
    assert found.lines[found.related[0].end].content.decode() == kept


@pytest.mark.parametrize(
    "hidden",
    ["```\n### Related:\n```", "<!--\n### Related:\n-->", "    ### Related:", "# Related:",
     "Related\n-------", "> ### Related:"],
)  # fmt: skip
def test_what_only_looks_like_the_heading_is_none(hidden: str) -> None:
    assert page(f"# T\n\n{hidden}\n").related == ()


def test_a_section_inside_a_section_is_a_part_of_it() -> None:
    found = page("# T\n\n## Related\n\n### Related:\n\n1. [A](/a.md)\n\n## Related news\n")
    assert [section.heading for section in found.related] == ["Related", "Related news"]


def test_a_heading_above_the_title_is_no_section() -> None:
    assert page("### Related:\n\n# T\n").related == ()


def test_front_matter_is_passed_over() -> None:
    data = "---\ntitle: x\nlayout: post\n---\n### 2016-02-06\n# Title\n\nSummary.\n"
    assert (page(data).title, page(data).summary) == ("Title", "Summary.")


@pytest.mark.parametrize(
    ("item", "names"),
    [
        ("1. Reuters", ("Reuters",)),
        ("1. [Reuters](http://example.org)", ("Reuters",)),
        ("1. [IMG](http://example.org/a.png)", ()),
        ("1. [A](x), [B](y) [IMG](z)", ("A", "B")),
        ("- [A](x)\n* B\n+ C", ("A", "B", "C")),
        ("1) A", ("A",)),
        ("1. [](x)", ()),
        ("1. ", ()),
        ("1. [A [B]](x)", ("A [B]",)),
        ("1. [A\\]B](x)", ("A]B",)),
        ("no item", ()),
        ("1. A\n2. A", ("A",)),
        ("1. ![pic](x.png)", ()),
        ("1. ![pic](x.png) [A](y)", ("A",)),
    ],
)
def test_sources_are_names(item: str, names: tuple[str, ...]) -> None:
    assert page(f"# T\n\n### Source:\n\n{item}\n").sources == names


@pytest.mark.parametrize(
    ("item", "links"),
    [
        ("* [A](https://a.org/b) [C](https://c.org)", ("https://a.org/b", "https://c.org")),
        ("* ![pic](https://pic.org/p.png)", ()),
        ("* ![a [b](https://b.org) c](https://pic.org/p.png)", ()),
        ("* ![pic](https://pic.org/p.png) [A](https://a.org)", ("https://a.org",)),
        ("* [![pic](https://pic.org/p.png)](https://a.org)", ("https://a.org",)),
        ("* Look\\![A](https://a.org)", ("https://a.org",)),
        ("* [IMG](https://pic.org/p.png)", ()),
    ],
)
def test_links_of_sources_are_those_of_no_images(item: str, links: tuple[str, ...]) -> None:
    assert page(f"# T\n\n### Source:\n\n{item}\n").links == links


@given(st.binary(max_size=300))
def test_any_bytes_are_a_page_or_a_list_or_give_a_reason(data: bytes) -> None:
    try:
        found = parse(data)
    except NoPage as reason:
        assert str(reason)
    else:
        assert isinstance(found, DayList) or found.title or not found.day


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "[a](",
        "![a](",
        "(x",
        "\\[",
        "[\\[",
        "#",
        " #",
        "1. [",
        "`",
        "*",
        "&",
        "[a](b",
        "\t",
        "2016-02-06(",
    ],
)
@pytest.mark.parametrize("where", ["# {}", "### {}\n# T", "# T\n\n{}", "# T\n### Source:\n1. {}\n"])
def test_no_long_line_takes_long(unit: str, where: str) -> None:
    def read(size: int) -> None:
        with contextlib.suppress(NoPage):
            parse(where.format(unit * (size // len(unit))).encode())

    assert grows_as_its_size(read, 40_000)
