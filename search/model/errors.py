"""What can go wrong, as a caller would handle it.

    EventSearchError
    ├── UsageError              the call itself cannot be carried out
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
    """The call cannot be carried out: a value of a wrong type, a closed index."""


class UnknownEvent(EventSearchError):
    """No event of the index has that id, or more than one has."""


class ArchiveError(EventSearchError):
    """An archive is missing, cannot be read at all, or holds no event."""


class TooMuchChurn(EventSearchError):
    """More pages would change than the caller allows. No page was written."""


class PageUnwritable(EventSearchError):
    """A page cannot be replaced. It is as it was, unless the message says otherwise."""


class IndexUnusable(EventSearchError):
    """There is an index directory, or should be, and it cannot be used."""


class IndexMissing(IndexUnusable):
    """No index was built there."""


class IndexFormatMismatch(IndexUnusable):
    """The index was built by another version; build it again."""


class IndexNewer(IndexFormatMismatch):
    """The index was built by a newer version, which an older one never replaces."""


class IndexDamaged(IndexUnusable):
    """A file of the index is missing, cut or altered; repair the index."""


class IndexLocked(IndexUnusable):
    """Another process is writing the index; try again later."""


class IndexUnwritable(IndexUnusable):
    """The index directory or the disk refuses. The index is whole, as before or as after."""
