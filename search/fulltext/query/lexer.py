"""The lexer: splits a query into words, phrases, dates, operators and brackets.

``notes`` collects sentences about what was not understood or was cut.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from search.fulltext.query import tree
from search.fulltext.query.dates import Spoken, days_of
from search.model import limits

_QUOTES = '"“”„‟«»「」『』＂'
_SIGNS = "+-*~"
OPERATORS = ("AND", "OR", "NOT")
_OPENING = "([{<'"  # before a time that stands alone
_CLOSING = ").,;:!?]}>'"
# A mark of a Hebrew acronym is no quotation mark.
_RUN = re.compile(rf"(?:[^\s(){_QUOTES}]|(?<=[\u05d0-\u05ea])\"(?=[\u05d0-\u05ea]))*")
# A number of which blanks part the thousands: 25 000, 1 234 567; not 737 800.
_GROUPED = re.compile(r"(?<![\w.,'])\d{1,3}(?:(?:\s\d{3})*\s000|(?:\s\d{3}){2,})(?![\w'])")
_FIELD = re.compile(rf"({'|'.join(tree.FIELDS)}|date):", re.IGNORECASE)
_OTHER_FIELD = re.compile(r"([^\W\d][\w-]{1,60}):(?!//)(?=[^\s(])")
_UNKNOWN_FIELD = re.compile(r"([^\W\d_]{2,}):(?!//|:).*", re.DOTALL)
_SLOP = re.compile(r"~([0-9]+)")
_MARKED = re.compile(r"(.*[^*~])(\*|~[0-9]?)", re.DOTALL)
# Only if no sign precedes it: a long row of signs is scanned once, not from each sign.
_MARKS = re.compile(r"(?<![*~])(?<!~[0-9])(?:\*|~[0-9]?)++\Z")


class Lexeme(NamedTuple):
    kind: str  # "(", ")", "leaf", "AND", "OR", "NOT"
    leaf: tree.Leaf | None = None
    sign: str = ""  # "+" or "-"; before a leaf or an opening bracket only
    field: str | None = None

    @property
    def plain(self) -> bool:
        """Whether this is a word and nothing more."""
        return isinstance(self.leaf, tree.Word) and not self.sign and not self.field


def clean(text: str, notes: list[str]) -> str:
    if len(text) > limits.QUERY_LENGTH:
        notes.append(f"Only the first {limits.QUERY_LENGTH:,} characters of the query were read.")
        is_cut = not text[limits.QUERY_LENGTH].isspace()
        text = text[: limits.QUERY_LENGTH]
        if is_cut and len(whole := text.rsplit(None, 1)) == 2:
            text = whole[0]  # a word cut in two is another word
    clean = text
    if not text.isprintable():
        clean = "".join(" " if _unreadable(c) else c for c in text)
    if clean != text:
        notes.append("Control characters and broken Unicode in the query were read as blanks.")
    return _GROUPED.sub(lambda number: "".join(number[0].split()), clean)


def _unreadable(c: str) -> bool:
    return ((c < " " or "\x7f" <= c <= "\x9f") and not c.isspace()) or "\ud800" <= c <= "\udfff"


def lexemes(
    text: str,
    notes: list[str],
    times: Iterable[Spoken] = (),
    has_field: Callable[[str], bool] = lambda name: False,
) -> Iterator[Lexeme]:
    """The lexemes of a text, in its order. ``times`` are the times that it names; ``has_field``
    says whether events have a field of a name, besides ``tree.FIELDS``."""
    periods = {time.start: time for time in times if _stands_alone(text, time)}
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        if text[at] == ")":
            yield Lexeme(")")
            at += 1
            continue
        sign, at = _sign(text, at, notes)
        if at in periods:
            time = periods[at]
            yield Lexeme("leaf", tree.Period(time.first, time.last, text[at : time.end]), sign)
            at = time.end
            continue
        field = None
        if (other := _OTHER_FIELD.match(text, at)) and has_field(other[1]):
            leaf, at = _value(text, other, notes)
            yield from _quoted_leaf(leaf, sign, "field", notes)
            continue
        if known := _FIELD.match(text, at):
            field, at = known[1].lower(), known.end()
            if _ends(text, at):
                notes.append(
                    f"Nothing follows {_quoted(known[0])}: write {field}:word, without a blank."
                )
                yield Lexeme("leaf", tree.Word(known[1]), sign)
                continue
            if text[at] in "+-~":
                notes.append(f"A sign goes before the field, as in -{field}:word.")
                _, at = _sign(text, at, [])
        if _ends(text, at):
            continue
        if text[at] == "(":
            yield _opening(sign, field, notes)
            at += 1
        elif text[at] in _QUOTES:
            leaf, at = _phrase(text, at, notes)
            yield from _quoted_leaf(leaf, sign, field, notes)
        else:
            run = _RUN.match(text, at)
            end = min([run.end() if run else at, *(start for start in periods if start > at)])
            yield from _word(text[at:end], sign, field, notes)
            at = end


def _stands_alone(text: str, time: Spoken) -> bool:
    """Whether a time is not part of a longer word, which in a script without blanks it never is."""
    start = time.start
    if start and text[start - 1] in "+-" and (start == 1 or text[start - 2] in " \t("):
        start -= 1
    before, behind = text[:start][-1:], text[time.end : time.end + 1]
    free = not before or before.isspace() or before in _OPENING or not before.isascii()
    return free and (not behind or behind.isspace() or behind in _CLOSING or not behind.isascii())


def _ends(text: str, at: int) -> bool:
    return at >= len(text) or text[at].isspace() or text[at] == ")"


def _sign(text: str, at: int, notes: list[str]) -> tuple[str, int]:
    """The sign at ``at``, and where the clause behind it begins. A lone star is no sign."""
    end = at
    while end < len(text) and text[end] in _SIGNS:
        end += 1
    run = text[at:end]
    free = at == 0 or text[at - 1].isspace() or text[at - 1] in "():"
    if free and _ends(text, end) and run in ("*", "+*", "-*"):
        return run[:-1], end - 1
    if run in ("", "+", "-") and (not run or free):
        return run, end
    if not _ends(text, end) or set(run) & set("*~"):
        notes.append(f"{_quoted(run)} was not understood there and was left out.")
    return "", end


def _opening(sign: str, field: str | None, notes: list[str]) -> Lexeme:
    if field == "date":
        notes.append("date: takes one date or one span, no bracket: date:2014..2016.")
        field = None
    return Lexeme("(", sign=sign, field=field)


def _phrase(text: str, at: int, notes: list[str]) -> tuple[tree.Phrase | None, int]:
    """The phrase whose opening quotation mark is at ``at``, and where it ends."""
    close = at + 1
    while close < len(text) and text[close] not in _QUOTES:
        close += 1
    if close == len(text):
        notes.append("A quotation mark is not closed: what follows it was taken as single words.")
        return None, at + 1
    phrase = tree.Phrase(" ".join(text[at + 1 : close].split()))
    end = close + 1
    if slop := _SLOP.match(text, end):
        end = slop.end()
        between = int(slop[1][:6])
        if between > limits.PHRASE_SLOP:
            notes.append(
                f"A phrase lets at most {limits.PHRASE_SLOP} other words between its words."
            )
        phrase = phrase._replace(slop=min(between, limits.PHRASE_SLOP))
    return (phrase if _says_something(phrase.text) else None), end


def _quoted_leaf(
    leaf: tree.Phrase | None, sign: str, field: str | None, notes: list[str]
) -> Iterator[Lexeme]:
    if leaf and field == "date":
        yield Lexeme("leaf", _date(leaf.text, notes) or leaf, sign)
    elif leaf:
        yield Lexeme("leaf", leaf, sign, field)


def _value(text: str, name: re.Match[str], notes: list[str]) -> tuple[tree.Phrase | None, int]:
    """The name and the value of a field of the archive, as in its index."""
    at = name.end()
    if text[at] in _QUOTES:
        leaf, end = _phrase(text, at, notes)
        value = leaf.text if leaf else ""
    else:
        run = _RUN.match(text, at)
        end = run.end() if run else at
        value = bare(text[at:end])
    return (tree.Phrase(f"{name[1]} {value}") if _says_something(value) else None), end


def _word(text: str, sign: str, field: str | None, notes: list[str]) -> Iterator[Lexeme]:
    if text == "*":
        yield Lexeme("leaf", tree.Everything(), sign, None if field == "date" else field)
        return
    if field == "date" and (span := _date(text, notes)):
        yield Lexeme("leaf", span, sign)
        return
    if field is None and text in OPERATORS and not sign:
        yield Lexeme(text)
        return
    unknown = None if field else _UNKNOWN_FIELD.fullmatch(text)
    if unknown:
        names = ", ".join(f"{name}:" for name in (*tree.FIELDS, "date"))
        notes.append(
            f"{_quoted(unknown[1] + ':')} is not a field (the fields are {names}), and was read as "
            "a word."
        )
    if field == "date" or unknown:
        field, parts = None, text.split(":")
    else:
        parts = [text]
    for part in parts:
        if leaf := _leaf(part, notes):
            yield Lexeme("leaf", leaf, sign, field)


def bare(text: str) -> str:
    """A word without the signs that would make it another clause."""
    return _MARKS.sub("", text.lstrip(_SIGNS))


def _leaf(text: str, notes: list[str]) -> tree.Leaf | None:
    while text.endswith("~0"):  # without a typo it is the word itself
        text = text[:-2]
    marked = _MARKED.fullmatch(text)
    core = marked[1].lstrip(_SIGNS) if marked else bare(text)
    if not _says_something(core):
        return None
    if "*" in core or (not marked and core != text):
        notes.append(
            f"{_quoted(text)}: a star or a tilde means something only at the end of a word."
        )
    if marked and marked[2] == "*":
        return tree.Prefix(core)
    if marked:
        edits = int(marked[2][1:2] or 0)
        if edits > limits.FUZZY_EDITS:
            notes.append(
                f"A word followed by ~ may differ by at most {limits.FUZZY_EDITS} letters."
            )
        return tree.Fuzzy(core, min(edits, limits.FUZZY_EDITS) or None)
    return tree.Word(core.lower() if core in OPERATORS else core)


def _quoted(text: str) -> str:
    """A part of the query as a note may show it: short, on one line, in one direction."""
    shown = "".join(filter(str.isprintable, text))
    return f"“{shown[:30]}…”" if len(shown) > 30 else f"“{shown}”"


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


def _date(text: str, notes: list[str]) -> tree.DateSpan | None:
    span = _span(text, notes)
    if not span:
        shown = _quoted(text)
        notes.append(f"{shown} is not a date: write date:2015, date:2015-09 or date:2014..2016.")
    return span


def _span(text: str, notes: list[str]) -> tree.DateSpan | None:
    """``2015``, ``2015-09``, ``2015-09-12``, or two of these, one optional, with two dots."""
    begin, dots, end = text.partition("..")
    try:
        first, last = days_of(begin or None, (end if dots else begin) or None)
    except ValueError:
        return None
    if first and last and first > last:
        notes.append(f"The span {_quoted(text)} runs backwards; it was turned round.")
        first, last = last, first
    return tree.DateSpan(first, last) if first or last else None
