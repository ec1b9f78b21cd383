"""Logs: files of dated entries, such as changelogs, the output of ``git log``, and lists of days.

`_LOGS` has a row for each kind. To read another kind, add a row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any, Final, NamedTuple

from search.archive.dates import DAY, TIME
from search.archive.formats import NumberedFields

_LONGEST_HEAD: Final = 300  # characters of a line that are examined
_WEEKDAY: Final = r"[A-Z][a-z]{2,5}day"
_DAY_LINES: Final = re.compile(rf"(?m)^(?:{_WEEKDAY},? )?(?:{DAY})$")  # of a diary
_MOST_DAY_LINES: Final = 2  # of a text that is no diary
_VERSION: Final = (
    r"\[?(?:(?:Noteworthy changes in |[A-Z]\w{0,40} )?(?:[Vv]ersion|[Rr]elease) "
    r"|[A-Za-z][\w.]{0,40}[ -])?[vV]?(?P<name>\d+(?:\.\w+)+(?:[-+.]\w+)*|\d+)\]?"
)
# A heading that is underlined, as Markdown and reStructuredText have it.
_UNDERLINED: Final = re.compile(
    r"(?m)^([^\s#=\-*][^\n]{0,200})\n([=\-~^+*#\"'`.:_])\2{2,}+[ \t]*+$"
)
_RULE: Final = re.compile(r"^[\s=\-~*_|]*$")
_NO_PROJECT: Final = re.compile(r"change|history|release|news|version|\d", re.IGNORECASE)


class Log(NamedTuple):
    """How a kind of log is written. Every pattern is matched at the beginning of a line.

    ``head`` matches the first line of an entry and ``field`` a line with one of its fields; their
    named groups become fields. Group 1 of ``text`` is the text of any other line; a line that does
    not match is dropped. ``title`` is a template with names of fields, ``{line}`` (the first line
    of the text) and ``{project}``; without a template the title is the beginning of the text. A log
    has at least ``least`` entries. ``begins``: its first line is the head of an entry. ``below``:
    the fields, such as the date, are below the head; a head with neither a field nor a timestamp is
    part of the text.
    """

    head: re.Pattern[str]
    field: re.Pattern[str] = re.compile(r"(?!)")
    text: re.Pattern[str] = re.compile(r"^(.*)")
    title: str = ""
    least: int = 1
    begins: bool = True
    below: bool = False


_BULLET: Final = re.compile(r"^[ \t]*(?:[*-][ \t]+)?(.*)")
_STAMP: Final = re.compile(r"[<\[](\d{4}-\d\d-\d\d)[^<>\[\]]{0,40}[>\]]")  # of Org
_NO_TEXT: Final = re.compile(r"(?!)")
_LOGS: Final = (
    # git log
    Log(re.compile(r"^commit (?P<name>[0-9a-f]{7,64}+)\b"),
        re.compile(r"^(?:Author: ++(?P<author>\S.*+)|(?:Author)?Date: ++(?P<date>\S.*+))"),
        re.compile(r"^    (.*)"), "{line}"),
    # hg log
    Log(re.compile(r"^changeset: ++\d++:(?P<name>[0-9a-f]++)"),
        re.compile(r"^(?:user: ++(?P<author>.*)|date: ++(?P<date>.*)|summary: ++(?P<title>.*)"
                   r"|(?:description|tag|branch|parent|bookmark|phase):)")),
    # svn log
    Log(re.compile(r"^r(?P<name>\d++) \| (?P<author>[^|\s]++) \| "
                   r"(?P<date>\S++ \S++ \S++) [^|]*+\|"),
        text=re.compile(r"^(?!-{60})(.*)"), title="{line}"),
    # Debian: debian/changelog
    Log(re.compile(r"^(?P<package>[a-z0-9][a-z0-9+.-]++) \((?P<name>[^()\s]{1,100}+)\)[^;]*+;"),
        re.compile(r"^ -- (?P<author>[^<]*+)<[^>]*+>  (?P<date>.{10,60})"),
        title="{package} {name}"),
    # GNU: ChangeLog
    Log(re.compile(r"^(?P<date>\d{4}-\d\d-\d\d)[ \t]++(?P<author>[^\s<][^<]{0,100}+)<[^>]*+>"),
        text=_BULLET),
    # RPM: the %changelog of a package
    Log(re.compile(r"^\* (?P<date>[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d{4}) "
                   r"(?P<author>[^<]{1,100}+)<[^>]*+>(?: -)?(?: (?P<name>\S++))?"), text=_BULLET,
        begins=False),
    # Debian: lists of advisories
    Log(re.compile(r"^\[(?P<date>\d{1,2} [A-Z][a-z]{2} \d{4})\] "
                   r"(?P<id>[A-Z]{2,9}-\d[\d-]*+) (?P<title>\S.*)"),
        re.compile(r"^\s++\{(?P<terms>[^{}]++)\}"), re.compile(r"^\s*+(?:NOTE: )?(.*)")),
    # RIS, of reference managers
    Log(re.compile(r"^TY  - "),
        re.compile(r"^(?:T[I1]  - (?P<title>.*)|(?:DA|PY|Y1)  - (?P<date>[\d/-]*\d)"
                   r"|(?:AB|N2)  - (?P<summary>.*)|UR  - (?P<url>.*)|KW  - (?P<tags>.*)"
                   r"|ID  - (?P<id>.*))"),
        _NO_TEXT),
    # FreeBSD: UPDATING
    Log(re.compile(r"^(?P<date>\d{8}):?\s*$"), re.compile(r"^\s++AUTHOR: (?P<author>.*)"), _BULLET,
        begins=False),
    # Changelogs: keepachangelog.com, NEWS, HISTORY.rst, Changes of Perl
    Log(re.compile(r"^(?:#{1,4}[ \t]+(?:[^\w\s\[#*]+[ \t]+)?|={1,3}[ \t]+"
                   rf"|\*(?=\*?[^*\n]*\d\.\d)(?:[ \t]+|\*)){_VERSION}"
                   rf"(?:.*?(?P<date>{DAY}))?"),
        title="{project}{name}", begins=False),
    Log(re.compile(rf"^(?:[Vv]ersion |[Rr]elease )?(?P<name>v?\d+(?:\.\w+)+)[ \t,(-]{{1,20}}"
                   rf"(?P<date>{DAY})[ \t):–—-]*(?P<rest>.*)"),
        text=_BULLET, title="{project}{name}", begins=False),
    # git log --format="%h %ad %s", and with other marks between
    Log(re.compile(rf"^(?P<name>[0-9a-f]{{7,40}}+)[ \t|,;]+(?:(?P<author>[^|\d]{{1,80}}+)\|)?"
                   rf"(?P<date>{DAY})(?:{TIME})?[ \t|,;]+(?P<rest>.*)"), least=2),
    # Org: headings with a timestamp, or with one below
    Log(re.compile(r"^\*++ (?:[A-Z]{4,10}+ )?(?:\[#\w\] )?(?P<title>[^\s<\[].*+)"),
        re.compile(r"^[ \t]*+(?:(?::(?:CREATED|DATE):[ \t]*+)?[<\[](?P<date>\d{4}-\d\d-\d\d)"
                   r"[^<>\[\]]*+[>\]](?:--<[^<>]*+>)?[ \t]*+$"
                   r"|(?:CLOSED|SCHEDULED|DEADLINE):[ \t]*+[<\[](?P<timestamp>\d{4}-\d\d-\d\d)"
                   r"|:[\w-]++:(?:[ \t]|$))"),
        begins=False, below=True),
    # Movable Type
    Log(re.compile(r"^-{8}$"),
        re.compile(r"^(?:TITLE: (?P<title>.+)|DATE: (?P<date>.+)|STATUS: (?P<status>.+)"
                   r"|AUTHOR: (?P<author>.+)|BASENAME: (?P<name>.+)"
                   r"|(?:PRIMARY )?CATEGORY: (?P<tags>.+)"
                   r"|(?:ALLOW COMMENTS|ALLOW PINGS|CONVERT BREAKS|NO ENTRY|UNIQUE URL|TAGS"
                   r"|EMAIL|IP|URL|BLOG NAME):.*"
                   r"|(?:BODY|EXTENDED BODY|EXCERPT|KEYWORDS|COMMENT|PING):[ \t]*|-{5})$"),
        begins=False, below=True),
    # PubMed
    Log(re.compile(r"^PMID- (?P<id>\d+)"),
        re.compile(r"^(?:TI  - (?P<title>.*)|DP  - (?P<date>.*)|AB  - (?P<summary>.*))"),
        _NO_TEXT),
    # Days: a list, headings, rows of a table, or lines with a time
    Log(re.compile(r"^(?:(?P<mark>#{1,6} |\| ?|\* (?=<)|\*{2,6} )|[-*+] )?[<\[(*]{0,3}"
                   rf"(?:{_WEEKDAY},? )?"
                   rf"(?P<date>(?:{DAY}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}})(?:{TIME})?)"
                   rf"(?!\w)(?:,? \(?{_WEEKDAY}| ?[(（]\w{{1,3}}\.?[)）]"
                   r"| [^\W\d]{2,9}\.?(?: \d\d:\d\d)?(?=>))?"
                   r"[>\])*]{0,3}[ \t:|,–—-]*(?P<rest>.*)"),
        text=re.compile(r"^(?:\*{2,6} )?(.*)"), least=2, begins=False),
    Log(re.compile(r"^(?P<mark>#{2,6} )(?P<rest>[^(\n]{1,200}+)"
                   rf"\((?P<date>{DAY})\)[ \t]*$"), least=2, begins=False),
)  # fmt: skip


def log_records(
    text: str,
    file_id: str,
    *,
    undated: bool = False,
    anywhere: bool = False,
    headings: bool = False,
) -> Iterator[NumberedFields]:
    """The entries of a log, each with the line it begins on; none if the text is not a log.

    ``file_id`` begins the ids of entries that have none of their own: ``/CHANGELOG.md#1.2.0``.
    ``undated``: versions without a date are entries too. ``anywhere``: there may be other text
    before the first entry, as in a file that is called CHANGES. ``headings``: entries begin with
    headings of Markdown, and there are several.
    """
    anywhere = anywhere or len(_DAY_LINES.findall(text)) > _MOST_DAY_LINES
    if text.startswith(("AUTHOR: ", "TITLE: ")) and "\n-----\nBODY:" in text:
        text, anywhere = f"--------\n{text}", True
    lines = text.split("\n")
    marked = _UNDERLINED.sub(r"# \1\n", text).split("\n")
    first = next((n for n, line in enumerate(lines) if not _RULE.match(line)), 0)
    for log in _LOGS:
        if (log.begins or not (anywhere or headings)) and not log.head.match(
            marked[first][:_LONGEST_HEAD]
        ):
            continue
        heads = _heads(log, marked)
        if headings:
            heads = [(number, found) for number, found in heads if marked[number][0] == "#"]
        least = max(log.least, 2) if headings else log.least
        if len(heads) >= least and (undated or any(_has_date(log, found) for _, found in heads)):
            yield from _entries(log, heads, lines, marked, file_id, undated)
            return


def _heads(log: Log, lines: list[str]) -> list[tuple[int, re.Match[str]]]:
    """The heads of entries, each with the index of its line."""
    heads = [
        (number, found)
        for number, line in enumerate(lines)
        if (found := log.head.match(line[:_LONGEST_HEAD])) and (log.below or _is_head(found, line))
    ]
    if not log.below or not heads:
        return heads
    ends = [*(number for number, _ in heads[1:]), len(lines)]
    return [
        (number, head)
        for (number, head), end in zip(heads, ends, strict=True)
        if _STAMP.search(head[0]) or any(map(partial(_has_value, log), lines[number + 1 : end]))
    ]


def _has_value(log: Log, line: str) -> bool:
    """Whether a line has a field that an entry keeps."""
    found = log.field.match(line)
    return found is not None and any(found.groupdict().values())


def _is_head(found: re.Match[str], line: str) -> bool:
    """Whether a heading is one of an entry: it has a date, or only a version."""
    if "date" not in found.re.groupindex or found["date"]:
        return True
    words = line.lstrip("#* \t")
    return words.startswith("[") or found.end() == len(line.rstrip())


def _has_date(log: Log, found: re.Match[str]) -> bool:
    return log.below or "date" not in found.re.groupindex or bool(found["date"])


def _entries(
    log: Log,
    heads: list[tuple[int, re.Match[str]]],
    lines: list[str],
    marked: list[str],
    file_id: str,
    undated: bool,
) -> Iterator[NumberedFields]:
    used: Counter[str] = Counter()
    project = _project(marked)
    ends = [start for start, _ in heads[1:]] + [len(lines)]
    for (start, head), end in zip(heads, ends, strict=True):
        if not (undated or _has_date(log, head)):
            continue
        begin = start + 1 + (marked[start] != lines[start])  # below the line under the heading
        fields = _fields(log, head, lines[begin:end])
        name = fields.pop("name", None) or fields.get("date", "")
        used[name] += 1
        again = f"-{used[name]}" if used[name] > 1 else ""
        if "{line}" in log.title:
            fields["title"], _, fields["text"] = fields["text"].partition("\n")
            fields["text"] = fields["text"].strip()
        elif log.title:
            fields["title"] = log.title.format(project=project, name=name, **fields)
            fields.pop("package", None)
        yield start + 1, {"id": f"{file_id}#{name}{again}", **fields}


def _fields(log: Log, head: re.Match[str], lines: list[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {k: v.strip() for k, v in head.groupdict().items() if v}
    text: list[str] = []
    for line in lines:
        if found := log.field.match(line):
            for key, value in found.groupdict().items():
                if key == "tags" and value and key in fields:
                    fields[key] += f",{value}"
                elif value:
                    fields.setdefault(key, value.strip())
        elif found := log.text.match(line):
            text.append(found[1])
    rest, *cells = fields.pop("rest", "").strip(" |").split(" | ")
    if fields.pop("mark", "") and rest:
        fields["title"] = rest
        text[:0] = cells
    elif rest:
        text.insert(0, " | ".join((rest, *cells)))
    if "terms" in fields:
        fields["terms"] = fields["terms"].split()
    if log.below and "title" in head.groupdict():
        _take_from_title(fields)
    fields["text"] = "\n".join(text).strip()
    return fields


def _take_from_title(fields: dict[str, Any]) -> None:
    """Take the tags and the timestamp out of a heading of Org."""
    title = fields["title"]
    if title.endswith(":") and " :" in title:
        title, _, tags = title.rpartition(" :")
        fields["tags"] = tags.strip(":").split(":")
    if found := _STAMP.search(title):
        fields["date"] = found[1]
        title = title[: found.start()] + title[found.end() :]
    fields["title"] = title.strip()


def _project(lines: list[str]) -> str:
    """What precedes versions in titles: the name in the first heading, unless it says Changelog."""
    first = next((line for line in lines if line.strip()), "")
    words = first.lstrip("#").strip() if first.startswith("#") else ""
    return (
        f"{words} " if words and len(words) <= 40 and not _NO_PROJECT.search(words) else "Version "
    )
