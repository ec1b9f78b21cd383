"""The main job: an archive's index brought up to date, and the Related section of every page."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from search import building, reading
from search.asking import Options
from search.base import OnProgress
from search.errors import PageUnwritable
from search.index import Index
from search.lists import related_lists
from search.ranking import Hit
from search.reading import OnSkip, SitePage, Skipped
from search.regenerate import Change, regenerate
from search.writing import write_pages

_REPORT_EVERY: Final = 50


@dataclass(frozen=True, slots=True)
class Run:
    """What ``regenerate_archive`` did, or, if not ``written``, would do. All are page counts."""

    pages: int
    changed: int
    unrelated: int
    refused: int
    written: bool

    def sentence(self) -> str:
        verb = "changed" if self.written else "to change"
        refused = f"; {self.refused:,} could not be written" if self.refused else ""
        return (
            f"{self.pages:,} pages, {self.changed:,} {verb}; "
            f"{self.unrelated:,} with nothing related{refused}"
        )


def regenerate_archive(
    archive: Path | str,
    directory: Path | str,
    options: Options | None = None,
    *,
    write: bool = True,
    processes: int = 1,
    on_skip: OnSkip = lambda skipped: None,
    on_progress: OnProgress = lambda stage, done, total: None,
    on_refusal: Callable[[PageUnwritable], None] = lambda error: None,
    on_change: Callable[[Change], None] = lambda change: None,
) -> Run:
    """Bring the index up to date, and make the Related section of every page of ``archive`` anew.

    Pages are read and compared one by one, and each is replaced atomically; with ``write`` False
    nothing but the index is written. A page that cannot be written goes to ``on_refusal`` and the
    rest goes on. If the index was built from archives that hold this one, it stays one of those.
    ``processes`` make the lists; see ``lists.related_lists`` before asking for more than one.

    Raises:
        ArchiveError, IndexUnusable: see ``search.errors``. No page has been written then.
    """
    directory = Path(directory)
    archives = _indexed_with(Path(archive), directory)
    summary = building.build(archives, directory, on_skip=on_skip, on_progress=on_progress)
    lists: dict[str, Sequence[Hit]] = {}
    pages = unrelated = changed = refused = 0

    def listed(index: Index) -> Iterator[SitePage]:
        """The pages, each after its list has come to ``lists``."""
        nonlocal pages, unrelated
        ahead: deque[SitePage] = deque()
        ids = _ids(_pages(Path(archive), archives), ahead)
        for event_id, hits in related_lists(index, ids, options or Options(), processes):
            page = ahead.popleft()
            if hits is None:
                reason = "it was not there yet when the index was built; run it again"
                on_skip(Skipped(str(page.path), None, reason))
                continue
            pages += 1
            unrelated += not hits
            if pages % _REPORT_EVERY == 0:
                on_progress("regenerating", pages, max(pages, summary.events))
            lists[event_id] = hits
            yield page

    def refuse(error: PageUnwritable) -> None:
        nonlocal refused
        refused += 1
        on_refusal(error)

    with Index.open(directory) as index:
        changes = regenerate(listed(index), lists.pop, on_skip)
        for change in write_pages(changes, refuse) if write else changes:
            changed += 1
            on_change(change)
    return Run(pages, changed, unrelated, refused, write)


def _pages(archive: Path, indexed: Sequence[Path | str]) -> Iterator[SitePage]:
    """The pages of ``archive``, with the ids that they have in the indexed one that holds it."""
    inside = archive.resolve()
    holders = [path for path in map(Path, indexed) if inside.is_relative_to(path.resolve())]
    if any(path.resolve() == inside for path in holders):
        yield from reading.read_pages([archive], _in_silence)
        return
    boundary = archive if archive.is_dir() else archive.parent
    for entry in reading.entries(holders[:1], _in_silence):
        if entry.file.form is reading.Form.PAGE and entry.path.is_relative_to(inside):
            page = reading.page_of(entry, _in_silence)
            if page is not None:
                path = archive / entry.path.relative_to(inside)
                yield replace(page, path=path, boundary=boundary)


def _in_silence(skipped: Skipped) -> None:
    """What cannot be read was reported when the index was built."""


def _ids(pages: Iterator[SitePage], ahead: deque[SitePage]) -> Iterator[str]:
    """The ids of pages that, once their id is taken, wait in ``ahead``."""
    for page in pages:
        ahead.append(page)
        yield page.event.id


def _indexed_with(archive: Path, directory: Path) -> Sequence[Path | str]:
    """The archives to index for this one: itself, or those of the index that hold it."""
    known = building.sources(directory)
    resolved = archive.resolve()
    if any(resolved.is_relative_to(source) for source in known):
        return known
    return [archive]
