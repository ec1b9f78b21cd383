import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.page.blocks import BOM, Kind, scan
from tests.growing import grows_as_its_size

fragments = st.lists(
    st.sampled_from(
        [b"# a", b"### b", b"text", b"", b"  ", b"---", b"===", b"```", b"~~~~", b"<!--", b"-->",
         b"<pre>", b"</pre>", b"1. x", b"- y", b"    code", b"\xe5\x8c\x97", b"...", b"# c #", b">"]
    ).flatmap(lambda line: st.sampled_from([line + b"\n", line + b"\r\n", line + b"\r", line])),
    max_size=30,
).map(b"".join)  # fmt: skip


@given(st.booleans(), fragments)
def test_the_lines_cover_the_page_without_gap(has_bom: bool, rest: bytes) -> None:
    data = (BOM if has_bom else b"") + rest
    lines, _, unclosed, _ = scan(data)
    at = len(BOM) if has_bom else 0
    for line in lines:
        assert line.start == at
        assert data[line.start :].startswith(line.content)
        at = line.end
    assert at == len(data)
    assert unclosed is None or 1 <= unclosed <= len(lines)


def headings(data: bytes) -> list[tuple[int, bytes]]:
    return [(line.level, line.text) for line in scan(data)[0] if line.kind is Kind.HEADING]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"# A", [(1, b"A")]),
        (b"#  A  ", [(1, b"A")]),
        (b"#\tA", [(1, b"A")]),
        (b"   ### A ###", [(3, b"A")]),
        (b"# A#", [(1, b"A#")]),
        (b"#", [(1, b"")]),
        (b"## #", [(2, b"")]),
        (b"    # code", []),
        (b"#A", []),
        (b"####### A", []),
        (b"\\# A", []),
        (b"> # A", []),
        (b"A\n===", [(1, b"A")]),
        (b"A\nB\n---", [(2, b"A B")]),
        (b"1. A\n---", []),
        (b"- A\n---", []),
        (b"- A\nB\n---", []),
        (b"A\n- B\n---", []),
        (b"A\n***\n---", []),
        (b"-\n===", []),
        (b"1.\n---", []),
        (b"---\n---", []),
        (b"2014. A\n---", []),
        (b"    A\n---", []),
        (b"A\n2. B\n---", [(2, b"A 2. B")]),
        (b"\n---\n\nA", []),
        (b"# A\n---\n", [(1, b"A")]),
    ],
)
def test_headings_are_those_of_markdown(data: bytes, expected: list[tuple[int, bytes]]) -> None:
    assert headings(data) == expected


@pytest.mark.parametrize(
    "opaque",
    [
        b"```\n# A\n```",
        b"```md\n# A\n``\n~~~\n```` \n",
        b"~~~ a`b\n# A\n~~~",
        b"<!--\n# A\n-->",
        b"<!-- -- >\n# A\n-->",
        b"<script>\n# A\n</script>",
        b"<PRE class='x'>\n# A\n</pre>",
        b"---\n# A\ntitle: x\n---",
        b"---\ntitle: x\n# A\n...",
    ],
)
def test_in_code_comments_and_front_matter_there_are_no_headings(opaque: bytes) -> None:
    assert headings(opaque) == []
    assert headings(opaque + b"\n# B\n") == [(1, b"B")]
    assert scan(opaque).unclosed is None


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"x\n```\n# A", 2), (b"<!-- x", 1), (b"\n\n<pre>\n", 3), (b"``` a`b\n", None)],
)
def test_what_is_never_closed_is_told(data: bytes, line: int | None) -> None:
    assert scan(data).unclosed == line


def test_a_comment_on_one_line_closes_itself() -> None:
    assert headings(b"<!-- x -->\n# A\n") == [(1, b"A")]


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert headings(b"---\n\n# A\n\n---\n") == [(1, b"A")]
    assert headings(b"---\ntitle: never closed\n# A\n") == [(1, b"A")]


@pytest.mark.parametrize(
    "unit", [b"-\n", b"a\n-", b"```x`\n", b"<!-\n", b"=\n", b"# # ", b"1. x\n="]
)
def test_the_time_grows_with_the_length_only(unit: bytes) -> None:
    assert grows_as_its_size(lambda size: scan(unit * (size // len(unit))), 80_000)
