"""Pages in the forms in which people have them: scripts, HTML, fields beside and in the text."""

import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from search import read
from search.archive import Skipped, scan_archives
from search.archive.formats.html import html_fields
from tests.archive.test_kinds import EVENTS, each, whole
from tests.archive.test_newcomers import reasons

ARTICLE = (
    "<!DOCTYPE html><html><head><title><t> | Site</title>{}</head><body><nav>Home</nav>"
    "<article><header><h1><t></h1>{}</header><p><b></p></article><footer>Rights</footer></body>"
)
MDX = (
    "import { Figure } from '@/a'\n\nexport const article = {\n  date: '<d>',\n"
    "  title: '<t>',\n}\n\nexport const metadata = {\n  title: article.title,\n}\n\n"
    "export default (props) => <Layout {...props} />\n\n<b>\n"
)
BEAR = {
    "type": "net.daringfireball.markdown", "version": 2,
    "net.shinyfrog.bear": {"creationDate": "<d>T10:00:00Z", "modificationDate": "2020-01-01"},
}  # fmt: skip
TABLE = "| Feld | Wert |\n|---|---|\n| Datum | <d> |\n| Dauer | 45 min |\n"


def both(*parts: Callable[[Path], None]) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        for part in parts:
            part(root)

    return write


def notion(root: Path) -> None:
    page = f"Log 1a/<t> {'0a1b' * 7}0a1<n>.md"
    each(page, "# <t>\n\nDate: <long>\nTags: dams, rain\n\n<b>\n")(root)
    whole("Log 1a.csv", "Name,Date,Tags\n", '<t>,"<long>",dams\n')(root)


KINDS: dict[str, Callable[[Path], None]] = {
    "MDX with a script": each("app/<s>/page.mdx", MDX),
    "HTML, time": each("<s>.html", ARTICLE.format("", "<time datetime='<d>'>x</time>")),
    "HTML, meta": each(
        "<s>.html", ARTICLE.format("<meta property=article:published_time content=<d>>", "")
    ),
    "HTML, JSON-LD": each(
        "<s>.html",
        ARTICLE.format('<script type="application/ld+json">{"datePublished": "<d>"}</script>', ""),
    ),
    "HTML, the day in its name": each("<d>-<s>.html", ARTICLE.format("", "")),
    "Nikola, in two files": both(
        each("<s>.md", "<b>\n"), each("<s>.meta", ".. title: <t>\n.. date: <d> 10:00:00 UTC\n")
    ),
    "TextBundle": both(
        each("<t>.textbundle/text.md", "# <t>\n\n<b>\n"),
        each("<t>.textbundle/info.json", json.dumps(BEAR)),
    ),
    "Notion": notion,
    "blogdown": each("<d>-<s>/index.en.Rmarkdown", "---\ntitle: <t>\ndate: '<d>'\n---\n<b>\n"),
    "German": each("<s>.md", "# <t>\n\n*Veröffentlicht am <d> von Ida*\n\n<b>\n"),
    "German front matter": each("<s>.md", '---\ntitel: "<t>"\ndatum: <d>\n---\n\n<b>\n'),
    "German table": each("<s>.md", f"# <t>\n\n{TABLE}\n<b>\n"),
    "French": each("<s>.md", "# <t>\n\n**Publié le :** <d>\n\n<b>\n"),
    "an incident a folder": each("i/Q-<n>/README.md", "# <t>\n\n**Date seen:** <long>\n\n<b>\n"),
    "DokuWiki": each("<d>_<s>.txt", "====== <t> ======\n\n<b>\n"),
    "a diary in Japanese": whole(
        "a.md", "# 日記\n", "\n## <y>年<m>月<day>日（日）\n\n### <t>\n\n<b>\n"
    ),
    "an actor beside": both(
        whole("a.jsonl", "", '{"id": "<n>", "published": "<d>", "title": "<t>", "text": "<b>"}\n'),
        lambda root: (root / "b.jsonl").write_text(  # type: ignore[arg-type]
            '{"type": "Person", "published": "2010-01-01", "name": "Ida", "summary": "Me"}'
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_is_read_whole(tmp_path: Path, kind: str) -> None:
    KINDS[kind](tmp_path)
    found = sorted(read(tmp_path), key=lambda event: event.date or date.min)
    assert [(event.day, event.title) for event in found] == [each[:2] for each in EVENTS]
    assert all(text in event.summary for (_, _, text), event in zip(EVENTS, found, strict=True))
    marks = ("import", "export", "<Layout", "Home", "Rights", "====")
    assert not any(mark in event.summary for event in found for mark in marks)


def test_tags_below_the_title_are_terms(tmp_path: Path) -> None:
    notion(tmp_path)
    assert {event.terms for event in read(tmp_path)} == {("dams", "rain")}


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Publié le 4 mars 2018", "2018-03-04"),
        ("4. März 2018", "2018-03-04"),
        ("_Posted by Ida, 4 March 2018_", "2018-03-04"),
        ("Zaktualizowano: brak", None),
        ("Last updated: 2018-03-04", None),
        ("On 4 March 2018 the river rose and closed the tunnel", None),
        ("The river rose on 4 March 2018.", None),
        ("- the river rose: 2018-03-04", "2018-03-04"),
        ("Released on 4 March 2018.", "2018-03-04"),
    ],
)
def test_a_line_that_is_no_sentence_may_have_the_day(
    tmp_path: Path, line: str, day: str | None
) -> None:
    (tmp_path / "a.md").write_text(f"# A title\n\n{line}\n\nText.\n")
    assert [event.day for event in read(tmp_path)] == ([day] if day else [])


@pytest.mark.parametrize(
    ("page", "fields", "form"),
    [
        ("a.md", "a.meta", ".. title: {}\n.. date: 2018-03-04\n"),
        (
            "a.textbundle/text.md",
            "a.textbundle/info.json",
            '{{"app": {{"title": "{}"}}}}',
        ),
    ],
)
@pytest.mark.parametrize("argument", ["folder", "file"])
def test_fields_beside_a_page_are_noticed_when_they_come_change_and_go(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    fields: str,
    form: str,
    argument: str,
) -> None:
    monkeypatch.setattr("search.archive.file_cache._MOMENT", -(10**15))  # changes count at once
    monkeypatch.setattr("search.archive.file_cache._LONG_MOMENT", -(10**15))
    (tmp_path / page).parent.mkdir(exist_ok=True)
    (tmp_path / page).write_text("# Its own\n\nPosted on 2018-03-04\n\nText.\n")
    beside, known = tmp_path / fields, None

    def titles() -> list[str]:
        nonlocal known
        archive = tmp_path / page if argument == "file" else tmp_path
        scan = scan_archives([archive], known, print)
        known = scan.file_cache
        return [event.title for event in scan.fresh.values()]

    assert titles() == ["Its own"]
    for title in ("Added", "Edited"):
        beside.write_text(form.format(title))
        assert titles() == [title]
        assert titles() == []
    beside.unlink()
    assert titles() == ["Its own"]
    assert titles() == []


@pytest.mark.parametrize("beside", [b"\xff\xfe", b"{", b"", b".. date: [", b"{}"])
def test_fields_beside_that_cannot_be_read_cost_nothing_else(tmp_path: Path, beside: bytes) -> None:
    (tmp_path / "2018-03-04-a.md").write_text("# A\n\nText.\n")
    (tmp_path / "2018-03-04-a.meta").write_bytes(beside)
    assert reasons(tmp_path) == ({"/2018-03-04-a.md": "2018-03-04"}, [])


def test_a_page_of_html_that_lists_articles_is_none(tmp_path: Path) -> None:
    one = "<article><h1>A</h1><time datetime=2018-03-04>x</time></article>"
    (tmp_path / "index.html").write_text(f"<title>All</title><main>{one}{one}</main>")
    found, said = reasons(tmp_path)
    assert not found and "several articles" in said[0]


def test_html_in_the_current_directory_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.html").write_text("<h1>A</h1><time datetime=2018-03-04>x</time>")
    monkeypatch.chdir(tmp_path)
    assert [event.title for event in read(".")] == ["A"]


@pytest.mark.parametrize("mark", ["<script ", "<header>", "<h1>x</h1>", "e-content ", "<time a='"])
def test_hostile_html_takes_time_by_its_length(mark: str) -> None:
    def cost(count: int) -> float:
        text = f"<title>T</title>{mark * count}"
        begin = time.process_time()
        html_fields(text)
        return time.process_time() - begin

    assert min(cost(8_000) for _ in range(3)) < 40 * max(min(cost(1_000) for _ in range(3)), 1e-4)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.tid", "Text.\n", "no fields above its text"),
        ("a.html", "<p>Text.</p>", "HTML without a title"),
        ("a.html", "<h1>A</h1><p>Text.</p>", "date is missing"),
        ("a.mdx", "export const a = {\n  b: 1,\n}\n", "no day"),
        ("a.mdx", "import {\n  B\n} from 'b'\n\nText.\n", "no title line"),
    ],
)
def test_pages_without_a_day_or_a_title_have_a_reason(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    (tmp_path / name).write_text(text)
    found, said = reasons(tmp_path)
    assert not found and reason in said[0]


def test_a_page_of_tags_of_hexo_is_a_list(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("---\ntitle: Tags\ndate: 2018-03-04\ntype: tags\n---\n")
    assert reasons(tmp_path) == ({}, [])


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("list", "[04 Mar 2018] DSA-4001-1 quimby - security update\n\t[stretch] - quimby 1.0\n",
         "quimby - security update"),
        ("q.spec", "Name: q\n\n%changelog\n* Sun Mar 04 2018 Ida <i@e.org> - 1.1-1\n- A dam.\n",
         "A dam."),
        ("CHANGES.md", "# Changelog\n\n**v1.2.0** (March 4, 2018)\n\n- A dam.\n", "Version 1.2.0"),
        ("a.txt", "Advisory QSA-1\n=====\n\nDate    : 2018-03-04\n\nText.\n", "Advisory QSA-1"),
        ("a.tid", "created: 20180304102030123\ntags: Town [[Long river]]\ntitle: A\n\nB.\n", "A"),
    ],
)  # fmt: skip
def test_a_file_is_read_by_its_name(tmp_path: Path, name: str, text: str, title: str) -> None:
    (tmp_path / name).write_text(text)
    said: list[Skipped] = []
    found = list(read(tmp_path / name, said.append))
    assert [(event.day, event.title) for event in found] == [("2018-03-04", title)], said
    assert name != "a.tid" or found[0].terms == ("Town", "Long river")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A tip.\n{: .prompt-tip }", "A tip."),
        ("{{ youtube(id='x') }}\n\nA text.", "A text."),
        ("[TOC]\n\nA text.", "A text."),
        ('A link.{:target="_blank"}', "A link."),
        ('print("{:?} {:.3f}", x)', 'print("{:?} {:.3f}", x)'),
        ("with: ${{ secrets.KEY }}", "with: ${{ secrets.KEY }}"),
        ("Write `{{ name }}`.", "Write {{ name }}."),
    ],
)
def test_marks_of_generators_are_no_text(tmp_path: Path, text: str, shown: str) -> None:
    (tmp_path / "2018-03-04-a.md").write_text(f"# A\n\n{text}\n")
    assert [event.summary.strip() for event in read(tmp_path)] == [shown]


def test_a_table_beside_a_folder_of_its_name_is_read_unless_the_pages_are_those_of_notion(
    tmp_path: Path,
) -> None:
    whole("news.csv", "title,date\n", "<t>,<d>\n")(tmp_path)
    (tmp_path / "news").mkdir()
    (tmp_path / "news/README.md").write_text("# News\n\nWhat the table is.\n")
    assert [event.title for event in read(tmp_path)] == [title for _, title, _ in EVENTS]
