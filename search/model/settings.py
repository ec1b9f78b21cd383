"""The settings of an archive: the one list of them.

From this table come the options of commands, the keys of ``event-search.toml``, the variables
``EVENT_SEARCH_...``, the JSON Schema of the file and what ``event-search config`` shows. An option
overrides a variable, a variable the file, and the file the default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, NamedTuple, get_args

from search.model.options import Order, RelatedOptions
from search.model.page_style import CONTEXT, ITEM, PageStyle
from search.model.read_options import ReadOptions


class Setting(NamedTuple):
    """One setting.

    ``kind`` is bool, int, float, str, tuple (of texts) or dict (of texts). ``bounds`` are the least
    and the largest number, ``length`` the number of texts of a tuple if only one is allowed.
    ``path``: whether it is a path or several.
    """

    name: str
    help: str
    kind: type = str
    default: Any = ""
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    bounds: tuple[float | None, float | None] = (None, None)
    length: int = -1
    path: bool = False

    @property
    def key(self) -> str:
        """Its name in the file."""
        return self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"EVENT_SEARCH_{self.name.upper()}"


# Paths in a file count from its folder.
_ALL: Final = (
    Setting(
        "archives",
        "The archives of commands that are given none.",
        tuple,
        (),
        metavar="ARCHIVE",
        path=True,
    ),
    Setting("index", "The index directory.", metavar="PATH", path=True),
    Setting(
        "language",
        "The language of labels, such as de, in pages whose headings do not show it.",
        metavar="CODE",
    ),
    Setting(
        "map",
        "Names of fields in records or front matter, such as title=headline,date=when. By default "
        "those of the last run with the same archives.",
        dict,
        None,
        metavar="FIELD=NAME,...",
    ),
    Setting(
        "timezone",
        "The time zone that decides the day of a time, such as Europe/Berlin. By default that of "
        "the last run with the same archives, or else the zone that is written with the time.",
        default=None,
        metavar="ZONE",
    ),
    Setting(
        "undated",
        "Read records without a date as events too. Nearness in time is not compared for them, and "
        "filters by date leave them out. By default as in the last run with the same archives.",
        bool,
        None,
    ),
    Setting(
        "link",
        "What links to pages look like, such as '/{year}/{month}/{slug}/'. By default as the "
        "configuration of Jekyll, Hugo, Zola, Eleventy, Astro, Docusaurus or MkDocs says.",
        metavar="TEMPLATE",
    ),
    Setting(
        "headings",
        "The heading of Related sections, such as '## See also'. {related} is the word in the "
        "page's language. Repeat it for headings that are recognised but not written.",
        tuple,
        (),
        metavar="TEXT",
    ),
    Setting(
        "item",
        "One item of a list, with {number} {title} {link} {context} {date} {year} {month} {day}.",
        default=ITEM,
        metavar="TEMPLATE",
    ),
    Setting(
        "context",
        "The text for {context} if terms are shared, with {label} and {terms}.",
        default=CONTEXT,
        metavar="TEMPLATE",
    ),
    Setting("label", "The {label}, instead of the word in the page's language.", metavar="TEXT"),
    Setting(
        "former_items",
        "A template of earlier runs, whose items are recognised and replaced. Repeat it for more.",
        tuple,
        (),
        metavar="TEMPLATE",
    ),
    Setting(
        "markers",
        "Two lines that enclose the list, such as '<!-- related -->' '<!-- /related -->'. Pages "
        "without them get no list.",
        tuple,
        (),
        metavar="LINE",
        length=2,
    ),
    Setting(
        "front_matter",
        "Write the list into this field of the front matter, not into the text.",
        metavar="FIELD",
    ),
    Setting(
        "out",
        "Write the lists to a .json file, a .jsonl file or a folder (one file for each page), not "
        "into pages.",
        metavar="PATH",
        path=True,
    ),
    Setting("limit", "How many items a list may have.", int, 10, metavar="N", bounds=(1, None)),
    Setting(
        "order",
        "Sort by relevance; or by shared names, the rarest first, then the newest event first.",
        default="relevance",
        choices=get_args(Order),
    ),
    Setting(
        "min_score",
        "Leave out items with a lower score; 0 keeps all.  [default: 0.50, and lower in a list "
        "of fewer than three]",
        float,
        None,
        metavar="SCORE",
        bounds=(0, 1),
    ),
    Setting(
        "strict", "List only what is almost certainly related; a list may be empty.", bool, False
    ),
    Setting(
        "time",
        "Let events that are near in time score more; --no-time scores by text alone.",
        bool,
        True,
    ),
    Setting("fold", "List reports of the same event as one item.", bool, True),
    Setting("older", "Only events of the same day or an earlier one.", bool, False),
    Setting("newer", "Only events of the same day or a later one.", bool, False),
    Setting(
        "within",
        "Only events within this span before or after: 30d, 8w, 6m or 2y.",
        default=None,
        metavar="SPAN",
    ),
    Setting("match", "Only events that QUERY finds.", default=None, metavar="QUERY"),
)
SETTINGS: Final[Mapping[str, Setting]] = {each.name: each for each in _ALL}
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
