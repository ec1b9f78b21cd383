"""What editors decided, read from ``related.toml`` and the pages, as data for every kind of list.

The pages are the truth: nothing of this is in an index. Where the archive of an index is not on
this machine, nothing is known, and lists are the ranking alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from search.archive import Form, entries, page_of
from search.archive.decisions import Decisions, decisions_beside
from search.archive.page.marks import Mark, marks_of, may_have_marks
from search.archive.page.parser import NoPage, Page, parse
from search.archive.walk import File, in_silence, read_regular
from search.engine.build import recorded_archives
from search.engine.indexed_archives import archives_of, page_files
from search.model import limits
from search.model.digests import digest_of
from search.model.errors import ArchiveError


@dataclass(frozen=True, slots=True)
class ListEdits:
    """Decisions for whole archives, and the marks of pages by the ids of their events."""

    decisions: Sequence[Decisions] = ()
    marks: Mapping[str, Sequence[Mark]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.decisions or self.marks)

    @property
    def digest(self) -> str:
        """A digest of these edits that does not depend on the place of the archive."""
        said = [sorted(decided.digest for decided in self.decisions), sorted(self.marks.items())]
        return f"{digest_of(repr(said).encode('utf-8', 'surrogatepass')):016x}"

    def of(self, event_ids: Sequence[str]) -> ListEdits:
        """What concerns the lists of these events."""
        own = {name: self.marks[name] for name in event_ids if name in self.marks}
        return ListEdits(self.decisions, own)


NO_EDITS: Final = ListEdits()


def list_edits_of(directory: Path) -> ListEdits:
    """What editors decided about all lists of an index: every page is read.

    Raises:
        UsageError: a ``related.toml`` says something that has no meaning.
    """
    marks: dict[str, Sequence[Mark]] = {}
    options = recorded_archives(directory).options
    for archive in archives_of(directory):
        with suppress(ArchiveError):  # lists are made without an archive that cannot be read
            for entry in entries([archive], in_silence, options):
                if entry.file.form is not Form.PAGE or not _is_marked(entry.file):
                    continue
                page = page_of(entry, in_silence)
                if page is not None and (found := marks_of(page.page)):
                    marks.setdefault(page.event.id, found)
    return ListEdits(decisions_of(directory), marks)


def list_edits_of_one(directory: Path, event_id: str) -> ListEdits:
    """What editors decided about the list of one event.

    Raises:
        UsageError: a ``related.toml`` says something that has no meaning.
    """
    found = marked_page(directory, event_id)
    marks = marks_of(found[1]) if found else ()
    return ListEdits(decisions_of(directory), {event_id: marks} if marks else {})


def decisions_of(directory: Path) -> list[Decisions]:
    """The decisions for the archives that the index in ``directory`` was built from.

    Raises:
        UsageError: a ``related.toml`` says something that has no meaning.
    """
    found = {decided.path: decided for decided in map(decisions_beside, archives_of(directory))}
    return [decided for path, decided in found.items() if path is not None]


def marked_page(directory: Path, event_id: str) -> tuple[str, Page] | None:
    """The page of an event if it has what looks like a mark, and its path from the folder above
    the archive."""
    for archive, parts in page_files(directory, event_id):
        path = archive.joinpath(*parts)
        try:
            data = read_regular(File(str(path), parts, Form.PAGE), limits.PAGE_BYTES)
            page = parse(data) if may_have_marks(data) else None
        except (OSError, ValueError, NoPage):
            continue
        if isinstance(page, Page):
            return path.relative_to(archive.parent).as_posix(), page
        return None
    return None


def _is_marked(file: File) -> bool:
    try:
        return may_have_marks(read_regular(file, limits.PAGE_BYTES))
    except OSError:
        return False
