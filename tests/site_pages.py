"""The pages of archives, and one page written, as the main job reads and writes them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from search.archive import Form, OnSkip, SitePage, entries, page_of
from search.archive.page.related_section import Change
from search.archive.writer import write_pages
from search.model.errors import PageUnwritable


def pages_of(paths: Sequence[Path | str], on_skip: OnSkip) -> Iterator[SitePage]:
    """The Markdown pages among the files of archives, each read when it is its turn."""
    for entry in entries(paths, on_skip):
        if entry.file.form is Form.PAGE and (page := page_of(entry, on_skip)):
            yield page


def write_page(root: Path, path: Path, before: bytes, after: bytes) -> None:
    """Write one page; whatever it is refused for is raised."""
    change = Change(path, root, before, after)
    refused: list[PageUnwritable] = []
    written = list(write_pages([change], refused.append))
    if refused:
        assert written == []
        raise refused[0]
    assert written == [change]
