"""Learns from the values of records which of their fields are the date, the title and the text.

So records are read whose fields have unknown names, in any language. What cannot be learned is
proposed as a ``--map``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from statistics import fmean
from typing import Any, Final, TypeVar

from search.archive.dates import parse_date
from search.archive.field_names import FieldMap, Fields, has_field, prepared, squashed
from search.archive.guessed_fields import is_date_of_change
from search.model import printing as plain

SAMPLE: Final = 50  # records that are examined
_FEWEST: Final = 2  # records from which something can be learned
_MOST: Final = 0.8  # of the records: a field that so many have is a field of all
_LONGEST_TITLE: Final = 150  # characters, on average
_LONGEST: Final = 2_000  # characters of a text that are examined
_YEARS: Final = range(1800, 2101)
# Numbers, single words of ASCII, addresses and paths.
_NO_PROSE: Final = re.compile(r"[\d\W_]*+[A-Za-z]*+[\d\W_]*+|[^\s@/]*+[@/]\S*+")
# Parts of the names of fields for which a map is proposed.
_NAMES: Final = {
    "date": re.compile(r"dat|day|time|when|releas|publish|issue|creat|report|post"),
    "title": re.compile(r"title|headline|heading|subject|caption|name|text|descr|words"),
}
_T = TypeVar("_T")


def sample_of(found: Iterator[_T]) -> tuple[list[_T], Iterator[_T]]:
    """The first of some records, and all of them; an error of their reader comes behind them."""
    first: list[_T] = []
    failed: list[ValueError] = []
    try:
        first.extend(islice(found, SAMPLE))
    except ValueError as error:
        failed.append(error)

    def all_of_them() -> Iterator[_T]:
        yield from first
        if failed:
            raise failed[0]
        yield from found

    return first, all_of_them()


def learned(records: Sequence[Any], field_map: FieldMap) -> FieldMap:
    """``field_map`` with the fields that a sample of records shows, where names do not show them.

    The date is the field with a day in most records; of several, the earliest. The text is the
    field with the longest values. The title is the next longest, if its values differ.
    """
    sample = [prepared(each, field_map) for each in records[:SAMPLE] if isinstance(each, dict)]
    if len(sample) < _FEWEST or any(_day(name) for name in sample[0].names):
        return field_map  # a table without a header has a day for a name
    found = dict(field_map.sources)
    if not (field_map.undated or _at_least_half(map(_has_day, sample))):
        days = _columns(sample, _day)
        days = {name: each for name, each in days.items() if not is_date_of_change(name)}
        if days:
            found["date"] = min(days, key=lambda name: min(days[name]))
    if not _at_least_half(has_field(each, "summary") for each in sample):
        found |= _learned_texts(sample, found.get("date", ""))
    pairs = tuple(sorted(found.items()))
    return field_map if pairs == field_map.sources else replace(field_map, sources=pairs)


def _learned_texts(sample: Sequence[Fields], day: str) -> dict[str, str]:
    texts = _columns(sample, _prose)
    texts.pop(day, None)
    lengths = {name: fmean(map(len, values)) for name, values in texts.items()}
    longest = sorted(lengths, key=lambda name: -lengths[name])
    titles = [len(str(own[0])) for each in sample if (own := each.get("title"))]
    if len(titles) >= _MOST * len(sample):
        has_text = longest and lengths[longest[0]] > fmean(titles)
        return {"summary": longest[0]} if has_text else {}
    differing = [
        name
        for name in longest[1:] or longest
        if lengths[name] <= _LONGEST_TITLE and len(set(texts[name])) >= _MOST * len(texts[name])
    ]
    found = {"summary": longest[0]} if longest else {}
    return {**found, "title": differing[0]} if differing else found


def _columns(sample: Sequence[Fields], read: Callable[[Any], _T | None]) -> dict[str, list[_T]]:
    """What ``read`` finds in the fields in which it finds something for most records."""
    names = dict.fromkeys(name for each in sample for name in each.names)
    found = {}
    for name in names:
        values = [read(each.values.get(squashed(name))) for each in sample]
        found[name] = [value for value in values if value is not None]
    return {name: values for name, values in found.items() if len(values) >= _MOST * len(sample)}


def _at_least_half(are: Iterable[bool]) -> bool:
    answers = list(are)
    return sum(answers) * 2 >= len(answers)


def _has_day(fields: Fields) -> bool:
    """Whether the name of a field shows the date; one of another type than text counts."""
    return any(not isinstance(each, str) or _day(each) for each in fields.dates()[0])


def _day(value: Any) -> date | None:
    if not isinstance(value, str | date):
        return None
    try:
        # Where the order of day and month is unknown, either shows that it is a day.
        day = parse_date(value, None, lambda: True)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _text(value: Any) -> str | None:
    """The beginning of a text; None for any other value."""
    return (value.strip()[:_LONGEST] or None) if isinstance(value, str) else None


def _prose(value: Any) -> str | None:
    """The beginning of a text of words; None for any other value."""
    text = _text(value)
    return None if text is None or _NO_PROSE.fullmatch(text) else text


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
    columns: dict[str, list[Any]] = _columns([fields], _day if target == "date" else _text)
    ranks = {
        name: (" " not in str(values[0]), not _NAMES[target].search(squashed(name)[:80]))
        for name, values in columns.items()
        if name not in taken
    }
    likely = [name for name in ranks if target == "date" or not all(ranks[name])]
    return min(likely, key=lambda name: ranks[name], default="")
