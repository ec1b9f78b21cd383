"""Addresses in a text: URLs, domains and e-mail addresses. They can be searched for, but relate
nothing."""

import re
from collections.abc import Iterator
from typing import Final

_HOSTS: Final = "com|org|net|edu|gov|mil|info|io|dev|app|eu|uk|de|fr|ru|jp|cn|au|ca|ch|nl|it|es"
_END: Final = r"""[^\s<>"'`\\^{}|]"""
_ADDRESS: Final = re.compile(
    rf"(?:[A-Za-z][A-Za-z0-9+.-]{{1,15}}://|www\.){_END}+"
    rf"|[\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+)+"
    rf"|(?<![\w.@-])(?:[a-z0-9_-]{{1,63}}\.)+(?:{_HOSTS})(?![\w-]|\.\w)(?:[:/]{_END}*)?"
)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:www\.)?|www\.")
_PUNCTUATION: Final = ".,;:!?)]}'*_"


def without_addresses(chunk: str) -> Iterator[tuple[int, int, bool]]:
    """The parts of a text without blanks, in order; True for the informative part of an address.

    The scheme, "www.", the query and the fragment are left out: nobody searches for them, and all
    links of a site share them.
    """
    done = 0
    if "." in chunk[:-1] or "://" in chunk:
        for found in _ADDRESS.finditer(chunk):
            if found.start() > done:
                yield done, found.start(), False
            text = found[0].rstrip(_PUNCTUATION)
            scheme = _SCHEME.match(text)
            start = scheme.end() if scheme else 0
            ends = [at for at in (text.find("?", start), text.find("#", start)) if at >= 0]
            end = min(ends, default=len(text))
            if end > start:
                yield found.start() + start, found.start() + end, True
            done = found.start() + len(text)
    if done < len(chunk):
        yield done, len(chunk), False
