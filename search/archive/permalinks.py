"""Links to pages by a pattern, as site generators make them.

Patterns have Jekyll's and Hugo's words, ``:year`` and the like; the owner's template has the same
in braces, ``{year}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import PurePath
from typing import Any, Final

from search.model import printing as plain

_WORD: Final = re.compile(r":([a-z_]+)|(?<!{){([a-z_]+)}(?!})")
_DATED_NAME: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[-_]?(.*)", re.ASCII | re.DOTALL)
_SLASHES: Final = re.compile(r"//+")
_LONGEST_LINK: Final = 1_000  # characters
_MOST_FREE: Final = 2  # words of any length between two slashes of a pattern
_SHAPES: Final = {"year": r"\d{4}", "month": r"\d{1,2}", "day": r"\d{1,2}"}
# The others leave the day in a file's name out of links.
_DATES_STAY: Final = ("Hugo", "Eleventy", "Astro", "MkDocs")
# The fields that hold the link of their page.
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "": (), "Hugo": ("url",), "Zola": ("path",), "Astro": (), "MkDocs": (), "Docusaurus": ("slug",),
}  # fmt: skip
_LIKELY: Final = frozenset({"year", "short_year"})  # words that no other page's link has by chance


@dataclass(frozen=True, slots=True)
class Permalinks:
    """How the pages of an archive are linked.

    ``kind``: the generator, such as "Jekyll"; "" if the owner gave the pattern. ``top``: the folder
    that paths of pages start from. ``base``: the beginning of every link, such as "/blog".
    ``patterns``: by the folder of a page; "" is any folder. ``origin``: the name of the
    configuration.
    """

    kind: str
    top: str
    base: str
    patterns: tuple[tuple[str, str], ...]
    origin: str

    @property
    def pattern(self) -> str:
        """The first pattern, for people."""
        return self.base + self.patterns[0][1] if self.patterns else ""

    def link(self, path: str, fields: Mapping[str, Any], day: date | None, title: str) -> str:
        """The link to a page; "" where nothing is known.

        ``path`` is the absolute path of its file, ``fields`` are those of its front matter.
        """
        if not self.patterns or not PurePath(path).is_relative_to(self.top):
            return ""
        parts = PurePath(path).relative_to(self.top).parts
        own = self._own(fields)
        if self.kind == "Docusaurus" and own:
            own = f"/{'/'.join(parts[:1] if parts[0] == 'blog' else parts[:-1])}{own}"
        if own and not _WORD.search(own):
            return self._based(own)
        pattern = own or next(
            pattern for folder, pattern in self.patterns if not folder or folder in parts[:-1]
        )
        values = self._values(parts, fields, day, title)
        link = _WORD.sub(lambda found: values.get(found[1] or found[2], found[0]), pattern)
        return "" if _WORD.search(link.replace("://", "")) else self._based(link)

    def lacks(self, link: str) -> bool:
        """Whether a link that leads to no event has the form of a link to a page of this kind."""
        return len(link) <= _LONGEST_LINK and any(
            pattern.fullmatch(link) for pattern in _forms(self.base, self.patterns)
        )

    def _own(self, fields: Mapping[str, Any]) -> str:
        """The link in the page's own front matter."""
        names = _OWN.get(self.kind, ("permalink",))
        value = next((fields[name] for name in names if isinstance(fields.get(name), str)), "")
        if "{" in value or "\n" in value:  # the generator's template language
            return ""
        return "" if not value else value if value.startswith("/") else f"/{value}"

    def _based(self, link: str) -> str:
        scheme, found, rest = link.rpartition("://")
        path = rest if found else f"{self.base}/{link}"
        return plain.line(scheme + found + _SLASHES.sub("/", path)).replace(" ", "%20")

    def _values(
        self, parts: tuple[str, ...], fields: Mapping[str, Any], day: date | None, title: str
    ) -> dict[str, str]:
        *folders, name = parts
        stem = name.rsplit(".", 1)[0]
        if stem.casefold() in ("index", "readme") and folders and self.kind != "Jekyll":
            stem = folders.pop()
        dated = _DATED_NAME.match(stem)
        bare = dated[1] if dated and dated[1] and self.kind not in _DATES_STAY else stem
        slug = (str(fields.get("slug") or "") if self.kind != "MkDocs" else "") or bare
        if self.kind == "Hugo":
            folders, slug = [_hugo(each) for each in folders], _hugo(slug)
        elif self.kind == "Zola":
            slug = _simple(slug)
        path = "/".join((*(each for each in folders if each[0] != "_"), slug))
        dates = _of_day(day) if day else {}
        return dates | {
            "title": _hugo(title) if self.kind == "Hugo" else slug,
            "slug": (
                _hugo(str(fields.get("slug") or title))
                if self.kind in ("Hugo", "MkDocs")
                else _simple(slug)
            ),
            "slugorfilename": slug, "slugorcontentbasename": slug,
            "filename": _hugo(stem), "contentbasename": _hugo(stem),
            "name": stem, "basename": stem, "path": path, "output_ext": ".html",
            "section": folders[0] if folders else "", "sections": "/".join(folders),
            "collection": folders[0].lstrip("_") if folders else "",
            "categories": "/".join(_categories(folders, fields)),
        }  # fmt: skip


def _of_day(day: date) -> dict[str, str]:
    week = day.isocalendar()
    return {
        "year": f"{day.year:04}", "short_year": f"{day.year % 100:02}",
        "month": f"{day.month:02}", "i_month": str(day.month),
        "day": f"{day.day:02}", "i_day": str(day.day), "y_day": f"{day:%j}",
        "yearday": str(int(f"{day:%j}")), "week": f"{week.week:02}",
        "weekday": str(day.isoweekday() % 7), "monthname": _MONTHS[day.month - 1].lower(),
        "weekdayname": _DAYS[day.weekday()].lower(), "short_day": _DAYS[day.weekday()][:3],
        "short_month": _MONTHS[day.month - 1][:3], "long_month": _MONTHS[day.month - 1],
    }  # fmt: skip


@lru_cache(maxsize=16)
def _forms(base: str, patterns: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], ...]:
    """The forms of links by patterns that no other page's link has by chance."""
    found = []
    for _, pattern in patterns:
        pieces = _WORD.split(pattern)
        names = {name for place, name in enumerate(pieces) if place % 3 and name}
        if not names & _LIKELY:
            continue
        shapes = [
            re.escape(piece) if place % 3 == 0 else _SHAPES.get(piece, "[^/]*") if piece else ""
            for place, piece in enumerate(pieces)
        ]
        joined = "".join(shapes)
        if any(part.count("[^/]*") > _MOST_FREE for part in joined.split("/")):
            continue  # with more of them a match may take more than quadratic time
        whole = joined.replace("[^/]*/", "(?:[^/]+/)?", 1)
        found.append(re.compile(re.escape(base) + whole))
    return tuple(found)


PLAIN: Final = Permalinks("", "", "", (), "")
_MONTHS: Final = (
    "January February March April May June July August September October November December".split()
)
_DAYS: Final = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def _categories(folders: list[str], fields: Mapping[str, Any]) -> list[str]:
    """As Jekyll counts them: the folders above _posts, and then those of the front matter."""
    above = folders[: folders.index("_posts")] if "_posts" in folders else []
    found = fields.get("categories") or fields.get("category") or []
    named = found.split() if isinstance(found, str) and "categories" in fields else found
    named = [named] if isinstance(named, str) else named
    return list(dict.fromkeys(str(each).lower() for each in (*above, *named)))


def _hugo(text: str) -> str:
    """A part of an address as Hugo makes it of a name or title."""
    kept = "".join(
        c if c.isalnum() or c in "._+~-@%#" else "-" if c.isspace() else "" for c in text
    )
    return re.sub("-+", "-", kept.lower()).strip("-")


def _simple(text: str) -> str:
    """A part of an address of letters, digits and hyphens."""
    return re.sub(r"[^\w]+|_", "-", text.lower()).strip("-")
