"""The visible text of Markdown or HTML: without tags, scripts, comments and link targets; and the
targets of its links.

markdown-it reads CommonMark. Tags are removed as a browser would, by the HTML parser of the
standard library, which builds no tree that could nest too deeply. A text without any sign of markup
is returned at once.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import escape, unescape
from html.parser import HTMLParser
from itertools import islice
from typing import Final, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from search.model import limits
from search.model import printing as plain
from search.text.addresses import is_target

# A text without any of these is shown as it is written.
_SIGNS: Final = re.compile(
    r"[<`*\[\\]|\{[%{#:]|:::|&(?:#|[A-Za-z])|(?<![^\W_])_|_(?![^\W_])"
    r"|^ {0,3}(?:#{1,6}[ \t]|[-+>][ \t]|=+[ \t]*$|-{2,}[ \t]*$|~~~)",
    re.MULTILINE,
)
# Tags of template languages (Liquid, Jinja, Hugo, Zola, WordPress), attributes of kramdown, marks
# of boxes and of a table of contents, and imports of MDX. The target of a link, as in
# [text]({{ "/2016/a-title" | url }}), stays: its words relate the two texts.
_TEMPLATE: Final = re.compile(
    r"\{[%#][^{}\n]{0,1000}+\}|(?<![`$'\"(])\{\{[^{}\n]{0,1000}+\}\}|^\[TOC\]$"
    r"|\{:(?= ?(?:[.#][A-Za-z_]|[a-z]{1,20}=))[^{}\n]{0,1000}+\}"
    r"|\[/?(?:caption|gallery|embed|audio|video|playlist)(?:[ \t][^\[\]\n]{0,1000}+)?\]"
    r"|^ {0,3}:::[^\n]*$"
    r"|^import[ \t][^\n]{0,1000}?[ \t]from[ \t]+['\"][^'\"\n]{0,1000}+['\"];?[ \t]*$",
    re.MULTILINE,
)
_MAY_BE_TEMPLATE: Final = re.compile(
    r"\{[%#{:]|:::|\[/?(?:TOC\]|caption|gallery|embed|audio|video|playlist)|^import[ \t]",
    re.MULTILINE,
)
# Links by the name of a note: [[note]], [[note|text]], [[note#part]].
_WIKI: Final = re.compile(r"!?\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{1,300}))?\]\]")
_DUNDER: Final = re.compile(r"(?<!\w)__([A-Za-z0-9]+)__(?!\w)")
# Of a longer text, the rest only loses its tags and entities: hostile Markdown takes some ten
# seconds a MiB.
_LONGEST: Final = 256 << 10
_TAG: Final = re.compile(r"<[!/A-Za-z][^<>]{0,2000}>")
_BLANK_LINES: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
# Tags that end a word and a line.
_BLOCKS: Final = frozenset(
    """
    address article aside blockquote br caption dd div dl dt figcaption figure footer form h1 h2 h3
    h4 h5 h6 header hr legend li main nav ol option p pre section summary table td th tr ul
    """.split()
)
# The content of these tags is never shown.
_HIDDEN: Final = frozenset("script style template noscript iframe textarea title head".split())


class Shown(NamedTuple):
    """A text as a reader sees it, and the addresses that it links to, in order."""

    text: str
    links: tuple[str, ...] = ()


def shown(text: str) -> Shown:
    """A text of several lines as a reader sees it; the line breaks stay."""
    text = _without_templates(text)
    if not _SIGNS.search(text):
        return Shown(text)
    found = _without_markup(_markdown().parse(text[:_LONGEST]))
    visible = _BLANK_LINES.sub("\n\n", found.text + _rest(text)).strip("\n")
    return found._replace(text=visible)


def shown_line(text: str) -> str:
    """A title or another single line as a reader sees it; it never begins a list or heading."""
    text = _without_templates(text)
    if not _SIGNS.search(text):
        return text
    return _without_markup(_markdown().parseInline(text[:_LONGEST])).text + _rest(text)


def shown_record_title(text: str) -> str:
    """The title of a record as a reader sees it. In ``__init__`` the underscores stay, which
    Markdown would take for bold type."""
    if "__" in text:
        parts = text.split("`")  # every second one is code
        parts[::2] = [_DUNDER.sub(r"\\_\\_\1\\_\\_", part) for part in parts[::2]]
        text = "`".join(parts)
    return shown_line(text)


def _without_templates(text: str) -> str:
    text = _TEMPLATE.sub(" ", text) if _MAY_BE_TEMPLATE.search(text) else text
    return _WIKI.sub(lambda link: link[2] or link[1], text) if "[[" in text else text


def _rest(text: str) -> str:
    return unescape(_TAG.sub(" ", text[_LONGEST:])) if len(text) > _LONGEST else ""


def _without_markup(tokens: Sequence[Token]) -> Shown:
    links: list[str] = []
    parts = list(_parts(tokens, links))
    if not any(is_html for _, is_html in parts):
        return Shown("".join([part for part, _ in parts]), addresses(links))
    html = "".join([part if is_html else escape(part, quote=False) for part, is_html in parts])
    html = _without_comments(html)
    # No tag ends after the last ">", and the parser would search for its end again and again.
    last = html.rfind(">") + 1
    reader = _Reader()
    reader.feed(html[:last] + html[last:].replace("<", "&lt;"))
    reader.close()
    links += reader.links
    return Shown("".join(reader.parts), addresses(links))


def addresses(targets: Iterable[str]) -> tuple[str, ...]:
    """The addresses among the targets of links, each once."""
    found = dict.fromkeys(plain.line(t) for t in targets if len(t) <= limits.LINK_LENGTH)
    return tuple(islice(filter(is_target, found), limits.LINKS))


def _without_comments(html: str) -> str:
    """HTML without its comments; one that never ends hides the rest, as in a browser."""
    parts: list[str] = []
    done = 0
    while (start := html.find("<!--", done)) >= 0:
        parts.append(html[done:start])
        end = html.find("-->", start + 4)
        if end < 0:
            return "".join(parts)
        done = end + 3
    return "".join([*parts, html[done:]])


def _parts(tokens: Sequence[Token], links: list[str]) -> Iterator[tuple[str, bool]]:
    """The parts of a text, in order, and whether each is HTML. The targets of Markdown links are
    added to ``links``."""
    for token in tokens:
        if token.type == "inline":
            yield from _parts(token.children or (), links)
        elif token.type == "link_open":
            links.append(str(token.attrGet("href") or ""))
        elif token.type in ("html_block", "html_inline"):
            yield token.content, True
        elif token.type in ("softbreak", "hardbreak"):
            yield "\n", False
        elif token.type in ("text", "code_inline"):
            yield token.content, False
        elif token.type in ("code_block", "fence"):
            yield token.content + "\n", False
        elif token.type in ("paragraph_close", "heading_close"):
            yield "\n" if token.hidden else "\n\n", False


class _Reader(HTMLParser):
    """Collects the visible text of HTML, and the targets of its links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str] = []
        self._hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN and not self._hidden:
            self._hidden = tag
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag == "a" and not self._hidden:
            self.links += [target for name, target in attrs if name == "href" and target]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden:
            self._hidden = ""
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark")
