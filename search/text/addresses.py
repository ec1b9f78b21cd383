"""Addresses: URLs, domains and e-mail addresses in a text, and the targets of its links. They can
be searched for, but relate nothing."""

import re
from collections.abc import Iterator
from typing import Final

from search.text.folding import LONGEST_WORD, fold

_HOSTS: Final = "com|org|net|edu|gov|mil|info|io|dev|app|eu|uk|de|fr|ru|jp|cn|au|ca|ch|nl|it|es"
# Further endings of the domains that are asked for. A text may have them in other places.
_MORE_HOSTS: Final = (
    "int|example|ae|ar|at|be|bg|br|by|cl|cz|dk|ee|eg|fi|gr|hk|hr|hu|ie|il|in|ir|ke|kr|kz|lt|lu|lv|ma"
    "|mx|ng|no|nz|pe|ph|pk|pl|pt|ro|sa|se|sg|si|sk|th|tr|tv|tw|ua|us|ve|vn|za|рф|укр|бел|срб"
)
_END: Final = r"""[^\s<>"'`\\^{}|]"""
_ADDRESS: Final = re.compile(
    rf"(?:[A-Za-z][A-Za-z0-9+.-]{{1,15}}://|www\.){_END}+"
    rf"|[\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+)+"
    rf"|(?<![\w.@-])(?:[a-z0-9_-]{{1,63}}\.)+(?:{_HOSTS})(?![\w-]|\.\w)(?:[:/]{_END}*)?"
)
_DOMAIN: Final = re.compile(
    rf"(?:[^\W_][\w-]{{0,62}}\.)*[^\W_][\w-]{{1,62}}\.(?:{_HOSTS}|{_MORE_HOSTS})(?::\d{{1,5}})?"
)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:www\.)?|www\.")
_PUNCTUATION: Final = ".,;:!?)]}'*_"
# A host of other than ASCII letters, as links have it.
_PUNYCODE: Final = re.compile(r"(?<![\w-])[Xx][Nn]--([A-Za-z0-9-]{1,59})(?![\w-])")
_USUAL_PORT: Final = re.compile(
    rf"(?:([Hh][Tt][Tt][Pp][Ss]?):)?(?://)?[^/?#\[\s]*(:443|:80)(?=[/?#]|[{re.escape(_PUNCTUATION)}]*\Z)"
)
_UNUSUAL: Final = (("http", ":443"), ("https", ":80"))
_WORD: Final = re.compile(r"[^\W_]+")
_MOST_WORDS: Final = 64  # of an address
_MOST_PARAMETERS: Final = 8  # that are left out one by one
# Of two words, as "cease-fire" is, it would be a compound.
_SLUG: Final = re.compile(r"/?[^\W_]+(?:[-_]+[^\W_]+){2,}(?:\.[a-z]{2,5})?/?")
_OTHER_SCHEME: Final = re.compile(r"#|(?!https?:|ftp:)[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")


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


def urls_in(text: str) -> Iterator[str]:
    """The addresses with a scheme or "www." that a text has as such."""
    if "://" in text or "www." in text:
        for chunk in text.split():
            if "://" in chunk or "www." in chunk:
                yield from (found[0].rstrip(_PUNCTUATION) for found in _ADDRESS.finditer(chunk))


def is_target(target: str) -> bool:
    """Whether the target of a link is an address: no e-mail address, script or place in a page."""
    return bool(target) and not _OTHER_SCHEME.match(target)


def unquoted(address: str) -> str:
    """An address with characters in place of their escapes, such as %20."""
    if "%" not in address:
        return address
    from urllib.parse import unquote  # noqa: PLC0415 - few queries need it

    return unquote(address)


def words_of_address(address: str) -> list[str]:
    """The words by which an address is found, folded: of its host, its path and its query, which
    may say which page it is (``watch?v=...``). Fragments and the usual ports are left out."""
    address = _without_usual_port(address)
    scheme = _SCHEME.match(address)
    rest = unquoted(address[scheme.end() if scheme else 0 :].partition("#")[0])
    rest = _PUNYCODE.sub(_decoded, rest)
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(rest))[:_MOST_WORDS]]


def _without_usual_port(address: str) -> str:
    """An address without the port that its scheme has anyway; without a scheme it may be either."""
    found = _USUAL_PORT.match(address)
    if not found or ((found[1] or "").lower(), found[2]) in _UNUSUAL:
        return address
    return address[: found.start(2)] + address[found.end(2) :]


def _decoded(label: re.Match[str]) -> str:
    try:
        return label[1].encode().decode("punycode")
    except UnicodeError:
        return label[0]


def shortened(address: str) -> Iterator[str]:
    """An address; then without its last parameter, and so on; at last without its query, as a
    parameter may only say where a reader came from."""
    path, mark, query = address.partition("#")[0].partition("?")
    parameters = query.split("&") if mark else []
    for count in range(len(parameters), max(len(parameters) - _MOST_PARAMETERS, 0), -1):
        yield f"{path}?{'&'.join(parameters[:count])}"
    yield path


def may_be_address(word: str) -> bool:
    """Whether a word of a query may be an address or a part of one: a URL, a domain, a path or a
    slug. An ordinary word, such as "discovery", is none, though addresses have it."""
    if not any(map(str.isalpha, word)):
        return False
    word = word.rstrip(_PUNCTUATION)
    if _is_domain(word):
        return True
    word = word.lower()
    return bool(_ADDRESS.fullmatch(word) or _SLUG.fullmatch(word)) or "/" in word.strip("/")


def _is_domain(word: str) -> bool:
    """Whether a word is a bare domain. In "end.In", two sentences meet."""
    ending = word.rpartition(".")[2]
    is_capitalised = ending[:1].isupper() and not word.isupper()
    return not is_capitalised and bool(_DOMAIN.fullmatch(fold(word)))
