"""The pages of archives, and one page written, as the main job reads and writes them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

from search.archive import Form, OnSkip, SitePage, Skipped, entries, page_of
from search.archive.page.parser import CannotPlace
from search.archive.page.related_section import Change, with_related
from search.archive.writer import write_pages
from search.model.errors import PageUnwritable
from search.model.event import Event
from search.model.hit import Explanation, Hit

_ITEM = re.compile(r"^(\d+)\. \[(.*)\]\((\S+)\)(?: _Context: (.*)_)?$", re.MULTILINE)


def item_of(event: Event, context: tuple[str, ...] = ()) -> Hit:
    """An event as an item of a list."""
    return Hit(event, 1.0, context, Explanation())


def pages_of(paths: Sequence[Path | str], on_skip: OnSkip) -> Iterator[SitePage]:
    """The Markdown pages among the files of archives, each read when it is its turn."""
    for entry in entries(paths, on_skip):
        if entry.file.form is Form.PAGE and (page := page_of(entry, on_skip)):
            yield page


def changed(
    pages: Iterable[SitePage], relate: Callable[[str], Sequence[Hit]], on_skip: OnSkip
) -> Iterator[Change]:
    """The pages that must change, given the related list of each event's id."""
    for page in pages:
        try:
            after = with_related(page.page, relate(page.event.id))
        except CannotPlace as error:
            on_skip(Skipped(str(page.path), error.line, str(error)))
            continue
        if after != page.page.data:
            yield Change(page.path, page.boundary, page.page.data, after)


def write_page(root: Path, path: Path, before: bytes, after: bytes) -> None:
    """Write one page; whatever it is refused for is raised."""
    change = Change(path, root, before, after)
    refused: list[PageUnwritable] = []
    written = list(write_pages([change], refused.append))
    if refused:
        assert written == []
        raise refused[0]
    assert written == [change]


def bytes_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.md"))
    }


def put(root: Path, pages: Mapping[str, str | bytes]) -> Path:
    for name, page in pages.items():
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page.encode() if isinstance(page, str) else page)
    return root


def items(root: Path, event_id: str) -> list[tuple[str, str, str, str]]:
    """Number, title, link and context of each item of a page's list."""
    page = (root / event_id.lstrip("/")).read_bytes().decode()
    found = _ITEM.findall(page.partition("### Related:")[2])
    return [(number, title, unquote(link), context) for number, title, link, context in found]
