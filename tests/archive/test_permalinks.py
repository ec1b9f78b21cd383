from datetime import date
from pathlib import Path
from typing import Any

import pytest

from search.archive.generators import permalinks_of

DAY = date(2016, 2, 6)


def link(
    root: Path,
    path: str,
    fields: dict[str, Any] | None = None,
    template: str = "",
    title: str = "T",
) -> str:
    page = root / path
    page.parent.mkdir(parents=True, exist_ok=True)
    page.touch()
    found = permalinks_of(page.parent, template)
    return found.link(str(page.resolve()), fields or {}, DAY, title)


JEKYLL = [
    ("", "_posts/2016-02-06-a-b.md", {}, "/2016/02/06/a-b.html"),
    ("permalink: pretty", "_posts/2016-02-06-a-b.md", {}, "/2016/02/06/a-b/"),
    ("permalink: pretty", "_posts/2016-02-06-a.md", {"categories": ["X", "y"]},
     "/x/y/2016/02/06/a/"),
    ("permalink: none", "_posts/2016-02-06-a.md", {"categories": "x y"}, "/x/y/a.html"),
    ("permalink: ordinal", "_posts/2016-02-06-a.md", {}, "/2016/037/a.html"),
    ("permalink: /:year/:title/\nbaseurl: /blog", "_posts/2016-02-06-a.md", {}, "/blog/2016/a/"),
    ("permalink: /:i_month-:i_day/:slug/", "_posts/2016-02-06-A_b.md", {}, "/2-6/a-b/"),
    ("permalink: pretty", "_posts/2016-02-06-a.md", {"permalink": "/own/"}, "/own/"),
    ("permalink: pretty", "_posts/2016-02-06-a.md", {"slug": "s"}, "/2016/02/06/s/"),
    ("permalink: pretty", "about.md", {}, "/about/"),
    ("", "docs/about.md", {}, "/docs/about.html"),
    ("collections:\n  guides:\n    output: true", "_guides/a.md", {}, "/guides/a.html"),
    ("defaults:\n- scope: {type: posts}\n  values: {permalink: /p/:title/}",
     "_posts/2016-02-06-a.md", {}, "/p/a/"),
    ("permalink: [", "_posts/2016-02-06-a.md", {}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("config", "path", "fields", "wanted"), JEKYLL)
def test_pages_of_jekyll(
    tmp_path: Path, config: str, path: str, fields: dict[str, Any], wanted: str
) -> None:
    (tmp_path / "_config.yml").write_text(config or "title: x")
    assert link(tmp_path, path, fields) == wanted


HUGO = [
    ("", "content/posts/A b.md", {}, "/posts/a-b/"),
    ("", "content/posts/a/index.md", {}, "/posts/a/"),
    ("", "content/posts/a.md", {"slug": "s"}, "/posts/s/"),
    ("", "content/posts/a.md", {"url": "/x/y.html"}, "/x/y.html"),
    ("uglyURLs = true", "content/posts/a.md", {}, "/posts/a.html"),
    ('[permalinks]\nposts = "/:year/:month/:title/"', "content/posts/a.md", {}, "/2016/02/the-t/"),
    (
        '[permalinks.page]\nposts = "/:sections/:slug/"',
        "content/posts/x/a.md",
        {},
        "/posts/x/the-t/",
    ),
    ('[permalinks]\nposts = "/:slugorfilename/"', "content/posts/a.md", {}, "/a/"),
    ('[permalinks]\nposts = "/:year/:filename/"', "content/notes/a.md", {}, "/notes/a/"),
]


@pytest.mark.parametrize(("config", "path", "fields", "wanted"), HUGO)
def test_pages_of_hugo(
    tmp_path: Path, config: str, path: str, fields: dict[str, Any], wanted: str
) -> None:
    (tmp_path / "content").mkdir()
    text = 'baseURL = "https://e.org/sub/"\n' + config
    (tmp_path / "hugo.toml").write_text(text)
    assert link(tmp_path, path, fields, title="The T!") == "/sub" + wanted
    (tmp_path / "hugo.toml").rename(tmp_path / "config.toml")
    assert link(tmp_path, path, fields, title="The T!") == "/sub" + wanted


def test_pages_of_zola_and_eleventy(tmp_path: Path) -> None:
    zola, eleventy = tmp_path / "z", tmp_path / "e"
    (zola / "content").mkdir(parents=True)
    (zola / "config.toml").write_text('base_url = "https://e.org"\n')
    assert link(zola, "content/blog/2016-02-06-a-b.md") == "/blog/a-b/"
    assert link(zola, "content/blog/x.md", {"path": "own/x"}) == "/own/x"
    eleventy.mkdir()
    (eleventy / ".eleventy.js").touch()
    assert link(eleventy, "posts/2016-02-06-a-b.md") == "/posts/2016-02-06-a-b/"


ASTRO = 'export default defineConfig({ site: "https://e.org", base: "/b/" })'
DOCUSAURUS = "module.exports = { url: 'https://e.org', baseUrl: '/d/' };"
MKDOCS = "site_name: X\nsite_url: https://e.org/m/\nmarkdown_extensions:\n  - !!python/name:a.b\n"
SCRIPTED = [
    ("astro.config.mjs", ASTRO, "src/content/news/2016-02-06-a.md", {}, "/b/news/2016-02-06-a/"),
    ("astro.config.ts", ASTRO, "src/content/news/a/index.mdx", {}, "/b/news/a/"),
    ("astro.config.js", ASTRO, "src/content/news/a.md", {"slug": "s"}, "/b/news/s/"),
    ("astro.config.mjs", "trailingSlash: 'never'", "src/content/news/a.md", {}, "/news/a"),
    ("astro.config.mjs", "base: getBase()", "src/content/news/a.md", {}, "/news/a/"),
    ("docusaurus.config.js", DOCUSAURUS, "blog/2016-02-06-a.md", {}, "/d/blog/2016/02/06/a"),
    ("docusaurus.config.ts", DOCUSAURUS, "blog/2016-02-06-a/index.md", {},
     "/d/blog/2016/02/06/a"),
    ("docusaurus.config.js", DOCUSAURUS, "blog/2016-02-06-a.md", {"slug": "s"}, "/d/blog/s"),
    ("docusaurus.config.js", DOCUSAURUS, "blog/a.md", {"slug": "/s"}, "/d/blog/s"),
    ("docusaurus.config.js", "trailingSlash: true", "docs/x/a.md", {}, "/docs/x/a/"),
    ("mkdocs.yml", MKDOCS, "docs/x/a.md", {"slug": "s"}, "/m/x/a/"),
    ("mkdocs.yml", MKDOCS + "use_directory_urls: false\n", "docs/x/a.md", {}, "/m/x/a.html"),
    ("mkdocs.yml", MKDOCS + "plugins:\n  - blog:\n", "docs/blog/posts/a.md", {},
     "/m/blog/2016/02/06/t/"),
    ("mkdocs.yml", MKDOCS + "docs_dir: pages\n", "pages/x/index.md", {}, "/m/x/"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "config", "path", "fields", "wanted"), SCRIPTED)
def test_pages_of_astro_docusaurus_and_mkdocs(
    tmp_path: Path, name: str, config: str, path: str, fields: dict[str, Any], wanted: str
) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).touch()
    (tmp_path / name).write_text(config)
    assert link(tmp_path, path, fields) == wanted


def test_the_only_route_of_astro_links_its_only_collection(tmp_path: Path) -> None:
    (tmp_path / "astro.config.mjs").write_text(ASTRO)
    page = "src/content/blog/a.md"
    for folder in ("src/pages/posts", "src/content/blog"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / page).touch()
    (tmp_path / "src/pages/posts/[...slug].astro").touch()
    assert link(tmp_path, page) == "/b/posts/a/"
    (tmp_path / "src/pages/tags").mkdir()
    (tmp_path / "src/pages/tags/[tag].astro").touch()
    assert link(tmp_path, page) == "/b/blog/a/"


def test_the_owners_template_goes_before_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("permalink: pretty")
    template = "/{year}/{month}/{slug}/"
    assert link(tmp_path, "_posts/2016-02-06-a-b.md", {}, template) == "/2016/02/a-b/"
    assert link(tmp_path, "_posts/2016-02-06-a-b.md", {"slug": "s"}, template) == "/2016/02/s/"
    assert link(tmp_path, "notes/x y.md", {}, "https://e.org/{path}") == "https://e.org/x%20y"


def test_a_link_to_a_page_that_is_gone_is_known_by_its_form(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("permalink: pretty\nbaseurl: /b")
    (tmp_path / "_posts").mkdir()
    found = permalinks_of(tmp_path / "_posts")
    assert found.lacks("/b/2016/02/06/gone/")
    assert found.lacks("/b/news/2016/02/06/gone/")
    assert not found.lacks("/b/about/")
    assert not found.lacks("/2016/02/06/gone/")


def test_a_folder_without_a_generator_has_no_permalinks(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("x = 1")
    assert link(tmp_path, "news/2016/02/6/a.md") == ""
