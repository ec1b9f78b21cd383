"""Detects the site generator of an archive, and reads from its configuration how pages are linked.

Jekyll, Hugo, Zola and Eleventy are known. A configuration that cannot be read is ignored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from search.archive.permalinks import PLAIN, Permalinks
from search.archive.yaml_values import load_yaml
from search.model.plain_data import load_toml

_MAX_BYTES: Final = 1 << 20
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


def permalinks_of(archive: Path, template: str = "") -> Permalinks:
    """How pages of an archive are linked: by the owner's template, else as its generator does."""
    here = archive.resolve()
    here = here if here.is_dir() else here.parent
    if template:
        return Permalinks("", str(here), "", ((("", template)),), "the setting link")
    for folder in (here, *here.parents)[:_MOST_LEVELS]:
        for find in (_jekyll, _hugo, _zola, _eleventy):
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


def _has_pages(folder: Path) -> bool:
    return folder.is_dir() and next(folder.glob("**/*.md"), None) is not None


def _configs(folder: Path, names: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in names:
        path = folder / name
        load = _LOADERS[path.suffix]
        try:
            if not path.is_file() or path.stat().st_size > _MAX_BYTES:
                continue
            values = load(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
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
