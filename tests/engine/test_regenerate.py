"""The main job: the Related section of every page made anew, and nothing else touched."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import (
    ArchiveError,
    Change,
    Event,
    Index,
    PageUnwritable,
    RelatedOptions,
    Run,
    Skipped,
    build,
    regenerate_archive,
)
from search.engine import parallel_lists as lists
from search.engine import regenerate as batch
from search.engine.indexed_archives import sources
from search.model.event import parse_day
from tests.conftest import ROOT
from tests.small_archive import odd, page_of, stories

ITEM = re.compile(r"^(\d+)\. \[(.*)\]\((\S+)\)(?: _Context: (.*)_)?$", re.MULTILINE)
RELATED = "### Related:\n\n1. [An old item.](/news/old.md) _Context: Old_\n"


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


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return put(tmp_path / "site", {event.id: page_of(event) for event in [*stories(), *odd()]})


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def items(root: Path, event_id: str) -> list[tuple[str, str, str, str]]:
    """Number, title, link and context of each item of a page's list."""
    page = (root / event_id.lstrip("/")).read_bytes().decode()
    found = ITEM.findall(page.partition("### Related:")[2])
    return [(number, title, unquote(link), context) for number, title, link, context in found]


def test_every_page_gets_the_list_that_the_index_gives(site: Path, index: Path) -> None:
    run = regenerate_archive(site, index)
    with Index.open(index) as opened:
        alone = 0
        for event_id in opened.ids():
            hits = opened.related(event_id)
            alone += not hits
            assert items(site, event_id) == [
                (str(number), hit.event.title, hit.event.link, ", ".join(hit.context))
                for number, hit in enumerate(hits, start=1)
            ]
        assert run == Run(len(opened), len(opened) - alone, alone, 0, written=True)
    assert alone


def test_options_shape_the_lists(site: Path, index: Path) -> None:
    options = RelatedOptions(limit=2, order="context", min_score=0.5)
    regenerate_archive(site, index, options)
    with Index.open(index) as opened:
        for event_id in opened.ids():
            links = [link for _, _, link, _ in items(site, event_id)]
            assert links == [hit.event.link for hit in opened.related(event_id, options)]
            assert len(links) <= 2


def test_a_second_run_changes_nothing(site: Path, index: Path) -> None:
    first = regenerate_archive(site, index)
    after = bytes_of(site)
    stamps = {path: path.stat().st_mtime_ns for path in site.rglob("*.md")}
    second = regenerate_archive(site, index)
    assert (first.changed > 0, second.changed) == (True, 0)
    assert bytes_of(site) == after
    assert stamps == {path: path.stat().st_mtime_ns for path in site.rglob("*.md")}


def test_a_run_that_writes_nothing_says_what_a_run_that_writes_does(
    site: Path, index: Path
) -> None:
    before = bytes_of(site)
    told: list[Change] = []
    dry = regenerate_archive(site, index, write=False, on_change=told.append)
    assert bytes_of(site) == before
    done: list[Change] = []
    wet = regenerate_archive(site, index, on_change=done.append)
    assert sorted(told, key=str) == sorted(done, key=str)
    assert (dry.pages, dry.changed, dry.unrelated) == (wet.pages, wet.changed, wet.unrelated)
    assert (dry.written, wet.written) == (False, True)
    assert "to change" in dry.sentence() and "changed" in wet.sentence()
    assert {change.path.relative_to(site).as_posix(): change.after for change in done} == {
        name: page for name, page in bytes_of(site).items() if page != before[name]
    }


def test_pages_are_told_in_one_order(site: Path, index: Path) -> None:
    told: list[Change] = []
    for _ in range(2):
        regenerate_archive(site, index, write=False, on_change=told.append)
    paths = [change.path for change in told]
    half = len(paths) // 2
    assert paths[:half] == paths[half:] == sorted(paths[:half])


def test_many_pages_are_counted_while_they_are_compared(tmp_path: Path, index: Path) -> None:
    head = "### [2014-11-12](/news/2014/11/12/index.md)\n\n"
    pages = {
        f"news/2014/11/12/{number}.md": f"{head}# Flood number {number} in the valley\n"
        for number in range(120)
    }
    site = put(tmp_path / "site", pages)
    put(site, {"lines.jsonl": '{"id": "x", "date": "2014-11-12", "title": "A line is no page"}\n'})
    told: list[tuple[str, int, int | None]] = []

    def progress(stage: str, done: int, total: int | None) -> None:
        if stage == "regenerating":
            told.append((stage, done, total))

    run = regenerate_archive(site, index, on_progress=progress)
    assert run.pages == 120
    assert told == [("regenerating", 50, 121), ("regenerating", 100, 121)]


def test_a_page_of_two_archives_is_counted_and_written_once(tmp_path: Path, index: Path) -> None:
    """One archive that goes by two names, of which one is a link to the other."""
    site = put(tmp_path / "site", {event.id: page_of(event) for event in stories()[:8]})
    (tmp_path / "alias").symlink_to(site)
    build([site, tmp_path / "alias"], index)
    run = regenerate_archive(site, index)
    assert (run.pages, run.refused) == (8, 0)
    assert run.changed + run.unrelated == 8
    assert regenerate_archive(site, index).changed == 0


# What is not ours


SHAPES = {
    "as the seed": "{head}\n### Related:\n\n{old}{tail}",
    "no section": "{head}{tail}",
    "no last newline": "{head}\n### Related:\n\n1. [Old](/old.md) _Context: Old_",
    "trailing blanks": "{head}   \n\t\n### Related:  \n\n{old}\n   \n{tail}",
    "a part that follows": "{head}\n### Related:\n\n{old}\n### Notes:\n\n1. [Kept](/kept.md)  \n",
    "an editor's words": "{head}\n### Related:\n\nSee also our map.\n\n{old}\n{tail}",
    "emphasis and code": "{head}\n`### Related:`\n\n```\n### Related:\n1. [Kept](/k.md)\n```\n",
}
OLD = "1. [Old](/old.md) _Context: Old_\n2. [Older](/older.md) _Context: old_\n"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "BOM"])
def test_every_byte_outside_the_list_stays(
    tmp_path: Path, index: Path, shape: str, newline: str, mark: str
) -> None:
    text = SHAPES[shape].format(head=page_of(stories()[5]), old=OLD, tail="\nThe end. \n")
    before = (mark + text).replace("\n", newline).encode()
    others = {event.id: page_of(event) for event in stories()[6:8]}
    site = put(tmp_path / "site", {stories()[5].id: before, **others})
    regenerate_archive(site, index)
    after = (site / stories()[5].id.lstrip("/")).read_bytes()
    assert after.count(b"(/news/2014/07/1") == 2

    def rest(page: bytes) -> list[bytes]:
        ours = re.compile(rb"\d+\. \[(?!Kept).*\]\(|### Related: *$")
        return [line for line in page.split(newline.encode()) if line and not ours.match(line)]

    assert rest(after) == rest(before)
    assert after.count(b"\r\n") == (after.count(b"\n") if newline == "\r\n" else 0)
    assert after.endswith(b"\n") == before.endswith(b"\n")
    assert b"(/old" not in after
    once = bytes_of(site)
    assert regenerate_archive(site, index).changed == 0
    assert bytes_of(site) == once


def test_labels_are_the_pages_own(tmp_path: Path, index: Path) -> None:
    page = "### [2016-02-6](/zh/news/2016/02/6/index.md)\n\n# {0}\n\n### 信息来源：\n\n1. 报纸\n"
    site = put(
        tmp_path,
        {
            "site/news/2016/02/6/a.md": page.format("北京发生强烈地震，数百人受伤"),
            "site/news/2016/02/6/b.md": page.format("北京地震后救援人员寻找幸存者"),
        },
    )
    regenerate_archive(site / "site", index)
    after = (site / "site/news/2016/02/6/a.md").read_text(encoding="utf-8")
    heading, item = after.splitlines()[-3::2]
    assert heading.startswith("### 有关")
    assert "地震" in item.rpartition("_消息: ")[2]
    assert regenerate_archive(site / "site", index).changed == 0


def test_a_list_that_lost_its_reason_goes_with_its_heading(site: Path, index: Path) -> None:
    chess = "news/2016/09/09/a-chess-player-of-eleven.md"
    before = (site / chess).read_bytes()
    (site / chess).write_bytes(before + RELATED.encode())
    regenerate_archive(site, index)
    assert (site / chess).read_bytes().rstrip() == before.rstrip()
    assert b"Related" not in (site / chess).read_bytes()


def test_the_page_of_a_removed_event_is_linked_no_more(site: Path, index: Path) -> None:
    regenerate_archive(site, index)
    gone = "/news/2015/02/14/the-european-space-agency-lands.md"
    linked = [name for name, page in bytes_of(site).items() if gone.encode() in page]
    assert len(linked) == 3
    (site / gone.lstrip("/")).unlink()
    regenerate_archive(site, index)
    assert not [name for name, page in bytes_of(site).items() if gone.encode() in page]
    assert regenerate_archive(site, index).changed == 0


def test_a_damaged_index_is_replaced_and_the_run_says_why(site: Path, index: Path) -> None:
    regenerate_archive(site, index)
    (index / "CURRENT").write_bytes(b"damaged")
    run = regenerate_archive(site, index)
    assert run.replaced
    assert run.sentence().endswith(f"; the old index was replaced: {run.replaced}")


def test_an_index_that_can_be_used_is_not_replaced(site: Path, index: Path) -> None:
    assert not regenerate_archive(site, index).replaced  # there was none
    assert not regenerate_archive(site, index).replaced


@pytest.mark.parametrize("name", ["FILE_CACHE", "PAGES"])
@pytest.mark.parametrize("number", [10**30, -(10**30), 2**63, 1e308])
def test_numbers_beyond_an_array_in_a_hint_cost_only_the_hint(
    site: Path, index: Path, name: str, number: float
) -> None:
    regenerate_archive(site, index)
    line, _, body = (index / name).read_bytes()[65:].partition(b"\n")
    for key in ("files", "records", "taken", "format"):
        head = json.dumps({**json.loads(line), key: number}).encode()
        data = head + b"\n" + body
        digest = blake2b(data, digest_size=32).hexdigest().encode() + b"\n"
        (index / name).write_bytes(digest + data)
        assert regenerate_archive(site, index).changed == 0


def test_files_that_are_no_pages_are_reported_once_and_left(site: Path, index: Path) -> None:
    put(site, {"notes.md": "Only notes.\n", "news/2014/03/03/index.md": "# 2014-03-03\n\n1. x\n"})
    (site / "binary.md").write_bytes(bytes(range(256)))
    before = bytes_of(site)
    skipped: list[Skipped] = []
    regenerate_archive(site, index, on_skip=skipped.append)
    assert sorted(Path(each.path).name for each in skipped) == ["binary.md", "notes.md"]
    for name in ("notes.md", "binary.md", "news/2014/03/03/index.md"):
        assert bytes_of(site)[name] == before[name]


def test_a_page_that_cannot_be_written_costs_only_itself(site: Path, index: Path) -> None:
    name = stories()[0].id.lstrip("/")
    page = site / name
    before = bytes_of(site)
    page.chmod(0o444)
    refusals: list[PageUnwritable] = []
    run = regenerate_archive(site, index, on_refusal=refusals.append)
    assert (run.refused, len(refusals)) == (1, 1)
    assert name in str(refusals[0])
    assert "1 could not be written" in run.sentence()
    after = bytes_of(site)
    assert after[name] == before[name]
    assert sum(after[name] != before[name] for name in before) == run.changed > 15
    page.chmod(0o644)
    again = regenerate_archive(site, index)
    assert (again.changed, again.refused) == (1, 0)


def test_no_page_outside_of_the_archive_is_written(site: Path, index: Path, tmp_path: Path) -> None:
    outside = put(tmp_path / "outside", {"x.md": page_of(stories()[0])})
    (site / "news" / "linked.md").symlink_to(outside / "x.md")
    (site / "linked").symlink_to(outside, target_is_directory=True)
    before = bytes_of(outside)
    regenerate_archive(site, index)
    assert bytes_of(outside) == before


def test_an_archive_without_events_is_refused_and_nothing_is_lost(
    tmp_path: Path, site: Path, index: Path
) -> None:
    regenerate_archive(site, index)
    before = bytes_of(site)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArchiveError):
        regenerate_archive(tmp_path / "empty", index)
    assert bytes_of(site) == before
    with Index.open(index) as opened:
        assert len(opened) == len(before)


# Which archive


@pytest.mark.parametrize("part", ["news", "news/2014", "news/2014/07/10"])
def test_a_part_of_the_indexed_archive_keeps_the_index_whole(
    site: Path, index: Path, part: str
) -> None:
    build([site], index)
    skipped: list[Skipped] = []
    run = regenerate_archive(site / part, index, on_skip=skipped.append)
    assert skipped == []
    assert run.pages == len(list((site / part).rglob("*.md")))
    with Index.open(index) as opened:
        assert len(opened) == len(bytes_of(site))
    assert sources(index) == (str(site.resolve()),)
    changed = {name for name, page in bytes_of(site).items() if b"### Related" in page}
    assert changed and all(name.startswith(part) for name in changed)
    whole = regenerate_archive(site, index)
    assert whole.changed == sum(b"### Related" in p for p in bytes_of(site).values()) - len(changed)


@pytest.mark.parametrize("part", ["pages", "pages/3.md"])
def test_a_part_keeps_the_ids_of_the_whole_where_no_path_tells_them(
    tmp_path: Path, index: Path, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The names below the part alone are those of other pages of the archive."""
    pages = {f"pages/{number}.md": page_of(event) for number, event in enumerate(stories())}
    others = {f"{number}.md": page_of(event) for number, event in enumerate(reversed(stories()))}
    site = put(tmp_path / "site", {**pages, **others})
    build([site], index)
    monkeypatch.chdir(tmp_path)
    told: list[Change] = []
    skipped: list[Skipped] = []
    run = regenerate_archive(
        Path("site", part), index, on_change=told.append, on_skip=skipped.append
    )
    assert skipped == []
    assert run.pages == (1 if part.endswith(".md") else len(pages))
    assert told and all(change.path.is_relative_to(Path("site", part)) for change in told)
    with Index.open(index) as opened:
        for change in told:
            event_id = f"/{change.path.relative_to('site').as_posix()}"
            hits = opened.related(event_id)
            assert [link for _, _, link, _ in items(site, event_id)] == [h.event.id for h in hits]


def test_another_archive_gets_an_index_of_its_own(site: Path, index: Path, tmp_path: Path) -> None:
    build([site], index)
    other = put(tmp_path / "other", {event.id: page_of(event) for event in stories()[8:12]})
    assert regenerate_archive(other, index).pages == 4
    with Index.open(index) as opened:
        assert len(opened) == 4


def test_an_archive_indexed_with_others_relates_to_them(
    site: Path, index: Path, tmp_path: Path
) -> None:
    other = put(tmp_path / "other", {event.id: page_of(event) for event in stories()[8:10]})
    for event in stories()[8:10]:
        (site / event.id.lstrip("/")).unlink()
    build([site, other], index)
    assert regenerate_archive(other, index).pages == 2
    linked = {link for event in stories()[8:10] for _, _, link, _ in items(other, event.id)}
    assert stories()[10].id in linked


def test_relative_and_absolute_paths_mean_the_same(
    site: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    regenerate_archive(site, index)
    monkeypatch.chdir(site.parent)
    assert regenerate_archive("site", index).changed == 0
    monkeypatch.chdir(site)
    assert regenerate_archive(".", index).changed == 0
    with Index.open(index) as opened:
        assert opened.generation == 1


# Processes, chance, and the format's own page


def test_several_processes_write_the_same(
    site: Path, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = put(tmp_path / "twin", bytes_of(site))
    regenerate_archive(site, index)
    monkeypatch.setattr(lists, "_WORTH_STARTING", 2)
    monkeypatch.setattr(lists, "_CHUNK", 4)
    run = regenerate_archive(twin, tmp_path / "twin-index", processes=2)
    assert run.changed > 15
    assert bytes_of(twin) == bytes_of(site)


WORDS = ["storm", "Port Selva", "Norland", "fire", "the", "Ana Ruiz", "vote", "北京", "7", "_*_"]


@st.composite
def archives(draw: st.DrawFn) -> dict[str, str]:
    """Small archives of pages, some with a list already."""
    pages = {}
    for number in range(draw(st.integers(1, 6))):
        title = " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5)))
        day = draw(st.integers(1, 28))
        event = Event("page", parse_day(f"2015-03-{day}"), title, sources=("Selva Post",))
        related = draw(st.sampled_from(["", RELATED, "### Related:\n", RELATED + "\nMore.\n"]))
        pages[f"/news/2015/03/{day}/{number}.md"] = page_of(event, related)
    return pages


@given(pages=archives(), limit=st.sampled_from([1, 10]), least=st.sampled_from([None, 0.0]))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_twice_is_once(pages: dict[str, str], limit: int, least: float | None) -> None:
    options = RelatedOptions(limit=limit, min_score=least)
    with TemporaryDirectory() as place:
        site = put(Path(place) / "site", pages)
        first = regenerate_archive(site, Path(place) / "index", options)
        once = bytes_of(site)
        second = regenerate_archive(site, Path(place) / "index", options)
        assert (first.pages, second.pages) == (len(pages), len(pages))
        assert second.changed == 0
        assert bytes_of(site) == once


SEED_ITEM = re.compile(r"^\d+\. \[(.*)\]\((/\S+/(\d+)/(\d+)/(\d+)/\S+\.md)\)", re.MULTILINE)


def seed_tree(root: Path, seed: str) -> str:
    """Put a page of the seed's format into a tree with the pages that it names; return its id."""
    found = re.search(r"\[\S+\]\((/\S+/)index\.md\)", seed)
    assert found
    own = f"{found[1]}own.md"
    pages = {own: seed}
    for title, link, year, month, day in SEED_ITEM.findall(seed):
        line = f"### [{year}-{month}-{day}](/news/{year}/{month}/{day}/index.md)"
        pages[link] = f"{line}\n\n# {title}\n\n\n\n### Source:\n\n1. A newspaper\n"
    put(root, pages)
    return own


def assert_seed_is_made_anew(root: Path, index: Path, seed: str) -> None:
    own = seed_tree(root, seed)
    named = {link for _, link, *_ in SEED_ITEM.findall(seed)}
    assert len(named) == 10
    regenerate_archive(root, index)
    after = (root / own.lstrip("/")).read_bytes().decode()
    head = seed.index("### Related:")
    assert after[:head] == seed[:head]
    body = after[head:]
    listed = items(root, own)
    assert body.startswith("### Related:\n\n1. ")
    assert len(body.rstrip("\n").split("\n")) == 2 + len(listed)
    assert after.endswith("\n") == seed.endswith("\n")
    assert {link for _, _, link, _ in listed} <= named
    for _, title, _, context in listed[:3]:
        assert "Twitter" in title
        assert "Twitter" in context.split(", ")
    with Index.open(index) as opened:
        everything = opened.related(own, RelatedOptions(min_score=0, limit=100))
        assert ["Twitter" in hit.event.title for hit in everything] == [True] * 3 + [False] * (
            len(everything) - 3
        )
    assert regenerate_archive(root, index).changed == 0


def test_a_page_like_the_seed_gets_its_twitter_stories_first(tmp_path: Path, index: Path) -> None:
    """A page of our own words in the seed's form: its list is not in order of relevance."""
    related = [
        ("2017/09/5", "The army of Norland lifts the siege of Port Selva by the Northern Front."),
        ("2017/09/4", "Troops come within sight of Port Selva, besieged by the Northern Front."),
        ("2015/01/12", "Northern Front hackers take over the Twitter feed of the navy of Norland."),
        (
            "2017/09/2",
            "A bomb hits a power station in Karsk; the Northern Front claims the attack.",
        ),
        ("2016/08/18", "Twitter says that it closed 90,000 more accounts linked to extremists."),
        ("2017/08/30", "Planes destroy a road before a convoy of the Northern Front near Karsk."),
        ("2017/08/28", "Fighters of the Northern Front leave the hills of Osel with families."),
        ("2016/06/15", "A widow sues Twitter for the help it gave to the Northern Front."),
        ("2017/08/27", "The army of Norland is in control of Karsk after eight days of fighting."),
        ("2017/08/20", "Troops and volunteers set out to take Karsk from the Northern Front."),
    ]
    listed = "".join(
        f"{number}. [{title} ](/news/{day}/page-{number}.md) _Context: Northern Front_\n"
        for number, (day, title) in enumerate(related, start=1)
    )
    seed = (
        "### [2016-02-6](/news/2016/02/6/index.md)\n\n"
        "# Twitter says that it closed 40,000 accounts linked to the Northern Front. \n\n"
        "The accounts had praised extremists, says the company. \n\n\n"
        "### Source:\n\n1. [The Selva Post](http://example.org/a)\n\n"
        f"### Related:\n\n{listed}"
    )
    assert_seed_is_made_anew(tmp_path / "site", index, seed)


def seeds() -> Iterator[Path]:
    directory = Path(os.environ.get("EVENT_SEARCH_SEED", ROOT.parent / "shared" / "seed"))
    if directory.is_dir():
        yield from sorted(path for path in directory.iterdir() if path.is_file())


def test_the_seed_page_itself_gets_its_twitter_stories_first(tmp_path: Path, index: Path) -> None:
    pages = list(seeds())
    if not pages:
        pytest.skip("the seed page is not here; EVENT_SEARCH_SEED names its directory")
    assert_seed_is_made_anew(tmp_path / "site", index, pages[0].read_bytes().decode())


def test_what_pages_show_of_a_list_has_no_explanation_and_of_an_unknown_event_nothing(
    site: Path, index: Path
) -> None:
    build([site], index)
    event_id = stories()[3].id
    with Index.open(index) as opened:
        asked = ["/none.md", event_id]
        (unknown, none), (known, printed) = lists.made_of_lists(
            opened, asked, RelatedOptions(), batch._as_printed
        )
        hits = opened.related(event_id)
    assert (unknown, none, known) == ("/none.md", None, event_id)
    assert printed is not None and hits
    assert [(hit.event, hit.score, hit.context) for hit in printed] == [
        (hit.event, hit.score, hit.context) for hit in hits
    ]
    assert not any(hit.explanation.contributions for hit in printed)
