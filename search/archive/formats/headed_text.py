"""Texts with fields at their beginning: reStructuredText, Org, AsciiDoc, plain text and HTML.

Each reader gives the fields and, as ``text``, what follows them.
"""

from __future__ import annotations

import re
from typing import Any, Final

from search.archive.dates import parse_date
from search.archive.page import front_matter
from search.model import limits

Fields = dict[str, Any]

_MOST_LINES: Final = 100  # that are searched for fields
_NIKOLA: Final = re.compile(r"\.\. ([\w-]+):[ \t]*(.*)")
_DOCINFO: Final = re.compile(r":([\w -]+):[ \t]+(.*)")
_ORG: Final = re.compile(r"#\+([\w-]+):[ \t]*(.*)")
_ASCIIDOC: Final = re.compile(r":([\w-]+):[ \t]*(.*)")
_UNDERLINE: Final = re.compile(r"([=\-`:'\"~^_*+#<>.])\1{2,}[ \t]*$")
_DIRECTIVE: Final = re.compile(r"(?m)^\.\. .*$")
_HEADING_MARK: Final = re.compile(r"(?m)^(?:=+|\*+) (?=\S)")
_PLAIN: Final = re.compile(r"([A-Za-z][\w -]{0,30}):[ \t]+(.*)")
_ENTRY_TITLE: Final = re.compile(r"p-name[^<>]{0,200}>([^<>]{1,1000})<")
_ENTRY_DAY: Final = re.compile(
    r"<time[^<>]{0,200}?(?:dt-published[^<>]{0,200}?datetime=\"([^\"<>]{4,40})\""
    r"|datetime=\"([^\"<>]{4,40})\"[^<>]{0,200}?dt-published)"
)
_DATE_WITHIN: Final = re.compile(r"[<\[({]?(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?!\d)")


def text_fields(data: bytes, suffix: str) -> Fields:
    """The fields and the text of a file with this suffix.

    Raises:
        ValueError: not UTF-8.
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start})") from None
    lines = text.split("\n")
    front = [line.encode() for line in lines[: limits.FRONT_MATTER_LINES]]
    count = front_matter.length(front)
    fields = front_matter.fields_of(front[:count])
    if suffix in _HTML and not count:
        if "dt-published" not in text:
            raise ValueError("HTML without front matter; convert it to Markdown (pandoc)")
        return _entry(text)
    return {**_READERS[suffix](lines[count:]), **fields}


def _rst(lines: list[str]) -> Fields:
    """Docinfo as Pelican and Sphinx have it, or fields as Nikola has them."""
    fields: Fields = {}
    at = 0
    for at, line in enumerate(lines[:_MOST_LINES]):
        nikola = _NIKOLA.match(line)
        docinfo = _DOCINFO.match(line)
        if nikola or docinfo:
            name, value = (nikola or docinfo).groups()  # type: ignore[union-attr]
            fields.setdefault(name.strip().casefold(), value.strip())
        elif not line.strip() or _UNDERLINE.match(line) or line.startswith(".. "):
            continue
        elif _is_underlined(lines, at) and "title" not in fields:
            fields["title"] = line.strip()
        else:
            break
    body = [line for line in lines[at:] if not _UNDERLINE.match(line) and not _DOCINFO.match(line)]
    return {**fields, "text": _DIRECTIVE.sub("", "\n".join(body)).strip()}


def _is_underlined(lines: list[str], at: int) -> bool:
    return at + 1 < len(lines) and bool(_UNDERLINE.match(lines[at + 1]))


def _org(lines: list[str]) -> Fields:
    fields: Fields = {}
    body: list[str] = []
    for line in lines:
        found = _ORG.match(line)
        if found:
            name, value = found[1].casefold(), found[2].strip()
            if name == "date" and (dated := _DATE_WITHIN.search(value)):
                value = dated[1]
            if name in ("filetags", "tags"):
                name, value = "tags", ",".join(value.replace(":", " ").split())
            fields.setdefault(name, value)
        else:
            body.append(line)
    if "title" not in fields and body and (heading := _first(body)).startswith("* "):
        fields["title"] = heading[2:]
    return {**fields, "text": _HEADING_MARK.sub("", "\n".join(body)).strip()}


def _asciidoc(lines: list[str]) -> Fields:
    """Attributes, and the lines of the author and of the revision below the title."""
    fields: Fields = {}
    at = 0
    for at, line in enumerate(lines[:_MOST_LINES]):
        attribute = _ASCIIDOC.match(line)
        dated = _DATE_WITHIN.search(line)
        if attribute:
            name = attribute[1].casefold().removeprefix("jbake-").removeprefix("page-")
            fields.setdefault(name, attribute[2].strip())
        elif line.startswith("= ") and "title" not in fields:
            fields["title"] = line[2:].strip()
        elif dated and "title" in fields and len(line) < 60:
            fields.setdefault("revdate", dated[1])
        elif not line.strip() or line.startswith("//"):
            if "title" in fields and not line.strip():
                break
        elif "title" not in fields or not lines[at - 1].startswith("= "):
            break
    return {**fields, "text": _HEADING_MARK.sub("", "\n".join(lines[at:])).strip()}


def _plain(lines: list[str]) -> Fields:
    """The title is the first line; a date is alone on a line, or a field, in the first lines."""
    fields: Fields = {}
    at = 0
    for at, line in enumerate(lines[:12]):  # noqa: B007 – where the fields end
        found = _PLAIN.match(line)
        if found and found[1].casefold() in ("date", "title", "subject", "author", "tags", "url"):
            fields.setdefault(found[1].casefold(), found[2].strip())
        elif "date" not in fields and (day := _whole_date(line)):
            fields["date"] = day
        elif line.strip() and "title" not in fields:
            fields["title"] = line.strip()
        elif line.strip() and not _UNDERLINE.match(line):
            break
    return {**fields, "text": "\n".join(lines[at:]).strip()}


def _whole_date(line: str) -> str:
    text = line.strip(" \t<>[](){}*_")
    if not 6 <= len(text) <= 40 or not any(c.isdecimal() for c in text):
        return ""
    try:
        parse_date(text)
    except ValueError:
        return ""
    return text


def _html(lines: list[str]) -> Fields:
    """Only what has front matter is an event: other pages are what a site generator has made."""
    return {"text": "\n".join(lines)}  # tags are left out of summaries later


def _entry(text: str) -> Fields:
    """A page that is marked as an entry by microformats (h-entry), as exports of Medium are."""
    title, day = _ENTRY_TITLE.search(text), _ENTRY_DAY.search(text)
    _, _, body = text.partition("e-content")
    body = body.partition(">")[2].partition("<footer")[0].partition("</article>")[0]
    return {
        "title": title[1] if title else None,
        "date": (day[1] or day[2]) if day else None,
        "text": body,
    }


def _first(lines: list[str]) -> str:
    return next((line for line in lines if line.strip()), "")


_READERS: Final = {
    ".rst": _rst, ".org": _org, ".adoc": _asciidoc, ".asciidoc": _asciidoc, ".txt": _plain,
    ".html": _html, ".htm": _html,
}  # fmt: skip
_HTML: Final = frozenset({".html", ".htm"})
