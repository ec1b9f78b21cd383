"""The aliases of events, as an index learns them."""

from collections.abc import Iterable

from search.model.event import Event
from search.text.names.alias_edits import Edits
from search.text.names.alias_evidence import Facts
from search.text.names.alias_families import Families
from search.text.names.aliases import Aliases
from search.text.terms import Analysis


def mined_aliases(
    events: Iterable[Event], analyses: Iterable[Analysis], edits: Edits | None = None
) -> Aliases:
    """The aliases that events show, corrected by an editor."""
    facts = Facts()
    for event, analysis in zip(events, analyses, strict=True):
        facts.add(event, analysis.names)
    return Aliases(*Families(facts, edits or Edits()).settled())
