"""What a run does is told in numbers, as JSON, and on a page that runs nothing."""

import json
from pathlib import Path

import lxml.html
import pytest
from click.testing import CliRunner

from search import Change, Run
from search.cli import commands
from search.publish.run_report import RunReport
from tests.site_pages import items, put
from tests.small_archive import page_of, stories

EVENTS = stories()[3:9]
HEAD = "### [2015-01-05](/news/2015/01/5/index.md)\n\n# A title.\n\n### Related:\n\n"
EVIL = "<script>alert(1)</script>"


def change(name: str, before: str, after: str, *reasons: str) -> Change:
    old, new = (f"{HEAD}{items}".encode() for items in (before, after))
    return Change(Path(name), Path(), old, new, reasons=reasons)


def item(number: int, name: str, title: str = "T") -> str:
    return f"{number}. [{title}](/news/2015/01/1/{name}.md) _Context: C_\n"


@pytest.fixture
def report() -> RunReport:
    report = RunReport()
    report.add(change("a.md", item(1, "x"), item(1, "x") + item(2, "y"), "new: T (0.9)"))
    evil = item(1, "x", EVIL.replace("<", "\\<")) + item(2, "y")
    report.add(change(f"b{EVIL}.md", evil, item(1, "y"), f"gone: {EVIL}", "order: T"))
    both = item(1, "x") + item(2, "y"), item(1, "y") + item(2, "x")
    report.add(change("c.md", *both, "order: T comes earlier"))
    return report


def test_links_are_counted(report: RunReport) -> None:
    assert report.links() == {"new": 1, "lost": 1, "moved": 1, "kept": 4}
    assert report.sentence() == "links of changed pages: 1 new, 1 lost, 1 moved, 4 kept"


def test_the_page_has_the_worst_first_and_runs_nothing(report: RunReport, tmp_path: Path) -> None:
    report.write(tmp_path / "report.html", Run(5, 3, 0, 0, written=False).sentence())
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in text and "default-src 'none'" in text
    page = lxml.html.fromstring(text)
    assert [each.text_content() for each in page.iter("h3")] == [f"b{EVIL}.md", "a.md", "c.md"]
    assert [each.text_content() for each in page.iter("h2")] == [
        "gone: 1 pages",
        "new: 1 pages",
        "order: 2 pages",
    ]
    assert [each.get("class") for each in page.iter("li") if each.get("class")] == [
        "lost",
        "new",
        "moved",
    ]
    assert not page.xpath("//@src | //@href[not(starts-with(., '#'))]")


def test_a_run_is_told_as_json(tmp_path: Path) -> None:
    site = put(tmp_path / "site", {event.id: page_of(event) for event in EVENTS})
    given = ["regenerate", str(site), "--index", str(tmp_path / "i"), "--dry-run", "--json"]
    ran = CliRunner().invoke(commands, [*given, "--report", str(tmp_path / "r.html")])
    plain = json.loads(ran.stdout)
    assert plain["pages"] == len(EVENTS) and not plain["written"]
    assert plain["links"]["new"] == sum(len(page["new"]) for page in plain["changes"]) > 0
    assert (tmp_path / "r.html").is_file()
    assert not any(items(site, event.id) for event in EVENTS)


def test_only_pages_without_a_list_are_filled(tmp_path: Path) -> None:
    theirs = f"### Related:\n\n1. [{EVENTS[0].title}]({EVENTS[0].id})\n"
    pages = {event.id: page_of(event) for event in EVENTS}
    pages[EVENTS[5].id] = page_of(EVENTS[5], theirs)
    site = put(tmp_path / "site", pages)
    given = ["regenerate", str(site), "--index", str(tmp_path / "i")]
    CliRunner().invoke(commands, [*given, "--only-missing"])
    assert theirs in (site / EVENTS[5].id[1:]).read_text(encoding="utf-8")
    assert sum(bool(items(site, event.id)) for event in EVENTS) > 2
    adopted = CliRunner().invoke(commands, given)
    assert "new" in adopted.stderr and "kept" in adopted.stderr
    assert theirs not in (site / EVENTS[5].id[1:]).read_text(encoding="utf-8")
