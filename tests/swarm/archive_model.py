"""What an archive should hold: a dictionary of pages, beside the folder in which they lie.

The model knows the text of each page outside of its list of related events, byte for byte. What
lies on disk is compared with it, never the other way round.
"""

import datetime
import random
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from search.model.event import Event, parse_day
from tests.small_archive import page_of, stories

HEADING: Final = "### Related:\n"
_MARK: Final = re.compile(r"<!-- event-search: (?P<verb>pin|ban) (?P<link>\S+) -->")
_ITEM: Final = re.compile(r"\d+\. \[.*\]\((?P<link>[^()\s]+)\)( _Context: .*_)?")
_STORIES: Final = stories()
_WORDS: Final = (
    "harbour museum treaty fishing vaccine glacier comet lantern tents quarrel turnout sailors "
    "hackers nurses rescuers candidate grandmaster engineers outbreak signals"
).split()


Mark = tuple[str, str]  # "pin" or "ban", and the link


@dataclass(frozen=True)
class Page:
    """A page of the model: its event, and the notes that an editor wrote into the section."""

    event: Event
    notes: tuple[str, ...] = ()
    is_read_only: bool = False

    @property
    def head(self) -> str:
        """All of the page before its Related section."""
        return page_of(self.event)


@dataclass
class Archive:
    """The pages by id, and the folder in which they are to lie.

    A page may only have the marks that edits by hand explain, and those that it has it keeps.
    """

    site: Path
    pages: dict[str, Page] = field(default_factory=dict)
    _explained: dict[str, set[Mark]] = field(default_factory=lambda: defaultdict(set))
    _renamed: dict[str, str] = field(default_factory=dict)
    _marked: dict[str, set[Mark]] = field(default_factory=lambda: defaultdict(set))
    _drawn: int = 0

    def content(self) -> dict[str, Event]:
        """What an index of the archive should hold."""
        return {name: page.event for name, page in self.pages.items()}

    def path(self, event_id: str) -> Path:
        return self.site / event_id.lstrip("/")

    def edit(self, source: random.Random) -> str:
        """Make one change, in the model and on disk; a sentence that says which."""
        kinds = [self._add, self._add, self._alter, self._note, self._lock]
        if len(self.pages) > 6:
            kinds += [self._remove, self._rename, self._unsort, self._delete, self._strip]
        return source.choice(kinds)(source)

    def save(self, event_id: str, page: Page) -> None:
        """Put a page into the model; on disk what the page had of a list stays."""
        path = self.path(event_id)
        before = self.pages.get(event_id)
        section = ""
        if before is not None:
            section = path.read_text(encoding="utf-8")[len(before.head) :]
            path.chmod(0o644)
        path.parent.mkdir(parents=True, exist_ok=True)
        added = "".join(f"\n{note}\n" for note in page.notes[len(before.notes if before else ()) :])
        if added and HEADING not in section:
            section = f"\n{HEADING}{section}"
        path.write_text(page.head + section + added, encoding="utf-8")
        path.chmod(0o444 if page.is_read_only else 0o644)
        self.pages[event_id] = page

    def wrong(self, *, regenerated: bool) -> list[str]:
        """What is wrong with the pages on disk; ``regenerated``: right after an undisturbed run."""
        wrong = []
        found = {f"/{path.relative_to(self.site)}" for path in self.site.rglob("*.md")}
        if found != set(self.pages):
            wrong.append(f"pages came or went: {sorted(found ^ set(self.pages))}")
        for name in sorted(found & set(self.pages)):
            page = self.pages[name]
            text = self.path(name).read_text(encoding="utf-8")
            if not text.startswith(page.head):
                wrong.append(f"{name}: text outside of its list was altered")
                continue
            lines = [line for line in text[len(page.head) :].splitlines() if line]
            notes = [line for line in lines if line.startswith("Note ")]
            if notes != list(page.notes):
                wrong.append(f"{name}: has the notes {notes} for {page.notes}")
            rest = [line for line in lines if line not in notes and f"{line}\n" != HEADING]
            if lines.count(HEADING.strip()) > 1:
                wrong.append(f"{name}: two Related sections")
            marks = [(mark["verb"], mark["link"]) for mark in map(_MARK.fullmatch, rest) if mark]
            items = [_ITEM.fullmatch(line) for line in rest if not _MARK.fullmatch(line)]
            if not all(items):
                wrong.append(f"{name}: neither an item, a mark nor a note: {rest}")
                continue
            wrong += self._wrong_marks(name, set(marks))
            if regenerated and not page.is_read_only:
                links = [item["link"] for item in items if item]
                wrong += self._wrong_links(name, links, {link: verb for verb, link in marks})
                self._explained[name] = set(marks)
        return wrong

    def _wrong_marks(self, name: str, marks: set[Mark]) -> list[str]:
        wrong = []
        explained = self._explained[name]
        explained |= {(verb, self._renamed.get(link, link)) for verb, link in explained}
        if unexplained := marks - explained:
            wrong.append(f"{name}: no edit explains the marks {sorted(unexplained)}")
        if lost := self._marked[name] - marks:
            wrong.append(f"{name}: lost the marks {sorted(lost)}")
        self._marked[name] = marks
        return wrong

    def _wrong_links(self, name: str, links: list[str], verbs: dict[str, str]) -> list[str]:
        """What is wrong with the links of a list that a run has just seen."""
        wrong = []
        if not set(links) <= set(self.pages) - {name}:
            wrong.append(f"{name}: links to what is not there")
        pinned = {link for link, verb in verbs.items() if verb == "pin" and link in self.pages}
        if banned := [link for link in links if verbs.get(link) == "ban"]:
            wrong.append(f"{name}: lists {banned}, which are banned")
        if missing := pinned - set(links) - {name}:
            wrong.append(f"{name}: does not list {sorted(missing)}, which are pinned")
        return wrong

    def _links(self, event_id: str) -> list[str]:
        """The links of the list that a page has on disk."""
        lines = self.path(event_id).read_text(encoding="utf-8").splitlines()
        return [item["link"] for item in map(_ITEM.fullmatch, lines) if item]

    def _draw(self, source: random.Random) -> str:
        return source.choice(sorted(self.pages))

    def _text(self, source: random.Random) -> tuple[str, str]:
        """A title of one of the stories with other words, and a summary with a word of its own."""
        self._drawn += 1
        words = source.choice(_STORIES).title.rstrip(".").split()
        words[source.randrange(len(words))] = source.choice(_WORDS)
        return f"{' '.join(words)}.", f"A report of the {source.choice(_WORDS)}, zq{self._drawn}v."

    def _add(self, source: random.Random) -> str:
        title, summary = self._text(source)
        day = parse_day(source.choice(_STORIES).day) + datetime.timedelta(
            days=source.randint(0, 40)
        )
        event_id = f"/news/{day:%Y/%m}/{day.day}/page-{self._drawn}.md"
        event = Event(event_id, day, title, summary, sources=("The Selva Post",))
        self.save(event_id, Page(event))
        return f"add {event_id}"

    def _alter(self, source: random.Random) -> str:
        event_id = self._draw(source)
        page = self.pages[event_id]
        title, summary = self._text(source)
        kept = source.random() < 0.5
        title = page.event.title if kept else title
        event = replace(page.event, title=title, summary=summary)
        self.save(event_id, replace(page, event=event, is_read_only=False))
        return f"alter {event_id}"

    def _note(self, source: random.Random) -> str:
        event_id = self._draw(source)
        page = self.pages[event_id]
        self._drawn += 1
        note = f"Note {self._drawn} of the desk."
        self.save(event_id, replace(page, notes=(*page.notes, note), is_read_only=False))
        return f"note in {event_id}"

    def _lock(self, source: random.Random) -> str:
        event_id = self._draw(source)
        page = self.pages[event_id]
        self.save(event_id, replace(page, is_read_only=not page.is_read_only))
        return f"{'unlock' if page.is_read_only else 'lock'} {event_id}"

    def _remove(self, source: random.Random) -> str:
        event_id = self._draw(source)
        del self.pages[event_id]
        self.path(event_id).unlink()
        self._explained.pop(event_id, None)
        self._marked.pop(event_id, None)
        return f"remove {event_id}"

    def _rename(self, source: random.Random) -> str:
        event_id = self._draw(source)
        page = self.pages.pop(event_id)
        self._drawn += 1
        new_id = f"{event_id.rpartition('/')[0]}/page-{self._drawn}.md"
        self.path(event_id).rename(self.path(new_id))
        self.pages[new_id] = replace(page, event=replace(page.event, id=new_id))
        for marks in (self._explained, self._marked):
            marks[new_id] = marks.pop(event_id, set())
        self._renamed = {
            old: new_id if new == event_id else new for old, new in self._renamed.items()
        }
        self._renamed[event_id] = new_id
        return f"rename {event_id} to {new_id}"

    def _unsort(self, source: random.Random) -> str:
        """Exchange two items of a list by hand."""
        event_id = self._draw(source)
        path = self.path(event_id)
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        items = [at for at, line in enumerate(lines) if _ITEM.fullmatch(line.rstrip("\n"))]
        if len(items) > 1 and not self.pages[event_id].is_read_only:
            one, other = source.sample(items, 2)
            lines[one], lines[other] = lines[other], lines[one]
            self._explained[event_id] |= {("pin", link) for link in self._links(event_id)}
            path.write_text("".join(lines), encoding="utf-8")
        return f"exchange items of {event_id}"

    def _delete(self, source: random.Random) -> str:
        """Delete an item of a list by hand: the heading stays, even if it was the last one."""
        event_id = self._draw(source)
        path = self.path(event_id)
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        items = [at for at, line in enumerate(lines) if _ITEM.fullmatch(line.rstrip("\n"))]
        if items and not self.pages[event_id].is_read_only:
            at = source.choice(items)
            item = _ITEM.fullmatch(lines.pop(at).rstrip("\n"))
            assert item
            self._explained[event_id].add(("ban", item["link"]))
            path.write_text("".join(lines), encoding="utf-8")
        return f"delete an item of {event_id}"

    def _strip(self, source: random.Random) -> str:
        """Take the section off a page by hand, its notes and marks with it.

        That says nothing of each link. If the heading is written again before the next run, with
        a note below it, the page is one from whose list each link was deleted.
        """
        event_id = self._draw(source)
        deleted_before = {mark for mark in self._explained[event_id] if mark[0] == "ban"}
        self._explained[event_id] = deleted_before | {
            ("ban", link) for link in self._links(event_id)
        }
        self._marked.pop(event_id, None)
        page = replace(self.pages[event_id], notes=(), is_read_only=False)
        self.path(event_id).chmod(0o644)
        self.path(event_id).write_text(page.head, encoding="utf-8")
        self.pages[event_id] = page
        return f"strip {event_id}"
