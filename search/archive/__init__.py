"""Reads archives: files of many formats become events, or are skipped with a reason. Writes pages.

``read`` gives the events of archives. ``scan_archives`` also gives a ``FileCache``, so that the
next scan reads only what changed. ``page_of`` gives a page for regenerating.
"""

from search.archive.file_cache import RECORD, FileCache, StatSignature, firsts, racily_clean
from search.archive.file_forms import Form
from search.archive.file_list import page_signature, signature_of
from search.archive.reader import STDIN, Entry, SitePage, entries, page_digest, page_of, paths_of
from search.archive.scan import Scan, read, scan_archives
from search.archive.walk import OnSkip, Skipped

__all__ = [
    "RECORD",
    "STDIN",
    "Entry",
    "FileCache",
    "Form",
    "OnSkip",
    "Scan",
    "SitePage",
    "Skipped",
    "StatSignature",
    "entries",
    "firsts",
    "page_digest",
    "page_of",
    "page_signature",
    "paths_of",
    "racily_clean",
    "read",
    "scan_archives",
    "signature_of",
]
