"""An archive built to break things: nothing broken, nothing lost, nothing injected.

Every case is one page among good ones. Whatever it is, the good pages are read and regenerated;
the hostile one is read or gives a reason; regenerated, it keeps every byte outside its Related
section; its title, printed in the lists of the others, stays inside its own item.
"""

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from search.archive import Skipped, read
from search.archive.page.related_section import Change
from search.model.errors import PageUnwritable
from search.model.event import Event
from search.model.hit import Hit
from tests.site_pages import changed, item_of, pages_of, write_page

DAY = "### [2014-11-12](/news/2014/11/12/index.md)\n\n"
GOOD = DAY + "# A good page. \n\n\n### Source:\n\n1. [Reuters](http://example.org/r)\n"


def titled(title: str) -> bytes:
    return f"{DAY}# {title}\n\n\n### Source:\n\n1. [Reuters](http://example.org/r)\n".encode()


def below(text: str) -> bytes:
    return titled("A title.") + f"\n### Related:\n\n{text}".encode()


TITLES = {
    "closes its link": "](http://evil.example/)[",
    "closes its link with a script": "](javascript:alert(1))",
    "is a link": "[click](http://evil.example/) here",
    "is an image": "![x](http://evil.example/x.png)",
    "is a reference": "[evil]: http://evil.example/ [evil]",
    "opens brackets": "[[[[[[",
    "closes brackets": "]]]]]]",
    "ends in a backslash": "Title\\",
    "ends in two": "Title\\\\",
    "escapes an escape": "\\[x\\](y)",
    "opens code": "`code",
    "opens much code": "``` and ````",
    "script": "<script>alert(1)</script>",
    "image tag": "<img src=x onerror=alert(1)>",
    "comment": "<!-- hidden",
    "end of a comment": "--> shown",
    "autolink": "<http://evil.example/>",
    "entities": "&lt;b&gt; &#60;i&#x3e; &copy;",
    "emphasis": "*a* _b_ **c** __d__ ***e***",
    "underscores in words": "snake_case_name and _Context: fake_",
    "strikes": "~~gone~~",
    "table": "a | b | c",
    "template": "{{ site.secret }} {% include x %} {: .cls}",
    "math": "$x$ costs $5 and $6",
    "footnote": "[^1] and [^1]: text",
    "quotes": "\"double\" 'single' ''wiki''",
    "address": "See http://example.org/a_(b)?c=[d]&e=f#g",
    "right to left override": "\u202egnp.exe\u202c",
    "isolates": "\u2066\u2067\u2068 x",
    "zero width": "a\u200bb\u200d\ufeffc",
    "control characters": "a\x01b\x1b[31mred\x7f\x9b0m",
    "nul": "a\x00b",
    "line separator": "one\u2028two\u2029three\x85four",
    "vertical tab and form feed": "one\x0btwo\x0cthree",
    "carriage return": "one\r### Related:\r\r1. [x](y)\r",
    "number and dot": "1. Not an item",
    "hash marks": "# ## ### deep",
    "a quote mark": "> quoted",
    "regex templates": "\\1 \\g<0> $1 %s %(x)s {0}",
    "emoji and flags": "👩\u200d🚀 🇩🇪 e\u0301",
    "very long": "word " * 900,
    "one long word": "x" * 4_900,
    "arabic": "قمر \u200fصناعي",
    "looks like a day": "2014-11-12 was the day",
    "looks like a path": "../../../../etc/passwd",
}

PAGES = {
    "empty": b"",
    "only blanks": b" \n\t\n",
    "binary": bytes(range(256)) * 4,
    "invalid UTF-8 in the title": DAY.encode() + b"# \xff\xfe\n",
    "UTF-16": GOOD.encode("utf-16"),
    "surrogates as bytes": DAY.encode() + b"# \xed\xa0\x80\n",
    "no title": DAY.encode() + b"text\n",
    "empty title": titled(""),
    "title too long": titled("x" * 100_000),
    "a page of 5 MB": titled("A title.") + b"x" * (5 << 20),
    "many lines": titled("A title.") + b"\n" * 200_000,
    "no such day": GOOD.replace("2014-11-12", "2014-02-30").encode(),
    "day of the year zero": GOOD.replace("2014-11-12", "0000-00-00").encode(),
    "BOM and CRLF": b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(),
    "classic line ends": GOOD.replace("\n", "\r").encode(),
    "mixed line ends": below("1. [a](b)\r\n2. [c](d)\r3. [e](f)\n"),
    "no last line end": GOOD.rstrip().encode(),
    "heading in a fence": titled("A title.") + b"\n```\n### Related:\n\n1. [x](y)\n```\n",
    "heading in a comment": titled("A title.") + b"\n<!--\n### Related:\n-->\n",
    "fence never closed": titled("A title.") + b"\n```\n### Related:\n",
    "comment never closed": titled("A title.") + b"\n<!-- \n",
    "two related sections": below("1. [a](b)\n\n### Related:\n\n1. [c](d)\n"),
    "a thousand related sections": below("### Related:\n" * 1_000),
    "related before the title": b"### Related:\n\n1. [a](b)\n\n" + titled("A title."),
    "related before source": (
        f"{DAY}# A title.\n\n### Related:\n\n1. [a](b)\n\n### Source:\n\n1. R\n".encode()
    ),
    "prose among the items": below("Note.\n\n1. [a](b)\n\nMore.\n\n2. [c](d)\n"),
    "deep quotes": titled("A title.") + b">" * 50_000 + b"\n",
    "deep lists": titled("A title.") + b"- " * 50_000 + b"\n",
    "deep brackets": titled("A title.") + b"[" * 50_000 + b"](" * 50_000,
    "long number": below(f"{'9' * 5_000}. [a](b)\n"),
    "source without items": f"{DAY}# A title.\n\n### Source:\n".encode(),
    "hostile sources": titled("A title.").replace(b"[Reuters]", b"[](x) [[[ <b> \x00 \x1b"),
    "front matter": b"---\ntitle: &a [*a, *a]\n!!python/object: x\n---\n" + GOOD.encode(),
    "front matter never closed": b"---\ntitle: x\n" + GOOD.encode(),
    "thousands of list runs": below("1. [a](b)\n\n<!-- x -->\n\n" * 3_000),
}

CASES = {f"title: {name}": titled(title) for name, title in TITLES.items()} | {
    f"page: {name}": data for name, data in PAGES.items()
}


def related_to(events: list[Event]) -> Callable[[str], list[Hit]]:
    """Everything is related to everything, and shares the words of the titles."""
    return lambda id: [item_of(e, (e.title[:60], "plain")) for e in events if e.id != id]


def outside(data: bytes) -> bytes:
    """The page without its lists of links and without what sets sections off."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    kept = [line for line in lines if line.strip() and b"](" not in line]
    return b"\n".join(line for line in kept if not line.startswith(b"### Related:"))


def links(tokens: list[Token]) -> list[str]:
    inline = [child for token in tokens for child in token.children or []]
    return [str(token.attrs["href"]) for token in inline if token.type == "link_open"]


def shown(text: str) -> str:
    """A title as any renderer shows it: outer blanks do not count."""
    return text.strip()


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_page_harms_nothing(tmp_path: Path, name: str) -> None:
    day = tmp_path / "news/2014/11/12"
    day.mkdir(parents=True)
    hostile = day / "hostile.md"
    good = [day / "a.md", day / "z.md"]
    hostile.write_bytes(CASES[name])
    for path in good:
        path.write_text(GOOD)
    skipped: list[Skipped] = []
    events = list(read([tmp_path], skipped.append))
    assert {"/news/2014/11/12/a.md", "/news/2014/11/12/z.md"} <= {event.id for event in events}
    assert len(events) + len(skipped) == 3
    assert all(event.title and event.title.encode() for event in events)

    def run() -> list[Change]:
        pages = pages_of([tmp_path], lambda skipped: None)
        changes = list(changed(pages, related_to(events), lambda skipped: None))
        for change in changes:
            write_page(change.boundary, change.path, change.before, change.after)
        return changes

    changes = run()
    assert {change.path for change in changes} >= set(good)
    assert run() == [], "twice is once"
    assert sorted(path.name for path in day.iterdir()) == ["a.md", "hostile.md", "z.md"]
    if skipped:
        assert hostile.read_bytes() == CASES[name]
    for change in changes:
        assert outside(change.after) == outside(change.before)
    for path in good:
        text = path.read_bytes().decode()
        section = text.split("### Related:\n\n")[1]
        assert text == f"{GOOD}\n### Related:\n\n{section}"
        tokens = MarkdownIt("commonmark").parse(section)
        others = [event for event in events if not path.match(f"*/{event.id.rsplit('/')[-1]}")]
        assert links(tokens) == [event.id for event in others]
        assert [token.tag for token in tokens if token.type == "heading_open"] == []
        assert [token.tag for token in tokens if token.type == "list_item_open"] == [
            "li" for _ in others
        ]
        inline = [token for token in tokens if token.type == "inline"]
        for token, event in zip(inline, others, strict=True):
            kinds = [child.type for child in token.children or []]
            assert set(kinds) <= {
                "text", "text_special", "link_open", "link_close", "em_open", "em_close"
            }  # fmt: skip
            told = "".join(child.content for child in token.children or [])
            assert told.startswith(shown(event.title) + " Context: ")


NAMES = [
    "a b.md",
    "a(b)c.md",
    "a)b(c.md",
    "<a>.md",
    "a\\b.md",
    "a'b\"c.md",
    "[a](b).md",
    "%41.md",
    "100%.md",
    "a#b?c=d&e;.md",
    "&amp;.md",
    "javascript:alert(1).md",
    "`a`.md",
    "_a_ *b*.md",
    "{{a}}|{%b%}.md",
    "北约.md",
    "e\u0301.md",
    "-.md",
    "..md",
    "京" * 84 + ".md",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_of_any_name_is_linked_and_written(tmp_path: Path, name: str) -> None:
    day = tmp_path / "news/2014/11/12"
    day.mkdir(parents=True)
    (day / name).write_text(GOOD)
    (day / "good.md").write_text(GOOD)
    events = list(read([tmp_path], print))
    if name.startswith("."):
        assert len(events) == 1, "hidden"
        return
    for change in changed(pages_of([tmp_path], print), related_to(events), print):
        write_page(change.boundary, change.path, change.before, change.after)
    section = (day / "good.md").read_text().split("### Related:\n\n")[1]
    (link,) = links(MarkdownIt("commonmark").parse(section))
    path = link.split("?")[0].split("#")[0]
    assert unquote(path) == f"/news/2014/11/12/{name}"
    assert (day / name).read_text() != GOOD


ODD_NAMES = [
    b"new\nline.md",
    b"bad\xff.md",
    b"esc\x1b.md",
    b"tab\t.md",
    b"\xe2\x80\xaerlo.md",
    b" .md",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_that_cannot_be_an_id_is_told_on_one_line(tmp_path: Path, name: bytes) -> None:
    (tmp_path / "good.md").write_text(GOOD)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(GOOD)
    skipped: list[Skipped] = []
    assert len(list(read([tmp_path], skipped.append))) == 1
    assert len(skipped) == 1
    assert str(skipped[0]).isprintable()
    str(skipped[0]).encode()


def test_a_page_swapped_for_a_link_between_reading_and_writing_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(GOOD)
    day = tmp_path / "site/news/2014/11/12"
    day.mkdir(parents=True)
    for name in "ab":
        (day / f"{name}.md").write_text(GOOD)
    events = list(read([tmp_path / "site"], print))
    first, second = changed(pages_of([tmp_path / "site"], print), related_to(events), print)
    first.path.unlink()
    first.path.symlink_to(secret)
    with pytest.raises(PageUnwritable, match=r"a\.md"):
        write_page(first.boundary, first.path, first.before, first.after)
    write_page(second.boundary, second.path, second.before, second.after)
    assert secret.read_text() == GOOD
    assert "### Related:" in second.path.read_text()
