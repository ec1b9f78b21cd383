"""The query tree: immutable clauses.

``str(clause)`` is the canonical form; ``query.parse`` of it gives the same clause again.
"""

import datetime
from collections.abc import Iterator
from typing import NamedTuple, TypeVar

FIELDS = ("title", "summary", "source", "term", "field", "link")
_Class = TypeVar("_Class", bound=type)


def _equal_within_class(kind: _Class) -> _Class:
    """Make a named tuple equal only to those of its own class. Twelve dataclasses would take as
    long to create as a search."""

    def equals(self: tuple[object, ...], other: object) -> bool:
        return type(self) is type(other) and tuple.__eq__(self, other)

    def hash_of(self: tuple[object, ...]) -> int:
        return hash((type(self), *self))

    methods = {
        "__eq__": equals,
        "__ne__": object.__ne__,  # the opposite of equals
        "__hash__": hash_of,
        "__bool__": lambda self: True,  # of a clause without fields, too
    }
    for name, method in methods.items():
        setattr(kind, name, method)
    return kind


@_equal_within_class
class Word(NamedTuple):
    """Characters without a blank between; several tokens in it ("al-Assad") must be adjacent."""

    text: str

    def __str__(self) -> str:
        return self.text


@_equal_within_class
class Phrase(NamedTuple):
    """Words in this order, with at most ``slop`` other words between them in total."""

    text: str
    slop: int = 0

    def __str__(self) -> str:
        return f'"{self.text}"' + (f"~{self.slop}" if self.slop else "")


@_equal_within_class
class Prefix(NamedTuple):
    text: str

    def __str__(self) -> str:
        return f"{self.text}*"


@_equal_within_class
class Fuzzy(NamedTuple):
    """Words within ``edits`` typos: a letter more, less, other, or two swapped. None: by length."""

    text: str
    edits: int | None = None

    def __str__(self) -> str:
        return f"{self.text}~" + ("" if self.edits is None else str(self.edits))


@_equal_within_class
class Everything(NamedTuple):
    def __str__(self) -> str:
        return "*"


@_equal_within_class
class DateSpan(NamedTuple):
    """Events from ``first`` to ``last``, both included; None is open."""

    first: datetime.date | None
    last: datetime.date | None

    def __str__(self) -> str:
        return f"date:{self.first or ''}..{self.last or ''}"


@_equal_within_class
class Period(NamedTuple):
    """A time in plain words ("summer 2015"), from ``first`` to ``last``, both included; None is
    open. Beside other words it is a preference; alone, excluded or demanded it is a condition."""

    first: datetime.date | None
    last: datetime.date | None
    text: str

    def __str__(self) -> str:
        return f"({self.text})"


@_equal_within_class
class Field(NamedTuple):
    """A clause restricted to one of ``FIELDS``; an inner field overrides an outer one."""

    name: str
    clause: "Clause"

    def __str__(self) -> str:
        if isinstance(self.clause, Field | DateSpan):
            return f"{self.name}:({self.clause})"
        return f"{self.name}:{_within(self.clause, 4)}"


@_equal_within_class
class Not(NamedTuple):
    clause: "Clause"

    def __str__(self) -> str:
        return f"NOT {_within(self.clause, 4)}"


@_equal_within_class
class And(NamedTuple):
    clauses: "tuple[Clause, ...]"  # two or more, none of them an And

    def __str__(self) -> str:
        return " AND ".join(_within(c, 3) for c in self.clauses)


@_equal_within_class
class Or(NamedTuple):
    clauses: "tuple[Clause, ...]"  # two or more, none of them an Or

    def __str__(self) -> str:
        return " OR ".join(_within(c, 2) for c in self.clauses)


@_equal_within_class
class Boolean(NamedTuple):
    """Clauses side by side. An event matches that has all of ``must`` and none of ``must_not``,
    and, where nothing is in ``must``, at least one of ``should``."""

    must: "tuple[Clause, ...]" = ()
    should: "tuple[Clause, ...]" = ()
    must_not: "tuple[Clause, ...]" = ()

    def __str__(self) -> str:
        parts = [
            *(_within(c, 1) if demands(c) else f"+{_within(c, 4)}" for c in self.must),
            *(_within(c, 1) for c in self.should),
            *(f"-{_within(c, 4)}" for c in self.must_not),
        ]
        return " ".join(parts)


Leaf = Word | Phrase | Prefix | Fuzzy | Everything | DateSpan | Period
Clause = Leaf | Field | Not | And | Or | Boolean


def demands(clause: Clause) -> bool:
    """Whether a clause beside others is a condition: a phrase, a field, a date, an AND."""
    match clause:
        case Phrase() | DateSpan() | Field() | And():
            return True
        case Or(clauses):
            return all(map(demands, clauses))
        case Boolean(must=must):
            return bool(must)
        case _:
            return False


def positive(clause: Clause, field: str | None = None) -> Iterator[tuple[str | None, Leaf]]:
    """The (field, leaf) pairs that count for an event, in order, without excluded ones."""
    match clause:
        case Not():
            return
        case Field(name, inner):
            yield from positive(inner, name)
        case And(clauses) | Or(clauses):
            for inner in clauses:
                yield from positive(inner, field)
        case Boolean(must, should, _):
            for inner in (*must, *should):
                yield from positive(inner, field)
        case _:
            yield field, clause


def _level(clause: Clause) -> int:
    """How tightly the canonical form of a clause binds: 0 side by side, 1 OR, 2 AND, 3 NOT."""
    match clause:
        case Boolean():
            return 0
        case Or():
            return 1
        case And():
            return 2
        case Not():
            return 3
        case _:
            return 4


def _within(clause: Clause, level: int) -> str:
    """A clause as part of one that binds its parts at ``level``."""
    return str(clause) if _level(clause) >= level else f"({clause})"
