"""Editors have the last word, whatever happens between the runs."""

import os
import random
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

from search import Change, Index, ReadOptions, RelatedOptions, build, regenerate_archive
from search.archive.decisions import decisions_beside
from search.archive.page.marks import moved
from search.engine.editors import marks_in, why
from search.model.errors import UsageError
from search.model.page_style import PageStyle
from search.model.read_options import DECISIONS
from tests.engine.test_regenerate import items, put
from tests.small_archive import page_of, stories

EVENTS = stories()[3:9]
SEQUENCES = int(os.environ.get("EVENT_SEARCH_SEQUENCES", "2"))
_ITEM = re.compile(r"^\d+\. \[.*\]\((\S+)\)", re.MULTILINE)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return put(tmp_path / "site", {event.id: page_of(event) for event in EVENTS})


def listed(site: Path, event_id: str) -> list[str]:
    return [link for _, _, link, _ in items(site, event_id)]


def edited(site: Path, event_id: str, old: str, new: str) -> None:
    page = site / event_id.lstrip("/")
    text = page.read_text(encoding="utf-8")
    assert old in text
    page.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(site: Path, event_id: str, link: str) -> str:
    lines = (site / event_id.lstrip("/")).read_text(encoding="utf-8").splitlines(keepends=True)
    return next(line for line in lines if f"]({link})" in line)


def decide(site: Path, text: str) -> None:
    (site / DECISIONS).write_text(text, encoding="utf-8")


def with_list(site: Path, least: int = 2) -> str:
    return next(event.id for event in EVENTS if len(listed(site, event.id)) >= least)


def not_listed(site: Path, page: str) -> str:
    return next(e.id for e in EVENTS if e.id != page and e.id not in listed(site, page))


@pytest.mark.parametrize("index_of_next_run", ["i", "new"])
def test_what_is_deleted_and_added_by_hand_stays_so(
    site: Path, tmp_path: Path, index_of_next_run: str
) -> None:
    if index_of_next_run == "new":  # nothing but the pages tells what was there
        decide(site, "")
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    gone, new = listed(site, page)[0], not_listed(site, page)
    title = next(event.title for event in EVENTS if event.id == new)
    edited(site, page, line_of(site, page, gone), f"1. [{title}]({new})\n")
    regenerate_archive(site, tmp_path / index_of_next_run)
    for index in (index_of_next_run, "another"):
        assert gone not in listed(site, page) and new in listed(site, page)
        assert regenerate_archive(site, tmp_path / index).changed == 0
    text = (site / page[1:]).read_text(encoding="utf-8")
    assert f"<!-- event-search: ban {gone} -->" in text
    assert f"<!-- event-search: pin {new} -->" in text
    regenerate_archive(site, tmp_path / "i", fresh=True)
    assert gone not in listed(site, page) and new in listed(site, page)


@pytest.mark.parametrize(
    "form",
    ["1. [By hand]({link})", "- [{title}]({link}) (must read)", "1. **[{title}]({link})**",
     "1. [{title}]({link})\nA remark of the desk.", '- [{title}]({link} "a hint")',
     "- [ ] [{title}](<{link}>)", "- [{title}](https://site.example{link}#part)",
     "- <a href='{link}'>{title}</a>", "- [By hand][x]\n\n[x]: {link}"],
)  # fmt: skip
@pytest.mark.parametrize("decisions", [None, ""])
def test_what_an_editor_wrote_in_other_words_stays_and_is_not_listed_again(
    site: Path, tmp_path: Path, form: str, decisions: str | None
) -> None:
    if decisions is not None:
        decide(site, decisions)
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    link = listed(site, page)[0]
    title = next(event.title for event in EVENTS if event.id == link)
    by_hand = form.format(link=link, title=title)
    edited(site, page, line_of(site, page, link), by_hand + "\n\n")
    for index in ("i", "i", "new"):
        regenerate_archive(site, tmp_path / index)
        text = (site / page[1:]).read_text(encoding="utf-8")
        assert by_hand in text
        assert text.count(link) == 1


def test_a_list_that_nobody_knows_is_kept_and_one_with_our_label_or_title_is_replaced(
    site: Path, tmp_path: Path
) -> None:
    first, other = EVENTS[0], EVENTS[-1]
    kept = (
        f"- [Our own words]({other.id})\n- [From print](/news/1999/01/1/old.md)\n"
        f"- [![thumb](/t.png)]({EVENTS[1].id})\n"
    )
    replaced = (
        "1. [Gone](/news/2001/01/1/gone.md) _Context: gone_\n"
        f"2. [{EVENTS[2].title}]({EVENTS[2].id})\n"
    )
    page = site / first.id[1:]
    with page.open("a", encoding="utf-8") as file:
        file.write(f"\n### Related:\n\n{replaced}\n{kept}")
    regenerate_archive(site, tmp_path / "i", RelatedOptions(min_score=0.99))
    text = page.read_text(encoding="utf-8")
    assert text.endswith(f"### Related:\n\n{kept}")


def test_an_item_without_shared_terms_is_known_by_the_words_that_were_written(
    site: Path, tmp_path: Path
) -> None:
    options = ReadOptions(style=PageStyle(item="{number}. [{title}]({link})"))
    regenerate_archive(site, tmp_path / "i", read_options=options)
    page = with_list(site)
    changed, gone = listed(site, page)[:2]
    title = next(event.title for event in EVENTS if event.id == changed).rstrip(".")
    edited(site, changed, title, f"{title} again")
    (site / gone[1:]).unlink()
    regenerate_archive(site, tmp_path / "i", read_options=options)
    text = (site / page[1:]).read_text(encoding="utf-8")
    assert gone not in text
    assert f"[{title} again" in text
    assert text.count(changed) == 1


def without_section(site: Path, page: str) -> None:
    text = (site / page[1:]).read_text(encoding="utf-8")
    head, heading, _ = text.partition("### Related:\n")
    assert heading
    (site / page[1:]).write_text(head.rstrip("\n") + "\n", encoding="utf-8")


@pytest.mark.parametrize("decisions", [None, ""])
def test_a_section_that_is_deleted_whole_says_nothing_of_its_links(
    site: Path, tmp_path: Path, decisions: str | None
) -> None:
    if decisions is not None:
        decide(site, decisions)
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    before = listed(site, page)
    without_section(site, page)
    regenerate_archive(site, tmp_path / "i")
    assert listed(site, page) == before
    assert "event-search: ban" not in (site / page[1:]).read_text(encoding="utf-8")


def test_each_link_that_is_deleted_below_a_heading_that_stays_is_banned(
    site: Path, tmp_path: Path
) -> None:
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    before = listed(site, page)
    without_section(site, page)  # nobody can tell this from the deletion of all items
    with (site / page[1:]).open("a", encoding="utf-8") as file:
        file.write("\n### Related:\n\nA note of the desk.\n")
    for index in ("i", "new"):
        regenerate_archive(site, tmp_path / index)
        assert not set(before) & set(listed(site, page))
    text = (site / page[1:]).read_text(encoding="utf-8")
    assert all(f"<!-- event-search: ban {link} -->" in text for link in before)
    assert "\nA note of the desk.\n" in text


@pytest.mark.parametrize("is_committed", [True, False])
def test_git_tells_a_fresh_clone_what_was_deleted_by_hand(
    site: Path, tmp_path: Path, is_committed: bool
) -> None:
    def git(*words: str) -> None:
        name = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", "-C", str(site), *name, *words], check=True, capture_output=True)

    regenerate_archive(site, tmp_path / "i")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "Lists")
    page = with_list(site)
    gone = listed(site, page)[0]
    edited(site, page, line_of(site, page, gone), "")
    if is_committed:
        git("commit", "-qam", "Delete a link")
    regenerate_archive(site, tmp_path / "fresh")
    assert gone not in listed(site, page)
    assert f"ban {gone} -->" in (site / page[1:]).read_text(encoding="utf-8")
    pages = [path for path in site.rglob("*.md") if b"event-search:" in path.read_bytes()]
    assert pages == [site / page[1:]]


def test_what_another_machine_wrote_is_not_taken_for_an_editors_work(
    site: Path, tmp_path: Path
) -> None:
    regenerate_archive(site, tmp_path / "mine")
    extra = stories()[9:15]
    put(site, {event.id: page_of(event) for event in extra})
    regenerate_archive(site, tmp_path / "theirs")
    (site / extra[0].id[1:]).unlink()
    regenerate_archive(site, tmp_path / "theirs")
    regenerate_archive(site, tmp_path / "mine")
    assert not [path for path in site.rglob("*.md") if b"event-search" in path.read_bytes()]


def test_an_item_that_is_moved_by_hand_stays_where_it_is(site: Path, tmp_path: Path) -> None:
    decide(site, "")
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    before = listed(site, page)
    first, second = (line_of(site, page, link) for link in before[:2])
    edited(site, page, first + second, second + first)
    for index in ("i", "new"):
        regenerate_archive(site, tmp_path / index, fresh=True)
        assert listed(site, page)[:2] == [before[1], before[0]]


def test_a_page_is_marked_to_have_no_list(site: Path, tmp_path: Path) -> None:
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site)
    edited(site, page, "\n### Source", "\n<!-- event-search: no-list -->\n\n### Source")
    regenerate_archive(site, tmp_path / "i")
    assert listed(site, page) == []
    assert regenerate_archive(site, tmp_path / "i").changed == 0


def test_related_toml_decides_for_the_whole_archive(site: Path, tmp_path: Path) -> None:
    regenerate_archive(site, tmp_path / "i")
    page = with_list(site, 3)
    one, two, three = listed(site, page)[:3]
    pinned = next((e.id for e in EVENTS if e.id not in (page, one, two, three)), three)
    decide(site, f'exclude = ["{one}"]\nban_both = [["{page}", "{two}"]]\n')
    regenerate_archive(site, tmp_path / "i")
    assert two not in listed(site, page) and page not in listed(site, two)
    assert all(one not in listed(site, event.id) for event in EVENTS)
    decide(site, f'[pin]\n"{page}" = ["{pinned}"]\n[ban]\n"{page}" = ["{one}"]\n')
    regenerate_archive(site, tmp_path / "i")
    assert pinned in listed(site, page) and one not in listed(site, page)
    decide(site, f'same_story = [["{two}", "{three}"]]\n')
    regenerate_archive(site, tmp_path / "i", fresh=True)
    assert all(len({two, three} & set(listed(site, event.id))) < 2 for event in EVENTS)
    assert regenerate_archive(site, tmp_path / "new").changed == 0


def test_what_is_no_term_is_no_reason(site: Path, tmp_path: Path) -> None:
    regenerate_archive(site, tmp_path / "i")
    named = [(e.id, line) for e in EVENTS for *_, line in items(site, e.id) if "Norland" in line]
    assert named
    decide(site, 'not_a_term = ["norland"]\n')
    regenerate_archive(site, tmp_path / "i")
    assert not any("Norland" in context for e in EVENTS for *_, context in items(site, e.id))
    assert regenerate_archive(site, tmp_path / "i").changed == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("banned = 1", "'banned' means nothing; write 'ban'"),
        ("exclude = [1]", "'exclude' must be a list of names"),
        ('same_story = [["/a.md"]]', "'same_story' must be a list of 2 or more names"),
        ("pin = []", "'pin' must be a table"),
        ('[ban]\n"/a.md" = "/b.md"', "'ban./a.md' must be a list of names"),
        ("exclude = [", "correct it, or remove it"),
    ],
)
def test_a_wrong_related_toml_is_refused_by_name(site: Path, text: str, message: str) -> None:
    decide(site, text)
    with pytest.raises(UsageError, match=re.escape(message)) as error:
        decisions_beside(site)
    assert str(site / DECISIONS) in str(error.value)


def test_marks_without_effect_are_listed_with_the_reason(site: Path, tmp_path: Path) -> None:
    page, other = EVENTS[0].id, EVENTS[1].id
    marks = f"<!-- event-search: pin {other} -->\n<!-- event-search: ban {other} -->\n"
    edited(site, page, "\n### Source", f"\n{marks}\n### Source")
    decide(site, f'exclude = ["/none.md"]\n[pin]\n"{page}" = ["{other}"]\n')
    build([site], tmp_path / "i")
    with Index.open(tmp_path / "i") as index:
        found = [(mark.text.split()[0], mark.line, mark.note) for mark in marks_in(site, index)]
    assert [(verb, bool(note)) for verb, _, note in found] == [
        ("pin", True),
        ("ban", False),
        ("exclude", True),
        ("pin", True),
    ]
    assert [line for _, line, _ in found][2:] == [1, 3]


def test_the_fewest_values_have_moved() -> None:
    assert moved("abcd", "abcd") == set()
    assert moved("abcd", "dabc") == {"d"}
    assert moved("abcd", "acbd") in ({"b"}, {"c"})
    assert moved("abc", "xcy") == set()


class Desk:
    """A site on which an editor and runs take turns, and what has to hold of it."""

    def __init__(self, site: Path, place: Path, seed: int) -> None:
        self.site = site
        self.place = place
        self.random = random.Random(seed)
        self.wanted: dict[tuple[str, str], bool] = {}
        self.toml: dict[str, list[str]] = {"exclude": [], "ban_both": []}
        self.marks: set[tuple[str, str]] = set()
        self.by_hand: dict[tuple[str, str], bool] = {}  # since the last run
        self.runs = 0
        self.checked = 0
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

    def delete_link(self) -> None:
        page = self.random.choice(self.ids())
        if found := sorted(set(listed(self.site, page)) & set(self.ids())):
            other = self.random.choice(found)
            edited(self.site, page, line_of(self.site, page, other), "")
            self.hand(page, other, is_in=False)

    def hand(self, page: str, other: str, *, is_in: bool) -> None:
        """What is added and deleted between two runs was never there; none of it is known."""
        if self.by_hand.pop((page, other), is_in) != is_in:
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
        self.runs += self.random.random() < 0.3  # else with the index of the last run
        index = self.place / f"index-{self.runs}"
        fresh = self.random.random() < 0.3
        regenerate_archive(self.site, index, fresh=fresh)
        self.check(index)
        self.by_hand.clear()
        again: list[Change] = []
        regenerate_archive(self.site, index, fresh=fresh, on_change=again.append)
        assert not again

    def check(self, directory: Path) -> None:
        ids = set(self.ids())
        for page, text in self.marks:
            assert text in (self.site / page[1:]).read_text(encoding="utf-8")
        for page in ids:
            links = _ITEM.findall((self.site / page[1:]).read_text(encoding="utf-8"))
            assert {unquote(link) for link in links if link.startswith("/")} <= ids
        with Index.open(directory) as index:
            for (page, other), is_in in self.wanted.items():
                assert (other in listed(self.site, page)) == is_in, (page, other)
                assert why(index, page, other, RelatedOptions()).marks, (page, other)
                self.checked += 1


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_random_work_of_editors_is_never_undone(site: Path, tmp_path: Path, seed: int) -> None:
    desk = Desk(site, tmp_path, seed)
    desk.run()
    work = [desk.mark, desk.delete_link, desk.add_link, desk.decide, desk.rename, desk.delete_page]
    for _ in range(3):
        for act in desk.random.choices(work, weights=[3, 4, 4, 2, 1, 1], k=4):
            act()
        desk.run()
    assert desk.checked
