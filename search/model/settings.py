"""The settings of an archive: the one list of them.

From this class come the options of commands, the keys of ``event-search.toml``, the variables
``EVENT_SEARCH_...``, the JSON Schema of the file and what ``event-search config`` shows. An option
overrides a variable, a variable the file, and the file the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, NamedTuple, get_args, get_type_hints

from search.model.options import Order, RelatedOptions
from search.model.page_style import CONTEXT, ITEM, PageStyle
from search.model.read_options import ReadOptions


class Setting(NamedTuple):
    """One setting. ``kind`` is bool, int, float, str, tuple (of texts) or dict (of texts)."""

    name: str
    kind: type
    default: Any
    help: str
    metavar: str | None
    choices: tuple[str, ...]
    bounds: tuple[float | None, float | None]
    length: int
    path: bool

    @property
    def key(self) -> str:
        """Its name in the file."""
        return self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"EVENT_SEARCH_{self.name.upper()}"


def _setting(
    default: Any,
    help: str,
    *,
    metavar: str | None = None,
    choices: tuple[str, ...] = (),
    bounds: tuple[float | None, float | None] = (None, None),
    length: int = -1,
    path: bool = False,
) -> Any:
    facts = {
        "help": help, "metavar": metavar, "choices": choices, "bounds": bounds, "length": length,
        "path": path,
    }  # fmt: skip
    return field(default=default, metadata=facts)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults. Paths in a file count from its folder."""

    archives: tuple[str, ...] = _setting(
        (), "The archives of commands that are given none.", metavar="ARCHIVE", path=True
    )
    index: str = _setting("", "The index directory.", metavar="PATH", path=True)
    language: str = _setting(
        "",
        "The language of labels, such as de, in pages whose headings do not show it.",
        metavar="CODE",
    )
    map: Mapping[str, str] = _setting(
        None,
        "Names of fields in records or front matter, such as title=headline,date=when. By default "
        "those of the last run with the same archives.",
        metavar="FIELD=NAME,...",
    )
    timezone: str = _setting(
        None,
        "The time zone that decides the day of a time, such as Europe/Berlin. By default that of "
        "the last run with the same archives, or else the zone that is written with the time.",
        metavar="ZONE",
    )
    undated: bool = _setting(
        None,
        "Read records without a date as events too. Nearness in time is not compared for them, and "
        "filters by date leave them out. By default as in the last run with the same archives.",
    )
    link: str = _setting(
        "",
        "What links to pages look like, such as '/{year}/{month}/{slug}/'. By default as the "
        "configuration of Jekyll, Hugo, Zola, Eleventy, Astro, Docusaurus or MkDocs says.",
        metavar="TEMPLATE",
    )
    headings: tuple[str, ...] = _setting(
        (),
        "The heading of Related sections, such as '## See also'. {related} is the word in the "
        "page's language. Repeat it for headings that are recognised but not written.",
        metavar="TEXT",
    )
    item: str = _setting(
        ITEM,
        "One item of a list, with {number} {title} {link} {context} {date} {year} {month} {day}.",
        metavar="TEMPLATE",
    )
    context: str = _setting(
        CONTEXT,
        "The text for {context} if terms are shared, with {label} and {terms}.",
        metavar="TEMPLATE",
    )
    label: str = _setting(
        "", "The {label}, instead of the word in the page's language.", metavar="TEXT"
    )
    former_items: tuple[str, ...] = _setting(
        (),
        "A template of earlier runs, whose items are recognised and replaced. Repeat it for more.",
        metavar="TEMPLATE",
    )
    markers: tuple[str, ...] = _setting(
        (),
        "Two lines that enclose the list, such as '<!-- related -->' '<!-- /related -->'. Pages "
        "without them get no list.",
        metavar="LINE",
        length=2,
    )
    front_matter: str = _setting(
        "",
        "Write the list into this field of the front matter, not into the text.",
        metavar="FIELD",
    )
    out: str = _setting(
        "",
        "Write the lists to a .json file, a .jsonl file or a folder (one file for each page), not "
        "into pages.",
        metavar="PATH",
        path=True,
    )
    limit: int = _setting(10, "How many items a list may have.", metavar="N", bounds=(1, None))
    order: str = _setting(
        "relevance",
        "Sort by relevance; or by shared names, the rarest first, then the newest event first.",
        choices=get_args(Order),
    )
    min_score: float | None = _setting(
        None,
        "Leave out items with a lower score; 0 keeps all.  [default: 0.50, and lower in a list "
        "of fewer than three]",
        metavar="SCORE",
        bounds=(0, 1),
    )
    strict: bool = _setting(
        False, "List only what is almost certainly related; a list may be empty."
    )
    time: bool = _setting(
        True, "Let events that are near in time score more; --no-time scores by text alone."
    )
    fold: bool = _setting(True, "List reports of the same event as one item.")
    older: bool = _setting(False, "Only events of the same day or an earlier one.")
    newer: bool = _setting(False, "Only events of the same day or a later one.")
    within: str | None = _setting(
        None, "Only events within this span before or after: 30d, 8w, 6m or 2y.", metavar="SPAN"
    )
    match: str | None = _setting(None, "Only events that QUERY finds.", metavar="QUERY")


def _kind(hint: Any) -> type:
    choices = [each for each in get_args(hint) if each is not type(None)]
    origin = getattr(hint, "__origin__", None)
    kind: type = origin or (choices[0] if choices else hint)
    return dict if kind is Mapping else kind


_HINTS: Final = get_type_hints(Settings)
SETTINGS: Final[Mapping[str, Setting]] = {
    each.name: Setting(each.name, _kind(_HINTS[each.name]), each.default, **each.metadata)
    for each in fields(Settings)
}
LIST_SETTINGS: Final = tuple(each.name for each in fields(RelatedOptions) if each.name in SETTINGS)
PAGE_SETTINGS: Final = tuple(each.name for each in fields(PageStyle))


def read_options(values: Mapping[str, Any]) -> ReadOptions:
    """How archives are read, of settings by their names.

    Raises:
        UsageError: a template cannot be used.
    """
    style = {name: values[name] for name in PAGE_SETTINGS if values.get(name) is not None}
    pairs = values.get("map")
    return ReadOptions(
        link=values.get("link") or "",
        style=PageStyle(**style),
        map=None if pairs is None else tuple(sorted(pairs.items())),
        timezone=values.get("timezone"),
        undated=values.get("undated"),
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of ``event-search.toml``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://event-search.example/event-search.schema.json",
        "title": "event-search.toml",
        "description": "Settings of event-search for one archive or site.",
        "type": "object",
        "additionalProperties": False,
        "properties": {each.key: _property(each) for each in SETTINGS.values()},
    }


def _property(setting: Setting) -> dict[str, Any]:
    types = {bool: "boolean", int: "integer", float: "number", tuple: "array", dict: "object"}
    found: dict[str, Any] = {
        "type": types.get(setting.kind, "string"),
        "description": setting.help.partition("  [")[0],
    }
    if setting.kind is tuple:
        found["items"] = {"type": "string"}
        if setting.length > 0:
            found |= {"minItems": setting.length, "maxItems": setting.length}
    if setting.kind is dict:
        found["additionalProperties"] = {"type": "string"}
    if setting.choices:
        found["enum"] = list(setting.choices)
    least, most = setting.bounds
    found |= {} if least is None else {"minimum": least}
    found |= {} if most is None else {"maximum": most}
    if setting.default not in (None, "", (), {}):
        found["default"] = setting.default
    return found
