"""Archives in: Markdown pages, JSON Lines and CSV become events; what is none says why.

``read`` gives the events of whole archives. ``take_census`` gives what they hold with a ``Ledger``,
by which the next census reads only what changed. ``read_pages`` gives what regenerating takes.
"""

from search.reading.archive import (
    STDIN,
    Entry,
    SitePage,
    entries,
    page_of,
    read,
    read_pages,
)
from search.reading.census import Census, take_census
from search.reading.ledger import Ledger
from search.reading.walk import Form, OnSkip, Skipped

__all__ = [
    "STDIN",
    "Census",
    "Entry",
    "Form",
    "Ledger",
    "OnSkip",
    "SitePage",
    "Skipped",
    "entries",
    "page_of",
    "read",
    "read_pages",
    "take_census",
]
