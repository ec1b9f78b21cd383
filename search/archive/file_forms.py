"""Which files of an archive are read, by their names, and how; what to do about others."""

from __future__ import annotations

import re
from collections.abc import Container
from enum import Enum
from pathlib import Path, PurePath

_NEVER_PACKED = (".parquet", ".db", ".sqlite", ".sqlite3")  # not read if they are packed
# Suffixes of the formats in ``search.archive.formats``.
DOCUMENTS = (
    ".json", ".jsonld", ".geojson", ".ipynb", ".yaml", ".yml", ".toml", ".xml", ".rss", ".atom",
    ".rdf", ".enex", ".eml", ".mbox", ".ics", ".bib", ".ris", ".nbib", ".rst", ".org", ".adoc",
    ".asciidoc", ".txt", ".log", ".asc", ".gmi", ".tid", ".lr", ".html", ".htm", ".njk", ".textile",
    *_NEVER_PACKED,
)  # fmt: skip
_PACKED = ".gz"
_NO_EVENTS = "not of a format that is read"
# What to do with files of other formats that people have.
_REMEDIES = {
    **dict.fromkeys((".docx", ".doc", ".odt", ".rtf", ".epub"), "convert it to Markdown (pandoc)"),
    ".pdf": "convert it to text (pdftotext)",
    **dict.fromkeys((".xlsx", ".xls", ".ods", ".numbers"), "save it as CSV"),
    **dict.fromkeys((".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".zst"), "unpack it"),
    **dict.fromkeys((".sql", ".dump"), "export the table as CSV or JSON Lines"),
    ".meta": "no text of the same name is beside it",
}
_CHANGELOGS = re.compile(
    r"(?:changelog(?:\.debian)?|changes|release[-_ ]?notes|releases|history|news|whatsnew"
    r"|git[-_]?log|updating)"
    r"(?:\.md|\.markdown|\.rst|\.adoc|\.txt|\.log|)"
)
# Pages that may be logs, if they are named as an archive.
_MAYBE_LOGS = re.compile(
    r"(?:[\w-]*(?:log|incidents?|outages?)|journal|diary|timeline|events|chronicle|postmortems)\.md"
)
_FIELDS_BESIDE = ".meta"  # of Nikola: the fields of the text of the same name
_OF_NOTION = re.compile(r" [0-9a-f]{32}\.md$")
_BUNDLE, _BUNDLE_FIELDS = ".textbundle", "info.json"  # a folder with a text, and its fields
POSTS = "posts.csv"  # of Substack; the texts are beside it, in posts/*.html


class Form(Enum):
    """How a file is read."""

    PAGE = "page"
    LINES = "lines"
    TABLE = "table"
    DOCUMENT = "document"  # see ``search.archive.formats``
    CHANGELOG = "changelog"


PAGES = (
    ".md", ".markdown", ".mdx", ".mdown", ".mkd", ".qmd", ".svx", ".mdoc", ".rmd", ".rmarkdown",
)  # fmt: skip
_FORMS = {
    **dict.fromkeys(PAGES, Form.PAGE),
    **dict.fromkeys((".jsonl", ".ndjson"), Form.LINES),
    **dict.fromkeys((".csv", ".tsv", ".tab", ".psv"), Form.TABLE),
    **dict.fromkeys(DOCUMENTS, Form.DOCUMENT),
    ".spec": Form.CHANGELOG,
}
_TWEETS = re.compile(r"tweets(?:-part[012])?\.js$")
_MAILDIR = re.compile(r"\d{9,12}\.[^/]+:2,[A-Za-z]*")  # a message
_PAGE = Form.PAGE  # an attribute of an Enum takes as long as checking the name of a file


def form_of(name: str) -> Form | None:
    """The form of a file by its name, packed by gzip or not; None if it cannot have events."""
    if name[:1] not in "cChHrRnNwWgGuU" and name.endswith(".md"):
        return _PAGE
    folded = name.casefold().removesuffix(_PACKED)
    # A page may be called news.md; the file of a program is NEWS or NEWS.md.
    if _CHANGELOGS.fullmatch(folded) and (folded[:4] != "news" or name[:4] == "NEWS"):
        return Form.CHANGELOG
    if _MAILDIR.fullmatch(name) or _TWEETS.search(folded):
        return Form.DOCUMENT
    form = _FORMS.get(folded[folded.rfind(".") :])
    return None if (form is _PAGE or folded.endswith(_NEVER_PACKED)) and is_packed(name) else form


def is_packed(name: str) -> bool:
    """Whether a file is packed by gzip, by its name."""
    return name.casefold().endswith(_PACKED)


def form_of_named(name: str) -> Form:
    """The form of a file that is named as an archive; by default a page. A file without a suffix
    may be a log."""
    if _MAYBE_LOGS.fullmatch(name.casefold()) or "." not in name:
        return Form.CHANGELOG
    return form_of(name) or Form.PAGE


def reason_not_read(name: str) -> str:
    """Why a file of no known form is not read, and what to do."""
    is_maybe_log = name.islower() and "." not in name
    remedy = _REMEDIES.get(PurePath(name).suffix.casefold())
    remedy = "if it is a log, name the file itself" if is_maybe_log else remedy
    return f"{_NO_EVENTS}; {remedy}" if remedy else _NO_EVENTS


def fields_beside(location: str) -> str:
    """The name of the file that may have the fields of a page, in the same folder."""
    above, _, name = location.rpartition("/")
    stem = name.rpartition(".")[0] or name
    return _BUNDLE_FIELDS if above.endswith(_BUNDLE) else stem + _FIELDS_BESIDE


def is_beside(above: str, name: str, names: Container[str]) -> bool:
    """Whether a file is read with others of ``names`` in its folder: it has the fields of a page,
    or is a table of Notion's pages in the folder of the same name."""
    stem, dot, suffix = name.rpartition(".")
    if dot + suffix == _FIELDS_BESIDE:
        return any(stem + each in names for each in PAGES)
    if name == _BUNDLE_FIELDS:
        return above.endswith(f"{_BUNDLE}/")
    if suffix != "csv" or (folder := stem.removesuffix("_all")) not in names:
        return False
    return any(map(_OF_NOTION.search, (page.name for page in Path(above, folder).glob("*.md"))))


def suffix_of(name: str) -> str:
    """The suffix of a name in small letters, without that of gzip."""
    return PurePath(name.casefold().removesuffix(_PACKED)).suffix


def has_remedy(name: str) -> bool:
    """Whether a file is of a format that can be converted to one that is read."""
    return PurePath(name).suffix.casefold() in _REMEDIES
