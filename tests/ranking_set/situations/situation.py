"""What is asked, and the list that a good editor would make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Reasons = Mapping[str, str]  # the key of an event, and why it stands where it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One question: of an event (``of``), of a ``text``, or a search (``query``).

    ``first`` is the beginning of the list without threshold and folding, in order if ``ordered``.
    ``later`` comes after it in order, whatever stands between. ``terms`` are among the context
    terms of an item, and ``unsaid`` are terms of none. Where reports are folded, ``folded`` are one
    item, and each of ``apart`` stays one of its own. With all defaults, the list has no event of
    ``absent``, and none but ``first`` if it is ``alone``.
    ``wrong`` says which of "order", "terms", "folding" and "default list" is not yet so, and why.
    """

    name: str
    of: str = ""
    text: str = ""
    query: str = ""
    order: Literal["relevance", "context"] = "relevance"
    time: bool = True
    ordered: bool = True
    first: Reasons = field(default_factory=dict)
    later: Reasons = field(default_factory=dict)
    absent: Reasons = field(default_factory=dict)
    folded: Reasons = field(default_factory=dict)
    apart: Reasons = field(default_factory=dict)
    alone: bool = False
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unsaid: Reasons = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
