"""The main job: the Related section of every page made anew, and nothing else touched."""

import json
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import (
    Change,
    Event,
    Index,
    RelatedOptions,
    Run,
    Skipped,
    build,
    regenerate_archive,
)
from search.engine import parallel_lists as lists
from search.engine import regenerate as batch
from search.model.event import parse_day
from tests.site_pages import bytes_of, items, put
from tests.small_archive import page_of, stories

RELATED = "### Related:\n\n1. [An old item.](/news/old.md) _Context: Old_\n"


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


def test_pages_without_a_list_are_new_while_few_pages_have_one(site: Path, index: Path) -> None:
    old = next(path for path in sorted(site.rglob("*.md")))
    old.write_text(old.read_text(encoding="utf-8") + f"\n{RELATED}", encoding="utf-8")
    regenerate_archive(site, index)
    with Index.open(index) as opened:
        for event_id in opened.ids():
            if not str(old).endswith(event_id):
                links = [hit.event.link for hit in opened.related(event_id)]
                assert [link for _, _, link, _ in items(site, event_id)] == links


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


@pytest.mark.parametrize("heading", ["Пов'язані", "Powiązane", "관련", "ذات صلة", "Related"])
def test_a_page_that_only_has_lines_of_an_editor_is_told(
    tmp_path: Path, index: Path, heading: str
) -> None:
    page = (
        "### [2022-0{0}-01](/2022/0{0}/1/index.md)\n\n# The bridge of Norland {1}\n\n### Source:\n"
    )
    old = page.format(1, "closes")
    new = f"{page.format(2, 'opens')}\n### {heading}:\n\n1. [x](/2022/01/1/old.md)\n"
    site = put(tmp_path / "bridges", {"/2022/01/1/old.md": old, "/2022/02/1/new.md": new})
    skipped = list[Skipped]()
    regenerate_archive(site, index, RelatedOptions(min_score=0.0), on_skip=skipped.append)
    assert (site / "2022/02/1/new.md").read_text(encoding="utf-8") == new
    assert ["delete them" in each.reason for each in skipped] == [True]


@pytest.mark.parametrize(
    ("mark", "min_score"), [("<!-- event-search: no-list -->\n", 0.0), ("", 0.9999)]
)
def test_a_page_that_gets_no_list_in_any_case_may_have_lines_of_an_editor(
    tmp_path: Path, index: Path, mark: str, min_score: float
) -> None:
    page = "### [2022-0{0}-01](/2022/0{0}/1/index.md)\n\n# A bridge {1}\n\n### Source:\n"
    new = f"{page.format(2, 'opens')}\n### Related:\n\n1. [x](/2022/01/1/old.md)\n{mark}"
    pages = {"/2022/01/1/old.md": page.format(1, "closes"), "/2022/02/1/new.md": new}
    site = put(tmp_path / "bridges", pages)
    skipped = list[Skipped]()
    regenerate_archive(site, index, RelatedOptions(min_score=min_score), on_skip=skipped.append)
    assert (site / "2022/02/1/new.md").read_text(encoding="utf-8") == new
    assert skipped == []
