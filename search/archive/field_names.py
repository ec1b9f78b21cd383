"""Names of fields in records, and the fields of events that they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from search.archive.guessed_fields import (
    guessed_names,
    is_date_of_change,
    is_date_of_start,
    may_be_meant,
)
from search.model import printing as plain
from search.model.arguments import meant
from search.model.errors import UsageError
from search.model.read_options import ReadOptions
from search.text.months import month_of

# When something happened or was published, the likeliest first.
_HAPPENED: Final = (
    "eventdate", "eventtime", "incidentdate", "occurredat", "occurred",
    "published", "publishedat", "datepublished", "pubdate", "publishdate", "publisheddate",
    "publicationdate", "dateofpublication", "original", "datetime", "postdate", "postedat",
    "pubdatetime", "posted", "revdate", "initialrelease", "initialreleasedate", "releasedat",
    "publictime", "startedat", "starttime", "start", "started", "begin", "disclosed",
    "reported", "reportedat", "opened", "openedat", "detectedat", "announced", "day", "time",
    "realtimetimestamp", "issued", "publishedon", "postedon", "dateposted", "public",
)  # fmt: skip
# When a record was written: such a date gives way to one of what happened, such as a start.
_CREATED: Final = (
    "createdutc", "created", "createdat", "createdon", "datecreated", "creationdate",
    "creationtime", "usercreatedtime", "createdtime", "createddate", "dateadded", "addedat",
)  # fmt: skip
# Dates that count only if no other name speaks of a date, such as that of the last change.
_WEAK_DATES: Final = (
    "timestamp", "ts", "updated", "updatedat", "lastmod", "lastmodified", "modified",
)  # fmt: skip
# Synonyms for the fields of an event, best first, in small letters without "_", "-" or " ".
# A field of our own name comes first.
SYNONYMS: Final = {
    "id": ("uuid", "guid", "key", "slug", "ghsaid", "cveid", "objectid", "postid", "bugid",
           "issuekey", "advisoryno", "advisorynumber", "advisoryid", "advisory", "ticketno",
           "ticketnumber", "ticketid", "ticket", "incidentno", "incidentnumber", "incidentid",
           "caseno", "casenumber", "caseid", "recordno", "recordid", "articleid", "storyid",
           "eventid", "refno", "reference", "permalink", "url", "link", "htmlurl", "path", "number",
           "tagname", "cursor", "uri", "cve", "doi", "arn", "vid"),
    "date": (*_HAPPENED, *_CREATED, *_WEAK_DATES),
    "title": ("headline", "name", "subject", "heading", "incident", "event", "externaldesc",
              "vulnerabilityname", "casename", "whathappened"),
    "summary": (
        "description", "shortdescription", "excerpt", "abstract", "details", "subtitle", "lead",
        "abstractnote", "desc",
    ),
    "url": (
        "permalink", "link", "htmlurl", "weburl", "externalurl", "shortlink", "webpage", "href",
    ),
    "sources": ("source", "publisher"),
    "terms": ("tags", "tag", "categories", "keywords", "topics", "topic", "labels",
              "components", "affected", "affectedproducts", "aliases"),
}  # fmt: skip
_NAMES: Final = {target: (target, *others) for target, others in SYNONYMS.items()}
# Databases of advisories have the last change as date where they have pubdate too.
_DATES: Final = ("pubdate", "date", *_HAPPENED)
# Fields of inner objects that may be the record's own. An author has a name and an id too.
_INNER: Final = {
    "id": ("cveid", "ghsaid"),
    "title": ("title", "headline"),
    "date": (*_NAMES["date"], "entry"),
    "url": (),
    "sources": (),
}
# Objects in a record that hold its fields: JSON:API, Jira, GeoJSON, CSAF, Reddit, Bluesky, CVE.
_WRAPPERS: Final = (
    "attributes", "fields", "properties", "document", "tracking", "data", "post", "record", "cve",
    "CVE_data_meta", "annotations", "_source", "metadata",
)  # fmt: skip
# Names that identify a record in the world, not only in its file.
OWN_IDS: Final = ("id", "uuid", "guid", "ghsaid", "cveid")
# Where the text of a record is, which follows its summary.
BODIES: Final = (
    "text", "body", "bodytext", "content", "contenthtml", "contenttext", "message", "notes",
    "incidentupdates", "updates", "descriptions", "comments", "selftext", "storytext", "fulltext",
    "plaintext", "html", "extended", "synopsis", "eventlog", "eventdescription", "msg",
)  # fmt: skip
# Of them, those that count in objects of a record, where the record has no text: a post in a feed.
INNER_BODIES: Final = ("descriptions", "content", "text", "selftext", "fulltext")
_MOST_NAMED: Final = 12  # fields that a message names
_MOST_INNER: Final = 200  # objects in a record, and fields in one, that are read
_SQUASHED: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class FieldMap:
    """How the fields of records become those of events.

    ``sources``: the user's map, as pairs such as (title, headline). ``zone``: in which a moment has
    its day; None: in the zone it is written with. ``undated``: records need no date. ``day_first``
    returns whether 06/02/2016 begins with the day, see `dates.parse_date`.
    """

    sources: tuple[tuple[str, str], ...] = ()
    zone: tzinfo | None = None
    undated: bool = False
    day_first: Callable[[], bool | None] | None = field(default=None, compare=False)

    @classmethod
    def by(cls, options: ReadOptions) -> FieldMap:
        """The map of checked options."""
        zone = ZoneInfo(options.timezone) if options.timezone else None
        return cls(options.map or (), zone, bool(options.undated))

    @classmethod
    def of(cls, given: Mapping[str, str] | None) -> FieldMap:
        """A checked map.

        Raises:
            UsageError: an event has no such field, or a name is not a text.
        """
        pairs = dict(given or {}).items()
        for target, source in pairs:
            if target not in SYNONYMS:
                advice = meant(str(target), list(SYNONYMS))
                raise UsageError(f"map: an event has no field {target!r:.40}; {advice}")
            if not isinstance(source, str) or not source.strip():
                raise UsageError(
                    f"map: {target}={source!r:.40}; name the field of your records as {target}=NAME"
                )
        return cls(tuple(sorted((target, source.strip()) for target, source in pairs)))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.sources)


NO_MAP: Final = FieldMap()


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a record.

    ``values`` are by squashed names, ``names`` as they were written, without those that the map
    gave to a field of an event. ``inner`` are the fields of objects in the record, which count
    where the record itself has none.
    """

    values: Mapping[str, Any]
    names: tuple[str, ...]
    inner: Mapping[str, Any]
    map: FieldMap = NO_MAP

    def get(self, target: str) -> list[Any]:
        """The values of a field of an event and of its synonyms that are not empty."""
        names = _NAMES[target]
        return filled(self.values, names) or filled(self.inner, _INNER.get(target, names))

    def guessed(self, target: str) -> list[Any]:
        """The values of fields that may be a date, a title or a text by the words of their names,
        the likeliest first."""
        if target not in ("date", "title", "summary"):
            return []
        names = guessed_names(self.names, target)
        values = (self.values.get(squashed(name)) for name in names)
        return [value for value in values if may_be_meant(value, target)]

    def dates(self) -> tuple[list[Any], list[Any]]:
        """The values that may be the date, the likeliest first; and those that count only where
        none of the first is a date, such as the time of the last change."""
        first, last = _names_of_dates(self.names)
        if any(target == "date" for target, _ in self.map):
            first = ("date", *first)
        rest = filled(self.values, _WEAK_DATES) or filled(self.inner, _INNER["date"])
        return filled(self.values, first), rest + filled(self.values, last)

    def is_event(self) -> bool:
        """Whether there is what an event needs: a date, and a title or a text."""
        has_date = self.map.undated or has_field(self, "date")
        return has_date and (has_field(self, "title") or has_field(self, "summary"))

    def named(self) -> str:
        """Some of the names, for a message."""
        names = ", ".join(plain.visible(name)[:40] for name in self.names[:_MOST_NAMED])
        return names or "none"


@lru_cache(maxsize=1_024)
def _names_of_dates(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The squashed names of a record's dates, the likeliest first; and those of its changes."""
    guessed = guessed_names(names, "date")
    starts = [squashed(name) for name in guessed if is_date_of_start(name)]
    changes = [squashed(name) for name in guessed if is_date_of_change(name)]
    others = [name for name in map(squashed, guessed) if name not in changes]
    return (*_DATES, *starts, *_CREATED, *others), tuple(changes)


def filled(values: Mapping[str, Any], names: tuple[str, ...]) -> list[Any]:
    if values.keys().isdisjoint(names):  # the usual case, and several times as fast
        return []
    present = [values[name] for name in names if name in values]
    return [value for value in present if value is not None and value != ""]


def prepared(record: Mapping[Any, Any], field_map: FieldMap = NO_MAP) -> Fields:
    """The fields of a record, and those of objects in it."""
    record = _unwrapped(record)
    values: dict[str, Any] = {}
    deeper: dict[str, Any] = {}
    for name, value in record.items():
        values.setdefault(squashed(name), value)
    for value in [each for each in record.values() if isinstance(each, dict)][:_MOST_INNER]:
        for inner, its in list(value.items())[:_MOST_INNER]:
            deeper.setdefault(squashed(inner), its)
            if isinstance(its, dict):
                for deepest, found in list(its.items())[:_MOST_INNER]:
                    deeper.setdefault(squashed(deepest), found)
    parts = [values.get(name) for name in ("year", "month", "day")]
    if all(parts) and "date" not in values:
        values["date"] = "-".join(str(month_of(part) or part) for part in map(str, parts))
    for target, source in field_map:
        found = record.get(source, values.get(squashed(source), deeper.get(squashed(source))))
        if found is not None:
            values[target] = found
    mapped = {squashed(source) for _, source in field_map}
    names = [str(name) for name in record if squashed(name) not in mapped] if mapped else record
    return Fields(values, tuple(map(str, names)), deeper, field_map)


def _unwrapped(record: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """A record with the fields of the objects that hold them."""
    if len(record) == 1:  # {"tweet": {...}}
        inner = next(iter(record.values()))
        record = inner if isinstance(inner, Mapping) else record
    for name in _WRAPPERS:
        inner = record.get(name)
        if isinstance(inner, dict):
            record = {**inner, **{key: each for key, each in record.items() if key != name}}
    return record


def squashed(name: Any) -> str:
    """A name in small letters without what separates its words: publishedAt, published_at."""
    return _squashed(name if isinstance(name, str) else str(name))


@lru_cache(maxsize=4_096)
def _squashed(name: str) -> str:
    return _SQUASHED.sub("", name.casefold())


def has_field(fields: Fields, target: str) -> bool:
    """Whether a record has a field of an event, by any of its names, that is not empty."""
    if target == "summary" and (
        any(fields.values.get(name) for name in BODIES)
        or any(fields.inner.get(name) for name in INNER_BODIES)
    ):
        return True
    return bool(fields.get(target) or fields.guessed(target))
