"""Archives in: Markdown pages, JSON Lines and CSV become events; what is none says why.

``read`` gives the events of whole archives. An index that wants to read only what changed takes
``entries`` (the files with their stamps), keeps the stamps, and asks ``events_of`` for the rest;
``fingerprint`` is all stamps in one value. ``read_pages`` gives what regenerating takes.
"""

from search.reading.archive import (
    Entry,
    SitePage,
    entries,
    events_of,
    fingerprint,
    page_of,
    read,
    read_pages,
)
from search.reading.walk import Form, OnSkip, Skipped

__all__ = [
    "Entry",
    "Form",
    "OnSkip",
    "SitePage",
    "Skipped",
    "entries",
    "events_of",
    "fingerprint",
    "page_of",
    "read",
    "read_pages",
]
