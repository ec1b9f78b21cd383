"""What is disturbed: a build, an update and a regeneration of a small archive, and how it ends."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from search import Index, IndexMissing, build, regenerate_archive
from search.model.event import Event
from tests.small_archive import page_of, stories

QUESTIONS: Final = ('"Port Selva"', "earthquake -tents", "vaccin* 2015", "title:norland OR comet~")

LARGEST_DELTA: Final = 1.0  # of the base: so small an archive is updated all the same


def put(site: Path, events: list[Event]) -> None:
    for event in events:
        page = site / event.id.lstrip("/")
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(page_of(event), encoding="utf-8")


def pages_of(site: Path) -> dict[str, bytes]:
    return {str(page.relative_to(site)): page.read_bytes() for page in sorted(site.rglob("*.md"))}


def answers(index: Path) -> list[Any] | None:
    """All that the index says to a fixed set of questions; None where there is no index."""
    try:
        with Index.open(index) as opened:
            lists = [(event_id, opened.related(event_id)) for event_id in opened.ids()]
            return [lists, [opened.search(question).hits for question in QUESTIONS]]
    except IndexMissing:
        return None


_answers: Final[dict[str, list[Any] | None]] = {}


def answers_of_bytes(index: Path) -> list[Any] | None:
    """``answers``, asked once of each index with other bytes: many disturbances leave the same."""
    digest = blake2b(bytes([index.exists()]))
    for path in sorted(index.rglob("*")):
        data = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.relative_to(index)}\0{path.is_file()}\0{len(data)}\0".encode() + data)
    key = digest.hexdigest()
    if key not in _answers:
        said = answers(index)
        _answers[key] = next((known for known in _answers.values() if known == said), said)
    return _answers[key]


@dataclass(frozen=True)
class Situation:
    """Something to do in ``place``; ``site`` and ``index`` there are as before it is done.

    What may be found afterwards is ``before`` or ``after``: answers, and the bytes of pages.
    """

    name: str
    place: Path
    act: Callable[[Path, Path], bool]
    before: tuple[Any, dict[str, bytes]]
    after: tuple[Any, dict[str, bytes]]
    anew: (
        Any  # the answers of an index built anew: what an update that cannot read the old one does
    )

    @property
    def site(self) -> Path:
        return self.place / "site"

    @property
    def index(self) -> Path:
        return self.place / "data" / "index"

    @property
    def root(self) -> Path:
        """Where everything happens that is disturbed."""
        return self.site if self.name == "regeneration" else self.index.parent

    def restore(self) -> None:
        """Make everything as it was before."""
        shutil.rmtree(self.index, ignore_errors=True)
        if (self.place / "template").exists():
            shutil.copytree(self.place / "template", self.index)
        for leftover in self.site.rglob(".event-search*"):
            leftover.unlink()
        for name, page in self.before[1].items():
            if (self.site / name).read_bytes() != page:
                (self.site / name).write_bytes(page)

    def run(self) -> bool:
        """Do it; whether a page was refused."""
        return self.act(self.site, self.index)

    def faults(self, site: Path | None = None, index: Path | None = None) -> list[str]:
        """What is wrong with what lies there now; nothing, if it is as before or as after."""
        wrong = []
        said, pages = answers_of_bytes(index or self.index), pages_of(site or self.site)
        if said not in (self.before[0], self.after[0], self.anew):
            wrong.append("the answers are neither those of before nor those of after")
        for name, page in pages.items():
            if page not in (self.before[1][name], self.after[1][name]):
                wrong.append(f"{name} is neither as before nor as after")
        if len(pages) != len(self.before[1]):
            wrong.append("a page is missing")
        return wrong

    def unlike_after(self, site: Path | None = None, index: Path | None = None) -> list[str]:
        """What differs from the end of an undisturbed run in answers and pages."""
        wrong = []
        if answers_of_bytes(index or self.index) not in (self.after[0], self.anew):
            wrong.append("the answers are not those of after")
        if pages_of(site or self.site) != self.after[1]:
            wrong.append("the pages are not those of after")
        return wrong

    def unfinished(self, site: Path | None = None, index: Path | None = None) -> list[str]:
        """The same, and what was left over: for when the run was done once more."""
        left = leftovers(site or self.site, index or self.index)
        return self.unlike_after(site, index) + [f"{name} was left" for name in left]


def leftovers(site: Path, index: Path) -> list[str]:
    """Files that no finished run leaves."""
    hidden = [str(path) for path in site.rglob(".*")]
    names = sorted(path.name for path in index.iterdir())
    numbered = [name for name in names if re.fullmatch(r"\d{6,}", name)]
    kept = index / "KEPT"
    known = {
        kept.read_text().partition(" ")[0] if kept.is_file() else "",
        "KEPT",
        "EVENT-SEARCH",
        "CURRENT",
        "LOCK",
        "SOURCES",
        "FILE_CACHE",
        "LISTS",
        "PAGES",
        "PLANNED_LISTS",  # of a run that did not end; the next one that writes pages removes it
        *numbered[-2:],
    }
    return hidden + [name for name in names if name not in known]


def situations(place: Path) -> Iterator[Situation]:
    """A first build, an update by changed, new and removed pages, and a regeneration."""
    events = stories()
    for name in ("build", "update", "regeneration"):
        own = place / name
        index = own / "data" / "index"
        index.parent.mkdir(parents=True)
        put(own / "site", events[:9])
        if name != "build":
            build([own / "site"], own / "template")
        if name == "update":
            (own / "site" / events[0].id.lstrip("/")).unlink()
            put(own / "site", events[9:12])
        act = _regenerate if name == "regeneration" else _index
        if name == "update":
            shutil.copytree(own / "template", index)
        before = answers(own / "template"), pages_of(own / "site")
        if name == "regeneration":
            shutil.copytree(own / "template", index)
        act(own / "site", index)
        after = answers(index), pages_of(own / "site")
        build([own / "site"], own / "anew")
        situation = Situation(name, own, act, before, after, answers(own / "anew"))
        situation.restore()
        yield situation


def _index(site: Path, index: Path) -> bool:
    build([site], index)
    return False


def _regenerate(site: Path, index: Path) -> bool:
    return regenerate_archive(site, index).refused > 0
