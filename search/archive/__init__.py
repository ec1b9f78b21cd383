"""Archives in: Markdown pages, JSON Lines and CSV become events; what is none says why.

``read`` gives the events of whole archives. ``take_census`` gives what they hold with a ``Ledger``,
by which the next census reads only what changed. ``page_of`` gives what regenerating takes.
"""

from search.archive.ledger import Ledger, Records, Stamp, firsts, settled
from search.archive.listing import stamp_of
from search.archive.reader import STDIN, Entry, SitePage, entries, page_digest, page_of, read
from search.archive.scan import Census, Found, take_census
from search.archive.walk import Form, OnSkip, Skipped

__all__ = [
    "STDIN",
    "Census",
    "Entry",
    "Form",
    "Found",
    "Ledger",
    "OnSkip",
    "Records",
    "SitePage",
    "Skipped",
    "Stamp",
    "entries",
    "firsts",
    "page_digest",
    "page_of",
    "read",
    "settled",
    "stamp_of",
    "take_census",
]
