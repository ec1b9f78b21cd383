"""Brings all lists of a site up to date."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from search.archive import Entry, OnSkip, entries
from search.archive.file_forms import Form as FileForm
from search.archive.page import escaping
from search.archive.page.labels import ENGLISH, choose
from search.archive.page.related_section import Change
from search.archive.page.site_labels import SiteLabels, site_labels
from search.archive.site import Site, date_in
from search.archive.walk import File, in_silence, read_regular
from search.archive.writer import write_pages
from search.engine.build import build
from search.engine.decisions.renames import renames_of
from search.engine.index import Index
from search.engine.regenerate import indexed_with
from search.model import limits
from search.model.arguments import checked_path
from search.model.errors import PageUnwritable, UnknownEvent, UsageError
from search.model.event import Event
from search.model.read_options import ReadOptions
from search.publish.lists.day_list import DayListed, day_list, new_day_list
from search.publish.lists.entries import Form, Listed, ListPage, entries_in, path_of
from search.publish.lists.folders import LIST_NAMES, Folder, date_of, day_of
from search.publish.lists.front_page import FrontDay, front_page, new_front_page
from search.publish.lists.index_pages import IndexPage, months_and_years, topics, updated

_MOST_NAMES: Final = 9  # of an event without a summary
_LONGEST_BODY: Final = 2_000  # characters of a summary that a list shows
_NUMBER: Final = re.compile(r"(\d{1,9})([.)])")  # what begins a numbered list


@dataclass(frozen=True, slots=True)
class SiteRun:
    """What ``write_lists`` did, or would do. All are page counts."""

    lists: int
    changed: int
    refused: int
    written: bool

    def sentence(self) -> str:
        verb = "changed" if self.written else "to change"
        refused = f"; {self.refused:,} could not be written" if self.refused else ""
        return f"{self.lists:,} lists, {self.changed:,} {verb}{refused}"


@dataclass(frozen=True, slots=True)
class Parts:
    """Which lists are wanted beside those of days and a front page that is there."""

    front_page: bool = False
    months: bool = False
    years: bool = False
    topics: bool = False


def write_lists(
    archive: Path | str,
    directory: Path | str,
    parts: Parts | None = None,
    read_options: ReadOptions | None = None,
    *,
    write: bool = True,
    on_skip: OnSkip = lambda skipped: None,
    on_note: Callable[[str], None] = lambda note: None,
    on_change: Callable[[Change], None] = lambda change: None,
    on_refusal: Callable[[PageUnwritable], None] = lambda error: None,
) -> SiteRun:
    """Bring the index up to date, then every list of the site in ``archive``, a directory of pages.

    A list that is right is not written. With ``write`` False nothing but the index is written.
    ``on_note`` is called with each list that was left alone, and why.

    Raises:
        UsageError: ``archive`` is no directory.
        ArchiveError, IndexUnusable: see ``search.model.errors``. No list has been written then.
    """
    archive, directory = (
        checked_path(archive, "archive"),
        checked_path(directory, "the index directory"),
    )
    if not archive.is_dir():
        raise UsageError(f"{archive}: no directory; name the folder of the site's pages")
    build(indexed_with(archive, directory), directory, read_options, on_skip=on_skip)
    refused = 0

    def refuse(error: PageUnwritable) -> None:
        nonlocal refused
        refused += 1
        on_refusal(error)

    with Index.open(directory) as index:
        run = _Run(archive, index, parts or Parts(), on_note)
        changes = run.changes()
        for change in write_pages(changes, refuse) if write else changes:
            run.changed += 1
            on_change(change)
    return SiteRun(run.lists, run.changed, refused, write)


class _Run:
    def __init__(
        self, archive: Path, index: Index, parts: Parts, on_note: Callable[[str], None]
    ) -> None:
        self.lists = self.changed = 0
        self._archive = archive
        self._index = index
        self._parts = parts
        self._note = on_note
        self._folders: dict[tuple[str, ...], Folder] = {}
        self._site: Site | None = None
        for entry in entries([archive], in_silence):
            self._sort_in(entry)
        self._days = sorted(
            (folder for folder in self._folders.values() if date_in(f"{folder.directory}/")),
            key=lambda folder: (folder.tree, date_of(folder), folder.parts),
        )
        self._labels, self._context = self._language()
        self._fronts: list[FrontDay] = []
        self._form = Form()  # of the newest list

    def _sort_in(self, entry: Entry) -> None:
        if entry.file.form is not FileForm.PAGE or not entry.file.parts:
            return
        self._site = entry.site
        parts = entry.file.parts[:-1]
        folder = self._folders.setdefault(parts, Folder(parts, entry.site))
        name = entry.file.parts[-1]
        if name.casefold() in map(str.casefold, LIST_NAMES):
            folder.lists.append(name)
            return
        try:
            folder.events[entry.id] = self._index.event(entry.id)
        except UnknownEvent:  # not a page of an event, or an older version of one
            return

    def _language(self) -> tuple[SiteLabels, str]:
        """The words of the archive: those of most of its newest pages."""
        votes: Counter[str] = Counter()
        contexts = {ENGLISH.language: ENGLISH.context}
        for folder in self._days[-30:]:
            for event in folder.events.values():
                labels = choose((), event.text)
                contexts[labels.language] = labels.context
                votes[labels.language] += 1
        language = max(votes, key=lambda name: (votes[name], name), default=ENGLISH.language)
        return site_labels(language), contexts[language]

    def changes(self) -> Iterator[Change]:
        yield from self._day_lists()
        yield from self._front_pages()
        months, years = self._parts.months, self._parts.years
        for page in months_and_years(self._days, months=months, years=years):
            yield from self._list_page(page)
        if self._parts.topics:
            if self._site is None or self._site.above:
                self._note(f"{self._archive}: topics lie above it; name the site's root")
                return
            for page in topics(self._folders.values(), self._labels.topics):
                yield from self._list_page(page)

    def _day_lists(self) -> Iterator[Change]:
        before: Folder | None = None
        forms: dict[str, Form] = {}
        names: Sequence[str] = next((one.lists for one in self._days if one.lists), LIST_NAMES[:1])
        for folder in self._days:
            if before is not None and before.tree != folder.tree:
                before = None
            previous = None if before is None else day_of(before).link
            wanted = self._wanted(folder)
            order: list[str] = []
            if folder.lists:
                names = sorted(folder.lists, key=str.casefold)
            elif not wanted:
                continue
            for name in names:
                place = self._archive.joinpath(*folder.parts, name)
                form = forms.get(name, Form())
                data = self._read(place) if folder.lists else None
                known = new_day_list(day_of(folder)) if data is None else data
                done = self._updated(known, folder, wanted, previous, form)
                yield from self._change(place, data, done.data, done.note)
                forms[name] = replace(done.form, newline=b"\n") if done.order else form
                order = order or done.order
                self._form = forms[name]
            if wanted:
                before = folder
                events = {event_id: wanted[event_id] for event_id in order or wanted}
                self._fronts.append(FrontDay(day_of(folder), date_of(folder), events))

    def _updated(
        self,
        data: bytes,
        folder: Folder,
        wanted: Mapping[str, Listed],
        previous: str | None,
        form: Form,
    ) -> DayListed:
        meaning = self._meaning(folder.directory)
        how = day_of(folder), wanted, meaning, previous, self._labels, form
        done = day_list(data, *how)
        if done.data == data:  # it is right, or it was left alone
            return done
        return day_list(self._with_new_links(data, folder.directory, wanted), *how)

    def _with_new_links(self, data: bytes, directory: str, events: Container[str]) -> bytes:
        """A list whose entries lead to the new paths of those of ``events`` whose pages were
        renamed: so they keep their order and the texts that an editor wrote."""
        meaning = self._meaning(directory)
        page, _ = ListPage.of(data)
        pieces, at = [], 0
        for entry in entries_in(page.lines, 0, len(page.lines)):
            line, link = page.lines[entry.heading], entry.link
            if meaning(link) == "":
                path = path_of(link, directory)
                new = renames_of(self._index).of_item(path, entry.title.strip())
                if new is not None and new in events:
                    target = escaping.destination(self._index.event(new).link)
                    heading = line.content.replace(f"]({link})".encode(), f"]({target})".encode())
                    pieces += [data[at : line.start], heading]
                    at = line.start + len(line.content)
        return b"".join([*pieces, data[at:]])

    def _front_pages(self) -> Iterator[Change]:
        top = self._folders.get(())
        names = top.lists if top else []
        days = sorted(self._fronts, key=lambda day: day.date, reverse=True)
        if self._site is None or not days or date_in("/".join(("", *self._site.above, ""))):
            return
        if self._site.above:
            if self._parts.front_page:
                self._note(f"{self._archive}: the front page lies above it; name the site's root")
            return
        found = False
        how = days, self._meaning("/"), self._labels, self._form
        for name in names:
            place = self._archive / name
            data = self._read(place)
            after, note = front_page(data, *how)
            if after != data:  # else it is right, or it was left alone
                after, note = front_page(self._with_new_links(data, "/", self._index), *how)
            found = found or not note
            yield from self._change(place, data, after, note if self._parts.front_page else "")
        if self._parts.front_page and not found and LIST_NAMES[0] not in names:
            place = self._archive / LIST_NAMES[0]
            after, _ = front_page(new_front_page(days, self._labels), *how)
            yield from self._change(place, None, after)

    def _list_page(self, wanted: IndexPage) -> Iterator[Change]:
        place = self._archive.joinpath(*wanted.parts, LIST_NAMES[0])
        page = wanted.to_bytes()
        folder = self._folders.get(wanted.parts)
        if folder is None or LIST_NAMES[0] not in folder.lists:
            yield from self._change(place, None, page)
            return
        data = self._read(place)
        after, note = updated(data, page)
        yield from self._change(place, data, after, note)

    def _change(
        self, place: Path, before: bytes | None, after: bytes, note: str = ""
    ) -> Iterator[Change]:
        self.lists += 1
        if note:
            self._note(f"{place}: {note}")
        if before is None:
            yield Change(place, self._archive, b"", after, is_new=True)
        elif after != before:
            yield Change(place, self._archive, before, after)

    def _read(self, place: Path) -> bytes:
        parts = place.relative_to(self._archive).parts
        data = read_regular(File(str(place), parts, FileForm.PAGE), limits.PAGE_BYTES)
        if len(data) > limits.PAGE_BYTES:
            raise UsageError(f"{place}: larger than {limits.PAGE_BYTES >> 20} MiB; move it away")
        return data

    def _wanted(self, folder: Folder) -> dict[str, Listed]:
        return {event.id: self._listed(event) for event in folder.events.values()}

    def _listed(self, event: Event) -> Listed:
        return Listed(event.id, event.title, event.link, event.terms, lambda: self._body(event))

    def _body(self, event: Event) -> str:
        summary = " ".join(event.summary.split())
        if len(summary) > _LONGEST_BODY:
            summary = summary[:_LONGEST_BODY].rsplit(" ", 1)[0] + "…"
        if summary:
            return _as_paragraph(escaping.text(summary))
        names = self._index.names(event.id)[:_MOST_NAMES]
        listed = ", ".join(name for raw in names if (name := escaping.text(raw)))
        return f"_{self._context}: {listed}_" if listed else ""

    def _meaning(self, directory: str) -> Callable[[str], str | None]:
        """What links of a list in ``directory`` mean, see ``entries.Meaning``."""

        def meaning(link: str) -> str | None:
            path = path_of(link, directory)
            if not path or not path.endswith((".md", ".markdown")):
                return None
            try:
                return self._index.resolve(path)
            except UnknownEvent:
                return "" if date_in(path) else None

        return meaning


def _as_paragraph(text: str) -> str:
    """A line of Markdown that begins no heading, list, quote or rule."""
    if _NUMBER.match(text):
        return _NUMBER.sub(r"\1\\\2", text, count=1)
    return f"\\{text}" if text[:1] in "-+>#=:" else text
