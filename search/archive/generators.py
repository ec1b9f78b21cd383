"""Detects the site generator of an archive, and reads from its configuration how pages are linked.

Jekyll, Hugo, Zola, Eleventy, Astro, Docusaurus and MkDocs are known. A configuration that cannot be
read is ignored. One in JavaScript is not run: a value is taken if it is written out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Any, Final
from urllib.parse import urlsplit

from search.archive.permalinks import PLAIN, Permalinks
from search.archive.yaml_values import load_yaml
from search.model import limits
from search.model.untrusted_toml import load_toml

_MOST_LEVELS: Final = 12  # folders above an archive that are searched
_JEKYLL_STYLES: Final = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_HUGO_NAMES: Final = tuple(
    f"{name}.{ending}"
    for name in ("hugo", "config", "config/_default/hugo", "config/_default/config")
    for ending in ("toml", "yaml", "yml", "json")
)
_ELEVENTY_NAMES: Final = (
    ".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs",
    "eleventy.config.ts",
)  # fmt: skip
_SCRIPTS: Final = ("js", "mjs", "cjs", "ts", "mts")
_BASE: Final = re.compile(r"\b(?:base|baseUrl)\s*:\s*[\"'](/[^\"'\s]{0,200})[\"']")
_NO_SLASH: Final = re.compile(r"\btrailingSlash\s*:\s*(?:[\"']never[\"']|false)")
_SLASH: Final = re.compile(r"\btrailingSlash\s*:\s*(?:[\"']always[\"']|true)")
# Configurations of MkDocs often have tags of Python, which are not read.
_MKDOCS_LINE: Final = re.compile(
    r"(?m)^(site_url|docs_dir|use_directory_urls):[ \t]*[\"']?([^\"'#\s]+)"
)
_MKDOCS_BLOG: Final = re.compile(r"(?m)^[ \t]*-[ \t]+(?:material/)?blog\b")


def permalinks_of(archive: Path, template: str = "") -> Permalinks:
    """How pages of an archive are linked: by the owner's template, else as its generator does."""
    here = archive.resolve()
    here = here if here.is_dir() else here.parent
    if template:
        return Permalinks("", str(here), "", ((("", template)),), "the setting link")
    for folder in (here, *here.parents)[:_MOST_LEVELS]:
        for find in (_jekyll, _hugo, _zola, _eleventy, _astro, _docusaurus, _mkdocs):
            found = find(folder)
            if found is not None:
                return found
    return PLAIN


def _jekyll(folder: Path) -> Permalinks | None:
    config = next(_configs(folder, ("_config.yml", "_config.yaml", "_config.toml")), None)
    if config is None:
        return None
    name, values = config
    style = values.get("permalink", "date")
    pattern = _JEKYLL_STYLES.get(str(style), str(style))
    patterns = [("_posts", _jekyll_default(values, "posts") or pattern)]
    collections = values.get("collections")
    for label, facts in collections.items() if isinstance(collections, dict) else ():
        if isinstance(facts, dict) and facts.get("output") and label != "posts":
            patterns.append(
                (f"_{label}", str(facts.get("permalink", f"/{label}/:path:output_ext")))
            )
        elif label == "posts" and isinstance(facts, dict) and "permalink" in facts:
            patterns[0] = ("_posts", str(facts["permalink"]))
    is_pretty = pattern.endswith("/")
    patterns.append(("", "/:path/" if is_pretty else "/:path:output_ext"))
    return Permalinks("Jekyll", str(folder), _path(values.get("baseurl")), tuple(patterns), name)


def _jekyll_default(values: Mapping[str, Any], kind: str) -> str:
    """The permalink that ``defaults`` give to all documents of a kind."""
    defaults = values.get("defaults")
    for each in defaults if isinstance(defaults, list) else ():
        scope, given = (
            each.get(key) if isinstance(each, dict) else None for key in ("scope", "values")
        )
        if not (isinstance(scope, dict) and isinstance(given, dict) and given.get("permalink")):
            continue
        if scope.get("type", kind) == kind and not scope.get("path"):
            return str(given["permalink"])
    return ""


def _hugo(folder: Path) -> Permalinks | None:
    for name, values in _configs(folder, _HUGO_NAMES):
        said = {str(key).casefold(): value for key, value in values.items()}
        content = folder / str(said.get("contentdir", "content"))
        if not (content.is_dir() and ("baseurl" in said or "hugo" in name)):
            continue
        separate = dict(
            _configs(folder / "config/_default", ("permalinks.toml", "permalinks.yaml"))
        )
        found = said.get("permalinks") or next(iter(separate.values()), {})
        found = found if isinstance(found, dict) else {}
        pages = found.get("page")
        sections = {**found, **(pages if isinstance(pages, dict) else {})}
        patterns = [
            (str(section), pattern)
            for section, pattern in sections.items()
            if isinstance(pattern, str)
        ]
        is_ugly = said.get("uglyurls") is True
        patterns.append(("", "/:path:output_ext" if is_ugly else "/:path/"))
        return Permalinks("Hugo", str(content), _path(said.get("baseurl")), tuple(patterns), name)
    return None


def _zola(folder: Path) -> Permalinks | None:
    for name, values in _configs(folder, ("config.toml", "zola.toml")):
        if "base_url" in values and (folder / "content").is_dir():
            base = _path(values["base_url"])
            return Permalinks("Zola", str(folder / "content"), base, (("", "/:path/"),), name)
    return None


def _eleventy(folder: Path) -> Permalinks | None:
    name = next((name for name in _ELEVENTY_NAMES if (folder / name).is_file()), None)
    if name is None:
        return None
    top = next((each for each in ("src", "content", "_src") if _has_pages(folder / each)), "")
    return Permalinks("Eleventy", str(folder / top), "", (("", "/:path/"),), name)


def _astro(folder: Path) -> Permalinks | None:
    """Collections of Astro are linked by the route with a name in brackets, if there is only one;
    else as their folders are called."""
    name, text = _script(folder, "astro.config")
    if not name:
        return None
    pages, content = folder / "src/pages", folder / "src/content"
    end = "" if _NO_SLASH.search(text) else "/"
    if not _has_pages(content):
        return Permalinks("Astro", str(pages), _base(text), (("", f"/:path{end}"),), name)
    routes = {
        path.parent.relative_to(pages).as_posix().removeprefix(".")
        for path in pages.glob("**/[[]*.astro")
    }
    collections = [each for each in content.iterdir() if _has_pages(each)]
    is_one = len(routes) == len(collections) == 1
    pattern = f"/{routes.pop()}/:title{end}" if is_one else f"/:path{end}"
    return Permalinks("Astro", str(content), _base(text), (("", pattern),), name)


def _docusaurus(folder: Path) -> Permalinks | None:
    name, text = _script(folder, "docusaurus.config")
    if not name:
        return None
    end = "/" if _SLASH.search(text) else ""
    patterns = (("blog", f"/blog/:year/:month/:day/:title{end}"), ("", f"/:path{end}"))
    return Permalinks("Docusaurus", str(folder), _base(text), patterns, name)


def _mkdocs(folder: Path) -> Permalinks | None:
    for name in ("mkdocs.yml", "mkdocs.yaml"):
        text = _text(folder / name)
        said = dict(_MKDOCS_LINE.findall(text))
        top = folder / said.get("docs_dir", "docs")
        if not text or not top.is_dir():
            continue
        is_plain = said.get("use_directory_urls", "").casefold() == "false"
        end = ".html" if is_plain else "/"
        patterns = [("", f"/:path{end}")]
        if _MKDOCS_BLOG.search(text):
            patterns.insert(0, ("posts", f"/blog/:year/:month/:day/:slug{end}"))
        return Permalinks("MkDocs", str(top), _path(said.get("site_url")), tuple(patterns), name)
    return None


def _script(folder: Path, name: str) -> tuple[str, str]:
    """The name and the text of a configuration in JavaScript; two empty texts if there is none."""
    names = (f"{name}.{ending}" for ending in _SCRIPTS)
    return next(((each, text) for each in names if (text := _text(folder / each))), ("", ""))


def _base(text: str) -> str:
    found = _BASE.search(text)
    return found[1].rstrip("/") if found else ""


def _text(path: Path) -> str:
    """The text of a configuration; "" if it is not there or cannot be read."""
    with suppress(OSError, ValueError):
        if path.is_file() and path.stat().st_size <= limits.SETTINGS_BYTES:
            return path.read_text(encoding="utf-8")
    return ""


def _has_pages(folder: Path) -> bool:
    return folder.is_dir() and next(folder.glob("**/*.md*"), None) is not None


def _configs(folder: Path, names: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in names:
        try:
            text = _text(folder / name)
            values = _LOADERS[PurePath(name).suffix](text) if text else None
        except (ValueError, RecursionError):
            continue
        if isinstance(values, dict):
            yield name, values


_LOADERS: Final[Mapping[str, Callable[[str], Any]]] = {
    ".toml": load_toml, ".json": json.loads, ".yaml": load_yaml, ".yml": load_yaml,
}  # fmt: skip


def _path(address: object) -> str:
    """The path of a base address, without a slash at its end."""
    try:
        return urlsplit(address).path.rstrip("/") if isinstance(address, str) else ""
    except ValueError:
        return ""
