"""Mail: one message a file (.eml, Maildir), or many in one file (.mbox, archives of lists)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Final

from search.archive.formats import NumberedFields
from search.model import limits

_BEGINNING: Final = 64 << 10  # bytes in which the headers of a message end
_FROM: Final = re.compile(rb"From \S+(?: at \S+)? .{0,40}\d\d:\d\d.{0,40}\n[A-Z][\w-]*: ")
_HEADERS: Final = re.compile(rb"(?:[A-Z][A-Za-z-]*: .*\n(?:[ \t].*\n)*){3,}+\r?\n")


def mail_reader(data: bytes) -> Callable[[bytes], Iterator[NumberedFields]] | None:
    """How a text is read that is mail, whatever its suffix: as a mailbox, or as one message. None
    if it is no mail."""
    if _FROM.match(data):
        return mailbox_records
    found = _HEADERS.match(data[:_BEGINNING])
    return message_records if found and b"\nFrom: " in b"\n" + found[0] else None


def message_records(data: bytes) -> Iterator[NumberedFields]:
    """The message in a file."""
    yield None, _fields(data)


def mailbox_records(data: bytes) -> Iterator[NumberedFields]:
    """The messages of a mailbox, each with the number of its "From " line."""
    lines = data.splitlines(keepends=True)
    starts = [
        number
        for number, line in enumerate(lines)
        if line.startswith(b"From ") and (not number or not lines[number - 1].strip())
    ]
    if not starts:
        raise ValueError('not a mailbox: no line begins with "From "')
    for first, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield first + 1, _fields(b"".join(lines[first + 1 : end]))


def _fields(data: bytes) -> dict[str, Any]:
    message = message_from_bytes(data[: limits.MESSAGE_BYTES], policy=policy.default)
    names = ("subject", "date", "message-id", "from")
    try:
        found = {name: str(message[name]) for name in names if message[name] is not None}
        text = _text(message)
    except (ValueError, LookupError, AttributeError, TypeError, IndexError) as error:
        raise ValueError(f"not a message: {error}") from error  # the parser fails on some headers
    fields = {
        "id": found.get("message-id", "").strip("<> \t"),
        "date": found.get("date"),
        "title": found.get("subject"),
        "summary": text,
        "author": found.get("from"),
    }
    return {name: value for name, value in fields.items() if value}


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    content = body.get_content() if body is not None else ""
    return content if isinstance(content, str) else ""
