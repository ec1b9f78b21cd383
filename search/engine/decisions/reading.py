"""Reads the decisions of editors: the marks in pages, and ``related.toml``.

They are read from the archive each time; no index holds them. If the archive is not on this
machine, lists are those of the ranking alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from search.archive import Form, SitePage, entries, page_of
from search.archive.decisions import Decisions, decisions_beside
from search.archive.page.marks import Mark, marks_of, may_have_marks
from search.archive.page.parser import NoPage, Page, parse
from search.archive.walk import File, in_silence, read_regular
from search.engine.build_input import recorded_archives
from search.engine.indexed_archives import archives_of, page_files
from search.model import limits
from search.model.digests import digest_of
from search.model.errors import ArchiveError


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions for whole archives, and the marks of pages by the ids of their events."""

    decisions: Sequence[Decisions] = ()
    marks: Mapping[str, Sequence[Mark]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.decisions or self.marks)

    @property
    def digest(self) -> str:
        """A digest of the decisions that does not depend on the path of the archive."""
        parts = [sorted(decided.digest for decided in self.decisions), sorted(self.marks.items())]
        return f"{digest_of(repr(parts).encode('utf-8', 'surrogatepass')):016x}"

    def about(self, event_ids: Sequence[str]) -> Decided:
        """The decisions about the lists of these events."""
        own = {name: self.marks[name] for name in event_ids if name in self.marks}
        return Decided(self.decisions, own)


NOTHING_DECIDED: Final = Decided()


def all_decided(directory: Path) -> Decided:
    """The decisions about all lists of an index. Every page is read.

    Raises:
        UsageError: a ``related.toml`` has a mistake.
    """
    marks: dict[str, Sequence[Mark]] = {}
    for archive in archives_of(directory):
        with suppress(ArchiveError):  # lists are made without an archive that cannot be read
            for page in pages_in(archive, directory, with_marks=True):
                if found := marks_of(page.page):
                    marks.setdefault(page.event.id, found)
    return Decided(decisions_of(directory), marks)


def decided_about(directory: Path, event_id: str) -> Decided:
    """The decisions about the list of one event.

    Raises:
        UsageError: a ``related.toml`` has a mistake.
    """
    found = marked_page(directory, event_id)
    marks = marks_of(found[1]) if found else ()
    return Decided(decisions_of(directory), {event_id: marks} if marks else {})


def decisions_of(directory: Path) -> list[Decisions]:
    """The decisions for the archives that the index in ``directory`` was built from.

    Raises:
        UsageError: a ``related.toml`` has a mistake.
    """
    found = {decided.path: decided for decided in map(decisions_beside, archives_of(directory))}
    return [decided for path, decided in found.items() if path is not None]


def pages_in(archive: Path, directory: Path, *, with_marks: bool = False) -> Iterator[SitePage]:
    """The pages of an archive, read as the index in ``directory`` was, in the order of their names.

    ``with_marks``: only those that may have marks.

    Raises:
        ArchiveError: there is nothing at the path, or the system failed to read a file.
    """
    for entry in entries([archive], in_silence, recorded_archives(directory).options):
        if entry.file.form is Form.PAGE and (not with_marks or _is_marked(entry.file)):
            page = page_of(entry, in_silence)
            if page is not None:
                yield page


def _is_marked(file: File) -> bool:
    try:
        return may_have_marks(read_regular(file, limits.PAGE_BYTES))
    except OSError:
        return False


def marked_page(directory: Path, event_id: str) -> tuple[str, Page] | None:
    """The page of an event if it may have marks, and its path from the folder above the archive."""
    style = recorded_archives(directory).options.style
    for archive, parts in page_files(directory, event_id):
        path = archive.joinpath(*parts)
        try:
            data = read_regular(File(str(path), parts, Form.PAGE), limits.PAGE_BYTES)
            page = parse(data, style) if may_have_marks(data) else None
        except (OSError, ValueError, NoPage):
            continue
        if isinstance(page, Page):
            return path.relative_to(archive.parent).as_posix(), page
        return None
    return None
