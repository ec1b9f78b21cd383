"""Whatever editors and runs do in turn: no mark is lost, no hand edit undone, no link dead, and
nothing counts as an editor's that git or a run did."""

import os
import random
import re
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import unquote

import pytest

from search import Change, Index, RelatedOptions, regenerate_archive
from search.archive.git_history import earlier_versions
from search.engine.decisions.review import why
from search.model.read_options import DECISIONS
from tests.engine.decisions.editing import (
    EVENTS,
    commit,
    decide,
    edited,
    git,
    line_of,
    listed,
)
from tests.site_pages import put
from tests.small_archive import page_of

_Value = TypeVar("_Value")
SEQUENCES = int(os.environ.get("EVENT_SEARCH_SEQUENCES", "2"))
_MARK = re.compile(r"<!-- event-search: (?:pin|keep|ban) (\S+) -->")
_ITEM = re.compile(r"^\d+\. \[.*\]\((\S+)\)", re.MULTILINE)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return put(tmp_path / "site", {event.id: page_of(event) for event in EVENTS})


class Desk:
    """A site with a ``related.toml`` on which an editor and runs take turns, and what has to hold
    of it."""

    new_indexes = 0.3  # how often a run has a new index

    def __init__(self, site: Path, place: Path, seed: int) -> None:
        self.site = site
        self.place = place
        self.random = random.Random(seed)
        self.wanted: dict[tuple[str, str], bool] = {}
        self.toml: dict[str, list[str]] = {"exclude": [], "ban_both": []}
        self.marks: set[tuple[str, str]] = set()
        self.by_hand: dict[tuple[str, str], bool] = {}  # since the last run
        self.words: dict[tuple[str, str], str] = {}  # that an editor gave to an item
        self.runs = 0
        self.checked = 0
        self.ever: set[tuple[str, str]] = set()  # pairs that an editor ever decided about
        self.renamed: dict[str, str] = {}  # pages, by their old ids
        decide(site, "")

    def ids(self) -> list[str]:
        return sorted(f"/{path.relative_to(self.site)}" for path in self.site.rglob("*.md"))

    def pair(self) -> tuple[str, str]:
        one, other = self.random.sample(self.ids(), 2)
        return one, other

    def mark(self) -> None:
        page, other = self.pair()
        verb = self.random.choice(["pin", "ban"])
        text = f"<!-- event-search: {verb} {other} -->"
        data = (self.site / page[1:]).read_text(encoding="utf-8").rstrip("\n")
        (self.site / page[1:]).write_text(f"{data}\n\n{text}\n", encoding="utf-8")
        self.wanted[page, other] = verb == "pin"
        if (page, other) in self.by_hand:  # nobody can tell which of the two was last
            del self.wanted[page, other]
        self.marks.add((page, text))
        self.ever.add((page, other))

    def delete_link(self) -> None:
        page = self.random.choice(self.ids())
        if found := sorted(set(listed(self.site, page)) & set(self.ids())):
            other = self.random.choice(found)
            edited(self.site, page, line_of(self.site, page, other), "")
            self.hand(page, other, is_in=False)

    def hand(self, page: str, other: str, *, is_in: bool) -> None:
        """What is added and deleted between two runs was never there; none of it is known. What is
        deleted and added is moved, and any item beside it may count as the one that was."""
        self.ever.add((page, other))
        if self.by_hand.pop((page, other), is_in) != is_in:
            self.ever |= {(page, each) for each in listed(self.site, page)}
            self.wanted.pop((page, other), None)
        else:
            self.by_hand[page, other] = self.wanted[page, other] = is_in

    def add_link(self) -> None:
        page, other = self.pair()
        now = listed(self.site, page)
        if now and other not in now:
            last = line_of(self.site, page, now[-1])
            text = (self.site / other[1:]).read_text(encoding="utf-8")
            title = text.partition("\n# ")[2].partition("\n")[0].strip()
            edited(self.site, page, last, f"{last}1. [{title}]({other})\n")
            self.hand(page, other, is_in=True)

    def reword(self) -> None:
        page = self.random.choice(self.ids())
        found = sorted(set(listed(self.site, page)) & set(self.ids()))
        pair = page, self.random.choice(found) if found else ""
        if found and pair not in self.by_hand and self.wanted.get(pair, True):
            line = line_of(self.site, *pair)
            if "_Context: " in line:
                number = self.random.randrange(1000)
                words = f"[The desk, {number}]({pair[1]})" + line.partition(f"]({pair[1]})")[2]
                edited(self.site, page, line, f"1. {words}")
                self.words[pair] = words
                self.wanted[pair] = True
                self.ever.add(pair)

    def decide(self) -> None:
        one, other = self.pair()
        if self.random.random() < 0.5:
            self.toml["exclude"].append(f'"{one}"')
        else:
            self.toml["ban_both"].append(f'["{one}", "{other}"]')
        text = "".join(f"{key} = [{', '.join(found)}]\n" for key, found in self.toml.items())
        decide(self.site, text)

    def known_page(self) -> str:
        """A page that no link leads to that was added since the last run: where that page goes,
        nothing tells the link from any other that an editor wrote."""
        new = {other for (_, other), is_in in self.by_hand.items() if is_in}
        return self.random.choice([page for page in self.ids() if page not in new])

    def rename(self) -> None:
        old = self.known_page()
        new = f"{old[:-3]}-{self.random.randrange(1000)}.md"
        (self.site / old[1:]).rename(self.site / new[1:])
        self.note_rename(old, new)

    def note_rename(self, old: str, new: str) -> None:
        self.renamed = {name: new if now == old else now for name, now in self.renamed.items()}
        self.renamed[old] = new
        self.ever |= {(new, other) for page, other in self.ever if page == old}
        self.wanted = {
            (new if page == old else page, other): is_in
            for (page, other), is_in in self.wanted.items()
            if other != old
        }
        self.marks = {(new if page == old else page, text) for page, text in self.marks}

    def delete_page(self) -> None:
        if len(self.ids()) > 4:
            old = self.known_page()
            (self.site / old[1:]).unlink()
            self.wanted = {pair: is_in for pair, is_in in self.wanted.items() if old not in pair}
            self.marks = {(page, text) for page, text in self.marks if page != old}

    def run(self) -> None:
        self.runs += self.random.random() < self.new_indexes  # else with that of the last run
        index = self.place / f"index-{self.runs}"
        fresh = self.random.random() < 0.3
        regenerate_archive(self.site, index, fresh=fresh)
        self.forget_what_nothing_tells()
        self.check(index)
        self.by_hand.clear()
        again: list[Change] = []
        regenerate_archive(self.site, index, fresh=fresh, on_change=again.append)
        assert not again

    def forget_what_nothing_tells(self) -> None:
        """A comment below the list tells everything."""

    def check(self, directory: Path) -> None:
        ids = set(self.ids())
        self.ever |= {(page, self.renamed.get(other, other)) for page, other in self.ever}
        self.words = {pair: words for pair, words in self.words.items() if self.wanted.get(pair)}
        for (page, _), words in self.words.items():
            assert words in (self.site / page[1:]).read_text(encoding="utf-8")
        for page, text in self.marks:
            assert text in (self.site / page[1:]).read_text(encoding="utf-8")
        for page in ids:
            for link in _MARK.findall((self.site / page[1:]).read_text(encoding="utf-8")):
                assert (page, unquote(link)) in self.ever
            links = _ITEM.findall((self.site / page[1:]).read_text(encoding="utf-8"))
            assert {unquote(link) for link in links if link.startswith("/")} <= ids
        with Index.open(directory) as index:
            for (page, other), is_in in self.wanted.items():
                assert (other in listed(self.site, page)) == is_in, (page, other)
                assert why(index, page, other, RelatedOptions()).marks, (page, other)
                self.checked += 1


class DeskWithoutComments(Desk):
    """A site without a ``related.toml``: only the index and git tell what was done by hand, and
    only what a run would undo."""

    new_indexes = 0.0
    follows_renames = True

    def __init__(self, site: Path, place: Path, seed: int) -> None:
        super().__init__(site, place, seed)
        self.known: set[str] = set()  # the pages of the last run
        (site / DECISIONS).unlink(missing_ok=True)

    def run(self) -> None:
        super().run()
        self.known = set(self.ids())

    def note_rename(self, old: str, new: str) -> None:
        """What was decided about the page is known by the index, if that knows the page."""
        before, words = dict(self.wanted), dict(self.words)
        super().note_rename(old, new)
        if old not in self.known or not self.follows_renames:
            return
        for (page, other), is_in in before.items():
            if other == old:
                self.wanted[page, new] = is_in
        for (page, other), text in words.items():
            if other == old:
                self.words[page, new] = text.replace(f"]({old})", f"]({new})")
        for page, other in list(self.by_hand):
            if other == old:
                self.by_hand[page, new] = self.by_hand.pop((page, other))

    def forget_what_nothing_tells(self) -> None:
        for page, other in list(self.wanted):
            text = (self.site / page[1:]).read_text(encoding="utf-8")
            if (page, other) in self.by_hand and other not in map(unquote, _MARK.findall(text)):
                is_in = other in listed(self.site, page)
                assert self.wanted.pop((page, other)) == is_in, (page, other)


class State(NamedTuple):
    """What the marks in the pages of a commit tell. The rest may be what no run would undo."""

    wanted: dict[tuple[str, str], bool]
    marks: set[tuple[str, str]]
    words: dict[tuple[str, str], str]


class DeskInGit(DeskWithoutComments):
    """The same in git, where pages, the desk and whole commits are restored."""

    follows_renames = False  # what is restored has old names

    def __init__(self, site: Path, place: Path, seed: int) -> None:
        super().__init__(site, place, seed)
        self.states: list[State] = []
        self.restored: set[str] = set()  # single pages, since the last run
        self.lists: dict[str, list[str]] = {}  # as the last run left them
        self.time = 1_500_000_000.0

    def later(self) -> float:
        self.time += 60
        return self.time

    def run(self) -> None:
        # Where a link is deleted again from a page that was restored, the page is as the last run
        # left it but for the mark, which an editor may have taken back.
        for page, other in self.by_hand:
            if page in self.restored & {*self.ids()}:
                now = [self.renamed.get(link, link) for link in listed(self.site, page)]
                if now == [self.renamed.get(link, link) for link in self.lists.get(page, ())]:
                    self.wanted.pop((page, other), None)
        super().run()
        self.lists = {page: list(listed(self.site, page)) for page in self.ids()}
        self.restored.clear()
        os.utime(self.place / f"index-{self.runs}" / "LISTS", times=(self.later(), self.time))

    def commit(self) -> None:
        self.forget_what_is_as_committed()
        (self.site / "commits.txt").write_text(f"{self.random.random()}\n")  # for revert
        commit(self.site, at=self.later())
        pages = {page: (self.site / page[1:]).read_text(encoding="utf-8") for page in self.ids()}
        kept = {pair for pair in self.words if f" keep {pair[1]} -->" in pages.get(pair[0], "")}
        untold = self.by_hand.keys() | (self.words.keys() - kept)
        state = State(
            {pair: is_in for pair, is_in in self.wanted.items() if pair not in untold},
            set(self.marks),
            {pair: words for pair, words in self.words.items() if pair in kept},
        )
        self.states.append(state)

    def forget_what_is_as_committed(self) -> None:
        """Once git looked at a page, nothing tells an editor's from one that git restored. One that
        was restored before other pages were committed may count as an editor's."""
        self.ever |= {(page, other) for page in self.restored for other in self.ids()}
        for page, other in list(self.by_hand):
            path = self.site / page[1:]
            if _committed(path) == path.read_bytes():
                self.wanted.pop((page, other), None)
                self.by_hand.pop((page, other))

    def restore(self, state: State) -> None:
        self.wanted, self.words = dict(state.wanted), dict(state.words)
        self.marks = set(state.marks)
        self.by_hand.clear()

    def restore_page(self) -> None:
        page = self.random.choice(self.ids())
        if not self.states or _committed(self.site / page[1:]) is None:
            return
        git(self.site, "checkout", "HEAD", "--", f".{page}")
        then = self.states[-1]
        self.restored.add(page)
        self.marks = {each for each in self.marks if each[0] != page}
        self.marks |= {each for each in then.marks if each[0] == page}
        there = self.ids()
        wanted = {pair: is_in for pair, is_in in then.wanted.items() if pair[1] in there}
        self.wanted = _with_page(self.wanted, wanted, page)
        self.words = _with_page(self.words, then.words, page)
        self.by_hand = _with_page(self.by_hand, {}, page)

    def discard(self) -> None:
        if self.states:
            git(self.site, "stash", "-u")
            self.restore(self.states[-1])

    def revert(self) -> None:
        if len(self.states) > 1:
            self.commit()
            git(self.site, "revert", "--no-edit", "HEAD", at=self.later())
            self.states.append(self.states[-2])
            self.restore(self.states[-1])

    def go_back(self) -> None:
        if len(self.states) > 1:
            self.commit()
            git(self.site, "checkout", "-q", "HEAD~1")
            self.states.pop()
            self.restore(self.states[-1])


def _with_page(
    now: Mapping[tuple[str, str], _Value], then: Mapping[tuple[str, str], _Value], page: str
) -> dict[tuple[str, str], _Value]:
    """What is known now, but of one page what was known then."""
    kept = {pair: value for pair, value in now.items() if pair[0] != page}
    return kept | {pair: value for pair, value in then.items() if pair[0] == page}


def _committed(path: Path) -> bytes | None:
    version = next(earlier_versions(path), None)
    return None if version is None else version.data


@pytest.mark.parametrize(
    ("seed", "desk_of"),
    [
        *product(range(SEQUENCES), (Desk, DeskWithoutComments, DeskInGit)),
        (157, DeskInGit),  # a link was added before the first commit of its page
        (30, DeskInGit),  # a page was restored as its first commit has it
    ],
)
def test_random_work_of_editors_is_never_undone(
    site: Path, tmp_path: Path, seed: int, desk_of: type[Desk]
) -> None:
    desk = desk_of(site, tmp_path, seed)
    desk.run()
    work = {desk.mark: 3, desk.delete_link: 4, desk.add_link: 4, desk.reword: 3}
    work |= {desk.rename: 1, desk.delete_page: 1}
    if isinstance(desk, DeskInGit):
        work |= {desk.commit: 4, desk.restore_page: 3, desk.discard: 1}
        work |= {desk.revert: 1, desk.go_back: 1}
    elif not isinstance(desk, DeskWithoutComments):
        work[desk.decide] = 2
    for _ in range(3):
        for act in desk.random.choices([*work], weights=[*work.values()], k=4):
            act()
        desk.run()
