import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.archive.page.markup import shown, shown_line
from search.model import limits
from tests.growing import grows_as_its_size


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("AT&amp;T buys", "AT&T buys"),
        ("Staff of AT&T protest", "Staff of AT&T protest"),
        ("Don&#39;t sell", "Don't sell"),
        ("The [net](/companies/net.md) closes, _they say_", "The net closes, they say"),
        ("**Breaking:** a dam breaks", "Breaking: a dam breaks"),
        ("f**k on live television", "f**k on live television"),
        ("a < b and c > d", "a < b and c > d"),
        ("5 * 3 * 2", "5 * 3 * 2"),
        ("snake_case stays", "snake_case stays"),
        ("[Brackets] stay", "[Brackets] stay"),
        (r"\[Escaped\] too", "[Escaped] too"),
        ("x <b>bold</b> y", "x bold y"),
        ("<script>var x = 1;</script>Hi", "Hi"),
        ("<style>p { color: red }</style>Hi", "Hi"),
        ("<!-- hidden -->seen", "seen"),
        ("`code` is text", "code is text"),
        ("![a picture](x.png)seen", "seen"),
        ("plain words", "plain words"),
    ],
)  # fmt: skip
def test_a_title_is_what_a_browser_shows(text: str, seen: str) -> None:
    assert shown_line(text) == seen


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("The [net](/companies/net.md) closes", ["/companies/net.md"]),
        ("[a](https://gsa.gov/x?y=1#z)", ["https://gsa.gov/x?y=1#z"]),
        ("See [b][1].\n\n[1]: http://b.example", ["http://b.example"]),
        ("<https://a.example/b>", ["https://a.example/b"]),
        ("*An <A HREF='http://a.example/?x=1&amp;y'>anchor</A>*", ["http://a.example/?x=1&y"]),
        ("[a](/x) and [again](/x)", ["/x"]),
        ("[mail](mailto:a@b.example) [part](#part) [run](javascript:x)", []),
        ("<script><a href='/hidden'></script> ![seen](x.png) `[code](/y)`", []),
        ("https://in.the.example/text", []),
    ],
)  # fmt: skip
def test_the_targets_of_links_are_told_from_the_text(text: str, links: list[str]) -> None:
    assert list(shown(text).links) == links


def test_links_are_bounded() -> None:
    assert len(shown(" ".join(f"[a](/{n})" for n in range(2 * limits.LINKS))).links) == limits.LINKS
    assert not shown(f"[a](/{'x' * limits.LINK_LENGTH})").links


def test_tags_of_blocks_end_words() -> None:
    found = shown("<figcaption>Streets.</figcaption><p>One</p><p>Two &amp; three</p>").text
    assert found.split() == ["Streets.", "One", "Two", "&", "three"]
    assert "One" in found.splitlines()


def test_lines_stay_lines() -> None:
    assert shown("# Title\n\nOne *line*\nanother\n\n- item\n").text.splitlines() == [
        *("Title", "", "One line", "another", "", "item")
    ]


def test_a_comment_without_end_hides_the_rest() -> None:
    assert shown("seen <b>x</b>\n\n<!-- never\n\nclosed").text.strip() == "seen x"


@given(st.text(st.sampled_from("ab <>&;*_[]()`!#-\n\\'\"/"), max_size=60))
def test_any_text_is_shown(text: str) -> None:
    assert isinstance(shown(text).text, str)
    assert isinstance(shown_line(text), str)


@pytest.mark.parametrize("unit", ["<div>", "<!--", "<?", "<a b=", "[", "&a;", "*a ", "> ", "- "])
def test_time_grows_with_length_only(unit: str) -> None:
    assert grows_as_its_size(lambda size: shown(unit * (size // len(unit))), 1 << 16)
