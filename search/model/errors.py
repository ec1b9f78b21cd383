"""What can go wrong, as a caller would handle it.

    EventSearchError
    ├── UsageError              the call itself cannot be carried out as it stands
    ├── UnknownEvent            no event of that id (or more than one) is in the index
    ├── ArchiveError            an archive cannot be read at all
    ├── TooMuchChurn            more pages would change than the caller allows
    ├── PageUnwritable          a page cannot be replaced; it is as it was
    └── IndexUnusable           there is an index directory, or should be, and it cannot be used
        ├── IndexMissing        nothing has been built there
        ├── IndexFormatMismatch built by another version
        │   └── IndexNewer      built by a newer version, and never replaced by an older one
        ├── IndexDamaged        a file is missing, cut or altered
        ├── IndexLocked         another process is writing
        └── IndexUnwritable     the directory or the disk refuses

A message names the file (and line) that it is about and ends with what to do.
A page or line that is merely no event is no error: see ``search.archive.Skipped``.
"""


class EventSearchError(Exception):
    """Base of everything that this package raises on purpose."""


class UsageError(EventSearchError):
    pass


class UnknownEvent(EventSearchError):
    pass


class ArchiveError(EventSearchError):
    pass


class TooMuchChurn(EventSearchError):
    pass


class PageUnwritable(EventSearchError):
    pass


class IndexUnusable(EventSearchError):
    pass


class IndexMissing(IndexUnusable):
    pass


class IndexFormatMismatch(IndexUnusable):
    pass


class IndexNewer(IndexFormatMismatch):
    pass


class IndexDamaged(IndexUnusable):
    pass


class IndexLocked(IndexUnusable):
    pass


class IndexUnwritable(IndexUnusable):
    pass
