"""Escapes text and links for Markdown, so that they are shown as they are and do nothing else.

Characters are escaped where CommonMark, GitHub's dialect, kramdown or Liquid could read them as
markup; all others stay, so that ordinary titles do not change.

GitHub's dialect turns every bare address into a link, and takes a backslash for part of the
address: in ``https://e.org/\\<b>`` the tag would be live. So an address with something escaped in
it is escaped at its start too (``https\\://``, ``www\\.``), and is no address any more.
"""

import re

from search.model import printing as plain

_MARKUP = re.compile(
    r"[\\`*\[\]<{|~]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # an underscore inside a word means nothing
    r"|&(?=(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);)"
)
_UNSAFE = re.compile(
    '[\x00-\x20\x7f-\xa0"()<>\\[\\]\\\\`{}|\u2000-\u200f\u2028-\u202f\u205f-\u206f'
    "\u1680\u3000\ufeff\ud800-\udfff]"
)
# The start of an address that GitHub's dialect turns into a link.
_ADDRESS = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
_ENTITY = re.compile("&(?=#?[A-Za-z0-9]+;)")
_ANYWHERE = re.compile("[&<>\"'{}\\[\\]*_`|~\\\\]")
_SCHEME = re.compile(r"^(?!https?:)([A-Za-z][A-Za-z0-9+.-]*):", re.IGNORECASE)


def text(raw: str) -> str:
    r"""Text as one line of Markdown, without leading and trailing blanks and control characters.

    >>> print(text("*Ebola* in [Liberia]"))
    \*Ebola\* in \[Liberia\]
    """
    line = plain.line(raw)
    escaped = _MARKUP.sub(_backslash, line)
    if escaped == line or not _ADDRESS.search(line):
        return escaped
    # An address is escaped only if something else in its word is.
    pairs = ((word, _MARKUP.sub(_backslash, word)) for word in line.split(" "))
    return " ".join(new if new == word else _ADDRESS.sub(_backslash, new) for word, new in pairs)


def term(raw: str) -> str:
    """The same for text between underscores: an address in it must not absorb the last one."""
    return _ADDRESS.sub(_backslash, _MARKUP.sub(_backslash, plain.line(raw)))


def _backslash(mark: re.Match[str]) -> str:
    return f"\\{mark[0]}"


def entities(raw: str) -> str:
    """Text as one line that is only text in Markdown, HTML, a quoted attribute and template
    languages: all that could be markup becomes a character reference."""
    line = _ADDRESS.sub(_reference, _ANYWHERE.sub(_reference, plain.line(raw)))
    is_marker = line and not line[0].isalpha() and line[0] != "&"
    return f"&#{ord(line[0])};{line[1:]}" if is_marker else line


def _reference(mark: re.Match[str]) -> str:
    return f"&#{ord(mark[0])};"


def destination(link: str) -> str:
    """A link for the round brackets of ``[text](link)``.

    What would end or change it is percent-encoded; a ``%`` stays, since links may be encoded
    already. Schemes other than http and https become relative paths, so no printed link runs code.
    """
    encoded = _UNSAFE.sub(_percent, link)
    return _ENTITY.sub("&amp;", _SCHEME.sub(r"\1%3A", encoded, count=1))


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))
