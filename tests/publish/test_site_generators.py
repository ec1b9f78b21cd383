"""Sites that Jekyll, Hugo and Eleventy build, before and after their pages get lists."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pytest

from search import Index, build, regenerate_archive
from search.model.options import RelatedOptions
from search.model.page_style import PageStyle
from search.model.read_options import ReadOptions
from search.publish.lists_as_data import write_list_files

_TITLES: Final = (
    "The lander Philae bounces on the comet", "The comet probe Rosetta hears from Philae",
    "Philae wakes up on the comet", "Rosetta ends its mission on the comet",
    "A harbour in Kerala opens", "The port of Kerala gets a crane",
)  # fmt: skip
_OPTIONS: Final = RelatedOptions(min_score=0.0, limit=3)


def text(number: int, title: str, mark: str) -> str:
    day = f"2016-02-{number + 1:02}"
    field = " = " if mark == "+++" else ": "
    when = day if mark == "---" else f"{day}T12:00:00Z"
    head = f'title{field}"{title}"\ndate{field}{when}\n'
    layout = 'layout: "plain"\n' if mark == "---" else ""
    return f"{mark}\n{head}{layout}{mark}\n\n{title}, it was said.\n\n## Notes\n\nA note.\n"


def jekyll(root: Path) -> Path:
    config = "permalink: /:year/:month/:title/\nbaseurl: /blog\nexclude: [out]\n"
    (root / "_config.yml").write_text(config)
    layouts, posts = root / "_layouts", root / "_posts"
    layouts.mkdir()
    posts.mkdir()
    (layouts / "plain.html").write_text("<html><body>{{ content }}</body></html>\n")
    for number, title in enumerate(_TITLES):
        name = f"2016-02-{number + 1:02}-post-{number}.md"
        (posts / name).write_text(text(number, title, "---"))
    return posts


def hugo(root: Path) -> Path:
    (root / "hugo.toml").write_text(
        'baseURL = "https://example.org/blog/"\n'
        'disableKinds = ["sitemap", "RSS", "taxonomy", "term"]\n'
        '[permalinks]\nposts = "/:year/:slug/"\n'
    )
    layouts, posts = root / "layouts" / "_default", root / "content" / "posts"
    layouts.mkdir(parents=True)
    posts.mkdir(parents=True)
    (layouts / "single.html").write_text("<html><body>{{ .Content }}</body></html>\n")
    (layouts / "list.html").write_text("<html><body>{{ .Content }}</body></html>\n")
    for number, title in enumerate(_TITLES):
        (posts / f"Post {number}.md").write_text(text(number, title, "+++"))
    return posts


def eleventy(root: Path) -> Path:
    (root / ".eleventy.js").write_text("module.exports = () => ({});\n")
    (root / "_includes").mkdir()
    (root / "_includes" / "plain.njk").write_text(
        "<html><body>{{ content | safe }}</body></html>\n"
    )
    posts = root / "posts"
    posts.mkdir()
    for number, title in enumerate(_TITLES):
        page = text(number, title, "---").replace('"plain"', '"plain.njk"')
        (posts / f"2016-02-{number + 1:02}-post-{number}.md").write_text(page)
    return posts


SITES: Final[dict[str, tuple[Callable[[Path], Path], list[str], str]]] = {
    "jekyll": (jekyll, ["jekyll", "build", "-q", "-d", "out"], "/blog"),
    "hugo": (hugo, ["hugo", "--quiet", "-d", "out"], "/blog"),
    "eleventy": (eleventy, ["eleventy", "--quiet", "--output=out"], ""),
}


def built(root: Path, words: list[str]) -> dict[str, str]:
    """The pages of a site as it is built, by their addresses."""
    shutil.rmtree(root / "out", ignore_errors=True)
    ran = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    out = root / "out"
    return {
        f"/{path.relative_to(out).as_posix().removesuffix('index.html')}": path.read_text()
        for path in sorted(out.rglob("*.html"))
    }


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if tag == "a" and name == "href"]


def links(html: str) -> list[str]:
    reader = Links()
    reader.feed(html)
    return reader.found


SEE_ALSO: Final = PageStyle(headings=("## See also",), language="de")


@pytest.mark.parametrize(
    ("name", "style"),
    [("jekyll", SEE_ALSO), ("hugo", PageStyle()), ("hugo", SEE_ALSO), ("eleventy", PageStyle())],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_lists_are_in_the_site_their_links_resolve_and_nothing_else_changed(
    tmp_path: Path, name: str, style: PageStyle
) -> None:
    make, words, base = SITES[name]
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    root = tmp_path / "site"
    root.mkdir()
    archive = make(root)
    before = built(root, words)
    read = ReadOptions(style=style)
    run = regenerate_archive(archive, tmp_path / "index", _OPTIONS, read)
    assert run.changed == len(_TITLES)
    after = built(root, words)
    assert after.keys() == before.keys()
    listed = 0
    for address, html in after.items():
        for link in links(html):
            assert link.startswith(f"{base}/")
            assert unquote(link.removeprefix(base)) in after, (address, link)
            listed += 1
        heading = "See also" if style.headings else "Related"
        cut = re.sub(
            rf"\s*<h[23][^>]*>{heading}:?</h[23]>\s*<ol>.*?</ol>", "", html, flags=re.DOTALL
        )
        assert re.sub(r"\s+", "", cut) == re.sub(r"\s+", "", before[address])
    assert listed >= len(_TITLES)
    assert regenerate_archive(archive, tmp_path / "index", _OPTIONS, read).changed == 0


def test_a_site_with_its_lists_in_front_matter_can_show_them(tmp_path: Path) -> None:
    if shutil.which("hugo") is None:
        pytest.skip("hugo is not installed")
    archive = hugo(tmp_path)
    layout = tmp_path / "layouts" / "_default" / "single.html"
    layout.write_text("{{ range .Params.related }}<a href='{{ .link }}'>{{ .title }}</a>{{ end }}")
    read = ReadOptions(style=PageStyle(front_matter="related"))
    regenerate_archive(archive, tmp_path / "index", _OPTIONS, read)
    pages = built(tmp_path, SITES["hugo"][1])
    found = [link for html in pages.values() for link in links(html)]
    assert len(found) >= len(_TITLES)
    assert all(unquote(link.removeprefix("/blog")) in pages for link in found)


def test_data_for_a_site_has_the_addresses_of_its_pages(tmp_path: Path) -> None:
    archive = jekyll(tmp_path)
    build([archive], tmp_path / "index")
    out = tmp_path / "_data" / "related.json"
    with Index.open(tmp_path / "index") as index:
        assert write_list_files(index, out, _OPTIONS).changed == len(_TITLES)
        assert write_list_files(index, out, _OPTIONS).changed == 0
    data = json.loads(out.read_text())
    assert set(data) == {f"/blog/2016/02/post-{number}/" for number in range(len(_TITLES))}
    assert all(item["link"] in data for row in data.values() for item in row["related"])
