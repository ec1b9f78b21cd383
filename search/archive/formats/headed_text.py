"""Texts with fields at their beginning: reStructuredText, Org, AsciiDoc, Gemini, plain text, HTML.

`_FORMS` has a row for each form.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple

from search.archive.dates import parse_date
from search.archive.formats.html import html_fields
from search.archive.page import front_matter
from search.model import limits

Fields = dict[str, Any]

_MOST_LINES: Final = 100  # that are searched for fields
_MOST_BELOW: Final = 20  # lines of a plain text below its title that may have a date
_UNDERLINE: Final = re.compile(r"([=\-`:'\"~^_*+#<>.])\1{2,}[ \t]*$")
_DATE_WITHIN: Final = re.compile(r"[<\[({]?(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?!\d)")
_LEKTOR: Final = re.compile(r"(?m)^---[ \t]*\n")


class Form(NamedTuple):
    """How a form of text is written.

    ``field`` is a line with a field: its name and value are the groups. ``title`` is the line of
    the title, as its group; "" if the title is underlined. ``noise`` is left out of the text.
    """

    field: re.Pattern[str]
    title: re.Pattern[str] = re.compile(r"(?!)")
    noise: re.Pattern[str] = re.compile(r"(?!)")
    most_lines: int = _MOST_LINES


_MARKS: Final = r"(?m)^(?:=+|\*+) (?=\S)"
# Docinfo as Pelican and Sphinx have it, fields of Nikola, and the directive of ABlog.
_RST: Final = Form(
    re.compile(r"^(?:\.\. |[ \t]*:)([\w-]+(?: [\w-]+)*):(?:(?<=post:):)?(?!:)[ \t]*(.*)"),
    noise=re.compile(
        r"(?m)^(?:\.\. .*|[ \t]*:[\w -]+:[ \t]+.*|([=\-`:'\"~^_*+#<>.])\1{2,}[ \t]*)$\n?"
    ),
)
_ORG: Final = Form(
    re.compile(r"^#\+([\w-]+):[ \t]*(.*)"),
    re.compile(r"^\* (.*)"),
    re.compile(rf"(?m)^#\+[\w-]+:.*$\n?|{_MARKS[4:]}"),
)
_ASCIIDOC: Final = Form(
    re.compile(r"^:(?:jbake-|page-)?([\w-]+):[ \t]*(.*)"),
    re.compile(r"^= (.*)"),
    re.compile(_MARKS),
)
_GEMINI: Final = Form(
    re.compile(r"(?!)()()"), re.compile(r"^# (.*)"), re.compile(r"(?m)^=>[ \t]*\S+[ \t]*|^#+ ")
)
_PLAIN: Final = Form(
    re.compile(
        r"^(?i:((?:[a-z]+ )?date|title|subject|topic|author|tags|url|announced|published|posted))"
        r"[ \t]*:[ \t]+(.*)"
    ),
    re.compile(r"^(?:={2,6} )?(.*?\S)(?: ={2,6})?[ \t]*$"),
    re.compile(r"(?m)^={2,6} | ={2,6}$"),
    most_lines=12,
)
_FORMS: Final = {
    ".rst": _RST, ".org": _ORG, ".adoc": _ASCIIDOC, ".asciidoc": _ASCIIDOC, ".gmi": _GEMINI,
    ".ipynb": _GEMINI, ".txt": _PLAIN, ".log": _PLAIN, ".asc": _PLAIN,
}  # fmt: skip
_NAMES: Final = {"filetags": "tags", "post": "date", "subject": "title", "topic": "title"}
_SIGNED: Final = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:\w+: .*\n)*|(?s:-----BEGIN PGP SIGNATURE-----.*)"
)


def text_fields(data: bytes, suffix: str) -> Fields:
    """The fields of a text and of its front matter; the rest is ``text``.

    Raises:
        ValueError: not UTF-8, or a form without fields, or HTML without a title or with
            several articles.
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 (byte {error.start})") from None
    text = _SIGNED.sub("", text)
    if suffix == ".lr":
        parts = (part.partition(":") for part in _LEKTOR.split(text))
        return {name.strip(): value.strip() for name, _, value in parts}
    if suffix == ".ipynb":
        text = _notebook(text)
    lines = text.split("\n")
    front = [line.encode() for line in lines[: limits.FRONT_MATTER_LINES]]
    count = front_matter.length(front)
    fields = front_matter.fields_of(front[:count])
    if suffix in _FORMS and not ("title" in fields and _FORMS[suffix] is _PLAIN):
        return {**_headed(lines[count:], _FORMS[suffix]), **fields}
    if count:
        return {"text": "\n".join(lines[count:]), **fields}  # of HTML, without its tags later
    if suffix not in (".html", ".htm", ".njk"):
        raise ValueError("no fields above its text")
    return html_fields(text)


def _notebook(text: str) -> str:
    """The Markdown of a Jupyter notebook."""
    try:
        cells = json.loads(text)["cells"]
        sources = ("".join(cell["source"]) for cell in cells if cell["cell_type"] != "code")
        return "\n\n".join(sources)
    except (ValueError, TypeError, LookupError, RecursionError):
        raise ValueError("not a Jupyter notebook") from None


def _headed(lines: list[str], form: Form) -> Fields:
    fields: Fields = {}
    at = 0
    if form is _ORG:  # its fields may be anywhere
        lines = sorted(lines, key=lambda line: not form.field.match(line))
    for at, line in enumerate(lines[: form.most_lines]):
        if found := form.field.match(line):
            _take(found, fields)
        elif not line.strip() or _UNDERLINE.match(line) or line.startswith((".. ", "//")):
            if form is _ASCIIDOC and "title" in fields and not line.strip():
                break
        elif "date" not in fields and (day := _day(line, form, fields)):
            fields["date"] = day
        elif "title" not in fields and (title := _title(lines, at, form)):
            fields["title"] = title
        elif form is not _ASCIIDOC or not lines[at - 1].startswith("= "):  # the author's line
            break
    for line in lines[at : at + _MOST_BELOW] if form is _PLAIN and "date" not in fields else ():
        if found := form.field.match(line):
            _take(found, fields)
    return {**fields, "text": form.noise.sub("", "\n".join(lines[at:])).strip()}


def _take(found: re.Match[str], fields: Fields) -> None:
    """Add a field; one of a title overrides the first line of the text."""
    name = _NAMES.get(found[1].strip().casefold(), found[1].strip().casefold())
    value = _value(name, found[2].strip())
    if name == "title":
        fields[name] = value
    fields.setdefault(name, value)


def _value(name: str, value: str) -> str:
    if name == "date" and value[:1] in "<[" and (dated := _DATE_WITHIN.match(value)):
        return dated[1]
    return ",".join(value.replace(":", " ").split()) if name == "tags" and ":" in value else value


def _title(lines: list[str], at: int, form: Form) -> str:
    if form is _RST:
        is_underlined = at + 1 < len(lines) and _UNDERLINE.match(lines[at + 1])
        return lines[at].strip() if is_underlined else ""
    found = form.title.match(lines[at])
    return found[1].strip() if found else ""


def _day(line: str, form: Form, fields: Fields) -> str:
    """The date that a line is, or that a line of AsciiDoc below the title has."""
    if form is _ASCIIDOC:
        dated = _DATE_WITHIN.search(line) if "title" in fields and len(line) < 60 else None
        return dated[1] if dated else ""
    text = line.strip(" \t<>[](){}*_")
    if not 6 <= len(text) <= 40 or not any(c.isdecimal() for c in text):
        return ""
    try:
        parse_date(text)
    except ValueError:
        return ""
    return text
