import re
import urllib.parse
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from search.archive.page import escaping
from search.model import printing as plain

MARKUP = st.text(
    st.one_of(st.sampled_from("\\`*_[]()<>{}|~&#;:!\"'-+.1 \n\t/ab"), st.characters()), max_size=40
)
RENDERERS = [MarkdownIt("commonmark"), MarkdownIt("gfm-like", {"linkify": False})]


class Read(HTMLParser):
    """What a reader sees of rendered Markdown: its tags, links and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def seen(text: str) -> str:
    """Text without what no renderer keeps: it may turn U+FFFD and odd blanks into others."""
    return text.replace("\x00", "\ufffd")


@given(MARKUP, st.lists(MARKUP, max_size=3))
@example("](javascript:alert(1))[", [])
@example("ends with a backslash\\", ["\\", "_", "a_", "_a"])
@example("<script>alert(1)</script>", ["<b>"])
@example("`code", ["`"])
@example("&lt;&#60;&copy;", ["&amp;"])
@example("a | b", ["|-|-|"])
def test_an_item_is_one_link_with_its_title_and_one_emphasis(title: str, terms: list[str]) -> None:
    terms = [term for term in map(plain.line, terms) if term]
    context = f" _Context: {', '.join(map(escaping.term, terms))}_" if terms else ""
    source = f"1. [{escaping.text(title)}](/a.md){context}\n2. [next](/b.md)\n"
    for renderer in RENDERERS:
        read = Read(renderer.render(source))
        assert read.tags == ["ol", "li", "a", *(["em"] if terms else []), "li", "a"]
        assert read.links == ["/a.md", "/b.md"]
        lines = [line for line in "".join(read.texts).split("\n") if line]
        shown = plain.line(title) + (f" Context: {', '.join(terms)}" if terms else "")
        assert lines == [line for line in (shown, "next") if line]


@given(MARKUP)
@example("javascript:alert(1)")
@example("JavaScript:x")
@example("data:text/html,x")
@example("/a b(c)<d>\\e.md")
@example("/a&copy;b")
@example("http://example.org/?a=1&b=2#c")
@example("x) _Context: y_\n2. [z](w")
def test_a_destination_is_one_link_to_where_it_says(link: str) -> None:
    printed = escaping.destination(link)
    assert re.fullmatch(r"[^\s()<>\[\]\\`|{}\"\x00-\x1f]*", printed)
    read = Read(RENDERERS[0].render(f"[x]({printed})"))
    assert read.tags == ["p", "a"]
    meant = urllib.parse.unquote(link.encode("utf-8", "replace").decode())
    told = urllib.parse.unquote(read.links[0])
    assert told.replace("%3A", ":") == meant
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", read.links[0])
    assert scheme is None or scheme[0].casefold() in ("http:", "https:")


@given(MARKUP)
def test_encoding_a_destination_twice_is_encoding_it_once(link: str) -> None:
    once = escaping.destination(link)
    assert escaping.destination(once).replace("&amp;amp;", "&amp;") == once


@pytest.mark.parametrize(
    "title",
    [
        "The comet is 4.6 billion years old, say NASA & ESA.",
        "The \"Philae\" lander's batteries – 60 hours' worth – are empty.",
        "AT&T buys a_company for $48.5 billion (£29 billion); shares rise 3%.",
        "See https://example.org/a_b?c=d&e=f#g for more!",
        "''Rosetta'' ends: 12-year trip, 100% done.",
        "Temperature rises > 2 °C; #1 cause: CO2 + CH4 = heat @ 400 ppm",
        "北约首脑会议在英国伦敦北郊举行，会期至4日。",
        "Комета 67P/Чурюмова — Герасименко",
    ],
)
def test_ordinary_titles_are_printed_unchanged(title: str) -> None:
    assert escaping.text(f"{title} ") == title


@pytest.mark.parametrize(
    ("title", "printed"),
    [
        ("[a]", "\\[a\\]"),
        ("a*b*", "a\\*b\\*"),
        ("snake_case _and_ more_", "snake_case \\_and\\_ more\\_"),
        ("a__b", "a\\_\\_b"),
        ("\\", "\\\\"),
        ("1 < 2 > 1", "1 \\< 2 > 1"),
        ("&amp; & AT&T; &x &#x41;", "\\&amp; & AT\\&T; &x \\&#x41;"),
        ("{{ site.title }} {% x %}", "\\{\\{ site.title }} \\{% x %}"),
        ("a | b", "a \\| b"),
        ("~~a~~", "\\~\\~a\\~\\~"),
        ("two\nlines\x00\x1b[0m", "two lines \\[0m"),
        ("\u202eevil\u202c", "evil"),
    ],
)
def test_markup_is_escaped(title: str, printed: str) -> None:
    assert escaping.text(title) == printed


@pytest.mark.parametrize(
    ("link", "printed"),
    [
        ("/news/2016/02/6/a-page_b.md", "/news/2016/02/6/a-page_b.md"),
        ("/zh/news/2019/12/3/北约.md", "/zh/news/2019/12/3/北约.md"),
        ("https://example.org/a%20b?c=d&e=f#g", "https://example.org/a%20b?c=d&e=f#g"),
        ("/a b.md", "/a%20b.md"),
        ("/a(b).md", "/a%28b%29.md"),
        ("/a\n<b>\\.md", "/a%0A%3Cb%3E%5C.md"),
        ("/a\u3000b", "/a%E3%80%80b"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("http:x", "http:x"),
        ("/2016:1", "/2016:1"),
        ("urn:x:y", "urn%3Ax:y"),
        ("/a&copy;", "/a&amp;copy;"),
    ],
)
def test_links_are_encoded_where_they_must_be(link: str, printed: str) -> None:
    assert escaping.destination(link) == printed


def github_like() -> list[Callable[[str], str]]:
    """Renderers that make links of bare addresses, as GitHub's dialect does; HTML is passed on."""
    mistune = pytest.importorskip("mistune")
    pytest.importorskip("linkify_it")
    made = mistune.create_markdown(escape=False, plugins=["url", "strikethrough", "table"])
    return [MarkdownIt("gfm-like").render, made]


ADDRESSES = st.builds(
    "".join,
    st.lists(
        st.sampled_from(
            ["https://", "http://", "HTTPS://", "ftp://", "www.", "WWW.", "mailto:", "a@e.com",
             "e.com", "e.com/", "/", "\\", "<img src=x onerror=alert(1)>", "<script>", "<b>",
             "</a>", "<!--", "-->", "<?", "<![CDATA[", "]]>", "&lt;", "&", "_", "*", "`", "[", "](",
             ")", "(", " ", "\u00a0", "\u3000", "x", ".", ",", ":", "//", "?", "#", "~", "|", "京"]
        ),
        max_size=10,
    ),
)  # fmt: skip


@given(ADDRESSES, st.lists(ADDRESSES, max_size=2))
@example(
    "https://e.com/<img src=x onerror=alert(1)>", ["https://e.com/<img src=x onerror=alert(1)>"]
)
@example("www.e.com/<script>", ["www.e.com/<b>", "WWW.e.com/<b>"])
@example("see https://e.com/\u3000<b>", ["ftp://e.com/\u00a0<b>"])
@example("", ["https://e.com", "www.e.com/_"])
def test_no_address_makes_a_tag_live(title: str, terms: list[str]) -> None:
    printed = [shown for shown in map(escaping.term, terms) if shown]
    context = f" _Context: {', '.join(printed)}_" if printed else ""
    source = f"1. [{escaping.text(title)}](/a.md){context}\n2. [next](/b.md)\n"
    for render in github_like():
        read = Read(render(source))
        assert set(read.tags) <= {"ol", "li", "a", "em", "p"}
        allowed = ("/a.md", "/b.md", "http://", "https://", "ftp://", "mailto:", "//")
        assert all(link.casefold().startswith(allowed) for link in read.links)
        assert read.tags.count("li") == 2


def test_an_address_that_needs_no_escape_is_printed_as_it_is() -> None:
    assert escaping.text("At https://e.org/a?b=c and www.e.org.") == (
        "At https://e.org/a?b=c and www.e.org."
    )
    assert escaping.text("At https://e.org/[a] now") == "At https\\://e.org/\\[a\\] now"
    assert escaping.term("www.e.org") == "www\\.e.org"
