"""Finds the CommonMark blocks of a page by lines of bytes, so that positions are exact.

The CommonMark parser markdown-it-py finds the blocks; its inline rules are not run. Front matter
is hidden from it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from search.archive.page import front_matter
from search.model import limits

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

BOM = b"\xef\xbb\xbf"

# HTML blocks that end with an end condition of their own, not at the next blank line: what starts
# and what ends each (CommonMark 0.31, section 4.6, types 1 to 5).
_VERBATIM_HTML = (
    (re.compile(r"<(?:script|pre|style|textarea)(?=[\s>]|$)", re.IGNORECASE),
     re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE)),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<![A-Za-z]"), re.compile(r">")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
)  # fmt: skip

_CLOSING_MARKS = re.compile(rb"(?:^|(?<=[ \t]))#+[ \t]*$")
_CLOSING_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*$")
_MARKER = re.compile(rb" {0,3}(?:\d{1,9}[.)]|[-+*])(?:[ \t]+|$)")
_PARAGRAPH = ["paragraph_open", "inline", "paragraph_close"]
_LISTS = frozenset(
    f"{kind}_list_{side}" for kind in ("bullet", "ordered") for side in ("open", "close")
)
_CONTAINERS = frozenset(
    f"{kind}_{side}" for kind in ("list_item", "blockquote") for side in ("open", "close")
)


class Kind(Enum):
    BLANK = 0
    TEXT = 1
    HEADING = 2
    OPAQUE = 3


@dataclass(slots=True)
class Line:
    """``data[start:end]`` is the line with its line end; ``content`` comes without it.

    ``level`` is the level (1 to 6) of a heading outside all other blocks, else 0; ``text`` is its
    text, else b"". An underlined heading is known by its first line; ``content`` of a heading
    that is not underlined begins with ``#``. OPAQUE lines are code, verbatim HTML, front matter
    and the rest of an underlined heading.
    """

    kind: Kind
    start: int
    end: int
    content: bytes
    level: int = 0
    text: bytes = b""


class ListItem(NamedTuple):
    """An item of a list that is in no other block.

    It takes ``lines[first:end]``, blank lines at its end excluded. If it is only one
    paragraph, ``paragraph`` has the text of the paragraph's lines, without the item's marker and
    without indentation; else it is empty.
    """

    first: int
    end: int
    paragraph: tuple[str, ...]


class Blocks(NamedTuple):
    """The first ``front`` lines are front matter. ``unclosed`` is the number (from 1) of the line
    that opens code or verbatim HTML which never ends, or None."""

    lines: list[Line]
    items: tuple[ListItem, ...]
    unclosed: int | None
    front: int


def scan(data: bytes) -> Blocks:
    """The lines of a page in UTF-8. A line ends with LF, CR LF or CR."""
    lines = _split(data)
    tokens, front = _tokens(lines)
    for line in lines:
        if line.kind is Kind.TEXT and not line.content.strip(b" \t"):
            line.kind = Kind.BLANK
    for token in tokens:
        if token.map is None:
            continue
        first, end = token.map
        if token.type == "heading_open" and token.level == 0:
            for line in lines[first:end]:
                line.kind = Kind.OPAQUE
            heading = lines[first]
            heading.kind = Kind.HEADING
            heading.level = int(token.tag[1:])
            heading.text = _heading_text(token.markup, lines[first:end])
        elif token.type == "fence" or (token.type == "html_block" and _end_of_html(token)):
            for line in lines[first:end]:
                if token.level == 0 or line.kind is not Kind.BLANK:
                    line.kind = Kind.OPAQUE
    return Blocks(lines, tuple(_items(tokens, lines)), _unclosed(tokens, lines), front)


class Block(NamedTuple):
    """One block as a reader sees it: its kind, its nesting depth, and its text."""

    kind: str
    depth: int
    text: str = ""


def _heading_text(markup: str, lines: list[Line]) -> bytes:
    if markup.startswith("#"):
        text = lines[0].content.strip(b" \t")[len(markup) :]
        return _CLOSING_MARKS.sub(b"", text).strip()
    return b" ".join(line.content.strip() for line in lines[:-1])


def outline(data: bytes, hidden: Container[int]) -> list[Block]:
    """All blocks of a page in UTF-8, in order, without the ``hidden`` lines.

    A list item whose first line is hidden is not a block, nor is a list of only such items. What
    else such an item holds is at the level of the list.
    """
    lines = _split(data)
    shown: list[Block] = []
    lists: list[bool] = []  # for each list around: whether an item of it was shown
    around: list[bool] = []  # for each item and quote around: whether it is shown
    for token in _tokens(lines)[0]:
        depth = sum(around)
        if token.type in _LISTS:
            if token.nesting > 0:
                lists.append(False)
            else:
                lists.pop()
        elif token.type in _CONTAINERS:
            if token.nesting < 0:
                around.pop()
                continue
            assert token.map is not None
            around.append(token.map[0] not in hidden)
            if around[-1] and token.type == "list_item_open" and not lists[-1]:
                lists[-1] = True
                shown.append(Block("list", depth))
            if around[-1]:
                shown.append(Block(token.type, depth))
        elif token.map is not None and token.type != "inline":
            shown += _leaf(token, lines, hidden, depth)
    return shown


def _leaf(token: Token, lines: list[Line], hidden: Container[int], depth: int) -> list[Block]:
    assert token.map is not None
    first, end = token.map
    if token.type == "paragraph_open":
        numbers = [number for number in range(first, end) if number not in hidden]
        text = "\n".join(lines[number].content.decode().strip() for number in numbers)
        # A tag right below an item is part of a paragraph; without the item it is an HTML block.
        kind = "html_block" if text.startswith("<") else "paragraph"
        return [Block(kind, depth, text)] if numbers else []
    if first in hidden:
        return []
    if token.type == "heading_open":
        text = "\n".join(line.content.decode().strip() for line in lines[first:end])
        return [Block(token.tag, depth, text)]
    return [Block(token.type, depth, token.content.rstrip("\n"))]


@cache
def _commonmark() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 – loading it takes as long as 100 pages

    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _tokens(lines: list[Line]) -> tuple[list[Token], int]:
    """The block tokens of a page, and how many lines of front matter it has; these become
    OPAQUE and have no token."""
    count = front_matter.length([line.content for line in lines[: limits.FRONT_MATTER_LINES]])
    for opaque in lines[:count]:
        opaque.kind = Kind.OPAQUE
    texts = [line.content.decode() for line in lines[count:]]
    return _parsed("\n" * count + "\n".join(texts)), count


@lru_cache(maxsize=1)  # an edited page is compared with the page before, which was parsed last
def _parsed(text: str) -> list[Token]:
    return _commonmark().parse(text)


def _items(tokens: list[Token], lines: list[Line]) -> Iterator[ListItem]:
    first = inner = 0
    for at, token in enumerate(tokens):
        is_item = token.type in {"list_item_open", "list_item_close"}
        if not is_item or token.level != 1:  # deeper items are inside another block
            continue
        if token.nesting > 0:
            inner = at + 1
            first = token.map[0] if token.map else 0
        else:
            yield _item(first, tokens[inner:at], lines)


def _item(first: int, inside: list[Token], lines: list[Line]) -> ListItem:
    end = max((token.map[1] for token in inside if token.map), default=first + 1)
    while end > first + 1 and lines[end - 1].kind is Kind.BLANK:
        end -= 1
    marker = _MARKER.match(lines[first].content)
    is_paragraph = [token.type for token in inside] == _PARAGRAPH and inside[0].map
    if not marker or not is_paragraph or is_paragraph[0] != first:
        return ListItem(first, end, ())
    rest = (line.content.decode().strip() for line in lines[first + 1 : end])
    return ListItem(first, end, (lines[first].content[marker.end() :].decode().strip(), *rest))


def _end_of_html(token: Token) -> re.Pattern[str] | None:
    """What ends an HTML block that does not end at a blank line."""
    text = token.content.lstrip()
    return next((end for begin, end in _VERBATIM_HTML if begin.match(text)), None)


def _unclosed(tokens: list[Token], lines: list[Line]) -> int | None:
    last = tokens[-1] if tokens else None
    if last is None or last.map is None or last.level:
        return None
    first, end = last.map
    text = lines[end - 1].content.decode()
    if last.type == "html_block":
        closing = _end_of_html(last)
        return first + 1 if closing and not closing.search(text) else None
    if last.type != "fence":
        return None
    mark = last.markup
    found = _CLOSING_FENCE.match(text)
    is_closed = end > first + 1 and found and found[1][0] == mark[0] and len(found[1]) >= len(mark)
    return None if is_closed else first + 1


def _split(data: bytes) -> list[Line]:
    lines = []
    start = len(BOM) if data.startswith(BOM) else 0
    for raw in data[start:].splitlines(keepends=True):
        end = start + len(raw)
        lines.append(Line(Kind.TEXT, start, end, raw.rstrip(b"\r\n")))
        start = end
    return lines
