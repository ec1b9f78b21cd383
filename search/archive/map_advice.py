"""Proposes a ``--map`` for a record that has no date or title under a known name."""

from __future__ import annotations

import re
import shlex
from datetime import date
from typing import Final

from search.archive.dates import parse_date
from search.archive.field_names import Fields, has_field, squashed
from search.model import printing as plain

_NAMES: Final = {
    "date": re.compile(r"dat|day|time|when|releas|publish|issue|creat|report|post"),
    "title": re.compile(r"title|headline|heading|subject|caption|name|text|descr|words"),
}


def map_advice(fields: Fields, target: str, unknown: str = "") -> str:
    """Advice on the field ``target``, and on the other one if that is missing too.

    ``unknown`` is printed for a field that cannot be guessed. Fields that are mapped already stay.
    """
    others = [name for name in _NAMES if name != target and not _has(fields, name)]
    taken: set[str] = set()
    pairs = [f"{name}={plain.visible(source)[:40]}" for name, source in fields.map.sources]
    guesses: dict[str, str] = {}
    for name in sorted([target, *others]):
        guesses[name] = guess = _guess(fields, name, taken)
        taken.add(guess)
        if guess or unknown:
            pairs.append(f"{name}={plain.visible(guess)[:40] or unknown}")
    advice = []
    if unknown or any(guesses.values()):
        advice.append(f"--map {shlex.quote(','.join(pairs))}")
    if target == "date" and not guesses["date"]:
        advice.append("--undated to take what has no date")
    return f"; try {', or '.join(advice)}" if advice else ""


def _has(fields: Fields, name: str) -> bool:
    return has_field(fields, name) or (name == "title" and has_field(fields, "summary"))


def _guess(fields: Fields, target: str, taken: set[str]) -> str:
    """The field that looks most like the target, by its value and then by its name; or ""."""
    best, found = 0, ""
    for name in fields.names:
        value = fields.values.get(squashed(name))
        is_named = _NAMES[target].search(squashed(name)[:80]) is not None
        likely = 2 * _looks_like(target, value) + is_named if value not in (None, "") else 0
        if target == "title" and not isinstance(value, str):
            likely = 0
        if likely > best and name not in taken and not (target == "date" and likely < 2):
            best, found = likely, name
    return found


def _looks_like(target: str, value: object) -> bool:
    if target == "title":
        return isinstance(value, str) and " " in value.strip()
    if isinstance(value, bool) or not isinstance(value, str | date):
        return False
    try:
        parse_date(value)
    except ValueError:
        return False
    return True
