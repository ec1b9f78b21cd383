"""Options for reading archives."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

from search.model.errors import UsageError
from search.model.page_style import PageStyle

# What editors decided, in the folder of an archive or above it; see ``search.archive.decisions``.
DECISIONS: Final = "related.toml"


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How the files of archives are read.

    ``link``: the template of links to pages, such as "/{year}/{month}/{slug}/"; if it is empty, the
    configuration of the site decides. ``style``: how lists look, by which they are recognised.
    ``map``: pairs (field of an event, name of that field in records); None: the map of the last run
    with the same archives. ``language``: the Snowball name of the language of texts too short to
    detect it; "": the language of most texts; None: as in the last run. ``timezone``: the zone in
    which the day of a moment is determined, such as "Europe/Berlin"; "": the zone that the moment
    is written with; None: as in the last run. ``undated``: whether what has no date is an event
    too; None: as in the last run.

    Raises:
        UsageError: the time zone is unknown.
    """

    link: str = ""
    style: PageStyle = field(default_factory=PageStyle)
    map: tuple[tuple[str, str], ...] | None = None
    language: str | None = None
    timezone: str | None = None
    undated: bool | None = None

    def __post_init__(self) -> None:
        if self.timezone:
            check_timezone(self.timezone)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values, for `from_dict`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Any) -> ReadOptions:
        """The options with these values; the defaults if the values have another form.

        Raises:
            UsageError: a template cannot be used.
        """
        try:
            style: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in values["style"].items()
            }
            pairs = values.get("map")
            fields = None if pairs is None else tuple((str(a), str(b)) for a, b in pairs)
            return cls(**{**values, "style": PageStyle(**style), "map": fields})
        except (TypeError, ValueError, LookupError, AttributeError):
            return cls()


def check_timezone(name: str) -> None:
    """Raises UsageError for an unknown time zone."""
    from zoneinfo import ZoneInfo, available_timezones  # noqa: PLC0415 – few archives need it

    try:
        ZoneInfo(name)
    except (OSError, LookupError, ValueError, TypeError):
        from difflib import get_close_matches  # noqa: PLC0415 - only for this message

        near = get_close_matches(str(name), available_timezones(), 1, 0.4)
        meant = f"did you mean {near[0]}?" if near else "for example Europe/Berlin"
        raise UsageError(f"timezone is {name!r:.60}, which is unknown; {meant}") from None
