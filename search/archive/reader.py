"""Archives in: every argument's files, every file's events, each id once."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from os import PathLike
from pathlib import Path

from search.archive import records
from search.archive.dates import day_comes_first
from search.archive.encodings import as_text
from search.archive.field_names import FieldMap, prepared
from search.archive.file_forms import POSTS, Form, fields_beside, is_packed
from search.archive.formats import NumberedFields
from search.archive.formats.logs import log_records
from search.archive.formats.registry import document_records
from search.archive.learned_fields import learned, sample_of
from search.archive.lines import Complain
from search.archive.page.front_matter import fields_of_file
from search.archive.page.own_items import LIST_NAMES
from search.archive.page.parser import DayList, NoDay, NoPage, Page, parse
from search.archive.page_event import day_of_path, event_of_page, is_list
from search.archive.record_event import event_of
from search.archive.site import Site, dated_texts, prefix_of, survey
from search.archive.versions import older_versions
from search.archive.walk import (
    File,
    OnSkip,
    Skipped,
    Undated,
    Unreadable,
    database_of,
    open_unpacked,
    read_regular,
    refusal,
    walk,
)
from search.model import limits
from search.model import printing as plain
from search.model.arguments import checked_path
from search.model.digests import digest_of
from search.model.errors import UsageError
from search.model.event import Event
from search.model.read_options import ReadOptions

STDIN = "-"
_DEFAULTS = ReadOptions()


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive; ``id`` is its path below the site's root, with a leading slash."""

    file: File
    site: Site
    id: str

    @property
    def field_map(self) -> FieldMap:
        """The names of fields, and the order of day and month: the file's own, else the site's."""

        @cache
        def day_first() -> bool | None:
            own = day_comes_first(dated_texts(self.file))
            return self.site.day_first if own is None else own

        return replace(FieldMap.by(self.site.options), day_first=day_first)

    @property
    def path(self) -> Path:
        return self.file.path


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page with its event, its parsed content, and the boundary of its archive.

    ``boundary`` is the directory that the archive's argument names: nothing outside it is written.
    """

    path: Path
    boundary: Path
    event: Event
    page: Page


def paths_of(archives: Sequence[Path | str] | Path | str) -> Sequence[Path | str]:
    """The archives as a sequence; one path alone is a sequence of one.

    Raises:
        UsageError: there is no archive, or one of them is not a path or an empty one.
    """
    if isinstance(archives, str | bytes | PathLike | Mapping) or not isinstance(archives, Iterable):
        archives = [archives]
    paths = [path if path == STDIN else checked_path(path, "archive") for path in archives]
    if not paths:
        raise UsageError("no archive is named; name a directory or a file")
    return paths


def entries(
    paths: Sequence[Path | str], on_skip: OnSkip, options: ReadOptions = _DEFAULTS
) -> Iterator[Entry]:
    """The files of archives that may hold events, not opened yet; "-" is left out.

    Raises:
        ArchiveError: there is nothing at one of the paths, or the system failed to read a file.
    """
    for path in paths:
        if str(path) == STDIN:
            continue
        argument = Path(path)
        files = list(walk(argument, on_skip))
        site = survey(argument, files, options)
        yield from (Entry(file, site, site.id_of(file)) for file in files)


def page_of(entry: Entry, on_skip: OnSkip) -> SitePage | None:
    """The page in a file, or None: it is a day list, or ``on_skip`` was given the reason."""
    data = _bytes_of(entry, on_skip)
    return None if data is None else _page_in(data, entry, on_skip)


def _bytes_of(entry: Entry, on_skip: OnSkip) -> bytes | None:
    try:
        return read_regular(entry.file, limits.PAGE_BYTES)
    except OSError as error:
        on_skip(Unreadable(entry.file.location, None, refusal(entry.path, error)))
        return None


def _page_in(data: bytes, entry: Entry, on_skip: OnSkip) -> SitePage | None:
    file, site = entry.file, entry.site
    try:
        page = parse(data, site.options.style)
        if isinstance(page, DayList):
            return None
        if not page.front and page.day is None:
            page = _with_fields_beside(page, file)
        name = file.path.name.casefold()
        # _index.md and _index.en.md are of a section, in Hugo and Zola
        if name.startswith("_index.") or (name in LIST_NAMES and is_list(entry.id, page)):
            return None
        url = site.url_of(entry.id, _prefix(entry))
        path = str(file.path.resolve())
        event = event_of_page(page, entry.id, path, url, entry.field_map, site.permalinks)
    except NoPage as reason:
        if file.path.name.casefold() not in LIST_NAMES:
            kind = Undated if isinstance(reason, NoDay) else Skipped
            on_skip(kind(file.location, None, str(reason)))
        return None
    boundary = site.argument if file.parts else site.argument.parent
    return SitePage(file.path, boundary, event, page)


def _with_fields_beside(page: Page, file: File) -> Page:
    """A page with the fields in the file beside it, as Nikola and TextBundle have them; the page
    itself if there is none."""
    try:
        fields = fields_of_file(_fields_beside(file))
    except ValueError:
        return page
    title = plain.line(str(fields.get("title", ""))) or page.title
    return replace(page, fields=fields, title=title)


def _fields_beside(file: File) -> bytes:
    """The file of fields beside a page; empty if there is none, or if it cannot be read."""
    fields = file.beside(fields_beside(file.location))
    try:
        exists = os.path.lexists(fields.location)
        return read_regular(fields, limits.FRONT_MATTER_BYTES) if exists else b""
    except OSError:
        return b""


def page_digest(entry: Entry, data: bytes) -> int:
    """A digest of all that a page's event depends on: its id, link and bytes, and its fields in the
    file beside it."""
    identity = f"{entry.id}\0{_prefix(entry)}\0".encode("utf-8", "surrogateescape")
    fields = _fields_beside(entry.file)
    return digest_of(identity + data + (b"\0" + fields if fields else b""))


def _prefix(entry: Entry) -> str:
    """The prefix of links to this directory: of its own day list, else of the site."""
    known, directory = entry.site.beside, entry.file.parts[:-1]
    if directory not in known:
        found = None
        try:
            page = parse(read_regular(entry.file.beside("index.md"), limits.PAGE_BYTES))
            own = tuple(part for part in entry.id.split("/") if part)
            found = prefix_of(page.link, own) if isinstance(page, DayList) else None
        except NoPage:
            pass
        except OSError as error:
            refusal(entry.path.with_name("index.md"), error)
        known[directory] = entry.site.prefix if found is None else found
    return known[directory]


def records_of(
    entry: Entry, on_skip: OnSkip, known: Container[int] = ()
) -> Iterator[records.Record]:
    """The records of one file. Lines and pages whose digest is ``known`` are not parsed."""
    file, complain = entry.file, _complain(entry.file.location, on_skip)
    if file.form is Form.PAGE:
        data = _bytes_of(entry, on_skip)
        if data is None:
            return
        digest = page_digest(entry, data)
        skipped: list[Skipped] = []
        page = None if digest in known else _page_in(data, entry, skipped.append)
        if page or digest in known:
            older = older_versions(page.page.history, entry.id) if page else ()
            yield records.Record(None, digest, page.event if page else None, older)
        for each in skipped:
            count = 0
            if isinstance(each, Undated):
                found = log_records(data.decode("utf-8", "replace"), entry.id, headings=True)
                count = yield from _events(found, entry, complain)
            if not count:
                on_skip(each)
        return
    if file.form in (Form.DOCUMENT, Form.CHANGELOG):
        yield from _of_document(entry, complain, on_skip)
        return
    try:
        with open_unpacked(file) as opened:
            if file.form is Form.LINES:
                yield from records.read_lines(opened, complain, known, entry.field_map)
            else:
                table = as_text(opened, complain)
                body_of = partial(_body_of, file)
                yield from records.read_table(table, complain, entry.field_map, body_of)
    except ValueError as error:
        complain(None, str(error))
    except OSError as error:
        on_skip(Unreadable(file.location, None, refusal(file.path, error)))


def _body_of(table: File, post_id: str) -> str:
    """The text of a post of Substack, whose exports have one file of HTML for each row."""
    name = f"{post_id}.html"
    if table.path.name != POSTS or "/" in name or not plain.is_identifier(name):
        return ""
    path, parts = str(table.path.parent / "posts" / name), (*table.parts[:-1], "posts", name)
    try:
        data = read_regular(File(path, parts, Form.DOCUMENT), limits.TEXT_FILE_BYTES)
    except OSError as error:
        refusal(Path(path), error)
        return ""
    return data.decode("utf-8", "replace")


def _of_document(entry: Entry, complain: Complain, on_skip: OnSkip) -> Iterator[records.Record]:
    """The events of a file of another format; a changelog without versions is a page,
    unless it is packed."""
    file, is_changelog = entry.file, entry.file.form is Form.CHANGELOG
    count = 0
    try:
        with open_unpacked(file) as opened:
            table = database_of(entry.site.argument)[1]
            found = document_records(file, opened, entry.id, table, entry.field_map)
            count = yield from _events(found, entry, complain)
    except OSError as error:
        on_skip(Unreadable(file.location, None, refusal(file.path, error)))
        return
    if not is_changelog or count:
        return
    if is_packed(file.location):
        complain(None, "no version with a day")
    elif page := page_of(entry, on_skip):
        yield records.Record(None, 0, page.event)


def _events(
    found: Iterator[NumberedFields], entry: Entry, complain: Complain
) -> Generator[records.Record, None, int]:
    """The events of records of a file; returns how many records there are."""
    count = 0
    line: int | None = None
    field_map = entry.field_map
    try:
        first, found = sample_of(found)
        if len(first) > 1:
            field_map = learned([fields for _, fields in first], field_map)
        for line, fields in found:
            count += 1
            # The only record of a file has an id and a day by its path.
            own = () if line else (entry.id, day_of_path(entry.id, str(entry.path.resolve())))
            try:
                known = prepared(fields, field_map)
                event = event_of(known, partial(complain, line), *own)
            except ValueError as error:
                complain(line, str(error))
            else:
                yield records.Record(line, 0, event)
    except ValueError as error:
        complain(line, str(error))
    return count


def _complain(path: str, on_skip: OnSkip) -> Callable[[int | None, str], None]:
    return lambda line, reason: on_skip(Skipped(path, line, reason))
