"""A site's lists: equal where nothing changed, right where something did, an editor's text kept."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from search.model.errors import UsageError
from search.publish.lists.site import Parts, SiteRun, write_lists
from tests.publish.lists.archives import chinese, english, write_page

EVERYTHING = Parts(front_page=True, months=True, years=True, topics=True)


def run(root: Path, parts: Parts | None = None, *, write: bool = True) -> SiteRun:
    notes: list[str] = []
    result = write_lists(root, root.parent / "index", parts, write=write, on_note=notes.append)
    assert notes == [], notes
    return result


def links(page: Path) -> list[str]:
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    return [
        str(child.attrs["href"])
        for token in tokens
        for child in token.children or ()
        if child.type == "link_open"
    ]


def assert_no_dead_link(root: Path, prefix: str) -> int:
    count = 0
    for page in [*root.rglob("index.md"), *root.rglob("README.md")]:
        for link in links(page):
            path = unquote(link)
            assert path.startswith(prefix + "/"), f"{page}: {link}"
            assert (root / path.removeprefix(prefix + "/")).is_file(), f"{page}: {link}"
            count += 1
    return count


def test_lists_that_nobody_edited_are_as_they_were(tmp_path: Path) -> None:
    root = chinese(tmp_path / "site")
    before = {path: path.read_bytes() for path in root.rglob("*.md")}
    assert run(root).changed == 0
    assert {path: path.read_bytes() for path in root.rglob("*.md")} == before


def test_days_without_a_list_get_one(tmp_path: Path) -> None:
    root = english(tmp_path / "site")
    assert run(root) == SiteRun(4, 4, 0, True)
    assert (root / "news/2016/02/5/index.md").read_text(encoding="utf-8") == (
        "## [2016-02-5](/news/2016/02/5/index.md)\n\n"
        "### [An earthquake shakes Norland.](/news/2016/02/5/quake.md)\n"
        "Two hundred houses fall.\n\n"
        "### [Norland asks the Marble Museum for tents.](/news/2016/02/5/tents.md)\n"
        "_Context: Marble Museum, Norland_\n\n"
        "## [Previous Day...](/news/2016/02/4/index.md)\n"
    )
    first = (root / "news/2016/02/4/index.md").read_text(encoding="utf-8")
    assert "Previous Day" not in first


def test_a_new_day_is_written_in_the_form_of_the_days_before(tmp_path: Path) -> None:
    root = chinese(tmp_path / "site")
    write_page(root, "news/2019/12/4/条约.md", "签署条约。", topic="诺兰", language="zh")
    assert run(root).changed == 2
    expected = (
        "## [2019-12-4](/zh/news/2019/12/4/index.md)\n\n"
        "##### 诺兰\n"
        "### [签署条约。](/zh/news/2019/12/4/条约.md)\n"
        "## [前一天...](/zh/news/2019/12/3/index.md)\n"
    )
    for name in ("index.md", "README.md"):
        assert (root / "news/2019/12/4" / name).read_text(encoding="utf-8") == expected


@pytest.mark.parametrize(("make", "prefix"), [(english, ""), (chinese, "/zh")])
def test_every_link_of_every_list_leads_to_a_page(tmp_path: Path, make, prefix: str) -> None:  # type: ignore[no-untyped-def]
    root = make(tmp_path / "site")
    run(root, EVERYTHING)
    assert assert_no_dead_link(root, prefix) > 20
    again = run(root, EVERYTHING)
    assert again.changed == 0


def test_a_page_that_comes_goes_or_is_renamed_is_followed(tmp_path: Path) -> None:
    root = english(tmp_path / "site")
    run(root, EVERYTHING)
    day = root / "news/2016/02/5"
    (day / "quake.md").unlink()
    (day / "tents.md").rename(day / "canvas.md")
    write_page(root, "news/2016/02/5/rain.md", "Rain falls on Port Selva. ")
    run(root, EVERYTHING)
    text = (day / "index.md").read_text(encoding="utf-8")
    assert "quake" not in text
    assert "tents.md" not in text
    assert "canvas.md" in text
    assert "rain.md" in text
    assert_no_dead_link(root, "")


def test_a_new_title_is_taken_and_an_editors_text_below_it_is_not_touched(tmp_path: Path) -> None:
    root = english(tmp_path / "site")
    run(root)
    page = root / "news/2016/02/5/index.md"
    text = page.read_text(encoding="utf-8")
    text = text.replace("Two hundred houses fall.", "More than 200 houses fell, says our reporter.")
    page.write_text("A word to our readers.\n\n" + text + "\nAn afterword.\n", encoding="utf-8")
    write_page(root, "news/2016/02/5/quake.md", "A strong earthquake shakes Norland. ")
    assert run(root).changed == 1
    after = page.read_text(encoding="utf-8")
    assert "### [A strong earthquake shakes Norland.](/news/2016/02/5/quake.md)\n" in after
    for sentence in ("says our reporter.", "A word to our readers.", "An afterword."):
        assert sentence in after
    assert run(root).changed == 0


@pytest.mark.parametrize("folder", ["news/2016/02/6", "news/2016/02/8"])
def test_an_entry_follows_its_renamed_page_with_the_text_of_an_editor(
    tmp_path: Path, folder: str
) -> None:
    root = english(tmp_path / "site")
    write_page(root, f"{folder}/zebra.md", "A zebra is born in Port Selva. ")
    run(root, Parts(front_page=True))
    pages = [root / folder / "index.md", root / "index.md"]
    first = f"{folder}/{'vote' if folder.endswith('6') else 'treaty'}.md"
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for summary in ("Turnout: 70%.", "It ends a row."):
            text = text.replace(summary, f"The desk says: {summary}")
        page.write_text(text, encoding="utf-8")
    wanted = [page.read_text(encoding="utf-8").replace(first, f"{folder}/zz.md") for page in pages]
    (root / first).rename(root / folder / "zz.md")
    assert run(root, Parts(front_page=True)).changed == 2
    assert [page.read_text(encoding="utf-8") for page in pages] == wanted
    assert run(root, Parts(front_page=True)).changed == 0


@pytest.mark.parametrize("text", ["### [A vote](vote.md)\n", "\n```\nnever closed\n"])
def test_a_page_that_is_left_alone_follows_no_renamed_page(tmp_path: Path, text: str) -> None:
    root = english(tmp_path / "site")
    run(root)
    folder = root / "news/2016/02/6"
    page = folder / "index.md"
    old = page.read_text(encoding="utf-8")
    written = old + text if "```" in text else old.replace("## [2016-02-6]", "Text. [2016-02-6]", 1)
    page.write_text(written, encoding="utf-8")
    (folder / "vote.md").rename(folder / "zz.md")
    notes: list[str] = []
    write_lists(root, root.parent / "index", on_note=notes.append)
    assert len(notes) == 1
    assert page.read_text(encoding="utf-8") == written


def test_text_below_an_entry_whose_page_is_gone_stays_and_is_reported(tmp_path: Path) -> None:
    root = english(tmp_path / "site")
    run(root)
    page = root / "news/2016/02/5/index.md"
    text = page.read_text(encoding="utf-8")
    text = text.replace("houses fall.\n", "houses fall.\n\nWe were there. *The editor*\n")
    page.write_text(text, encoding="utf-8")
    (root / "news/2016/02/5/quake.md").unlink()
    notes: list[str] = []
    write_lists(root, tmp_path / "index", on_note=notes.append)
    after = page.read_text(encoding="utf-8")
    assert "quake" not in after
    assert "Two hundred houses" not in after
    assert "We were there. *The editor*" in after
    assert any("kept" in note for note in notes)


def test_a_readme_that_is_no_list_is_left_alone(tmp_path: Path) -> None:
    root = english(tmp_path / "site")
    readme = root / "news/2016/02/6/README.md"
    readme.write_text("# About these pages\n\nHand-made.\n", encoding="utf-8")
    (root / "README.md").write_text("# My site\n\nWelcome.\n", encoding="utf-8")
    notes: list[str] = []
    write_lists(root, tmp_path / "index", EVERYTHING, on_note=notes.append)
    assert readme.read_text(encoding="utf-8") == "# About these pages\n\nHand-made.\n"
    assert (root / "README.md").read_text(encoding="utf-8") == "# My site\n\nWelcome.\n"
    assert len(notes) == 2


def test_the_front_page_tells_of_the_newest_three_days(tmp_path: Path) -> None:
    root = english(tmp_path / "site")
    run(root, Parts(front_page=True))
    text = (root / "index.md").read_text(encoding="utf-8")
    heads = [line for line in text.splitlines() if line.startswith("## ")]
    assert heads == [
        "## [News](/news/2016/02/8/index.md)",
        "## [2016-02-6](/news/2016/02/6/index.md)",  # yesterday was the seventh
        "## [2016-02-5](/news/2016/02/5/index.md)",
        "## [Previous Day...](/news/2016/02/4/index.md)",
    ]
    assert text.count("\n---\n") == 4


def test_the_front_page_moves_on_with_a_new_day_and_keeps_what_is_not_ours(tmp_path: Path) -> None:
    root = english(tmp_path / "site")
    run(root, Parts(front_page=True))
    page = root / "index.md"
    text = page.read_text(encoding="utf-8").replace(
        "## [2016-02-6]", "## Opinion\n\n### [Ours](/opinion/one.md)\n\n---\n\n## [2016-02-6]"
    )
    page.write_text("Welcome!\n\n" + text, encoding="utf-8")
    write_page(root, "news/2016/02/9/talks.md", "Talks begin in Port Selva. ")
    run(root)
    after = page.read_text(encoding="utf-8")
    heads = [line for line in after.splitlines() if line.startswith("## ")]
    assert heads == [
        "## [News](/news/2016/02/9/index.md)",
        "## Opinion",
        "## [Yesterday](/news/2016/02/8/index.md)",
        "## [2016-02-6](/news/2016/02/6/index.md)",
        "## [Previous Day...](/news/2016/02/5/index.md)",
    ]
    assert after.startswith("Welcome!\n\n")
    assert "### [Ours](/opinion/one.md)" in after
    assert "quake" not in after
    assert run(root).changed == 0


def test_what_an_editor_writes_around_a_list_of_a_month_stays(tmp_path: Path) -> None:
    root = english(tmp_path / "site")
    parts = Parts(months=True, years=True)
    run(root, parts)
    page = root / "news/2016/02/index.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("# 2016-02\n", "# Our February\n\nIt was cold.\n"), "utf-8")
    write_page(root, "news/2016/02/9/talks.md", "Talks begin. ")
    run(root, parts)
    after = page.read_text(encoding="utf-8")
    assert after.startswith("# Our February\n\nIt was cold.\n")
    assert "talks.md" in after
    page.write_text("# All mine\n", encoding="utf-8")
    notes: list[str] = []
    write_lists(root, tmp_path / "index", parts, on_note=notes.append)
    assert page.read_text(encoding="utf-8") == "# All mine\n"
    assert len(notes) == 1


def test_lists_are_no_events(tmp_path: Path) -> None:
    root = chinese(tmp_path / "site")
    run(root, EVERYTHING)
    skipped: list[object] = []
    write_lists(root, tmp_path / "fresh", on_skip=skipped.append)
    assert skipped == []


HOSTILE = [
    "A [link](javascript:alert(1)) in a title",
    "<script>alert(1)</script>",
    "`code` *stars* _underscores_ {{ liquid }} {% raw %}",
    "Brackets ] [ and )( and \\ at the end \\",
    "--- # > 1. not a block",
]


def test_no_title_or_summary_becomes_markup(tmp_path: Path) -> None:
    root = tmp_path / "site"
    for number, text in enumerate(HOSTILE):
        write_page(root, f"news/2016/02/5/page-{number}.md", text, summary=f"{text}")
    run(root, EVERYTHING)
    for page in root.rglob("index.md"):
        html = MarkdownIt().render(page.read_text(encoding="utf-8"))
        assert "<script" not in html
        assert 'href="javascript' not in html
        for link in links(page):
            assert link.startswith("/"), f"{page}: {link}"


def test_links_that_lead_out_of_the_archive_are_not_written_through(tmp_path: Path) -> None:
    root = english(tmp_path / "site")
    outside = tmp_path / "outside.md"
    outside.write_text("## [2016-02-5](/news/2016/02/5/index.md)\n", encoding="utf-8")
    (root / "news/2016/02/5/index.md").symlink_to(outside)
    refused: list[object] = []
    write_lists(root, tmp_path / "index", on_refusal=refused.append)
    assert outside.read_text(encoding="utf-8") == "## [2016-02-5](/news/2016/02/5/index.md)\n"
    assert len(refused) == 1


def test_an_archive_that_is_no_directory_is_refused(tmp_path: Path) -> None:
    page = write_page(tmp_path, "news/2016/02/5/quake.md", "An earthquake. ")
    with pytest.raises(UsageError, match="name the folder"):
        write_lists(page, tmp_path / "index")


PROSE = st.lists(
    st.sampled_from(["A remark.", "> a quote", "<!-- a comment -->", "* a point", "- - -", ""]),
    max_size=4,
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.integers(0, 12), max_size=4), prose=PROSE, gone=st.booleans())
def test_an_editors_lines_stay_in_their_order_and_twice_is_once(
    tmp_path_factory: pytest.TempPathFactory, places: list[int], prose: list[str], gone: bool
) -> None:
    root = english(tmp_path_factory.mktemp("law") / "site")
    run(root)
    page = root / "news/2016/02/5/index.md"
    lines = page.read_text(encoding="utf-8").split("\n")
    for number, place in enumerate(places):
        at = min(place, len(lines) - 1)
        lines[at:at] = ["", *prose, f"Remark {number} of the editor.", ""]
    page.write_text("\n".join(lines), encoding="utf-8")
    if gone:
        (root / "news/2016/02/5/quake.md").unlink()
    write_lists(root, root.parent / "index")
    after = page.read_text(encoding="utf-8")
    for number in range(len(places)):
        assert f"Remark {number} of the editor." in after
    if "-- a comment" not in "".join(prose):
        assert_no_dead_link(root, "")
    write_lists(root, root.parent / "index")
    assert page.read_text(encoding="utf-8") == after


def test_the_command_says_what_is_stale_and_writes_it(tmp_path: Path) -> None:
    root = english(tmp_path / "site")
    environment = {**os.environ, "EVENT_SEARCH_INDEX": str(tmp_path / "index")}

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "search", "site", str(root), *words],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )

    stale = command("--check")
    assert stale.returncode == 1
    assert len(stale.stdout.splitlines()) == 4
    assert "+## [2016-02-5]" in command("--diff").stdout
    assert command("--months").returncode == 0
    assert command("--months", "--check").returncode == 0
