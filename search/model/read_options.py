"""How the files of archives are read, as far as their owner says."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from search.model.page_style import PageStyle


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """``link``: a template for what links to a page, such as "/{year}/{month}/{slug}/"; without
    one, what the configuration of the site says. ``style``: which part of a page is our list.
    """

    link: str = ""
    style: PageStyle = field(default_factory=PageStyle)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values, for `from_dict`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Any) -> ReadOptions:
        """The options with these values, which may be anything; the defaults where they are wrong.

        Raises:
            UsageError: a template cannot be used.
        """
        try:
            style: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in values["style"].items()
            }
            return cls(**{**values, "style": PageStyle(**style)})
        except (TypeError, LookupError, AttributeError):
            return cls()
