"""Mail: one message a file (.eml), or many in one file (.mbox)."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from search.archive.formats import NumberedFields
from search.model import limits


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
    names = ("subject", "date", "message-id", "from", "keywords")
    try:
        found = {name: str(message[name]) for name in names if message[name] is not None}
        text = _text(message)
    except (ValueError, LookupError, AttributeError, TypeError, IndexError) as error:
        raise ValueError(f"not a message: {error}") from error  # the parser fails on some headers
    return {
        "id": found.get("message-id", "").strip("<> \t"),
        "date": found.get("date"),
        "title": found.get("subject"),
        "summary": text,
        "author": found.get("from"),
    }


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    content = body.get_content() if body is not None else ""
    return content if isinstance(content, str) else ""
