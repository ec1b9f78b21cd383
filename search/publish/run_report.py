"""Reports what a run changes: links added, removed and moved, in numbers and side by side.

The page is one file without outside resources. Everything in it that comes from an archive is
escaped, and its policy allows no script.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, Final, NamedTuple

from search.archive.page.item_form import ReadItem
from search.archive.page.marks import moved
from search.archive.page.own_items import KnownLinks, printed_items
from search.archive.page.parser import NoPage, Page, parse
from search.archive.page.related_section import Change
from search.engine.regenerate import Run
from search.model.page_style import PageStyle
from search.model.printing import line
from search.publish.files import HTML_MARK, is_our_page, write_if_changed

_MOST_SHOWN: Final = 2_000  # pages of a report
# The kinds of reasons, the ones to look at first before the others.
_KINDS: Final = (
    "by hand", "banned", "pinned", "kept", "gone", "new", "renamed", "order", "title", "terms",
    "other",
)  # fmt: skip
_OF_RUN: Final = ("pages", "changed", "unrelated", "refused", "stale_marks", "written")
_SAMPLE_STYLE: Final = PageStyle()
_EVERY_LINK: Final = KnownLinks(lambda link, text: True, lambda link: True)
_STYLE: Final = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
td, th { border: 1px solid #8888; padding: .4rem .6rem; text-align: start; vertical-align: top }
td { overflow-wrap: anywhere }
.lost { text-decoration: line-through; background: #f002 }
.new { background: #0c02 }
.moved { background: #cc02 }
:root { color-scheme: light dark }
"""


class LinkChanges(NamedTuple):
    """The items of a page before and after, and which links are only in one or in other places. An
    item whose page was renamed has its new link before, too."""

    change: Change
    before: Sequence[ReadItem]
    after: Sequence[ReadItem]
    new: tuple[str, ...]
    lost: tuple[str, ...]
    moved: tuple[str, ...]

    @classmethod
    def of(cls, change: Change, style: PageStyle = _SAMPLE_STYLE) -> LinkChanges:
        before, after = _items(change.before, style), _items(change.after, style)
        new_links = {old: new for new, old in change.renamed}
        before = [item._replace(link=new_links.get(item.link, item.link)) for item in before]
        were, are = ([item.link for item in items] for items in (before, after))
        return cls(
            change,
            before,
            after,
            tuple(link for link in dict.fromkeys(are) if link not in were),
            tuple(link for link in dict.fromkeys(were) if link not in are),
            tuple(sorted(moved(were, list(dict.fromkeys(are))))),
        )

    @property
    def kinds(self) -> list[str]:
        """The kinds of its reasons, those to look at first before the others."""
        said = {reason.partition(":")[0] for reason in self.change.reasons}
        return [kind for kind in _KINDS if kind in said] or [_KINDS[-1]]

    def plain(self) -> dict[str, Any]:
        links = {"new": list(self.new), "lost": list(self.lost), "moved": list(self.moved)}
        return {"path": str(self.change.path), **links, "reasons": list(self.change.reasons)}


def _items(data: bytes, style: PageStyle) -> Sequence[ReadItem]:
    try:
        page = parse(data, style)
    except NoPage:
        return ()
    return printed_items(page, _EVERY_LINK, style) if isinstance(page, Page) else ()


@dataclass(slots=True)
class RunReport:
    """The changes of one run; ``add`` takes them one by one.

    Without ``keeps_pages`` links are only counted, so that a run over many pages holds none.
    """

    style: PageStyle = _SAMPLE_STYLE
    keeps_pages: bool = True
    pages: list[LinkChanges] = field(default_factory=list)
    changed: int = 0
    _links: Counter[str] = field(default_factory=Counter)

    def add(self, change: Change) -> None:
        page = LinkChanges.of(change, self.style)
        self.changed += 1
        self._links["new"] += len(page.new)
        self._links["lost"] += len(page.lost)
        self._links["moved"] += len(page.moved)
        self._links["kept"] += len({item.link for item in page.after}) - len(page.new)
        if self.keeps_pages:
            self.pages.append(page)

    def links(self) -> dict[str, int]:
        """How many links of changed pages are new, lost, in another place, or kept."""
        return {name: self._links[name] for name in ("new", "lost", "moved", "kept")}

    def sentence(self) -> str:
        """The numbers in one line."""
        counts = ", ".join(f"{count:,} {name}" for name, count in self.links().items())
        return f"links of changed pages: {counts}"

    def plain(self, run: Run) -> dict[str, Any]:
        """The summary of a run and its changes, as a JSON value."""
        return {
            **{name: getattr(run, name) for name in _OF_RUN},
            "links": self.links(),
            "changes": [page.plain() for page in self._worst_first()],
        }

    def write(self, path: Path, said: str) -> None:
        """Write the page; ``said`` is a sentence about the run.

        Raises:
            UsageError: another file is there, or the system refuses.
        """
        write_if_changed(path, "".join(self._html(said)).encode("utf-8", "replace"), is_our_page)

    def _worst_first(self) -> list[LinkChanges]:
        return sorted(
            self.pages,
            key=lambda page: (-len(page.lost), -len(page.new), -len(page.moved), page.change.path),
        )

    def _html(self, said: str) -> Iterator[str]:
        kinds = Counter(kind for page in self.pages for kind in page.kinds)
        yield (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
            f"{HTML_MARK}\n"
            '<meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            '<meta name="viewport" content="width=device-width">\n'
            f"<title>Related lists</title><style>{_STYLE}</style></head><body><main>\n"
            f"<h1>Related lists</h1>\n<p>{_text(said)}</p>\n"
            f"<p>{_text(self.sentence())}</p>\n"
            "<p><span class=lost>lost</span> <span class=new>new</span> "
            "<span class=moved>moved</span></p>\n<nav><ul>\n"
        )
        titles = {kind: f"{kind}: {kinds[kind]:,} pages" for kind in _KINDS if kinds[kind]}
        names = {kind: kind.replace(" ", "-") for kind in titles}
        yield from (f'<li><a href="#{names[kind]}">{titles[kind]}</a></li>\n' for kind in titles)
        yield "</ul></nav>\n"
        shown = 0
        for kind, title in titles.items():
            yield f'<h2 id="{names[kind]}">{title}</h2>\n'
            first = [page for page in self._worst_first() if page.kinds[0] == kind]
            for page in first[: _MOST_SHOWN - shown]:
                yield from _page_rows(page)
            shown = min(shown + len(first), _MOST_SHOWN)
            others = kinds[kind] - len(first)
            if others:
                yield f"<p>{others:,} of these pages are shown under another reason.</p>\n"
        if shown < len(self.pages):
            yield f"<p>{len(self.pages) - shown:,} more pages are not shown.</p>\n"
        yield "</main></body></html>\n"


def _page_rows(page: LinkChanges) -> Iterator[str]:
    yield f"<h3>{_text(str(page.change.path))}</h3>\n<ul>"
    yield from (f"<li>{_text(reason)}</li>" for reason in page.change.reasons)
    yield "</ul>\n<table><tr><th>Before</th><th>After</th></tr><tr><td>"
    yield from _list(page.before, dict.fromkeys(page.lost, "lost"))
    yield "</td><td>"
    marks = {**dict.fromkeys(page.moved, "moved"), **dict.fromkeys(page.new, "new")}
    yield from _list(page.after, marks)
    yield "</td></tr></table>\n"


def _list(items: Sequence[ReadItem], classes: dict[str, str]) -> Iterator[str]:
    yield "<ol>"
    for item in items:
        name = classes.get(item.link)
        mark = f' class="{name}"' if name else ""
        context = f" <i>{_text(', '.join(item.context))}</i>" if item.context else ""
        yield f"<li{mark}>{_text(item.title)}{context}<br><small>{_text(item.link)}</small></li>"
    yield "</ol>"


def _text(raw: str) -> str:
    """A text as HTML shows it, without characters that a terminal or a reader could act on."""
    return escape(line(raw), quote=True)
